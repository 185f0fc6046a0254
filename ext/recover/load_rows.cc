#include "recover/load_rows.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "recover/load_value.h"
#include "schema/local_fields.h"

namespace migext::recover {
namespace {

using Kind = JsonNode::Kind;

constexpr std::size_t kMostBindings = 1000;
constexpr std::size_t kLongestShown = 200;

std::string Shortened(std::string text) {
  if (text.size() <= kLongestShown) return text;
  std::size_t end = kLongestShown;
  while (end > 0 && IsUtf8Continuation(text[end])) --end;
  return text.substr(0, end) + "…";
}

std::string PkText(const FixtureObject& object) {
  return object.pk == nullptr ? "None" : Shortened(PythonText(*object.pk));
}

/// DeserializationError.WithData()
std::string WithData(const std::string& what, const FixtureObject& object, const JsonNode& value) {
  return what + ": (" + object.model + ":pk=" + PkText(object) + ") field_value was '" +
         Shortened(PythonText(value)) + "'";
}

Error Problem(const FixtureReader& reader, const JsonNode& at, const std::string& message) {
  return {reader.At(at), "Problem installing fixture '" + reader.path() + "': " + message};
}

}  // namespace

/// A model that objects go to.
struct RowLoader::Target {
  StagedModel* staged = nullptr;
  std::deque<LoadDefault> defaults;  ///< Of staged->columns.
};

/// What the members of objects with the same model and the same names are here.
struct RowLoader::Binding {
  enum class Kind : std::uint8_t { kColumn, kList, kNowhere };
  struct Member {
    Kind kind = Kind::kNowhere;
    std::size_t index = 0;
  };

  Target* target = nullptr;  ///< nullptr: the objects are left out.
  bool is_counted = true;
  std::vector<Member> members;  ///< Of "fields", in their order.
  std::string note;
};

/// One row in the making.
class RowLoader::Row {
 public:
  Row(Staging& staging, const schema::SchemaContext& context, Target& target,
      const FixtureObject& object, const FixtureReader& reader)
      : staging_(staging),
        context_(context),
        target_(target),
        staged_(*target.staged),
        object_(object),
        reader_(reader),
        cells_(staged_.columns.size()),
        keys_(staged_.columns.size()),
        is_set_(staged_.columns.size(), false),
        lists_(staged_.lists.size(), nullptr) {}

  void SetKey();
  void SetColumn(std::size_t index, const JsonNode& value);
  void SetList(std::size_t index, const JsonNode& value) { lists_[index] = &value; }
  void Write(std::int64_t row, int file);

 private:
  sqlite::Cell Convert(const JsonNode& node, const django::Field& field, const JsonNode& shown);
  std::int64_t KeyOf(NaturalKeys& keys, const JsonNode& node);
  void FillIn();
  void RequireValue(std::size_t index) const;
  void WriteLists(std::int64_t row);

  Staging& staging_;
  const schema::SchemaContext& context_;
  Target& target_;
  StagedModel& staged_;
  const FixtureObject& object_;
  const FixtureReader& reader_;
  std::vector<sqlite::Cell> cells_;
  std::vector<sqlite::Cell> keys_;
  std::vector<bool> is_set_;
  std::vector<const JsonNode*> lists_;
  bool is_given_ = false;
};

sqlite::Cell RowLoader::Row::Convert(const JsonNode& node, const django::Field& field,
                                     const JsonNode& shown) {
  try {
    return StoredValue(node, field, context_);
  } catch (const Error& error) {
    throw Problem(reader_, node, WithData(error.message(), object_, shown));
  }
}

void RowLoader::Row::SetKey() {
  if (object_.pk == nullptr || object_.pk->IsNull()) return;
  const FixtureModel& model = *staged_.model;
  const bool is_list = model.has_composite_key;
  if (is_list && object_.pk->items.size() != model.pk.size()) {
    throw Problem(reader_, *object_.pk,
                  "\"pk\" of " + object_.model + " is a list of " +
                      std::to_string(model.pk.size()) + " values, and is " + PkText(object_) +
                      " here");
  }
  for (std::size_t i = 0; i < model.pk.size(); ++i) {
    const StagedColumn* column = staged_.Find(model.pk[i]);
    for (std::size_t at = 0; at < staged_.columns.size(); ++at) {
      if (&staged_.columns[at] == column) {
        SetColumn(at, is_list ? object_.pk->items[i] : *object_.pk);
      }
    }
  }
  is_given_ = true;
}

std::int64_t RowLoader::Row::KeyOf(NaturalKeys& keys, const JsonNode& node) {
  const NaturalKey& natural = *keys.target->natural_key;
  if (!natural.trouble.empty()) {
    throw Problem(reader_, node,
                  WithData("the natural key of " + keys.target->label + " is not known here: " +
                               natural.trouble + "; write the fixture without natural keys",
                           object_, node));
  }
  if (node.items.size() != natural.parts.size()) {
    throw Problem(reader_, node,
                  WithData("the natural key of " + keys.target->label + " has " +
                               std::to_string(natural.parts.size()) + " values, not " +
                               std::to_string(node.items.size()),
                           object_, node));
  }
  const sqlite::Connection& db = staging_.db();
  if (!keys.find) {
    keys.find.emplace(db.Prepare("SELECT id FROM " + keys.table + " WHERE text = ?"));
    std::string marks;
    for (std::size_t i = 0; i < natural.parts.size(); ++i) marks += ", ?";
    keys.add.emplace(
        db.Prepare("INSERT INTO " + keys.table + " VALUES (NULL, ?" + marks + ", NULL)"));
  }
  const std::string text = PythonText(node);
  keys.find->Bind({text});
  if (keys.find->Step()) {
    const std::int64_t id = keys.find->row().Int(0);
    keys.find->Reset();
    return id;
  }
  keys.add->Reset();
  keys.add->BindText(1, text);
  for (std::size_t i = 0; i < natural.parts.size(); ++i) {
    const django::Field& field = natural.parts[i].path.back()->ValueField();
    keys.add->BindCell(static_cast<int>(i) + 2, Convert(node.items[i], field, node));
  }
  keys.add->Step();
  keys.add->Reset();
  return db.LastInsertRowId();
}

void RowLoader::Row::SetColumn(std::size_t index, const JsonNode& value) {
  StagedColumn& column = staged_.columns[index];
  if (column.keys != nullptr && value.Is(Kind::kArray)) {
    keys_[index] = KeyOf(*column.keys, value);
  } else {
    cells_[index] = Convert(value, *column.value_field, value);
  }
  is_set_[index] = true;
  RequireValue(index);
}

/// SQLite would say the same later, without a place.
void RowLoader::Row::RequireValue(std::size_t index) const {
  const StagedColumn& column = staged_.columns[index];
  const auto& pk = staged_.model->pk;
  const bool is_key = std::find(pk.begin(), pk.end(), column.field) != pk.end();
  if (!column.not_null || is_key || !cells_[index].IsNull() || !keys_[index].IsNull()) return;
  const JsonNode* value = object_.fields->Find(column.field->name);
  const std::string why = value == nullptr
                              ? "the object has no \"" + column.field->name +
                                    "\", and the field no default; add it to the fixture"
                              : "\"" + column.field->name + "\" is null; give it a value";
  throw Problem(reader_, value == nullptr ? object_.node : *value,
                "Could not load " + staged_.model->state->app + "." + staged_.model->state->name +
                    "(pk=" + PkText(object_) + "): NOT NULL constraint failed: " +
                    staged_.model->table + "." + column.name() + "; " + why);
}

/// Model.__init__() gives every field a value, and a raw save writes them all.
void RowLoader::Row::FillIn() {
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (is_set_[i]) continue;
    cells_[i] = target_.defaults[i].Get();
    RequireValue(i);
  }
}

void RowLoader::Row::Write(std::int64_t row, int file) {
  FillIn();
  sqlite::Statement& add = *staged_.add;
  add.Reset();
  int at = 0;
  for (const std::int64_t number :
       {row, std::int64_t{file}, std::int64_t{object_.node.line}, std::int64_t{object_.node.column},
        std::int64_t{is_given_ ? 1 : 0}}) {
    add.BindInt(++at, number);
  }
  add.BindNull(++at);
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    add.BindCell(++at, cells_[i]);
    if (staged_.columns[i].keys != nullptr) add.BindCell(++at, keys_[i]);
  }
  for (const JsonNode* list : lists_) add.BindInt(++at, list == nullptr ? 0 : 1);
  add.Step();
  add.Reset();
  ++staged_.rows;
  WriteLists(row);
}

void RowLoader::Row::WriteLists(std::int64_t row) {
  for (std::size_t i = 0; i < lists_.size(); ++i) {
    if (lists_[i] == nullptr) continue;
    StagedList& list = staged_.lists[i];
    const JsonNode& node = *lists_[i];
    if (!node.Is(Kind::kArray)) {
      throw Problem(reader_, node,
                    WithData("\"" + list.field->name + "\" takes a list", object_, node));
    }
    std::int64_t position = 0;
    for (const JsonNode& item : node.items) {
      sqlite::Cell value;
      sqlite::Cell key;
      if (list.keys != nullptr && item.Is(Kind::kArray)) {
        key = KeyOf(*list.keys, item);
      } else if (list.target_key != nullptr) {
        value = Convert(item, list.target_key->ValueField(), item);
      }
      if (value.IsNull() && key.IsNull()) {
        throw Problem(reader_, item,
                      WithData("\"" + list.field->name + "\" holds what is no key", object_, item));
      }
      list.add->Reset();
      list.add->Bind({row, position++, value, key});
      list.add->Step();
      list.add->Reset();
    }
  }
}

RowLoader::RowLoader(Staging& staging, const LoadSource& source, const LoadOptions& options)
    : staging_(staging), source_(source), options_(options) {}

RowLoader::~RowLoader() = default;

RowLoader::Target& RowLoader::TargetOf(const FixtureModel& model) {
  StagedModel& staged = staging_.Of(model);
  for (Target& target : targets_) {
    if (target.staged == &staged) return target;
  }
  Target& target = targets_.emplace_back();
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

void RowLoader::Bind(Binding& binding, const FixtureObject& object, const FixtureReader& reader) {
  const FixtureModel* model = FindModel(object.model);
  std::set<std::string> names;
  for (const JsonMember& member : object.fields->members) names.insert(member.name);
  const auto is_known = [&](const std::string& name) {
    return model->FindField(name) != nullptr || model->FindManyToMany(name) != nullptr;
  };
  std::optional<LevelMatch> match;
  if (model == nullptr || !std::all_of(names.begin(), names.end(), is_known)) {
    match = source_.levels().Match(object.model, names);
    if (match && match->label.empty()) {
      binding.note =
          object.model + " is a model of another level (" + match->level + "): objects left out";
      return;
    }
    if (match) model = FindModel(match->label);
  }
  if (model == nullptr) {
    binding.is_counted = false;
    if (options_.ignore_nonexistent) {
      binding.note = object.model + " is no model of the project: objects left out";
      return;
    }
    throw Problem(reader, object.node,
                  "Invalid model identifier: " + Shortened(object.model) +
                      "; if it is gone, SELECT loaddata(…, 'ignorenonexistent') leaves it out");
  }
  binding.target = &TargetOf(*model);
  std::vector<std::string> changes;
  for (const JsonMember& member : object.fields->members) {
    std::string name = member.name;
    if (match) name = match->fields.find(name)->second;
    if (match && name != member.name) {
      changes.push_back(name.empty() ? "'" + member.name + "' left out"
                                     : "'" + member.name + "' loaded as '" + name + "'");
    }
    Binding::Member& bound = binding.members.emplace_back();
    const StagedModel& staged = *binding.target->staged;
    for (std::size_t i = 0; i < staged.columns.size(); ++i) {
      if (staged.columns[i].field->name == name) bound = {Binding::Kind::kColumn, i};
    }
    for (std::size_t i = 0; i < staged.lists.size(); ++i) {
      if (staged.lists[i].field->name == name) bound = {Binding::Kind::kList, i};
    }
    if (bound.kind != Binding::Kind::kNowhere || name.empty()) continue;
    if (model->FindField(name) != nullptr) continue;  // a parent's, or what SQLite computes
    if (!options_.ignore_nonexistent) {
      throw Problem(reader, member.value,
                    "Error deserializing object: " + model->state->name + " has no field named '" +
                        Shortened(name) +
                        "'; if it is gone, SELECT loaddata(…, 'ignorenonexistent') leaves it out");
    }
    changes.push_back("'" + Shortened(name) + "' is no field and is left out");
  }
  if (match) binding.note = object.model + " is of another level (" + match->level + "): ";
  if (!match && !changes.empty()) binding.note = object.model + ": ";
  if (match && match->label != model->label) changes.insert(changes.begin(), "");
  if (match && !EqualsIgnoringCase(match->label, object.model)) {
    changes.insert(changes.begin(), "loaded as " + match->label);
  }
  std::erase(changes, "");
  if (!binding.note.empty()) binding.note += Join(changes, ", ");
}

RowLoader::Binding& RowLoader::BindingOf(const FixtureObject& object, const FixtureReader& reader) {
  std::string signature = object.model;
  for (const JsonMember& member : object.fields->members) {
    signature += '\x1f';
    signature += member.name;
  }
  const auto found = bindings_.find(signature);
  if (found != bindings_.end()) return *found->second;
  if (bindings_.size() >= kMostBindings) bindings_.clear();
  auto binding = std::make_unique<Binding>();
  Bind(*binding, object, reader);
  return *bindings_.emplace(std::move(signature), std::move(binding)).first->second;
}

void RowLoader::Load(const FixtureObject& object, const FixtureReader& reader, int file) {
  const FixtureModel* excluded = options_.excluded.empty() ? nullptr : FindModel(object.model);
  if (excluded != nullptr && (options_.excluded.contains(excluded->label) ||
                              options_.excluded.contains(excluded->key.app))) {
    ++seen_;
    return;
  }
  const Binding& binding = BindingOf(object, reader);
  if (!binding.note.empty() && (notes_.size() < kMostBindings || notes_.contains(binding.note))) {
    ++notes_[binding.note];
  }
  if (binding.is_counted) ++seen_;
  if (binding.target == nullptr) return;
  Row row(staging_, source_.context, *binding.target, object, reader);
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
