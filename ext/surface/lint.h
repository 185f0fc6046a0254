// The review of migrations before they are run, and what is to be silent in it.
//
//   SELECT severity, rule, app, name, line, message, advice FROM migration_lint;
//   SELECT migext_setting('lint_ignore', 'blog:meaningless-name, blog.0004:data-and-schema');
//   SELECT lint_baseline('lint.txt');   -- silences what is there today
#ifndef MIGEXT_SURFACE_LINT_H_
#define MIGEXT_SURFACE_LINT_H_

#include <vector>

#include "lint/finding.h"
#include "sqlite/function.h"
#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

/// What migration_lint shows of all apps.
std::vector<lint::Finding> LintFindings(Session& session, const Snapshot& now);

sqlite::Table MigrationLint(const SessionPtr& session);
sqlite::Table LintRules(const SessionPtr& session);
sqlite::Function LintBaseline(const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_LINT_H_
