#include "migrate/row_view.h"

#include <algorithm>

#include "base/text.h"
#include "django/operations/special.h"
#include "schema/remake_columns.h"

namespace migext::migrate {
namespace {

using schema::Statement;
using schema::StatementKind;
using sqlite::LiveColumn;
using sqlite::LiveTable;

/// The text as SQLite gets it, where percent signs are doubled.
std::string Sent(const std::string& sql) {
  return schema::SentSql(sql, schema::Percent::kConverted);
}

/// "a" + "b" of "integer GENERATED ALWAYS AS ("a" + "b") STORED".
std::string GeneratedSql(std::string_view definition) {
  constexpr std::string_view kHead = "GENERATED ALWAYS AS (";
  const std::size_t begin = definition.find(kHead);
  const std::size_t end = definition.rfind(") ");
  if (begin == std::string_view::npos || end == std::string_view::npos) return {};
  const std::size_t from = begin + kHead.size();
  return end <= from ? std::string() : std::string(definition.substr(from, end - from));
}

std::vector<std::string> KeyOf(const LiveTable& table) {
  std::map<int, std::string> places;
  for (const LiveColumn& column : table.columns) {
    if (column.primary_key > 0) places[column.primary_key] = SqlIdentifier(column.name);
  }
  std::vector<std::string> key;
  for (const auto& [place, name] : places) key.push_back(name);
  if (key.empty() && !table.without_rowid) key.emplace_back("rowid");
  return key;
}

}  // namespace

RowView::RowView(const LiveTable& table)
    : knowledge_(table.is_virtual || !table.error.empty() ? RowKnowledge::kUnknown
                                                          : RowKnowledge::kKnown),
      table_(&table),
      key_(KeyOf(table)) {
  std::vector<ViewedColumn> columns;
  for (const LiveColumn& column : table.columns) {
    if (column.kind == sqlite::ColumnKind::kHidden) continue;
    columns.push_back(
        {column.name, SqlIdentifier(column.name), &column, &column, false, {}, column.type});
  }
  Replace(std::move(columns));
}

void RowView::Replace(std::vector<ViewedColumn> columns) {
  columns_ = std::move(columns);
  places_.clear();
  for (std::size_t i = 0; i < columns_.size(); ++i) places_.emplace(Lower(columns_[i].name), i);
}

const ViewedColumn* RowView::Find(std::string_view column) const {
  const auto found = places_.find(Lower(column));
  return found == places_.end() ? nullptr : &columns_[found->second];
}

std::string RowView::Sql() const {
  std::vector<std::string> items;
  for (std::size_t i = 0; i < key_.size(); ++i) {
    items.push_back(key_[i] + " AS migext_key_" + std::to_string(i + 1));
  }
  std::string generated;
  for (const ViewedColumn& column : columns_) {
    if (!column.generated.empty()) {
      generated += ", " + column.generated + " AS " + SqlIdentifier(column.name);
    } else if (!column.value.empty()) {
      items.push_back(column.value + " AS " + SqlIdentifier(column.name));
    }
  }
  const std::string rows =
      "SELECT " + Join(items, ", ") + " FROM \"main\"." + SqlIdentifier(table_->name);
  return generated.empty() ? rows : "SELECT *" + generated + " FROM (" + rows + ")";
}

ViewedColumn RowView::Copied(const schema::CopiedColumn& copied) const {
  ViewedColumn made{copied.column, {}, nullptr, nullptr, false, {}, {}};
  if (copied.source.empty()) {
    made.value = Sent(copied.value);
    made.is_constant = true;
    return made;
  }
  const ViewedColumn* source = Find(copied.source);
  if (source == nullptr || source->value.empty()) return made;
  if (copied.IsPlain()) {
    made = *source;
    made.name = copied.column;
    return made;
  }
  // The only other form is coalesce("source", fallback).
  const std::string head = "coalesce(" + schema::QuoteName(copied.source) + ",";
  const std::string value = Sent(copied.value);
  if (value.starts_with(head)) {
    made.origin = source->origin;
    made.value = "coalesce(" + source->value + "," + value.substr(head.size());
  }
  return made;
}

void RowView::Rebuild(const schema::TableRemake& remake) {
  std::vector<ViewedColumn> columns;
  const schema::RemakeColumns known(remake);
  for (const auto& part : remake.after.columns) {
    ViewedColumn column{part.column.name, {}, nullptr, nullptr, false, {}, {}};
    const schema::CopiedColumn* copied = known.CopyOf(column.name);
    if (copied != nullptr) column = Copied(*copied);
    if (part.column.generated) column.generated = GeneratedSql(part.definition);
    column.type = part.column.type;
    const std::string was = column.source == nullptr ? "" : column.source->collation;
    if (!column.value.empty() && !EqualsIgnoringCase(was, part.column.collation)) {
      column.value +=
          " COLLATE " + (part.column.collation.empty() ? std::string("BINARY")
                                                       : SqlIdentifier(part.column.collation));
      column.source = nullptr;
    }
    columns.push_back(std::move(column));
  }
  Replace(std::move(columns));
}

void RowView::AddColumn(const Statement& statement) {
  const bool has_default = schema::SentSql(statement).find(" DEFAULT ") != std::string::npos;
  places_.emplace(Lower(statement.column), columns_.size());
  columns_.push_back(
      {statement.column, has_default ? "" : "NULL", nullptr, nullptr, !has_default, {}, {}});
}

void RowView::RenameColumn(std::string_view from, std::string_view to) {
  std::vector<ViewedColumn> columns = std::move(columns_);
  for (ViewedColumn& column : columns) {
    if (EqualsIgnoringCase(column.name, from)) column.name = to;
  }
  Replace(std::move(columns));
}

void RowView::DropColumn(std::string_view name) {
  std::vector<ViewedColumn> columns = std::move(columns_);
  std::erase_if(columns,
                [&](const ViewedColumn& column) { return EqualsIgnoringCase(column.name, name); });
  Replace(std::move(columns));
}

RowViews::RowViews(const sqlite::LiveSchema& live) {
  for (const LiveTable& table : live.tables()) views_.emplace(Lower(table.name), RowView(table));
}

RowView* RowViews::Find(std::string_view table) {
  const auto found = views_.find(Lower(table));
  return found == views_.end() ? nullptr : &found->second;
}

void RowViews::Follow(const Statement& statement) {
  const bool is_code =
      statement.kind == StatementKind::kSql ||
      (statement.kind == StatementKind::kPython && !django::IsNoop(statement.code));
  if (is_code) {
    for (auto& [name, view] : views_) view.ForgetRows();
    return;
  }
  if (statement.table_remake) {
    if (RowView* view = Find(statement.table_remake->table)) view->Rebuild(*statement.table_remake);
    return;
  }
  if (statement.remake) return;
  if (statement.kind == StatementKind::kCreateTable) {
    views_[Lower(statement.table)] = RowView();
    return;
  }
  RowView* view = Find(statement.table);
  if (view == nullptr) return;
  switch (statement.kind) {
    case StatementKind::kCopyRows:
      return view->ForgetRows();
    case StatementKind::kDropTable:
      views_.erase(Lower(statement.table));
      return;
    case StatementKind::kRenameTable: {
      RowView moved = std::move(*view);
      views_.erase(Lower(statement.table));
      views_[Lower(statement.renamed_to)] = std::move(moved);
      return;
    }
    case StatementKind::kAddColumn:
      return view->AddColumn(statement);
    case StatementKind::kRenameColumn:
      return view->RenameColumn(statement.column, statement.renamed_to);
    case StatementKind::kDropColumn:
      return view->DropColumn(statement.column);
    default:
      return;
  }
}

}  // namespace migext::migrate
