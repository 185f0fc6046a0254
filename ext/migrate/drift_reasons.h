// Why something is not what the applied migrations promise, as far as the project tells.
//
//   reasons.Doer(Deed::kMakes, "blog_comment", "level", false)   // blog.0003_add_comment_nest…
//
// Worked out when it is first asked for.
#ifndef MIGEXT_MIGRATE_DRIFT_REASONS_H_
#define MIGEXT_MIGRATE_DRIFT_REASONS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "django/graph.h"
#include "migrate/promised_schema.h"
#include "migrate/table_shape.h"
#include "schema/table.h"
#include "sqlite/connection.h"
#include "sqlite/live_schema.h"

namespace migext::migrate {

class DriftReasons {
 public:
  /// All must outlive it.
  DriftReasons(const sqlite::Connection& db, const django::Graph& graph,
               const schema::SchemaContext& context)
      : db_(db), graph_(graph), context_(context) {}

  /// What a migration does to a table, a column, an index or a constraint.
  enum class Deed : std::uint8_t { kMakes, kTakesAway };

  /// The first recorded migration, or the first of the others, that makes the part of the table
  /// ("": the table itself) as it is called in the end, or takes it away.
  std::optional<django::MigrationKey> Doer(Deed deed, std::string_view table, std::string_view part,
                                           bool is_applied);
  /// True if the live table is no different in this from what all migrations together promise.
  bool IsAsLater(const Difference& difference, std::string_view table, const TableShape& live);
  /// True if no table, column or index that the migration makes is there.
  bool IsAbsent(const django::MigrationKey& migration, const sqlite::LiveSchema& live);
  /// "blog.0003_x" and others of an app that are recorded and whose operations are not known: no
  /// file, or one that cannot be read.
  std::vector<std::string> Ghosts(std::string_view app) const;
  /// Those whose file was edited since migext recorded them.
  std::vector<std::string> Edited(std::string_view app);

 private:
  /// By deed, table and part, in lower case.
  using Deeds =
      std::map<std::tuple<Deed, std::string, std::string>, std::vector<django::MigrationKey>>;

  const Deeds& AllDeeds();

  const sqlite::Connection& db_;
  const django::Graph& graph_;
  const schema::SchemaContext& context_;
  std::optional<Deeds> deeds_;
  std::optional<std::vector<django::MigrationKey>> edited_;
  std::unique_ptr<PromisedSchema> later_;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_DRIFT_REASONS_H_
