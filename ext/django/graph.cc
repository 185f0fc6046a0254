#include "django/graph.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "django/graph_builder.h"
#include "django/graph_data.h"

namespace migext::django {
namespace {

// MigrationGraph.iterative_dfs() from several starts: what an earlier start has visited is not
// visited again, which gives the same order as joining their plans without repetition.
class Walk {
 public:
  explicit Walk(const std::vector<std::vector<NodeId>>& next)
      : next_(next), state_(next.size(), State::kNew) {}

  void From(NodeId start) {
    stack_.push_back({start, false});
    while (!stack_.empty()) {
      const auto [node, processed] = stack_.back();
      stack_.pop_back();
      if (processed) {
        state_[node] = State::kDone;
        order_.push_back(node);
      } else if (state_[node] == State::kNew) {
        // A node still open here lies on a cycle, on which Django's walk would never end.
        state_[node] = State::kOpen;
        stack_.push_back({node, true});
        for (const NodeId other : next_[node]) stack_.push_back({other, false});
      }
    }
  }

  std::vector<NodeId> Take() { return std::move(order_); }

 private:
  enum class State : std::uint8_t { kNew, kOpen, kDone };
  struct Step {
    NodeId node;
    bool processed;
  };
  const std::vector<std::vector<NodeId>>& next_;
  std::vector<State> state_;
  std::vector<Step> stack_;
  std::vector<NodeId> order_;
};

[[noreturn]] void RefuseNode(const MigrationKey& key) {
  throw Error("NodeNotFoundError: Node " + PythonPair(key) + " not a valid node");
}

std::string PythonText(std::string_view text) {
  const bool double_quotes =
      text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos;
  const char quote = double_quotes ? '"' : '\'';
  std::string out(1, quote);
  for (const char c : text) {
    if (c == '\\' || c == quote) out += '\\';
    out += c;
  }
  return out + quote;
}

}  // namespace

std::string PythonPair(const MigrationKey& key) {
  return "(" + PythonText(key.app) + ", " + PythonText(key.name) + ")";
}

std::string_view OriginName(EdgeOrigin origin) {
  switch (origin) {
    case EdgeOrigin::kDependency:
      return "dependency";
    case EdgeOrigin::kRunBefore:
      return "run_before";
    case EdgeOrigin::kReplaces:
      return "replaces";
    case EdgeOrigin::kSwappable:
      return "swappable";
  }
  return {};
}

// ---- The source

const App* MigrationSource::FindApp(std::string_view label) const {
  const auto it =
      std::find_if(apps.begin(), apps.end(), [&](const App& app) { return app.label == label; });
  return it == apps.end() ? nullptr : &*it;
}

const Migration* MigrationSource::Find(const MigrationKey& key) const {
  const auto it = migrations->find(key);
  return it == migrations->end() ? nullptr : it->second.get();
}

// ---- The graph

std::optional<NodeId> Graph::Data::Id(const MigrationKey& key) const {
  const auto it = std::lower_bound(keys.begin(), keys.end(), key);
  if (it == keys.end() || *it != key) return std::nullopt;
  return static_cast<NodeId>(it - keys.begin());
}

std::vector<MigrationKey> Graph::Data::Keys(const std::vector<NodeId>& ids) const {
  std::vector<MigrationKey> out;
  out.reserve(ids.size());
  for (const NodeId id : ids) out.push_back(keys[id]);
  return out;
}

Graph Graph::Build(const MigrationSource& source, const AppliedSet* applied) {
  return GraphBuilder(source, applied == nullptr ? AppliedSet{} : *applied, true).Build();
}

Graph Graph::WithoutReplacements() const {
  return GraphBuilder(data_->source, data_->recorded, false).Build();
}

const MigrationSource& Graph::source() const { return data_->source; }
const std::vector<GraphFailure>& Graph::failures() const { return data_->failures; }
const std::vector<MissingNode>& Graph::missing() const { return data_->missing; }
const AppliedSet& Graph::applied() const { return data_->applied; }
bool Graph::replaces_migrations() const { return data_->replace_migrations; }
const std::vector<Replacement>& Graph::replacements() const { return data_->replacements; }
std::vector<MigrationKey> Graph::Nodes() const { return data_->keys; }
const std::vector<Edge>& Graph::edges() const { return data_->edges; }

bool Graph::Has(const MigrationKey& key) const { return data_->Id(key).has_value(); }

const Migration* Graph::Find(const MigrationKey& key) const {
  const auto id = data_->Id(key);
  return id ? data_->migrations[*id] : nullptr;
}

std::vector<MigrationKey> Graph::Parents(const MigrationKey& key) const {
  const auto id = data_->Id(key);
  if (!id) return {};
  return data_->Keys(data_->parents[*id]);
}

std::vector<MigrationKey> Graph::Children(const MigrationKey& key) const {
  const auto id = data_->Id(key);
  if (!id) return {};
  return data_->Keys(data_->children[*id]);
}

std::vector<NodeId> Graph::Data::Ends(std::string_view app,
                                      const std::vector<std::vector<NodeId>>& beyond) const {
  std::vector<NodeId> out;
  for (NodeId id = 0; id < keys.size(); ++id) {
    if (!app.empty() && keys[id].app != app) continue;
    if (kinds[id] == NodeKind::kMissing || kinds[id] == NodeKind::kUnreadable) continue;
    const bool inner = std::any_of(beyond[id].begin(), beyond[id].end(),
                                   [&](NodeId other) { return keys[other].app == keys[id].app; });
    if (!inner) out.push_back(id);
  }
  return out;
}

std::vector<MigrationKey> Graph::LeafNodes(std::string_view app) const {
  return data_->Keys(data_->Ends(app, data_->children));
}

std::vector<MigrationKey> Graph::RootNodes(std::string_view app) const {
  return data_->Keys(data_->Ends(app, data_->parents));
}

std::vector<MigrationKey> Graph::ForwardsPlan(const MigrationKey& target) const {
  return ForwardsPlan(std::span(&target, 1));
}

std::vector<MigrationKey> Graph::ForwardsPlan(std::span<const MigrationKey> targets) const {
  Walk walk(data_->parents);
  for (const MigrationKey& target : targets) {
    const auto id = data_->Id(target);
    if (!id) RefuseNode(target);
    walk.From(*id);
  }
  return data_->Keys(walk.Take());
}

std::vector<MigrationKey> Graph::BackwardsPlan(const MigrationKey& target) const {
  const auto id = data_->Id(target);
  if (!id) RefuseNode(target);
  Walk walk(data_->children);
  walk.From(*id);
  return data_->Keys(walk.Take());
}

std::vector<MigrationKey> Graph::FullPlan() const { return ForwardsPlan(LeafNodes()); }

std::map<std::string, std::vector<MigrationKey>> Graph::Conflicts() const {
  std::map<std::string, std::vector<MigrationKey>> by_app;
  for (MigrationKey& leaf : LeafNodes()) by_app[leaf.app].push_back(std::move(leaf));
  for (NodeId id = 0; id < data_->keys.size(); ++id) {
    const bool is_blank =
        data_->kinds[id] == NodeKind::kUnreadable || data_->kinds[id] == NodeKind::kMissing;
    if (is_blank) by_app.erase(data_->keys[id].app);
  }
  std::erase_if(by_app, [](const auto& entry) { return entry.second.size() < 2; });
  return by_app;
}

}  // namespace migext::django
