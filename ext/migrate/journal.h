// The table migext_journal: what the verbs did to this database, and how each change is taken back.
//
//   Journal(db).Write({"fake_apply", "blog.0003_x", "recorded as applied", undo});
//   Journal(db).UndoLast();   // gives back the entry that it has undone
//
// It is an ordinary table in the same file, written in the transaction of the change.  `undo` is
// SQL that restores the same rows of django_migrations.  As the file may come from anybody, what
// stands there is run only if it is of the two forms that the recorder writes.
#ifndef MIGEXT_MIGRATE_JOURNAL_H_
#define MIGEXT_MIGRATE_JOURNAL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sqlite/connection.h"

namespace migext::migrate {

inline constexpr std::string_view kJournalTable = "migext_journal";

struct JournalEntry {
  std::string verb;
  std::string target;
  std::string detail;
  std::string undo;  ///< Statements, each with its semicolon; "" for what cannot be taken back.
  std::int64_t id = 0;
};

class Journal {
 public:
  explicit Journal(const sqlite::Connection& connection) : connection_(connection) {}

  /// Makes the table if it is not there.
  void Write(const JournalEntry& entry) const;
  /// The last change of history that is not undone yet.
  std::optional<JournalEntry> LastUndoable() const;
  /// Takes it back and writes that down.  Throws Error when there is none, or when the history has
  /// changed since so that the same rows cannot be restored.
  /// REQUIRES: a savepoint of the caller, to be rolled back when this throws.
  JournalEntry UndoLast() const;

 private:
  const sqlite::Connection& connection_;
};

/// True for the INSERT and DELETE on django_migrations and the UPDATE of a checksum that migext
/// writes: literals only.
bool IsUndoStatement(std::string_view sql);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_JOURNAL_H_
