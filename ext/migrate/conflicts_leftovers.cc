#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "migrate/conflicts.h"
#include "sqlite/dangling_key.h"

namespace migext::migrate {
namespace {

constexpr std::string_view kNewPrefix = "new__";
constexpr std::string_view kOldSuffix = "__old";

Conflict Row(Severity severity, Stage stage, std::string code, std::string object) {
  Conflict conflict;
  conflict.severity = severity;
  conflict.stage = stage;
  conflict.code = std::move(code);
  conflict.object = std::move(object);
  return conflict;
}

std::int64_t Rows(const sqlite::Connection& db, std::string_view table) {
  const sqlite::Cell count = db.Value("SELECT count(*) FROM main." + SqlIdentifier(table));
  return count.Integer() == nullptr ? 0 : *count.Integer();
}

/// The table that a rebuild was about, "" for any other name.
std::string RebuiltTable(std::string_view name) {
  if (name.starts_with(kNewPrefix)) return std::string(name.substr(kNewPrefix.size()));
  if (name.ends_with(kOldSuffix))
    return std::string(name.substr(0, name.size() - kOldSuffix.size()));
  return {};
}

/// Models may be called so; only what no migration makes is left over.
bool IsMade(const Effects& effects, std::string_view table) {
  return effects.timeline().FindTable(table).has_value();
}

/// True if each row of the copy is in the table too, as far as the two have the same columns.
bool HoldsNothingElse(const sqlite::Connection& db, const sqlite::LiveTable& copy,
                      const sqlite::LiveTable& table) {
  std::vector<std::string> shared;
  for (const sqlite::LiveColumn& column : copy.columns) {
    if (table.FindColumn(column.name) != nullptr) shared.push_back(SqlIdentifier(column.name));
  }
  if (shared.empty()) return Rows(db, copy.name) == 0;
  const std::string select = "SELECT " + Join(shared, ", ") + " FROM main.";
  return db.Value("SELECT NOT EXISTS (" + select + SqlIdentifier(copy.name) + " EXCEPT " + select +
                  SqlIdentifier(table.name) + ")") == sqlite::Cell(1);
}

Conflict LeftoverRow(const sqlite::Connection& db, const sqlite::LiveTable& copy,
                     const sqlite::LiveTable* table, const std::string& name) {
  Conflict row = Row(Severity::kError, Stage::kLeftovers, "leftover-table", copy.name);
  row.detail = "the table " + copy.name + " is left of a rebuild of " + name;
  const std::string drop = "DROP TABLE " + SqlIdentifier(copy.name) + ";";
  if (table == nullptr) {
    row.detail += ", which is gone: this may be the only copy of its rows";
    row.advice = "look at it; if it is whole: ALTER TABLE " + SqlIdentifier(copy.name) +
                 " RENAME TO " + SqlIdentifier(name);
    return row;
  }
  row.detail += "; it has " + std::to_string(Rows(db, copy.name)) + " rows, " + name + " has " +
                std::to_string(Rows(db, name));
  if (HoldsNothingElse(db, copy, *table)) {
    row.remedy = drop;
    row.advice =
        "all of it is in the real table; Django fails to make its copy while this one is there";
  } else {
    row.advice = "compare the two by hand; if nothing in it is needed: " + drop;
  }
  return row;
}

/// The table that this one is left of, "" when it is left of none.
std::string LeftOf(const ConflictInput& input, const sqlite::LiveTable& copy) {
  const std::string name = RebuiltTable(copy.name);
  if (name.empty() || IsMade(input.effects, copy.name)) return {};
  const bool is_known = input.live.FindTable(name) != nullptr || IsMade(input.effects, name);
  return is_known ? name : std::string();
}

void AddTables(const ConflictInput& input, std::vector<Conflict>& conflicts) {
  for (const sqlite::LiveTable& copy : input.live.tables()) {
    const std::string name = LeftOf(input, copy);
    if (name.empty()) continue;
    conflicts.push_back(LeftoverRow(input.db, copy, input.live.FindTable(name), name));
  }
}

/// SQLite 3.26 rewrote foreign keys when Django renamed a table out of the way, and left them so.
void AddReferences(const ConflictInput& input, std::vector<Conflict>& conflicts) {
  std::map<std::string, std::set<std::string>> tables;
  for (const sqlite::LiveTable& table : input.live.tables()) {
    for (const sqlite::LiveForeignKey& key : table.foreign_keys) {
      if (!key.table.ends_with(kOldSuffix) || input.live.FindTable(key.table) != nullptr) continue;
      tables[key.table].insert(table.name);
    }
  }
  for (const auto& [old_name, holders] : tables) {
    const std::string name = RebuiltTable(old_name);
    Conflict row = Row(Severity::kError, Stage::kLeftovers, "dangling-reference", old_name);
    row.detail = Join(std::vector<std::string>(holders.begin(), holders.end()), ", ") +
                 " references " + old_name + ", which is gone; every write to it fails";
    if (input.live.FindTable(name) != nullptr) {
      // A rename takes along all references to the new name, those that led nowhere included.
      row.remedy = "PRAGMA legacy_alter_table = OFF; ALTER TABLE " + SqlIdentifier(name) +
                   " RENAME TO " + SqlIdentifier(old_name) + "; ALTER TABLE " +
                   SqlIdentifier(old_name) + " RENAME TO " + SqlIdentifier(name) + ";";
      row.advice = "renames " + name + " there and back, which turns the references to it";
    } else {
      row.advice = "restore the table " + name + " first";
    }
    conflicts.push_back(std::move(row));
  }
}

Conflict ViolationRow(const sqlite::LiveSchema& live, const sqlite::LiveTable& table,
                      const sqlite::LiveForeignKey& key, std::int64_t rows) {
  Conflict row = Row(Severity::kWarning, Stage::kRows, "foreign-key-violation",
                     table.name + "." + Join(key.columns, ", "));
  row.detail = std::to_string(rows) + (rows == 1 ? " row of " : " rows of ") + table.name +
               " point to rows of " + key.table +
               " that do not exist; Django stops at the end of every migration that changes the "
               "schema";
  const auto mend = sqlite::MendDanglingKey(live, table, key);
  if (!mend) {
    row.advice = "see PRAGMA foreign_key_check(" + SqlIdentifier(table.name) + ")";
    return row;
  }
  row.remedy = mend->sql;
  row.advice =
      mend->kept_in.empty()
          ? "cuts the links that lead nowhere; the rows stay"
          : "the column may not be NULL: bring the missing rows back, or let these go; the remedy "
            "keeps them in " +
                SqlIdentifier(mend->kept_in);
  return row;
}

Conflict UncheckedRow(const sqlite::LiveTable& table, const sqlite::DatabaseError& error) {
  if (error.IsDamage()) {
    Conflict row = Row(Severity::kError, Stage::kDatabase, "database-damaged", table.name);
    row.detail = "a page of the database cannot be read: " + error.message();
    row.advice = "see PRAGMA integrity_check, and restore a backup";
    return row;
  }
  Conflict row = Row(Severity::kWarning, Stage::kRows, "foreign-key-unchecked", table.name);
  row.detail = "the foreign keys of " + table.name + " cannot be checked: " + error.message();
  row.advice =
      "at a mismatch, SQLite refuses writes to both tables: what a key names must be the other "
      "table's primary key, or have a unique index";
  return row;
}

void AddViolationsOf(const ConflictInput& input, const sqlite::LiveTable& table,
                     std::vector<Conflict>& conflicts) {
  sqlite::Statement select = input.db.Prepare(
      "SELECT fkid, count(*) FROM pragma_foreign_key_check(?, 'main') GROUP BY fkid");
  select.Bind({table.name});
  for (const sqlite::Row row : select) {
    // PRAGMA foreign_key_list numbers the keys from the youngest.
    const auto place = table.foreign_keys.size() - 1 - static_cast<std::size_t>(row.Int(0));
    if (place >= table.foreign_keys.size()) continue;
    conflicts.push_back(ViolationRow(input.live, table, table.foreign_keys[place], row.Int(1)));
  }
}

void AddViolations(const ConflictInput& input, std::vector<Conflict>& conflicts) {
  for (const sqlite::LiveTable& table : input.live.tables()) {
    if (table.foreign_keys.empty()) continue;
    try {
      AddViolationsOf(input, table, conflicts);
    } catch (const sqlite::DatabaseError& error) {
      if (error.IsBusy()) throw;
      conflicts.push_back(UncheckedRow(table, error));
    }
  }
}

bool LooksLikeDatabase(std::string_view name) {
  constexpr std::array<std::string_view, 4> kEndings = {".sqlite3", ".sqlite", ".db",
                                                        ".sqlite3.bak"};
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

/// Recorded migrations in another file, 0 when it has no history.
std::int64_t RecordsIn(const std::string& path) {
  try {
    const sqlite::Connection other = sqlite::Connection::Open(path, sqlite::OpenMode::kReadOnly);
    if (!other.HasTable(kHistoryTable)) return 0;
    return Rows(other, kHistoryTable);
  } catch (const Error&) {
    return 0;
  }
}

/// An empty file where Django would make one, beside the one that was meant.
void AddEmptyFile(const ConflictInput& input, std::vector<Conflict>& conflicts) {
  const std::string path = input.db.FileName();
  if (!input.live.tables().empty() || path.empty()) return;
  const std::string folder = ParentPath(path);
  std::vector<FolderEntry> entries;
  try {
    entries = ListFolder(folder);
  } catch (const Error&) {
    return;
  }
  constexpr int kMostFiles = 40;
  int looked_at = 0;
  for (const FolderEntry& entry : entries) {
    if (entry.kind != FileKind::kFile || !LooksLikeDatabase(entry.name)) continue;
    if (entry.name == BaseName(path) || ++looked_at > kMostFiles) continue;
    const std::string sibling = JoinPath(folder, entry.name);
    const std::int64_t records = RecordsIn(sibling);
    if (records == 0) continue;
    Conflict row = Row(Severity::kError, Stage::kDatabase, "empty-database", sibling);
    row.detail = "this database has no tables, and beside it " + entry.name + " has " +
                 std::to_string(records) + " recorded migrations";
    row.advice = "open that one instead: .open " + sibling;
    conflicts.push_back(std::move(row));
    return;
  }
}

}  // namespace

std::set<std::string> TablesRenamedAway(const ConflictInput& input) {
  std::set<std::string> tables;
  for (const sqlite::LiveTable& copy : input.live.tables()) {
    const std::string name = LeftOf(input, copy);
    if (!name.empty() && input.live.FindTable(name) == nullptr) tables.insert(Lower(name));
  }
  return tables;
}

std::vector<Conflict> FindLeftovers(const ConflictInput& input) {
  std::vector<Conflict> conflicts;
  AddEmptyFile(input, conflicts);
  AddTables(input, conflicts);
  AddReferences(input, conflicts);
  AddViolations(input, conflicts);
  return conflicts;
}

}  // namespace migext::migrate
