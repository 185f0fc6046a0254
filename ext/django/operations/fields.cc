#include "django/operations/fields.h"

#include <algorithm>

#include "base/text.h"
#include "django/together.h"

namespace migext::django {
namespace {

using python::Value;

// ---- Reading

FieldPtr FieldArgument(const OperationSource& source, const std::string& model) {
  FieldContext context = source.context;
  context.model = LowerUtf8(model);
  return ReadField(source.arguments.Get("field"), context);
}

bool PreserveDefault(const OperationSource& source) {
  const std::optional<Value> preserve = source.arguments.Find("preserve_default");
  return !preserve || python::Truth(*preserve).value_or(true);
}

template <typename Operation>
OperationPtr ReadWithField(OperationSource source) {
  std::string model = NameArgument(source, "model_name");
  std::string name = NameArgument(source, "name");
  FieldPtr field = FieldArgument(source, model);
  const bool preserve = PreserveDefault(source);
  return std::make_shared<Operation>(std::move(source.head), std::move(model), std::move(name),
                                     std::move(field), preserve);
}

OperationPtr ReadRemoveField(OperationSource source) {
  std::string model = NameArgument(source, "model_name");
  std::string name = NameArgument(source, "name");
  return std::make_shared<RemoveField>(std::move(source.head), std::move(model), std::move(name));
}

OperationPtr ReadRenameField(OperationSource source) {
  std::string model = NameArgument(source, "model_name");
  std::string old_name = NameArgument(source, "old_name");
  std::string new_name = NameArgument(source, "new_name");
  return std::make_shared<RenameField>(std::move(source.head), std::move(model),
                                       std::move(old_name), std::move(new_name));
}

constexpr Parameter kWithField[] = {
    {"model_name"}, {"name"}, {"field"}, {"preserve_default", Parameter::kOptional}};
constexpr Parameter kRemoveField[] = {{"model_name"}, {"name"}, {"field", Parameter::kOptional}};
constexpr Parameter kRenameField[] = {{"model_name"}, {"old_name"}, {"new_name"}};

constexpr OperationReader kReaders[] = {
    {"AddField", {"AddField.__init__", kWithField}, ReadWithField<AddField>},
    {"RemoveField", {"FieldOperation.__init__", kRemoveField}, ReadRemoveField},
    {"AlterField", {"AlterField.__init__", kWithField}, ReadWithField<AlterField>},
    {"RenameField", {"RenameField.__init__", kRenameField}, ReadRenameField},
};

// ---- State

/// The field as it stays in the state when its default serves the operation alone.
FieldPtr WithoutDefault(const Field& field) {
  auto copy = std::make_shared<Field>(field);
  copy->has_default = false;
  copy->default_value = {};
  std::erase_if(copy->kwargs, [](const auto& entry) { return entry.first == "default"; });
  return copy;
}

/// model.fields[name] = field: in its place, or at the end.
void SetField(ModelState& model, const std::string& name, FieldPtr field) {
  const auto found = std::ranges::find(model.fields, name, &NamedField::name);
  if (found != model.fields.end()) {
    found->field = std::move(field);
  } else {
    model.fields.push_back({name, std::move(field)});
  }
}

void RenameInCompositeKeys(ModelState& model, const std::string& from, const std::string& to) {
  for (NamedField& named : model.fields) {
    if (std::ranges::find(named.field->composite_names, from) ==
        named.field->composite_names.end()) {
      continue;
    }
    auto changed = std::make_shared<Field>(*named.field);
    std::ranges::replace(changed->composite_names, from, to);
    named.field = std::move(changed);
  }
}

/// Foreign keys with to_field= follow the name.
void RenameInReferences(ProjectState& state, const ModelKey& target, const std::string& from,
                        const std::string& to) {
  const ProjectState before = state;
  for (const auto& model : before.models()) {
    for (const NamedField& named : model->fields) {
      const std::optional<Relation>& relation = named.field->relation;
      if (!relation || relation->to != target || relation->to_field != from) continue;
      auto changed = std::make_shared<Field>(*named.field);
      changed->relation->to_field = to;
      state.Update(model->key(),
                   [&](ModelState& copy) { SetField(copy, named.name, std::move(changed)); });
    }
  }
}

}  // namespace

std::span<const OperationReader> FieldOperations() { return kReaders; }

std::string AddField::BuiltInDescription() const {
  return "Add field " + name + " to " + model_name;
}

void AddField::StateForwards(std::string_view app, ProjectState& state) const {
  state.Update(RequireModel(app, model_name, state), [&](ModelState& model) {
    SetField(model, name, preserve_default ? field : WithoutDefault(*field));
  });
}

std::string RemoveField::BuiltInDescription() const {
  return "Remove field " + name + " from " + model_name;
}

void RemoveField::StateForwards(std::string_view app, ProjectState& state) const {
  const ModelKey key = RequireModel(app, model_name, state);
  if (!state.Find(key)->FindField(name)) throw Failure("KeyError: '" + name + "'");
  state.Update(key, [&](ModelState& model) {
    std::erase_if(model.fields, [&](const NamedField& field) { return field.name == name; });
  });
}

std::string AlterField::BuiltInDescription() const {
  return "Alter field " + name + " on " + model_name;
}

void AlterField::StateForwards(std::string_view app, ProjectState& state) const {
  state.Update(RequireModel(app, model_name, state), [&](ModelState& model) {
    SetField(model, name, preserve_default ? field : WithoutDefault(*field));
  });
}

std::string RenameField::BuiltInDescription() const {
  return "Rename field " + name + " on " + model_name + " to " + new_name;
}

// ProjectState.rename_field: the field moves to the end, and indexes, constraints and expressions
// that name it are left alone.
void RenameField::StateForwards(std::string_view app, ProjectState& state) const {
  const ModelKey key = RequireModel(app, model_name, state);
  if (!state.Find(key)->FindField(name)) {
    throw Failure("FieldDoesNotExist: " + key.ToString() + " has no field named '" + name + "'");
  }
  state.Update(key, [&](ModelState& model) {
    const auto found = std::ranges::find(model.fields, name, &NamedField::name);
    FieldPtr field = found->field;
    model.fields.erase(found);
    SetField(model, new_name, std::move(field));
    RenameInCompositeKeys(model, name, new_name);
    if (model.index_together) RenameInTogether(*model.index_together, name, new_name);
    if (model.unique_together) RenameInTogether(*model.unique_together, name, new_name);
  });
  RenameInReferences(state, key, name, new_name);
}

}  // namespace migext::django
