// Drift on databases that Django itself has migrated: there is none.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/text.h"
#include "migrate/drift.h"
#include "migrate/history.h"
#include "support/database.h"
#include "support/golden_blog.h"
#include "support/golden_zoo.h"

namespace migext::migrate {
namespace {

std::string DriftOf(const django::Project& project, const django::AppliedSet& applied,
                    testing::Database& db) {
  const django::Graph graph = django::Graph::Build(project, &applied);
  const schema::SchemaContext context = schema::ContextOf(project);
  const sqlite::Connection connection = sqlite::Connection::Borrow(db.handle());
  const auto live = sqlite::LiveSchema::Read(connection);
  std::string rows;
  for (const Drift& drift : FindDrift({connection, graph, context, live})) {
    rows += drift.table + "|" + drift.object + "|" + std::string(DriftKindName(drift.kind)) + " " +
            std::string(PropertyName(drift.property)) + "|" + drift.expected + "|" + drift.actual +
            "\n";
  }
  return rows;
}

/// Makes the tables as they were, with stand-ins for the functions that Django brings along.
void BuildSchema(testing::Database& db, const test::Json& sqlite_master) {
  static const std::string kUnknown = "no such function: ";
  for (const test::Json& row : sqlite_master.Items()) {
    if (row[3].IsNull() || row[1].Text() == "sqlite_sequence") continue;
    std::string error = db.ErrorOf(row[3].Text());
    while (error.starts_with(kUnknown)) {
      db.DefineFunction(error.substr(kUnknown.size()));
      error = db.ErrorOf(row[3].Text());
    }
    ASSERT_EQ(error, "") << row[3].Text();
  }
}

/// Their steps fake records, make tables by hand or stop half way: what is found there is so.
bool IsMadeToDrift(const std::string& app) {
  static const std::set<std::string> kApps = {"err_atomic_off", "g_fake",
                                              "g_fake_initial", "g_fake_initial_partly",
                                              "g_history",      "g_squash_twice"};
  return kApps.contains(app);
}

struct DriftGoldenTest : ::testing::TestWithParam<std::string> {};

/// Of an app for which a version has no data of its own, that of 5.2 stands for all.
TEST_P(DriftGoldenTest, ThereIsNoneAfterAnyStepOfTheZooEitherWay) {
  const std::string version = GetParam();
  std::size_t steps = 0;
  for (const std::string& app : test::ZooApps(version)) {
    if (IsMadeToDrift(app) || !test::HasZoo(version, app)) continue;
    const test::Json expected = test::ReadZoo(version, app);
    ProjectBuilder tree;
    const auto project =
        django::Project::Read(tree.root(), test::ZooProject(tree, version, expected));
    std::string commands;
    for (const test::Json& step : expected["steps"].Items()) {
      const test::Json* sql = step.Find("sql");
      commands += sql != nullptr ? sql->Text() : Join(step["command"].Texts(), " ");
      commands += "; ";
      testing::Database db;
      BuildSchema(db, step["sqlite_master"]);
      django::AppliedSet applied;
      for (const test::Json& record : step["recorded"].Items()) {
        applied.insert({record[1].Text(), record[2].Text()});
      }
      EXPECT_EQ(DriftOf(*project, applied, db), "") << app << " after " << commands;
      ++steps;
    }
  }
  EXPECT_GT(steps, version == "5.2" ? 700U : 50U);
}

INSTANTIATE_TEST_SUITE_P(Versions, DriftGoldenTest, ::testing::Values("4.2", "5.2", "6.0", "6.1"),
                         [](const auto& version) { return ReplaceAll(version.param, ".", "_"); });

}  // namespace
}  // namespace migext::migrate
