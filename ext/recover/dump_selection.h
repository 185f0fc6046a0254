// Which models a dump holds, and in which order.
//
//   for (const FixtureModel* model : SelectModels(source, options, notes)) …
//
// Mirrors the dumpdata command: labels and --exclude with its error texts, models app by app, and
// sort_dependencies() when natural foreign keys are asked for.
#ifndef MIGEXT_RECOVER_DUMP_SELECTION_H_
#define MIGEXT_RECOVER_DUMP_SELECTION_H_

#include <string>
#include <vector>

#include "django/project.h"
#include "django/state.h"
#include "recover/dump_options.h"
#include "recover/fixture_models.h"

namespace migext::recover {

/// A project, the state of its applied migrations, and the models of that state.
struct DumpSource {
  const django::Project& project;
  const django::ProjectState& state;
  const FixtureModels& models;
};

/// Appends to `notes` what Django warns of.  Throws Error with Django's CommandError.
std::vector<const FixtureModel*> SelectModels(const DumpSource& source, const DumpOptions& options,
                                              std::vector<std::string>& notes);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_DUMP_SELECTION_H_
