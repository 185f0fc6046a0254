#include "surface/project.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/json.h"
#include "surface/filter.h"

namespace migext::surface {
namespace {

using django::Migration;
using django::MigrationKey;
using sqlite::Arguments;
using sqlite::Cell;

std::string Summary(const django::Project& project) {
  std::size_t apps = 0;
  for (const django::App& app : project.apps()) apps += app.has_migrations ? 1 : 0;
  const std::size_t unreadable = project.unreadable().size();
  std::string text = project.root() + ": " + std::to_string(apps) + " apps with " +
                     std::to_string(project.migrations().size() + unreadable) + " migrations";
  if (unreadable > 0) text += ", " + std::to_string(unreadable) + " of them unreadable";
  return text;
}

struct AppRow {
  SnapshotPtr now;
  const django::App* app;
  std::size_t migrations = 0;
  std::size_t applied = 0;
  std::size_t leaves = 0;
};

std::vector<AppRow> AppRows(Session& session) {
  const SnapshotPtr now = session.Look();
  std::vector<AppRow> rows;
  for (const django::App& app : now->project->apps()) {
    AppRow row{now, &app};
    const auto of_app = [&app](const auto& item) { return item.first.app == app.label; };
    const auto& readable = now->project->migrations();
    const auto& unreadable = now->project->unreadable();
    row.migrations =
        static_cast<std::size_t>(std::count_if(readable.begin(), readable.end(), of_app) +
                                 std::count_if(unreadable.begin(), unreadable.end(), of_app));
    for (const MigrationKey& key : now->applied) row.applied += key.app == app.label ? 1 : 0;
    row.leaves = now->graph.LeafNodes(app.label).size();
    rows.push_back(std::move(row));
  }
  return rows;
}

/// A file, readable or not.
struct FileRow {
  SnapshotPtr now;
  const MigrationKey* key;
  const Migration* migration;  // null when unreadable
  const django::UnreadableMigration* unreadable;
};

std::vector<FileRow> FileRows(Session& session, const Arguments& given) {
  const SnapshotPtr now = session.Look();
  const AppFilter wanted(*now, given, 0);
  std::vector<FileRow> rows;
  for (const auto& [key, migration] : now->project->migrations()) {
    if (wanted.Takes(key.app)) rows.push_back({now, &key, migration.get(), nullptr});
  }
  for (const auto& [key, unreadable] : now->project->unreadable()) {
    if (wanted.Takes(key.app)) rows.push_back({now, &key, nullptr, &unreadable});
  }
  std::sort(rows.begin(), rows.end(),
            [](const FileRow& a, const FileRow& b) { return *a.key < *b.key; });
  return rows;
}

void WritePair(JsonWriter& json, const MigrationKey& key) {
  json.BeginArray();
  json.Text(key.app);
  json.Text(key.name);
  json.EndArray();
}

std::string Pairs(const std::vector<MigrationKey>& keys) {
  JsonWriter json;
  json.BeginArray();
  for (const MigrationKey& key : keys) WritePair(json, key);
  json.EndArray();
  return json.Take();
}

std::string Dependencies(const Migration& migration) {
  std::vector<MigrationKey> keys;
  for (const django::Dependency& dependency : migration.dependencies)
    keys.push_back(dependency.key);
  return Pairs(keys);
}

Cell ErrorOf(const FileRow& row) {
  if (row.unreadable == nullptr) return {};
  const std::string place = Describe(row.unreadable->place);
  return (place.empty() ? "" : place + ": ") + row.unreadable->error;
}

/// A column that only a readable file has.
template <typename Get>
sqlite::Column<FileRow> Of(std::string name, Get get) {
  return {std::move(name), [get](const FileRow& row) -> Cell {
            return row.migration == nullptr ? Cell() : Cell(get(*row.migration));
          }};
}

}  // namespace

sqlite::Function MigrationProject(const SessionPtr& session) {
  return {"migration_project", 0, 1, sqlite::Safety::kDirectOnly,
          [session](const Arguments& given) -> Cell {
            if (given.size() == 0) return session->ProjectRoot();
            session->BindProject(given.Text(0));
            return Summary(*session->Project());
          }};
}

sqlite::Table MigrationApps(const SessionPtr& session) {
  return sqlite::MakeTable<AppRow>({
      .name = "migration_apps",
      .columns = {{"label", [](const AppRow& row) -> Cell { return row.app->label; }},
                  {"directory",
                   [](const AppRow& row) { return sqlite::TextOrNull(row.app->directory); }},
                  {"origin", [](const AppRow& row) -> Cell { return OriginName(row.app->origin); }},
                  {"migrations", [](const AppRow& row) -> Cell { return row.migrations; }},
                  {"applied", [](const AppRow& row) -> Cell { return row.applied; }},
                  {"leaves", [](const AppRow& row) -> Cell { return row.leaves; }}},
      .rows = [session](const Arguments&) { return AppRows(*session); },
  });
}

sqlite::Table MigrationFiles(const SessionPtr& session) {
  return sqlite::MakeTable<FileRow>({
      .name = "migration_files",
      .arguments = {"for_app"},
      .columns = {{"app", [](const FileRow& row) -> Cell { return row.key->app; }},
                  {"name", [](const FileRow& row) -> Cell { return row.key->name; }},
                  {"path",
                   [](const FileRow& row) -> Cell {
                     return row.migration != nullptr ? row.migration->path : row.unreadable->path;
                   }},
                  Of("generated_by",
                     [](const Migration& it) { return sqlite::TextOrNull(it.generated_by); }),
                  Of("initial", [](const Migration& it) { return Cell(it.initial); }),
                  Of("atomic", [](const Migration& it) { return it.atomic; }),
                  Of("dependencies", Dependencies),
                  Of("run_before", [](const Migration& it) { return Pairs(it.run_before); }),
                  Of("replaces", [](const Migration& it) { return Pairs(it.replaces); }),
                  Of("operations", [](const Migration& it) { return it.operations.size(); }),
                  {"status",
                   [](const FileRow& row) -> Cell {
                     return row.migration != nullptr ? "ok" : "unreadable";
                   }},
                  {"error", ErrorOf}},
      .rows = [session](const Arguments& given) { return FileRows(*session, given); },
  });
}

}  // namespace migext::surface
