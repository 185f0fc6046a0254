#include "django/project_reader.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "django/app_finder.h"
#include "django/contrib.h"
#include "django/evidence.h"
#include "django/migration_reader.h"
#include "django/natives.h"
#include "django/version_finder.h"

namespace migext::django {
namespace {

constexpr std::string_view kDefaultVersion = "5.2";
constexpr std::string_view kOldestVersion = "3.2";

struct MigrationFile {
  MigrationKey key;
  std::string module;  ///< Dotted; "" for one of django.contrib.
  std::string path;
  std::string generated_by;
  bool is_only_compiled = false;
};

class ProjectReader {
 public:
  ProjectReader(ProjectData& data, const ProjectOptions& options)
      : data_(data), options_(options), evidence_(data.modules, data.root) {}

  void Read() {
    AddFolders();
    data_.python = std::make_unique<python::Interpreter>(data_.modules);
    FindVersionWithoutMigrations();
    DefineDjango(*data_.python, version_);
    data_.settings = ReadSettings(*data_.python, data_.modules, data_.root,
                                  options_.settings_module, data_.notes);
    data_.apps = FindApps(*data_.python, data_.modules, data_.settings, data_.root, data_.notes);
    for (const App& app : data_.apps) ListMigrations(app);
    SettleVersion();
    SettleSettings();
    SettleApps();
    for (const MigrationFile& file : files_) ReadFile(file);
    if (!data_.settings.installed_apps_known) AddNeededContrib();
    ReadContrib();
  }

 private:
  void AddFolders() {
    data_.modules.SetRoot(data_.root);
    data_.modules.AddFolder(data_.root, FolderModules::Role::kProject);
    for (const std::string& folder : options_.search_path) {
      const std::string path = folder.starts_with('/') ? folder : JoinPath(data_.root, folder);
      if (IsFolder(path)) {
        data_.modules.AddFolder(CanonicalPath(path), FolderModules::Role::kLibrary);
      } else {
        Note("'" + folder + "' of 'search_path' is no folder");
      }
    }
  }

  // ---- Version

  void FindVersionWithoutMigrations() {
    version_ = *ParseVersion(kDefaultVersion);
    data_.version_origin = "default";
    if (!options_.django_version.empty()) {
      DialectFor(options_.django_version);  // Throws Error for what is no version.
      version_ = *ParseVersion(options_.django_version);
      data_.version_origin = "setting";
    } else if (auto required = FindRequiredVersion(data_.modules, data_.root)) {
      version_ = std::move(required->version);
      data_.version_origin = std::move(required->origin);
    }
  }

  /// The newest header may tell of a newer Django than the requirements do.
  void SettleVersion() {
    if (options_.django_version.empty()) {
      for (const MigrationFile& file : files_) {
        const auto written_by = ParseVersion(file.generated_by);
        if (!written_by) continue;
        if (data_.version_origin != "default" && !written_by->IsNewerThan(version_)) continue;
        version_ = *written_by;
        data_.version_origin = "header of " + file.key.ToString();
      }
    }
    data_.version = version_.text;
    const Version oldest = *ParseVersion(kOldestVersion);
    if (oldest.IsNewerThan(version_)) {
      Note("Django " + version_.text + " (" + data_.version_origin +
           ") is older than all that are known; read as " + oldest.text);
      version_ = oldest;
    }
    data_.dialect = DialectFor(version_.text);
    DefineDjango(*data_.python, version_);
  }

  // ---- Settings

  void SettleSettings() {
    Settings& settings = data_.settings;
    data_.use_tz = settings.use_tz.value_or(data_.dialect.use_tz_by_default);
    data_.default_auto_field = settings.default_auto_field;
    if (data_.default_auto_field.empty()) {
      data_.default_auto_field = data_.dialect.big_auto_field_by_default
                                     ? "django.db.models.BigAutoField"
                                     : "django.db.models.AutoField";
    }
    FieldContext& context = data_.field_context;
    context.dialect = &data_.dialect;
    context.auth_user_model =
        options_.auth_user_model.empty() ? settings.auth_user_model : options_.auth_user_model;
    context.swappable = settings.swappable;
    context.field_types = options_.field_types;
    for (const App& app : data_.apps) context.app_labels.emplace_back(app.package, app.label);
    context.python = data_.python.get();
    DefineSettings(*data_.python, settings);
    data_.modules.OnForeign([this](std::string_view module) { return !IsKnownForeign(module); });
  }

  void SettleApps() {
    AppsKnowledge& knowledge = data_.apps_knowledge;
    const Settings& settings = data_.settings;
    const bool has_app = std::any_of(data_.apps.begin(), data_.apps.end(), [](const App& app) {
      return app.has_migrations || app.lacks_init;
    });
    if (settings.failure) {
      knowledge = {AppsKnown::kUnreadableSettings, *settings.failure};
    } else if (settings.installed_apps_known) {
      knowledge.known = AppsKnown::kAll;
    } else if (settings.module.empty() && !has_app) {
      knowledge = {AppsKnown::kNoProject,
                   {{},
                    "no Django project was found in " + data_.root +
                        ": there are no settings, and no app with migrations"}};
    } else {
      knowledge.known = AppsKnown::kFound;
    }
  }

  bool IsKnownForeign(std::string_view module) {
    for (const auto& [path, type] : options_.field_types) {
      if (path.starts_with(std::string(module) + ".")) return true;
    }
    return evidence_.SpeaksFor(module, data_.settings);
  }

  // ---- Files

  /// The names that load_disk() gets from pkgutil.iter_modules().
  void ListMigrations(const App& app) {
    if (!app.has_migrations) {
      if (app.origin != AppOrigin::kMissing) NoteMissingInit(app);
      return;
    }
    if (IsFromNotation(app)) return;
    data_.modules.AddMigrations(app.migrations_module);
    const auto location = data_.modules.Locate(app.migrations_module);
    if (!location) return;
    const std::vector<FolderEntry>& entries = data_.modules.List(location->path);
    for (const FolderEntry& entry : entries) {
      const bool is_source = entry.name.ends_with(".py");
      if (!is_source && !entry.name.ends_with(".pyc")) continue;
      const std::string name = entry.name.substr(0, entry.name.rfind(".py"));
      if (name.empty() || name.front() == '_' || name.front() == '~') continue;
      if (name.find('.') != std::string::npos || entry.kind == FileKind::kFolder) continue;
      if (!is_source && data_.modules.FindEntry(location->path, name + ".py") != nullptr) continue;
      AddFile(app, name, JoinPath(location->path, entry.name), !is_source);
    }
  }

  void AddFile(const App& app, const std::string& name, std::string path, bool is_only_compiled) {
    MigrationFile file{{app.label, name},
                       app.migrations_module + "." + name,
                       std::move(path),
                       {},
                       is_only_compiled};
    const bool is_own = app.origin == AppOrigin::kSettings || app.origin == AppOrigin::kFound;
    if (!is_only_compiled) {
      std::string generated_by = GeneratedBy(data_.modules.Preload(file.path));
      if (is_own) file.generated_by = std::move(generated_by);
    }
    files_.push_back(std::move(file));
  }

  void NoteMissingInit(const App& app) {
    if (!app.lacks_init) return;
    const auto location = data_.modules.Locate(app.migrations_module);
    Note("'" + data_.modules.Shown(location->path) + "' has no __init__.py: Django takes " +
         app.label + " for an app without migrations; create the empty file");
  }

  void ReadFile(const MigrationFile& file) {
    if (file.is_only_compiled) {
      const std::string source = file.key.name + ".py";
      return Fail(file, {data_.modules.Shown(file.path), 0, 0, {}},
                  "only the compiled file is here; put " + source + " beside it");
    }
    try {
      Migration migration =
          ReadMigration(data_.python->Import(file.module), file.key, data_.field_context);
      migration.path = data_.modules.Shown(file.path);
      migration.generated_by = file.generated_by;
      data_.migrations.emplace(file.key, std::make_shared<const Migration>(std::move(migration)));
    } catch (const Error& error) {
      Fail(file, error.place(), error.message());
    }
  }

  void Fail(const MigrationFile& file, Place place, const std::string& message) {
    place.file =
        place.file.empty() ? data_.modules.Shown(file.path) : data_.modules.Shown(place.file);
    data_.unreadable.emplace(file.key, UnreadableMigration{file.key, data_.modules.Shown(file.path),
                                                           std::move(place), message});
  }

  // ---- django.contrib

  static bool IsFromNotation(const App& app) {
    return IsContribLabel(app.label) && app.package == "django.contrib." + app.label &&
           app.migrations_module == app.package + ".migrations";
  }

  /// Without settings the apps of django.contrib that count are those that others depend on.
  void AddNeededContrib() {
    std::set<std::string> needed;
    for (const auto& [key, migration] : data_.migrations) {
      for (const Dependency& dependency : migration->dependencies)
        needed.insert(dependency.key.app);
    }
    if (needed.contains("admin")) needed.insert("auth");
    if (needed.contains("auth")) needed.insert("contenttypes");
    if (needed.contains("flatpages") || needed.contains("redirects")) needed.insert("sites");
    for (const std::string& label : needed) {
      const bool is_there = std::any_of(data_.apps.begin(), data_.apps.end(),
                                        [&](const App& app) { return app.label == label; });
      if (is_there || !IsContribLabel(label)) continue;
      data_.apps.push_back(ContribApp(data_.modules, data_.settings, "django.contrib." + label));
    }
  }

  void ReadContrib() {
    for (const App& app : data_.apps) {
      if (!app.has_migrations || !IsFromNotation(app)) continue;
      for (const ContribMigration& known : LoadContrib(*data_.python, app.label)) {
        const MigrationKey key{app.label, known.name};
        Migration migration = ReadMigration(known.module, key, data_.field_context);
        migration.path = app.directory.empty()
                             ? kBuiltInPath
                             : JoinPath(app.directory, "migrations/" + known.name + ".py");
        data_.migrations.emplace(key, std::make_shared<const Migration>(std::move(migration)));
      }
    }
  }

  void Note(std::string message) { data_.notes.push_back({{}, std::move(message)}); }

  ProjectData& data_;
  const ProjectOptions& options_;
  Evidence evidence_;
  Version version_;
  std::vector<MigrationFile> files_;
};

}  // namespace

void ReadProject(ProjectData& data, const ProjectOptions& options) {
  ProjectReader reader(data, options);
  reader.Read();
  data.modules.OnForeign({});
}

}  // namespace migext::django
