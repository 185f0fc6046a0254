#include "recover/load_rows.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "schema/edited_model.h"
#include "schema/local_fields.h"

namespace migext::recover {
namespace {

constexpr std::size_t kMostBindings = 1000;
constexpr const char* kLeaveOut =
    "; if it is gone, SELECT loaddata(…, 'ignorenonexistent') leaves it out";

}  // namespace

RowLoader::RowLoader(Staging& staging, const LoadSource& source, const LoadOptions& options)
    : staging_(staging), source_(source), options_(options) {}

LoadTarget& RowLoader::TargetOf(const FixtureModel& model) {
  StagedModel& staged = staging_.Of(model);
  for (LoadTarget& target : targets_) {
    if (target.staged == &staged) return target;
  }
  LoadTarget& target = targets_.emplace_back();
  target.staged = &staged;
  const schema::EditedModel edited =
      schema::ModelOf(source_.state, model.key, schema::Side::kAfter, source_.context);
  for (const StagedColumn& column : staged.columns) {
    target.defaults.emplace_back(staging_.db(), column, *edited.FindField(column.field->name),
                                 source_.context);
  }
  return target;
}

/// Objects of a proxy are rows of the model that it stands for.
const FixtureModel* RowLoader::FindModel(const std::string& label) const {
  if (const FixtureModel* model = source_.models.Find(label)) return model;
  const std::size_t dot = label.find('.');
  if (dot == std::string::npos) return nullptr;
  const django::ModelState* concrete =
      schema::ConcreteModel(source_.state, {label.substr(0, dot), Lower(label.substr(dot + 1))});
  return concrete == nullptr ? nullptr : source_.models.Find(concrete->key().ToString());
}

/// Asked when this level does not know the model or one of the fields.
std::optional<LevelMatch> RowLoader::MatchLevel(const FixtureModel* model,
                                                const FixtureObject& object) const {
  std::set<std::string> names;
  bool are_known = model != nullptr;
  for (const JsonMember& member : object.fields->members) {
    names.insert(member.name);
    are_known = are_known && (model->FindField(member.name) != nullptr ||
                              model->FindManyToMany(member.name) != nullptr);
  }
  if (are_known) return std::nullopt;
  return source_.levels().Match(object.model, names);
}

RowLoader::Binding::Member RowLoader::PlaceOf(const StagedModel& staged, const std::string& name) {
  for (std::size_t i = 0; i < staged.columns.size(); ++i) {
    if (staged.columns[i].field->name == name) return {Binding::Kind::kColumn, i};
  }
  for (std::size_t i = 0; i < staged.lists.size(); ++i) {
    if (staged.lists[i].field->name == name) return {Binding::Kind::kList, i};
  }
  return {};
}

/// Gives back what there is to say about members that are not what they are called.
std::vector<std::string> RowLoader::BindMembers(Binding& binding, const FixtureObject& object,
                                                const LevelMatch* match,
                                                const FixtureReader& reader) const {
  const StagedModel& staged = *binding.target->staged;
  std::vector<std::string> changes;
  for (const JsonMember& member : object.fields->members) {
    const std::string name =
        match == nullptr ? member.name : match->fields.find(member.name)->second;
    binding.members.push_back(PlaceOf(staged, name));
    if (name.empty()) {
      changes.push_back("'" + member.name + "' left out");
      continue;
    }
    if (name != member.name) changes.push_back("'" + member.name + "' loaded as '" + name + "'");
    // A parent's field, or what SQLite computes, has its place and is not written.
    const bool is_known = binding.members.back().kind != Binding::Kind::kNowhere ||
                          staged.model->FindField(name) != nullptr;
    if (is_known) continue;
    const std::string shown = "'" + ShortenedForMessage(name) + "'";
    if (!options_.ignore_nonexistent) {
      throw LoadProblem(reader, member.value,
                        "Error deserializing object: " + staged.model->state->name +
                            " has no field named " + shown + kLeaveOut);
    }
    changes.push_back(shown + " is no field and is left out");
  }
  return changes;
}

void RowLoader::Bind(Binding& binding, const FixtureObject& object, const FixtureReader& reader) {
  const FixtureModel* model = FindModel(object.model);
  const std::optional<LevelMatch> match = MatchLevel(model, object);
  if (match && match->label.empty()) {
    binding.note =
        object.model + " is a model of another level (" + match->level + "): objects left out";
    return;
  }
  if (match) model = FindModel(match->label);
  if (model == nullptr) {
    if (!options_.ignore_nonexistent) {
      throw LoadProblem(
          reader, object.node,
          "Invalid model identifier: " + ShortenedForMessage(object.model) + kLeaveOut);
    }
    binding.is_counted = false;
    binding.note = object.model + " is no model of the project: objects left out";
    return;
  }
  binding.target = &TargetOf(*model);
  std::vector<std::string> changes =
      BindMembers(binding, object, match ? &*match : nullptr, reader);
  if (match && !EqualsIgnoringCase(match->label, object.model)) {
    changes.insert(changes.begin(), "loaded as " + match->label);
  }
  if (changes.empty()) return;
  binding.note = object.model +
                 (match ? " is of another level (" + match->level + "): " : std::string(": ")) +
                 Join(changes, ", ");
}

const RowLoader::Binding& RowLoader::BindingOf(const FixtureObject& object,
                                               const FixtureReader& reader) {
  std::string signature = object.model;
  for (const JsonMember& member : object.fields->members) {
    signature += '\x1f';
    signature += member.name;
  }
  const auto found = bindings_.find(signature);
  if (found != bindings_.end()) return found->second;
  if (bindings_.size() >= kMostBindings) bindings_.clear();
  Binding binding;
  Bind(binding, object, reader);
  return bindings_.emplace(std::move(signature), std::move(binding)).first->second;
}

bool RowLoader::IsExcluded(const FixtureObject& object) const {
  if (options_.excluded.empty()) return false;
  const FixtureModel* model = FindModel(object.model);
  return model != nullptr &&
         (options_.excluded.contains(model->label) || options_.excluded.contains(model->key.app));
}

void RowLoader::Load(const FixtureObject& object, const FixtureReader& reader, int file) {
  if (IsExcluded(object)) {
    ++seen_;
    return;
  }
  const Binding& binding = BindingOf(object, reader);
  if (!binding.note.empty() && (notes_.size() < kMostBindings || notes_.contains(binding.note))) {
    ++notes_[binding.note];
  }
  if (binding.is_counted) ++seen_;
  if (binding.target == nullptr) return;
  RowMaker row(staging_, source_.context, *binding.target, object, reader);
  row.SetKey();
  for (std::size_t i = 0; i < binding.members.size(); ++i) {
    const Binding::Member& member = binding.members[i];
    const JsonNode& value = object.fields->members[i].value;
    if (member.kind == Binding::Kind::kColumn) row.SetColumn(member.index, value);
    if (member.kind == Binding::Kind::kList) row.SetList(member.index, value);
  }
  row.Write(++last_row_, file);
  ++installed_;
}

std::vector<std::string> RowLoader::Notes() const {
  std::vector<std::string> notes;
  for (const auto& [note, count] : notes_) {
    notes.push_back(note + " (" + std::to_string(count) + (count == 1 ? " object)" : " objects)"));
  }
  return notes;
}

}  // namespace migext::recover
