#include "surface/checksums.h"

#include <vector>

#include "migrate/checksums.h"
#include "surface/filter.h"

namespace migext::surface {
namespace {

using migrate::ChecksumRow;
using sqlite::Arguments;
using sqlite::Cell;
using sqlite::TextOrNull;

std::vector<ChecksumRow> ChecksumRows(Session& session, const Arguments& given) {
  const SnapshotPtr now = session.Look();
  const AppFilter wanted(*now, given, 0);
  std::vector<ChecksumRow> rows = migrate::CompareChecksums(session.db(), now->graph, now->history);
  std::erase_if(rows, [&](const ChecksumRow& row) { return !wanted.Takes(row.key.app); });
  return rows;
}

}  // namespace

sqlite::Table MigrationChecksums(const SessionPtr& session) {
  using Row = ChecksumRow;
  return sqlite::MakeTable<Row>({
      .name = "migration_checksums",
      .arguments = {"for_app"},
      .columns = {{"app", [](const Row& row) -> Cell { return row.key.app; }},
                  {"name", [](const Row& row) -> Cell { return row.key.name; }},
                  {"checksum", [](const Row& row) { return TextOrNull(row.checksum); }},
                  {"recorded", [](const Row& row) { return TextOrNull(row.recorded); }},
                  {"status",
                   [](const Row& row) -> Cell { return migrate::ChecksumStatusName(row.status); }},
                  {"detail", [](const Row& row) { return TextOrNull(row.detail); }}},
      .rows = [session](const Arguments& given) { return ChecksumRows(*session, given); },
  });
}

}  // namespace migext::surface
