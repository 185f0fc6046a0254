// The file itself: is it the right one, who may write to it, what does its header say.
#include <filesystem>
#include <system_error>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "recover/backup_folder.h"
#include "recover/health_checks.h"
#include "recover/neighbours.h"

#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

namespace migext::recover {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHistory = "django_migrations";

std::string OpenCommand(const std::string& path) { return ".open " + SqlLiteral(path); }

/// Recorded migrations; nothing where they cannot be read.
std::optional<std::int64_t> MigrationsIn(const sqlite::Connection& db) {
  try {
    const sqlite::Cell count = db.Value("SELECT count(*) FROM main.django_migrations");
    if (count.Integer() != nullptr) return *count.Integer();
  } catch (const sqlite::DatabaseError&) {
    return {};
  }
  return {};
}

bool IsNamedByProject(const HealthCase& subject) {
  return CanonicalPath(subject.project_database) == CanonicalPath(subject.path);
}

/// The database that was probably meant: the one that the settings name, else the newest beside.
std::string LikelyRightOne(const HealthCase& subject) {
  if (!subject.project_database.empty() && !IsNamedByProject(subject) &&
      LookAtDatabase(subject.project_database)) {
    return subject.project_database;
  }
  const std::vector<Neighbour> others = DatabasesBeside(subject.path, subject.project_root);
  return others.empty() ? std::string() : others.front().path;
}

/// A file without Django's tables, be it empty or not.
void AddStrange(const HealthCase& subject, const std::string& what, HealthRows& rows) {
  std::string detail = SqlLiteral(subject.path) + " " + what;
  const std::string right = LikelyRightOne(subject);
  if (!right.empty()) {
    detail +=
        "; " + SqlLiteral(right) + " has Django's tables and is probably the one that is meant";
    const bool is_backup = BaseName(right).starts_with(StemOf(subject.path) + "_");
    return rows.Warn(
        "file", detail,
        is_backup ? "SELECT restore_database(" + SqlLiteral(right) + ");" : OpenCommand(right));
  }
  if (!subject.project_database.empty() && !IsNamedByProject(subject)) {
    return rows.Warn(
        "file", detail + "; the project's settings name " + SqlLiteral(subject.project_database));
  }
  rows.Warn("file", detail + "; migrate() makes the tables of the project", "SELECT migrate();");
}

/// What follows from a header that SQLite refuses.
std::string Refusal(const HealthCase& subject) {
  std::string text = "SQLite reads nothing of such a file";
  const std::string mended = sqlite::MendedHeader(
      subject.header, subject.size,
      [&](std::int64_t offset, std::size_t count) { return subject.file->Read(offset, count); });
  if (mended.empty()) return text + ", and nothing in it looks like a database";
  const sqlite::FileHeader header(mended);
  return text + "; what is behind its first 100 bytes looks like " +
         Counted(header.PageCount(), "page") + " of " + Grouped(header.PageSize()) +
         " bytes, and is read here under a header made for them; nothing can be written";
}

bool MayWrite(const std::string& path) {
#if __has_include(<unistd.h>)
  return access(path.c_str(), W_OK) == 0;
#else
  std::error_code error;
  return (fs::status(path, error).permissions() & fs::perms::owner_write) != fs::perms::none;
#endif
}

bool MayEverybodyWrite(const std::string& path) {
  std::error_code error;
  const fs::perms permissions = fs::status(path, error).permissions();
  return !error && (permissions & fs::perms::others_write) != fs::perms::none;
}

}  // namespace

void CheckFile(const HealthCase& subject, HealthRows& rows) {
  if (subject.path.empty()) return rows.Ok("file", "the database is in memory: there is no file");
  const std::int64_t size = subject.size;
  if (size == 0 && subject.wal.committed > 0) {
    return rows.Fail("file",
                     SqlLiteral(subject.path) +
                         " is empty, and the -wal beside it holds committed pages: SQLite "
                         "deletes such a -wal when it reads the file; copy both away first");
  }
  if (size == 0) {
    return AddStrange(
        subject, "is empty: SQLite makes such a file when it opens a name that is not there", rows);
  }
  const std::string bytes = Counted(size, "byte");
  if (subject.schema_error.empty() && subject.live.FindTable(kHistory) == nullptr) {
    return AddStrange(subject, "has " + bytes + " and no table django_migrations", rows);
  }
  const std::optional<std::int64_t> migrations = MigrationsIn(subject.db);
  std::string detail = SqlLiteral(subject.path) + ", " + bytes;
  if (migrations) detail += ", " + Counted(*migrations, "recorded migration");
  if (!subject.project_database.empty() && !IsNamedByProject(subject)) {
    detail += "; the project's settings name " + SqlLiteral(subject.project_database);
  }
  rows.Ok("file", detail);
}

void CheckPermissions(const HealthCase& subject, HealthRows& rows) {
  if (subject.path.empty()) return;
  const std::string folder = ParentPath(subject.path);
  bool is_fine = true;
  const auto warn = [&](const std::string& detail, const std::string& remedy = {}) {
    is_fine = false;
    rows.Warn("permissions", detail, remedy);
  };
  if (!MayWrite(subject.path)) {
    warn("this user may not write to " + SqlLiteral(subject.path),
         ".shell chmod u+w " + SqlLiteral(subject.path));
  } else if (subject.is_open_here && subject.db.IsReadOnly()) {
    warn("the database was opened to be read only; open it again without -readonly to change it");
  }
  if (!MayWrite(folder)) {
    warn("this user may not write to the folder " + SqlLiteral(folder) +
             ": SQLite makes its journal there, so nothing can be changed",
         ".shell chmod u+w " + SqlLiteral(folder));
  }
  for (const std::string& path : {subject.path, subject.path + "-wal", subject.path + "-journal"}) {
    if (!MayEverybodyWrite(path)) continue;
    warn("every user of this machine may write to " + SqlLiteral(path),
         ".shell chmod o-w " + SqlLiteral(path));
  }
  if (is_fine) rows.Ok("permissions", "file and folder can be written to, and not by everybody");
}

void CheckHeader(const HealthCase& subject, HealthRows& rows) {
  if (!subject.file || subject.size == 0) return;
  const sqlite::FileHeader& header = subject.header;
  std::vector<std::string> refused;
  bool is_sound = true;
  for (const sqlite::HeaderFault& fault : header.Faults(subject.size)) {
    if (fault.field == "page count") continue;  // see CheckSize()
    is_sound = false;
    const std::string detail = fault.field + ": " + fault.detail;
    if (fault.refused) {
      refused.push_back(detail);
    } else if (header.HasMagic()) {
      rows.Warn("header", detail);
    }
  }
  if (!refused.empty()) rows.Damaged("header", Join(refused, "; ") + "; " + Refusal(subject));
  if (!is_sound) return;
  std::string detail = "pages of " + Grouped(header.PageSize()) + " bytes, " +
                       std::string(header.IsWal() ? "WAL mode" : "rollback journal") +
                       ", schema format " + std::to_string(header.SchemaFormat());
  if (!header.EncodingName().empty()) detail += ", " + std::string(header.EncodingName());
  if (header.ReservedBytes() > 0) {
    detail += ", " + std::to_string(header.ReservedBytes()) + " bytes of each page reserved";
  }
  if (!header.WriterVersion().empty())
    detail += ", last written by SQLite " + header.WriterVersion();
  rows.Ok("header", detail);
}

void CheckSize(const HealthCase& subject, HealthRows& rows) {
  const std::int64_t size = subject.size;
  if (!subject.file || size == 0) return;
  const sqlite::FileHeader& header = subject.header;
  if (!header.HasMagic() || header.PageSize() == 0) {
    return rows.Warn("size",
                     Counted(size, "byte") + "; the header does not tell how many they should be");
  }
  const std::int64_t whole = size / header.PageSize();
  const std::int64_t rest = size % header.PageSize();
  if (subject.IsAsRecovered()) {
    return rows.Ok("size", Counted(whole, "page") + " in the file; what lies beside it counts too");
  }
  const std::int64_t promised = header.PageCount();
  std::string there = Counted(size, "byte") + " are " + Counted(whole, "whole page");
  if (rest > 0) there += " and " + Counted(rest, "byte") + " of one more";
  if (promised > whole) {
    return rows.Damaged("size", Grouped(promised - whole) + " of " + Counted(promised, "page") +
                                    " are missing: the file is cut off; " + there);
  }
  if (promised != 0 && (promised < whole || rest > 0)) {
    return rows.Warn("size", there + "; only the first " + Grouped(promised) + " count",
                     rest > 0 ? "" : "VACUUM;");
  }
  rows.Ok("size", there);
}

}  // namespace migext::recover
