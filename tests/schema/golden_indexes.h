// The indexes that a recorded sqlite_master holds: what the schema editor would look up in the
// database.
#ifndef MIGEXT_TESTS_SCHEMA_GOLDEN_INDEXES_H_
#define MIGEXT_TESTS_SCHEMA_GOLDEN_INDEXES_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/known_indexes.h"
#include "support/json.h"

namespace migext::test {

class GoldenIndexes final : public schema::KnownIndexes {
 public:
  GoldenIndexes() = default;
  /// `master` is a list of [type, name, tbl_name, sql].
  explicit GoldenIndexes(const Json& master);

  bool HasTable(std::string_view table) const override;
  std::optional<std::vector<schema::KnownIndex>> IndexesOf(std::string_view table) const override;

 private:
  std::map<std::string, std::vector<schema::KnownIndex>> by_table_;
};

}  // namespace migext::test

#endif  // MIGEXT_TESTS_SCHEMA_GOLDEN_INDEXES_H_
