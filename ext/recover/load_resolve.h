// Natural keys of staged rows turned into primary keys, and primary keys for rows that came
// without.
//
//   PrepareStaging(staging);    // once all files are read
//   MatchGenerated(staging, models, report);  // load_remap.h
//   ResolveKeys(staging);
//
// A natural key means the row that will have it when all is loaded: one of the fixture before one
// of the database.  A row without a primary key is the one that has its natural key already
// (build_instance() of django/core/serializers/base.py), and a new one otherwise.
#ifndef MIGEXT_RECOVER_LOAD_RESOLVE_H_
#define MIGEXT_RECOVER_LOAD_RESOLVE_H_

#include <string>

#include "recover/load_staging.h"

namespace migext::recover {

/// Indexes what is looked up, and keeps of rows with the same key the last, as loading one after
/// the other would.
void PrepareStaging(Staging& staging, const Report& report);

/// Finds all keys.  Throws Error with the place of the first that nothing answers to.
void ResolveKeys(Staging& staging);

/// The references to one model alone, and the keys of its own rows.
void ResolveKeysTo(Staging& staging, const FixtureModel& target);

/// Rows of the same key again: of those that had none, some may turn out to be the same.
void DropRepeatedRows(Staging& staging, const Report& report);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOAD_RESOLVE_H_
