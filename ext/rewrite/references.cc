#include "rewrite/references.h"

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "django/expression.h"
#include "django/operations/fields.h"
#include "django/operations/indexes.h"
#include "django/operations/models.h"
#include "django/operations/postgres.h"
#include "django/operations/special.h"

namespace migext::rewrite {
namespace {

using django::Field;
using django::ModelKey;
using python::Value;

bool IsText(Value value, std::string_view text) { return value.IsStr() && value.AsStr() == text; }

/// resolve_relation() of a text, compared.
bool NamesModel(std::string_view text, const ModelKey& owner, const ModelKey& model) {
  if (text == "self") return owner == model;
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) {
    return owner.app == model.app && LowerUtf8(text) == model.model;
  }
  return text.substr(0, dot) == model.app && LowerUtf8(text.substr(dot + 1)) == model.model;
}

/// A field of a class that is not known may be a relation of any kind.
bool MayPointAt(const Field& field, const ModelKey& owner, const ModelKey& model) {
  const auto names = [&](Value value) {
    return value.IsStr() && NamesModel(value.AsStr(), owner, model);
  };
  return std::ranges::any_of(field.args, names) ||
         std::ranges::any_of(field.kwargs, [&](const auto& entry) { return names(entry.second); });
}

/// Whether through_fields= is given without this name.
bool ThroughFieldsLeaveOut(const Field& field, std::string_view name) {
  const std::optional<Value> fields = field.Option("through_fields");
  if (!fields || !fields->IsSequence()) return false;
  return std::ranges::none_of(fields->Items(), [&](Value item) { return IsText(item, name); });
}

/// field_references() of django/db/migrations/utils.py; no name is any field of the model.
bool FieldReferences(const Field& field, const ModelKey& owner, const ModelKey& model,
                     std::optional<std::string_view> name) {
  if (!field.relation) {
    return field.type == django::FieldType::kUnknown && MayPointAt(field, owner, model);
  }
  const django::Relation& relation = *field.relation;
  if (relation.to == model) {
    // A many-to-many field has no to_fields, and without to_field the key itself may be meant.
    if (!name || relation.to_field.empty() || relation.to_field == *name) return true;
  }
  return relation.through == model && (!name || !ThroughFieldsLeaveOut(field, *name));
}

/// The first parts of the names in an expression (Model._get_expr_references).
bool ExpressionNames(const django::Expression& expression, std::string_view field) {
  const bool has_name = expression.kind == django::ExpressionKind::kF ||
                        expression.kind == django::ExpressionKind::kLookup;
  if (has_name && expression.name.substr(0, expression.name.find("__")) == field) return true;
  return std::ranges::any_of(expression.children, [&](const django::ExpressionPtr& child) {
    return ExpressionNames(*child, field);
  });
}

bool IsGeneratedFrom(const Field& field, std::string_view name) {
  if (!field.expression) return false;
  try {
    return ExpressionNames(*django::ReadExpression(*field.expression), name);
  } catch (const Error&) {
    return true;  // Nested too deeply to be looked through.
  }
}

/// A base class that is the model, by its name or as the class itself.
bool IsBase(Value base, const ModelKey& owner, const ModelKey& model) {
  if (base.IsStr()) return NamesModel(base.AsStr(), owner, model);
  const std::string name = python::DottedName(base);
  return LowerUtf8(std::string_view(name).substr(name.rfind('.') + 1)) == model.model;
}

/// Whether an operation references a model; true where no Visit says otherwise.
class ModelReferences final : public django::OperationVisitor {
 public:
  explicit ModelReferences(const ModelKey& model) : model_(model) {}

  bool Of(const django::Operation& operation) {
    result_ = true;
    if (!IsOpaque(operation)) operation.Accept(*this);
    return result_;
  }

  void Visit(const django::CreateModel& operation) override {
    const ModelKey owner = Key(operation.model.name);
    result_ = owner == model_ ||
              std::ranges::any_of(operation.model.bases,
                                  [&](Value base) { return IsBase(base, owner, model_); }) ||
              std::ranges::any_of(operation.model.fields, [&](const django::NamedField& named) {
                return FieldReferences(*named.field, owner, model_, std::nullopt);
              });
  }
  void Visit(const django::RenameModel& operation) override {
    result_ = Is(operation.name) || Is(operation.new_name);
  }
  void Visit(const django::AlterModelTable& operation) override { OfModel(operation); }
  void Visit(const django::AlterModelTableComment& operation) override { OfModel(operation); }
  void Visit(const django::AlterTogether& operation) override { OfModel(operation); }
  void Visit(const django::AlterOrderWithRespectTo& operation) override { OfModel(operation); }
  void Visit(const django::AlterModelOptions& operation) override { OfModel(operation); }
  void Visit(const django::AlterModelManagers& operation) override { OfModel(operation); }
  void Visit(const django::AddField& operation) override {
    OfField(operation.model_name, *operation.field);
  }
  void Visit(const django::AlterField& operation) override {
    OfField(operation.model_name, *operation.field);
  }
  void Visit(const django::RemoveField& operation) override { result_ = Is(operation.model_name); }
  void Visit(const django::RenameField& operation) override { result_ = Is(operation.model_name); }

  // The deleted model may have pointed anywhere.
  void Visit(const django::DeleteModel& /*operation*/) override {}
  void Visit(const django::AddIndex& /*operation*/) override {}
  void Visit(const django::RemoveIndex& /*operation*/) override {}
  void Visit(const django::RenameIndex& /*operation*/) override {}
  void Visit(const django::AddConstraint& /*operation*/) override {}
  void Visit(const django::RemoveConstraint& /*operation*/) override {}
  void Visit(const django::AlterConstraint& /*operation*/) override {}
  void Visit(const django::RunSql& /*operation*/) override {}
  void Visit(const django::RunPython& /*operation*/) override {}
  void Visit(const django::SeparateDatabaseAndState& /*operation*/) override {}
  void Visit(const django::PostgresOperation& /*operation*/) override {}
  void Visit(const django::CustomOperation& /*operation*/) override {}

 private:
  ModelKey Key(std::string_view name) const { return {model_.app, LowerUtf8(name)}; }
  bool Is(std::string_view name) const { return LowerUtf8(name) == model_.model; }
  void OfModel(const django::ModelOperation& operation) { result_ = Is(operation.name); }
  void OfField(std::string_view owner, const Field& field) {
    result_ = Is(owner) || FieldReferences(field, Key(owner), model_, std::nullopt);
  }

  const ModelKey& model_;
  bool result_ = true;
};

/// FieldOperation.references_field(), of an operation that brings a field along.
bool FieldOperationReferences(const django::FieldOperation& operation, const Field& field,
                              const ModelKey& model, std::string_view name,
                              const django::Reductions& rules) {
  const ModelKey owner = {model.app, LowerUtf8(operation.model_name)};
  if (owner == model) {
    if (operation.name == name) return true;
    // A ForeignKey's from_fields is ["self"].
    if (field.IsForeignKey() && name == "self") return true;
    if (rules.generated_fields_count && IsGeneratedFrom(field, name)) return true;
  }
  return FieldReferences(field, owner, model, name);
}

}  // namespace

bool IsOpaque(const django::Operation& operation) {
  return operation.head().own_database || operation.head().own_state;
}

bool ReferencesModel(const django::Operation& operation, const ModelKey& model) {
  return ModelReferences(model).Of(operation);
}

bool ReferencesField(const django::Operation& operation, const ModelKey& model,
                     std::string_view field, const django::Reductions& rules) {
  if (IsOpaque(operation)) return true;
  if (const auto* add = dynamic_cast<const django::AddField*>(&operation)) {
    return FieldOperationReferences(*add, *add->field, model, field, rules);
  }
  if (const auto* alter = dynamic_cast<const django::AlterField*>(&operation)) {
    return FieldOperationReferences(*alter, *alter->field, model, field, rules);
  }
  if (const auto* remove = dynamic_cast<const django::RemoveField*>(&operation)) {
    return LowerUtf8(remove->model_name) == model.model && remove->name == field;
  }
  if (!ReferencesModel(operation, model)) return false;
  if (const auto* rename = dynamic_cast<const django::RenameField*>(&operation)) {
    const std::string lower = LowerUtf8(field);
    return lower == LowerUtf8(rename->name) || lower == LowerUtf8(rename->new_name);
  }
  if (const auto* together = dynamic_cast<const django::AlterTogether*>(&operation)) {
    const auto& groups = together->option.groups;
    return groups.empty() || std::ranges::any_of(groups, [&](const auto& group) {
             return std::ranges::find(group, field) != group.end();
           });
  }
  if (const auto* order = dynamic_cast<const django::AlterOrderWithRespectTo*>(&operation)) {
    return order->order_with_respect_to.IsNone() || IsText(order->order_with_respect_to, field);
  }
  return true;
}

}  // namespace migext::rewrite
