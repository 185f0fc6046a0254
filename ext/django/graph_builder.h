// Makes a Graph step by step as MigrationLoader.build_graph() does, since the order of the steps
// decides what __first__ means and which error comes first.  For graph.cc alone.
#ifndef MIGEXT_DJANGO_GRAPH_BUILDER_H_
#define MIGEXT_DJANGO_GRAPH_BUILDER_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "django/graph_data.h"

namespace migext::django {

class GraphBuilder {
 public:
  GraphBuilder(const MigrationSource& source, const AppliedSet& recorded, bool replace_migrations);

  Graph Build();

 private:
  struct Node {
    MigrationKey key;
    const Migration* migration = nullptr;
    NodeKind kind = NodeKind::kFile;
    bool removed = false;
    std::set<NodeId> parents;
    std::set<NodeId> children;
    // Of a kMissing node.
    const Migration* named_by = nullptr;
    bool is_child = false;
  };
  enum class End : std::uint8_t { kRoot, kLeaf };

  void AddFilesOf(const std::string& app);
  void FailToRead(const UnreadableMigration& unreadable);
  void AddRecordedOf(const App& app);
  void AddInternalDependencies(const Migration& migration);
  void AddExternalDependencies(const Migration& migration);
  void DeclareReplaced(const Migration& migration);
  void Declare(const Migration& migration, const MigrationKey& child, const MigrationKey& parent,
               EdgeOrigin origin);
  std::optional<MigrationKey> CheckKey(const Migration& migration, const MigrationKey& key);
  std::optional<MigrationKey> EndOf(std::string_view app, End end) const;

  void Replace(const Migration& squash, int depth);
  bool StandsForItsParts(const Migration& squash);
  void CollectReplaced(const Migration& squash, AppliedSet& found, AppliedSet& seen) const;
  void RemoveReplaced(const Migration& squash);
  void RemoveReplacement(const Migration& squash);
  Node Remove(NodeId id);

  void ReportMissing();
  std::string MissingMessage(const Node& node) const;
  std::string NearestName(const MigrationKey& key) const;
  void Finish();
  void ReportCycle();

  NodeId AddNode(MigrationKey key, const Migration* migration, NodeKind kind);
  std::optional<NodeId> Find(const MigrationKey& key) const;
  bool IsOutside(const MigrationKey& key) const;
  void Link(NodeId child, NodeId parent);
  void Unlink(NodeId child, NodeId parent);
  void Fail(std::string exception, std::string message, std::vector<MigrationKey> migrations);

  std::shared_ptr<Graph::Data> data_;
  std::vector<Node> nodes_;  // In the order Django adds them.
  std::map<MigrationKey, NodeId> ids_;
  std::map<std::string, std::vector<NodeId>, std::less<>> ids_of_app_;
  std::vector<const Migration*> disk_;  // In the order Django loads them.
  enum class Progress : std::uint8_t { kBegun, kDone };
  std::map<const Migration*, Progress> progress_;
  bool replacing_failed_ = false;
};

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_GRAPH_BUILDER_H_
