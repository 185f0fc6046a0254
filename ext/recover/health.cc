#include "recover/health.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "recover/health_checks.h"
#include "recover/neighbours.h"

namespace migext::recover {
namespace {

constexpr std::array<std::string_view, 3> kStatuses = {"ok", "warning", "failed"};

struct Check {
  const char* name;
  void (*run)(const HealthCase&, HealthRows&);
};

constexpr std::array kChecks = {
    Check{"file", CheckFile},
    Check{"permissions", CheckPermissions},
    Check{"header", CheckHeader},
    Check{"size", CheckSize},
    Check{"journal", CheckJournal},
    Check{"wal", CheckWal},
    Check{"integrity", CheckIntegrity},
    Check{"free-pages", CheckFreePages},
    Check{"free-disk", CheckFreeDisk},
    Check{"file-system", CheckFileSystem},
    Check{"sqlite-version", CheckVersion},
};
constexpr std::array kSchemaChecks = {
    Check{"foreign-keys", CheckForeignKeys}, Check{"views", CheckViews},
    Check{"triggers", CheckTriggers},        Check{"leftovers", CheckLeftovers},
    Check{"sequences", CheckSequences},
};

/// "db.salvaged.sqlite3" of "db.sqlite3", beside it.
std::string SalvagedPath(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  const std::size_t slash = path.rfind('/');
  const bool has_ending =
      dot != std::string::npos && (slash == std::string::npos || dot > slash + 1);
  return has_ending ? path.substr(0, dot) + ".salvaged" + path.substr(dot) : path + ".salvaged";
}

/// The statement that gives a sound database back.
std::string RescueOf(const HealthCase& subject) {
  for (const Neighbour& other : DatabasesBeside(subject.path, subject.project_root)) {
    // sql/corrupted.sql names its copies so.
    if (BaseName(other.path).starts_with("damaged_")) continue;
    if (other.is_sound) return "SELECT restore_database(" + SqlLiteral(other.path) + ");";
  }
  return "SELECT salvage_database(" + SqlLiteral(SalvagedPath(subject.path)) + ");";
}

void Run(const Check& check, const HealthCase& subject, HealthRows& rows) {
  try {
    check.run(subject, rows);
  } catch (const sqlite::DatabaseError& error) {
    if (error.IsDamage()) {
      rows.Damaged(check.name, std::string("cannot be checked: ") + error.words());
    } else {
      rows.Warn(check.name, std::string("cannot be checked: ") + error.words());
    }
  } catch (const Error& error) {
    rows.Warn(check.name, std::string("cannot be checked: ") + error.message());
  }
}

}  // namespace

std::string_view StatusName(HealthStatus status) {
  return kStatuses[static_cast<std::size_t>(status)];
}

void HealthRows::Ok(std::string_view check, std::string detail, std::string remedy) {
  Add(check, HealthStatus::kOk, std::move(detail), std::move(remedy));
}

void HealthRows::Warn(std::string_view check, std::string detail, std::string remedy) {
  Add(check, HealthStatus::kWarning, std::move(detail), std::move(remedy));
}

void HealthRows::Fail(std::string_view check, std::string detail, std::string remedy) {
  Add(check, HealthStatus::kFailed, std::move(detail), std::move(remedy));
}

void HealthRows::Damaged(std::string_view check, std::string detail) {
  if (rescue_.empty() && !subject_.path.empty()) rescue_ = RescueOf(subject_);
  Add(check, HealthStatus::kFailed, std::move(detail), rescue_);
}

void HealthRows::Add(std::string_view check, HealthStatus status, std::string detail,
                     std::string remedy) {
  rows_.push_back({std::string(check), status, std::move(detail), std::move(remedy)});
}

std::string Counted(std::int64_t number, std::string_view noun) {
  return Grouped(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

HealthCase::HealthCase(const HealthSubject& subject) : HealthSubject(subject), header({}) {
  if (file) {
    size = file->Size();
    header = sqlite::FileHeader(file->Read(0, sqlite::FileHeader::kSize));
  }
  if (!path.empty()) {
    journal = sqlite::RollbackJournal::Read(path + "-journal");
    wal = sqlite::WalFile::Read(path + "-wal");
  }
  try {
    live = sqlite::LiveSchema::Read(db);
  } catch (const sqlite::DatabaseError& error) {
    schema_error = error.words();
  }
}

bool HealthCase::IsAsRecovered() const {
  if (wal.committed > 0) return true;
  // On the connection itself SQLite has rolled back what there was.
  return !is_open_here && journal.state == sqlite::JournalState::kPlayable;
}

std::vector<HealthRow> ExamineHealth(const HealthSubject& subject) {
  const HealthCase the_case(subject);
  HealthRows rows(the_case);
  for (const Check& check : kChecks) Run(check, the_case, rows);
  if (the_case.schema_error.empty()) {
    for (const Check& check : kSchemaChecks) Run(check, the_case, rows);
  } else {
    rows.Damaged("schema", "the schema cannot be read whole (" + the_case.schema_error +
                               "): foreign keys, views, triggers and counters were not looked at");
  }
  std::vector<HealthRow> found = rows.Take();
  std::stable_sort(found.begin(), found.end(),
                   [](const HealthRow& a, const HealthRow& b) { return a.status > b.status; });
  return found;
}

}  // namespace migext::recover
