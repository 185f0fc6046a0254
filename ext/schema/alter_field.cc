// AlterField and RenameField: nothing, a renamed column, or a remake with all that depends on it
// (BaseDatabaseSchemaEditor.alter_field, DatabaseSchemaEditor._alter_field).
#include <algorithm>

#include "base/error.h"
#include "schema/compile_expression.h"
#include "schema/create_table.h"
#include "schema/relations.h"
#include "schema/table_editor.h"

namespace migext::schema {
namespace {

using django::FieldType;

bool IsGenerated(const EditedField& field) { return field.field().type == FieldType::kGenerated; }

bool HasAutomaticTable(const EditedField& field) {
  return field.field().IsManyToMany() && !field.field().relation->through;
}

/// str(field): "app.Model.name".
std::string Shown(const EditedModel& model, const EditedField& field) {
  return model.key.app + "." + model.object_name + "." + field.name();
}

bool HasConstraint(const EditedField& field) {
  return field.field().relation && field.field().relation->db_constraint;
}

/// False too when the old expression names a field that has been renamed.
bool HasSameExpression(const EditedModel& model, const EditedField& from, const EditedField& to,
                       const SchemaContext& context) {
  std::string before;
  try {
    before = CompileGenerated(model, from, context);
  } catch (const Error&) {
    return false;
  }
  return before == CompileGenerated(model, to, context);
}

/// A generated column can't be changed, only replaced.
void RefuseGenerated(const EditedModel& model, const EditedField& from, const EditedField& to,
                     const SchemaContext& context) {
  bool is_modified = IsGenerated(from) != IsGenerated(to);
  if (!is_modified && !IsGenerated(to)) return;
  if (!is_modified) is_modified = from.field().db_persist != to.field().db_persist;
  if (!is_modified) is_modified = !HasSameExpression(model, from, to, context);
  if (!is_modified) return;
  throw Error("ValueError: Modifying GeneratedFields is not supported - the field " +
              Shown(model, to) + " must be removed and re-added with the new definition.");
}

}  // namespace

void TableEditor::AlterField(const EditedModel& model, const EditedField& from,
                             const EditedField& to) {
  if (!FieldShouldBeAltered(model, from, to, context_)) return;
  const bool had_column = !from.column.empty();
  const bool has_column = !to.column.empty();
  if ((!had_column && !from.field().relation) || (!has_column && !to.field().relation)) {
    throw Error("ValueError: Cannot alter field " + Shown(model, from) + " into " +
                Shown(model, to) +
                " - they do not properly define db_type (are you using a badly-written custom "
                "field?)");
  }
  if (!had_column && !has_column) {
    if (HasAutomaticTable(from) && HasAutomaticTable(to)) {
      return AlterManyToMany(from, to);
    }
    if (!HasAutomaticTable(from) && !HasAutomaticTable(to)) return;
  }
  if (!had_column || !has_column) {
    throw Error("ValueError: Cannot alter field " + Shown(model, from) + " into " +
                Shown(model, to) +
                " - they are not compatible types (you cannot alter to or from M2M fields, or add "
                "or remove through= on M2M fields)");
  }
  RefuseGenerated(model, from, to, context_);
  AlterColumn(model, from, to);
}

void TableEditor::AlterColumn(const EditedModel& model, const EditedField& from,
                              const EditedField& to) {
  const bool can_rename = from.column != to.column &&
                          ColumnSql(model, from, context_) == ColumnSql(model, to, context_) &&
                          !HasConstraint(from) && !HasConstraint(to);
  if (can_rename) {
    Send(StatementKind::kRenameColumn, model.table,
         "ALTER TABLE " + QuoteName(model.table) + " RENAME COLUMN " + QuoteName(from.column) +
             " TO " + QuoteName(to.column),
         Percent::kConverted);
    statements_.back().column = from.column;
    statements_.back().renamed_to = to.column;
    indexes_.RenameColumn(model.table, from.column, to.column);
    return;
  }
  RemakeTable(model, {.alter = {{from, to}}});
  RemakeDependents(model, from, to);
}

void TableEditor::RemakeDependents(const EditedModel& model, const EditedField& from,
                                   const EditedField& to) {
  if (!to.field().unique) return;
  const std::optional<Column> old_column = ColumnOf(model, from, context_);
  const std::optional<Column> new_column = ColumnOf(model, to, context_);
  if (!old_column || !new_column) return;
  const bool other_collation = context_.dialect->collation_reaches_dependents &&
                               old_column->collation != new_column->collation;
  if (old_column->type == new_column->type && !other_collation) return;
  if (!to.state.Find(model.key)) return;
  const EditedModel target = ModelOf(to.state, model.key, to.side, context_);
  const std::vector<EditedModel> befores = DependentModels(model, from, context_);
  for (const EditedModel& dependent : DependentModels(target, to, context_)) {
    const bool is_itself = dependent.key == model.key && dependent.side == model.side;
    if (is_itself) continue;
    const auto before = std::find_if(befores.begin(), befores.end(), [&](const EditedModel& known) {
      return known.table == dependent.table;
    });
    // The table itself, with a key to itself, has been remade just now.
    const bool is_old = before != befores.end() && dependent.key != model.key;
    RemakeTable(dependent, {.before = is_old ? &*before : nullptr});
  }
}

void TableEditor::AlterManyToMany(const EditedField& from, const EditedField& to) {
  const EditedModel from_table = *ThroughOf(from, context_);
  const EditedModel to_table = *ThroughOf(to, context_);
  if (from_table.table != to_table.table) return CopyThrough(from_table, to_table);
  // Options changed: first the key to the target, then the one to the model itself.
  Change change = {.alter = {{from_table.fields[2], to_table.fields[2]}}};
  if (context_.dialect->alters_both_keys_of_throughs) {
    change.alter.emplace_back(from_table.fields[1], to_table.fields[1]);
  }
  RemakeTable(from_table, change);
}

void TableEditor::CopyThrough(const EditedModel& from_table, const EditedModel& to_table) {
  CreateModel(to_table);
  const auto columns = [](const EditedModel& table) {
    return "id, " + table.fields[1].column + ", " + table.fields[2].column;
  };
  Send(StatementKind::kCopyRows, to_table.table,
       "INSERT INTO " + QuoteName(to_table.table) + " (" + columns(to_table) + ") SELECT " +
           columns(from_table) + " FROM " + QuoteName(from_table.table),
       Percent::kConverted);
  DeleteModel(from_table);
}

}  // namespace migext::schema
