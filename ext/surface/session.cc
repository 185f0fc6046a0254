#include "surface/session.h"

#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "sqlite/despite_header.h"

namespace migext::surface {

std::vector<django::MigrationKey> Snapshot::RecordedKeys() const {
  std::vector<django::MigrationKey> keys;
  for (const migrate::Record& record : history.records()) keys.push_back(record.key);
  return keys;
}

Session::Session(sqlite3* handle) : db_(sqlite::Connection::Borrow(handle)) {
  const std::string file = db_.FileName();
  if (!file.empty()) journal_at_load_ = sqlite::RollbackJournal::Read(file + "-journal");
}

std::string Session::ProjectRoot() const {
  if (!bound_root_.empty()) return bound_root_;
  const std::string file = db_.FileName();
  return django::FindProjectRoot(file.empty() ? CanonicalPath(".") : ParentPath(file));
}

void Session::BindProject(const std::string& root) {
  if (!IsFolder(root)) {
    throw Error("'" + root + "' is no folder; give the one that holds manage.py");
  }
  bound_root_ = CanonicalPath(root);
  project_.reset();
  snapshot_.reset();
}

std::shared_ptr<const django::Project> Session::Project() {
  const std::string root = ProjectRoot();
  const django::ProjectOptions options = settings_.ProjectOptions();
  const bool same = project_ != nullptr && root == read_root_ && options == read_options_ &&
                    project_->IsCurrent();
  if (!same) {
    project_ = django::Project::Read(root, options);
    read_root_ = root;
    read_options_ = options;
  }
  return project_;
}

SnapshotPtr Session::Look() {
  sqlite::RequireOwnHeader(db_);
  const std::shared_ptr<const django::Project> project = Project();
  migrate::History history = migrate::History::Read(db_);
  django::AppliedSet applied = history.Applied();
  // The graph depends on the files and on which migrations are recorded, nothing else.
  const bool same =
      snapshot_ != nullptr && snapshot_->project == project && snapshot_->applied == applied;
  django::Graph graph = same ? snapshot_->graph : django::Graph::Build(*project, &applied);
  snapshot_ = std::make_shared<const Snapshot>(
      Snapshot{project, std::move(history), std::move(applied), std::move(graph)});
  return snapshot_;
}

SnapshotPtr Session::LookAt(const sqlite::Connection& other) {
  const std::shared_ptr<const django::Project> project = Project();
  migrate::History history = migrate::History::Read(other);
  django::AppliedSet applied = history.Applied();
  django::Graph graph = django::Graph::Build(*project, &applied);
  return std::make_shared<const Snapshot>(
      Snapshot{project, std::move(history), std::move(applied), std::move(graph)});
}

}  // namespace migext::surface
