#include "recover/backup.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "recover/new_file.h"
#include "sqlite/backup.h"

namespace migext::recover {
namespace {

using sqlite::Connection;
using sqlite::OpenMode;
using sqlite::TransactionState;

/// Whence the pages come, and what is to be said about it.
struct Source {
  std::optional<Connection> second;  ///< Nothing: the connection itself.
  std::string note;
};

bool IsHeldForItself(const Connection& db) {
  return db.Value("PRAGMA main.locking_mode").ToString() == "exclusive";
}

[[noreturn]] void RefuseOpenChanges(const std::string& why) {
  throw Error("the open transaction has changed the database, and " + why +
              ": COMMIT or ROLLBACK first, then call again");
}

/// What a connection that only reads cannot do: rolls a hot journal back, recovers a -wal.  What
/// else is in the way is told when the copy is made.
void Recover(const Connection& second, const Connection& db) {
  try {
    second.Value("PRAGMA main.schema_version");
  } catch (const sqlite::DatabaseError& error) {
    if (!error.IsBusy() && !error.IsDamage()) db.Value("PRAGMA main.schema_version");
  }
}

Source OpenSource(const Connection& db) {
  const bool is_changing = db.State() == TransactionState::kWrite;
  if (db.FileName().empty()) {
    if (is_changing)
      RefuseOpenChanges("a database in memory can only be copied as it is committed");
    return {};
  }
  if (IsHeldForItself(db)) {
    if (is_changing) RefuseOpenChanges("locking_mode is exclusive, so that nobody else can read");
    return {};
  }
  Source source{sqlite::OpenBeside(db), {}};
  Recover(*source.second, db);
  if (is_changing) {
    source.note =
        "the changes of your open transaction are not in it: it is what was committed last";
  }
  return source;
}

std::string Lines(std::int64_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

class BackupRun {
 public:
  explicit BackupRun(const BackupInput& input) : input_(input) {}

  BackupDone Run(const std::string& path) {
    done_.path = path;
    NewFile file(path);
    Copy(file.partial_path());
    done_.facts = CheckCopy(file.partial_path(), input_.prepare);
    RequireSound();
    file.Publish();
    Describe();
    return std::move(done_);
  }

 private:
  void Report(std::string line) { done_.report.push_back(std::move(line)); }

  void Copy(const std::string& partial_path) {
    const Source source = OpenSource(input_.db);
    source_note_ = source.note;
    const Connection target = Connection::Open(partial_path, OpenMode::kReadWrite);
    // Nobody sees the part before it is whole, and it is brought to the disk at the end.
    target.Run("PRAGMA journal_mode = OFF");
    target.Run("PRAGMA synchronous = OFF");
    try {
      if (!source.second) {
        sqlite::CopyDatabase(input_.db, target);
        return;
      }
      sqlite::CopyOptions options;
      options.between_steps = [&] { input_.db.ThrowIfInterrupted(); };
      copied_ = sqlite::CopyBesideWriters(*source.second, target, options);
    } catch (const sqlite::DatabaseError& error) {
      Refuse(error);
    }
  }

  [[noreturn]] static void Refuse(const sqlite::DatabaseError& error) {
    const std::string what = "no backup was made: " + error.words();
    if (error.IsDamage()) throw DamagedSource(what + WayOutOfDamage(), error.words());
    if (error.IsBusy()) {
      throw Error(what +
                  "; somebody is writing to the database just now: SELECT pid, command, note FROM "
                  "database_locks shows who; wait, or raise the patience with SELECT "
                  "migext_setting('busy_timeout_ms', '60000')");
    }
    throw Error(what);
  }

  static std::string WayOutOfDamage() {
    return "; the database is damaged, and SELECT salvage_database('salvaged.sqlite3') saves what "
           "can be read of it";
  }

  void RequireSound() const {
    if (!done_.facts.damage.empty()) {
      throw DamagedSource(
          "no backup was made, as it would be damaged: " + done_.facts.damage + WayOutOfDamage(),
          done_.facts.damage);
    }
  }

  void Describe() {
    const CopyFacts& facts = done_.facts;
    const bool is_verified = facts.unknown.empty();
    done_.answer =
        "backed up " + std::to_string(facts.size) + " bytes to " + done_.path +
        (is_verified ? ", verified" : ", NOT VERIFIED") +
        (facts.not_django ? "; no Django database" : "; heads " + HeadsLine(facts.heads));
    Report(done_.answer);
    if (!source_note_.empty()) Report("  " + source_note_);
    if (is_verified) {
      Report("  integrity_check: ok");
    } else {
      Report("  it could not be verified: " + facts.unknown);
    }
    for (const std::string& rule : facts.broken_rules) Report("  " + rule + " (as in the source)");
    for (const std::string& line : facts.dangling) Report("  " + line + " (as in the source)");
    if (is_verified && facts.dangling.empty()) Report("  foreign_key_check: ok");
    Report("  migrations: " + (facts.not_django ? *facts.not_django : Join(facts.heads, ", ")));
    if (copied_.restarts > 0) {
      Report("  begun again " + Lines(copied_.restarts, "time") + ", as others wrote meanwhile" +
             (copied_.in_one_go ? "; then copied in one go, while commits waited" : ""));
    }
  }

  const BackupInput& input_;
  BackupDone done_;
  sqlite::CopyDone copied_;
  std::string source_note_;
};

}  // namespace

std::string NewFilePath(const std::string& path, const std::string& verb) {
  if (path.find('\0') != std::string::npos) throw Error("the path has a NUL character in it");
  for (const char* suffix : {"-journal", "-wal", "-shm"}) {
    if (!path.ends_with(suffix)) continue;
    throw Error("'" + path + "' ends with " + suffix +
                ", so SQLite would take it for a part of another database; give another name");
  }
  if (IsFolder(path)) {
    throw Error("'" + path + "' is a folder; for a file in it that is named by time, type SELECT " +
                verb + "(" + SqlLiteral(path + "/") + ")");
  }
  const std::string folder = ParentPath(path);
  if (!IsFolder(folder)) {
    throw Error("there is no folder '" + folder + "' for '" + BaseName(path) +
                "'; make it first, or give a path in one that is there");
  }
  return JoinPath(CanonicalPath(folder), BaseName(path));
}

BackupDone BackUp(const BackupInput& input, const std::string& path) {
  return BackupRun(input).Run(NewFilePath(path, "backup_database"));
}

}  // namespace migext::recover
