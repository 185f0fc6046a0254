// How json.dump() lays its text out: on one line, or indented.
//
//   JsonLayout{}                                   // {"a": [1, 2]}
//   JsonLayout{.indent = 2}                        // each item on its own line
//   JsonLayout{.item_separator = ","}              // {"a": [1,2]}, as Django's jsonl
#ifndef MIGEXT_RECOVER_JSON_LAYOUT_H_
#define MIGEXT_RECOVER_JSON_LAYOUT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_reader.h"

namespace migext::recover {

struct JsonLayout {
  std::optional<int> indent = {};  ///< Nothing: one line.  0 breaks lines and indents none.
  std::string_view item_separator = ", ";

  /// What stands in front of an item of a container at this depth: a separator unless it is the
  /// first, and its own line.
  void BeginItem(bool is_first, int depth, std::string& out) const {
    if (!is_first) out += indent ? "," : item_separator;
    Break(depth, out);
  }
  /// What stands in front of the closing bracket of a container that has items.
  void EndItems(int depth, std::string& out) const { Break(depth - 1, out); }

 private:
  void Break(int depth, std::string& out) const {
    if (!indent) return;
    out += '\n';
    out.append(static_cast<std::size_t>(*indent) * static_cast<std::size_t>(depth), ' ');
  }
};

/// JSON that was read, as json.dumps(ensure_ascii=False) writes it inside a container at `depth`
/// (0: by itself).  False, with some of it appended, for a text that UTF-8 cannot hold: a lone
/// surrogate.
bool AppendJson(const JsonNode& node, const JsonLayout& layout, int depth, std::string& out);

/// str() of the Python value that JSON was read into: {'a': [1, None]}.
std::string PythonStr(const JsonNode& node);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_JSON_LAYOUT_H_
