#include "surface/salvage_definitions.h"

#include <memory>
#include <utility>

#include "base/error.h"
#include "django/state.h"
#include "migrate/history.h"
#include "migrate/live_indexes.h"
#include "migrate/prepared.h"
#include "schema/statement.h"
#include "schema/table.h"
#include "sqlite/flag.h"
#include "sqlite/live_schema.h"
#include "surface/registry.h"

namespace migext::surface {
namespace {

using recover::SchemaObject;
using schema::StatementKind;
using sqlite::Connection;

void Run(const Connection& scratch, const schema::Statement& statement) {
  if (statement.kind == StatementKind::kPython) return;
  // As in a run of migrations: a remake changes the table alone, a rename what refers to it too.
  const sqlite::ScopedFlag legacy(scratch, sqlite::Flag::kLegacyAlterTable, statement.remake);
  try {
    scratch.Execute(schema::SentSql(statement));
  } catch (const Error&) {
    // SQL of a project may need rows that are not there; what the schema editor writes does not.
    if (statement.kind != StatementKind::kSql) throw;
  }
}

void Make(const Connection& scratch, const django::Graph& graph, const django::AppliedSet& recorded,
          const schema::SchemaContext& context) {
  django::ProjectState state;
  for (const django::MigrationKey& key : graph.FullPlan()) {
    const django::Migration* migration = graph.Find(key);
    if (migration == nullptr || (!recorded.empty() && !graph.applied().contains(key))) continue;
    const migrate::LiveIndexes known(sqlite::LiveSchema::Read(scratch),
                                     migrate::MissingTable::kHasNoIndexes);
    const migrate::PreparedMigration prepared =
        migrate::Prepare({*migration, false, state, context, &known});
    for (const migrate::PreparedOperation& operation : prepared.operations) {
      for (const schema::Statement& statement : operation.statements) Run(scratch, statement);
    }
    for (const schema::Statement& statement : prepared.deferred) Run(scratch, statement);
    state = prepared.after;
  }
}

}  // namespace

std::vector<SchemaObject> DefinitionsOf(const SessionPtr& session,
                                        const django::AppliedSet& recorded) {
  const std::shared_ptr<const django::Project> project = session->Project();
  const django::Graph graph = django::Graph::Build(*project, &recorded);
  if (project->migrations().empty() || !graph.failures().empty()) return {};
  const Connection scratch = Connection::Open(":memory:", sqlite::OpenMode::kCreate);
  RegisterDjangoFunctions(scratch.handle(), session);
  migrate::Recorder(scratch).EnsureTable();
  try {
    Make(scratch, graph, recorded, schema::ContextOf(*project));
  } catch (const Error&) {
    // What was made up to a migration that cannot be followed is worth having.
  }
  std::vector<SchemaObject> objects;
  for (const sqlite::Row row :
       scratch.Prepare("SELECT type, name, tbl_name, sql FROM sqlite_master "
                       "WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")) {
    objects.push_back({row.Text(0), row.Text(1), row.Text(2), 0, row.Text(3)});
  }
  return objects;
}

}  // namespace migext::surface
