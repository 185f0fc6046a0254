// The drift of one table that the applied migrations promise: each difference with what it comes
// from and the SQL that mends it.
//
//   DriftEvidence evidence(input);
//   for (Drift& row : DriftOfTable(evidence, *evidence.promised.Find("blog_comment"))) …
#ifndef MIGEXT_MIGRATE_DRIFT_TABLE_H_
#define MIGEXT_MIGRATE_DRIFT_TABLE_H_

#include <vector>

#include "migrate/drift_evidence.h"

namespace migext::migrate {

/// One row for a table that is not there.
std::vector<Drift> DriftOfTable(DriftEvidence& evidence, const PromisedTable& promised);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_DRIFT_TABLE_H_
