// The text of a CREATE INDEX statement in parts, so that two can be compared.
//
//   ReadIndexDefinition("CREATE INDEX i ON t (\"A\" DESC)")->shape  // ( a desc )
#ifndef MIGEXT_SQLITE_INDEX_DEFINITION_H_
#define MIGEXT_SQLITE_INDEX_DEFINITION_H_

#include <optional>
#include <string>
#include <string_view>

namespace migext::sqlite {

struct IndexDefinition {
  std::string name;
  std::string table;
  bool unique = false;
  std::string tail;   ///< As written, from the first parenthesis on: the WHERE included.
  std::string shape;  ///< The same, normalized.

  /// True if the one does what the other does, whatever it is called.
  bool IsLike(const IndexDefinition& other) const {
    return unique == other.unique && shape == other.shape;
  }
};

/// Nothing for what is no CREATE INDEX.
std::optional<IndexDefinition> ReadIndexDefinition(std::string_view sql);

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_INDEX_DEFINITION_H_
