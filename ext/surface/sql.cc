#include "surface/sql.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "django/names.h"
#include "migrate/live_indexes.h"
#include "migrate/plan.h"
#include "migrate/prepared.h"
#include "schema/sqlmigrate.h"

namespace migext::surface {
namespace {

using django::Graph;
using django::Migration;
using django::MigrationKey;
using django::ProjectState;
using sqlite::Arguments;
using sqlite::Cell;

/// The migration that is meant, with the words of sqlmigrate for what cannot be found.
const Migration& FindMeant(const Graph& graph, const Arguments& given, std::string_view table) {
  if (!given.Has(0) || !given.Has(1)) {
    throw Error("'" + std::string(table) + "' needs an app and a migration: SELECT * FROM " +
                std::string(table) + "('blog', '0003')");
  }
  migrate::RequireSoundGraph(graph);
  const django::App& app = django::RequireMigratedApp(graph.source(), given.TextView(0));
  const MigrationKey key = django::FindMigration(graph.source(), app.label, given.TextView(1),
                                                 " Is it in INSTALLED_APPS?");
  return *graph.source().Find(key);
}

bool IsBackwards(const Arguments& given) {
  if (!given.Has(2)) return false;
  if (given.TextView(2) == "backwards") return true;
  throw Error("'" + given.Text(2) + "' is no direction; give 'backwards' or leave it out");
}

std::vector<std::string> SqlMigrateLines(Session& session, const Arguments& given) {
  const SnapshotPtr now = session.Look();
  const Graph graph = now->graph.WithoutReplacements();
  const Migration& migration = FindMeant(graph, given, "sqlmigrate");
  const migrate::LiveIndexes known(sqlite::LiveSchema::Read(session.db()),
                                   migrate::MissingTable::kHasNoIndexes);
  const std::vector<std::string> texts =
      schema::SqlMigrate(migration, graph.StateAfter(std::span(&migration.key, 1), false),
                         IsBackwards(given), schema::ContextOf(*now->project), &known);
  std::vector<std::string> lines;
  for (const std::string& text : texts) {
    for (const std::string_view line : Split(text, '\n')) lines.emplace_back(line);
  }
  return lines;
}

/// The state in which migrate would run the migration now: MigrationExecutor puts the migrations
/// that are applied into it, and those that come before this one in its plan.
ProjectState StateBefore(const Snapshot& now, const MigrationKey& key) {
  const Graph graph = now.graph.Has(key) ? now.graph : now.graph.WithoutReplacements();
  const std::vector<MigrationKey> needed = graph.ForwardsPlan(key);
  const bool is_applied = graph.applied().contains(key);
  std::vector<MigrationKey> before(needed.begin(), needed.end() - 1);
  for (const MigrationKey& other : graph.FullPlan()) {
    if (other == key) {
      if (is_applied) break;
      continue;
    }
    if (graph.applied().contains(other)) before.push_back(other);
  }
  return graph.StateAfter(before);
}

struct SqlRow {
  std::size_t step;
  std::string sql;
  std::string operation;  // "" for what was put off to the end
};

void Append(const std::vector<schema::Statement>& statements, const std::string& operation,
            std::vector<SqlRow>& rows) {
  for (const schema::Statement& statement : statements) {
    const bool is_python = statement.kind == schema::StatementKind::kPython;
    rows.push_back(
        {rows.size() + 1,
         is_python ? "-- THIS OPERATION CANNOT BE WRITTEN AS SQL" : schema::SentSql(statement),
         operation});
  }
}

std::vector<SqlRow> MigrationSqlRows(Session& session, const Arguments& given) {
  const SnapshotPtr now = session.Look();
  migrate::RequireSoundGraph(now->graph);
  const Migration& migration = FindMeant(now->graph.WithoutReplacements(), given, "migration_sql");
  const migrate::LiveIndexes known(sqlite::LiveSchema::Read(session.db()),
                                   migrate::MissingTable::kIsUnknown);
  const migrate::PreparedMigration prepared =
      migrate::Prepare({migration, IsBackwards(given), StateBefore(*now, migration.key),
                        schema::ContextOf(*now->project), &known});
  std::vector<SqlRow> rows;
  for (const migrate::PreparedOperation& done : prepared.operations) {
    Append(done.statements, done.operation->Describe(), rows);
  }
  Append(prepared.deferred, "", rows);
  return rows;
}

}  // namespace

sqlite::Table SqlMigrate(const SessionPtr& session) {
  return sqlite::MakeLines(
      "sqlmigrate", {"for_app", "for_name", "direction"},
      [session](const Arguments& given) { return SqlMigrateLines(*session, given); });
}

sqlite::Table MigrationSql(const SessionPtr& session) {
  using Row = SqlRow;
  return sqlite::MakeTable<Row>({
      .name = "migration_sql",
      .arguments = {"for_app", "for_name", "direction"},
      .columns = {{"step", [](const Row& row) -> Cell { return row.step; }},
                  {"sql", [](const Row& row) -> Cell { return row.sql; }},
                  {"operation", [](const Row& row) { return sqlite::TextOrNull(row.operation); }}},
      .rows = [session](const Arguments& given) { return MigrationSqlRows(*session, given); },
  });
}

}  // namespace migext::surface
