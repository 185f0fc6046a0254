#include "recover/salvage_target.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace migext::recover {
namespace {

using sqlite::Cell;
using sqlite::DatabaseError;

constexpr std::string_view kStrayTable = "migext_lost_and_found";
constexpr std::size_t kMostStrayFields = 1000;  // A table has 2000 columns at most.

std::string Marks(std::size_t count) {
  std::string marks;
  for (std::size_t i = 0; i < count; ++i) marks += i == 0 ? "?" : ", ?";
  return marks;
}

std::vector<std::string> NamesOf(const TableShape& shape) {
  std::vector<std::string> names;
  for (const StoredColumn& column : shape.columns) names.push_back(column.name);
  return names;
}

/// The value of a column: that of the row id is not in the record.
Cell ValueOf(const TableShape& shape, const StoredRow& row, std::size_t field) {
  return shape.columns[field].is_row_id ? Cell(row.row_id) : row.fields[field];
}

}  // namespace

const std::string& SalvageTarget::SideTable(const std::string& wanted,
                                            const std::vector<std::string>& columns) {
  const auto known = names_.find(wanted);
  if (known != names_.end()) return known->second;
  std::string name = wanted;
  for (int i = 2; db_.HasTable(name); ++i) name = wanted + "_" + std::to_string(i);
  std::string list;
  for (const std::string& column : columns) {
    if (!list.empty()) list += ", ";
    list += SqlIdentifier(column);
  }
  db_.Run("CREATE TABLE " + SqlIdentifier(name) + " (" + list + ")");
  return names_.emplace(wanted, std::move(name)).first->second;
}

void SalvageTarget::PutAside(const TableShape& shape, const StoredRow& row,
                             std::string_view reason) {
  std::vector<std::string> columns = NamesOf(shape);
  columns.insert(columns.begin(), {"migext_reason", "migext_row_id"});
  const std::string& name = SideTable("migext_salvaged_" + shape.table, columns);
  sqlite::Statement insert =
      db_.Prepare("INSERT INTO " + SqlIdentifier(name) + " VALUES (" + Marks(columns.size()) + ")");
  insert.BindText(1, reason);
  if (!shape.without_rowid) insert.BindInt(2, row.row_id);
  const std::size_t fields = std::min(row.fields.size(), shape.columns.size());
  for (std::size_t i = 0; i < fields; ++i) {
    insert.BindCell(static_cast<int>(i) + 3, ValueOf(shape, row, i));
  }
  insert.Step();
  ++side_tables_[name];
}

void SalvageTarget::PutLost(const TableShape& shape, const StoredRow& row) {
  std::vector<std::string> columns = NamesOf(shape);
  columns.insert(columns.begin(), "migext_row_id");
  const std::string& name = SideTable("migext_lost_" + shape.table, columns);
  sqlite::Statement insert =
      db_.Prepare("INSERT INTO " + SqlIdentifier(name) + " VALUES (" + Marks(columns.size()) + ")");
  insert.BindInt(1, row.row_id);
  for (std::size_t i = 0; i < row.fields.size(); ++i) {
    insert.BindCell(static_cast<int>(i) + 2, ValueOf(shape, row, i));
  }
  insert.Step();
  ++side_tables_[name];
}

void SalvageTarget::WidenStrays(std::size_t fields) {
  const std::string& name = SideTable(std::string(kStrayTable), {"page", "row_id", "may_be_of"});
  for (; stray_fields_ < fields; ++stray_fields_) {
    db_.Run("ALTER TABLE " + SqlIdentifier(name) + " ADD COLUMN c" + std::to_string(stray_fields_));
  }
}

void SalvageTarget::PutStray(PageNumber page, const StoredRow& row, std::string_view tables) {
  const std::size_t fields = std::min(row.fields.size(), kMostStrayFields);
  WidenStrays(fields);
  const std::string& name = names_.at(std::string(kStrayTable));
  sqlite::Statement insert = db_.Prepare("INSERT INTO " + SqlIdentifier(name) + " VALUES (" +
                                         Marks(stray_fields_ + 3) + ")");
  insert.BindInt(1, page);
  insert.BindInt(2, row.row_id);
  insert.BindText(3, tables);
  for (std::size_t i = 0; i < fields; ++i) {
    insert.BindCell(static_cast<int>(i) + 4, row.fields[i]);
  }
  insert.Step();
  ++side_tables_[name];
}

RowWriter::RowWriter(const sqlite::Connection& db, TableShape shape)
    : db_(db), shape_(std::move(shape)) {}

sqlite::Statement& RowWriter::Insert(std::size_t fields) {
  const auto known = inserts_.find(fields);
  if (known != inserts_.end()) return known->second;
  std::string columns;
  std::size_t count = 0;
  const auto add = [&](std::string_view name) {
    columns += (count++ == 0 ? "" : ", ") + SqlIdentifier(name);
  };
  if (!shape_.row_id_name.empty()) add(shape_.row_id_name);
  for (std::size_t i = 0; i < fields; ++i) {
    if (!shape_.columns[i].is_row_id && !shape_.columns[i].is_generated) {
      add(shape_.columns[i].name);
    }
  }
  const std::string sql = "INSERT INTO " + SqlIdentifier(shape_.table) + " (" + columns +
                          ") VALUES (" + Marks(count) + ")";
  return inserts_.emplace(fields, db_.Prepare(sql)).first->second;
}

Written RowWriter::Write(const StoredRow& row) {
  try {
    sqlite::Statement& insert = Insert(row.fields.size());
    insert.Reset();
    int place = 0;
    if (!shape_.row_id_name.empty()) insert.BindInt(++place, row.row_id);
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
      if (shape_.columns[i].is_row_id || shape_.columns[i].is_generated) continue;
      insert.BindCell(++place, row.fields[i]);
    }
    insert.Step();
    return Written::kSaved;
  } catch (const DatabaseError& error) {
    if (!error.IsOfStatement()) throw;
    refusal_ = error.message();
    return error.IsConstraint() && IsThere(row) ? Written::kThere : Written::kRefused;
  }
}

bool RowWriter::IsThere(const StoredRow& row) {
  auto find = finds_.find(row.fields.size());
  if (find == finds_.end()) {
    std::string where;
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
      where += (i == 0 ? "" : " AND ") + SqlIdentifier(shape_.columns[i].name) + " IS ?";
    }
    find =
        finds_
            .emplace(row.fields.size(), db_.Prepare("SELECT 1 FROM " + SqlIdentifier(shape_.table) +
                                                    " WHERE " + where + " LIMIT 1"))
            .first;
  }
  find->second.Reset();
  for (std::size_t i = 0; i < row.fields.size(); ++i) {
    find->second.BindCell(static_cast<int>(i) + 1, ValueOf(shape_, row, i));
  }
  const bool there = find->second.Step();
  find->second.Reset();
  return there;
}

bool RowWriter::HasRow(std::int64_t row_id) {
  if (shape_.row_id_name.empty()) return false;
  // 0 fields stand for this question: no record is so short.
  auto find = finds_.find(0);
  if (find == finds_.end()) {
    find = finds_
               .emplace(0, db_.Prepare("SELECT 1 FROM " + SqlIdentifier(shape_.table) + " WHERE " +
                                       SqlIdentifier(shape_.row_id_name) + " = ?"))
               .first;
  }
  find->second.Reset();
  find->second.BindInt(1, row_id);
  const bool there = find->second.Step();
  find->second.Reset();
  return there;
}

}  // namespace migext::recover
