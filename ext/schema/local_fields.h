// The fields of a model as Django renders it: those of the state and those nobody wrote (id, links
// to parents, _order), in the order of the columns.
#ifndef MIGEXT_SCHEMA_LOCAL_FIELDS_H_
#define MIGEXT_SCHEMA_LOCAL_FIELDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "schema/table.h"

namespace migext::schema {

/// Mirrors Options.local_fields; many-to-many fields are left out.
std::vector<django::NamedField> LocalFields(const django::ProjectState& state,
                                            const django::ModelState& model,
                                            const SchemaContext& context);

/// The key of a model that has none: "id", of DEFAULT_AUTO_FIELD.
django::NamedField AutomaticId(const SchemaContext& context);

/// The name of the primary key among these fields, "" when there is none.
std::string PrimaryKeyName(const std::vector<django::NamedField>& fields,
                           const django::ModelState& model);

/// A field by its name or, for a key, by the name of its attribute ("author_id"); nullptr when
/// there is none.
const django::NamedField* FindByName(const std::vector<django::NamedField>& fields,
                                     std::string_view name);

/// The model whose table a model shares: itself, or what a proxy stands for.  nullptr when it is
/// not in the state.
const django::ModelState* ConcreteModel(const django::ProjectState& state,
                                        const django::ModelKey& key);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_LOCAL_FIELDS_H_
