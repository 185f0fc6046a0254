#include "surface/locks.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "recover/checkpoint.h"
#include "recover/locks.h"
#include "recover/locks_notes.h"
#include "recover/locks_terminate.h"
#include "recover/locks_wait.h"
#include "surface/verb.h"
#include "surface/write_down.h"

namespace migext::surface {
namespace {

using recover::DatabaseLock;
using sqlite::Arguments;
using sqlite::Cell;
using sqlite::TextOrNull;

std::vector<DatabaseLock> LockRows(const Session& session, const Arguments& given) {
  recover::LockQuestion question = recover::QuestionOf(session.db());
  if (given.Has(0)) {
    const std::string path = CanonicalPath(given.Text(0));
    // No row means that the file is free, which is nothing to say of a folder.
    if (path.empty() || IsFolder(path)) {
      throw Error("'" + path + "' is no file; give the path of a database");
    }
    if (path != question.database) question = {.database = path};
  }
  return recover::LocksOn(question);
}

double SecondsOf(const Arguments& given) {
  const Cell cell = given.Get(0);
  if (cell.Integer() != nullptr) return static_cast<double>(*cell.Integer());
  if (cell.Real() != nullptr) return *cell.Real();
  return -1;  // No number: refused as such.
}

bool MayKill(const Arguments& given) {
  if (!given.Has(1)) return false;
  const std::string word = given.Text(1);
  if (word == "kill") return true;
  throw Error("the last argument can only be 'kill', and is '" + word + "' here");
}

std::string Terminate(Verb& verb) {
  if (!verb.given.IsInteger(0)) {
    throw Error("give the pid of one process, a number of SELECT pid FROM database_locks");
  }
  const std::int64_t pid = verb.given.Int(0);
  const recover::Termination done =
      recover::TerminateLockHolder(verb.db(), pid, {.may_kill = MayKill(verb.given)});
  for (const std::string& line : done.report) verb.Report(line);
  if (!done.report.empty()) {
    WriteDown(verb, {"terminate_lock_holder", "process " + std::to_string(pid),
                     Join(done.report, "; ") + ": " + done.answer, ""});
  }
  if (!done.has_let_go) throw Error(done.answer);
  return done.answer;
}

Cell OfProcess(const DatabaseLock& row, std::string recover::Process::*part) {
  return row.process ? TextOrNull((*row.process).*part) : Cell();
}

}  // namespace

sqlite::Table DatabaseLocks(const SessionPtr& session) {
  using Row = DatabaseLock;
  return sqlite::MakeTable<Row>({
      .name = "database_locks",
      .arguments = {"of_file"},
      .columns = {{"pid", [](const Row& row) -> Cell { return row.pid; }},
                  {"command",
                   [](const Row& row) { return OfProcess(row, &recover::Process::command); }},
                  {"lock", [](const Row& row) { return TextOrNull(recover::LockName(row.kind)); }},
                  {"file", [](const Row& row) -> Cell { return row.file; }},
                  {"started_at",
                   [](const Row& row) { return OfProcess(row, &recover::Process::started_at); }},
                  {"is_self", [](const Row& row) -> Cell { return row.is_self; }},
                  {"note", [](const Row& row) -> Cell { return row.note; }},
                  {"is_waiting", [](const Row& row) -> Cell { return row.is_waiting; }},
                  {"container",
                   [](const Row& row) { return OfProcess(row, &recover::Process::container); }}},
      .rows = [session](const Arguments& given) { return LockRows(*session, given); },
  });
}

sqlite::Function DatabaseLockHolders(const SessionPtr& session) {
  return {"database_lock_holders", 0, 1, sqlite::Safety::kDirectOnly,
          [session](const Arguments& given) -> Cell {
            const std::vector<DatabaseLock> locks = LockRows(*session, given);
            if (locks.empty()) return "free: no process has a lock on the database";
            return Join(recover::HolderLines(locks), "\n");
          }};
}

sqlite::Function WaitForUnlock(const SessionPtr& session) {
  return MakeVerb(
      session, "wait_for_unlock", 1, 1,
      [](Verb& verb) { return recover::WaitForUnlock(verb.db(), SecondsOf(verb.given)); },
      Lock::kNone);
}

sqlite::Function TerminateLockHolder(const SessionPtr& session) {
  return MakeVerb(session, "terminate_lock_holder", 1, 2, Terminate, Lock::kOwn);
}

sqlite::Function CheckpointDatabase(const SessionPtr& session) {
  return MakeVerb(
      session, "checkpoint_database", 0, 1,
      [](Verb& verb) {
        const std::string mode = verb.given.OptionalText(0).value_or("truncate");
        recover::CheckpointResult result = recover::Checkpoint(verb.db(), mode);
        for (std::string& line : result.report) verb.Report(std::move(line));
        return result.answer;
      },
      Lock::kOwn);
}

}  // namespace migext::surface
