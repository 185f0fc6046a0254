// What drift is judged by: what the applied migrations promise, what else counts as Django's work,
// and what the project tells of the reasons.  Shared by those who tell drift and who mend it.
#ifndef MIGEXT_MIGRATE_DRIFT_EVIDENCE_H_
#define MIGEXT_MIGRATE_DRIFT_EVIDENCE_H_

#include <string>
#include <string_view>
#include <vector>

#include "django/state.h"
#include "migrate/drift.h"
#include "migrate/drift_alternatives.h"
#include "migrate/drift_reasons.h"
#include "migrate/promised_schema.h"
#include "migrate/table_shape.h"
#include "sqlite/live_schema.h"

namespace migext::migrate {

struct DriftEvidence {
  /// `of` must outlive it.
  explicit DriftEvidence(const DriftInput& of);

  /// Those that nothing explains, of a table that is there.
  std::vector<Difference> DifferencesOf(const PromisedTable& table, const sqlite::LiveTable& live);

  const DriftInput& input;
  const django::ProjectState state;
  const PromisedSchema promised;
  DriftAlternatives alternatives;
  DriftReasons reasons;
};

inline constexpr std::string_view kLookAtConflicts =
    "; SELECT * FROM migration_conflicts says what to do";
inline constexpr std::string_view kMadeByHand = "made by hand: no migration makes it";
inline constexpr std::string_view kKeptByHand =
    "made by hand: no migration makes it; migext keeps it, Django drops it when it rebuilds the "
    "table";

Drift DriftRow(const std::string& table, const std::string& app);
Severity SeverityOf(DriftKind kind);
/// SELECT rebuild_table('blog_comment');
std::string RebuildSql(const std::string& table);
/// "; blog.0003_x is recorded and has no file that can be read: it may have made this so"; "" for
/// none.
std::string AndGhosts(const std::vector<std::string>& ghosts);
/// "django_migrations", those of SQLite and those of migext.
bool IsInternalTable(std::string_view table);
/// Adds which files say another thing than when they were recorded: the schema may be what it was
/// then.
void MentionEdits(DriftReasons& reasons, std::vector<Drift>& rows);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_DRIFT_EVIDENCE_H_
