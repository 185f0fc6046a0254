#include "migrate/history.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

#include "base/text.h"
#include "migrate/checksums.h"

namespace migext::migrate {
namespace {

// CREATE TABLE as every supported Django writes it, so that sqlite_master is the same.
constexpr std::string_view kCreateTable =
    R"(CREATE TABLE "main"."django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, )"
    R"("app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL))";

HistoryTable FindTable(const sqlite::Connection& connection) {
  const sqlite::Cell type = connection.Value(
      "SELECT type FROM main.sqlite_master WHERE name = 'django_migrations' AND type IN ('table', "
      "'view')");
  if (type.IsNull()) return HistoryTable::kMissing;
  return type == sqlite::Cell("view") ? HistoryTable::kView : HistoryTable::kTable;
}

std::vector<std::string> MissingColumns(const sqlite::Connection& connection) {
  std::vector<std::string> missing = {"id", "app", "name", "applied"};
  sqlite::Statement columns =
      connection.Prepare("SELECT name FROM pragma_table_xinfo('django_migrations', 'main')");
  for (const sqlite::Row row : columns) {
    const std::string name = Lower(row.TextView(0));
    std::erase(missing, name);
  }
  return missing;
}

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string NameProblem(std::string_view column, const sqlite::Cell& cell) {
  const std::string what = "the " + std::string(column);
  if (cell.IsNull()) return what + " is NULL";
  if (cell.Text() == nullptr) return what + " is no text";
  if (cell.Text()->empty()) return what + " is empty";
  if (!IsUtf8(*cell.Text())) return what + " is not UTF-8";
  // No file has such a name, and a shell that reads a remedy would lose the quote behind it.
  if (cell.Text()->find('\0') != std::string::npos) return what + " holds a zero byte";
  return {};
}

std::string DateProblem(const sqlite::Cell& applied) {
  if (applied.IsNull()) return "the date is NULL";
  if (applied.Text() == nullptr) return "the date is no text";
  if (!IsDjangoDateTime(*applied.Text())) return "the date is none that Django can read";
  return {};
}

/// A run of decimal digits, taken off the front.
std::optional<int> TakeNumber(std::string_view& text, std::size_t least, std::size_t most) {
  std::size_t length = 0;
  int number = 0;
  while (length < most && length < text.size() && text[length] >= '0' && text[length] <= '9') {
    number = number * 10 + (text[length] - '0');
    ++length;
  }
  if (length < least) return std::nullopt;
  text.remove_prefix(length);
  return number;
}

bool TakeChar(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

int DaysIn(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays.at(static_cast<std::size_t>(month - 1));
}

bool TakeDate(std::string_view& text) {
  const auto year = TakeNumber(text, 4, 4);
  if (!year || !TakeChar(text, "-")) return false;
  const auto month = TakeNumber(text, 1, 2);
  if (!month || !TakeChar(text, "-")) return false;
  const auto day = TakeNumber(text, 1, 2);
  return day && *year >= 1 && *month >= 1 && *month <= 12 && *day >= 1 &&
         *day <= DaysIn(*year, *month);
}

bool TakeTime(std::string_view& text) {
  const auto hour = TakeNumber(text, 1, 2);
  if (!hour || *hour > 23 || !TakeChar(text, ":")) return false;
  const auto minute = TakeNumber(text, 1, 2);
  if (!minute || *minute > 59) return false;
  if (TakeChar(text, ":")) {
    const auto second = TakeNumber(text, 1, 2);
    if (!second || *second > 59) return false;
    if (TakeChar(text, ".,")) {
      if (!TakeNumber(text, 1, 6)) return false;
      TakeNumber(text, 0, 6);
    }
  }
  return true;
}

bool IsOffset(std::string_view text) {
  if (text.empty() || text == "Z") return true;
  if (!TakeChar(text, "+-")) return false;
  const auto hours = TakeNumber(text, 2, 2);
  TakeChar(text, ":");
  if (!text.empty()) {
    const auto minutes = TakeNumber(text, 2, 2);
    if (!minutes || *minutes > 59) return false;
  }
  return hours && *hours < 24 && text.empty();
}

std::string DeleteText(const sqlite::Cell& row_id, const django::MigrationKey& key) {
  return R"(DELETE FROM "main"."django_migrations" WHERE "id" = )" + row_id.ToSql() +
         " AND \"app\" = " + SqlLiteral(key.app) + " AND \"name\" = " + SqlLiteral(key.name) + ";";
}

std::string InsertText(const Record& record) {
  return R"(INSERT INTO "main"."django_migrations" ("id", "app", "name", "applied") VALUES ()" +
         record.id.ToSql() + ", " + SqlLiteral(record.key.app) + ", " +
         SqlLiteral(record.key.name) + ", " + record.applied.ToSql() + ");";
}

/// A trigger may swallow a change (RAISE(IGNORE)); nothing else tells.
void RequireChanges(const sqlite::Connection& connection, std::size_t expected,
                    const django::MigrationKey& key) {
  if (connection.Changes() == static_cast<std::int64_t>(expected)) return;
  throw Error("the record of " + key.ToString() +
              " was not changed: something keeps it as it is; see SELECT name, sql FROM "
              "sqlite_master WHERE type = 'trigger' AND tbl_name = 'django_migrations'");
}

}  // namespace

History History::Read(const sqlite::Connection& connection) {
  History history;
  try {
    history.table_ = FindTable(connection);
    if (history.table_ == HistoryTable::kTable) history.ReadRows(connection);
  } catch (const sqlite::DatabaseError& error) {
    if (!error.IsDamage()) throw;
    history.damage_ = error.message();
  }
  return history;
}

void History::ReadRows(const sqlite::Connection& connection) {
  missing_columns_ = MissingColumns(connection);
  if (Contains(missing_columns_, "app") || Contains(missing_columns_, "name")) {
    table_ = HistoryTable::kUnusable;
    return;
  }
  const std::string id = Contains(missing_columns_, "id") ? "NULL" : "\"id\"";
  const std::string applied = Contains(missing_columns_, "applied") ? "NULL" : "\"applied\"";
  // A table WITHOUT ROWID has no such column; its key then takes the place.
  const bool has_row_id =
      connection
          .Value(
              "SELECT 1 FROM main.sqlite_master WHERE name = 'django_migrations' AND "
              "sql LIKE '%WITHOUT ROWID%'")
          .IsNull();
  if (!has_row_id) row_id_column_ = id;
  sqlite::Statement rows =
      connection.Prepare("SELECT " + row_id_column_ + ", " + id + ", \"app\", \"name\", " +
                         applied + " FROM main.\"django_migrations\" ORDER BY 1");
  for (const sqlite::Row row : rows) AddRow(row);
}

void History::AddRow(const sqlite::Row& row) {
  const sqlite::Cell id = row.Get(1);
  const sqlite::Cell app = row.Get(2);
  const sqlite::Cell name = row.Get(3);
  const sqlite::Cell applied = row.Get(4);
  std::string problem = NameProblem("app", app);
  if (problem.empty()) problem = NameProblem("name", name);
  const bool is_record = problem.empty();
  if (is_record && !Contains(missing_columns_, "applied")) problem = DateProblem(applied);
  if (!problem.empty()) {
    malformed_.push_back(
        {row.Int(0),
         "(" + id.ToSql() + ", " + app.ToSql() + ", " + name.ToSql() + ", " + applied.ToSql() + ")",
         problem, is_record});
  }
  if (is_record) records_.push_back({row.Int(0), {*app.Text(), *name.Text()}, id, applied});
}

django::AppliedSet History::Applied() const {
  django::AppliedSet applied;
  for (const Record& record : records_) applied.insert(record.key);
  return applied;
}

const Record* History::Find(const django::MigrationKey& key) const {
  const auto found = std::find_if(records_.begin(), records_.end(),
                                  [&](const Record& record) { return record.key == key; });
  return found == records_.end() ? nullptr : &*found;
}

void Recorder::EnsureTable() const {
  switch (FindTable(connection_)) {
    case HistoryTable::kMissing:
      connection_.Run(kCreateTable);
      return;
    case HistoryTable::kView:
      throw Error(
          "'django_migrations' is a view, and Django needs a table; look at it with SELECT sql "
          "FROM "
          "sqlite_master WHERE name = 'django_migrations', then DROP VIEW django_migrations");
    default:
      break;
  }
  const std::vector<std::string> missing = MissingColumns(connection_);
  if (missing.empty()) return;
  throw Error("the table 'django_migrations' lacks the column '" + missing.front() +
              "', so nothing can be recorded; rename it with ALTER TABLE django_migrations RENAME "
              "TO django_migrations_broken and call again");
}

std::string Recorder::RecordApplied(const django::MigrationKey& key) const {
  EnsureTable();
  connection_.Run(
      R"(INSERT INTO "main"."django_migrations" ("app", "name", "applied") VALUES (?, ?, ?))",
      {key.app, key.name, FormatApplied(std::chrono::system_clock::now())});
  RequireChanges(connection_, 1, key);
  std::string undo = DeleteText(connection_.LastInsertRowId(), key);
  if (checksums_ != nullptr) checksums_->Write(key);
  return undo;
}

std::string Recorder::RecordUnapplied(const django::MigrationKey& key) const {
  const History history = History::Read(connection_);
  if (!history.damage().empty()) throw Error(history.damage());
  std::vector<std::string> undo;
  for (const Record& record : history.records()) {
    if (record.key == key) undo.push_back(InsertText(record));
  }
  if (undo.empty()) return {};
  connection_.Run(R"(DELETE FROM "main"."django_migrations" WHERE "app" = ? AND "name" = ?)",
                  {key.app, key.name});
  RequireChanges(connection_, undo.size(), key);
  if (checksums_ != nullptr) checksums_->Remove(key);
  return Join(undo, "\n");
}

std::string HistoryMark(const sqlite::Connection& connection) {
  if (!connection.HasTable(kHistoryTable)) return {};
  const std::string from = " FROM \"main\".\"django_migrations\"";
  try {
    return connection.Value("SELECT count(*) || ' ' || coalesce(max(rowid), 0)" + from).ToString();
  } catch (const sqlite::DatabaseError& error) {
    if (error.IsBusy() || error.IsDamage()) throw;
    return connection.Value("SELECT count(*)" + from).ToString();  // a table WITHOUT ROWID
  }
}

std::string HistoryScript(const History& history) {
  std::string script = "-- The records of django_migrations, " +
                       FormatApplied(std::chrono::system_clock::now()) +
                       " UTC.  To put them back in place of those that are there, all or nothing:\n"
                       "--     sqlite3 -bail db.sqlite3 < this_file\n"
                       "BEGIN IMMEDIATE;\n"
                       "DELETE FROM \"main\".\"django_migrations\";\n";
  for (const Record& record : history.records()) script += InsertText(record) + "\n";
  return script + "COMMIT;\n";
}

std::string FormatApplied(std::chrono::system_clock::time_point time) {
  using std::chrono::floor;
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<std::chrono::microseconds> clock(
      floor<std::chrono::microseconds>(time - day));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  std::string out = text.data();
  const auto micros = static_cast<int>(clock.subseconds().count());
  if (micros != 0) {
    std::snprintf(text.data(), text.size(), ".%06d", micros);
    out += text.data();
  }
  return out;
}

bool IsDjangoDateTime(std::string_view text) {
  if (!TakeDate(text)) return false;
  if (text.empty()) return true;
  return TakeChar(text, " T") && TakeTime(text) && IsOffset(Trim(text));
}

}  // namespace migext::migrate
