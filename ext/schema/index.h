// Indexes and named constraints of a model's table.
#ifndef MIGEXT_SCHEMA_INDEX_H_
#define MIGEXT_SCHEMA_INDEX_H_

#include <optional>
#include <vector>

#include "schema/table.h"

namespace migext::schema {

/// All indexes that the model asks for, in the order in which Django makes them.
std::vector<Index> IndexesOf(const django::ModelState& model,
                             const std::vector<django::NamedField>& fields,
                             const SchemaContext& context);

/// The index that a member of Meta.indexes stands for.
Index IndexOf(const django::NamedIndex& index, const std::vector<django::NamedField>& fields);

/// The constraints that stand in the table itself, in the order of Meta.constraints.
std::vector<Constraint> ConstraintsOf(const django::ModelState& model,
                                      const std::vector<django::NamedField>& fields);

/// A member of Meta.constraints is one of three, or nothing that SQLite can have.
enum class ConstraintForm : std::uint8_t { kCheck, kTableUnique, kUniqueIndex, kNothing };
ConstraintForm FormOf(const django::NamedIndex& constraint);

/// unique_together's index, or with suffix "_idx" that of index_together.
Index TogetherIndex(const django::ModelState& model, const std::vector<std::string>& group,
                    const std::vector<django::NamedField>& fields, IndexOrigin origin);

/// Columns of fields given by name; "-created" means the same column.  A name that is no field
/// stands for itself.
std::vector<std::string> ColumnsOf(std::span<const std::string> names,
                                   const std::vector<django::NamedField>& fields);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_INDEX_H_
