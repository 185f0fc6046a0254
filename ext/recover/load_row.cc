#include "recover/load_row.h"

#include <algorithm>

#include "base/text.h"
#include "recover/load_value.h"

namespace migext::recover {
namespace {

using Kind = JsonNode::Kind;

constexpr std::size_t kLongestShown = 200;

std::string PkText(const FixtureObject& object) {
  return object.pk == nullptr ? "None" : ShortenedForMessage(PythonText(*object.pk));
}

/// DeserializationError.WithData()
std::string WithData(const std::string& what, const FixtureObject& object, const JsonNode& value) {
  return what + ": (" + object.model + ":pk=" + PkText(object) + ") field_value was '" +
         ShortenedForMessage(PythonText(value)) + "'";
}

}  // namespace

std::string ShortenedForMessage(std::string text) {
  if (text.size() <= kLongestShown) return text;
  std::size_t end = kLongestShown;
  while (end > 0 && IsUtf8Continuation(text[end])) --end;
  return text.substr(0, end) + "…";
}

Error LoadProblem(const FixtureReader& reader, const JsonNode& at, const std::string& message) {
  return {reader.At(at), "Problem installing fixture '" + reader.path() + "': " + message};
}

sqlite::Cell RowMaker::Convert(const JsonNode& node, const django::Field& field,
                               const JsonNode& shown) {
  try {
    return StoredValue(node, field, context_);
  } catch (const Error& error) {
    throw LoadProblem(reader_, node, WithData(error.message(), object_, shown));
  }
}

void RowMaker::SetKey() {
  if (object_.pk == nullptr || object_.pk->IsNull()) return;
  const FixtureModel& model = *staged_.model;
  const bool is_list = model.has_composite_key;
  if (is_list && object_.pk->items.size() != model.pk.size()) {
    throw LoadProblem(reader_, *object_.pk,
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

std::int64_t RowMaker::KeyOf(NaturalKeys& keys, const JsonNode& node) {
  const NaturalKey& natural = *keys.target->natural_key;
  if (!natural.trouble.empty()) {
    throw LoadProblem(reader_, node,
                      WithData("the natural key of " + keys.target->label + " is not known here: " +
                                   natural.trouble + "; write the fixture without natural keys",
                               object_, node));
  }
  if (node.items.size() != natural.parts.size()) {
    throw LoadProblem(reader_, node,
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

void RowMaker::SetColumn(std::size_t index, const JsonNode& value) {
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
void RowMaker::RequireValue(std::size_t index) const {
  const StagedColumn& column = staged_.columns[index];
  const auto& pk = staged_.model->pk;
  const bool is_key = std::find(pk.begin(), pk.end(), column.field) != pk.end();
  if (!column.not_null || is_key || !cells_[index].IsNull() || !keys_[index].IsNull()) return;
  const JsonNode* value = object_.fields->Find(column.field->name);
  const std::string why = value == nullptr
                              ? "the object has no \"" + column.field->name +
                                    "\", and the field no default; add it to the fixture"
                              : "\"" + column.field->name + "\" is null; give it a value";
  throw LoadProblem(reader_, value == nullptr ? object_.node : *value,
                    "Could not load " + staged_.model->state->app + "." +
                        staged_.model->state->name + "(pk=" + PkText(object_) +
                        "): NOT NULL constraint failed: " + staged_.model->table + "." +
                        column.name() + "; " + why);
}

/// Model.__init__() gives every field a value, and a raw save writes them all.
void RowMaker::FillIn() {
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (is_set_[i]) continue;
    cells_[i] = target_.defaults[i].Get();
    RequireValue(i);
  }
}

void RowMaker::Write(std::int64_t row, int file) {
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

void RowMaker::WriteLists(std::int64_t row) {
  for (std::size_t i = 0; i < lists_.size(); ++i) {
    if (lists_[i] == nullptr) continue;
    StagedList& list = staged_.lists[i];
    const JsonNode& node = *lists_[i];
    if (!node.Is(Kind::kArray)) {
      throw LoadProblem(reader_, node,
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
        throw LoadProblem(
            reader_, item,
            WithData("\"" + list.field->name + "\" holds what is no key", object_, item));
      }
      list.add->Reset();
      list.add->Bind({row, position++, value, key});
      list.add->Step();
      list.add->Reset();
    }
  }
}

}  // namespace migext::recover
