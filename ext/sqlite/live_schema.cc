#include "sqlite/live_schema.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace migext::sqlite {
namespace {

template <typename Named>
const Named* FindByName(const std::vector<Named>& items, std::string_view name) {
  const auto found = std::find_if(items.begin(), items.end(), [name](const Named& item) {
    return EqualsIgnoringCase(item.name, name);
  });
  return found == items.end() ? nullptr : &*found;
}

std::string Pragma(std::string_view schema, std::string_view pragma, std::string_view name) {
  return "PRAGMA " + SqlIdentifier(schema) + "." + std::string(pragma) + "(" + SqlIdentifier(name) +
         ")";
}

ColumnKind KindOf(std::int64_t hidden) {
  switch (hidden) {
    case 1:
      return ColumnKind::kHidden;
    case 2:
      return ColumnKind::kGeneratedVirtual;
    case 3:
      return ColumnKind::kGeneratedStored;
    default:
      return ColumnKind::kOrdinary;
  }
}

LiveIndexOrigin OriginOf(std::string_view origin) {
  if (origin == "u") return LiveIndexOrigin::kUniqueConstraint;
  if (origin == "pk") return LiveIndexOrigin::kPrimaryKey;
  return LiveIndexOrigin::kCreateIndex;
}

// Fills one table after another by PRAGMA (sqlite.org/pragma.html).
class TableReader {
 public:
  TableReader(const Connection& connection, std::string_view schema)
      : connection_(connection), schema_(schema) {}

  void Read(LiveTable& table, const std::map<std::string, std::string, std::less<>>& index_sql) {
    ReadText(table);
    try {
      ReadColumns(table);
      ReadIndexes(table, index_sql);
      ReadForeignKeys(table);
    } catch (const DatabaseError& error) {
      // A virtual table without its module; any other table shares the schema's fate.
      if (!table.is_virtual) throw;
      table.error = error.what();
    }
  }

 private:
  void ReadText(LiveTable& table) {
    collations_.clear();
    const std::vector<std::string> words = Split(table.sql.substr(0, 20), ' ');
    table.is_virtual = words.size() > 1 && EqualsIgnoringCase(words[1], "VIRTUAL");
    if (table.is_virtual) return;
    CreateTable text = ReadCreateTable(table.sql);
    table.constraints = std::move(text.constraints);
    table.autoincrement = text.autoincrement;
    table.without_rowid = text.without_rowid;
    table.strict = text.strict;
    collations_ = std::move(text.collations);
  }

  void ReadColumns(LiveTable& table) {
    // cid, name, type, notnull, dflt_value, pk, hidden
    Statement statement = connection_.Prepare(Pragma(schema_, "table_xinfo", table.name));
    for (const Row row : statement) {
      LiveColumn& column = table.columns.emplace_back();
      column.name = row.Text(1);
      column.type = row.Text(2);
      column.not_null = row.Int(3) != 0;
      if (!row.IsNull(4)) column.default_sql = row.Text(4);
      column.primary_key = static_cast<int>(row.Int(5));
      column.kind = KindOf(row.Int(6));
      column.collation = CollationOf(column.name);
    }
  }

  std::string CollationOf(std::string_view column) const {
    for (const auto& [name, collation] : collations_) {
      if (EqualsIgnoringCase(name, column)) return collation;
    }
    return {};
  }

  void ReadIndexes(LiveTable& table,
                   const std::map<std::string, std::string, std::less<>>& index_sql) {
    // seq, name, unique, origin, partial
    Statement statement = connection_.Prepare(Pragma(schema_, "index_list", table.name));
    for (const Row row : statement) {
      LiveIndex& index = table.indexes.emplace_back();
      index.name = row.Text(1);
      index.table = table.name;
      index.unique = row.Int(2) != 0;
      index.origin = OriginOf(row.TextView(3));
      index.partial = row.Int(4) != 0;
      if (const auto sql = index_sql.find(index.name); sql != index_sql.end()) {
        index.sql = sql->second;
      }
    }
    // PRAGMA index_list gives the youngest first.
    std::reverse(table.indexes.begin(), table.indexes.end());
    for (LiveIndex& index : table.indexes) ReadParts(index);
  }

  void ReadParts(LiveIndex& index) {
    // seqno, cid, name, desc, coll, key
    Statement statement = connection_.Prepare(Pragma(schema_, "index_xinfo", index.name));
    for (const Row row : statement) {
      if (row.Int(5) == 0) continue;  // the row's own key, which every index carries
      // cid -1 is the rowid, -2 an expression.
      const std::string column = row.Int(1) == -1 ? "rowid" : row.Text(2);
      index.parts.push_back({column, row.Int(3) != 0, row.Text(4)});
    }
  }

  void ReadForeignKeys(LiveTable& table) {
    // id, seq, table, from, to, on_update, on_delete, match
    Statement statement = connection_.Prepare(Pragma(schema_, "foreign_key_list", table.name));
    for (const Row row : statement) {
      if (row.Int(1) == 0) {
        table.foreign_keys.push_back({{}, row.Text(2), {}, row.Text(5), row.Text(6)});
      }
      if (table.foreign_keys.empty()) continue;
      table.foreign_keys.back().columns.push_back(row.Text(3));
      table.foreign_keys.back().to.push_back(row.Text(4));
    }
    // The youngest first, here too.
    std::reverse(table.foreign_keys.begin(), table.foreign_keys.end());
  }

  const Connection& connection_;
  std::string schema_;
  std::vector<std::pair<std::string, std::string>> collations_;  // of the table being read
};

}  // namespace

std::vector<std::string> LiveIndex::Columns() const {
  std::vector<std::string> names;
  for (const LiveIndexPart& part : parts) names.push_back(part.column);
  return names;
}

const LiveColumn* LiveTable::FindColumn(std::string_view column) const {
  return FindByName(columns, column);
}

const LiveIndex* LiveTable::FindIndex(std::string_view index) const {
  return FindByName(indexes, index);
}

const LiveConstraint* LiveTable::FindConstraint(std::string_view constraint) const {
  return FindByName(constraints, constraint);
}

LiveSchema LiveSchema::Read(const Connection& connection, std::string_view schema) {
  LiveSchema live;
  Statement rows = connection.Prepare("SELECT type, name, tbl_name, sql FROM " +
                                      SqlIdentifier(schema) + ".sqlite_master ORDER BY rowid");
  live.Fill(connection, schema, rows);
  return live;
}

LiveSchema LiveSchema::ReadTable(const Connection& connection, std::string_view table) {
  LiveSchema live;
  Statement rows = connection.Prepare(
      "SELECT type, name, tbl_name, sql FROM main.sqlite_master WHERE tbl_name = ? COLLATE NOCASE "
      "ORDER BY rowid");
  rows.Bind({table});
  live.Fill(connection, "main", rows);
  return live;
}

void LiveSchema::Fill(const Connection& connection, std::string_view schema, Statement& rows) {
  std::map<std::string, std::string, std::less<>> index_sql;
  for (const Row row : rows) {
    const std::string_view type = row.TextView(0);
    if (type == "table") {
      LiveTable& table = tables_.emplace_back();
      table.name = row.Text(1);
      table.sql = row.Text(3);
    } else if (type == "index") {
      index_sql[row.Text(1)] = row.Text(3);
    } else {
      auto& texts = type == "view" ? views_ : triggers_;
      texts.push_back({row.Text(1), row.Text(2), row.Text(3)});
    }
  }
  TableReader reader(connection, schema);
  for (LiveTable& table : tables_) {
    table_places_[Lower(table.name)] = static_cast<std::size_t>(&table - tables_.data());
    reader.Read(table, index_sql);
  }
}

const LiveTable* LiveSchema::FindTable(std::string_view name) const {
  const auto found = table_places_.find(Lower(name));
  return found == table_places_.end() ? nullptr : &tables_[found->second];
}

const LiveIndex* LiveSchema::FindIndex(std::string_view name) const {
  for (const LiveTable& table : tables_) {
    if (const LiveIndex* index = table.FindIndex(name)) return index;
  }
  return nullptr;
}

const LiveText* LiveSchema::FindView(std::string_view name) const {
  return FindByName(views_, name);
}

}  // namespace migext::sqlite
