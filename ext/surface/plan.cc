#include "surface/plan.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "migrate/graph_drawing.h"
#include "migrate/plan.h"
#include "migrate/plan_notes.h"
#include "migrate/reports.h"
#include "schema/table.h"
#include "surface/filter.h"

namespace migext::surface {
namespace {

using sqlite::Arguments;
using sqlite::Cell;

migrate::Plan PlanOf(const Snapshot& now, const Arguments& given) {
  return migrate::PlanLikeDjango(now.graph, now.RecordedKeys(), given.TextView(0),
                                 given.TextView(1));
}

/// Made when the first note is asked for: they count rows.
class NotesWhenAsked {
 public:
  NotesWhenAsked(Session& session, SnapshotPtr now, migrate::Plan plan)
      : session_(session), now_(std::move(now)), plan_(std::move(plan)) {}

  std::string Of(const django::MigrationKey& migration, int position) {
    if (!notes_) {
      const schema::SchemaContext context = schema::ContextOf(*now_->project);
      notes_.emplace(migrate::PlanNotesInput{session_.db(), *now_->project, context, plan_,
                                             session_.settings().IsOn("keep_dropped")});
    }
    return notes_->Of(migration, position);
  }

 private:
  Session& session_;
  SnapshotPtr now_;
  migrate::Plan plan_;
  std::optional<migrate::PlanNotes> notes_;
};

/// One operation of one step; a migration without operations has one row without any.
struct PlanRow {
  SnapshotPtr now;
  std::shared_ptr<NotesWhenAsked> notes;
  std::size_t step;
  bool backwards;
  const django::Migration* migration;
  const django::Operation* operation;
  int position = 0;
};

std::vector<PlanRow> PlanRows(Session& session, const Arguments& given) {
  const SnapshotPtr now = session.Look();
  std::vector<PlanRow> rows;
  std::size_t number = 0;
  const migrate::Plan plan = PlanOf(*now, given);
  const auto notes = std::make_shared<NotesWhenAsked>(session, now, plan);
  for (const migrate::PlanStep& step : plan.steps) {
    PlanRow row{now, notes, ++number, step.backwards, step.migration, nullptr};
    if (step.migration->operations.empty()) rows.push_back(row);
    for (const django::OperationPtr& operation : step.migration->operations) {
      row.operation = operation.get();
      rows.push_back(row);
      ++row.position;
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
  std::string note = row.notes->Of(row.migration->key, row.position);
  if (row.migration->atomic) return sqlite::TextOrNull(note);
  const std::string not_atomic = "not atomic: what fails half way stays half done";
  return note.empty() ? not_atomic : note + "; " + not_atomic;
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
