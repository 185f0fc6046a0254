// What else counts as Django's work, beside what the state promises in the words of the project's
// version: the words of the other versions, what running the applied migrations makes, and what
// running and taking back the others leaves.
//
//   alternatives.Filter(promised, live, differences);   // leaves those that nothing explains
//
// Worked out when it is first asked for: a sound database asks for nothing.
#ifndef MIGEXT_MIGRATE_DRIFT_ALTERNATIVES_H_
#define MIGEXT_MIGRATE_DRIFT_ALTERNATIVES_H_

#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "django/graph.h"
#include "django/state.h"
#include "migrate/promised_schema.h"
#include "migrate/table_shape.h"
#include "schema/table.h"
#include "sqlite/live_schema.h"

namespace migext::migrate {

/// Nothing for a virtual table.
std::optional<TableShape> LiveShape(const sqlite::LiveTable& table);

class DriftAlternatives {
 public:
  /// All of these must outlive it.
  DriftAlternatives(const django::Graph& graph, const schema::SchemaContext& context,
                    const django::ProjectState& state)
      : graph_(graph), context_(context), state_(state) {}

  /// Leaves the differences that are differences to all of them.
  void Filter(const PromisedTable& promised, const TableShape& live,
              std::vector<Difference>& differences);

  /// What running the applied migrations makes.
  const sqlite::LiveSchema& Made();
  /// What running and taking back the others leaves; nothing when that cannot be done.
  const std::optional<sqlite::LiveSchema>& Left();

 private:
  static constexpr std::array<const char*, 5> kVersions = {"3.2", "4.2", "5.2", "6.0", "6.1"};

  const PromisedSchema& InWordsOf(std::size_t version);

  const django::Graph& graph_;
  const schema::SchemaContext& context_;
  const django::ProjectState& state_;
  std::array<std::unique_ptr<PromisedSchema>, kVersions.size()> others_;
  std::optional<sqlite::LiveSchema> made_;
  std::optional<std::optional<sqlite::LiveSchema>> left_;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_DRIFT_ALTERNATIVES_H_
