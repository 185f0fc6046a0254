#include "migrate/relation_graph.h"

#include "base/text.h"
#include "schema/local_fields.h"

namespace migext::migrate {
namespace {

using django::ModelKey;
using django::ModelState;

/// Bases of bases are followed no further than this: they may be a loop.
constexpr int kLongestInheritance = 50;

template <typename Links>
void Drop(Links& links, const ModelKey& from, const ModelKey& to) {
  const auto found = links.find(from);
  if (found == links.end()) return;
  const auto one = found->second.find(to);
  if (one != found->second.end()) found->second.erase(one);
}

template <typename Links>
void Append(const Links& links, const ModelKey& from, std::vector<ModelKey>& found) {
  const auto known = links.find(from);
  if (known == links.end()) return;
  found.insert(found.end(), known->second.begin(), known->second.end());
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
    sources_[table].insert(key);
    node.targets.emplace_back(std::move(target), table);
  }
}

void RelationGraph::Remove(const ModelKey& key) {
  const auto found = nodes_.find(key);
  if (found == nodes_.end()) return;
  for (const ModelKey& base : found->second.bases) Drop(children_, base, key);
  for (const auto& [target, table] : found->second.targets) Drop(sources_, table, key);
  nodes_.erase(found);
}

bool RelationGraph::Has(const ModelKey& key) const { return nodes_.contains(key); }

void RelationGraph::AddNeighbours(const ModelKey& key, std::vector<ModelKey>& found) const {
  Append(children_, key, found);
  std::vector<ModelKey> lineage = {key};
  for (std::size_t i = 0; i < lineage.size() && i < kLongestInheritance; ++i) {
    const auto known = nodes_.find(lineage[i]);
    if (known == nodes_.end()) continue;
    const Node& node = known->second;
    // Fields of the bases are fields of the model, those from elsewhere that point at them too.
    for (const auto& [target, table] : node.targets) found.push_back(target);
    if (!node.is_proxy) Append(sources_, lineage[i], found);
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
