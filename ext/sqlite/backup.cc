#include "sqlite/backup.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "sqlite/api.h"

namespace migext::sqlite {
namespace {

constexpr std::int64_t kLeastPatience = 5000;  // milliseconds
constexpr int kPagesPerStep = 1024;

/// Asks again every millisecond.  SQLite's own handler asks ever more seldom, so that it misses the
/// moments between the commits of somebody who writes all the time.
int WaitBriefly(void* patience, int asked) noexcept {
  if (asked >= std::bit_cast<std::intptr_t>(patience)) return 0;
  sqlite3_sleep(1);
  return 1;
}

/// Reads nothing but takes what a reader holds: in WAL mode the last commit is what it sees until
/// its end.
class ScopedSnapshot {
 public:
  explicit ScopedSnapshot(const Connection& connection) : connection_(connection) {
    connection_.Run("BEGIN");
    try {
      connection_.Value("SELECT count(*) FROM main.sqlite_master");
    } catch (const std::exception&) {
      End();
      throw;
    }
  }
  ~ScopedSnapshot() { End(); }
  ScopedSnapshot(const ScopedSnapshot&) = delete;
  ScopedSnapshot& operator=(const ScopedSnapshot&) = delete;

 private:
  void End() const {
    try {
      connection_.Run("ROLLBACK");
    } catch (const std::exception&) {
      // An I/O error has ended it already.
    }
  }

  const Connection& connection_;
};

/// One row of the schema in reading: what it locks keeps others from a commit, which would have the
/// copy begin again.
class ScopedReader {
 public:
  explicit ScopedReader(const Connection& connection) {
    try {
      rows_.emplace(connection.Prepare("SELECT 1 FROM main.sqlite_master"));
      rows_->Step();
    } catch (const DatabaseError& error) {
      // A schema that cannot be read does not keep its pages from being copied.
      if (!error.IsDamage()) throw;
    }
  }

 private:
  std::optional<Statement> rows_;
};

bool IsInWalMode(const Connection& connection) {
  return connection.Value("PRAGMA main.journal_mode").ToString() == "wal";
}

}  // namespace

DatabaseCopy::DatabaseCopy(const Connection& source, const Connection& target)
    : target_(target),
      backup_(sqlite3_backup_init(target.handle(), "main", source.handle(), "main")) {
  if (backup_ == nullptr) ThrowLastError(target.handle());
}

DatabaseCopy::~DatabaseCopy() { sqlite3_backup_finish(backup_); }

bool DatabaseCopy::Step(int pages) {
  int code = sqlite3_backup_step(backup_, pages);
  if (code == SQLITE_OK) return true;
  if (code == SQLITE_DONE) {
    code = sqlite3_backup_finish(backup_);
    backup_ = nullptr;
    if (code == SQLITE_OK) return false;
  }
  throw DatabaseError(code, sqlite3_errstr(code));
}

int DatabaseCopy::remaining() const { return sqlite3_backup_remaining(backup_); }

int DatabaseCopy::page_count() const { return sqlite3_backup_pagecount(backup_); }

void CopyDatabase(const Connection& from, const Connection& to) {
  DatabaseCopy copy(from, to);
  try {
    const ScopedReader reader(from);
    while (copy.Step(kPagesPerStep)) from.ThrowIfInterrupted();
  } catch (const DatabaseError& error) {
    if (error.IsInterrupt()) throw;
    if (error.IsBusy()) {
      throw DatabaseError(error.extended_code(),
                          "the database cannot be copied while a transaction writes to it: COMMIT "
                          "or ROLLBACK first");
    }
    throw DatabaseError(error.extended_code(), "the database cannot be copied: " + error.message());
  }
}

CopyDone CopyBesideWriters(const Connection& from, const Connection& to,
                           const CopyOptions& options) {
  CopyDone done;
  if (IsInWalMode(from)) {
    const ScopedSnapshot snapshot(from);
    DatabaseCopy copy(from, to);
    while (copy.Step(options.pages_per_step)) {
      if (options.between_steps) options.between_steps();
    }
    return done;
  }
  DatabaseCopy copy(from, to);
  int left = 0;
  for (bool first = true; copy.Step(done.in_one_go ? -1 : options.pages_per_step); first = false) {
    if (options.between_steps) options.between_steps();
    // A step that has begun again has copied the first pages once more.
    if (!first && copy.remaining() >= left && ++done.restarts >= options.restarts) {
      done.in_one_go = true;
    }
    left = copy.remaining();
  }
  return done;
}

Connection OpenBeside(const Connection& connection) {
  const std::string file = connection.FileName();
  if (file.empty()) throw Error("the database is in memory: there is no file to open again");
  if (connection.HasMoved()) {
    throw Error("'" + file +
                "' is not the file any more that this connection works on: it was moved or "
                "replaced meanwhile; open it again");
  }
  sqlite3_vfs* vfs = nullptr;
  sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_VFS_POINTER,
                       static_cast<void*>(&vfs));
  Connection second =
      Connection::Open(file, OpenMode::kReadOnly, vfs == nullptr ? nullptr : vfs->zName);
  const Cell timeout = connection.Value("PRAGMA busy_timeout");
  const std::int64_t patience = std::max(kLeastPatience, *timeout.Integer());
  sqlite3_busy_handler(second.handle(), WaitBriefly, std::bit_cast<void*>(std::intptr_t{patience}));
  return second;
}

ScopedReset::ScopedReset(const Connection& connection) : connection_(connection) {
  sqlite3_db_config(connection_.handle(), SQLITE_DBCONFIG_RESET_DATABASE, 1, nullptr);
}

ScopedReset::~ScopedReset() {
  sqlite3_db_config(connection_.handle(), SQLITE_DBCONFIG_RESET_DATABASE, 0, nullptr);
}

}  // namespace migext::sqlite
