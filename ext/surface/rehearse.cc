#include "surface/rehearse.h"

#include <cstddef>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "migrate/rehearsal.h"
#include "schema/table.h"
#include "surface/registry.h"
#include "surface/verb.h"

namespace migext::surface {
namespace {

using migrate::RehearsalStep;
using sqlite::Cell;

std::string DetailOf(const RehearsalStep& step) {
  return (step.table.empty() ? "" : step.table + ": ") + step.detail;
}

std::string LineOf(const RehearsalStep& step) {
  std::string line =
      std::string(StatusName(step.status)) + "  " + std::string(PhaseName(step.phase)) + "  ";
  if (!step.migration.name.empty()) line += step.migration.ToString() + ": ";
  return line + DetailOf(step);
}

/// With no project there is nothing to run, which would pass for a run without a fault.
void RequireProject(const django::Project& project) {
  const django::AppsKnowledge& knowledge = project.apps_knowledge();
  if (knowledge.known != django::AppsKnown::kNoProject) return;
  throw Error(knowledge.trouble.message +
              "; name the folder of the project: SELECT migration_project('/path/to/site');");
}

migrate::Rehearsal Rehearsed(const Verb& verb, const SessionPtr& session) {
  const SnapshotPtr now = session->Look();
  RequireProject(*now->project);
  const schema::SchemaContext context = schema::ContextOf(*now->project);
  const Settings& settings = session->settings();
  return migrate::Rehearse(
      {verb.db(), *now->project, now->graph, now->history, context, settings.IsOn("journal"),
       settings.IsOn("keep_dropped"), settings.IsOn("fold_remakes"),
       [&](const sqlite::Connection& copy) { RegisterDjangoFunctions(copy.handle(), session); }},
      verb.given.TextView(0), verb.given.TextView(1));
}

std::string Rehearse(const Verb& verb, const SessionPtr& session) {
  session->rehearsal().clear();
  migrate::Rehearsal rehearsal;
  try {
    rehearsal = Rehearsed(verb, session);
  } catch (const sqlite::DatabaseError& error) {
    if (!error.IsDamage()) throw;
    rehearsal = migrate::RehearsalOfDamage(verb.db(), error);
  }
  for (const RehearsalStep& step : rehearsal.steps) {
    for (std::string& line : Split(LineOf(step), '\n')) verb.Report(std::move(line));
  }
  session->rehearsal() = std::move(rehearsal.steps);
  return std::move(rehearsal.summary);
}

struct Row {
  std::size_t number;
  RehearsalStep step;
};

std::vector<Row> Rows(const std::vector<RehearsalStep>& steps) {
  std::vector<Row> rows;
  for (const RehearsalStep& step : steps) rows.push_back({rows.size(), step});
  return rows;
}

}  // namespace

sqlite::Function RehearseVerb(const SessionPtr& session) {
  return MakeVerb(
      session, "rehearse", 0, 2, [session](Verb& verb) { return Rehearse(verb, session); },
      Lock::kNone);
}

sqlite::Table MigrationRehearsal(const SessionPtr& session) {
  using sqlite::TextOrNull;
  return sqlite::MakeTable<Row>({
      .name = "migration_rehearsal",
      .columns = {{"step", [](const Row& row) -> Cell { return row.number; }},
                  {"app", [](const Row& row) { return TextOrNull(row.step.migration.app); }},
                  {"name", [](const Row& row) { return TextOrNull(row.step.migration.name); }},
                  {"milliseconds", [](const Row& row) -> Cell { return row.step.milliseconds; }},
                  {"rows_copied", [](const Row& row) -> Cell { return row.step.rows_copied; }},
                  {"bytes", [](const Row& row) -> Cell { return row.step.bytes; }},
                  {"status", [](const Row& row) -> Cell { return StatusName(row.step.status); }},
                  {"detail", [](const Row& row) -> Cell { return DetailOf(row.step); }},
                  {"phase", [](const Row& row) -> Cell { return PhaseName(row.step.phase); }},
                  {"table_name", [](const Row& row) { return TextOrNull(row.step.table); }}},
      .rows = [session](const sqlite::Arguments&) { return Rows(session->rehearsal()); },
  });
}

}  // namespace migext::surface
