#include "schema/editor.h"

#include <algorithm>
#include <memory>

#include "base/error.h"
#include "base/text.h"
#include "django/operations/fields.h"
#include "django/operations/indexes.h"
#include "django/operations/models.h"
#include "django/operations/postgres.h"
#include "django/operations/special.h"
#include "schema/relations.h"
#include "schema/rendering.h"
#include "schema/sql_script.h"
#include "schema/table_editor.h"

namespace migext::schema {
namespace {

using django::ModelKey;
using django::ModelState;
using django::NamedIndex;
using django::Operation;
using django::ProjectState;

/// True for an operation that asks for the rendered models of the state that it leads to.
bool RendersTarget(const Operation& operation) {
  static constexpr std::string_view kOthers[] = {"AlterModelOptions",
                                                 "AlterModelManagers",
                                                 "AlterConstraint",
                                                 "RunSQL",
                                                 "RunPython",
                                                 "RemoveField",
                                                 "DeleteModel",
                                                 "RemoveIndex",
                                                 "SeparateDatabaseAndState"};
  for (const std::string_view name : kOthers) {
    if (operation.ClassName() == name) return false;
  }
  return operation.Kind() == django::OperationKind::kSchema;
}

const NamedIndex& NamedOne(const std::vector<NamedIndex>& list, const std::string& name,
                           std::string_view what, const ModelState& model) {
  for (const NamedIndex& index : list) {
    if (index.name == name) return index;
  }
  throw Error("ValueError: No " + std::string(what) + " named " + name + " on model " + model.name);
}

/// The option's groups.  Where it is compared as it was written, the names of a flat tuple are
/// taken for groups of letters.
TableEditor::Groups GroupsOf(const std::optional<django::Together>& together,
                             const SchemaContext& context) {
  if (!together) return {};
  if (!together->flat || !context.dialect->compares_written_together) return together->groups;
  TableEditor::Groups groups;
  for (const std::vector<std::string>& group : together->groups) {
    for (const std::string& name : group) {
      std::vector<std::string>& letters = groups.emplace_back();
      for (const char letter : name) letters.emplace_back(1, letter);
    }
  }
  return groups;
}

}  // namespace

/// One operation in one direction: `from` is the state that the tables are in, `to` the one that
/// they are brought to.
class SchemaEditor::Run final : public django::OperationVisitor {
 public:
  Run(SchemaEditor& editor, std::string_view app, const ProjectState& from, const ProjectState& to,
      bool backwards)
      : editor_(editor),
        tables_(*editor.tables_),
        app_(app),
        from_(from),
        to_(to),
        backwards_(backwards) {}

  void Visit(const django::CreateModel& operation) override {
    backwards_ ? Delete(operation.model.name) : Create(operation.model.name);
  }
  void Visit(const django::DeleteModel& operation) override {
    backwards_ ? Create(operation.name) : Delete(operation.name);
  }
  void Visit(const django::RenameModel& operation) override {
    backwards_ ? Rename(operation.new_name, operation.name)
               : Rename(operation.name, operation.new_name);
  }
  void Visit(const django::AlterModelTable& operation) override {
    const std::optional<EditedModel> to = TargetOf(operation.name);
    if (!to) return;
    const EditedModel from = From(operation.name);
    tables_.RenameTable(from.table, to->table);
    for (std::size_t i = 0; i < std::min(from.many_to_many.size(), to->many_to_many.size()); ++i) {
      const auto old_table = ThroughOf(from.many_to_many[i], Context());
      const auto new_table = ThroughOf(to->many_to_many[i], Context());
      if (old_table && new_table) tables_.RenameTable(old_table->table, new_table->table);
    }
  }
  void Visit(const django::AlterModelTableComment&) override {}  // SQLite keeps no comments.
  void Visit(const django::AlterTogether& operation) override {
    const std::optional<EditedModel> to = TargetOf(operation.name);
    if (!to) return;
    const ModelState& before = *from_.Find(Key(operation.name));
    const ModelState& after = *to_.Find(Key(operation.name));
    if (operation.unique) {
      tables_.AlterUniqueTogether(*to, GroupsOf(before.unique_together, Context()),
                                  GroupsOf(after.unique_together, Context()));
    } else {
      tables_.AlterIndexTogether(*to, GroupsOf(before.index_together, Context()),
                                 GroupsOf(after.index_together, Context()));
    }
  }
  void Visit(const django::AlterOrderWithRespectTo& operation) override {
    const std::optional<EditedModel> to = TargetOf(operation.name);
    if (!to) return;
    const EditedModel from = From(operation.name);
    const EditedField* old_order = from.FindField("_order");
    const EditedField* new_order = to->FindField("_order");
    if (old_order && !new_order) tables_.RemoveField(from, *old_order);
    if (!new_order || old_order) return;
    const std::optional<python::Value> order_by =
        to_.Find(Key(operation.name))->Option("order_with_respect_to");
    if (order_by && order_by->IsStr()) to->GetField(order_by->AsStr());
    EditedField order = *new_order;
    auto with_default = std::make_shared<django::Field>(order.field());
    with_default->has_default = true;
    with_default->default_value = python::Value::Int(0);
    order.named.field = std::move(with_default);
    tables_.AddField(from, order);
  }
  void Visit(const django::AlterModelOptions&) override {}
  void Visit(const django::AlterModelManagers&) override {}

  void Visit(const django::AddField& operation) override {
    if (backwards_) return Remove(operation.model_name, operation.name);
    const std::optional<EditedModel> to = TargetOf(operation.model_name);
    if (!to) return;
    EditedField field = to->GetField(operation.name);
    // The default serves the rows that are there, and the state forgets it.
    if (!operation.preserve_default) field.named.field = operation.field;
    tables_.AddField(From(operation.model_name), field);
  }
  void Visit(const django::RemoveField& operation) override {
    if (!backwards_) return Remove(operation.model_name, operation.name);
    const std::optional<EditedModel> to = TargetOf(operation.model_name);
    if (to) tables_.AddField(From(operation.model_name), to->GetField(operation.name));
  }
  void Visit(const django::AlterField& operation) override {
    const std::optional<EditedModel> to = TargetOf(operation.model_name);
    if (!to) return;
    const EditedModel from = From(operation.model_name);
    const EditedField& old_field = from.GetField(operation.name);
    EditedField new_field = to->GetField(operation.name);
    if (!operation.preserve_default) SetDefault(new_field, *operation.field);
    tables_.AlterField(from, old_field, new_field);
  }
  void Visit(const django::RenameField& operation) override {
    const std::optional<EditedModel> to = TargetOf(operation.model_name);
    if (!to) return;
    const EditedModel from = From(operation.model_name);
    const std::string& old_name = backwards_ ? operation.new_name : operation.name;
    const std::string& new_name = backwards_ ? operation.name : operation.new_name;
    tables_.AlterField(from, from.GetField(old_name), to->GetField(new_name));
  }

  void Visit(const django::AddIndex& operation) override {
    if (HasNone(backwards_ ? from_ : to_, operation.model_name)) return;
    if (backwards_) {
      tables_.RemoveIndex(From(operation.model_name), operation.index);
    } else {
      tables_.AddIndex(To(operation.model_name), operation.index);
    }
  }
  void Visit(const django::RemoveIndex& operation) override {
    const ProjectState& with_index = backwards_ ? to_ : from_;
    if (HasNone(with_index, operation.model_name)) return;
    const ModelState& model = *with_index.Find(Key(operation.model_name));
    const NamedIndex& index = NamedOne(model.indexes, operation.name, "index", model);
    if (backwards_) {
      tables_.AddIndex(To(operation.model_name), index);
    } else {
      tables_.RemoveIndex(From(operation.model_name), index);
    }
  }
  void Visit(const django::RenameIndex& operation) override {
    if (backwards_ && !operation.old_fields.empty()) return;
    const std::optional<EditedModel> to = TargetOf(operation.model_name);
    if (!to) return;
    const std::string& old_name = backwards_ ? operation.new_name : operation.old_name;
    const std::string& new_name = backwards_ ? operation.old_name : operation.new_name;
    const ModelState& before = *from_.Find(Key(operation.model_name));
    const NamedIndex old_index = operation.old_fields.empty()
                                     ? NamedOne(before.indexes, old_name, "index", before)
                                     : Unnamed(operation);
    if (old_index.name == new_name) return;
    const ModelState& after = *to_.Find(Key(operation.model_name));
    tables_.RemoveIndex(*to, old_index);
    tables_.AddIndex(*to, NamedOne(after.indexes, new_name, "index", after));
  }
  void Visit(const django::AddConstraint& operation) override {
    const std::optional<EditedModel> to = TargetOf(operation.model_name);
    if (!to) return;
    backwards_ ? tables_.RemoveConstraint(*to, operation.constraint)
               : tables_.AddConstraint(*to, operation.constraint);
  }
  void Visit(const django::RemoveConstraint& operation) override {
    const std::optional<EditedModel> to = TargetOf(operation.model_name);
    if (!to) return;
    const ModelState& model = *(backwards_ ? to_ : from_).Find(Key(operation.model_name));
    const NamedIndex& constraint = NamedOne(model.constraints, operation.name, "constraint", model);
    backwards_ ? tables_.AddConstraint(*to, constraint) : tables_.RemoveConstraint(*to, constraint);
  }
  void Visit(const django::AlterConstraint&) override {}

  void Visit(const django::RunSql& operation) override {
    const django::SqlArgument* argument = &operation.sql();
    if (backwards_) argument = operation.reverse_sql() ? &*operation.reverse_sql() : nullptr;
    if (!argument) throw Error("NotImplementedError: You cannot reverse this operation");
    const ParameterUse use =
        tables_.RunsStatements() ? ParameterUse::kBound : ParameterUse::kFormatted;
    for (Statement& statement : SqlStatements(*argument, use, Context())) {
      tables_.Execute(std::move(statement));
    }
  }
  void Visit(const django::RunPython& operation) override {
    RunCode(backwards_ ? operation.reverse_code() : operation.code());
  }
  void Visit(const django::SeparateDatabaseAndState& operation) override {
    const bool was_rendered = editor_.is_rendered_;
    std::vector<ProjectState> states = {backwards_ ? to_ : from_};
    for (const django::OperationPtr& inner : operation.database_operations) {
      states.push_back(states.back());
      inner->StateForwards(app_, states.back());
    }
    const std::size_t count = operation.database_operations.size();
    for (std::size_t step = 0; step < count; ++step) {
      const std::size_t i = backwards_ ? count - 1 - step : step;
      const Operation& inner = *operation.database_operations[i];
      if (backwards_) {
        editor_.Unapply(inner, app_, states[i], states[i + 1]);
      } else {
        editor_.Apply(inner, app_, states[i], states[i + 1]);
      }
    }
    editor_.is_rendered_ = was_rendered;
  }
  void Visit(const django::PostgresOperation&) override {}
  void Visit(const django::CustomOperation& operation) override { RunCode(operation.head().value); }

 private:
  const SchemaContext& Context() const { return tables_.context(); }
  ModelKey Key(const std::string& name) const { return {std::string(app_), LowerUtf8(name)}; }
  EditedModel From(const std::string& name) const {
    return ModelOf(from_, Key(name), backwards_ ? Side::kAfter : Side::kBefore, Context());
  }
  EditedModel To(const std::string& name) const {
    return ModelOf(to_, Key(name), backwards_ ? Side::kBefore : Side::kAfter, Context());
  }
  /// allow_migrate_model(): an unmanaged model has no table to work on.
  bool HasNone(const ProjectState& state, const std::string& name) const {
    const ModelState* model = state.Find(Key(name));
    if (!model) {
      throw Error("LookupError: App '" + std::string(app_) + "' doesn't have a '" + name +
                  "' model.");
    }
    return HasNoTable(*model, Context());
  }
  std::optional<EditedModel> TargetOf(const std::string& name) const {
    return HasNone(to_, name) ? std::nullopt : std::optional(To(name));
  }

  void Create(const std::string& name) {
    if (HasNone(to_, name)) return;
    const EditedModel model = To(name);
    tables_.CreateModel(model);
    // Where the option is gone the editor does not know it, and the operation makes its indexes.
    if (!Context().dialect->index_together) {
      tables_.AlterIndexTogether(model, {}, model.index_together);
    }
  }
  void Delete(const std::string& name) {
    if (!HasNone(from_, name)) tables_.DeleteModel(From(name));
  }
  void Remove(const std::string& model, const std::string& field) {
    if (HasNone(from_, model)) return;
    const EditedModel from = From(model);
    tables_.RemoveField(from, from.GetField(field));
  }

  void Rename(const std::string& old_name, const std::string& new_name) {
    if (LowerUtf8(old_name) == LowerUtf8(new_name)) {
      // The state drops the model that it has just renamed.
      const ModelKey key = Key(new_name);
      throw Error(editor_.is_rendered_
                      ? "KeyError: ('" + key.app + "', '" + key.model + "')"
                      : "LookupError: No installed app with label '" + key.app + "'.");
    }
    const std::optional<EditedModel> to = TargetOf(new_name);
    if (!to) return;
    const EditedModel from = From(old_name);
    tables_.RenameTable(from.table, to->table);
    for (const RelatedObject& related : RelatedObjects(from_, from.key, from.side, Context())) {
      const bool is_self = related.model.key == from.key;
      const EditedModel after =
          is_self ? *to : ModelOf(to_, related.model.key, to->side, Context());
      const bool takes_new = is_self || Context().dialect->renames_from_new_state;
      tables_.AlterField(takes_new ? after : related.model, related.field,
                         after.GetField(related.field.name()));
    }
    RenameThroughs(from, *to);
  }

  /// Automatic tables are named after the model that has the field.
  void RenameThroughs(const EditedModel& from, const EditedModel& to) {
    for (std::size_t i = 0; i < std::min(from.many_to_many.size(), to.many_to_many.size()); ++i) {
      const EditedField& old_field = from.many_to_many[i];
      const EditedField& new_field = to.many_to_many[i];
      if (new_field.field().relation->to == to.key) continue;
      const auto old_table = ThroughOf(old_field, Context());
      const auto new_table = ThroughOf(new_field, Context());
      if (!old_table || !new_table) continue;
      if (Context().dialect->copies_renamed_throughs) {
        tables_.AlterManyToMany(old_field, new_field);
        continue;
      }
      tables_.RenameTable(old_table->table, new_table->table);
      tables_.AlterField(*new_table, old_table->GetField(from.key.model),
                         new_table->GetField(to.key.model));
    }
  }

  static void SetDefault(EditedField& field, const django::Field& written) {
    auto copy = std::make_shared<django::Field>(field.field());
    copy->has_default = written.has_default;
    copy->default_value = written.default_value;
    field.named.field = std::move(copy);
  }

  /// The index of index_together that RenameIndex gives a name.
  NamedIndex Unnamed(const django::RenameIndex& operation) const {
    const EditedModel from = From(operation.model_name);
    std::vector<std::string> columns;
    for (const std::string& name : operation.old_fields) {
      columns.push_back(from.GetField(name).column);
    }
    const std::vector<std::string> names = tables_.FindIndexes(from, columns, false);
    if (names.size() == 1) return {names.front(), {}, operation.old_fields};
    throw Error("ValueError: Found wrong number (" + std::to_string(names.size()) +
                ") of indexes for " + from.table + "(" + Join(columns, ", ") + ").");
  }

  void RunCode(python::Value code) {
    Statement statement;
    statement.kind = StatementKind::kPython;
    statement.code = code;
    tables_.Execute(std::move(statement));
  }

  SchemaEditor& editor_;
  TableEditor& tables_;
  std::string_view app_;
  const ProjectState& from_;
  const ProjectState& to_;
  bool backwards_;
};

SchemaEditor::SchemaEditor(const SchemaContext& context, const KnownIndexes* known,
                           Rendering rendering)
    : tables_(std::make_unique<TableEditor>(context, known)),
      is_rendered_(rendering == Rendering::kAtOnce) {
  if (rendering == Rendering::kWhenNeeded) tables_->RunNothing();
}

SchemaEditor::~SchemaEditor() = default;

void SchemaEditor::Apply(const Operation& operation, std::string_view app,
                         const ProjectState& before, const ProjectState& after) {
  tables_->SetYoungerSide(is_rendered_ ? Side::kAfter : Side::kBefore);
  if (RendersTarget(operation)) CheckRendering(before, after, !is_rendered_, tables_->context());
  Run run(*this, app, before, after, false);
  operation.Accept(run);
  is_rendered_ = is_rendered_ || RendersTarget(operation);
}

void SchemaEditor::Unapply(const Operation& operation, std::string_view app,
                           const ProjectState& before, const ProjectState& after) {
  // The states were made on the way there, so that the one without the operation is the older.
  tables_->SetYoungerSide(Side::kAfter);
  Run run(*this, app, after, before, true);
  operation.Accept(run);
}

void SchemaEditor::Finish() { tables_->Finish(); }

bool SchemaEditor::HasDeferred() const { return tables_->HasDeferred(); }

const std::vector<Statement>& SchemaEditor::statements() const { return tables_->statements(); }

}  // namespace migext::schema
