#include "django/project.h"

#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "django/project_reader.h"

namespace migext::django {

std::string_view OriginName(AppOrigin origin) {
  switch (origin) {
    case AppOrigin::kSettings:
      return "settings";
    case AppOrigin::kFound:
      return "found";
    case AppOrigin::kBuiltIn:
      return "built-in";
    case AppOrigin::kSearchPath:
      return "search path";
    case AppOrigin::kMissing:
      return "missing";
  }
  return "missing";
}

namespace {

/// The folders just below that hold manage.py.
std::vector<std::string> FoldersWithManagePy(const std::string& folder) {
  std::vector<std::string> found;
  for (const FolderEntry& entry : ListFolder(folder)) {
    if (entry.kind != FileKind::kFolder || entry.name.starts_with('.')) continue;
    std::string inner = JoinPath(folder, entry.name);
    if (IsFile(JoinPath(inner, "manage.py"))) found.push_back(std::move(inner));
  }
  return found;
}

/// In many repositories the project is a folder of its own: backend/manage.py.
std::string FolderOfManagePy(const std::string& root) {
  if (IsFile(JoinPath(root, "manage.py"))) return root;
  const std::vector<std::string> below = FoldersWithManagePy(root);
  return below.size() == 1 ? below.front() : root;
}

}  // namespace

std::shared_ptr<const Project> Project::Read(const std::string& root,
                                             const ProjectOptions& options) {
  if (!IsFolder(root)) {
    throw Error("'" + root + "' is no folder; give the one that holds manage.py");
  }
  auto data = std::make_unique<ProjectData>();
  data->root = FolderOfManagePy(CanonicalPath(root));
  ReadProject(*data, options);
  return std::shared_ptr<const Project>(new Project(std::move(data)));
}

Project::Project(std::unique_ptr<ProjectData> data) : data_(std::move(data)) {}
Project::~Project() = default;

const std::string& Project::root() const { return data_->root; }
const Dialect& Project::dialect() const { return data_->dialect; }
const std::string& Project::django_version() const { return data_->version; }
const std::string& Project::django_version_origin() const { return data_->version_origin; }
const std::string& Project::settings_module() const { return data_->settings.module; }
const std::string& Project::auth_user_model() const { return data_->field_context.auth_user_model; }
const std::string& Project::default_auto_field() const { return data_->default_auto_field; }
const std::string& Project::database_name() const { return data_->settings.database_name; }
bool Project::use_tz() const { return data_->use_tz; }
const std::string& Project::time_zone() const { return data_->settings.time_zone; }

std::optional<python::Value> Project::Setting(std::string_view name) const {
  for (const auto& [setting, value] : data_->settings.values) {
    if (setting == name) return value;
  }
  return std::nullopt;
}

const FieldContext& Project::field_context() const { return data_->field_context; }
const std::vector<App>& Project::apps() const { return data_->apps; }

const AppsKnowledge& Project::apps_knowledge() const { return data_->apps_knowledge; }

const App* Project::FindApp(std::string_view label) const {
  for (const App& app : data_->apps) {
    if (app.label == label) return &app;
  }
  return nullptr;
}

const std::map<MigrationKey, std::shared_ptr<const Migration>>& Project::migrations() const {
  return data_->migrations;
}

const Migration* Project::FindMigration(const MigrationKey& key) const {
  const auto it = data_->migrations.find(key);
  return it == data_->migrations.end() ? nullptr : it->second.get();
}

const std::map<MigrationKey, UnreadableMigration>& Project::unreadable() const {
  return data_->unreadable;
}

const std::vector<ProjectNote>& Project::notes() const { return data_->notes; }

bool Project::IsCurrent() const { return data_->modules.IsCurrent(); }

std::string FindProjectRoot(const std::string& start) {
  for (std::string folder = start;;) {
    if (IsFile(JoinPath(folder, "manage.py"))) return folder;
    std::string parent = ParentPath(folder);
    if (parent == folder || parent.size() >= folder.size()) return start;
    folder = std::move(parent);
  }
}

}  // namespace migext::django
