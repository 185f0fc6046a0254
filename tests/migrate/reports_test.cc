#include "migrate/reports.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "support/migrations.h"

namespace migext::migrate {
namespace {

using test::Key;
using test::Migrations;
using Lines = std::vector<std::string>;

Migrations Shop() {
  Migrations given;
  given.Add("shop.0001_a", {"auth.0001_a"}).Add("shop.0002_b", {"shop.0001_a"}).Add("auth.0001_a");
  given.App("messages");
  given.App("zen").has_migrations = true;
  return given;
}

TEST(ReportsTest, ShowMigrationsListsAppsByNameAndTheirMigrationsInOrder) {
  const Migrations given = Shop();
  EXPECT_EQ(ShowMigrations(given.graph({"auth.0001_a"}), {{Key("auth.0001_a"), ""}}),
            (Lines{"auth", " [X] 0001_a", "shop", " [ ] 0001_a", " [ ] 0002_b", "zen",
                   " (no migrations)"}));
}

TEST(ReportsTest, ShowMigrationsOfNamedAppsKeepsTheirOrder) {
  const Migrations given = Shop();
  const Lines apps = {"messages", "auth"};
  const AppliedTimes recorded = {{Key("auth.0001_a"), "2025-06-10 08:45:03"}};
  EXPECT_EQ(ShowMigrations(given.graph({"auth.0001_a"}), recorded, apps, Verbosity::kDetailed),
            (Lines{"messages", " (no migrations)", "auth",
                   " [X] 0001_a (applied at 2025-06-10 08:45:03)"}));
}

TEST(ReportsTest, ASquashWhosePartsAreRecordedIsMarkedUntilItIsRecordedItself) {
  Migrations given;
  given.Add("shop.0001_a").Add("shop.0001_squashed").Replaces({"shop.0001_a", "shop.0002_gone"});
  const auto graph = given.graph({"shop.0001_a", "shop.0002_gone"});
  const AppliedTimes parts = {{Key("shop.0001_a"), ""}, {Key("shop.0002_gone"), ""}};

  EXPECT_EQ(ShowMigrations(graph, parts),
            (Lines{"shop",
                   " [-] 0001_squashed (2 squashed migrations) Run 'manage.py migrate' to finish "
                   "recording."}));
  EXPECT_EQ(ShowPlan(graph), (Lines{"[X]  shop.0001_squashed"}));
}

TEST(ReportsTest, ShowPlanListsWhatTheTargetsNeedAndOnDemandWhy) {
  const Migrations given = Shop();
  const Lines apps = {"shop"};
  EXPECT_EQ(ShowPlan(given.graph({"auth.0001_a"}), apps, Verbosity::kDetailed),
            (Lines{"[X]  auth.0001_a", "[ ]  shop.0001_a ... (auth.0001_a)",
                   "[ ]  shop.0002_b ... (shop.0001_a)"}));
  EXPECT_EQ(ShowPlan(given.graph(), Lines{"zen"}), (Lines{"(no migrations)"}));
}

TEST(ReportsTest, AnUnknownAppIsRefused) {
  const Migrations given = Shop();
  EXPECT_THROW(ShowMigrations(given.graph(), {}, Lines{"polls"}), Error);
  EXPECT_THROW(ShowPlan(given.graph(), Lines{"polls"}), Error);
}

TEST(ReportsTest, AnEmptyAppOthersDependOnStopsThePlanButNotTheList) {
  Migrations given = Shop();
  given.Add("late.0001_a", {"zen.__first__"});
  EXPECT_NO_THROW(ShowMigrations(given.graph(), {}));
  EXPECT_THROW(ShowPlan(given.graph()), Error);
}

TEST(ReportsTest, APlanWithoutStepsSaysSo) {
  const Migrations given = Shop();
  EXPECT_EQ(PlannedOperations(PlanLikeDjango(given.graph(), {}, "zen")),
            (Lines{"Planned operations:", "  No planned migration operations."}));
}

}  // namespace
}  // namespace migext::migrate
