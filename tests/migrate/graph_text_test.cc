#include "migrate/graph_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "django/project.h"
#include "support/project_builder.h"

namespace migext::migrate {
namespace {

using django::AppliedSet;
using django::Graph;

class GraphTextTest : public ::testing::Test {
 protected:
  std::vector<std::string> Lines(const AppliedSet& applied = {}, const std::string& app = {}) {
    project_ = django::Project::Read(given_.root(), {});
    return DrawGraphAsText(Graph::Build(*project_, &applied), app);
  }

  std::string Drawn(const AppliedSet& applied = {}, const std::string& app = {}) {
    return Join(Lines(applied, app), "\n");
  }

  ProjectBuilder given_;
  std::shared_ptr<const django::Project> project_;
};

TEST_F(GraphTextTest, AChainIsOneLaneWithTheNewestOnTop) {
  given_.Migration("shop.0001_a").Migration("shop.0002_b", {"shop.0001_a"});

  EXPECT_EQ(Drawn({{"shop", "0001_a"}}),
            "shop\n"
            "  * [ ] 0002_b\n"
            "  * [X] 0001_a");
}

TEST_F(GraphTextTest, TwoLeavesAreTwoLanesThatJoinWhereTheyPart) {
  given_.Migration("shop.0001_a")
      .Migration("shop.0002_b", {"shop.0001_a"})
      .Migration("shop.0003_c", {"shop.0002_b"})
      .Migration("shop.0002_d", {"shop.0001_a"});

  EXPECT_EQ(Drawn(),
            "shop\n"
            "  * [ ] 0003_c  (leaf)\n"
            "  * [ ] 0002_b\n"
            "  | * [ ] 0002_d  (leaf)\n"
            "  |/\n"
            "  * [ ] 0001_a");
}

TEST_F(GraphTextTest, AMergeOpensALaneForEachParent) {
  given_.Migration("shop.0001_a")
      .Migration("shop.0002_b", {"shop.0001_a"})
      .Migration("shop.0002_c", {"shop.0001_a"})
      .Migration("shop.0002_d", {"shop.0001_a"})
      .Migration("shop.0003_merge", {"shop.0002_b", "shop.0002_c", "shop.0002_d"});

  EXPECT_EQ(Drawn(),
            "shop\n"
            "  * [ ] 0003_merge\n"
            "  |\\\n"
            "  |\\ \\\n"
            "  | | * [ ] 0002_d\n"
            "  | * | [ ] 0002_c\n"
            "  | |/\n"
            "  * | [ ] 0002_b\n"
            "  |/\n"
            "  * [ ] 0001_a");
}

TEST_F(GraphTextTest, ALaneThatIsWaitedForAlreadyIsJoinedAtOnce) {
  given_.Migration("shop.0001_a")
      .Migration("shop.0002_b", {"shop.0001_a"})
      .Migration("shop.0002_c", {"shop.0001_a"})
      .Migration("shop.0002_d", {"shop.0001_a"})
      .Migration("shop.0003_e", {"shop.0002_b", "shop.0002_c"})
      .Migration("shop.0003_f", {"shop.0002_d", "shop.0002_b"})
      .Migration("shop.0004_g", {"shop.0003_e", "shop.0003_f"});

  EXPECT_EQ(Drawn(),
            "shop\n"
            "  * [ ] 0004_g\n"
            "  |\\\n"
            "  | * [ ] 0003_f\n"
            "  | |\\\n"
            "  | | * [ ] 0002_d\n"
            "  * | | [ ] 0003_e\n"
            "  |\\ \\ \\\n"
            "  | |/ /\n"
            "  |/| |\n"
            "  | * | [ ] 0002_c\n"
            "  | |/\n"
            "  * | [ ] 0002_b\n"
            "  |/\n"
            "  * [ ] 0001_a");
}

TEST_F(GraphTextTest, ALongWayToTheLeftIsOneStroke) {
  given_.Migration("shop.0001_a")
      .Migration("shop.0002_b", {"shop.0001_a"})
      .Migration("shop.0003_c", {"shop.0001_a"})
      .Migration("shop.0004_d", {"shop.0001_a"})
      .Migration("shop.0005_e", {"shop.0002_b"})
      .Migration("shop.0006_f", {"shop.0002_b", "shop.0003_c", "shop.0004_d", "shop.0005_e"});

  EXPECT_EQ(Drawn(),
            "shop\n"
            "  * [ ] 0006_f\n"
            "  |\\\n"
            "  |\\ \\\n"
            "  |\\ \\ \\\n"
            "  | | | * [ ] 0005_e\n"
            "  | |_|/\n"
            "  |/| |\n"
            "  * | | [ ] 0002_b\n"
            "  | | * [ ] 0004_d\n"
            "  | |/\n"
            "  |/|\n"
            "  | * [ ] 0003_c\n"
            "  |/\n"
            "  * [ ] 0001_a");
}

TEST_F(GraphTextTest, EdgesBetweenAppsAreWrittenBehindTheMigration) {
  given_.Migration("shop.0001_a", {"base.0001_z"})
      .Migration("base.0001_z")
      .Migration("club.0001_y", {"shop.0001_a"});

  EXPECT_EQ(Drawn(),
            "base\n"
            "  * [ ] 0001_z\n"
            "club\n"
            "  * [ ] 0001_y  <- shop.0001_a\n"
            "shop\n"
            "  * [ ] 0001_a  <- base.0001_z");
  EXPECT_EQ(Drawn({}, "shop"),
            "shop\n"
            "  * [ ] 0001_a  <- base.0001_z  -> club.0001_y");
}

TEST_F(GraphTextTest, AMissingMigrationAndACircleAreDrawnToo) {
  given_.Migration("shop.0001_a", {"shop.0003_c"})
      .Migration("shop.0002_b", {"shop.0001_a"})
      .Migration("shop.0003_c", {"shop.0002_b", "shop.0000_gone"});

  EXPECT_EQ(Drawn(),
            "shop\n"
            "  * [ ] 0003_c\n"
            "  |\\\n"
            "  | * [ ] 0002_b\n"
            "  | * [ ] 0001_a  <- shop.0003_c\n"
            "  * [ ] 0000_gone  (no file)");
}

/// As many who work side by side make them: branches of four that part from a trunk and are merged
/// into it after others.
TEST_F(GraphTextTest, ThreeHundredMigrationsStayNarrow) {
  int made = 0;
  const auto make = [&](const std::string& what, const std::vector<std::string>& needs) {
    std::string number = std::to_string(++made);
    number.insert(0, 4 - number.size(), '0');
    given_.Migration("shop." + number + what, needs);
    return "shop." + number + what;
  };
  std::string trunk = make("_initial", {});
  std::vector<std::string> open;
  while (made < 300) {
    std::string branch = trunk;
    for (int i = 0; i < 4; ++i) branch = make("_branch", {branch});
    open.push_back(branch);
    std::vector<std::string> needs = {trunk};
    if (open.size() > 5) {
      needs.push_back(open.front());
      open.erase(open.begin());
    }
    trunk = make("_merge", needs);
  }

  const std::vector<std::string> lines = Lines();

  std::size_t longest = 0;
  for (const std::string& line : lines) longest = std::max(longest, line.size());
  EXPECT_LE(longest, 50U) << Join(lines, "\n");
  EXPECT_LE(lines.size(), 600U);
}

TEST_F(GraphTextTest, APictureOfManyLanesIsCutOff) {
  given_.Migration("shop.0001_a");
  std::vector<std::string> leaves;
  for (int i = 0; i < 30; ++i) {
    leaves.push_back("shop.0002_" + std::string(1, static_cast<char>('a' + i % 26)) +
                     std::to_string(i));
    given_.Migration(leaves.back(), {"shop.0001_a"});
  }
  given_.Migration("shop.0003_merge", leaves);

  for (const std::string& line : Lines()) EXPECT_LE(line.size(), 60U) << line;
}

}  // namespace
}  // namespace migext::migrate
