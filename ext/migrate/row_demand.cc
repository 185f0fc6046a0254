#include "migrate/row_demand.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "schema/remake_columns.h"
#include "sqlite/sql_tokens.h"

namespace migext::migrate {
namespace {

using schema::TableRemake;
using schema::TableText;
using sqlite::LiveIndex;
using sqlite::SqlToken;

constexpr std::size_t kMostRows = 100;

bool IsNullLiteral(std::string_view sql) { return EqualsIgnoringCase(Trim(sql), "NULL"); }

/// Values in a column that no row can have NULL in.
bool CannotBeNull(const ViewedColumn& column) {
  if (column.source != nullptr) return column.source->not_null || column.source->primary_key == 1;
  if (column.is_constant) return !IsNullLiteral(column.value);
  return column.value.starts_with("coalesce(") && !column.value.ends_with(", NULL)");
}

/// An index on exactly these columns, none of which is anything but a live column.
bool IsUniqueAlready(const RowView& view, const std::vector<std::string>& columns) {
  std::vector<std::string> live;
  for (const std::string& name : columns) {
    const ViewedColumn* column = view.Find(name);
    if (column == nullptr || column->source == nullptr) return false;
    live.push_back(Lower(column->source->name));
  }
  std::sort(live.begin(), live.end());
  const auto covers = [&](const LiveIndex& index) {
    if (!index.unique || index.partial) return false;
    std::vector<std::string> known;
    for (const std::string& name : index.Columns()) known.push_back(Lower(name));
    std::sort(known.begin(), known.end());
    return known == live;
  };
  const auto& indexes = view.table()->indexes;
  if (std::any_of(indexes.begin(), indexes.end(), covers)) return true;
  const sqlite::LiveColumn* only = view.table()->FindColumn(live.front());
  return live.size() == 1 && only != nullptr && only->primary_key == 1 &&
         std::none_of(view.table()->columns.begin(), view.table()->columns.end(),
                      [](const sqlite::LiveColumn& column) { return column.primary_key > 1; });
}

std::vector<std::string> Quoted(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(SqlIdentifier(name));
  return quoted;
}

Demand Unique(std::string object, const std::vector<std::string>& columns) {
  return {DemandKind::kUnique, std::move(object), columns, Quoted(columns), {}, 0};
}

/// 80 of "varchar(80)", 0 of any other type.
std::size_t LengthOf(std::string_view type) {
  constexpr std::string_view kHead = "varchar(";
  std::size_t length = 0;
  if (!type.starts_with(kHead)) return 0;
  std::from_chars(type.data() + kHead.size(), type.data() + type.size(), length);
  return length;
}

/// Parts of a list in SQL at its outermost commas, without ASC and DESC.
std::vector<std::string> ItemsOf(std::string_view sql) {
  std::vector<std::string> items;
  int depth = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
  const auto finish = [&](std::size_t next) {
    if (end > begin) items.emplace_back(Trim(sql.substr(begin, end - begin)));
    begin = end = next;
  };
  for (const SqlToken& token : sqlite::Tokenize(sql)) {
    if (token.Is("(")) ++depth;
    if (token.Is(")")) --depth;
    if (depth == 0 && token.Is(",")) {
      finish(token.end);
    } else if (depth > 0 || (!token.Is("ASC") && !token.Is("DESC"))) {
      end = token.end;
    }
  }
  finish(sql.size());
  return items;
}

/// CONSTRAINT "name" CHECK (…) or UNIQUE (…), as Django writes it.
std::optional<Demand> ReadConstraint(const std::string& sql) {
  const std::vector<SqlToken> tokens = sqlite::Tokenize(sql);
  std::size_t at = 0;
  Demand demand;
  if (tokens.size() > 2 && tokens[0].Is("CONSTRAINT")) {
    demand.object = tokens[1].text;
    at = 2;
  }
  if (at + 2 >= tokens.size() || !tokens[at + 1].Is("(")) {
    // PRIMARY KEY (…)
    if (at + 3 >= tokens.size() || !tokens[at].Is("PRIMARY")) return {};
    ++at;
  }
  const std::size_t last = sql.rfind(')');
  const std::size_t from = tokens[at + 1].end;
  if (last == std::string::npos || last < from) return {};
  const std::string inside = sql.substr(from, last - from);
  if (tokens[at].Is("CHECK")) {
    demand.kind = DemandKind::kCheck;
    demand.expressions = {inside};
    return demand;
  }
  if (!tokens[at].Is("UNIQUE") && !tokens[at].Is("KEY")) return {};
  demand.kind = DemandKind::kUnique;
  demand.expressions = ItemsOf(inside);
  for (const SqlToken& token : sqlite::Tokenize(inside)) {
    if (token.kind == sqlite::TokenKind::kQuoted) demand.columns.push_back(token.text);
  }
  if (demand.object.empty()) demand.object = Join(demand.columns, ", ");
  return demand;
}

class RemakeDemands {
 public:
  RemakeDemands(const TableRemake& remake, const RowView& before, const RowView& after)
      : remake_(remake), columns_(remake), before_(before), after_(after) {}

  std::vector<Demand> Find() {
    for (const TableText::ColumnPart& part : remake_.after.columns) AddColumn(part);
    const std::vector<std::string>& known = remake_.before.constraints;
    for (const std::string& sql : remake_.after.constraints) {
      if (std::find(known.begin(), known.end(), sql) != known.end()) continue;
      std::optional<Demand> demand = ReadConstraint(sql);
      if (demand) demands_.push_back(std::move(*demand));
    }
    return std::move(demands_);
  }

 private:
  void AddColumn(const TableText::ColumnPart& part) {
    const ViewedColumn* column = after_.Find(part.column.name);
    if (column == nullptr || (column->value.empty() && column->generated.empty())) return;
    const std::string& name = part.column.name;
    // SQLite fills an INTEGER PRIMARY KEY itself.
    const bool is_row_id = part.column.primary_key && part.column.type == "integer";
    const bool is_filled = is_row_id && IsNullLiteral(column->value);
    if (!part.column.null && !is_filled && !CannotBeNull(*column)) {
      demands_.push_back({DemandKind::kNotNull, name, {name}, {}, {}, 0});
    }
    const bool is_unique = part.column.unique || part.column.primary_key;
    if (is_unique && !IsNullLiteral(column->value) && !IsUniqueAlready(after_, {name})) {
      demands_.push_back(Unique(name, {name}));
    }
    const TableText::ColumnPart* was = columns_.SourceOf(name);
    const bool same_check = was != nullptr && was->column.check == part.column.check;
    const bool is_checked = column->source != nullptr && same_check;
    if (!part.column.check.empty() && !is_checked) {
      demands_.push_back({DemandKind::kCheck, name, {name}, {part.column.check}, {}, 0});
    }
    AddLength(part, *column);
  }

  void AddLength(const TableText::ColumnPart& part, const ViewedColumn& column) {
    const std::size_t length = LengthOf(part.column.type);
    if (length == 0 || column.is_constant || !column.generated.empty()) return;
    const schema::CopiedColumn* copied = columns_.CopyOf(part.column.name);
    const ViewedColumn* before = copied == nullptr ? nullptr : before_.Find(copied->source);
    const std::size_t was = before == nullptr ? 0 : LengthOf(before->type);
    // The path of a comment grows with its depth, and SQLite never looks at lengths.
    const bool is_path = EqualsIgnoringCase(part.column.name, "path");
    if (!is_path && was != 0 && was <= length) return;
    demands_.push_back({DemandKind::kLength, part.column.name, {part.column.name}, {}, {}, length});
  }

  const TableRemake& remake_;
  schema::RemakeColumns columns_;
  const RowView& before_;
  const RowView& after_;
  std::vector<Demand> demands_;
};

sqlite::Cell KeyOf(const sqlite::Row& row, std::size_t size) {
  if (size == 1) return row.Get(0);
  std::string key;
  for (std::size_t i = 0; i < size; ++i) {
    if (i > 0) key += ", ";
    key += row.Get(static_cast<int>(i)).ToString();
  }
  return key;
}

std::string Numbered(std::string_view name, std::size_t size) {
  std::vector<std::string> names;
  for (std::size_t i = 1; i <= size; ++i) names.push_back(std::string(name) + std::to_string(i));
  return Join(names, ", ");
}

std::string ConditionOf(const Demand& demand) {
  if (demand.kind == DemandKind::kCheck) return "NOT (" + demand.expressions.front() + ")";
  const std::string column = SqlIdentifier(demand.columns.front());
  if (demand.kind == DemandKind::kNotNull) return column + " IS NULL";
  return "length(" + column + ") > " + std::to_string(demand.length);
}

/// SQLite takes "level" for a text where there is no such column (sqlite.org, quirks.html).
void RequireColumns(const RowView& view, const Demand& demand) {
  std::vector<std::string> texts = demand.expressions;
  texts.push_back(demand.condition);
  for (const std::string& name : demand.columns) texts.push_back(SqlIdentifier(name));
  for (const std::string& text : texts) {
    for (const SqlToken& token : sqlite::Tokenize(text)) {
      if (token.kind != sqlite::TokenKind::kQuoted || text[token.begin] != '"') continue;
      const ViewedColumn* column = view.Find(token.text);
      if (column != nullptr && !(column->value.empty() && column->generated.empty())) continue;
      throw Error("the column " + view.table()->name + "." + token.text +
                  " is not there, or not known");
    }
  }
}

std::string DuplicatesSql(const RowView& view, const Demand& demand) {
  const std::size_t size = demand.expressions.size();
  std::string items = Numbered("migext_key_", view.KeySize());
  std::string none_null;
  for (std::size_t i = 0; i < size; ++i) {
    const std::string name = "migext_value_" + std::to_string(i + 1);
    items += ", " + demand.expressions[i] + " AS " + name;
    none_null += (i == 0 ? "" : " AND ") + name + " IS NOT NULL";
  }
  const std::string values = Numbered("migext_value_", size);
  std::string rows = "SELECT " + items + " FROM (" + view.Sql() + ")";
  if (!demand.condition.empty()) rows += " WHERE " + demand.condition;
  return "WITH migext_rows AS (" + rows + ") SELECT " + Numbered("migext_key_", view.KeySize()) +
         ", " + values + " FROM migext_rows WHERE (" + values + ") IN (SELECT " + values +
         " FROM migext_rows WHERE " + none_null + " GROUP BY " + values + " HAVING count(*) > 1)";
}

}  // namespace

std::vector<Demand> DemandsOf(const TableRemake& remake, const RowView& before,
                              const RowView& after) {
  return RemakeDemands(remake, before, after).Find();
}

std::vector<Demand> DemandsOf(const schema::Statement& create_index, const RowView& view) {
  const schema::IndexStatement* index = create_index.index.get();
  if (index == nullptr || !index->unique) return {};
  if (!index->columns.empty() && index->tail.find("WHERE") == std::string::npos &&
      IsUniqueAlready(view, index->columns)) {
    return {};
  }
  const auto sent = [&](const std::string& sql) {
    return schema::SentSql(sql, create_index.percent);
  };
  Demand demand = Unique(index->Name(), index->columns);
  const LiveIndex* known = view.table()->FindIndex(demand.object);
  const bool is_written = index->columns.empty() || !index->tail.empty();
  const bool is_there = known != nullptr && known->unique && is_written;
  if (is_there && create_index.remake) return {};
  if (index->columns.empty()) demand.expressions = ItemsOf(sent(index->column_list));
  const std::string tail = sent(index->tail);
  constexpr std::string_view kWhere = "WHERE ";
  const std::size_t where = tail.find(kWhere);
  if (where != std::string::npos) demand.condition = tail.substr(where + kWhere.size());
  return {std::move(demand)};
}

Offenders FindOffenders(const sqlite::Connection& db, const RowView& view, const Demand& demand) {
  RequireColumns(view, demand);
  const bool is_unique = demand.kind == DemandKind::kUnique;
  const std::string sql = is_unique ? DuplicatesSql(view, demand)
                                    : "SELECT " + Numbered("migext_key_", view.KeySize()) +
                                          " FROM (" + view.Sql() + ") WHERE " + ConditionOf(demand);
  std::string ordered = sql;
  if (is_unique) {
    ordered += " ORDER BY " + Numbered("migext_value_", demand.expressions.size()) + ", " +
               Numbered("migext_key_", view.KeySize());
  }
  Offenders found;
  std::string last;
  sqlite::Statement select = db.Prepare(ordered);
  while (select.Step()) {
    ++found.total;
    if (found.rows.size() == kMostRows) continue;
    Offender offender{KeyOf(select.row(), view.KeySize()), {}, true};
    for (std::size_t i = view.KeySize();
         is_unique && i < static_cast<std::size_t>(select.ColumnCount()); ++i) {
      if (!offender.values.empty()) offender.values += ", ";
      offender.values += select.row().Get(static_cast<int>(i)).ToSql();
    }
    offender.is_first = !is_unique || offender.values != last;
    last = offender.values;
    found.rows.push_back(std::move(offender));
  }
  return found;
}

}  // namespace migext::migrate
