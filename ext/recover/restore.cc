#include "recover/restore.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "recover/locks_system.h"
#include "recover/restore_check.h"
#include "recover/safety_copy.h"
#include "sqlite/backup.h"
#include "sqlite/raw_file.h"

namespace migext::recover {
namespace {

using sqlite::Connection;
using sqlite::DatabaseCopy;
using sqlite::DatabaseError;

/// How the live database stands before anything is written.
enum class LiveState : std::uint8_t {
  kRollback,
  kWal,
  kUnreadable,  ///< SQLite refuses the file.
};

LiveState StateOf(const Connection& db) {
  try {
    db.Value("PRAGMA main.schema_version");  // rolls a hot journal back, recovers a -wal
    const std::string mode = db.Value("PRAGMA main.journal_mode").ToString();
    return mode == "wal" ? LiveState::kWal : LiveState::kRollback;
  } catch (const DatabaseError& error) {
    if (!error.IsDamage()) throw;
    return LiveState::kUnreadable;
  }
}

[[noreturn]] void RefuseBusy(const std::string& words) {
  throw Error("nothing was changed, as somebody else uses the database (" + words +
              "): stop the web server, see who it is with SELECT pid, command, note FROM "
              "database_locks, then call again");
}

/// Tells whether somebody has committed since it was made, without a word to the connection that is
/// to be written: SQLite forbids its use while it is the target of a copy.
class ChangeWatch {
 public:
  ChangeWatch(const Connection& db, LiveState state) {
    if (state == LiveState::kWal) {
      second_.emplace(sqlite::OpenBeside(db));
    } else {
      file_ = sqlite::RawFile::Of(db);
    }
    mark_ = Mark();
  }

  bool HasChanged() const { return Mark() != mark_; }

 private:
  /// In rollback mode every commit changes the change counter of the header
  /// (https://sqlite.org/fileformat2.html, 1.3.7); in WAL mode another connection may ask.
  std::string Mark() const {
    if (second_) return second_->Value("PRAGMA main.data_version").ToString();
    return file_ ? file_->Read(24, 4) : "";
  }

  std::optional<Connection> second_;
  std::optional<sqlite::RawFile> file_;
  std::string mark_;
};

std::string Numbered(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string FirstOf(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 5;
  std::vector<std::string> shown(
      names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kMost)));
  if (names.size() > kMost) shown.push_back("…");
  return Join(shown, ", ");
}

/// Leaves WAL mode, as SQLite writes no pages of another size into a -wal; goes back to it at the
/// end, whether the restore was done or not.
class ScopedRollbackMode {
 public:
  explicit ScopedRollbackMode(const Connection& db) : db_(db) {
    try {
      db_.Value("PRAGMA main.journal_mode = DELETE");
    } catch (const DatabaseError& error) {
      if (!error.IsBusy()) throw;
      throw Error(
          "nothing was changed: the backup has pages of another size, for which the database must "
          "leave WAL mode, and it cannot while anybody else has it open; stop the web server, see "
          "who it is with SELECT pid, command, note FROM database_locks, then call again");
    }
  }
  ~ScopedRollbackMode() {
    try {
      db_.Value("PRAGMA main.journal_mode = WAL");
    } catch (const std::exception&) {
      // Somebody has opened it meanwhile.  It works as it is.
    }
  }
  ScopedRollbackMode(const ScopedRollbackMode&) = delete;
  ScopedRollbackMode& operator=(const ScopedRollbackMode&) = delete;

 private:
  const Connection& db_;
};

class RestoreRun {
 public:
  RestoreRun(const RestoreInput& input, const std::string& backup)
      : input_(input), db_(input.db), backup_(CanonicalPath(backup)) {}

  RestoreDone Run() {
    RequireTarget();
    RequireBackup();
    CompareWithProject();
    Write();
    Describe();
    return std::move(done_);
  }

 private:
  void Report(std::string line) { done_.report.push_back(std::move(line)); }

  void RequireTarget() const {
    if (db_.FileName().empty()) {
      throw Error("the database is in memory; open the file that the backup is to replace");
    }
    if (!db_.IsAutocommit()) {
      throw Error(
          "a transaction is open: COMMIT or ROLLBACK it first, then call again; nothing was "
          "changed");
    }
    if (db_.HasMoved()) {
      throw Error("'" + db_.FileName() +
                  "' is not the file any more that this connection works on: it was moved or "
                  "replaced meanwhile; open it again");
    }
    // The backup API writes all the same.
    if (*db_.Value("PRAGMA query_only").Integer() != 0) {
      throw Error("this connection is not to write: type PRAGMA query_only = OFF first");
    }
    if (db_.IsReadOnly()) {
      throw Error("the database can only be read: open it again in a way that lets you write");
    }
  }

  void RequireBackup() {
    if (!IsFile(backup_)) throw Error("there is no file '" + backup_ + "'");
    if (AreSameFile(backup_, db_.FileName())) {
      throw Error("'" + backup_ +
                  "' is the database itself; give a backup of it, see SELECT path, "
                  "taken_at, note FROM database_backups");
    }
    checked_ = StampOf(backup_);
    facts_ = CheckCopy(backup_, input_.prepare);
    const std::string what = "'" + backup_ + "' is not restored: ";
    if (!facts_.damage.empty()) throw Error(what + "it is damaged: " + facts_.damage);
    if (!facts_.unknown.empty()) throw Error(what + facts_.unknown);
    if (facts_.not_django) throw Error(what + *facts_.not_django);
  }

  void CompareWithProject() {
    if (input_.project == nullptr ||
        input_.project->apps_knowledge().known == django::AppsKnown::kNoProject) {
      fit_notes_.push_back("no project was found, so its migrations were not compared with files");
      return;
    }
    const MigrationFit fit = FitOf(facts_.applied, *input_.project);
    if (!fit.strangers.empty()) {
      const std::string words = "it has records of " + Numbered(fit.strangers.size(), "migration") +
                                " that the project has no file for: " + FirstOf(fit.strangers);
      if (input_.strangers == Strangers::kRefused) {
        throw Error("'" + backup_ + "' is not restored: " + words +
                    "; check out the files of its time, or take it as it is: SELECT "
                    "restore_database(" +
                    SqlLiteral(backup_) + ", 'force')");
      }
      fit_notes_.push_back(words);
    }
    if (!fit.unseen.empty()) {
      fit_notes_.push_back("of apps that are not found here: " + FirstOf(fit.unseen));
    }
    if (!fit.pending.empty()) {
      fit_notes_.push_back(Numbered(fit.pending.size(), "migration") +
                           " of the project not in it, to be applied with SELECT migrate(): " +
                           FirstOf(fit.pending));
    }
  }

  void Write() {
    const Connection backup = Connection::Open(backup_, sqlite::OpenMode::kImmutable);
    const LiveState state = StateOf(db_);
    if (state == LiveState::kUnreadable) {
      safety_.emplace(BackupInput{db_, input_.prepare});
      const sqlite::ScopedReset reset(db_);
      DatabaseCopy copy(backup, db_);
      Finish(copy);
    } else if (state == LiveState::kWal && PageSize() != facts_.page_size) {
      const ScopedRollbackMode mode(db_);
      WriteSound(backup, LiveState::kRollback);
    } else {
      WriteSound(backup, state);
    }
  }

  std::int64_t PageSize() const { return *db_.Value("PRAGMA main.page_size").Integer(); }

  void WriteSound(const Connection& backup, LiveState state) {
    {
      // Before the time is spent that the safety copy takes.
      DatabaseCopy probe(backup, db_);
      Lock(probe);
    }
    // The safety copy comes before the lock, as in rollback mode nobody can read behind it.
    const ChangeWatch watch(db_, state);
    safety_.emplace(BackupInput{db_, input_.prepare});
    DatabaseCopy copy(backup, db_);
    Lock(copy);
    if (watch.HasChanged()) {
      throw Error(
          "nothing was changed, as somebody else has written to the database meanwhile: stop the "
          "web server, then call again");
    }
    Finish(copy);
  }

  static void Lock(DatabaseCopy& copy) {
    try {
      copy.Step(0);
    } catch (const DatabaseError& error) {
      if (error.IsBusy()) RefuseBusy(error.words());
      throw;
    }
  }

  void Finish(DatabaseCopy& copy) {
    try {
      // All but the last page: the step that copies that one commits as well.
      if (copy.remaining() == 0) copy.Step(0);
      if (copy.remaining() > 1) copy.Step(copy.remaining() - 1);
      RequireSameBackup();
      while (copy.Step(-1)) {
      }
    } catch (const DatabaseError& error) {
      if (error.IsBusy()) RefuseBusy(error.words());
      safety_->Keep();
      throw Error("the restore was stopped and taken back: " + error.words() +
                  "; what was there before is in '" + safety_->path() + "' too");
    }
    safety_->Keep();
  }

  /// SQLite notices no change of a file that is opened as immutable.
  void RequireSameBackup() const {
    if (StampOf(backup_) == checked_) return;
    throw Error("nothing was changed, as '" + backup_ +
                "' was written to while it was restored: see who does that, then call again");
  }

  void Describe() {
    done_.path = backup_;
    done_.safety_copy = safety_->path();
    done_.answer = "restored " + std::to_string(facts_.size) + " bytes from " + backup_ +
                   "; heads " + HeadsLine(facts_.heads) + "; what was there is in " +
                   done_.safety_copy;
    Report(done_.answer);
    if (safety_->damage().empty()) {
      done_.undo = "SELECT restore_database(" + SqlLiteral(done_.safety_copy) + ");";
      Report("  to take it back: " + done_.undo);
    } else {
      Report("  what was there is damaged and was copied byte by byte: " + safety_->damage());
    }
    for (const std::string& note : fit_notes_) Report("  " + note);
    for (const std::string& line : facts_.dangling) Report("  " + line + " (as in the backup)");
    for (const std::string& rule : facts_.broken_rules) Report("  " + rule + " (as in the backup)");
  }

  const RestoreInput& input_;
  const Connection& db_;
  const std::string backup_;
  FileStamp checked_;  ///< Of the backup, before it was checked.
  CopyFacts facts_;
  std::vector<std::string> fit_notes_;
  std::optional<SafetyCopy> safety_;
  RestoreDone done_;
};

}  // namespace

RestoreDone Restore(const RestoreInput& input, const std::string& backup) {
  return RestoreRun(input, backup).Run();
}

}  // namespace migext::recover
