#include "surface/operations.h"

#include <cstddef>
#include <string>
#include <vector>

#include "django/names.h"
#include "surface/filter.h"

namespace migext::surface {
namespace {

using django::MigrationKey;
using sqlite::Arguments;
using sqlite::Cell;

struct OperationRow {
  SnapshotPtr now;
  const MigrationKey* key;
  std::size_t position;
  const django::Operation* operation;
};

std::vector<OperationRow> OperationRows(Session& session, const Arguments& given) {
  const SnapshotPtr now = session.Look();
  const AppFilter wanted(*now, given, 0);
  std::string name = given.Text(1);
  if (!name.empty()) name = django::FindMigration(now->graph.source(), wanted.app(), name).name;
  std::vector<OperationRow> rows;
  for (const auto& [key, migration] : now->project->migrations()) {
    if (!wanted.Takes(key.app) || (!name.empty() && key.name != name)) continue;
    for (std::size_t i = 0; i < migration->operations.size(); ++i) {
      rows.push_back({now, &key, i, migration->operations[i].get()});
    }
  }
  return rows;
}

struct EdgeRow {
  SnapshotPtr now;
  const django::Edge* edge;
};

std::vector<EdgeRow> EdgeRows(Session& session, const Arguments& given) {
  const SnapshotPtr now = session.Look();
  const AppFilter wanted(*now, given, 0);
  std::vector<EdgeRow> rows;
  for (const django::Edge& edge : now->graph.edges()) {
    if (wanted.Takes(edge.child.app)) rows.push_back({now, &edge});
  }
  return rows;
}

}  // namespace

sqlite::Table MigrationOperations(const SessionPtr& session) {
  using Row = OperationRow;
  return sqlite::MakeTable<Row>({
      .name = "migration_operations",
      .arguments = {"for_app", "for_name"},
      .columns =
          {{"app", [](const Row& row) -> Cell { return row.key->app; }},
           {"name", [](const Row& row) -> Cell { return row.key->name; }},
           {"position", [](const Row& row) -> Cell { return row.position; }},
           {"operation", [](const Row& row) -> Cell { return row.operation->ClassName(); }},
           {"model", [](const Row& row) { return sqlite::TextOrNull(row.operation->ModelName()); }},
           {"field", [](const Row& row) { return sqlite::TextOrNull(row.operation->FieldName()); }},
           {"description", [](const Row& row) -> Cell { return row.operation->Describe(); }},
           {"kind", [](const Row& row) -> Cell { return KindName(row.operation->Kind()); }},
           {"reversible", [](const Row& row) -> Cell { return row.operation->Reversible(); }},
           {"line",
            [](const Row& row) {
              const int line = row.operation->Line();
              return line == 0 ? Cell() : Cell(line);
            }}},
      .rows = [session](const Arguments& given) { return OperationRows(*session, given); },
  });
}

sqlite::Table MigrationDependencies(const SessionPtr& session) {
  using Row = EdgeRow;
  return sqlite::MakeTable<Row>({
      .name = "migration_dependencies",
      .arguments = {"for_app"},
      .columns = {{"app", [](const Row& row) -> Cell { return row.edge->child.app; }},
                  {"name", [](const Row& row) -> Cell { return row.edge->child.name; }},
                  {"parent_app", [](const Row& row) -> Cell { return row.edge->parent.app; }},
                  {"parent_name", [](const Row& row) -> Cell { return row.edge->parent.name; }},
                  {"origin", [](const Row& row) -> Cell { return OriginName(row.edge->origin); }}},
      .rows = [session](const Arguments& given) { return EdgeRows(*session, given); },
  });
}

}  // namespace migext::surface
