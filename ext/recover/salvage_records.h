// Which migrations a damaged database says are applied, before its schema is known.
#ifndef MIGEXT_RECOVER_SALVAGE_RECORDS_H_
#define MIGEXT_RECOVER_SALVAGE_RECORDS_H_

#include "django/graph.h"
#include "recover/salvage_tree.h"

namespace migext::recover {

/// Every row, on any page, that has the form of one of django_migrations.  Rows of other tables may
/// be among them: look only for names that the project has.
django::AppliedSet RecordsOnPages(const TreeReader& reader);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_SALVAGE_RECORDS_H_
