#include "surface/status.h"

#include <string>
#include <vector>

#include "base/error.h"
#include "migrate/reports.h"
#include "migrate/status.h"
#include "surface/filter.h"

namespace migext::surface {
namespace {

using migrate::MigrationStatus;
using sqlite::Arguments;
using sqlite::Cell;
using sqlite::TextOrNull;

std::vector<MigrationStatus> StatusRows(Session& session, const Arguments& given) {
  const SnapshotPtr now = session.Look();
  const AppFilter wanted(*now, given, 0);
  std::vector<MigrationStatus> rows = StatusOf(*now->project, now->graph, now->history);
  std::erase_if(rows, [&](const MigrationStatus& row) { return !wanted.Takes(row.key.app); });
  return rows;
}

std::vector<std::string> Lines(Session& session, const Arguments& given) {
  const std::string format = given.Text(1);
  if (!format.empty() && format != "plan" && format != "list") {
    throw Error("'" + format + "' is no format of showmigrations: give 'list' or 'plan'");
  }
  const SnapshotPtr now = session.Look();
  std::vector<std::string> apps;
  if (given.Has(0)) apps.push_back(given.Text(0));
  if (format == "plan") return migrate::ShowPlan(now->graph, apps);
  return migrate::ShowMigrations(now->graph, migrate::AppliedTimesOf(now->history), apps);
}

}  // namespace

sqlite::Table MigrationStatusTable(const SessionPtr& session) {
  using Row = MigrationStatus;
  return sqlite::MakeTable<Row>({
      .name = "migration_status",
      .arguments = {"for_app"},
      .columns = {{"app", [](const Row& row) -> Cell { return row.key.app; }},
                  {"name", [](const Row& row) -> Cell { return row.key.name; }},
                  {"mark", [](const Row& row) -> Cell { return row.mark; }},
                  {"state", [](const Row& row) -> Cell { return row.state; }},
                  {"applied_at", [](const Row& row) { return TextOrNull(row.applied_at); }},
                  {"position", [](const Row& row) -> Cell { return row.position; }},
                  {"path", [](const Row& row) { return TextOrNull(row.path); }},
                  {"note", [](const Row& row) { return TextOrNull(row.note); }}},
      .rows = [session](const Arguments& given) { return StatusRows(*session, given); },
  });
}

sqlite::Table ShowMigrations(const SessionPtr& session) {
  return sqlite::MakeLines("showmigrations", {"for_app", "format"},
                           [session](const Arguments& given) { return Lines(*session, given); });
}

}  // namespace migext::surface
