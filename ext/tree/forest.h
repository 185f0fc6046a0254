// The shape of a comment tree in memory: who hangs below whom, in 16 bytes a comment.
//
//   Forest forest;
//   forest.Add(1, {});  // comments in ascending order of id
//   forest.Add(2, 1);
//   forest.Finish();
//   forest.Path(1)      // "1/2"
//
// Ids are integers or texts (a UUID key).  Parents may come later than their children, be missing,
// or run in circles: such comments have no level and no path, and a Fault that says why.
#ifndef MIGEXT_TREE_FOREST_H_
#define MIGEXT_TREE_FOREST_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace migext::tree {

using Id = std::variant<std::monostate, std::int64_t, std::string>;  // monostate: NULL
std::string ToString(const Id& id);

class Forest {
 public:
  using Node = std::int32_t;  ///< Place in the order of adding, from 0.
  static constexpr Node kNoParent = -1;

  enum class Fault : std::uint8_t {
    kNone,
    kSelfParent,   ///< Its parent is itself.
    kOrphan,       ///< Its parent is not there.
    kBelowOrphan,  ///< One of its ancestors is an orphan.
    kCycle,        ///< Is part of a circle.
    kBelowCycle,   ///< One of its ancestors is, or is its own parent.
  };

  /// REQUIRES: `id` comes behind all before in SQLite's order (integers before texts).
  /// Throws Error when it is NULL or there already, or when the forest is full (2^31 comments).
  Node Add(const Id& id, const Id& parent);
  /// The same without the detour over Id: tables with integer keys are large ones.
  Node AddRoot(std::int64_t id);
  Node AddChild(std::int64_t id, std::int64_t parent);
  /// Resolves parents that came later than their children and finds the faults.
  void Finish();

  Node size() const { return static_cast<Node>(places_.size()); }
  /// Has a level and a path.  Before Finish() only when all its ancestors were added before it.
  bool IsPlaced(Node node) const { return places_[Index(node)].level >= 0; }
  std::int32_t Level(Node node) const { return places_[Index(node)].level; }
  Fault FaultOf(Node node) const;
  Id IdOf(Node node) const;
  /// kNoParent for a root and for an orphan.
  Node Parent(Node node) const { return places_[Index(node)].parent; }
  /// The parent as stored, also of an orphan.
  Id ParentId(Node node) const;
  /// kNoParent when there is none.  A number and its digits are one id, as columns of unlike types
  /// hold them.
  Node Find(const Id& id) const;

  /// REQUIRES: IsPlaced(node).
  std::string Path(Node node) const;
  /// The row's own part of a path: "5".
  std::string Name(Node node) const;
  /// Takes the row's own part off the end of a path; false if something else stands there.
  bool RemoveName(Node node, std::string_view& path) const;
  std::size_t PathSize(Node node) const;  ///< In bytes.  REQUIRES: IsPlaced(node).
  /// Path(node) == path, without building it.  REQUIRES: IsPlaced(node).
  bool PathIs(Node node, std::string_view path) const;

  /// The circle that `node` is part of or hangs below, each followed by its parent.
  /// REQUIRES: its fault is kCycle, kBelowCycle or kSelfParent.
  std::vector<Node> CycleOf(Node node) const;

 private:
  // Room for any 64-bit number and its sign.
  using Digits = std::array<char, 20>;

  struct Pending {
    Node node;
    std::int64_t parent;
  };

  static std::size_t Index(Node node) { return static_cast<std::size_t>(node); }
  Node Append(std::int64_t id);
  Node FindInteger(std::int64_t id) const;
  Node FindText(const std::string& id) const;
  bool Resolve(Node node, Node above);
  void PlaceRow(Node node);
  std::string_view NameView(Node node, Digits& digits) const;
  std::string LongPath(Node node) const;

  // Texts sort behind integers, so node - integers_.size() is the place in texts_.
  std::vector<std::int64_t> integers_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, Node> text_nodes_;
  // Side by side: whoever asks for a row's level has just asked for its parent.
  struct Place {
    Node parent = kNoParent;
    std::int32_t level = 0;  // below 0: not placed, and why
  };
  std::vector<Place> places_;
  // Parents that were not there when their child came; after Finish() those of the orphans.
  std::vector<Pending> pending_;  // by node
  std::map<Node, std::string> pending_texts_;
};

}  // namespace migext::tree

#endif  // MIGEXT_TREE_FOREST_H_
