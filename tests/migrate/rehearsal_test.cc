// What rehearse() finds is in tests/surface/rehearse_test.cc; here is where it works.
#include "migrate/rehearsal.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <functional>
#include <string>
#include <utility>

#include "base/files.h"
#include "sqlite/function.h"
#include "support/database.h"
#include "support/project_builder.h"

namespace migext::migrate {
namespace {

class RehearsalTest : public ::testing::Test {
 protected:
  RehearsalTest() {
    given_.Apps({"shop"}).Migration(
        "shop.0001_initial", {},
        "migrations.CreateModel('Item', [('id', models.BigAutoField(primary_key=True))])");
  }

  /// Without memory to spare.
  Rehearsal Rehearse(std::function<void(const sqlite::Connection&)> prepare_copy = {}) {
    const auto project = django::Project::Read(given_.root(), {});
    const auto connection = sqlite::Connection::Borrow(db_.handle());
    const History history = History::Read(connection);
    const django::AppliedSet applied = history.Applied();
    const auto graph = django::Graph::Build(*project, &applied);
    const schema::SchemaContext context = schema::ContextOf(*project);
    RehearsalInput input{connection, *project, graph, history, context};
    input.free_memory = 0;
    input.prepare_copy = std::move(prepare_copy);
    return migrate::Rehearse(input);
  }

  std::size_t FilesThere() const { return ListFolder(given_.root()).size(); }

  ProjectBuilder given_;
  testing::Database db_{given_.Path("db.sqlite3")};
};

TEST_F(RehearsalTest, BesideTheDatabaseItLeavesNothing) {
  db_.Execute("PRAGMA journal_mode = WAL; CREATE TABLE t (a)");
  const std::size_t before = FilesThere();

  const Rehearsal rehearsal = Rehearse();

  EXPECT_EQ(rehearsal.summary,
            "rehearsal passed: applied 1 migration, shop.0001_initial, and back");
  EXPECT_EQ(rehearsal.steps.front().detail, "copied beside the database");
  EXPECT_EQ(FilesThere(), before);
}

TEST_F(RehearsalTest, BesideTheDatabaseItLeavesNothingAfterAFailureEither) {
  given_.Migration("shop.0002_odd", {"shop.0001_initial"},
                   "migrations.RunSQL('UPDATE nosuch SET a = 1')");
  db_.Execute("CREATE TABLE t (a)");
  const std::size_t before = FilesThere();

  EXPECT_TRUE(Rehearse().summary.starts_with("rehearsal failed at shop.0002_odd: "));
  EXPECT_EQ(FilesThere(), before);
}

TEST_F(RehearsalTest, CtrlCEndsAStatementOfAMigration) {
  given_.Migration("shop.0002_long", {"shop.0001_initial"},
                   "migrations.RunSQL('CREATE TABLE u AS WITH RECURSIVE c(x) AS (SELECT ctrl_c() "
                   "UNION ALL SELECT x + 1 FROM c LIMIT 100000000) SELECT count(x) FROM c')");
  db_.Execute("CREATE TABLE t (a)");
  const std::size_t before = FilesThere();
  const auto host = sqlite::Connection::Borrow(db_.handle());
  sqlite::Statement caller = host.Prepare("SELECT 1 UNION ALL SELECT 2");
  caller.Step();

  try {
    Rehearse([&](const sqlite::Connection& copy) {
      sqlite::Register(copy.handle(),
                       {"ctrl_c", 0, 0, sqlite::Safety::kDirectOnly, [&](const sqlite::Arguments&) {
                          sqlite3_interrupt(host.handle());
                          return sqlite::Cell(1);
                        }});
    });
    FAIL() << "it came to its end";
  } catch (const sqlite::DatabaseError& error) {
    EXPECT_TRUE(error.IsInterrupt()) << error.what();
  }
  EXPECT_EQ(FilesThere(), before);
}

}  // namespace
}  // namespace migext::migrate
