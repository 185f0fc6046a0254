#include "surface/locks.h"

#include <string>
#include <vector>

#include "base/files.h"
#include "recover/locks.h"

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
    if (path != question.database) question = {.database = path};
  }
  return recover::LocksOn(question);
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

}  // namespace migext::surface
