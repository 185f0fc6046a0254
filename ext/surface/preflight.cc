#include "surface/preflight.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "migrate/obstacles.h"
#include "migrate/plan.h"
#include "migrate/planned_run.h"
#include "migrate/preflight.h"
#include "migrate/prepared.h"
#include "schema/table.h"

namespace migext::surface {
namespace {

using migrate::PreflightRow;
using sqlite::Arguments;
using sqlite::Cell;
using sqlite::TextOrNull;

PreflightRow RowOf(const migrate::Obstacle& obstacle) {
  PreflightRow row;
  row.migration = obstacle.migration->key;
  row.table = obstacle.table;
  row.object = obstacle.column;
  row.problem = "already-exists";
  row.detail = obstacle.operation->Describe() + ": " + obstacle.words +
               "; see SELECT detail, remedy FROM migration_conflicts(" +
               SqlLiteral(row.migration.app) + ")";
  return row;
}

std::vector<PreflightRow> PreflightRows(Session& session, const Arguments& given) {
  const SnapshotPtr now = session.Look();
  const migrate::Plan plan = migrate::PlanLikeDjango(now->graph, now->RecordedKeys(),
                                                     given.TextView(0), given.TextView(1));
  const schema::SchemaContext context = schema::ContextOf(*now->project);
  const std::vector<migrate::PreparedMigration> steps =
      migrate::PrepareAll(migrate::RunOf(plan), context);
  std::vector<PreflightRow> rows = migrate::Preflight(steps, session.db());
  if (const auto obstacle = migrate::FirstObstacle(steps, session.db())) {
    rows.insert(rows.begin(), RowOf(*obstacle));
  }
  return rows;
}

}  // namespace

sqlite::Table MigrationPreflight(const SessionPtr& session) {
  using Row = PreflightRow;
  return sqlite::MakeTable<Row>({
      .name = "migration_preflight",
      .arguments = {"for_app", "target"},
      .columns = {{"severity",
                   [](const Row& row) -> Cell { return migrate::SeverityName(row.severity); }},
                  {"app", [](const Row& row) { return TextOrNull(row.migration.app); }},
                  {"name", [](const Row& row) { return TextOrNull(row.migration.name); }},
                  {"table_name", [](const Row& row) { return TextOrNull(row.table); }},
                  {"row_key", [](const Row& row) { return row.row_key; }},
                  {"problem", [](const Row& row) -> Cell { return row.problem; }},
                  {"detail",
                   [](const Row& row) -> Cell {
                     return row.doubt.empty() ? row.detail : row.detail + "; " + row.doubt;
                   }},
                  {"remedy", [](const Row& row) { return TextOrNull(row.remedy); }},
                  {"object", [](const Row& row) { return TextOrNull(row.object); }}},
      .rows = [session](const Arguments& given) { return PreflightRows(*session, given); },
  });
}

}  // namespace migext::surface
