#include "django/state.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"

namespace migext::django {
namespace {

/// True only for a value that is known to be true.
bool IsTrue(const std::optional<python::Value>& value) {
  return value && python::Truth(*value).value_or(false);
}

}  // namespace

ModelKey ModelState::key() const { return {app, LowerUtf8(name)}; }

const Field* ModelState::FindField(std::string_view field_name) const {
  for (const NamedField& field : fields) {
    if (field.name == field_name) return field.field.get();
  }
  return nullptr;
}

std::optional<python::Value> ModelState::Option(std::string_view option) const {
  for (const auto& [name_of_option, value] : options) {
    if (name_of_option == option) return value;
  }
  return std::nullopt;
}

void ModelState::SetOption(std::string_view option, python::Value value) {
  for (auto& [name_of_option, old_value] : options) {
    if (name_of_option != option) continue;
    old_value = value;
    return;
  }
  options.emplace_back(option, value);
  AddToOrder(option);
}

void ModelState::DropOption(std::string_view option) {
  std::erase_if(options, [&](const auto& entry) { return entry.first == option; });
  std::erase(option_order, option);
}

void ModelState::AddToOrder(std::string_view option) {
  if (std::ranges::find(option_order, option) == option_order.end()) {
    option_order.emplace_back(option);
  }
}

std::string ModelState::DbTable() const {
  const std::optional<python::Value> table = Option("db_table");
  if (table && table->IsStr() && !table->AsStr().empty()) return std::string(table->AsStr());
  return app + "_" + LowerUtf8(name);
}

bool ModelState::IsManaged() const {
  const std::optional<python::Value> managed = Option("managed");
  return !managed || python::Truth(*managed).value_or(true);
}

bool ModelState::IsProxy() const { return IsTrue(Option("proxy")); }

std::string NameOfIndex(python::Value index_or_constraint) {
  std::span<const python::Keyword> keywords;
  if (index_or_constraint.Is(python::Kind::kCall)) {
    keywords = python::View(index_or_constraint.AsCall()).keywords;
  } else if (index_or_constraint.Is(python::Kind::kInstance)) {
    keywords = python::View(index_or_constraint.AsInstance()).keywords;
  }
  for (const python::Keyword& keyword : keywords) {
    if (keyword.name == "name" && keyword.value.IsStr()) return std::string(keyword.value.AsStr());
  }
  return {};
}

// ---- ProjectState

namespace {

struct HashOfKey {
  std::size_t operator()(const ModelKey& key) const {
    const std::hash<std::string> hash;
    return hash(key.app) * 31 + hash(key.model);
  }
};

}  // namespace

struct ProjectState::Data {
  std::vector<std::shared_ptr<const ModelState>> models;
  std::unordered_map<ModelKey, std::size_t, HashOfKey> places;
};

ProjectState::ProjectState() : data_(std::make_shared<Data>()) {}

const std::vector<std::shared_ptr<const ModelState>>& ProjectState::models() const {
  return data_->models;
}

ProjectState::Data& ProjectState::Own() {
  // use_count() is exact here: a state is read and changed by one thread.
  if (data_.use_count() > 1) data_ = std::make_shared<Data>(*data_);
  return *data_;
}

const ModelState* ProjectState::Find(const ModelKey& key) const {
  const auto place = data_->places.find(key);
  return place == data_->places.end() ? nullptr : data_->models[place->second].get();
}

const ModelState* ProjectState::Find(std::string_view app, std::string_view model_any_case) const {
  return Find(ModelKey{std::string(app), LowerUtf8(model_any_case)});
}

void ProjectState::Add(ModelState model) {
  Data& data = Own();
  const auto [place, is_new] = data.places.try_emplace(model.key(), data.models.size());
  auto shared = std::make_shared<const ModelState>(std::move(model));
  if (is_new) {
    data.models.push_back(std::move(shared));
  } else {
    data.models[place->second] = std::move(shared);
  }
}

void ProjectState::Remove(const ModelKey& key) {
  if (!Find(key)) return;
  Data& data = Own();
  const auto found = data.places.find(key);
  const std::size_t removed = found->second;
  data.places.erase(found);
  data.models.erase(data.models.begin() + static_cast<std::ptrdiff_t>(removed));
  for (auto& [other, place] : data.places) {
    if (place > removed) --place;
  }
}

}  // namespace migext::django
