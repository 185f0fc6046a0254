#include "django/graph.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "django/graph_checks.h"
#include "support/migrations.h"

namespace migext::django {
namespace {

using test::Key;
using test::Keys;
using test::Migrations;
using test::Names;

std::string Failures(const Graph& graph) {
  std::vector<std::string> lines;
  for (const GraphFailure& failure : graph.failures()) lines.push_back(failure.ToString());
  return Join(lines, "\n");
}

/// shop.0001 <- 0002 <- 0003, and a squash of the first two.
Migrations Squashed() {
  Migrations given;
  given.Add("shop.0001_a")
      .Add("shop.0002_b", {"shop.0001_a"})
      .Add("shop.0001_squashed_0002_b")
      .Replaces({"shop.0001_a", "shop.0002_b"})
      .Add("shop.0003_c", {"shop.0002_b"});
  return given;
}

// ---- Plans

TEST(GraphTest, APlanBringsParentsFirstAndTheTargetLast) {
  Migrations given;
  given.Add("shop.0001_a").Add("shop.0002_b", {"shop.0001_a"}).Add("shop.0003_c", {"shop.0002_b"});
  const Graph graph = given.graph();

  EXPECT_EQ(Failures(graph), "");
  EXPECT_EQ(Names(graph.ForwardsPlan(Key("shop.0002_b"))), "shop.0001_a shop.0002_b");
  EXPECT_EQ(Names(graph.BackwardsPlan(Key("shop.0002_b"))), "shop.0003_c shop.0002_b");
}

TEST(GraphTest, OfSeveralParentsTheGreatestComesFirst) {
  Migrations given;
  given.Add("a.0001_x")
      .Add("b.0001_x")
      .Add("c.0001_x")
      .Add("d.0001_x", {"a.0001_x", "c.0001_x", "b.0001_x"});

  EXPECT_EQ(Names(given.graph().ForwardsPlan(Key("d.0001_x"))),
            "c.0001_x b.0001_x a.0001_x d.0001_x");
}

TEST(GraphTest, TheFullPlanJoinsThePlansOfAllLeavesInOrder) {
  Migrations given;
  given.Add("blog.0001_a", {"users.0001_a"})
      .Add("blog.0002_b", {"blog.0001_a", "news.0001_a"})
      .Add("news.0001_a", {"blog.0001_a"})
      .Add("users.0001_a")
      .Add("users.0002_b", {"users.0001_a"});

  EXPECT_EQ(Names(given.graph().FullPlan()),
            "users.0001_a blog.0001_a news.0001_a blog.0002_b users.0002_b");
}

TEST(GraphTest, APlanForWhatIsNoNodeIsRefusedInDjangosWords) {
  Migrations given;
  given.Add("shop.0001_a");
  try {
    given.graph().ForwardsPlan(Key("shop.0007_it's"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "NodeNotFoundError: Node ('shop', \"0007_it's\") not a valid node");
  }
}

// ---- Ends

TEST(GraphTest, LeavesAndRootsLookAtTheirOwnAppOnly) {
  Migrations given;
  given.Add("shop.0001_a", {"users.0001_a"})
      .Add("shop.0002_b", {"shop.0001_a"})
      .Add("users.0001_a");
  const Graph graph = given.graph();

  EXPECT_EQ(Names(graph.RootNodes()), "shop.0001_a users.0001_a");
  EXPECT_EQ(Names(graph.LeafNodes()), "shop.0002_b users.0001_a");
  EXPECT_EQ(Names(graph.LeafNodes("shop")), "shop.0002_b");
}

TEST(GraphTest, TwoLeavesInOneAppAreAConflict) {
  Migrations given;
  given.Add("shop.0001_a")
      .Add("shop.0002_price", {"shop.0001_a"})
      .Add("shop.0002_stock", {"shop.0001_a"});
  given.Add("users.0001_a").Add("blog.0001_a").Add("blog.0002_b").Add("blog.0003_c");

  EXPECT_EQ(ConflictMessage(given.graph().Conflicts()),
            "Conflicting migrations detected; multiple leaf nodes in the migration graph: "
            "(0001_a, 0002_b, 0003_c in blog; 0002_price, 0002_stock in shop).\n"
            "To fix them run 'python manage.py makemigrations --merge'");
}

TEST(GraphTest, AnUnreadableFileMayBeTheMergeSoItsAppHasNoConflict) {
  Migrations given;
  given.Add("shop.0001_a")
      .Add("shop.0002_price", {"shop.0001_a"})
      .Add("shop.0002_stock", {"shop.0001_a"})
      .Unreadable("shop.0003_merge", "SyntaxError: invalid syntax");
  const Graph graph = given.graph();

  EXPECT_TRUE(graph.Conflicts().empty());
  EXPECT_EQ(Failures(graph), "SyntaxError: invalid syntax");
  EXPECT_EQ(Names(graph.LeafNodes()), "shop.0002_price shop.0002_stock");
}

TEST(GraphTest, AnUnreadableFileFailsInPythonsWordsOrInOurs) {
  Migrations given;
  given.Unreadable("shop.0001_a", "NameError: name 'x' is not defined")
      .Unreadable("shop.0002_b", "the value of 'y' is not known: it is not here");
  const Graph graph = given.graph();

  EXPECT_EQ(graph.failures()[0].exception, "NameError");
  EXPECT_EQ(graph.failures()[1].exception, "");
  EXPECT_EQ(Failures(graph),
            "NameError: name 'x' is not defined\n"
            "the value of 'y' is not known: it is not here");
}

// ---- Edges

TEST(GraphTest, FirstAndLatestMeanTheEndsOfTheOtherApp) {
  Migrations given;
  given.Add("users.0001_a").Add("users.0002_b", {"users.0001_a"});
  given.Add("blog.0001_a").Swappable("users.__first__");
  given.Add("news.0001_a", {"users.__latest__"});
  const Graph graph = given.graph();

  EXPECT_EQ(Failures(graph), "");
  EXPECT_EQ(Names(graph.Parents(Key("blog.0001_a"))), "users.0001_a");
  EXPECT_EQ(Names(graph.Parents(Key("news.0001_a"))), "users.0002_b");
  EXPECT_EQ(
      graph.edges(),
      (std::vector<Edge>{{Key("users.0002_b"), Key("users.0001_a"), EdgeOrigin::kDependency},
                         {Key("blog.0001_a"), Key("users.0001_a"), EdgeOrigin::kSwappable},
                         {Key("news.0001_a"), Key("users.0002_b"), EdgeOrigin::kDependency}}));
}

TEST(GraphTest, FirstOfTheOwnAppOrOfAnAppWithoutMigrationsMeansNothing) {
  Migrations given;
  given.App("messages");
  given.Add("blog.0001_a", {"blog.__first__", "messages.__first__"});

  EXPECT_EQ(Failures(given.graph()), "");
  EXPECT_EQ(Names(given.graph().Parents(Key("blog.0001_a"))), "");
}

TEST(GraphTest, FirstOfAnUnknownOrEmptyAppIsAFailure) {
  Migrations given;
  given.App("empty").has_migrations = true;
  given.Add("blog.0001_a", {"nowhere.__first__", "empty.__first__"});
  const Graph graph = given.graph();

  EXPECT_EQ(Failures(graph),
            "ValueError: Dependency on unknown app: nowhere\n"
            "ValueError: Dependency on app with no migrations: empty");
  EXPECT_FALSE(graph.failures()[0].only_an_empty_app);
  EXPECT_TRUE(graph.failures()[1].only_an_empty_app);
}

TEST(GraphTest, RunBeforeTurnsTheEdgeAround) {
  Migrations given;
  given.Add("blog.0001_a").Add("auth.0001_a").Add("auth.0002_early").RunBefore({"blog.0001_a"});
  const Graph graph = given.graph();

  EXPECT_EQ(Names(graph.Parents(Key("blog.0001_a"))), "auth.0002_early");
  EXPECT_EQ(graph.edges()[0].origin, EdgeOrigin::kRunBefore);
}

// ---- What is missing

TEST(GraphTest, AMissingParentOrChildIsNamedWithWhoNeedsIt) {
  Migrations given;
  given.Add("shop.0001_initial");
  given.Add("shop.0002_b", {"shop.0001_initiall"}).RunBefore({"auth.0009_x"});
  const Graph graph = given.graph();

  EXPECT_EQ(Failures(graph),
            "NodeNotFoundError: Migration shop.0002_b dependencies reference nonexistent parent "
            "node ('shop', '0001_initiall')\n"
            "NodeNotFoundError: Migration shop.0002_b dependencies reference nonexistent child "
            "node ('auth', '0009_x')");
  ASSERT_EQ(graph.missing().size(), 2U);
  EXPECT_EQ(graph.missing()[0].nearest, "0001_initial");
  EXPECT_EQ(graph.missing()[1].nearest, "");
  EXPECT_TRUE(graph.missing()[1].is_child);
}

TEST(GraphTest, AMissingPartOfAnUnusableSquashIsExplained) {
  Migrations given;
  given.Add("shop.0001_squashed").Replaces({"shop.0001_a", "shop.0002_b"});
  given.Add("shop.0003_c", {"shop.0002_b"});

  EXPECT_EQ(Failures(given.graph({})), "");
  EXPECT_EQ(Failures(given.graph({"shop.0001_a"})),
            "NodeNotFoundError: Migration shop.0003_c depends on nonexistent node ('shop', "
            "'0002_b'). Django tried to replace migration shop.0002_b with any of "
            "[shop.0001_squashed] but wasn't able to because some of the replaced migrations are "
            "already applied.");
}

TEST(GraphTest, WhatHistoryKnowsStandsInForAnAppWithoutFiles) {
  Migrations given;
  given.App("taggit").origin = AppOrigin::kMissing;
  given.Add("blog.0001_a", {"taggit.0002_b", "taggit.0009_not_recorded"});
  const Graph graph = given.graph({"taggit.0001_a", "taggit.0002_b"});

  EXPECT_EQ(Failures(graph), "");
  EXPECT_EQ(Names(graph.FullPlan()), "taggit.0001_a taggit.0002_b blog.0001_a");
  EXPECT_EQ(graph.Find(Key("taggit.0001_a")), nullptr);
  EXPECT_TRUE(graph.Conflicts().empty());
  EXPECT_EQ(graph.edges().size(), 2U);
}

// ---- Cycles

TEST(GraphTest, ACycleIsNamedAndDoesNotHangThePlans) {
  Migrations given;
  given.Add("a.0001_x", {"c.0001_x"}).Add("b.0001_x", {"a.0001_x"}).Add("c.0001_x", {"b.0001_x"});
  const Graph graph = given.graph();

  EXPECT_EQ(Failures(graph), "CircularDependencyError: a.0001_x, b.0001_x, c.0001_x");
  EXPECT_EQ(graph.ForwardsPlan(Key("a.0001_x")).size(), 3U);
}

TEST(GraphTest, TheShortestCycleIsFound) {
  Migrations given;
  given.Add("a.0001_x", {"a.0004_x"})
      .Add("a.0002_x", {"a.0001_x", "a.0003_x"})
      .Add("a.0003_x", {"a.0002_x"})
      .Add("a.0004_x", {"a.0003_x"})
      .Add("a.0005_x");

  EXPECT_EQ(Names(given.graph().ShortestCycle()), "a.0002_x a.0003_x");
  EXPECT_TRUE(Migrations().Add("a.0001_x").graph().ShortestCycle().empty());
}

TEST(GraphTest, AMigrationThatNeedsItselfIsACycle) {
  Migrations given;
  given.Add("a.0001_x", {"a.0001_x"});
  const Graph graph = given.graph();

  EXPECT_EQ(Failures(graph), "CircularDependencyError: a.0001_x");
  EXPECT_EQ(Names(graph.ShortestCycle()), "a.0001_x");
}

// ---- Squashes

TEST(GraphTest, ASquashReplacesItsPartsWhenNoneIsApplied) {
  const Migrations given = Squashed();
  const Graph graph = given.graph();

  EXPECT_EQ(Names(graph.FullPlan()), "shop.0001_squashed_0002_b shop.0003_c");
  EXPECT_FALSE(graph.applied().contains(Key("shop.0001_squashed_0002_b")));
  EXPECT_TRUE(graph.replacements()[0].in_use);
}

TEST(GraphTest, ASquashCountsAsAppliedWhenAllItsPartsAre) {
  const Migrations given = Squashed();
  const Graph graph = given.graph({"shop.0001_a", "shop.0002_b"});

  EXPECT_EQ(Names(graph.FullPlan()), "shop.0001_squashed_0002_b shop.0003_c");
  EXPECT_TRUE(graph.applied().contains(Key("shop.0001_squashed_0002_b")));
}

TEST(GraphTest, ASquashStepsBackWhenSomeOfItsPartsAreApplied) {
  Migrations given = Squashed();
  given.Add("news.0001_a", {"shop.0001_squashed_0002_b"});
  const Graph graph = given.graph({"shop.0001_a", "shop.0001_squashed_0002_b"});

  EXPECT_EQ(Names(graph.LeafNodes("shop")), "shop.0003_c");
  EXPECT_EQ(Names(graph.Parents(Key("news.0001_a"))), "shop.0002_b");
  EXPECT_FALSE(graph.applied().contains(Key("shop.0001_squashed_0002_b")));
  EXPECT_FALSE(graph.replacements()[0].in_use);
}

TEST(GraphTest, WithoutReplacementsASquashStandsBesideItsParts) {
  const Migrations given = Squashed();
  const Graph graph = given.graph().WithoutReplacements();

  EXPECT_EQ(Names(graph.LeafNodes()), "shop.0001_squashed_0002_b shop.0003_c");
  EXPECT_FALSE(graph.replaces_migrations());
}

TEST(GraphTest, ASquashOfSquashesIsResolvedWhereTheDialectKnowsThem) {
  Migrations given;
  given.Add("shop.0001_a")
      .Add("shop.0002_b", {"shop.0001_a"})
      .Add("shop.0003_c", {"shop.0002_b"})
      .Add("shop.0001_squashed_0002")
      .Replaces({"shop.0001_a", "shop.0002_b"})
      .Add("shop.0001_squashed_0003")
      .Replaces({"shop.0001_squashed_0002", "shop.0003_c"});
  const std::vector<std::string> applied = {"shop.0001_a", "shop.0002_b", "shop.0003_c"};

  EXPECT_EQ(Names(given.graph(applied).LeafNodes()), "shop.0001_squashed_0003");
  EXPECT_TRUE(AllReplacedApplied(given.graph(applied), Key("shop.0001_squashed_0002"),
                                 {Key("shop.0001_a"), Key("shop.0002_b")}));
  EXPECT_FALSE(
      AllReplacedApplied(given.graph(applied), Key("shop.0001_squashed_0003"), test::Set(applied)));
  given.Dialect().nested_squashes = true;
  EXPECT_EQ(Names(given.graph(applied).Nodes()), "shop.0001_squashed_0003");
  EXPECT_TRUE(given.graph(applied).applied().contains(Key("shop.0001_squashed_0003")));
  EXPECT_TRUE(
      AllReplacedApplied(given.graph(applied), Key("shop.0001_squashed_0003"), test::Set(applied)));
}

TEST(GraphTest, SquashesThatReplaceEachOtherAreAFailure) {
  Migrations given;
  given.Dialect().nested_squashes = true;
  given.Add("shop.0001_a").Replaces({"shop.0002_b"});
  given.Add("shop.0002_b").Replaces({"shop.0001_a"});

  EXPECT_EQ(Failures(given.graph()),
            "CommandError: Cyclical squash replacement found, starting at ('shop', '0001_a')");
}

TEST(GraphTest, ASquashReplacedBeforeItCouldReplaceIsAFailure) {
  Migrations given;
  given.Add("shop.0001_all").Replaces({"shop.0002_part", "shop.0003_x"});
  given.Add("shop.0002_part").Replaces({"shop.0001_a"});

  EXPECT_EQ(Failures(given.graph()),
            "NodeNotFoundError: Unable to find replacement node ('shop', '0002_part'). It was "
            "either never added to the migration graph, or has been removed.");
}

// ---- History

TEST(GraphTest, EveryMigrationAppliedBeforeItsDependencyIsFound) {
  Migrations given;
  given.Add("shop.0001_a")
      .Add("shop.0002_b", {"shop.0001_a"})
      .Add("shop.0003_c", {"shop.0002_b"})
      .Add("shop.0004_d", {"shop.0003_c"});
  const Graph graph = given.graph({"shop.0002_b", "shop.0004_d"});

  const auto found =
      InconsistentHistory(graph, Keys({"gone.0001_x", "shop.0004_d", "shop.0002_b"}));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].Message(),
            "Migration shop.0004_d is applied before its dependency shop.0003_c on database "
            "'default'.");
  EXPECT_EQ(found[1], (InconsistentEdge{Key("shop.0002_b"), Key("shop.0001_a")}));
}

TEST(GraphTest, AnUnrecordedSquashWhosePartsAreAppliedIsNoInconsistency) {
  const Migrations given = Squashed();
  const auto rows = Keys({"shop.0001_a", "shop.0002_b", "shop.0003_c"});

  EXPECT_TRUE(InconsistentHistory(given.graph({"shop.0001_a", "shop.0002_b"}), rows).empty());
}

}  // namespace
}  // namespace migext::django
