// The schema: views and triggers that no longer compile, tables left over, counters that are
// behind.
#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "recover/health_checks.h"
#include "sqlite/compile_probe.h"
#include "sqlite/sql_tokens.h"

namespace migext::recover {
namespace {

struct BrokenCode {
  sqlite::SchemaCode code;
  std::string error;
};

/// True if what the error names is in the text: "no such column: main.x" in one that uses x.
bool IsToBlame(const BrokenCode& broken) {
  const std::string name = broken.error.substr(broken.error.find_last_of(".: ") + 1);
  return sqlite::MentionsName(broken.code.sql, name);
}

/// A statement compiles all the triggers of its kind on the table: of those with the same error the
/// ones that name what is missing are to blame.
void LeaveThoseToBlame(std::vector<BrokenCode>& broken) {
  const std::vector<BrokenCode> all = broken;
  std::erase_if(broken, [&](const BrokenCode& one) {
    return !IsToBlame(one) && std::any_of(all.begin(), all.end(), [&](const BrokenCode& other) {
      return other.code.table == one.code.table && other.error == one.error && IsToBlame(other);
    });
  });
}

/// Prepares each view, or each trigger.
void CheckCode(const HealthCase& subject, bool views, HealthRows& rows) {
  const std::string check = views ? "views" : "triggers";
  const std::string word = views ? "view" : "trigger";
  std::int64_t sound = 0;
  std::vector<BrokenCode> broken;
  for (sqlite::SchemaCode& code : sqlite::ReadSchemaCode(subject.db, "main")) {
    if (code.is_view != views) continue;
    std::string error = sqlite::CompileError(subject.db, code);
    if (error.empty()) {
      ++sound;
    } else {
      broken.push_back({std::move(code), std::move(error)});
    }
  }
  LeaveThoseToBlame(broken);
  for (const auto& [code, error] : broken) {
    std::string detail = "the " + word + " " + SqlIdentifier(code.name);
    if (!views) detail += " of " + code.table;
    detail += " no longer compiles: " + error;
    if (!views) detail += "; what fires it fails";
    rows.Fail(check, detail + "; make it anew without what is missing; it reads: " + code.sql,
              "DROP " + std::string(views ? "VIEW " : "TRIGGER ") + SqlIdentifier(code.name) + ";");
  }
  if (broken.empty())
    rows.Ok(check, sound == 0 ? "there is none" : "all of " + Counted(sound, word) + " compile");
}

std::int64_t NumberOf(const sqlite::Cell& cell) {
  return cell.Integer() == nullptr ? 0 : *cell.Integer();
}

std::int64_t RowsOf(const sqlite::Connection& db, const std::string& table) {
  return NumberOf(db.Value("SELECT count(*) FROM main." + SqlIdentifier(table)));
}

/// True if each row of the copy is in the table too, as far as they have the same columns.
bool HoldsNothingElse(const sqlite::Connection& db, const sqlite::LiveTable& copy,
                      const sqlite::LiveTable& table) {
  std::vector<std::string> shared;
  for (const sqlite::LiveColumn& column : copy.columns) {
    if (table.FindColumn(column.name) != nullptr) shared.push_back(SqlIdentifier(column.name));
  }
  if (shared.empty()) return RowsOf(db, copy.name) == 0;
  const std::string select = "SELECT " + Join(shared, ", ") + " FROM main.";
  return db.Value("SELECT NOT EXISTS (" + select + SqlIdentifier(copy.name) + " EXCEPT " + select +
                  SqlIdentifier(table.name) + ")") == sqlite::Cell(1);
}

void AddLeftover(const HealthCase& subject, const sqlite::LiveTable& copy,
                 const sqlite::LiveTable* table, const std::string& name, HealthRows& rows) {
  const std::string left = "the table " + copy.name + " is left of a rebuild of " + name;
  if (table == nullptr) {
    return rows.Fail(
        "leftovers",
        left + ", which is gone: this may be the only copy of its rows; look at it first",
        "ALTER TABLE " + SqlIdentifier(copy.name) + " RENAME TO " + SqlIdentifier(name) + ";");
  }
  const std::string drop = "DROP TABLE " + SqlIdentifier(copy.name) + ";";
  const std::string counts = left + "; it has " + Counted(RowsOf(subject.db, copy.name), "row") +
                             ", " + name + " has " + Grouped(RowsOf(subject.db, name));
  if (HoldsNothingElse(subject.db, copy, *table)) {
    return rows.Fail("leftovers",
                     counts +
                         ", and they hold nothing else; Django fails to make its copy while "
                         "this one is there",
                     drop);
  }
  rows.Fail("leftovers", counts +
                             ", and some of it is not there: compare the two by hand; if nothing "
                             "of it is needed: " +
                             drop);
}

/// How far the counter of an AUTOINCREMENT table is behind its rows.
void AddSequence(const HealthCase& subject, const sqlite::LiveTable& table, bool& is_sound,
                 HealthRows& rows) {
  const sqlite::Cell highest =
      subject.db.Value("SELECT max(rowid) FROM main." + SqlIdentifier(table.name));
  if (highest.IsNull()) return;
  const sqlite::Cell counter =
      subject.db.Value("SELECT max(seq) FROM main.sqlite_sequence WHERE name = ?", {table.name});
  const std::int64_t entries = NumberOf(
      subject.db.Value("SELECT count(*) FROM main.sqlite_sequence WHERE name = ?", {table.name}));
  if (entries == 1 && counter.Integer() != nullptr && *counter.Integer() >= NumberOf(highest))
    return;
  is_sound = false;
  const std::string name = SqlLiteral(table.name);
  const std::string detail =
      entries > 1 ? "sqlite_sequence has " + Grouped(entries) + " rows for " + table.name
                  : "the counter of " + table.name + " is at " +
                        (entries == 0 ? "nothing" : counter.ToString()) + ", its highest key is " +
                        highest.ToString();
  rows.Warn("sequences", detail + ": keys of rows that are deleted now can be given out again",
            "DELETE FROM sqlite_sequence WHERE name = " + name +
                "; INSERT INTO sqlite_sequence (name, seq) SELECT " + name + ", max(rowid) FROM " +
                SqlIdentifier(table.name) + ";");
}

}  // namespace

void CheckViews(const HealthCase& subject, HealthRows& rows) { CheckCode(subject, true, rows); }

void CheckTriggers(const HealthCase& subject, HealthRows& rows) { CheckCode(subject, false, rows); }

void CheckLeftovers(const HealthCase& subject, HealthRows& rows) {
  constexpr std::string_view kNew = "new__";  // DatabaseSchemaEditor._remake_table()
  const sqlite::LiveSchema& live = subject.live;
  bool is_any = false;
  for (const sqlite::LiveTable& copy : live.tables()) {
    if (!copy.name.starts_with(kNew)) continue;
    is_any = true;
    const std::string name = copy.name.substr(kNew.size());
    AddLeftover(subject, copy, live.FindTable(name), name, rows);
  }
  if (!is_any) rows.Ok("leftovers", "no table is left of a rebuild that stopped half way");
}

void CheckSequences(const HealthCase& subject, HealthRows& rows) {
  const sqlite::LiveSchema& live = subject.live;
  std::int64_t counters = 0;
  bool is_sound = true;
  for (const sqlite::LiveTable& table : live.tables()) {
    if (!table.autoincrement) continue;
    ++counters;
    AddSequence(subject, table, is_sound, rows);
  }
  if (is_sound)
    rows.Ok("sequences",
            "no AUTOINCREMENT counter of " + Counted(counters, "table") + " is behind its rows");
}

}  // namespace migext::recover
