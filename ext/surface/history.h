// Verbs that change the history alone, and the journal of what they did.
//
//   SELECT fake_apply('blog', '0003_add_comment_nesting_fields');
//   SELECT undo_last();
//   SELECT at, verb, target, detail FROM migext_journal;
#ifndef MIGEXT_SURFACE_HISTORY_H_
#define MIGEXT_SURFACE_HISTORY_H_

#include "sqlite/function.h"
#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Function FakeApply(const SessionPtr& session);
sqlite::Function FakeUnapply(const SessionPtr& session);
sqlite::Function FakeInitial(const SessionPtr& session);
sqlite::Function PruneHistory(const SessionPtr& session);
sqlite::Function FreshHistory(const SessionPtr& session);
sqlite::Function UndoLast(const SessionPtr& session);
sqlite::Function BackupHistory(const SessionPtr& session);

/// Stands in for the table until the first verb makes it: no rows.
sqlite::Table EmptyJournal(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_HISTORY_H_
