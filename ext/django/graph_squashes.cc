// Squashes in the graph: a migration with `replaces` takes the place of its parts, or steps back.
#include <algorithm>

#include "django/graph_builder.h"

namespace migext::django {
namespace {

// Python's own limit, which Django's recursion over squashes of squashes would meet.
constexpr int kRecursionLimit = 1000;

}  // namespace

// MigrationLoader.replace_migration(); before 6.0 build_graph() did it without looking into parts
// that are squashes themselves.
void GraphBuilder::Replace(const Migration& squash, int depth) {
  if (replacing_failed_) return;
  const auto [progress, is_new] = progress_.try_emplace(&squash, Progress::kBegun);
  if (!is_new) {
    if (progress->second == Progress::kDone) return;
    replacing_failed_ = true;
    return Fail("CommandError",
                "Cyclical squash replacement found, starting at " + PythonPair(squash.key),
                {squash.key});
  }
  if (depth >= kRecursionLimit) {
    replacing_failed_ = true;
    return Fail("RecursionError", "maximum recursion depth exceeded", {squash.key});
  }
  if (data_->source.dialect.nested_squashes) {
    for (const MigrationKey& key : squash.replaces) {
      const Migration* part = data_->source.Find(key);
      if (part != nullptr && !part->replaces.empty()) Replace(*part, depth + 1);
    }
  }
  if (replacing_failed_) return;
  if (StandsForItsParts(squash)) {
    RemoveReplaced(squash);
  } else {
    RemoveReplacement(squash);
  }
  progress_[&squash] = Progress::kDone;
}

bool GraphBuilder::StandsForItsParts(const Migration& squash) {
  AppliedSet parts;
  if (data_->source.dialect.nested_squashes) {
    AppliedSet seen;
    CollectReplaced(squash, parts, seen);
  } else {
    parts.insert(squash.replaces.begin(), squash.replaces.end());
  }
  const auto applied = static_cast<std::size_t>(
      std::count_if(parts.begin(), parts.end(),
                    [&](const MigrationKey& part) { return data_->applied.contains(part); }));
  if (applied == parts.size()) {
    data_->applied.insert(squash.key);
  } else {
    data_->applied.erase(squash.key);
  }
  return applied == parts.size() || applied == 0;
}

// MigrationLoader._resolve_replaced_migration_keys()
void GraphBuilder::CollectReplaced(const Migration& squash, AppliedSet& found,
                                   AppliedSet& seen) const {
  std::vector<const Migration*> open = {&squash};
  while (!open.empty()) {
    const Migration* next = open.back();
    open.pop_back();
    if (!seen.insert(next->key).second) continue;
    for (const MigrationKey& key : next->replaces) {
      const Migration* part = data_->source.Find(key);
      if (part != nullptr && !part->replaces.empty()) {
        open.push_back(part);
      } else {
        found.insert(key);
      }
    }
  }
}

// MigrationGraph.remove_replaced_nodes()
void GraphBuilder::RemoveReplaced(const Migration& squash) {
  const auto replacement = Find(squash.key);
  if (!replacement) {
    replacing_failed_ = true;
    return Fail("NodeNotFoundError",
                "Unable to find replacement node " + PythonPair(squash.key) +
                    ". It was either never added to the migration graph, or has been removed.",
                {squash.key});
  }
  AppliedSet parts(squash.replaces.begin(), squash.replaces.end());
  parts.erase(squash.key);
  for (const MigrationKey& key : parts) {
    const auto id = Find(key);
    if (!id) continue;
    const Node removed = Remove(*id);
    for (const NodeId child : removed.children) {
      if (!parts.contains(nodes_[child].key)) Link(child, *replacement);
    }
    for (const NodeId parent : removed.parents) {
      if (!parts.contains(nodes_[parent].key)) Link(*replacement, parent);
    }
  }
}

// Takes the node and its edges out of the graph.
GraphBuilder::Node GraphBuilder::Remove(NodeId id) {
  Node removed = nodes_[id];
  for (const NodeId child : removed.children) Unlink(child, id);
  for (const NodeId parent : removed.parents) Unlink(id, parent);
  nodes_[id].removed = true;
  ids_.erase(removed.key);
  std::erase(ids_of_app_[removed.key.app], id);
  return removed;
}

// MigrationGraph.remove_replacement_node()
void GraphBuilder::RemoveReplacement(const Migration& squash) {
  const auto replacement = Find(squash.key);
  if (!replacement) {
    replacing_failed_ = true;
    return Fail("NodeNotFoundError",
                "Unable to remove replacement node " + PythonPair(squash.key) +
                    ". It was either never added to the migration graph, or has been removed "
                    "already.",
                {squash.key});
  }
  // Only the last of the parts take over the children: the others are their ancestors.
  std::set<NodeId> parts;
  std::set<NodeId> ancestors;
  const Node removed = Remove(*replacement);
  for (const MigrationKey& key : squash.replaces) {
    const auto id = Find(key);
    if (!id) continue;
    parts.insert(*id);
    ancestors.insert(nodes_[*id].parents.begin(), nodes_[*id].parents.end());
  }
  for (const NodeId child : removed.children) {
    for (const NodeId part : parts) {
      if (!ancestors.contains(part)) Link(child, part);
    }
  }
}

}  // namespace migext::django
