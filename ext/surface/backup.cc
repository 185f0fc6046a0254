#include "surface/backup.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "recover/backup.h"
#include "recover/backup_folder.h"
#include "recover/restore.h"
#include "surface/registry.h"
#include "surface/verb.h"
#include "surface/write_down.h"

namespace migext::surface {
namespace {

using recover::BackupFile;
using sqlite::Arguments;
using sqlite::Cell;
using sqlite::TextOrNull;

recover::PrepareConnection PrepareFor(const SessionPtr& session) {
  return [session](const sqlite::Connection& connection) {
    RegisterDjangoFunctions(connection.handle(), session);
  };
}

/// The folder of the database, where none is given.
std::string FolderOf(const Session& session, const Arguments& given) {
  if (given.Has(0)) return given.Text(0);
  const std::string file = session.db().FileName();
  return file.empty() ? "." : ParentPath(file);
}

std::string TargetOf(const Verb& verb) {
  std::string path =
      verb.Required(0, "the path of the new file, or of a folder with a / at its end");
  if (path.back() != '/') return path;
  if (!IsFolder(path)) {
    throw Error("there is no folder '" + path + "'; make it first: mkdir -p " + SqlLiteral(path));
  }
  return recover::TimedName(CanonicalPath(path), recover::StemOf(verb.db().FileName()),
                            std::chrono::system_clock::now());
}

std::string RunBackup(const SessionPtr& session, const Verb& verb) {
  recover::BackupDone done = recover::BackUp({verb.db(), PrepareFor(session)}, TargetOf(verb));
  for (std::string& line : done.report) verb.Report(std::move(line));
  WriteDown(
      verb,
      {"backup_database", done.path,
       std::to_string(done.facts.size) + " bytes; heads " + Join(done.facts.heads, ", "), ""});
  return done.answer;
}

std::string RunPrune(const SessionPtr& session, const Verb& verb) {
  const std::string folder = verb.Required(0, "the folder of the backups");
  if (!verb.given.IsInteger(1)) throw Error("give how many backups are kept, as a number");
  if (!IsFolder(folder)) throw Error("there is no folder '" + folder + "'");
  const recover::Pruned pruned =
      recover::PruneBackups(CanonicalPath(folder), recover::StemOf(verb.db().FileName()),
                            verb.given.Int(1), PrepareFor(session));
  std::string answer = "removed " + std::to_string(pruned.removed.size()) + " and kept " +
                       std::to_string(pruned.kept.size()) + " backups in " + CanonicalPath(folder);
  verb.Report(answer);
  for (const std::string& path : pruned.removed) verb.Report("  removed " + path);
  for (const std::string& path : pruned.unusable) {
    verb.Report("  not counted, as it is no whole database: " + path);
  }
  if (!pruned.removed.empty()) WriteDown(verb, {"prune_backups", folder, answer, ""});
  return answer;
}

recover::Strangers StrangersOf(const Verb& verb) {
  if (!verb.given.Has(1)) return recover::Strangers::kRefused;
  if (verb.given.Text(1) == "force") return recover::Strangers::kTaken;
  throw Error("the last argument can only be 'force', and is '" + verb.given.Text(1) + "' here");
}

std::string RunRestore(const SessionPtr& session, const Verb& verb) {
  const std::string path = verb.Required(0, "the path of a backup");
  const recover::Strangers strangers = StrangersOf(verb);
  const std::shared_ptr<const django::Project> project = session->Project();
  recover::RestoreDone done =
      recover::Restore({verb.db(), PrepareFor(session), project.get(), strangers}, path);
  for (std::string& line : done.report) verb.Report(std::move(line));
  WriteDown(verb,
            {"restore_database", done.path, "what was there is in " + done.safety_copy, done.undo});
  return done.answer;
}

}  // namespace

sqlite::Function BackupDatabase(const SessionPtr& session) {
  return MakeVerb(
      session, "backup_database", 1, 1, [session](Verb& verb) { return RunBackup(session, verb); },
      Lock::kNone);
}

sqlite::Function PruneBackups(const SessionPtr& session) {
  return MakeVerb(
      session, "prune_backups", 2, 2, [session](Verb& verb) { return RunPrune(session, verb); },
      Lock::kOwn);
}

sqlite::Function RestoreDatabase(const SessionPtr& session) {
  return MakeVerb(
      session, "restore_database", 1, 2,
      [session](Verb& verb) { return RunRestore(session, verb); }, Lock::kOwn);
}

sqlite::Table DatabaseBackups(const SessionPtr& session) {
  using Row = BackupFile;
  return sqlite::MakeTable<Row>({
      .name = "database_backups",
      .arguments = {"folder"},
      .columns = {{"path", [](const Row& row) -> Cell { return row.path; }},
                  {"taken_at", [](const Row& row) { return TextOrNull(row.taken_at); }},
                  {"size", [](const Row& row) -> Cell { return row.size; }},
                  {"verified", [](const Row& row) -> Cell { return row.verified; }},
                  {"migrations", [](const Row& row) { return TextOrNull(row.migrations); }},
                  {"note", [](const Row& row) { return TextOrNull(row.note); }}},
      .rows =
          [session](const Arguments& given) {
            const std::string folder = CanonicalPath(FolderOf(*session, given));
            return recover::BackupsIn(folder, session->db().FileName(), PrepareFor(session));
          },
  });
}

}  // namespace migext::surface
