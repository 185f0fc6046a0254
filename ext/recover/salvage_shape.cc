#include "recover/salvage_shape.h"

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "sqlite/create_table.h"

namespace migext::recover {
namespace {

using sqlite::Cell;
using sqlite::Connection;

bool Has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

Affinity AffinityOf(std::string_view type) {
  if (Has(type, "int")) return Affinity::kInteger;
  if (Has(type, "char") || Has(type, "clob") || Has(type, "text")) return Affinity::kText;
  if (type.empty() || type == "any" || Has(type, "blob")) return Affinity::kBlob;
  if (Has(type, "real") || Has(type, "floa") || Has(type, "doub")) return Affinity::kReal;
  return Affinity::kNumeric;
}

/// "2025-02-11" and what follows it.
bool BeginsWithDate(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00";
  if (text.size() < kForm.size()) return false;
  return std::equal(kForm.begin(), kForm.end(), text.begin(), [](char form, char c) {
    return form == '0' ? c >= '0' && c <= '9' : c == form;
  });
}

/// 80 of "varchar(80)"; 0 when there is none.
std::size_t LengthIn(std::string_view type) {
  const std::size_t open = type.find('(');
  if (open == std::string_view::npos) return 0;
  return static_cast<std::size_t>(std::atoi(std::string(type.substr(open + 1)).c_str()));
}

std::size_t Letters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !IsUtf8Continuation(c); }));
}

bool TextResembles(std::string_view text, const StoredColumn& column) {
  if (!IsUtf8(text) || Has(text, std::string_view("\0", 1))) return false;
  if (column.affinity == Affinity::kInteger || column.affinity == Affinity::kReal) return false;
  if (column.type == "bool" || column.type == "decimal") return false;
  if (column.type == "date" || column.type == "datetime") return BeginsWithDate(text);
  const std::size_t longest = Has(column.type, "char") ? LengthIn(column.type) : 0;
  return longest == 0 || Letters(text) <= longest;
}

/// Columns of the record of a table WITHOUT ROWID: those of its key come first.
std::vector<std::int64_t> KeyFirst(const Connection& db, const std::string& table) {
  std::vector<std::int64_t> order;
  sqlite::Statement indexes =
      db.Prepare("SELECT name FROM pragma_index_list(?) WHERE origin = 'pk'");
  indexes.Bind({table});
  if (!indexes.Step()) return order;
  sqlite::Statement parts = db.Prepare("SELECT cid FROM pragma_index_xinfo(?) ORDER BY seqno");
  parts.Bind({indexes.row().Text(0)});
  for (const sqlite::Row row : parts) order.push_back(row.Int(0));
  return order;
}

std::string FreeRowIdName(const TableShape& shape, const std::vector<std::string>& names) {
  if (shape.without_rowid) return {};
  for (const StoredColumn& column : shape.columns) {
    if (column.is_row_id) return column.name;
  }
  for (const char* name : {"rowid", "_rowid_", "oid"}) {
    const bool taken = std::any_of(names.begin(), names.end(), [&](const std::string& column) {
      return EqualsIgnoringCase(column, name);
    });
    if (!taken) return name;
  }
  return {};
}

/// INTEGER PRIMARY KEY DESC is none, by an old mistake that SQLite keeps: such a table has an index
/// for its key (lang_createtable.html#rowids_and_the_integer_primary_key).
bool HasKeyIndex(const Connection& db, const std::string& table) {
  return !db.Value("SELECT 1 FROM pragma_index_list(?) WHERE origin = 'pk'", {table}).IsNull();
}

}  // namespace

bool StoredColumn::Takes(const Cell& value) const {
  if (is_row_id || (value.IsNull() && !is_generated))
    return value.IsNull() && (is_row_id || !not_null);
  if (affinity == Affinity::kText) return value.Integer() == nullptr && value.Real() == nullptr;
  return true;
}

bool StoredColumn::Resembles(const Cell& value) const {
  if (!Takes(value)) return false;
  if (const auto* text = value.Text()) return TextResembles(*text, *this);
  if (const auto* number = value.Integer(); number != nullptr && type == "bool") {
    return *number == 0 || *number == 1;
  }
  if (value.Integer() != nullptr || value.Real() != nullptr) {
    if (type == "date" || type == "datetime") return false;
  }
  if (value.Real() != nullptr) return affinity != Affinity::kInteger && type != "bool";
  if (value.AsBlob() != nullptr) return affinity == Affinity::kBlob;
  return true;
}

TableShape TableShape::Read(const Connection& db, const std::string& table) {
  TableShape shape;
  shape.table = table;
  const std::string sql =
      db.Value("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", {table})
          .ToString();
  shape.without_rowid = sqlite::ReadCreateTable(sql).without_rowid;
  std::vector<std::string> names;
  int keys = 0;
  sqlite::Statement columns = db.Prepare(
      "SELECT name, type, \"notnull\", dflt_value IS NOT NULL, pk, hidden FROM "
      "pragma_table_xinfo(?) ORDER BY cid");
  columns.Bind({table});
  for (const sqlite::Row row : columns) {
    StoredColumn column;
    column.name = row.Text(0);
    column.type = Lower(row.TextView(1));
    column.affinity = AffinityOf(column.type);
    column.position = names.size();
    column.not_null = row.Int(2) != 0;
    column.has_default = row.Int(3) != 0;
    column.is_row_id = row.Int(4) == 1 && column.type == "integer";
    column.is_generated = row.Int(5) == 3;
    if (row.Int(4) != 0) ++keys;
    names.push_back(column.name);
    if (row.Int(5) != 2) shape.columns.push_back(std::move(column));
  }
  const bool has_row_id_column = keys == 1 && !shape.without_rowid && !HasKeyIndex(db, table);
  for (StoredColumn& column : shape.columns) column.is_row_id &= has_row_id_column;
  if (shape.without_rowid) {
    std::vector<StoredColumn> ordered;
    for (const std::int64_t position : KeyFirst(db, table)) {
      for (const StoredColumn& column : shape.columns) {
        if (static_cast<std::int64_t>(column.position) == position) ordered.push_back(column);
      }
    }
    shape.columns = std::move(ordered);
  }
  shape.row_id_name = FreeRowIdName(shape, names);
  return shape;
}

bool TableShape::HasLength(const Fields& fields) const {
  if (fields.empty() || fields.size() > columns.size()) return false;
  return std::all_of(columns.begin() + static_cast<std::ptrdiff_t>(fields.size()), columns.end(),
                     [](const StoredColumn& column) {
                       return !column.is_row_id && (!column.not_null || column.has_default);
                     });
}

bool TableShape::Takes(const Fields& fields) const {
  if (!HasLength(fields)) return false;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!columns[i].Takes(fields[i])) return false;
  }
  return true;
}

bool TableShape::Resembles(const Fields& fields) const {
  if (!HasLength(fields)) return false;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!columns[i].Resembles(fields[i])) return false;
  }
  return true;
}

}  // namespace migext::recover
