#include "surface/effects.h"

#include <memory>
#include <string>
#include <vector>

#include "django/names.h"
#include "migrate/conflicts.h"
#include "migrate/effects.h"
#include "schema/table.h"
#include "surface/filter.h"

namespace migext::surface {
namespace {

using migrate::Conflict;
using migrate::Effects;
using migrate::OperationEffect;
using sqlite::Arguments;
using sqlite::Cell;

Effects Judge(const Snapshot& now, const sqlite::LiveSchema& live) {
  const schema::SchemaContext context = schema::ContextOf(*now.project);
  return Effects::Judge({now.graph, context, live});
}

struct EffectRow {
  SnapshotPtr now;
  std::shared_ptr<const Effects> effects;
  const OperationEffect* effect;
};

std::vector<EffectRow> EffectRows(Session& session, const Arguments& given) {
  const SnapshotPtr now = session.Look();
  const AppFilter wanted(*now, given, 0);
  std::string name = given.Text(1);
  if (!name.empty()) name = django::FindMigration(now->graph.source(), wanted.app(), name).name;
  const auto effects =
      std::make_shared<const Effects>(Judge(*now, sqlite::LiveSchema::Read(session.db())));
  std::vector<EffectRow> rows;
  for (const OperationEffect& effect : effects->operations()) {
    if (!wanted.Takes(effect.migration.app)) continue;
    if (name.empty() || effect.migration.name == name) rows.push_back({now, effects, &effect});
  }
  return rows;
}

/// How the project was read, where that may surprise: what comes of it has rows of its own.
Conflict NoteRow(const django::ProjectNote& note) {
  Conflict row;
  row.severity = migrate::Severity::kInfo;
  row.code = "project-note";
  row.object = Describe(note.place);
  row.detail = note.message;
  return row;
}

std::vector<Conflict> ConflictRows(Session& session, const Arguments& given) {
  const SnapshotPtr now = session.Look();
  const AppFilter wanted(*now, given, 0);
  std::vector<Conflict> rows = ConflictsOf(session.db(), *now);
  // What belongs to no app concerns them all.
  std::erase_if(rows,
                [&](const Conflict& row) { return !row.app.empty() && !wanted.Takes(row.app); });
  return rows;
}

Cell Text(const std::string& text) { return sqlite::TextOrNull(text); }

}  // namespace

std::vector<Conflict> ConflictsOf(const sqlite::Connection& db, const Snapshot& now) {
  std::vector<Conflict> rows;
  try {
    const sqlite::LiveSchema live = sqlite::LiveSchema::Read(db);
    const Effects effects = Judge(now, live);
    rows = migrate::FindConflicts({db, now.graph, now.history, live, effects});
  } catch (const sqlite::DatabaseError& error) {
    if (!error.IsDamage()) throw;
    rows = migrate::ConflictsOfDamage(now.graph, error.message());
  }
  for (const django::ProjectNote& note : now.project->notes()) rows.push_back(NoteRow(note));
  return rows;
}

sqlite::Table MigrationEffects(const SessionPtr& session) {
  using Row = EffectRow;
  return sqlite::MakeTable<Row>({
      .name = "migration_effects",
      .arguments = {"for_app", "for_name"},
      .columns = {{"app", [](const Row& row) -> Cell { return row.effect->migration.app; }},
                  {"name", [](const Row& row) -> Cell { return row.effect->migration.name; }},
                  {"position", [](const Row& row) -> Cell { return row.effect->position; }},
                  {"operation",
                   [](const Row& row) -> Cell { return row.effect->operation->ClassName(); }},
                  {"object", [](const Row& row) { return Text(row.effect->object); }},
                  {"effect", [](const Row& row) -> Cell { return EffectName(row.effect->effect); }},
                  {"evidence", [](const Row& row) -> Cell { return row.effect->evidence; }}},
      .rows = [session](const Arguments& given) { return EffectRows(*session, given); },
  });
}

sqlite::Table MigrationConflicts(const SessionPtr& session) {
  using Row = Conflict;
  return sqlite::MakeTable<Row>({
      .name = "migration_conflicts",
      .arguments = {"for_app"},
      .columns = {{"severity", [](const Row& row) -> Cell { return SeverityName(row.severity); }},
                  {"code", [](const Row& row) -> Cell { return row.code; }},
                  {"app", [](const Row& row) { return Text(row.app); }},
                  {"name", [](const Row& row) { return Text(row.name); }},
                  {"object", [](const Row& row) { return Text(row.object); }},
                  {"detail", [](const Row& row) -> Cell { return row.detail; }},
                  {"remedy", [](const Row& row) { return Text(row.remedy); }},
                  {"advice", [](const Row& row) { return Text(row.advice); }}},
      .rows = [session](const Arguments& given) { return ConflictRows(*session, given); },
  });
}

}  // namespace migext::surface
