#include "report/graph_svg.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "django/project.h"
#include "support/project_builder.h"

namespace migext::report {
namespace {

class GraphSvgTest : public ::testing::Test {
 protected:
  std::string Drawn(const django::AppliedSet& applied = {}) {
    project_ = django::Project::Read(given_.root(), {});
    const auto graph = django::Graph::Build(*project_, &applied);
    std::vector<django::MigrationKey> keys = graph.Nodes();
    std::erase_if(keys, [](const auto& key) { return key.app != "shop"; });
    return GraphSvg(graph, "shop", keys);
  }

  ProjectBuilder given_;
  std::shared_ptr<const django::Project> project_;
};

TEST_F(GraphSvgTest, AMigrationIsADotWithItsNameAndWhatItNeeds) {
  given_.Migration("base.0001_z").Migration("shop.0001_a", {"base.0001_z"});

  EXPECT_EQ(Drawn({{"shop", "0001_a"}}),
            "<svg role=\"img\" viewBox=\"0 0 147 59\" width=\"147\" height=\"59\">"
            "<title>the migrations of shop, newest first</title>\n"
            "<g><title>shop.0001_a, applied, needs base.0001_z</title>\n"
            "<circle class=\"dot applied hue0\" cx=\"17\" cy=\"23\" r=\"5\"/>"
            "<text class=\"name applied\" x=\"31\" y=\"27\">0001_a</text>\n"
            "<text class=\"needs\" x=\"31\" y=\"42\">needs base.0001_z</text>\n"
            "</g>\n"
            "</svg>\n");
}

TEST_F(GraphSvgTest, LinesLeadFromEachToItsParents) {
  given_.Migration("shop.0001_a")
      .Migration("shop.0002_b", {"shop.0001_a"})
      .Migration("shop.0002_c", {"shop.0001_a"});

  const std::string image = Drawn();

  EXPECT_NE(image.find("<path class=\"lane hue0\" d=\"M17 23C17 36 17 36 17 49\"/>"),
            std::string::npos)
      << image;
  EXPECT_NE(image.find("<path class=\"lane hue1\" d=\"M35 49C35 62 17 62 17 75\"/>"),
            std::string::npos)
      << image;
}

TEST_F(GraphSvgTest, ManyLanesMoveTogether) {
  given_.Migration("shop.0001_a");
  for (int i = 100; i < 200; ++i) {
    given_.Migration("shop.0" + std::to_string(i) + "_x", {"shop.0001_a"});
  }
  std::vector<std::string> leaves;
  for (int i = 100; i < 200; ++i) leaves.push_back("shop.0" + std::to_string(i) + "_x");
  given_.Migration("shop.0200_merge", leaves);

  const std::string image = Drawn();

  EXPECT_EQ(image.substr(0, image.find(" height")),
            "<svg role=\"img\" viewBox=\"0 0 315 2670\" width=\"315\"");
}

}  // namespace
}  // namespace migext::report
