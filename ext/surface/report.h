// migration_report(): the page of report/page.h, of what the tables show.
//
//   SELECT migration_report('report.html');
#ifndef MIGEXT_SURFACE_REPORT_H_
#define MIGEXT_SURFACE_REPORT_H_

#include "sqlite/function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Function MigrationReport(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_REPORT_H_
