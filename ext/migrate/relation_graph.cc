#include "migrate/relation_graph.h"

#include "base/text.h"
#include "schema/local_fields.h"

namespace migext::migrate {
namespace {

using django::ModelKey;
using django::ModelState;

/// Bases of bases are followed no further than this: they may be a loop.
constexpr int kLongestInheritance = 50;

template <typename Links, typename To>
void Drop(Links& links, const ModelKey& from, const To& to) {
  const auto found = links.find(from);
  if (found == links.end()) return;
  const auto one = found->second.find(to);
  if (one != found->second.end()) found->second.erase(one);
}

}  // namespace

std::vector<ModelKey> TargetsOf(const ModelState& model) {
  std::vector<ModelKey> targets;
  for (const django::NamedField& field : model.fields) {
    if (field.field->relation) targets.push_back(field.field->relation->to);
  }
  return targets;
}

std::vector<ModelKey> BasesOf(const ModelState& model) {
  std::vector<ModelKey> bases;
  for (const python::Value base : model.bases) {
    if (!base.IsStr()) continue;
    const std::vector<std::string> parts = Split(base.AsStr(), '.');
    if (parts.size() == 2) bases.push_back({parts[0], LowerUtf8(parts[1])});
  }
  return bases;
}

void RelationGraph::Set(const django::ProjectState& state, const ModelState& model) {
  const ModelKey key = model.key();
  Remove(key);
  Node& node = nodes_[key];
  node.is_proxy = model.IsProxy();
  node.bases = BasesOf(model);
  for (const ModelKey& base : node.bases) children_[base].insert(key);
  for (ModelKey& target : TargetsOf(model)) {
    const ModelState* concrete = schema::ConcreteModel(state, target);
    const ModelKey table = concrete ? concrete->key() : target;
    sources_[table].emplace(key, target);
    node.targets.emplace_back(std::move(target), table);
  }
}

void RelationGraph::Remove(const ModelKey& key) {
  const auto found = nodes_.find(key);
  if (found == nodes_.end()) return;
  for (const ModelKey& base : found->second.bases) Drop(children_, base, key);
  for (const auto& [target, table] : found->second.targets) {
    Drop(sources_, table, Source(key, target));
  }
  nodes_.erase(found);
}

bool RelationGraph::Has(const ModelKey& key) const { return nodes_.contains(key); }

/// Those that point at the model with the table, as one of its heirs sees them.
void RelationGraph::AddSources(const ModelKey& table, const ModelKey& key,
                               std::vector<ModelKey>& found) const {
  const auto known = sources_.find(table);
  if (known == sources_.end()) return;
  for (const auto& [source, target] : known->second) {
    found.push_back(source);
    // What points at a proxy is an attribute of the model that it stands for.
    if (target == key) found.push_back(table);
  }
}

void RelationGraph::AddNeighbours(const ModelKey& key, std::vector<ModelKey>& found) const {
  if (const auto children = children_.find(key); children != children_.end()) {
    found.insert(found.end(), children->second.begin(), children->second.end());
  }
  // Fields of the bases are fields of the model, those from elsewhere that point at them too.
  std::vector<ModelKey> lineage = {key};
  for (std::size_t i = 0; i < lineage.size() && i < kLongestInheritance; ++i) {
    const auto known = nodes_.find(lineage[i]);
    if (known == nodes_.end()) continue;
    const Node& node = known->second;
    for (const auto& [target, table] : node.targets) found.push_back(target);
    if (!node.is_proxy) AddSources(lineage[i], key, found);
    for (const ModelKey& base : node.bases) {
      lineage.push_back(base);
      // A proxy has no link to what it stands for.
      if (!node.is_proxy) found.push_back(base);
    }
  }
}

std::set<ModelKey> RelationGraph::Reach(std::span<const ModelKey> models) const {
  std::set<ModelKey> reached;
  std::vector<ModelKey> open(models.begin(), models.end());
  while (!open.empty()) {
    const ModelKey key = std::move(open.back());
    open.pop_back();
    if (!reached.insert(key).second || !Has(key)) continue;
    AddNeighbours(key, open);
  }
  return reached;
}

}  // namespace migext::migrate
