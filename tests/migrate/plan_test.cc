#include "migrate/plan.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/text.h"
#include "support/migrations.h"

namespace migext::migrate {
namespace {

using django::Graph;
using django::Target;
using test::Keys;
using test::Migrations;

/// "+shop.0001_a -shop.0002_b"
std::string Steps(const Plan& plan) {
  std::vector<std::string> steps;
  for (const PlanStep& step : plan.steps) {
    steps.push_back((step.backwards ? "-" : "+") + step.migration->key.ToString());
  }
  return Join(steps, " ");
}

std::string StepsTo(const Graph& graph, const Target& target) {
  return Steps(PlanFor(graph, std::span(&target, 1)));
}

template <typename Call>
std::string Refusal(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

/// blog and news interleaved: blog.0001 <- news.0001 <- blog.0002 <- blog.0003, news.0002.
Migrations Interleaved() {
  Migrations given;
  given.Add("blog.0001_a")
      .Add("blog.0002_b", {"blog.0001_a", "news.0001_a"})
      .Add("blog.0003_c", {"blog.0002_b"})
      .Add("news.0001_a", {"blog.0001_a"})
      .Add("news.0002_b", {"news.0001_a", "blog.0002_b"});
  return given;
}

const std::vector<std::string> kAll = {"blog.0001_a", "blog.0002_b", "blog.0003_c", "news.0001_a",
                                       "news.0002_b"};

TEST(PlanTest, ForwardsAppliesWhatIsMissingInOrder) {
  const Migrations given = Interleaved();
  EXPECT_EQ(StepsTo(given.graph({"blog.0001_a"}), {"blog", "0003_c"}),
            "+news.0001_a +blog.0002_b +blog.0003_c");
}

TEST(PlanTest, BackwardsTakesBackTheChildrenInTheAppAndWhatNeedsThem) {
  const Migrations given = Interleaved();
  EXPECT_EQ(StepsTo(given.graph(kAll), {"blog", "0001_a"}),
            "-news.0002_b -blog.0003_c -blog.0002_b");
}

TEST(PlanTest, ZeroTakesBackTheWholeAppAndWhatNeedsIt) {
  const Migrations given = Interleaved();
  EXPECT_EQ(StepsTo(given.graph(kAll), {"news", std::nullopt}),
            "-news.0002_b -blog.0003_c -blog.0002_b -news.0001_a");
}

TEST(PlanTest, AnAppliedLeafNeedsNothing) {
  const Migrations given = Interleaved();
  EXPECT_EQ(StepsTo(given.graph(kAll), {"blog", "0003_c"}), "");
}

TEST(PlanTest, FromScratchNothingCountsAsApplied) {
  const Migrations given = Interleaved();
  const Target target{"news", "0001_a"};
  EXPECT_EQ(Steps(PlanFromScratch(given.graph(kAll), std::span(&target, 1))),
            "+blog.0001_a +news.0001_a");
}

TEST(PlanTest, APartOfASquashIsATargetOnceItIsApplied) {
  Migrations given;
  given.Add("shop.0001_a")
      .Add("shop.0002_b", {"shop.0001_a"})
      .Add("shop.0001_squashed")
      .Replaces({"shop.0001_a", "shop.0002_b"});
  const Target target{"shop", "0001_a"};

  EXPECT_EQ(StepsTo(given.graph({"shop.0001_a", "shop.0002_b"}), target), "-shop.0002_b");
  EXPECT_EQ(Refusal([&] { StepsTo(given.graph(), target); }),
            "NodeNotFoundError: Node ('shop', '0001_a') not a valid node");
  given.Dialect().replaced_names_are_targets = true;
  EXPECT_EQ(StepsTo(given.graph(), target), "+shop.0001_a");
}

TEST(PlanTest, WithoutAnArgumentAllLeavesAreTargets) {
  const Migrations given = Interleaved();
  const auto recorded = Keys({"blog.0001_a", "news.0001_a"});
  const Graph graph = given.graph({"blog.0001_a", "news.0001_a"});

  EXPECT_EQ(Steps(PlanLikeDjango(graph, recorded)), "+blog.0002_b +blog.0003_c +news.0002_b");
  EXPECT_EQ(Steps(PlanLikeDjango(graph, recorded, "news")), "+blog.0002_b +news.0002_b");
  EXPECT_EQ(Steps(PlanLikeDjango(graph, recorded, "blog", "0002")), "+blog.0002_b");
}

TEST(PlanTest, DjangoRefusesTheGraphBeforeTheHistoryAndThatBeforeConflicts) {
  Migrations given = Interleaved();
  given.Add("blog.0003_d", {"blog.0002_b"});
  const auto recorded = Keys({"blog.0002_b"});
  const auto plan = [&] { PlanLikeDjango(given.graph({"blog.0002_b"}), recorded, "polls"); };

  EXPECT_EQ(Refusal(plan),
            "InconsistentMigrationHistory: Migration blog.0002_b is applied before its dependency "
            "blog.0001_a on database 'default'.\n"
            "and 1 more like it; SELECT code, object, remedy, advice FROM migration_conflicts");
  given.Add("news.0003_c", {"news.0002_bb"});
  EXPECT_EQ(Refusal(plan),
            "NodeNotFoundError: Migration news.0003_c dependencies reference nonexistent parent "
            "node ('news', '0002_bb')\ndid you mean '0002_b'?");
}

TEST(PlanTest, ConflictsAreRefusedBeforeTheArgumentsAreRead) {
  Migrations given = Interleaved();
  given.Add("blog.0003_d", {"blog.0002_b"});

  EXPECT_EQ(Refusal([&] { PlanLikeDjango(given.graph(), {}, "polls"); }),
            "Conflicting migrations detected; multiple leaf nodes in the migration graph: "
            "(0003_c, 0003_d in blog).\n"
            "To fix them run 'python manage.py makemigrations --merge'\n"
            "or see what they touch: SELECT code, object, remedy, advice FROM "
            "migration_conflicts");
}

TEST(PlanTest, ACycleIsRefusedWithTheShortestWayAround) {
  Migrations given;
  given.Add("a.0001_x", {"b.0001_x"}).Add("b.0001_x", {"a.0001_x"});

  EXPECT_EQ(Refusal([&] { RequireSoundGraph(given.graph()); }),
            "CircularDependencyError: a.0001_x, b.0001_x\n"
            "each needs the next: a.0001_x -> b.0001_x -> a.0001_x");
}

}  // namespace
}  // namespace migext::migrate
