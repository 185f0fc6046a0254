// kill -9 in the middle of a run: whatever the moment, each migration is wholly there with its
// record, or not at all.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/text.h"
#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;
using testing::LoadedDatabase;

#ifdef __SANITIZE_ADDRESS__
constexpr int kKills = 25;
#else
constexpr int kKills = 200;
#endif
constexpr unsigned kSeed = 20250113;

/// Three apps of twelve migrations: a table with rows, then columns, indexes and rows, two
/// operations each, so that half a migration would show.
void WriteProject(ProjectBuilder& given) {
  given.Apps({"garden", "kitchen", "library"});
  for (const std::string app : {"garden", "kitchen", "library"}) {
    given.Migration(
        app + ".0001_initial", {},
        "migrations.CreateModel('Thing', [('id', models.BigAutoField(primary_key=True)), "
        "('name', models.CharField(max_length=80))]), "
        "migrations.RunSQL(\"INSERT INTO " +
            app +
            "_thing (name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
            "i < 300) SELECT 'thing ' || i FROM n\", '')");
    std::string parent = app + ".0001_initial";
    for (int number = 2; number <= 12; ++number) {
      const std::string digits = (number < 10 ? "000" : "00") + std::to_string(number);
      const std::string column = "column_" + std::to_string(number);
      const std::string key = app + "." + digits + "_" + column;
      given.Migration(key, {parent},
                      "migrations.AddField('thing', '" + column +
                          "', models.CharField(max_length=20, default='new')), "
                          "migrations.AddIndex('thing', models.Index(fields=['" +
                          column + "'], name='" + app + "_" + column + "'))");
      parent = key;
    }
  }
}

/// Everything but what the run writes about itself.
std::string Everything(LoadedDatabase& db) {
  std::string all = db.Rows(
      "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE tbl_name NOT LIKE 'migext%' AND "
      "tbl_name NOT IN ('django_migrations', 'sqlite_sequence') ORDER BY type, name");
  for (const std::string app : {"garden", "kitchen", "library"}) {
    const std::string table = app + "_thing";
    const bool exists =
        !db.Rows("SELECT 1 FROM sqlite_master WHERE name = '" + table + "'").empty();
    if (exists) all += db.Rows("SELECT * FROM " + table);
  }
  return all;
}

std::string Records(LoadedDatabase& db) {
  const bool exists =
      !db.Rows("SELECT 1 FROM sqlite_master WHERE name = 'django_migrations'").empty();
  return exists ? db.Rows("SELECT app, name FROM django_migrations ORDER BY id") : "";
}

class KillTest : public ::testing::Test {
 protected:
  void SetUp() override {
    WriteProject(given_);
    RemoveDatabase();
    LoadedDatabase db(path_);
    db.Execute("PRAGMA synchronous = OFF");
    expected_.push_back({Records(db), Everything(db)});
    const std::string plan = db.Rows("SELECT DISTINCT step, app, name FROM migration_plan");
    for (const std::string& line : Split(plan, '\n')) {
      const std::vector<std::string> parts = Split(line, '|');
      if (parts.size() != 3) continue;
      db.Execute("SELECT migrate('" + parts[1] + "', '" + parts[2] + "')");
      expected_.push_back({Records(db), Everything(db)});
    }
    ASSERT_EQ(expected_.size(), 37U);
  }

  void RemoveDatabase() const {
    for (const char* suffix : {"", "-journal", "-wal", "-shm"}) unlink((path_ + suffix).c_str());
  }

  /// A process that migrates; `at` after it has read the project it is killed.  False when it was
  /// done before.
  bool MigrateAndKill(microseconds at) {
    int ready[2];
    if (pipe(ready) != 0) return false;
    const pid_t child = fork();
    if (child == 0) {
      {
        LoadedDatabase db(path_);
        // What the process has written stays when only the process dies.
        db.Execute("PRAGMA synchronous = OFF");
        db.Rows("SELECT count(*) FROM migration_plan");
        if (write(ready[1], "x", 1) != 1) _exit(2);
        db.Execute("SELECT migrate()");
      }
      _exit(0);
    }
    char byte = 0;
    const bool is_ready = read(ready[0], &byte, 1) == 1;
    std::this_thread::sleep_for(at);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    close(ready[0]);
    close(ready[1]);
    EXPECT_TRUE(is_ready);
    return WIFSIGNALED(status);
  }

  microseconds DurationOfARun() {
    RemoveDatabase();
    LoadedDatabase db(path_);
    db.Execute("PRAGMA synchronous = OFF");
    db.Rows("SELECT count(*) FROM migration_plan");
    const auto begin = steady_clock::now();
    db.Execute("SELECT migrate()");
    return std::chrono::duration_cast<microseconds>(steady_clock::now() - begin);
  }

  /// How many migrations are there; -1 when it is no prefix of the plan.
  int PrefixFound() {
    LoadedDatabase db(path_);
    EXPECT_EQ(db.Rows("PRAGMA integrity_check"), "ok\n");
    const std::string records = Records(db);
    const std::string everything = Everything(db);
    for (std::size_t i = 0; i < expected_.size(); ++i) {
      if (expected_[i].records != records) continue;
      EXPECT_EQ(expected_[i].everything, everything) << "with these records:\n" << records;
      return static_cast<int>(i);
    }
    return -1;
  }

  struct Moment {
    std::string records;
    std::string everything;
  };

  ProjectBuilder given_;
  std::string path_ = given_.Path("db.sqlite3");
  std::vector<Moment> expected_;  // By the number of migrations applied.
};

TEST_F(KillTest, LeavesEachMigrationWholeOrNotThere) {
  std::mt19937 random(kSeed);
  const microseconds duration = DurationOfARun();
  std::uniform_int_distribution<microseconds::rep> moment(0, duration.count());
  int in_the_middle = 0;
  for (int i = 0; i < kKills && !HasFailure(); ++i) {
    RemoveDatabase();
    MigrateAndKill(microseconds(moment(random)));
    const int applied = PrefixFound();
    EXPECT_GE(applied, 0) << "the records are those of no prefix of the plan";
    if (applied > 0 && applied + 1 < static_cast<int>(expected_.size())) ++in_the_middle;
  }
  EXPECT_GT(in_the_middle, kKills / 4) << "the kills missed the run";
}

TEST_F(KillTest, LetsTheNextRunGoOnToTheEnd) {
  const microseconds half = DurationOfARun() / 2;
  RemoveDatabase();
  MigrateAndKill(half);
  LoadedDatabase db(path_);
  db.Execute("SELECT migrate()");
  EXPECT_EQ(Records(db), expected_.back().records);
  EXPECT_EQ(Everything(db), expected_.back().everything);
}

}  // namespace
}  // namespace migext::surface
