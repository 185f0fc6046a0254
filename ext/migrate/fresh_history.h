// The records of apps whose migration files were written anew, on a database that has the schema
// already.
//
//   HistoryChange change = WriteFreshHistory({db, graph, context, journal_on}, {"blog"});
//   change.answer   // "replaced 9 records of blog with 2, one for each of its files"
//
// Nothing is recorded on a guess: every operation of these files must be done in the schema, and
// the schema must hold nothing of these apps that the files do not make, as it does when they are
// older than the database.
// REQUIRES: a savepoint of the caller; what is thrown must undo everything.
#ifndef MIGEXT_MIGRATE_FRESH_HISTORY_H_
#define MIGEXT_MIGRATE_FRESH_HISTORY_H_

#include <string>
#include <vector>

#include "migrate/fake.h"

namespace migext::migrate {

/// Throws Error where Django could not work with the records that would be there.
HistoryChange WriteFreshHistory(const HistoryEditorInput& input, std::vector<std::string> apps);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_FRESH_HISTORY_H_
