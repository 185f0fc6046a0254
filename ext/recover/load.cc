#include "recover/load.h"

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "recover/fixture_reader.h"
#include "recover/load_check.h"
#include "recover/load_remap.h"
#include "recover/load_resolve.h"
#include "recover/load_write.h"
#include "recover/locks_system.h"
#include "sqlite/transaction.h"

namespace migext::recover {
namespace {

struct Counts {
  std::int64_t installed = 0;
  std::int64_t seen = 0;
};

/// Closing a file of the database by other means than SQLite's would drop this process's locks.
void RequireNoDatabase(const sqlite::Connection& db, const std::string& path) {
  sqlite::Statement files = db.Prepare("SELECT file FROM pragma_database_list");
  for (const sqlite::Row row : files) {
    const std::string file = row.Text(0);
    if (file.empty() || !AreSameFile(path, file)) continue;
    throw Error("'" + path + "' is the database itself, and no fixture");
  }
}

void ReadFile(Staging& staging, RowLoader& loader, const std::string& path, const Report& report) {
  RequireNoDatabase(staging.db(), path);
  FixtureReader reader(path);
  const int file = staging.AddFile(path);
  std::int64_t objects = 0;
  while (const FixtureObject* object = reader.Next()) {
    ++objects;
    loader.Load(*object, reader, file);
  }
  if (objects == 0) {
    report("RuntimeWarning: No fixture data found for '" + BaseName(path) +
           "'. (File format may be invalid.)");
  }
}

Counts ReadAll(Staging& staging, const LoadSource& source, const std::vector<std::string>& paths,
               const LoadOptions& options, const Report& report) {
  RowLoader loader(staging, source, options);
  for (const std::string& path : paths) ReadFile(staging, loader, path, report);
  for (std::string& note : loader.Notes()) report(std::move(note));
  const Counts counts{loader.installed(), loader.seen()};
  if (counts.installed > 0 || counts.seen == 0 || !options.excluded.empty()) return counts;
  throw Error("nothing of " + Join(paths, ", ") + " has a place in this database: " +
              loader.Notes().front() + "; apply the migrations first: SELECT migrate()");
}

void Write(Staging& staging) {
  const sqlite::Connection& db = staging.db();
  const sqlite::ScopedForeignKeysOff in_any_order(db);
  const ForeignKeyWatch watch(db, TouchedTables(staging));
  WriteRows(staging);
  watch.RequireNoNew();
}

std::string Answer(const Counts& counts, std::size_t files) {
  std::string answer = "Installed " + std::to_string(counts.installed) + " object(s)";
  if (counts.seen != counts.installed) answer += " (of " + std::to_string(counts.seen) + ")";
  return answer + " from " + std::to_string(files) + " fixture(s)";
}

}  // namespace

std::string LoadFixtures(const sqlite::Connection& db, const LoadSource& source,
                         const std::vector<std::string>& paths, const LoadOptions& options,
                         const Report& report) {
  sqlite::RequireNoDeferredViolations(db);
  Staging staging(db);
  const Counts counts = ReadAll(staging, source, paths, options, report);
  PrepareStaging(staging, report);
  MatchGenerated(staging, source.models, report);
  ResolveKeys(staging);
  DropRepeatedRows(staging, report);
  RequireReferences(staging);
  Write(staging);
  staging.Drop();
  std::string answer = Answer(counts, paths.size());
  report(answer);
  return answer;
}

}  // namespace migext::recover
