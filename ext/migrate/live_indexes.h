// The indexes of a live database, for the schema editor: as Django's introspection names them.
//
//   const LiveIndexes known(LiveSchema::Read(db), MissingTable::kHasNoIndexes);
//   SqlMigrate(migration, state, false, context, &known)
#ifndef MIGEXT_MIGRATE_LIVE_INDEXES_H_
#define MIGEXT_MIGRATE_LIVE_INDEXES_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/known_indexes.h"
#include "sqlite/live_schema.h"

namespace migext::migrate {

/// What is said of a table that the database lacks.
enum class MissingTable : std::uint8_t {
  kHasNoIndexes,  ///< As Django says: looking for one of its indexes is an error.
  kIsUnknown,     ///< Migrations before this one would make it, with the names they give.
};

class LiveIndexes final : public schema::KnownIndexes {
 public:
  LiveIndexes(sqlite::LiveSchema live, MissingTable missing)
      : live_(std::move(live)), missing_(missing) {}

  bool HasTable(std::string_view table) const override {
    return missing_ == MissingTable::kIsUnknown || live_.FindTable(table) != nullptr;
  }
  std::optional<std::vector<schema::KnownIndex>> IndexesOf(std::string_view table) const override;

 private:
  sqlite::LiveSchema live_;
  MissingTable missing_;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_LIVE_INDEXES_H_
