#include "django/graph_builder.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"

namespace migext::django {
namespace {

constexpr std::string_view kFirst = "__first__";
constexpr std::string_view kLatest = "__latest__";

bool Replaces(const Migration& squash, const MigrationKey& key) {
  return std::find(squash.replaces.begin(), squash.replaces.end(), key) != squash.replaces.end();
}

}  // namespace

GraphBuilder::GraphBuilder(const MigrationSource& source, const AppliedSet& recorded,
                           bool replace_migrations)
    : data_(std::make_shared<Graph::Data>()) {
  data_->source = source;
  data_->recorded = recorded;
  data_->applied = recorded;
  data_->replace_migrations = replace_migrations;
}

Graph GraphBuilder::Build() {
  for (const App& app : data_->source.apps) {
    AddFilesOf(app.label);
    if (app.origin == AppOrigin::kMissing) AddRecordedOf(app);
  }
  for (const Migration* migration : disk_) AddInternalDependencies(*migration);
  for (const Migration* migration : disk_) AddExternalDependencies(*migration);
  for (const Migration* migration : disk_) DeclareReplaced(*migration);
  if (data_->replace_migrations) {
    for (const Replacement& replacement : data_->replacements) Replace(*replacement.squash, 0);
  }
  for (Replacement& replacement : data_->replacements) {
    replacement.in_use = data_->replace_migrations && Find(replacement.squash->key).has_value();
  }
  ReportMissing();
  Finish();
  ReportCycle();
  return Graph(data_);
}

// ---- Nodes

void GraphBuilder::AddFilesOf(const std::string& app) {
  const auto& files = *data_->source.migrations;
  const MigrationKey first{app, ""};
  for (auto it = files.lower_bound(first); it != files.end() && it->first.app == app; ++it) {
    if (Find(it->first)) continue;
    AddNode(it->first, it->second.get(), NodeKind::kFile);
    disk_.push_back(it->second.get());
  }
  if (data_->source.unreadable == nullptr) return;
  const auto& unreadable = *data_->source.unreadable;
  for (auto it = unreadable.lower_bound(first); it != unreadable.end() && it->first.app == app;
       ++it) {
    if (Find(it->first)) continue;
    AddNode(it->first, nullptr, NodeKind::kUnreadable);
    FailToRead(it->second);
  }
}

// "SyntaxError: invalid syntax" is an exception and its words; a text without a class's name is our
// own.
void GraphBuilder::FailToRead(const UnreadableMigration& unreadable) {
  const std::string& error = unreadable.error;
  const std::size_t colon = error.find(": ");
  const bool named = colon != std::string::npos && error.find(' ') == colon + 1;
  Fail(named ? error.substr(0, colon) : "", named ? error.substr(colon + 2) : error,
       {unreadable.key});
  data_->failures.back().place = unreadable.place;
}

// The files of such an app are not to be had: what the history says of it stands in for them, in
// the order of names.
void GraphBuilder::AddRecordedOf(const App& app) {
  std::optional<NodeId> last;
  const MigrationKey first{app.label, ""};
  const AppliedSet& recorded = data_->recorded;
  for (auto it = recorded.lower_bound(first); it != recorded.end() && it->app == app.label; ++it) {
    if (Find(*it)) continue;
    const NodeId id = AddNode(*it, nullptr, NodeKind::kRecorded);
    if (last) Link(id, *last);
    last = id;
  }
}

NodeId GraphBuilder::AddNode(MigrationKey key, const Migration* migration, NodeKind kind) {
  const auto id = static_cast<NodeId>(nodes_.size());
  ids_.emplace(key, id);
  ids_of_app_[key.app].push_back(id);
  Node node;
  node.key = std::move(key);
  node.migration = migration;
  node.kind = kind;
  nodes_.push_back(std::move(node));
  return id;
}

std::optional<NodeId> GraphBuilder::Find(const MigrationKey& key) const {
  const auto it = ids_.find(key);
  if (it == ids_.end()) return std::nullopt;
  return it->second;
}

// ---- Edges

void GraphBuilder::AddInternalDependencies(const Migration& migration) {
  for (const Dependency& dependency : migration.dependencies) {
    if (dependency.key.app != migration.key.app || dependency.key.name == kFirst) continue;
    Declare(migration, migration.key, dependency.key,
            dependency.swappable ? EdgeOrigin::kSwappable : EdgeOrigin::kDependency);
  }
}

void GraphBuilder::AddExternalDependencies(const Migration& migration) {
  for (const Dependency& dependency : migration.dependencies) {
    if (dependency.key.app == migration.key.app) continue;
    const auto parent = CheckKey(migration, dependency.key);
    if (!parent) continue;
    Declare(migration, migration.key, *parent,
            dependency.swappable ? EdgeOrigin::kSwappable : EdgeOrigin::kDependency);
  }
  for (const MigrationKey& named : migration.run_before) {
    const auto child = CheckKey(migration, named);
    if (child) Declare(migration, *child, migration.key, EdgeOrigin::kRunBefore);
  }
}

void GraphBuilder::DeclareReplaced(const Migration& migration) {
  if (migration.replaces.empty()) return;
  data_->replacements.push_back({&migration, false});
  for (const MigrationKey& replaced : migration.replaces) {
    data_->edges.push_back({migration.key, replaced, EdgeOrigin::kReplaces});
  }
}

// MigrationGraph.add_dependency()
void GraphBuilder::Declare(const Migration& migration, const MigrationKey& child,
                           const MigrationKey& parent, EdgeOrigin origin) {
  data_->edges.push_back({child, parent, origin});
  for (const MigrationKey* key : {&child, &parent}) {
    if (Find(*key)) continue;
    if (IsOutside(*key)) return;
    Node& node = nodes_[AddNode(*key, nullptr, NodeKind::kMissing)];
    node.named_by = &migration;
    node.is_child = key == &child;
  }
  Link(*Find(child), *Find(parent));
}

// An app without files is taken to be complete, so nothing can wait for it.
bool GraphBuilder::IsOutside(const MigrationKey& key) const {
  const App* app = data_->source.FindApp(key.app);
  return app != nullptr && app->origin == AppOrigin::kMissing;
}

// MigrationLoader.check_key()
std::optional<MigrationKey> GraphBuilder::CheckKey(const Migration& migration,
                                                   const MigrationKey& key) {
  if ((key.name != kFirst && key.name != kLatest) || Find(key)) return key;
  if (key.app == migration.key.app) return std::nullopt;
  const App* app = data_->source.FindApp(key.app);
  if (app == nullptr) {
    Fail("ValueError", "Dependency on unknown app: " + key.app, {migration.key});
    return std::nullopt;
  }
  const bool outside = app->origin == AppOrigin::kMissing;
  if (!app->has_migrations && !outside) return std::nullopt;
  auto end = EndOf(key.app, key.name == kFirst ? End::kRoot : End::kLeaf);
  if (!end && !outside) {
    Fail("ValueError", "Dependency on app with no migrations: " + key.app, {migration.key});
    data_->failures.back().only_an_empty_app = true;
  }
  return end;
}

// root_nodes(app)[0] or leaf_nodes(app)[0], as the graph is now.
std::optional<MigrationKey> GraphBuilder::EndOf(std::string_view app, End end) const {
  const auto ids = ids_of_app_.find(app);
  if (ids == ids_of_app_.end()) return std::nullopt;
  const MigrationKey* first = nullptr;
  for (const NodeId id : ids->second) {
    const Node& node = nodes_[id];
    const auto& beyond = end == End::kRoot ? node.parents : node.children;
    const bool inner = std::any_of(beyond.begin(), beyond.end(),
                                   [&](NodeId other) { return nodes_[other].key.app == app; });
    if (!inner && (first == nullptr || node.key < *first)) first = &node.key;
  }
  if (first == nullptr) return std::nullopt;
  return *first;
}

void GraphBuilder::Link(NodeId child, NodeId parent) {
  nodes_[child].parents.insert(parent);
  nodes_[parent].children.insert(child);
}

void GraphBuilder::Unlink(NodeId child, NodeId parent) {
  nodes_[child].parents.erase(parent);
  nodes_[parent].children.erase(child);
}

// ---- What Django refuses

void GraphBuilder::ReportMissing() {
  for (const Node& node : nodes_) {
    if (node.removed || node.kind != NodeKind::kMissing) continue;
    Fail("NodeNotFoundError", MissingMessage(node), {node.named_by->key, node.key});
    data_->missing.push_back({node.key, node.named_by->key, node.is_child, NearestName(node.key)});
  }
}

std::string GraphBuilder::MissingMessage(const Node& node) const {
  std::vector<std::string> candidates;
  bool is_replaced = false;
  for (const Replacement& replacement : data_->replacements) {
    if (!Replaces(*replacement.squash, node.key)) continue;
    candidates.push_back(replacement.squash->key.ToString());
    if (Find(replacement.squash->key)) is_replaced = true;
  }
  const std::string origin = node.named_by->key.ToString();
  if (candidates.empty() || is_replaced) {
    return "Migration " + origin + " dependencies reference nonexistent " +
           (node.is_child ? "child" : "parent") + " node " + PythonPair(node.key);
  }
  std::sort(candidates.begin(), candidates.end());
  return "Migration " + origin + " depends on nonexistent node ('" + node.key.app + "', '" +
         node.key.name + "'). Django tried to replace migration " + node.key.ToString() +
         " with any of [" + Join(candidates, ", ") +
         "] but wasn't able to because some of the replaced migrations are already applied.";
}

std::string GraphBuilder::NearestName(const MigrationKey& key) const {
  const auto ids = ids_of_app_.find(key.app);
  if (ids == ids_of_app_.end()) return {};
  std::vector<std::string> names;
  for (const NodeId id : ids->second) {
    if (nodes_[id].kind != NodeKind::kMissing) names.push_back(nodes_[id].key.name);
  }
  const std::string nearest = Nearest(key.name, names);
  if (!nearest.empty()) return nearest;
  // "0009" or "0009_comment" for "0009_comment_is_pinned_and_more".
  const std::string number = key.name.substr(0, key.name.find('_')) + "_";
  const auto has_number = [&](const std::string& name) { return name.starts_with(number); };
  if (std::count_if(names.begin(), names.end(), has_number) != 1) return {};
  return *std::find_if(names.begin(), names.end(), has_number);
}

void GraphBuilder::ReportCycle() {
  const std::vector<NodeId> cycle = FirstCycle(data_->children);
  if (cycle.empty()) return;
  std::vector<std::string> names;
  for (const NodeId id : cycle) names.push_back(data_->keys[id].ToString());
  Fail("CircularDependencyError", Join(names, ", "), data_->Keys(cycle));
}

void GraphBuilder::Fail(std::string exception, std::string message,
                        std::vector<MigrationKey> migrations) {
  GraphFailure failure;
  failure.exception = std::move(exception);
  failure.message = std::move(message);
  failure.migrations = std::move(migrations);
  data_->failures.push_back(std::move(failure));
}

// ---- The finished graph

// Renumbers the nodes that are left by the order of their keys.
void GraphBuilder::Finish() {
  std::vector<NodeId> kept;
  for (const auto& [key, id] : ids_) kept.push_back(id);
  std::vector<NodeId> place(nodes_.size());
  for (std::size_t i = 0; i < kept.size(); ++i) place[kept[i]] = static_cast<NodeId>(i);

  const auto renumber = [&](const std::set<NodeId>& ids) {
    std::vector<NodeId> out;
    out.reserve(ids.size());
    for (const NodeId id : ids) out.push_back(place[id]);
    std::sort(out.begin(), out.end());
    return out;
  };
  for (const NodeId id : kept) {
    Node& node = nodes_[id];
    data_->keys.push_back(std::move(node.key));
    data_->migrations.push_back(node.migration);
    data_->kinds.push_back(node.kind);
    data_->parents.push_back(renumber(node.parents));
    data_->children.push_back(renumber(node.children));
  }
}

}  // namespace migext::django
