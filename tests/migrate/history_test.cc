#include "migrate/history.h"

#include <gtest/gtest.h>

#include "support/database.h"

namespace migext::migrate {
namespace {

using testing::Database;

constexpr const char* kTable =
    "CREATE TABLE \"django_migrations\" (\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "
    "\"app\" "
    "varchar(255), \"name\" varchar(255), \"applied\" datetime);";

struct HistoryTest : ::testing::Test {
  History Read() { return History::Read(sqlite::Connection::Borrow(db.handle())); }

  Database db;
};

TEST_F(HistoryTest, NothingIsRecordedWithoutATable) {
  const History history = Read();

  EXPECT_EQ(history.table(), HistoryTable::kMissing);
  EXPECT_TRUE(history.Applied().empty());
}

TEST_F(HistoryTest, RecordsComeInTheOrderOfTheirRowsAndKeepDuplicates) {
  db.Execute(kTable);
  db.Execute(
      "INSERT INTO django_migrations VALUES (2, 'blog', '0001_initial', '2025-06-10 08:45:03'), "
      "(9, "
      "'blog', '0001_initial', '2025-06-11 09:00:00.5'), (1, 'auth', '0001_initial', "
      "'2025-06-10')");

  const History history = Read();

  ASSERT_EQ(history.records().size(), 3U);
  EXPECT_EQ(history.records()[0].key, (django::MigrationKey{"auth", "0001_initial"}));
  EXPECT_EQ(history.records()[2].id, sqlite::Cell(9));
  EXPECT_EQ(history.Applied().size(), 2U);
  EXPECT_TRUE(history.malformed().empty());
}

TEST_F(HistoryTest, ANameWithAZeroByteIsNone) {
  db.Execute(kTable);
  db.Execute("INSERT INTO django_migrations VALUES (1, 'a' || char(0), '0001', '2025-06-10')");

  EXPECT_TRUE(Read().records().empty());
  EXPECT_EQ(Read().malformed().at(0).problem, "the app holds a zero byte");
}

TEST_F(HistoryTest, RowsAreFoundAgainByTheirRowIdOrWhereThereIsNoneByTheirKey) {
  db.Execute(kTable);
  EXPECT_EQ(Read().row_id_column(), "rowid");

  db.Execute(
      "DROP TABLE django_migrations; CREATE TABLE django_migrations(id integer PRIMARY KEY, app, "
      "name, applied) WITHOUT ROWID");
  EXPECT_EQ(Read().row_id_column(), "\"id\"");
}

TEST_F(HistoryTest, ARowThatNamesNoMigrationIsAFindingAndNoRecord) {
  db.Execute(kTable);
  db.Execute(
      "INSERT INTO django_migrations VALUES (1, NULL, 'a', '2025-06-10'), (2, 'blog', '', "
      "'2025-06-10'), (3, x'626c6f67', 'a', '2025-06-10')");

  const History history = Read();

  EXPECT_TRUE(history.records().empty());
  ASSERT_EQ(history.malformed().size(), 3U);
  EXPECT_EQ(history.malformed()[0].problem, "the app is NULL");
  EXPECT_EQ(history.malformed()[0].row, "(1, NULL, 'a', '2025-06-10')");
  EXPECT_EQ(history.malformed()[1].problem, "the name is empty");
  EXPECT_EQ(history.malformed()[2].problem, "the app is no text");
}

TEST_F(HistoryTest, ARecordWithABadDateIsStillARecord) {
  db.Execute(kTable);
  db.Execute("INSERT INTO django_migrations VALUES (1, 'blog', 'a', '2025-02-30 08:45:03')");

  const History history = Read();

  EXPECT_EQ(history.records().size(), 1U);
  ASSERT_EQ(history.malformed().size(), 1U);
  EXPECT_TRUE(history.malformed()[0].is_record);
}

TEST_F(HistoryTest, AViewOfThatNameHoldsNoHistory) {
  db.Execute("CREATE VIEW django_migrations AS SELECT 1 AS id, 'a' AS app, 'b' AS name");

  EXPECT_EQ(Read().table(), HistoryTable::kView);
  EXPECT_TRUE(Read().records().empty());
}

TEST_F(HistoryTest, ATableWithoutTheNeededColumnsCannotBeUsed) {
  db.Execute("CREATE TABLE django_migrations (id integer, app text, x text)");

  EXPECT_EQ(Read().table(), HistoryTable::kUnusable);
  EXPECT_EQ(Read().missing_columns(), (std::vector<std::string>{"name", "applied"}));
}

TEST_F(HistoryTest, ATableWithoutIdAndDateIsReadAllTheSame) {
  db.Execute("CREATE TABLE django_migrations (app text, name text)");
  db.Execute("INSERT INTO django_migrations VALUES ('blog', '0001_initial')");

  EXPECT_EQ(Read().Applied(), (django::AppliedSet{{"blog", "0001_initial"}}));
}

TEST_F(HistoryTest, ATableWithoutRowidIsRead) {
  db.Execute(
      "CREATE TABLE django_migrations (id integer PRIMARY KEY, app text, name text, applied text) "
      "WITHOUT ROWID");
  db.Execute("INSERT INTO django_migrations VALUES (4, 'blog', '0001_initial', '2025-06-10')");

  EXPECT_EQ(Read().Applied().size(), 1U);
}

TEST_F(HistoryTest, TheRecorderMakesTheTableAsDjangoDoes) {
  const sqlite::Connection connection = sqlite::Connection::Borrow(db.handle());

  Recorder(connection).RecordApplied({"blog", "0001_initial"});

  EXPECT_EQ(
      db.Rows("SELECT sql FROM sqlite_master WHERE name = 'django_migrations'"),
      "CREATE TABLE \"django_migrations\" (\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "
      "\"app\" varchar(255) NOT NULL, \"name\" varchar(255) NOT NULL, \"applied\" datetime NOT "
      "NULL)\n");
  EXPECT_EQ(db.Rows("SELECT id, app, name, typeof(applied), abs(julianday('now') - "
                    "julianday(applied)) < 0.001 FROM django_migrations"),
            "1|blog|0001_initial|text|1\n");
}

TEST_F(HistoryTest, TheRecorderSaysHowItsChangesAreTakenBack) {
  db.Execute(kTable);
  db.Execute(
      "INSERT INTO django_migrations VALUES (3, 'it''s', 'a', '2025-06-10'), (5, 'it''s', 'a', "
      "NULL)");
  const std::string before = db.Rows("SELECT * FROM django_migrations");
  const sqlite::Connection connection = sqlite::Connection::Borrow(db.handle());

  const std::string undo_delete = Recorder(connection).RecordUnapplied({"it's", "a"});
  EXPECT_EQ(db.Rows("SELECT * FROM django_migrations"), "");
  db.Execute(undo_delete);
  EXPECT_EQ(db.Rows("SELECT * FROM django_migrations"), before);

  const std::string undo_insert = Recorder(connection).RecordApplied({"shop", "b"});
  db.Execute(undo_insert);
  EXPECT_EQ(db.Rows("SELECT * FROM django_migrations"), before);
}

TEST_F(HistoryTest, TheRecorderRefusesAViewAndNamesTheWayOut) {
  db.Execute("CREATE VIEW django_migrations AS SELECT 1 AS id");
  const sqlite::Connection connection = sqlite::Connection::Borrow(db.handle());

  EXPECT_THROW(Recorder(connection).RecordApplied({"blog", "a"}), Error);
}

TEST(FormatAppliedTest, LeavesOutAFractionOfZeroAsPythonDoes) {
  using namespace std::chrono;
  const auto whole = sys_days(2025y / June / 3d) + 8h + 5min + 9s;

  EXPECT_EQ(FormatApplied(whole), "2025-06-03 08:05:09");
  EXPECT_EQ(FormatApplied(whole + 42us), "2025-06-03 08:05:09.000042");
}

TEST(IsDjangoDateTimeTest, AcceptsWhatParseDatetimeAccepts) {
  for (const char* text : {"2025-06-10 08:45:03", "2025-06-10T8:5", "2025-06-10 08:45:03.123456789",
                           "2025-06-10", "2024-02-29 00:00:00+02:00", "2025-06-10 08:45:03Z"}) {
    EXPECT_TRUE(IsDjangoDateTime(text)) << text;
  }
  for (const char* text : {"", "yesterday", "2025-13-01", "2025-02-29 00:00", "0000-01-01",
                           "2025-06-10 25:00", "2025-06-10 08:45:03 +1", "2025-06-10x"}) {
    EXPECT_FALSE(IsDjangoDateTime(text)) << text;
  }
}

}  // namespace
}  // namespace migext::migrate
