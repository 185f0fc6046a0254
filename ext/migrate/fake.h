// Changing the history alone: records are written and removed, the schema stays as it is.
//
//   HistoryEditor editor({db, graph, context, journal_on});
//   HistoryChange change = editor.FakeApply("blog", "0003", Force::kNo);
//   change.answer   // "recorded blog.0003_add_comment_nesting_fields as applied"
//   change.report   // "  Applying blog.0003_add_comment_nesting_fields... FAKED"
//
// No change acts on a guess: a migration is recorded only if the schema shows what it should have
// left there, or if nothing of it can be shown.  Each is written to the journal.
// REQUIRES: a savepoint of the caller; what is thrown must undo everything.
#ifndef MIGEXT_MIGRATE_FAKE_H_
#define MIGEXT_MIGRATE_FAKE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "django/graph.h"
#include "migrate/checksums.h"
#include "migrate/effects.h"
#include "schema/table.h"
#include "sqlite/connection.h"

namespace migext::migrate {

enum class Force : std::uint8_t { kNo, kYes };

struct HistoryChange {
  std::string answer;               ///< One short line.
  std::vector<std::string> report;  ///< In Django's words.
};

struct HistoryEditorInput {
  const sqlite::Connection& db;
  const django::Graph& graph;  ///< Built with the records of this database.
  const schema::SchemaContext& context;
  bool journal = true;
};

class HistoryEditor {
 public:
  /// Throws Error for a history that cannot be read to its end.
  explicit HistoryEditor(const HistoryEditorInput& input);

  /// `migrate app name --fake` for that one migration.  `force` records it against the evidence,
  /// and before what it needs.
  HistoryChange FakeApply(std::string_view app, std::string_view name, Force force);
  /// Removes the records of that one migration, or of one without a file (by its full name).
  HistoryChange FakeUnapply(std::string_view app, std::string_view name, Force force);
  /// What `migrate --fake-initial` would fake, by tables and columns; runs nothing.  An empty app
  /// means all.
  HistoryChange FakeInitial(std::string_view app);
  /// `migrate app --prune`; `force` also for an app that is not installed.
  HistoryChange Prune(std::string_view app, Force force);

 private:
  using Keys = std::vector<django::MigrationKey>;

  bool IsUnreachable(const django::MigrationKey& key) const;
  Keys UnappliedNeeds(const django::MigrationKey& key) const;
  Keys AppliedDependents(const django::MigrationKey& key) const;
  const Effects& EffectsAround(const django::MigrationKey& key);
  std::string EvidenceAgainst(const django::MigrationKey& key);
  void ReportUnproved(const django::MigrationKey& key, HistoryChange& change);
  void ReportLeftBehind(const django::MigrationKey& key, HistoryChange& change);
  void Record(const django::MigrationKey& key);
  void Unrecord(const django::MigrationKey& key);
  /// MigrationExecutor.check_replacements().
  void RecordCompletedSquashes(HistoryChange& change);
  Keys ToPrune(std::string_view app) const;
  void RequireNoPartOfSquash(const Keys& to_prune) const;
  void RequireNewFiles(std::string_view app);
  void RequirePrunable(std::string_view app, const Keys& to_prune, Force force);
  void Finish(std::string_view verb, std::string_view target, const HistoryChange& change);

  HistoryEditorInput input_;
  ChecksumBook checksums_;
  django::AppliedSet recorded_;  // rows
  django::AppliedSet applied_;   // with the squashes that the rows complete
  std::optional<Effects> effects_;
  std::vector<std::string> undo_;
};

/// The first operation that the schema shows not to be done, with the evidence; "" when there is
/// none.
std::string FirstUndone(const Effects& effects, const django::MigrationKey& key);

/// A recorded migration of the same app, named behind this one, whose file cannot be read: it may
/// need this one.
std::optional<django::MigrationKey> UnreadableAbove(const django::MigrationSource& source,
                                                    const django::AppliedSet& recorded,
                                                    const django::MigrationKey& key);

/// Migration.initial, or as MigrationExecutor.detect_soft_applied() guesses it.
bool IsInitial(const django::Migration& migration);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_FAKE_H_
