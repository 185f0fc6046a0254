// Runs one migration on a database, either way: all of it with its record, or nothing of it.
//
//   MigrationRunner runner({db, project, context, journal_on});
//   runner.Run(prepared);        // in a transaction of its own, or a savepoint of the caller's
//
// A migration with atomic = False is run operation by operation, each in a transaction, so that an
// interruption leaves no operation half done, and the journal says how far it came.
// REQUIRES: foreign keys are not enforced while it runs.
#ifndef MIGEXT_MIGRATE_MIGRATION_RUNNER_H_
#define MIGEXT_MIGRATE_MIGRATION_RUNNER_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "django/project.h"
#include "migrate/content_types.h"
#include "migrate/foreign_keys.h"
#include "migrate/prepared.h"
#include "migrate/quarantine.h"
#include "migrate/run_code.h"
#include "migrate/statement_runner.h"
#include "schema/table.h"
#include "sqlite/connection.h"

namespace migext::migrate {

struct RunnerInput {
  const sqlite::Connection& db;
  const django::Project& project;
  const schema::SchemaContext& context;
  bool journal = true;
  /// HistoryMark() of the history that the plan was made from.
  std::string history_mark = {};
  /// Of the run that the migrations are part of; nullptr renames no content types.
  const ContentTypeRenames* renames = nullptr;
  Quarantine* quarantine = nullptr;  ///< nullptr: what is dropped is not kept.
};

class MigrationRunner {
 public:
  explicit MigrationRunner(const RunnerInput& input);

  /// Throws Error, with the operation's place, for what SQLite, Django or a twin's absence refuses.
  void Run(const PreparedMigration& prepared);

  /// Operations of a migration that is not atomic and not recorded, as far as the journal knows
  /// them done.
  std::set<int> DoneBefore(const django::MigrationKey& key) const;

  ForeignKeyWatch& foreign_keys() { return foreign_keys_; }
  /// What a person should know of the migrations that were run.
  const std::vector<std::string>& warnings() const { return warnings_; }
  /// By the migration that was run last.
  const std::vector<CopiedTable>& copied() const { return copied_; }

 private:
  /// Another connection may have run the same migrations since the plan was made.
  void RequireSameHistory() const;
  void RunWhole(const PreparedMigration& prepared);
  void RunStepwise(const PreparedMigration& prepared);
  void RunOperation(const PreparedMigration& prepared, const PreparedOperation& operation);
  void RenameContentType(const PreparedMigration& prepared, const PreparedOperation& operation);
  void RunStatement(const PreparedMigration& prepared, const PreparedOperation& operation,
                    const schema::Statement& statement);
  /// What is put off, the record and the checks.
  void Finish(const PreparedMigration& prepared);
  void Record(const PreparedMigration& prepared);
  void RecordWithParts(const django::MigrationKey& key, bool backwards);
  void CheckForeignKeys(const PreparedMigration& prepared);
  void Journal(const PreparedMigration& prepared, const std::string& detail) const;

  RunnerInput input_;
  CodeRunner code_;
  ForeignKeyWatch foreign_keys_;
  std::vector<std::string> warnings_;
  std::vector<CopiedTable> copied_;
  std::optional<StatementRunner> statements_;  ///< Of the migration that is run.
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_MIGRATION_RUNNER_H_
