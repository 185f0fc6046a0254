#include "surface/plan.h"

#include <cstddef>
#include <string>
#include <vector>

#include "migrate/graph_drawing.h"
#include "migrate/plan.h"
#include "migrate/reports.h"
#include "surface/filter.h"

namespace migext::surface {
namespace {

using sqlite::Arguments;
using sqlite::Cell;

migrate::Plan PlanOf(const Snapshot& now, const Arguments& given) {
  return migrate::PlanLikeDjango(now.graph, now.RecordedKeys(), given.TextView(0),
                                 given.TextView(1));
}

/// One operation of one step; a migration without operations has one row without any.
struct PlanRow {
  SnapshotPtr now;
  std::size_t step;
  bool backwards;
  const django::Migration* migration;
  const django::Operation* operation;
};

std::vector<PlanRow> PlanRows(Session& session, const Arguments& given) {
  const SnapshotPtr now = session.Look();
  std::vector<PlanRow> rows;
  std::size_t number = 0;
  for (const migrate::PlanStep& step : PlanOf(*now, given).steps) {
    PlanRow row{now, ++number, step.backwards, step.migration, nullptr};
    if (step.migration->operations.empty()) rows.push_back(row);
    for (const django::OperationPtr& operation : step.migration->operations) {
      row.operation = operation.get();
      rows.push_back(row);
    }
  }
  return rows;
}

Cell Operation(const PlanRow& row) {
  return row.operation == nullptr ? Cell() : Cell(row.operation->ClassName());
}

Cell Description(const PlanRow& row) {
  return row.operation == nullptr ? Cell() : Cell(PlanLine(*row.operation, row.backwards));
}

Cell Note(const PlanRow& row) {
  if (row.operation == nullptr) return "has no operations: only the record changes";
  if (row.backwards && !row.operation->Reversible()) return "cannot be taken back";
  if (!row.migration->atomic) return "not atomic: what fails half way stays half done";
  return {};
}

}  // namespace

sqlite::Table MigrationPlan(const SessionPtr& session) {
  using Row = PlanRow;
  return sqlite::MakeTable<Row>({
      .name = "migration_plan",
      .arguments = {"for_app", "target"},
      .columns = {{"step", [](const Row& row) -> Cell { return row.step; }},
                  {"direction",
                   [](const Row& row) -> Cell { return row.backwards ? "unapply" : "apply"; }},
                  {"app", [](const Row& row) -> Cell { return row.migration->key.app; }},
                  {"name", [](const Row& row) -> Cell { return row.migration->key.name; }},
                  {"operation", Operation},
                  {"description", Description},
                  {"note", Note}},
      .rows = [session](const Arguments& given) { return PlanRows(*session, given); },
  });
}

sqlite::Table MigratePlan(const SessionPtr& session) {
  return sqlite::MakeLines("migrate_plan", {"for_app", "target"},
                           [session](const Arguments& given) {
                             const SnapshotPtr now = session->Look();
                             return migrate::PlannedOperations(PlanOf(*now, given));
                           });
}

sqlite::Table MigrationGraph(const SessionPtr& session) {
  return sqlite::MakeLines(
      "migration_graph", {"format", "for_app"}, [session](const Arguments& given) {
        const auto format = given.Has(0) ? migrate::ParseDrawingFormat(given.TextView(0))
                                         : migrate::DrawingFormat::kText;
        const SnapshotPtr now = session->Look();
        return migrate::DrawGraph(now->graph, format, AppFilter(*now, given, 1).app());
      });
}

}  // namespace migext::surface
