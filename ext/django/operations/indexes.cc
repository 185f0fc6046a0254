#include "django/operations/indexes.h"

#include <algorithm>

#include "base/text.h"
#include "django/index.h"

namespace migext::django {
namespace {

using python::Value;

// ---- Reading

OperationPtr ReadAddIndex(OperationSource source) {
  std::string model = NameArgument(source, "model_name");
  NamedIndex index = ReadIndex(source.arguments.Get("index"), source.context, source.head.position);
  if (index.name.empty()) {
    throw Error(source.head.position.ToPlace(),
                "ValueError: Indexes passed to AddIndex operations require a name argument. " +
                    IndexRepr(index) + " doesn't have one.");
  }
  return std::make_shared<AddIndex>(std::move(source.head), std::move(model), std::move(index));
}

template <typename Operation>
OperationPtr ReadRemove(OperationSource source) {
  std::string model = NameArgument(source, "model_name");
  std::string name = NameArgument(source, "name");
  return std::make_shared<Operation>(std::move(source.head), std::move(model), std::move(name));
}

bool IsGiven(Value value) { return python::Truth(value).value_or(true); }

std::vector<std::string> FieldNames(Value value, const OperationSource& source) {
  std::vector<std::string> names;
  if (!IsGiven(value)) return names;
  if (!value.IsSequence()) {
    throw Error(source.head.position.ToPlace(),
                "old_fields of RenameIndex must be a list of field names, got " + Shown(value));
  }
  for (const Value name : value.Items()) {
    if (!name.IsStr()) {
      throw Error(source.head.position.ToPlace(),
                  "ValueError: Index.fields must contain only strings with field names.");
    }
    names.push_back(NameText(name, "a field of RenameIndex", source.head.position));
  }
  return names;
}

OperationPtr ReadRenameIndex(OperationSource source) {
  const Value old_name = source.arguments.Get("old_name");
  const Value old_fields = source.arguments.Get("old_fields");
  if (!IsGiven(old_name) && !IsGiven(old_fields)) {
    throw Error(source.head.position.ToPlace(),
                "ValueError: RenameIndex requires one of old_name and old_fields arguments to be "
                "set.");
  }
  if (IsGiven(old_name) && IsGiven(old_fields)) {
    throw Error(source.head.position.ToPlace(),
                "ValueError: RenameIndex.old_name and old_fields are mutually exclusive.");
  }
  std::string model = NameArgument(source, "model_name");
  std::string new_name = NameArgument(source, "new_name");
  std::string from = IsGiven(old_name) ? NameArgument(source, "old_name") : std::string();
  std::vector<std::string> fields = FieldNames(old_fields, source);
  return std::make_shared<RenameIndex>(std::move(source.head), std::move(model),
                                       std::move(new_name), std::move(from), std::move(fields),
                                       python::Str(old_fields));
}

OperationPtr ReadAddConstraint(OperationSource source) {
  std::string model = NameArgument(source, "model_name");
  NamedIndex constraint =
      ReadConstraint(source.arguments.Get("constraint"), source.context, source.head.position);
  return std::make_shared<AddConstraint>(std::move(source.head), std::move(model),
                                         std::move(constraint));
}

OperationPtr ReadAlterConstraint(OperationSource source) {
  std::string model = NameArgument(source, "model_name");
  std::string name = NameArgument(source, "name");
  NamedIndex constraint =
      ReadConstraint(source.arguments.Get("constraint"), source.context, source.head.position);
  return std::make_shared<AlterConstraint>(std::move(source.head), std::move(model),
                                           std::move(name), std::move(constraint));
}

constexpr Parameter kAddIndex[] = {{"model_name"}, {"index"}};
constexpr Parameter kRemove[] = {{"model_name"}, {"name"}};
constexpr Parameter kRenameIndex[] = {{"model_name"},
                                      {"new_name"},
                                      {"old_name", Parameter::kOptional},
                                      {"old_fields", Parameter::kOptional}};
constexpr Parameter kAddConstraint[] = {{"model_name"}, {"constraint"}};
constexpr Parameter kAlterConstraint[] = {{"model_name"}, {"name"}, {"constraint"}};

constexpr OperationReader kReaders[] = {
    {"AddIndex", {"AddIndex.__init__", kAddIndex}, ReadAddIndex},
    {"RemoveIndex", {"RemoveIndex.__init__", kRemove}, ReadRemove<RemoveIndex>},
    {"RenameIndex", {"RenameIndex.__init__", kRenameIndex}, ReadRenameIndex},
    {"AddConstraint", {"AddConstraint.__init__", kAddConstraint}, ReadAddConstraint},
    {"RemoveConstraint", {"RemoveConstraint.__init__", kRemove}, ReadRemove<RemoveConstraint>},
    {"AlterConstraint", {"AlterConstraint.__init__", kAlterConstraint}, ReadAlterConstraint},
};

void EraseByName(std::vector<NamedIndex>& indexes, std::string_view name) {
  std::erase_if(indexes, [&](const NamedIndex& index) { return index.name == name; });
}

}  // namespace

std::span<const OperationReader> IndexOperations() { return kReaders; }

std::string AddIndex::BuiltInDescription() const {
  const std::string expressions = IndexExpressions(index);
  if (!expressions.empty()) {
    return "Create index " + index.name + " on " + expressions + " on model " + model_name;
  }
  return "Create index " + index.name + " on field(s) " + Join(index.fields, ", ") + " of model " +
         model_name;
}

void AddIndex::StateForwards(std::string_view app, ProjectState& state) const {
  state.Update(RequireModel(app, model_name, state),
               [&](ModelState& model) { model.indexes.push_back(index); });
}

std::string RemoveIndex::BuiltInDescription() const {
  return "Remove index " + name + " from " + model_name;
}

void RemoveIndex::StateForwards(std::string_view app, ProjectState& state) const {
  state.Update(RequireModel(app, model_name, state),
               [&](ModelState& model) { EraseByName(model.indexes, name); });
}

std::string RenameIndex::BuiltInDescription() const {
  if (!old_name.empty()) {
    return "Rename index " + old_name + " on " + model_name + " to " + new_name;
  }
  return "Rename unnamed index for " + old_fields_repr_ + " on " + model_name + " to " + new_name;
}

void RenameIndex::StateForwards(std::string_view app, ProjectState& state) const {
  state.Update(RequireModel(app, model_name, state), [&](ModelState& model) {
    if (old_fields.empty()) {
      for (NamedIndex& index : model.indexes) {
        if (index.name == old_name) index.name = new_name;
      }
      return;
    }
    model.indexes.push_back({.name = new_name, .value = {}, .fields = old_fields});
    if (model.index_together && !model.index_together->flat) {
      std::erase(model.index_together->groups, old_fields);
      model.index_together->written.reset();
    }
  });
}

std::string AddConstraint::BuiltInDescription() const {
  return "Create constraint " + constraint.name + " on model " + model_name;
}

void AddConstraint::StateForwards(std::string_view app, ProjectState& state) const {
  state.Update(RequireModel(app, model_name, state),
               [&](ModelState& model) { model.constraints.push_back(constraint); });
}

std::string RemoveConstraint::BuiltInDescription() const {
  return "Remove constraint " + name + " from model " + model_name;
}

void RemoveConstraint::StateForwards(std::string_view app, ProjectState& state) const {
  state.Update(RequireModel(app, model_name, state),
               [&](ModelState& model) { EraseByName(model.constraints, name); });
}

std::string AlterConstraint::BuiltInDescription() const {
  return "Alter constraint " + name + " on " + model_name;
}

void AlterConstraint::StateForwards(std::string_view app, ProjectState& state) const {
  state.Update(RequireModel(app, model_name, state), [&](ModelState& model) {
    std::ranges::replace_if(
        model.constraints, [&](const NamedIndex& other) { return other.name == name; }, constraint);
  });
}

}  // namespace migext::django
