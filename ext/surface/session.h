// What migext remembers on one connection: settings, the project, the report of the last verb.
//
//   const SnapshotPtr now = session.Look();
//   now->graph.LeafNodes("blog"), now->history.Find({"blog", "0001_initial"})
//
// Nothing is stale: each look compares the project's files and the recorded migrations with those
// of the look before, and reads again what has changed.
#ifndef MIGEXT_SURFACE_SESSION_H_
#define MIGEXT_SURFACE_SESSION_H_

#include <memory>
#include <string>
#include <vector>

#include "django/graph.h"
#include "django/project.h"
#include "migrate/history.h"
#include "migrate/rehearsal_step.h"
#include "sqlite/connection.h"
#include "sqlite/rollback_journal.h"
#include "surface/settings.h"

namespace migext::surface {

/// The files and the database at one moment.
struct Snapshot {
  std::shared_ptr<const django::Project> project;
  migrate::History history;
  django::AppliedSet applied;
  django::Graph graph;

  /// What is recorded, in the order of the rows.
  std::vector<django::MigrationKey> RecordedKeys() const;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

class Session {
 public:
  explicit Session(sqlite3* handle);

  const sqlite::Connection& db() const { return db_; }
  Settings& settings() { return settings_; }
  std::vector<std::string>& output() { return output_; }
  /// What the last rehearse() found.
  std::vector<migrate::RehearsalStep>& rehearsal() { return rehearsal_; }
  /// The -journal beside the file before anything was read through this library: SQLite rolls a hot
  /// one back with the first statement that looks for a table.
  const sqlite::RollbackJournal& journal_at_load() const { return journal_at_load_; }

  /// The bound root, else the folder of the main database file or the nearest one above it that
  /// holds manage.py; from the current folder for a database in memory.
  std::string ProjectRoot() const;
  /// Throws Error for what is no folder.  Forgets what was read.
  void BindProject(const std::string& root);

  std::shared_ptr<const django::Project> Project();
  SnapshotPtr Look();
  /// The same with what is recorded in another database.
  SnapshotPtr LookAt(const sqlite::Connection& other);

  /// True while a verb runs on this connection.
  bool in_verb = false;

 private:
  sqlite::Connection db_;
  sqlite::RollbackJournal journal_at_load_;
  Settings settings_;
  std::vector<std::string> output_;
  std::vector<migrate::RehearsalStep> rehearsal_;
  std::string bound_root_;  // "" until BindProject()
  std::string read_root_;
  django::ProjectOptions read_options_;
  std::shared_ptr<const django::Project> project_;
  SnapshotPtr snapshot_;
};

using SessionPtr = std::shared_ptr<Session>;

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_SESSION_H_
