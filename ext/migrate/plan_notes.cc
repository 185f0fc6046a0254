#include "migrate/plan_notes.h"

#include <algorithm>
#include <cstdint>

#include "base/error.h"
#include "base/text.h"
#include "migrate/kept_tables.h"
#include "migrate/planned_run.h"
#include "migrate/prepared.h"
#include "migrate/quarantine.h"
#include "migrate/run_code.h"

namespace migext::migrate {
namespace {

std::string Loss(const Drop& drop, std::int64_t rows) {
  const bool is_table = drop.column.empty();
  std::string text =
      "drops " + (is_table ? "table " + drop.table : "column " + drop.table + "." + drop.column);
  if (rows == 0) return text + ", which holds nothing";
  text += " with " + Grouped(rows) + (is_table ? " row" : " value");
  return text + (rows == 1 ? " in it" : "s in it");
}

/// The quarantine table: it is called as the table is when its rows are copied.
std::string KeptIn(const DroppedData& dropped, const Drop& drop) {
  const django::MigrationKey& migration = dropped.steps[drop.step].migration;
  for (const StepDrops& step : dropped.steps) {
    for (const Drop& kept : step.drops) {
      if (kept.id == drop.id) return KeptTableName(migration, kept.table);
    }
  }
  return KeptTableName(migration, drop.table);
}

}  // namespace

PlanNotes::PlanNotes(const PlanNotesInput& input) {
  std::vector<PreparedMigration> steps;
  try {
    steps = PrepareAll(RunOf(input.plan), input.context);
  } catch (const Error&) {
    return;  // migrate() says why it cannot be run.
  }
  AddDrops(input, steps);
  CodeRunner code(input.db, input.project);
  for (const PreparedMigration& prepared : steps) {
    for (const PreparedOperation& operation : prepared.operations) {
      std::string note;
      try {
        note = code.Describe(prepared, operation);
      } catch (const Error& error) {
        note = error.message();
      }
      if (!note.empty()) Add(prepared.migration->key, operation.position, note);
    }
  }
}

void PlanNotes::AddDrops(const PlanNotesInput& input, const std::vector<PreparedMigration>& steps) {
  const DroppedData dropped = DroppedBy(steps, input.context);
  for (const Drop& drop : dropped.all) {
    const std::int64_t rows = RowsWorthKeeping(input.db, drop);
    std::string note = Loss(drop, rows);
    if (rows > 0) {
      if (!steps[drop.step].backwards) {
        note += ", for good";
      } else if (input.keep_dropped) {
        note += "; they are kept in " + KeptIn(dropped, drop);
      } else {
        note += ", for good: the setting keep_dropped is off";
      }
    }
    Add(dropped.steps[drop.step].migration, drop.position, note);
  }
}

void PlanNotes::Add(const django::MigrationKey& migration, int position, const std::string& note) {
  std::string& known = notes_[{migration, position}];
  if (!known.empty()) known += "; ";
  known += note;
}

std::string PlanNotes::Of(const django::MigrationKey& migration, int position) const {
  const auto found = notes_.find({migration, position});
  return found == notes_.end() ? std::string() : found->second;
}

}  // namespace migext::migrate
