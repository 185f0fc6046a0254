// migext about itself: version, help, settings, the last report.
//
//   SELECT name, summary FROM migext_help WHERE kind = 'verb';
//   SELECT migext_setting('django_version', '4.2');
#ifndef MIGEXT_SURFACE_ABOUT_H_
#define MIGEXT_SURFACE_ABOUT_H_

#include "sqlite/function.h"
#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

sqlite::Function MigextVersion(const SessionPtr& session);
sqlite::Function MigextDebug(const SessionPtr& session);
sqlite::Function MigextCall(const SessionPtr& session);
sqlite::Function MigextSetting(const SessionPtr& session);
sqlite::Table MigextHelp(const SessionPtr& session);
sqlite::Table MigextOutput(const SessionPtr& session);
sqlite::Table MigextSettings(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_ABOUT_H_
