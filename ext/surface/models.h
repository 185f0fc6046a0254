// The models as the migrations leave them.
//
//   SELECT model, field, db_type FROM migration_models('blog', '0003') WHERE model = 'Comment';
#ifndef MIGEXT_SURFACE_MODELS_H_
#define MIGEXT_SURFACE_MODELS_H_

#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Table MigrationModels(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_MODELS_H_
