// Materialised paths of comment trees: '4/17/23' is comment 23 below 17 below the root 4.
//
// Pure functions on text.  A path has no value for a comment that was never placed: each function
// gives nothing for the empty path.
#ifndef MIGEXT_TREE_PATH_H_
#define MIGEXT_TREE_PATH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace migext::tree {

inline constexpr char kSeparator = '/';

/// 0 for a root.
std::optional<std::int64_t> PathDepth(std::string_view path);

/// '4/17' for '4/17/23'; nothing for a root.
std::optional<std::string_view> PathParent(std::string_view path);

/// '4' for '4/17/23'.
std::optional<std::string_view> PathRoot(std::string_view path);

/// True if `b` lies below `a`; a path is not its own ancestor.
bool PathIsAncestor(std::string_view a, std::string_view b);

/// A text whose byte order is the depth-first order of the tree with numbers compared as numbers:
/// '1/2' before '1/10', and both before '2'.  Parts that are no numbers come behind those that are.
std::optional<std::string> PathSortKey(std::string_view path);

}  // namespace migext::tree

#endif  // MIGEXT_TREE_PATH_H_
