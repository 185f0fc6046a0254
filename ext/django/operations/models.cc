#include "django/operations/models.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "django/index.h"
#include "django/together.h"

namespace migext::django {
namespace {

using python::Value;

// ---- Reading

constexpr std::array<std::string_view, 11> kAlterOptionKeys = {
    "base_manager_name",
    "default_manager_name",
    "default_related_name",
    "get_latest_by",
    "managed",
    "ordering",
    "permissions",
    "default_permissions",
    "select_on_save",
    "verbose_name",
    "verbose_name_plural",
};

bool IsCollection(Value value) {
  return value.IsSequence() || value.Is(python::Kind::kSet) || value.Is(python::Kind::kFrozenSet);
}

std::vector<NamedIndex> ReadList(Value list, std::string_view what, const OperationSource& source,
                                 NamedIndex (*read)(Value, const FieldContext&,
                                                    const python::Position&)) {
  if (!IsCollection(list)) {
    throw Error(source.head.position.ToPlace(),
                "option '" + std::string(what) + "' must be a list, got " + Shown(list));
  }
  std::vector<NamedIndex> items;
  for (const Value item : list.Items()) {
    items.push_back(read(item, source.context, source.head.position));
  }
  return items;
}

MetaOptions ReadMetaOptions(const OperationSource& source) {
  MetaOptions options;
  for (auto& [name, value] :
       NamedValues(source.arguments.Get("options"), "options", source.head.position)) {
    options.order.push_back(name);
    if (name == "indexes") {
      options.indexes = ReadList(value, name, source, ReadIndex);
    } else if (name == "constraints") {
      options.constraints = ReadList(value, name, source, ReadConstraint);
    } else if (name == "unique_together") {
      options.unique_together = ReadTogether(value, source.head.position);
    } else if (name == "index_together") {
      options.index_together = ReadTogether(value, source.head.position);
    } else {
      options.plain.emplace_back(std::move(name), value);
    }
  }
  return options;
}

/// _check_for_duplicates()
void CheckForDuplicates(std::string_view argument, const std::vector<std::string>& values,
                        const OperationSource& source) {
  std::set<std::string_view> used;
  for (const std::string& value : values) {
    if (used.insert(value).second) continue;
    throw Error(source.head.position.ToPlace(), "ValueError: Found duplicate value " + value +
                                                    " in CreateModel " + std::string(argument) +
                                                    " argument.");
  }
}

std::vector<std::string> NamesOf(const std::vector<std::pair<std::string, Value>>& pairs) {
  std::vector<std::string> names;
  for (const auto& [name, value] : pairs) names.push_back(name);
  return names;
}

/// A base as _check_for_duplicates() compares and shows it.
std::string BaseText(Value base) {
  if (base.IsStr()) return LowerUtf8(base.AsStr());
  const std::string name = python::DottedName(base);
  return name.empty() ? python::Str(base) : "<class '" + name + "'>";
}

std::vector<Value> ReadBases(const OperationSource& source) {
  const Value bases = source.arguments.Get("bases");
  if (bases.IsNone()) return {};
  if (!bases.IsSequence()) {
    throw Error(source.head.position.ToPlace(),
                "bases of CreateModel must be a tuple, got " + Shown(bases));
  }
  std::vector<std::string> texts;
  for (const Value base : bases.Items()) texts.push_back(BaseText(base));
  CheckForDuplicates("bases", texts, source);
  return {bases.Items().begin(), bases.Items().end()};
}

OperationPtr ReadCreateModel(OperationSource source) {
  ModelState model;
  model.name = NameArgument(source, "name");
  const auto fields = NamePairs(source.arguments.Get("fields"), "fields", source.head.position);
  CheckForDuplicates("fields", NamesOf(fields), source);
  model.bases = ReadBases(source);
  model.managers = NamePairs(source.arguments.Get("managers"), "managers", source.head.position);
  CheckForDuplicates("managers", NamesOf(model.managers), source);

  FieldContext context = source.context;
  context.model = LowerUtf8(model.name);
  for (const auto& [name, value] : fields)
    model.fields.push_back({name, ReadField(value, context)});
  ReadMetaOptions(source).ApplyTo(model);
  return std::make_shared<CreateModel>(std::move(source.head), std::move(model));
}

OperationPtr ReadDeleteModel(OperationSource source) {
  std::string name = NameArgument(source, "name");
  return std::make_shared<DeleteModel>(std::move(source.head), std::move(name));
}

OperationPtr ReadRenameModel(OperationSource source) {
  std::string old_name = NameArgument(source, "old_name");
  std::string new_name = NameArgument(source, "new_name");
  return std::make_shared<RenameModel>(std::move(source.head), std::move(old_name),
                                       std::move(new_name));
}

template <typename AlterOption>
OperationPtr ReadAlterOption(OperationSource source, std::string_view option) {
  std::string name = NameArgument(source, "name");
  const Value value = source.arguments.Get(option);
  return std::make_shared<AlterOption>(std::move(source.head), std::move(name), value);
}

OperationPtr ReadAlterModelTable(OperationSource source) {
  return ReadAlterOption<AlterModelTable>(std::move(source), "table");
}

OperationPtr ReadAlterModelTableComment(OperationSource source) {
  return ReadAlterOption<AlterModelTableComment>(std::move(source), "table_comment");
}

OperationPtr ReadAlterOrderWithRespectTo(OperationSource source) {
  return ReadAlterOption<AlterOrderWithRespectTo>(std::move(source), "order_with_respect_to");
}

OperationPtr ReadAlterTogether(OperationSource source, bool unique) {
  std::string name = NameArgument(source, "name");
  Together together = ReadTogetherSet(
      source.arguments.Get(unique ? "unique_together" : "index_together"), source.head.position);
  return std::make_shared<AlterTogether>(std::move(source.head), std::move(name), unique,
                                         std::move(together));
}

OperationPtr ReadAlterUniqueTogether(OperationSource source) {
  return ReadAlterTogether(std::move(source), true);
}

OperationPtr ReadAlterIndexTogether(OperationSource source) {
  return ReadAlterTogether(std::move(source), false);
}

OperationPtr ReadAlterModelOptions(OperationSource source) {
  std::string name = NameArgument(source, "name");
  if (source.arguments.Get("options").IsNone()) {
    throw Error(source.head.position.ToPlace(), "TypeError: 'NoneType' object is not a mapping");
  }
  MetaOptions options = ReadMetaOptions(source);
  return std::make_shared<AlterModelOptions>(std::move(source.head), std::move(name),
                                             std::move(options));
}

OperationPtr ReadAlterModelManagers(OperationSource source) {
  std::string name = NameArgument(source, "name");
  auto managers = NamePairs(source.arguments.Get("managers"), "managers", source.head.position);
  return std::make_shared<AlterModelManagers>(std::move(source.head), std::move(name),
                                              std::move(managers));
}

constexpr Parameter kCreateModel[] = {{"name"},
                                      {"fields"},
                                      {"options", Parameter::kOptional},
                                      {"bases", Parameter::kOptional},
                                      {"managers", Parameter::kOptional}};
constexpr Parameter kName[] = {{"name"}};
constexpr Parameter kRenameModel[] = {{"old_name"}, {"new_name"}};
constexpr Parameter kTable[] = {{"name"}, {"table"}};
constexpr Parameter kTableComment[] = {{"name"}, {"table_comment"}};
constexpr Parameter kUniqueTogether[] = {{"name"}, {"unique_together"}};
constexpr Parameter kIndexTogether[] = {{"name"}, {"index_together"}};
constexpr Parameter kOrder[] = {{"name"}, {"order_with_respect_to"}};
constexpr Parameter kOptions[] = {{"name"}, {"options"}};
constexpr Parameter kManagers[] = {{"name"}, {"managers"}};

constexpr OperationReader kReaders[] = {
    {"CreateModel", {"CreateModel.__init__", kCreateModel}, ReadCreateModel},
    {"DeleteModel", {"ModelOperation.__init__", kName}, ReadDeleteModel},
    {"RenameModel", {"RenameModel.__init__", kRenameModel}, ReadRenameModel},
    {"AlterModelTable", {"AlterModelTable.__init__", kTable}, ReadAlterModelTable},
    {"AlterModelTableComment",
     {"AlterModelTableComment.__init__", kTableComment},
     ReadAlterModelTableComment},
    {"AlterUniqueTogether",
     {"AlterUniqueTogether.__init__", kUniqueTogether},
     ReadAlterUniqueTogether},
    {"AlterIndexTogether", {"AlterIndexTogether.__init__", kIndexTogether}, ReadAlterIndexTogether},
    {"AlterOrderWithRespectTo",
     {"AlterOrderWithRespectTo.__init__", kOrder},
     ReadAlterOrderWithRespectTo},
    {"AlterModelOptions", {"AlterModelOptions.__init__", kOptions}, ReadAlterModelOptions},
    {"AlterModelManagers", {"AlterModelManagers.__init__", kManagers}, ReadAlterModelManagers},
};

// ---- State

/// The field with its relations turned from one model to another.
FieldPtr Repointed(const FieldPtr& field, const ModelKey& from, const ModelKey& to,
                   std::string_view new_reference) {
  if (!field->relation) return field;
  auto changed = std::make_shared<Field>(*field);
  Relation& relation = *changed->relation;
  if (relation.to == from) {
    relation.to = to;
    relation.to_as_written = new_reference;
  }
  if (relation.through == from) relation.through = to;
  return changed;
}

bool Mentions(const ModelState& model, const ModelKey& key) {
  return std::ranges::any_of(model.fields, [&](const NamedField& named) {
    const std::optional<Relation>& relation = named.field->relation;
    return relation && (relation->to == key || relation->through == key);
  });
}

void RepointModel(ProjectState& state, const ModelState& model, const ModelKey& from,
                  const ModelKey& to, std::string_view new_reference) {
  if (!Mentions(model, from)) return;
  state.Update(model.key(), [&](ModelState& changed) {
    for (NamedField& named : changed.fields) {
      named.field = Repointed(named.field, from, to, new_reference);
    }
  });
}

}  // namespace

std::span<const OperationReader> ModelOperations() { return kReaders; }

std::span<const std::string_view> AlterOptionKeys() { return kAlterOptionKeys; }

bool MetaOptions::Has(std::string_view option) const {
  if (option == "indexes") return indexes.has_value();
  if (option == "constraints") return constraints.has_value();
  if (option == "unique_together") return unique_together.has_value();
  if (option == "index_together") return index_together.has_value();
  return std::ranges::any_of(plain, [&](const auto& entry) { return entry.first == option; });
}

void MetaOptions::ApplyTo(ModelState& model) const {
  for (const std::string& name : order) model.AddToOrder(name);
  for (const auto& [name, value] : plain) model.SetOption(name, value);
  if (indexes) model.indexes = *indexes;
  if (constraints) model.constraints = *constraints;
  if (unique_together) model.unique_together = unique_together;
  if (index_together) model.index_together = index_together;
}

std::string CreateModel::BuiltInDescription() const {
  return std::string("Create ") + (model.IsProxy() ? "proxy " : "") + "model " + model.name;
}

void CreateModel::StateForwards(std::string_view app, ProjectState& state) const {
  for (const NamedIndex& index : model.indexes) {
    if (!index.name.empty()) continue;
    throw Failure("ValueError: Indexes passed to ModelState require a name attribute. " +
                  IndexRepr(index) + " doesn't have one.");
  }
  ModelState created = model;
  created.app = app;
  state.Add(std::move(created));
}

void DeleteModel::StateForwards(std::string_view app, ProjectState& state) const {
  state.Remove(RequireModel(app, name, state));
}

std::string RenameModel::BuiltInDescription() const {
  return "Rename model " + name + " to " + new_name;
}

// ProjectState.rename_model: the renamed model comes last, unless one of that name is there, and
// bases are not followed.  A new name that differs in case alone removes the model.
void RenameModel::StateForwards(std::string_view app, ProjectState& state) const {
  const ModelKey from = RequireModel(app, name, state);
  ModelState renamed = *state.Find(from);
  renamed.name = new_name;
  const ModelKey to = renamed.key();
  state.Add(std::move(renamed));

  const std::string new_reference = std::string(app) + "." + new_name;
  // A copy holds the list as it is: each Add() below makes a new one.
  const ProjectState before = state;
  for (const auto& model : before.models()) RepointModel(state, *model, from, to, new_reference);
  state.Remove(from);
}

std::string AlterModelTable::BuiltInDescription() const {
  return "Rename table for " + name + " to " +
         (table.IsNone() ? std::string("(default)") : python::Str(table));
}

void AlterModelTable::StateForwards(std::string_view app, ProjectState& state) const {
  state.Update(RequireModel(app, name, state),
               [&](ModelState& model) { model.SetOption("db_table", table); });
}

void AlterModelTableComment::StateForwards(std::string_view app, ProjectState& state) const {
  state.Update(RequireModel(app, name, state),
               [&](ModelState& model) { model.SetOption("db_table_comment", table_comment); });
}

std::string AlterTogether::BuiltInDescription() const {
  return std::string("Alter ") + (unique ? "unique_together" : "index_together") + " for " + name +
         " (" + std::to_string(option.groups.size()) + " constraint(s))";
}

void AlterTogether::StateForwards(std::string_view app, ProjectState& state) const {
  state.Update(RequireModel(app, name, state), [&](ModelState& model) {
    (unique ? model.unique_together : model.index_together) = option;
  });
}

std::string AlterOrderWithRespectTo::BuiltInDescription() const {
  return "Set order_with_respect_to on " + name + " to " + python::Str(order_with_respect_to);
}

void AlterOrderWithRespectTo::StateForwards(std::string_view app, ProjectState& state) const {
  state.Update(RequireModel(app, name, state), [&](ModelState& model) {
    model.SetOption("order_with_respect_to", order_with_respect_to);
  });
}

void AlterModelOptions::StateForwards(std::string_view app, ProjectState& state) const {
  state.Update(RequireModel(app, name, state), [&](ModelState& model) {
    options.ApplyTo(model);
    for (const std::string_view key : kAlterOptionKeys) {
      if (!options.Has(key)) model.DropOption(key);
    }
  });
}

void AlterModelManagers::StateForwards(std::string_view app, ProjectState& state) const {
  state.Update(RequireModel(app, name, state),
               [&](ModelState& model) { model.managers = managers; });
}

}  // namespace migext::django
