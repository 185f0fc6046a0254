#include "migrate/drift_evidence.h"

#include "base/text.h"

namespace migext::migrate {

DriftEvidence::DriftEvidence(const DriftInput& of)
    : input(of),
      state(StateOf(of.graph, AppliedPlan(of.graph))),
      promised(state, of.context),
      alternatives(of.graph, of.context, state),
      reasons(of.db, of.graph, of.context) {}

std::vector<Difference> DriftEvidence::DifferencesOf(const PromisedTable& table,
                                                     const sqlite::LiveTable& live) {
  const auto live_shape = LiveShape(live);
  const auto promised_shape = table.Shape();
  if (!live_shape || !promised_shape) return {};
  std::vector<Difference> differences = Differences(*promised_shape, *live_shape);
  if (!table.trouble.empty()) {
    // A promise that could not be read in full has nothing to say of what it does not name.
    std::erase_if(differences, [](const Difference& difference) {
      return difference.kind == DifferenceKind::kUnknown || difference.expected.empty();
    });
  }
  if (!differences.empty()) alternatives.Filter(table, *live_shape, differences);
  return differences;
}

Drift DriftRow(const std::string& table, const std::string& app) {
  Drift row;
  row.table = table;
  row.app = app;
  return row;
}

Severity SeverityOf(DriftKind kind) {
  if (kind == DriftKind::kForeign) return Severity::kInfo;
  return kind == DriftKind::kUnknown ? Severity::kWarning : Severity::kError;
}

std::string RebuildSql(const std::string& table) {
  return "SELECT rebuild_table(" + SqlLiteral(table) + ");";
}

std::string AndGhosts(const std::vector<std::string>& ghosts) {
  if (ghosts.empty()) return {};
  return "; " + Join(ghosts, ", ") +
         (ghosts.size() == 1 ? " is recorded and has no file that can be read: it"
                             : " are recorded and have no files that can be read: they") +
         " may have made this so";
}

bool IsInternalTable(std::string_view table) {
  const std::string name = Lower(table);
  return name == "django_migrations" || name.starts_with("sqlite_") || name.starts_with("migext_");
}

void MentionEdits(DriftReasons& reasons, std::vector<Drift>& rows) {
  for (Drift& row : rows) {
    if (row.kind == DriftKind::kForeign) continue;
    const std::vector<std::string> edited = reasons.Edited(row.app);
    if (edited.empty()) continue;
    row.detail += "; " + Join(edited, ", ") + (edited.size() == 1 ? " was" : " were") +
                  " edited since: SELECT * FROM migration_checksums WHERE status = 'changed'";
  }
}

}  // namespace migext::migrate
