// The row of migext_journal for what cannot be undone with the transaction that the row is in: a
// file that was written, a process that was stopped.
//
//   WriteDown(verb, {"backup_database", path, "89088 bytes", ""});
//
// What has been done stays done when it cannot be written down: then a line of the report says so.
#ifndef MIGEXT_SURFACE_WRITE_DOWN_H_
#define MIGEXT_SURFACE_WRITE_DOWN_H_

#include "migrate/journal.h"
#include "surface/verb.h"

namespace migext::surface {

/// Does nothing where the setting "journal" is off.
void WriteDown(const Verb& verb, const migrate::JournalEntry& entry);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_WRITE_DOWN_H_
