#include "surface/drift.h"

#include <string>
#include <utility>
#include <vector>

#include "migrate/drift.h"
#include "migrate/drift_repair.h"
#include "migrate/journal.h"
#include "schema/table.h"
#include "surface/filter.h"
#include "surface/verb.h"

namespace migext::surface {
namespace {

using migrate::Drift;
using sqlite::Arguments;
using sqlite::Cell;
using sqlite::TextOrNull;

std::vector<Drift> DriftRows(Session& session, const Arguments& given) {
  const SnapshotPtr now = session.Look();
  const AppFilter wanted(*now, given, 0);
  const schema::SchemaContext context = schema::ContextOf(*now->project);
  const sqlite::LiveSchema live = sqlite::LiveSchema::Read(session.db());
  std::vector<Drift> rows = migrate::FindDrift({session.db(), now->graph, context, live});
  std::erase_if(rows, [&](const Drift& row) { return !wanted.Takes(row.app); });
  return rows;
}

std::string Rebuild(const Verb& verb) {
  const std::string table = verb.Required(0, "the table's name");
  const SnapshotPtr now = verb.session.Look();
  const schema::SchemaContext context = schema::ContextOf(*now->project);
  const sqlite::LiveSchema live = sqlite::LiveSchema::Read(verb.db());
  migrate::RepairedTable done = migrate::RepairTable({verb.db(), now->graph, context, live}, table);
  verb.Report(done.answer);
  if (!done.report.empty() && verb.session.settings().IsOn("journal")) {
    migrate::Journal(verb.db()).Write({"rebuild_table", table, done.answer, ""});
  }
  for (std::string& line : done.report) verb.Report(std::move(line));
  return done.answer;
}

}  // namespace

sqlite::Table MigrationDrift(const SessionPtr& session) {
  using Row = Drift;
  return sqlite::MakeTable<Row>({
      .name = "migration_drift",
      .arguments = {"for_app"},
      .columns = {{"table_name", [](const Row& row) -> Cell { return row.table; }},
                  {"object", [](const Row& row) -> Cell { return row.object; }},
                  {"expected", [](const Row& row) { return TextOrNull(row.expected); }},
                  {"actual", [](const Row& row) { return TextOrNull(row.actual); }},
                  {"detail", [](const Row& row) -> Cell { return row.detail; }},
                  {"remedy", [](const Row& row) { return TextOrNull(row.remedy); }},
                  {"kind", [](const Row& row) -> Cell { return migrate::DriftKindName(row.kind); }},
                  {"property",
                   [](const Row& row) -> Cell { return migrate::PropertyName(row.property); }},
                  {"severity",
                   [](const Row& row) -> Cell { return migrate::SeverityName(row.severity); }},
                  {"app", [](const Row& row) { return TextOrNull(row.app); }}},
      .rows = [session](const Arguments& given) { return DriftRows(*session, given); },
  });
}

sqlite::Function RebuildTable(const SessionPtr& session) {
  return MakeVerb(session, "rebuild_table", 1, 1, [](Verb& verb) { return Rebuild(verb); });
}

}  // namespace migext::surface
