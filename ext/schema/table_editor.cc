#include "schema/table_editor.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "schema/create_table.h"
#include "schema/default_value.h"
#include "schema/index.h"
#include "schema/naming.h"
#include "schema/written_index.h"

namespace migext::schema {
namespace {

using django::FieldType;
using django::NamedIndex;

/// True if the field's db_default is written as Value(...): ADD COLUMN takes a constant.
bool IsValueExpression(python::Value value) {
  return value.Is(python::Kind::kCall) && (IsMadeBy(value, "Value") || IsMadeBy(value, "JSONNull"));
}

/// null=True on a generated column means nothing but this.
bool IsGeneratedWithoutNull(const django::Field& field) {
  const std::optional<python::Value> null = field.Option("null");
  return field.type == FieldType::kGenerated && !(null && python::Truth(*null).value_or(false));
}

/// Nothing but a remake can drop such a column.
bool NeedsRemakeToDrop(const django::Field& field) {
  return field.primary_key || field.unique || field.db_index ||
         (field.IsForeignKey() && field.relation->db_constraint);
}

}  // namespace

void TableEditor::Execute(Statement statement) {
  statement.remake = statement.remake || remakes_ > 0;
  statements_.push_back(std::move(statement));
}

void TableEditor::Send(StatementKind kind, std::string_view table, std::string sql,
                       Percent percent) {
  Statement statement;
  statement.kind = kind;
  statement.table = table;
  statement.sql = std::move(sql);
  statement.percent = percent;
  Execute(std::move(statement));
}

void TableEditor::SendIndex(const IndexStatement& index, Percent percent) {
  Send(StatementKind::kCreateIndex, index.table, index.Sql(), percent);
  statements_.back().index = std::make_shared<const IndexStatement>(index);
  indexes_.Create(index);
}

void TableEditor::SendDropIndex(const EditedModel& model, const std::string& name) {
  Send(StatementKind::kDropIndex, model.table, "DROP INDEX " + QuoteName(name),
       Percent::kConverted);
  indexes_.Drop(model.table, name);
}

void TableEditor::CreateModel(const EditedModel& model) {
  MakeTable(model, nullptr);
  for (const EditedField& field : model.many_to_many) {
    const std::optional<EditedModel> through = ThroughOf(field, context_);
    if (through) CreateModel(*through);
  }
}

void TableEditor::MakeTable(const EditedModel& model, std::shared_ptr<TableRemake> remake) {
  TableText text = TableTextOf(model, context_);
  std::vector<IndexStatement> indexes = IndexStatementsOf(model, context_);
  Statement statement;
  statement.kind = StatementKind::kCreateTable;
  statement.table = model.table;
  statement.sql = text.Sql(model.table);
  for (const IndexStatement& index : indexes) deferred_.Add(index);
  if (remake) {
    for (IndexStatement& index : indexes) index.table = remake->table;
    remake->after = std::move(text);
    remake->indexes_after = std::move(indexes);
    statement.table_remake = std::move(remake);
  }
  Execute(std::move(statement));
  indexes_.CreateTable(model);
}

void TableEditor::DropTable(const EditedModel& model) {
  Send(StatementKind::kDropTable, model.table, "DROP TABLE " + QuoteName(model.table),
       Percent::kConverted);
  deferred_.ForgetTable(model.table);
  indexes_.DropTable(model.table);
}

void TableEditor::DeleteModel(const EditedModel& model) {
  for (const EditedField& field : model.many_to_many) {
    const std::optional<EditedModel> through = ThroughOf(field, context_);
    if (through) DeleteModel(*through);
  }
  DropTable(model);
}

void TableEditor::RenameTable(std::string_view from, std::string_view to) {
  if (LowerUtf8(from) == LowerUtf8(to)) return;
  Statement rename;
  rename.kind = StatementKind::kRenameTable;
  rename.table = from;
  rename.renamed_to = to;
  rename.sql = "ALTER TABLE " + QuoteName(from) + " RENAME TO " + QuoteName(to);
  rename.percent = Percent::kConverted;
  Execute(std::move(rename));
  deferred_.RenameTable(from, to);
  indexes_.RenameTable(from, to);
  if (runs_) return;
  std::string existing(from);
  for (const auto& [now, before] : renamed_) {
    if (now == from) existing = before;
  }
  std::erase_if(renamed_, [&](const auto& pair) { return pair.first == from; });
  renamed_.emplace_back(to, existing);
}

void TableEditor::AddField(const EditedModel& model, const EditedField& field) {
  const django::Field& options = field.field();
  if (options.IsManyToMany() && options.relation && !options.relation->through) {
    return CreateModel(*ThroughOf(field, context_));
  }
  if (options.type == FieldType::kCompositePrimaryKey) return;
  const bool must_remake = !context_.dialect->adds_columns || options.primary_key ||
                           options.unique || !options.null || IsGeneratedWithoutNull(options) ||
                           EffectiveDefault(field, context_) ||
                           (options.db_default && !IsValueExpression(*options.db_default));
  if (must_remake) return RemakeTable(model, {.create = &field});
  std::optional<std::string> sql = AddColumnSql(model, field, context_);
  if (!sql) return;
  Send(StatementKind::kAddColumn, model.table, std::move(*sql),
       context_.dialect->converts_added_columns ? Percent::kConverted : Percent::kUntouched);
  statements_.back().column = field.column;
  if (options.db_index && !options.unique) deferred_.Add(FieldIndex(model, field));
}

void TableEditor::RemoveField(const EditedModel& model, const EditedField& field) {
  const django::Field& options = field.field();
  if (options.IsManyToMany()) {
    const std::optional<EditedModel> through = ThroughOf(field, context_);
    if (through) DeleteModel(*through);
    return;
  }
  if (field.column.empty()) return;
  if (!context_.dialect->drops_columns || NeedsRemakeToDrop(options)) {
    return RemakeTable(model, {.remove = &field});
  }
  Send(StatementKind::kDropColumn, model.table,
       "ALTER TABLE " + QuoteName(model.table) + " DROP COLUMN " + QuoteName(field.column),
       Percent::kConverted);
  statements_.back().column = field.column;
  deferred_.ForgetColumn(model.table, field.column);
}

// ---- Indexes and constraints

void TableEditor::AddIndex(const EditedModel& model, const NamedIndex& index) {
  SendIndex(MetaIndex(model, index, context_), Percent::kUntouched);
}

void TableEditor::RemoveIndex(const EditedModel& model, const NamedIndex& index) {
  if (context_.dialect->forgets_removed_indexes) deferred_.ForgetIndex(model.table, index.name);
  SendDropIndex(model, index.name);
}

namespace {

/// UniqueConstraints that are handled as indexes when they come alone; some of them are none.
bool IsHandledAsIndex(const NamedIndex& constraint) {
  if (!IsMadeBy(constraint.value, "UniqueConstraint")) return false;
  const WrittenIndex written = WrittenIndexOf(constraint.value);
  return written.Has("condition") || !written.args.empty() || written.Has("include") ||
         written.Has("deferrable");
}

}  // namespace

void TableEditor::AddConstraint(const EditedModel& model, const NamedIndex& constraint) {
  if (!IsHandledAsIndex(constraint)) {
    EditedModel before = model;
    std::erase_if(before.constraints,
                  [&](const NamedIndex& known) { return known.name == constraint.name; });
    return RemakeTable(model, {.before = &before});
  }
  if (FormOf(constraint) != ConstraintForm::kUniqueIndex) return;
  SendIndex(UniqueIndex(model, constraint, context_), Percent::kUntouched);
}

void TableEditor::RemoveConstraint(const EditedModel& model, const NamedIndex& constraint) {
  if (!IsHandledAsIndex(constraint)) {
    EditedModel before = model;
    before.constraints.push_back(constraint);
    return RemakeTable(model, {.before = &before});
  }
  if (FormOf(constraint) != ConstraintForm::kUniqueIndex) return;
  SendDropIndex(model, constraint.name);
}

void TableEditor::AlterUniqueTogether(const EditedModel& model, const Groups& from,
                                      const Groups& to) {
  const std::set<std::vector<std::string>> olds(from.begin(), from.end());
  const std::set<std::vector<std::string>> news(to.begin(), to.end());
  for (const std::vector<std::string>& group : olds) {
    if (!news.contains(group)) DeleteTogetherIndex(model, group, true);
  }
  for (const std::vector<std::string>& group : news) {
    if (olds.contains(group)) continue;
    SendIndex(TogetherStatement(model, group, true), Percent::kConverted);
  }
}

void TableEditor::AlterIndexTogether(const EditedModel& model, const Groups& from,
                                     const Groups& to) {
  const std::set<std::vector<std::string>> olds(from.begin(), from.end());
  const std::set<std::vector<std::string>> news(to.begin(), to.end());
  for (const std::vector<std::string>& group : olds) {
    if (!news.contains(group)) DeleteTogetherIndex(model, group, false);
  }
  for (const std::vector<std::string>& group : news) {
    if (olds.contains(group)) continue;
    SendIndex(TogetherStatement(model, group, false), Percent::kConverted);
  }
}

std::vector<std::string> TableEditor::FindIndexes(const EditedModel& model,
                                                  const std::vector<std::string>& columns,
                                                  bool unique) {
  std::string table = model.table;
  if (!runs_ && context_.dialect->finds_indexes_of_renamed_tables) {
    for (const auto& [now, before] : renamed_) {
      if (now == table) {
        table = before;
        break;
      }
    }
  }
  if (context_.dialect->names_missing_tables && !indexes_.HasTable(table)) {
    throw Error("ValueError: Table " + table + " does not exist");
  }
  const auto known = indexes_.Of(table);
  if (!known) return {IndexName(model.table, columns, unique ? "_uniq" : "_idx")};
  std::vector<std::string> names;
  for (const KnownIndex& index : *known) {
    if (index.unique == unique && index.columns == columns) names.push_back(index.name);
  }
  return names;
}

/// _delete_composed_index().
void TableEditor::DeleteTogetherIndex(const EditedModel& model,
                                      const std::vector<std::string>& group, bool unique) {
  std::vector<std::string> columns;
  for (const std::string& name : group) columns.push_back(model.GetField(name).column);
  const bool looks_at_deferred = unique && context_.dialect->takes_back_deferred_unique;
  if (looks_at_deferred && deferred_.ForgetColumns(model.table, columns)) return;

  std::vector<std::string> names = FindIndexes(model, columns, unique);
  std::erase_if(names, [&](const std::string& name) {
    const auto has_name = [&](const NamedIndex& index) { return index.name == name; };
    return std::any_of(model.indexes.begin(), model.indexes.end(), has_name) ||
           std::any_of(model.constraints.begin(), model.constraints.end(), has_name);
  });
  const std::string own = IndexName(model.table, columns, "_uniq");
  if (unique && std::find(names.begin(), names.end(), own) != names.end()) names = {own};
  if (names.size() != 1) {
    throw Error("ValueError: Found wrong number (" + std::to_string(names.size()) +
                ") of constraints for " + model.table + "(" + Join(columns, ", ") + ")");
  }
  SendDropIndex(model, names.front());
}

// ---- Put-off statements

void TableEditor::RunDeferred(Percent percent, bool remake) {
  for (const IndexStatement& index : deferred_.Take()) {
    Statement statement;
    statement.kind = StatementKind::kCreateIndex;
    statement.table = index.table;
    statement.sql = index.Sql();
    statement.index = std::make_shared<const IndexStatement>(index);
    statement.percent = percent;
    statement.deferred = true;
    statement.remake = remake;
    Execute(std::move(statement));
    indexes_.Create(index);
  }
}

void TableEditor::Finish() {
  RunDeferred(context_.dialect->converts_deferred_sql ? Percent::kConverted : Percent::kUntouched,
              false);
}

}  // namespace migext::schema
