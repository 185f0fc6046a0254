// The indexes that are in the database before a migration.  Django looks there for the names of
// those that unique_together and index_together made; schema/ reads no database and asks this.
#ifndef MIGEXT_SCHEMA_KNOWN_INDEXES_H_
#define MIGEXT_SCHEMA_KNOWN_INDEXES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace migext::schema {

struct KnownIndex {
  std::string name;
  std::vector<std::string> columns;
  bool unique = false;
};

class KnownIndexes {
 public:
  virtual ~KnownIndexes() = default;
  virtual bool HasTable(std::string_view /*table*/) const { return true; }
  /// Of a table, constraints UNIQUE in the table itself included ("__unnamed_constraint_1__");
  /// nothing when it cannot be told: then the names are those that Django would make up now.
  virtual std::optional<std::vector<KnownIndex>> IndexesOf(std::string_view table) const = 0;
};

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_KNOWN_INDEXES_H_
