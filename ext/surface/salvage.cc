#include "surface/salvage.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "migrate/history.h"
#include "recover/health.h"
#include "recover/new_file.h"
#include "recover/salvage.h"
#include "recover/salvage_report.h"
#include "sqlite/recovered.h"
#include "sqlite/transaction.h"
#include "surface/migrate.h"
#include "surface/registry.h"
#include "surface/salvage_definitions.h"
#include "surface/verb.h"

namespace migext::surface {
namespace {

using recover::SalvageResult;
using recover::TableTally;
using sqlite::Connection;

constexpr std::string_view kReportTable = "migext_salvage_report";

/// Holds the file still while its pages are read, where SQLite can open it at all; rolls back the
/// hot journal of a connection that can write, as any first statement does.
class ReadLock {
 public:
  explicit ReadLock(const Connection& db) : db_(db) {
    try {
      db_.Run("BEGIN");
      db_.Run("PRAGMA schema_version");
    } catch (const sqlite::DatabaseError& error) {
      if (error.IsDamage()) return;
      Release();
      throw;
    }
  }
  ~ReadLock() { Release(); }
  ReadLock(const ReadLock&) = delete;
  ReadLock& operator=(const ReadLock&) = delete;

 private:
  void Release() {
    try {
      if (!db_.IsAutocommit()) db_.Run("ROLLBACK");
    } catch (const std::exception&) {
      // Nothing was written.
    }
  }

  const Connection& db_;
};

SalvageResult SalvageFile(const SessionPtr& session, const recover::DamagedFile& file,
                          const Connection& target) {
  return recover::Salvage(
      {file, target,
       [&](const django::AppliedSet& recorded) { return DefinitionsOf(session, recorded); },
       [&] { session->db().ThrowIfInterrupted(); }});
}

SalvageResult SalvageThrough(const SessionPtr& session, const Connection& source,
                             const Connection& target) {
  source.KeepWalOnClose();
  const ReadLock lock(source);
  return SalvageFile(session, recover::DamagedFile::Of(source), target);
}

/// Leaves the file, its -journal and its -wal as they are.
SalvageResult SalvageOther(const SessionPtr& session, const std::string& given,
                           const Connection& target) {
  if (!IsFile(given))
    throw Error("there is no file '" + given + "'; give that of the damaged database");
  const std::string path = CanonicalPath(given);
  if (recover::IsUsedInWalMode(path)) {
    // The others keep the -shm: one more reader makes no file, and keeps the -wal from being begun
    // anew.
    const Connection source = Connection::Open(path, sqlite::OpenMode::kReadOnly);
    return SalvageThrough(session, source, target);
  }
  const sqlite::RecoveredDatabase recovered(path);
  return SalvageFile(session, {recovered.file(), path}, target);
}

/// Why no migration is to be run on what was saved; "" when all is well.
std::string WhyNotMigrate(Session& session, const SalvageResult& result) {
  if (session.Project()->apps_knowledge().known == django::AppsKnown::kNoProject) {
    return "there is no project at '" + session.ProjectRoot() +
           "'; SELECT migration_project('/path/to/it')";
  }
  const auto history =
      std::find_if(result.tables.begin(), result.tables.end(),
                   [](const TableTally& tally) { return tally.table == migrate::kHistoryTable; });
  if (history == result.tables.end()) {
    return "there is no table " + std::string(migrate::kHistoryTable);
  }
  if (history->is_exact && history->saved == history->known) return {};
  return "the records of what was applied are not complete; open the new database and look at "
         "SELECT detail, remedy FROM migration_conflicts";
}

/// All of them, or the database as it was.
std::string Migrate(const Verb& verb, const Connection& target, const SalvageResult& result) {
  const std::string reason = WhyNotMigrate(verb.session, result);
  if (!reason.empty()) {
    verb.Report("no migration was applied: " + reason);
    return "no migration was applied; its table migext_salvage_report says why";
  }
  std::vector<std::string> lines;
  try {
    sqlite::Transaction transaction(target);
    std::string answer = MigrateOther(verb.session, target,
                                      [&](std::string line) { lines.push_back(std::move(line)); });
    transaction.Commit();
    for (std::string& line : lines) verb.Report(std::move(line));
    return answer;
  } catch (const Error& error) {
    verb.Report("no migration was applied to what was saved, as one of them cannot be:");
    for (std::string& line : Split(error.what(), '\n')) verb.Report("  " + std::move(line));
    return "no migration was applied; its table migext_salvage_report says why";
  }
}

/// The report goes with the rows: on a connection to a file that is no database any more, SQLite
/// prepares no SELECT … FROM, and so not that of migext_output.
void KeepReport(const Connection& target, const std::vector<std::string>& lines,
                const std::vector<TableTally>& tables) {
  sqlite::Transaction transaction(target);
  std::string name(kReportTable);
  for (int i = 2; target.HasTable(name); ++i) {
    name = std::string(kReportTable) + "_" + std::to_string(i);
  }
  target.Run("CREATE TABLE " + name +
             " (line text, table_name text, saved integer, known integer, is_exact bool)");
  for (const std::string& line : lines) {
    const auto tally = std::find_if(tables.begin(), tables.end(), [&](const TableTally& table) {
      return recover::DescribeTable(table).front() == line;
    });
    if (tally == tables.end()) {
      target.Run("INSERT INTO " + name + " (line) VALUES (?)", {line});
    } else {
      target.Run("INSERT INTO " + name + " VALUES (?, ?, ?, ?, ?)",
                 {line, tally->table, tally->saved, tally->known, tally->is_exact ? 1 : 0});
    }
  }
  transaction.Commit();
}

void RequireNoTransaction(const Connection& db) {
  if (db.IsAutocommit()) return;
  throw Error(
      "a transaction is open: COMMIT or ROLLBACK it first, as what it has written is not in "
      "the file yet");
}

std::string RunSalvage(const SessionPtr& session, const Verb& verb) {
  const std::string path = verb.Required(0, "the path of the new database");
  const std::string damaged = verb.given.Text(1);
  if (damaged.empty()) RequireNoTransaction(verb.db());
  recover::NewFile file(path);
  std::string answer;
  {
    const Connection target = Connection::Open(file.partial_path(), sqlite::OpenMode::kReadWrite);
    RegisterDjangoFunctions(target.handle(), session);
    const SalvageResult result = damaged.empty() ? SalvageThrough(session, verb.db(), target)
                                                 : SalvageOther(session, damaged, target);
    for (const std::string& line : result.report) verb.Report(line);
    answer = "saved " + recover::SavedOfKnown(result.Saved(), result.Known(), result.IsExact()) +
             " of " + recover::Counted(result.tables.size(), "table") + " to " + path + "; " +
             Migrate(verb, target, result);
    verb.Report(answer);
    KeepReport(target, session->output(), result.tables);
    if (result.write_ahead_log) target.Run("PRAGMA journal_mode = WAL");
  }
  file.Publish();
  return answer;
}

}  // namespace

sqlite::Function SalvageDatabase(const SessionPtr& session) {
  return MakeVerb(
      session, "salvage_database", 1, 2,
      [session](Verb& verb) { return RunSalvage(session, verb); }, Lock::kNone);
}

}  // namespace migext::surface
