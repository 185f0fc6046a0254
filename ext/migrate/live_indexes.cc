#include "migrate/live_indexes.h"

#include <cstddef>
#include <string>

namespace migext::migrate {

using schema::KnownIndex;

std::optional<std::vector<KnownIndex>> LiveIndexes::IndexesOf(std::string_view name) const {
  const sqlite::LiveTable* table = live_.FindTable(name);
  if (table == nullptr) {
    if (missing_ == MissingTable::kIsUnknown) return std::nullopt;
    return std::vector<KnownIndex>();
  }
  std::vector<KnownIndex> found;
  std::size_t unnamed = 0;
  for (const sqlite::LiveConstraint& constraint : table->constraints) {
    const bool counts = constraint.kind == sqlite::ConstraintKind::kUnique ||
                        constraint.kind == sqlite::ConstraintKind::kCheck;
    if (!counts) continue;
    // DatabaseIntrospection._parse_table_constraints() counts checks along.
    const std::string shown = constraint.name.empty()
                                  ? "__unnamed_constraint_" + std::to_string(++unnamed) + "__"
                                  : constraint.name;
    if (constraint.kind == sqlite::ConstraintKind::kUnique) {
      found.push_back({shown, constraint.columns, true});
    }
  }
  for (const sqlite::LiveIndex& index : table->indexes) {
    if (index.origin != sqlite::LiveIndexOrigin::kCreateIndex) continue;
    found.push_back({index.name, index.Columns(), index.unique});
  }
  return found;
}

}  // namespace migext::migrate
