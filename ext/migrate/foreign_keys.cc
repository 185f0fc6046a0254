#include "migrate/foreign_keys.h"

#include <utility>

#include "base/error.h"
#include "base/text.h"

namespace migext::migrate {
namespace {

using sqlite::Connection;
using sqlite::DatabaseError;
using sqlite::Statement;

/// What stands for the row of a violation that SQLite cannot look for: the parent has no such key.
constexpr std::string_view kMismatch = "mismatch";

/// Tables with a foreign key, as they are called, whose definition names one of `parents`; all of
/// them without parents.
std::vector<std::string> TablesPointingAt(const Connection& db,
                                          const std::set<std::string>* parents) {
  std::vector<std::string> found;
  Statement tables = db.Prepare(
      "SELECT name, sql FROM main.sqlite_master WHERE type = 'table' AND sql LIKE '%references%'");
  for (const sqlite::Row row : tables) {
    bool points = parents == nullptr;
    if (!points) {
      const std::string sql = Lower(row.TextView(1));
      for (const std::string& parent : *parents) {
        points = points || sql.find(parent) != std::string::npos;
      }
    }
    if (points) found.push_back(row.Text(0));
  }
  return found;
}

std::string PrimaryKeyOf(const Connection& db, const std::string& table) {
  const sqlite::Cell name = db.Value("SELECT name FROM pragma_table_info(?) WHERE pk = 1", {table});
  return name.IsNull() ? "rowid" : name.ToString();
}

}  // namespace

ForeignKeyWatch::Violations ForeignKeyWatch::Read() const {
  Violations found;
  for (const std::string& table : TablesPointingAt(db_, nullptr)) ReadTable(table, found);
  return found;
}

void ForeignKeyWatch::ReadTable(std::string_view table, Violations& found) const {
  const std::string lower = Lower(table);
  try {
    Statement check = db_.Prepare("PRAGMA main.foreign_key_check(" + SqlIdentifier(table) + ")");
    for (const sqlite::Row row : check) {
      ++found[{lower, Lower(row.TextView(2)), row.Text(1)}];
    }
  } catch (const DatabaseError& error) {
    if (error.IsDamage() || error.IsBusy()) throw;
    ++found[{lower, std::string(kMismatch), error.message()}];
  }
}

void ForeignKeyWatch::Rename(std::string_view from, std::string_view to) {
  const std::string old_name = Lower(from);
  Violations renamed;
  for (auto& [key, count] : known_) {
    Key now = key;
    if (now.table == old_name) now.table = Lower(to);
    if (now.parent == old_name) now.parent = Lower(to);
    renamed.emplace(std::move(now), count);
  }
  known_ = std::move(renamed);
}

void ForeignKeyWatch::Compare(const Violations& now) const {
  // A table WITHOUT ROWID does not say which rows they were.
  std::map<Key, int> nameless;
  for (const auto& [key, count] : now) {
    const auto before = known_.find(key);
    if (before != known_.end() && before->second >= count) continue;
    const Key any = {key.table, key.parent, {}};
    const auto counted = known_.find(any);
    nameless[any] += count;
    if (counted == known_.end() || counted->second < nameless[any]) Fail(key);
  }
}

void ForeignKeyWatch::RequireNoNew() {
  Violations now = Read();
  Compare(now);
  known_ = std::move(now);
}

void ForeignKeyWatch::RequireNoNewIn(const std::set<std::string>& tables) {
  std::set<std::string> lower;
  for (const std::string& table : tables) lower.insert(Lower(table));
  std::set<std::string> checked;
  Violations now;
  for (const std::string& table : TablesPointingAt(db_, &lower)) {
    checked.insert(Lower(table));
    ReadTable(table, now);
  }
  Compare(now);
  std::erase_if(known_, [&](const auto& entry) { return checked.contains(entry.first.table); });
  known_.merge(now);
}

// The words of DatabaseWrapper.check_constraints().
void ForeignKeyWatch::Fail(const Key& key) const {
  if (key.parent == kMismatch) throw Error("OperationalError: " + key.row);
  std::string message = "IntegrityError: ";
  Statement check = db_.Prepare("PRAGMA main.foreign_key_check(" + SqlIdentifier(key.table) + ")");
  for (const sqlite::Row row : check) {
    if (row.Text(1) != key.row || Lower(row.TextView(2)) != key.parent) continue;
    const std::string table = row.Text(0);
    const std::string parent = row.Text(2);
    Statement column =
        db_.Prepare("SELECT \"from\", \"to\" FROM pragma_foreign_key_list(?) WHERE id = ?");
    column.Bind({table, row.Int(3)});
    const bool known = column.Step();
    const std::string from = known ? column.row().Text(0) : "";
    const std::string to = known ? column.row().Text(1) : "";
    std::string id = key.row;
    std::string value = "?";
    if (known && !key.row.empty()) {
      Statement bad = db_.Prepare("SELECT " + SqlIdentifier(PrimaryKeyOf(db_, table)) + ", " +
                                  SqlIdentifier(from) + " FROM main." + SqlIdentifier(table) +
                                  " WHERE rowid = ?");
      bad.Bind({row.Int(1)});
      if (bad.Step()) {
        id = bad.row().Text(0);
        value = bad.row().Text(1);
      }
    }
    throw Error(message + "The row in table '" + table + "' with primary key '" + id +
                "' has an invalid foreign key: " + table + "." + from + " contains a value '" +
                value + "' that does not have a corresponding value in " + parent + "." + to + ".");
  }
  throw Error(message + "a row of " + key.table + " points at a row of " + key.parent +
              " that is not there");
}

std::int64_t ForeignKeyWatch::CountKnown() const {
  std::int64_t count = 0;
  for (const auto& [key, times] : known_) count += times;
  return count;
}

std::vector<std::string> ForeignKeyWatch::Known() const {
  std::map<std::pair<std::string, std::string>, int> counts;
  std::vector<std::string> lines;
  for (const auto& [key, count] : known_) {
    if (key.parent == kMismatch) {
      lines.push_back(key.table + ": " + key.row);
    } else {
      counts[{key.table, key.parent}] += count;
    }
  }
  for (const auto& [tables, count] : counts) {
    lines.push_back(std::to_string(count) + (count == 1 ? " row of " : " rows of ") + tables.first +
                    (count == 1 ? " points at a row of " : " point at rows of ") + tables.second +
                    (count == 1 ? " that is not there" : " that are not there"));
  }
  return lines;
}

}  // namespace migext::migrate
