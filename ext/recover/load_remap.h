// Content types and permissions of a fixture matched with those of the database.
//
//   MatchGenerated(staging, models, report);
//
// migrate makes these rows, with other primary keys in each database: loading them as they are ends
// in Django's IntegrityError.  So a row of the fixture is the one with the same natural key here,
// and whatever refers to it in the fixture (keys of any model, many-to-many values) follows.
#ifndef MIGEXT_RECOVER_LOAD_REMAP_H_
#define MIGEXT_RECOVER_LOAD_REMAP_H_

#include "recover/load_staging.h"

namespace migext::recover {

void MatchGenerated(Staging& staging, const FixtureModels& models, const Report& report);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOAD_REMAP_H_
