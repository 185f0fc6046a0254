// Who points at a model: Options.related_objects.
#ifndef MIGEXT_SCHEMA_RELATIONS_H_
#define MIGEXT_SCHEMA_RELATIONS_H_

#include <string>
#include <vector>

#include "schema/edited_model.h"

namespace migext::schema {

struct RelatedObject {
  EditedModel model;  ///< That holds the relation.
  EditedField field;
};

/// Relations that point at the model, by app and then in the order of the state.  Those whose
/// reverse side is hidden (a related_name that ends in "+") are left out, many-to-many ones apart.
std::vector<RelatedObject> RelatedObjects(const django::ProjectState& state,
                                          const django::ModelKey& target, Side side,
                                          const SchemaContext& context);

/// Tables that point at this field of the model and so depend on its type, by their models:
/// those that Django remakes when the type changes.
std::vector<EditedModel> DependentModels(const EditedModel& model, const EditedField& field,
                                         const SchemaContext& context);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_RELATIONS_H_
