// Which models Django renders again together with one of them (get_related_models_recursive).
//
//   RelationGraph graph;
//   for (const auto& model : state.models()) graph.Set(state, *model);
//   graph.Reach({{"blog", "post"}})   // with blog.comment, which points at it, and so on
#ifndef MIGEXT_MIGRATE_RELATION_GRAPH_H_
#define MIGEXT_MIGRATE_RELATION_GRAPH_H_

#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "django/state.h"

namespace migext::migrate {

class RelationGraph {
 public:
  /// A model as it is in the state from now on.
  void Set(const django::ProjectState& state, const django::ModelState& model);
  void Remove(const django::ModelKey& key);
  bool Has(const django::ModelKey& key) const;

  /// These models and all that relations, to them or from them, and inheritance lead to.
  std::set<django::ModelKey> Reach(std::span<const django::ModelKey> models) const;

 private:
  struct Node {
    bool is_proxy = false;
    std::vector<django::ModelKey> bases;
    /// Where its relations lead, each with the model that has the table.
    std::vector<std::pair<django::ModelKey, django::ModelKey>> targets;
  };
  /// The model that has the field, and the one that it names.
  using Source = std::pair<django::ModelKey, django::ModelKey>;

  void AddSources(const django::ModelKey& table, const django::ModelKey& key,
                  std::vector<django::ModelKey>& found) const;
  void AddNeighbours(const django::ModelKey& key, std::vector<django::ModelKey>& found) const;

  std::map<django::ModelKey, Node> nodes_;
  std::map<django::ModelKey, std::multiset<Source>> sources_;  // by the model that has the table
  std::map<django::ModelKey, std::multiset<django::ModelKey>> children_;  // by base
};

/// The models that the relation fields of a model name.
std::vector<django::ModelKey> TargetsOf(const django::ModelState& model);

/// Its bases that are models.
std::vector<django::ModelKey> BasesOf(const django::ModelState& model);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_RELATION_GRAPH_H_
