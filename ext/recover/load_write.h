// The staged rows written into the tables of the database.
//
//   WriteRows(staging);
//
// As Django's save(raw=True): a row whose key is there is updated in all columns, any other is
// inserted; rows of parent models are left alone, and triggers of the database fire.  Many-to-many
// values become what the fixture says, as by set().
#ifndef MIGEXT_RECOVER_LOAD_WRITE_H_
#define MIGEXT_RECOVER_LOAD_WRITE_H_

#include <string>
#include <vector>

#include "recover/load_staging.h"

namespace migext::recover {

/// Throws Error with the place of a row that a constraint refuses, and the row that is in its way.
void WriteRows(const Staging& staging);

/// Tables that WriteRows() changes, and those whose keys lead to them.
std::vector<std::string> TouchedTables(const Staging& staging);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOAD_WRITE_H_
