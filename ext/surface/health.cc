#include "surface/health.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "django/project.h"
#include "recover/health.h"
#include "sqlite/recovered.h"
#include "surface/registry.h"

namespace migext::surface {
namespace {

using recover::HealthDepth;
using recover::HealthRow;
using recover::HealthSubject;
using sqlite::Arguments;
using sqlite::Cell;
using sqlite::TextOrNull;

HealthDepth DepthFrom(const Arguments& given) {
  const std::string mode = given.Text(0);
  if (mode.empty()) return HealthDepth::kAsFits;
  if (mode == "quick") return HealthDepth::kQuick;
  if (mode == "full") return HealthDepth::kFull;
  throw Error("'" + mode + "' is no way to check: give 'quick' or 'full'");
}

/// The file that the project's settings name; "" where there is no project to be read.
std::string DatabaseOf(const std::function<std::shared_ptr<const django::Project>()>& read) {
  try {
    return read()->database_name();
  } catch (const Error&) {
    return {};
  }
}

std::vector<HealthRow> HealthHere(Session& session, HealthDepth depth) {
  const HealthSubject subject{.db = session.db(),
                              .path = session.db().FileName(),
                              .file = sqlite::RawFile::Of(session.db()),
                              .depth = depth,
                              .is_open_here = true,
                              .journal_before = session.journal_at_load(),
                              .project_root = session.ProjectRoot(),
                              .project_database = DatabaseOf([&] { return session.Project(); })};
  return recover::ExamineHealth(subject);
}

/// What `db` reads of a file that is not the one of this connection.  The project is that of the
/// file's folder.
std::vector<HealthRow> HealthThrough(const SessionPtr& session, const sqlite::Connection& db,
                                     const sqlite::RawFile& file, const std::string& path,
                                     HealthDepth depth) {
  RegisterDjangoFunctions(db.handle(), session);
  const std::string root = django::FindProjectRoot(ParentPath(path));
  const HealthSubject subject{
      .db = db,
      .path = path,
      .file = file,
      .depth = depth,
      .is_open_here = false,
      .journal_before = sqlite::RollbackJournal::Read(path + "-journal"),
      .project_root = root,
      .project_database = DatabaseOf(
          [&] { return django::Project::Read(root, session->settings().ProjectOptions()); })};
  return recover::ExamineHealth(subject);
}

std::vector<HealthRow> HealthOf(const SessionPtr& session, const std::string& given,
                                HealthDepth depth) {
  if (!IsFile(given)) throw Error("'" + given + "' is no file; give the path of a database");
  const std::string path = CanonicalPath(given);
  if (recover::IsUsedInWalMode(path)) {
    // The others keep the -shm: one more reader makes no file, and sees no frame change under it.
    const auto db = sqlite::Connection::Open(path, sqlite::OpenMode::kReadOnly);
    return HealthThrough(session, db, sqlite::RawFile::Of(db).value(), path, depth);
  }
  const sqlite::RecoveredDatabase recovered(path);
  return HealthThrough(session, recovered.db(), recovered.file(), path, depth);
}

}  // namespace

sqlite::Function DatabaseFile(const SessionPtr& session) {
  return {"database_file", 0, 0, sqlite::Safety::kDirectOnly,
          [session](const Arguments&) { return TextOrNull(session->db().FileName()); }};
}

sqlite::Table DatabaseHealth(const SessionPtr& session) {
  using Row = HealthRow;
  return sqlite::MakeTable<Row>({
      .name = "database_health",
      .arguments = {"mode", "of_file"},
      .columns = {{"check", [](const Row& row) -> Cell { return row.check; }},
                  {"status",
                   [](const Row& row) -> Cell { return recover::StatusName(row.status); }},
                  {"detail", [](const Row& row) -> Cell { return row.detail; }},
                  {"remedy", [](const Row& row) { return TextOrNull(row.remedy); }}},
      .rows =
          [session](const Arguments& given) {
            const HealthDepth depth = DepthFrom(given);
            if (given.Has(1)) return HealthOf(session, given.Text(1), depth);
            return HealthHere(*session, depth);
          },
  });
}

}  // namespace migext::surface
