#include "migrate/table_contents.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/error.h"
#include "base/sha.h"
#include "base/text.h"
#include "migrate/history.h"
#include "sqlite/live_schema.h"

namespace migext::migrate {
namespace {

using sqlite::LiveColumn;
using sqlite::LiveTable;

bool IsOnesOwn(std::string_view table) {
  const std::string lower = Lower(table);
  return lower.starts_with("sqlite_") || lower.starts_with("migext_");
}

/// A hash of values, one behind the other.
class ValuesHash {
 public:
  void Add(const sqlite::Row& row, int column) {
    constexpr std::size_t kBlock = 1U << 16U;
    const std::string text = Bytes(row, column);
    waiting_ += std::to_string(static_cast<int>(row.Type(column))) + ":" +
                std::to_string(text.size()) + ":" + text;
    if (waiting_.size() >= kBlock) waiting_ = Sha256Hex(waiting_);
  }

  std::string Digest() const { return Sha256Hex(waiting_); }

 private:
  static std::string Bytes(const sqlite::Row& row, int column) {
    switch (row.Type(column)) {
      case sqlite::CellType::kBlob:
        return std::string(row.BlobView(column));
      case sqlite::CellType::kReal:
        return FloatText(row.Real(column));
      default:
        return row.Text(column);
    }
  }

  std::string waiting_;
};

std::vector<std::string> ColumnsThatCount(const LiveTable& table) {
  if (EqualsIgnoringCase(table.name, kHistoryTable)) return {"app", "name"};
  std::vector<std::string> columns;
  for (const LiveColumn& column : table.columns) {
    if (column.kind != sqlite::ColumnKind::kHidden) columns.push_back(column.name);
  }
  return columns;
}

std::string Order(const LiveTable& table) {
  if (EqualsIgnoringCase(table.name, kHistoryTable)) return R"("app", "name")";
  std::vector<const LiveColumn*> keys;
  for (const LiveColumn& column : table.columns) {
    if (column.primary_key > 0) keys.push_back(&column);
  }
  if (keys.empty()) return "rowid";
  std::sort(keys.begin(), keys.end(),
            [](const auto* a, const auto* b) { return a->primary_key < b->primary_key; });
  std::vector<std::string> names;
  for (const LiveColumn* key : keys) names.push_back(SqlIdentifier(key->name));
  return Join(names, ", ");
}

void ReadRows(const sqlite::Connection& db, const LiveTable& table, TableContents& contents) {
  const std::vector<std::string> columns = ColumnsThatCount(table);
  std::vector<std::string> quoted;
  for (const std::string& column : columns) quoted.push_back(SqlIdentifier(column));
  std::vector<ValuesHash> hashes(columns.size());
  sqlite::Statement rows = db.Prepare("SELECT " + Join(quoted, ", ") + " FROM \"main\"." +
                                      SqlIdentifier(table.name) + " ORDER BY " + Order(table));
  for (const sqlite::Row row : rows) {
    ++contents.rows;
    for (std::size_t i = 0; i < columns.size(); ++i) hashes[i].Add(row, static_cast<int>(i));
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    contents.columns[Lower(columns[i])] = hashes[i].Digest();
  }
}

std::string PartOf(const LiveColumn& column) {
  std::string part = "column " + column.name;
  // Newer releases of SQLite give the usual ones in upper case, whatever was written.
  if (!column.type.empty()) part += " " + Lower(column.type);
  if (column.not_null) part += " NOT NULL";
  if (column.primary_key > 0) part += " PRIMARY KEY";
  if (column.default_sql) part += " DEFAULT " + *column.default_sql;
  if (!column.collation.empty()) part += " COLLATE " + column.collation;
  if (column.IsGenerated()) part += " GENERATED";
  return part;
}

std::string PartOf(const sqlite::LiveForeignKey& key) {
  return "foreign key " + Join(key.columns, ", ") + " to " + key.table + ", on delete " +
         Lower(key.on_delete);
}

std::string PartOf(const sqlite::LiveConstraint& constraint) {
  if (constraint.kind == sqlite::ConstraintKind::kCheck) {
    return "check " + constraint.name + " (" + constraint.expression + ")";
  }
  return "constraint " + constraint.name + " (" + Join(constraint.columns, ", ") + ")";
}

std::set<std::string> PartsOf(const LiveTable& table) {
  std::set<std::string> parts;
  for (const LiveColumn& column : table.columns) parts.insert(PartOf(column));
  for (const sqlite::LiveForeignKey& key : table.foreign_keys) parts.insert(PartOf(key));
  for (const sqlite::LiveIndex& index : table.indexes) {
    if (!index.sql.empty()) parts.insert("index " + index.name + ": " + index.sql);
  }
  for (const sqlite::LiveConstraint& constraint : table.constraints) {
    if (constraint.kind == sqlite::ConstraintKind::kCheck ||
        constraint.kind == sqlite::ConstraintKind::kUnique) {
      parts.insert(PartOf(constraint));
    }
  }
  return parts;
}

TableContents ContentsOf(const sqlite::Connection& db, const LiveTable& table) {
  TableContents contents;
  contents.parts = PartsOf(table);
  contents.error = table.is_virtual ? "a virtual table" : table.error;
  if (!contents.error.empty()) return contents;
  try {
    ReadRows(db, table, contents);
  } catch (const Error& error) {
    contents.error = error.message();
  }
  return contents;
}

std::vector<std::string> Missing(const std::set<std::string>& from,
                                 const std::set<std::string>& in) {
  std::vector<std::string> missing;
  std::set_difference(from.begin(), from.end(), in.begin(), in.end(), std::back_inserter(missing));
  return missing;
}

TableDifference Between(const std::string& table, const TableContents& before,
                        const TableContents& after) {
  TableDifference found;
  found.table = table;
  found.parts_gone = Missing(before.parts, after.parts);
  found.parts_new = Missing(after.parts, before.parts);
  if (!before.error.empty() || !after.error.empty()) return found;
  found.rows_before = before.rows;
  found.rows_after = after.rows;
  // With other rows every column differs.
  if (found.rows_before != found.rows_after) return found;
  for (const auto& [column, hash] : before.columns) {
    const auto now = after.columns.find(column);
    if (now != after.columns.end() && now->second != hash) found.changed_columns.push_back(column);
  }
  return found;
}

TableDifference Gone(const std::string& table, const TableContents& contents) {
  TableDifference difference;
  difference.table = table;
  difference.kind = TableDifference::Kind::kGone;
  difference.rows_before = contents.rows;
  return difference;
}

/// One that holds exactly what one that is gone did is that one, by another name.
void AddNew(const std::string& table, const TableContents& contents, const DatabaseContents& before,
            std::vector<TableDifference>& differences) {
  for (TableDifference& gone : differences) {
    if (gone.kind != TableDifference::Kind::kGone) continue;
    const TableContents& old = before.at(gone.table);
    if (old.rows != contents.rows || old.columns != contents.columns) continue;
    gone.kind = TableDifference::Kind::kRenamed;
    gone.renamed_to = table;
    gone.rows_after = contents.rows;
    return;
  }
  TableDifference difference;
  difference.table = table;
  difference.kind = TableDifference::Kind::kNew;
  difference.rows_after = contents.rows;
  differences.push_back(std::move(difference));
}

bool IsNone(const TableDifference& difference) {
  return difference.rows_before == difference.rows_after && difference.changed_columns.empty() &&
         difference.parts_gone.empty() && difference.parts_new.empty();
}

/// "column level, column path, and 3 more"
std::string List(const std::vector<std::string>& all) {
  constexpr std::size_t kShown = 6;
  constexpr std::size_t kLongest = 90;
  std::vector<std::string> shown;
  for (const std::string& part : all) {
    if (shown.size() == kShown) break;
    std::size_t end = std::min(part.size(), kLongest);
    while (end < part.size() && end > 0 && IsUtf8Continuation(part[end])) --end;
    shown.push_back(end < part.size() ? part.substr(0, end) + "…" : part);
  }
  std::string text = Join(shown, ", ");
  if (all.size() > kShown) text += ", and " + std::to_string(all.size() - kShown) + " more";
  return text;
}

std::string Rows(std::int64_t rows) { return Grouped(rows) + (rows == 1 ? " row" : " rows"); }

}  // namespace

DatabaseContents ReadContents(const sqlite::Connection& db) {
  const sqlite::LiveSchema live = sqlite::LiveSchema::Read(db);
  DatabaseContents contents;
  for (const LiveTable& table : live.tables()) {
    if (!IsOnesOwn(table.name)) contents.emplace(table.name, ContentsOf(db, table));
  }
  for (const sqlite::LiveText& view : live.views()) {
    contents[view.name].parts.insert("view: " + view.sql);
  }
  for (const sqlite::LiveText& trigger : live.triggers()) {
    const auto table = std::find_if(contents.begin(), contents.end(), [&](const auto& entry) {
      return EqualsIgnoringCase(entry.first, trigger.table);
    });
    if (table == contents.end()) continue;
    table->second.parts.insert("trigger " + trigger.name + ": " + trigger.sql);
  }
  return contents;
}

std::vector<TableDifference> Compare(const DatabaseContents& before,
                                     const DatabaseContents& after) {
  std::vector<TableDifference> differences;
  for (const auto& [table, contents] : before) {
    const auto now = after.find(table);
    if (now == after.end()) {
      differences.push_back(Gone(table, contents));
      continue;
    }
    TableDifference difference = Between(table, contents, now->second);
    if (!IsNone(difference)) differences.push_back(std::move(difference));
  }
  for (const auto& [table, contents] : after) {
    if (!before.contains(table)) AddNew(table, contents, before, differences);
  }
  std::sort(differences.begin(), differences.end(),
            [](const auto& a, const auto& b) { return a.table < b.table; });
  return differences;
}

std::string TableDifference::What() const {
  if (kind == Kind::kNew) return "new, with " + Rows(rows_after);
  if (kind == Kind::kRenamed) return "now " + renamed_to + ", with " + Rows(rows_after);
  if (kind == Kind::kGone) return "gone, with " + Rows(rows_before);
  std::vector<std::string> what;
  what.push_back(rows_before == rows_after ? Rows(rows_after) + " as before"
                                           : Rows(rows_after) + ", were " + Grouped(rows_before));
  if (!changed_columns.empty()) what.push_back("other values in " + List(changed_columns));
  if (!parts_new.empty()) what.push_back("new: " + List(parts_new));
  if (!parts_gone.empty()) what.push_back("gone: " + List(parts_gone));
  return Join(what, "; ");
}

}  // namespace migext::migrate
