#include "surface/models.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "django/names.h"
#include "migrate/plan.h"
#include "schema/model_rows.h"
#include "surface/filter.h"

namespace migext::surface {
namespace {

using sqlite::Arguments;
using sqlite::Cell;

django::ProjectState StateOf(const Snapshot& now, const std::string& app, const std::string& name) {
  migrate::RequireSoundGraph(now.graph);
  if (name.empty()) return now.graph.FinalState();
  const django::MigrationKey key = django::FindMigration(now.graph.source(), app, name);
  // A part of a squash is no node while the squash stands for it.
  const django::Graph graph = now.graph.Has(key) ? now.graph : now.graph.WithoutReplacements();
  return graph.StateAfter(std::span(&key, 1));
}

std::vector<schema::ModelRow> Rows(Session& session, const Arguments& given) {
  const SnapshotPtr now = session.Look();
  const AppFilter wanted(*now, given, 0);
  const django::ProjectState state = StateOf(*now, wanted.app(), given.Text(1));
  std::vector<schema::ModelRow> rows = schema::ModelRowsOf(state, schema::ContextOf(*now->project));
  std::erase_if(rows, [&](const schema::ModelRow& row) { return !wanted.Takes(row.app); });
  return rows;
}

}  // namespace

sqlite::Table MigrationModels(const SessionPtr& session) {
  using Row = schema::ModelRow;
  return sqlite::MakeTable<Row>({
      .name = "migration_models",
      .arguments = {"for_app", "after"},
      .columns = {{"app", [](const Row& row) -> Cell { return row.app; }},
                  {"model", [](const Row& row) -> Cell { return row.model; }},
                  {"field", [](const Row& row) -> Cell { return row.field; }},
                  {"field_class", [](const Row& row) -> Cell { return row.field_class; }},
                  {"column_name", [](const Row& row) -> Cell { return row.column_name; }},
                  {"db_type", [](const Row& row) -> Cell { return row.db_type; }},
                  {"attributes", [](const Row& row) -> Cell { return row.attributes; }}},
      .rows = [session](const Arguments& given) { return Rows(*session, given); },
  });
}

}  // namespace migext::surface
