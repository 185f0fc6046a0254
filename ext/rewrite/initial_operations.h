// What makes the models of some apps out of nothing: the operations of MigrationAutodetector for a
// state in which these apps are not there yet, and what each of them needs.
//
//   InitialOperations(input).at("blog")   // CreateModel Category, …, AddField post.category, …
//
// Relations, indexes, constraints and unique_together are operations of their own here: what is put
// together again is the optimizer's part.
#ifndef MIGEXT_REWRITE_INITIAL_OPERATIONS_H_
#define MIGEXT_REWRITE_INITIAL_OPERATIONS_H_

#include <map>
#include <string>
#include <vector>

#include "django/operation.h"
#include "rewrite/initial_migrations.h"

namespace migext::rewrite {

/// A model, or a field of it, that has to be made before (OperationDependency.Type.CREATE).
struct Need {
  django::ModelKey model;
  std::string field = {};  ///< "" for the model itself.
  bool swappable = false;  ///< Named by a setting: settings.AUTH_USER_MODEL.
};

struct PlannedOperation {
  django::OperationPtr operation;
  std::vector<Need> needs;
};

/// MigrationAutodetector.check_dependency().
bool Meets(const django::Operation& operation, const Need& need);

/// By app, in the order in which generate_created_models() and generate_created_proxies() list
/// them.
std::map<std::string, std::vector<PlannedOperation>> InitialOperations(
    const InitialMigrationsInput& input);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_INITIAL_OPERATIONS_H_
