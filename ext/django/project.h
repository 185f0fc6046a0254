// A Django project on disk: its settings, its apps and their migrations, read without running it.
//
//   auto project = Project::Read("/srv/site", {});
//   project->apps(), project->FindMigration({"blog", "0001_initial"})
//
// Never fails for the sake of one file: what cannot be read is in unreadable().  A project is
// immutable; its values live as long as it does.
#ifndef MIGEXT_DJANGO_PROJECT_H_
#define MIGEXT_DJANGO_PROJECT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "django/dialect.h"
#include "django/field.h"
#include "django/migration.h"

namespace migext::django {

enum class AppOrigin : std::uint8_t { kSettings, kFound, kBuiltIn, kSearchPath, kMissing };
std::string_view OriginName(
    AppOrigin origin);  ///< 'settings', 'found', 'built-in', 'search path', 'missing'

struct App {
  std::string label;
  std::string package;            ///< Dotted name, "django.contrib.auth".
  std::string directory;          ///< "" for a built-in without source.
  std::string migrations_module;  ///< Dotted; "" when MIGRATION_MODULES switches migrations off.
  AppOrigin origin = AppOrigin::kFound;
  bool has_migrations =
      false;  ///< Has a migrations package, even an empty one (Django's migrated_apps).
  bool has_models_module = false;
  /// Its migrations folder has files and no __init__.py: Django sees none of them.
  bool lacks_init = false;
};

/// What the person set; empty means "find out".
struct ProjectOptions {
  std::string django_version = {};
  std::string settings_module = {};
  std::vector<std::string> search_path = {};
  std::string auth_user_model = {};
  /// Custom field classes mapped by hand: ("taggit.managers.TaggableManager", "ManyToManyField").
  std::vector<std::pair<std::string, std::string>> field_types = {};

  bool operator==(const ProjectOptions&) const = default;
};

/// Something the person should know about how the project was read.
struct ProjectNote {
  Place place;
  std::string message;
};

/// How far it is known which apps the project has.  Where it is not known, nothing tells an app
/// that is gone from one that was not found.
enum class AppsKnown : std::uint8_t {
  kAll,                 ///< INSTALLED_APPS, in full.
  kFound,               ///< Those that folders show; there may be others.
  kUnreadableSettings,  ///< The same, though there are settings: Django stops at them.
  kNoProject,           ///< No settings, and no app with migrations.
};

/// With what is wrong, in Python's words and where, for the last two.
struct AppsKnowledge {
  AppsKnown known = AppsKnown::kAll;
  ProjectNote trouble = {};
};

struct ProjectData;  // project_reader.h

class Project {
 public:
  /// `root` is a folder, or one whose only subfolder with a manage.py is meant.  Throws Error when
  /// it is no folder.
  static std::shared_ptr<const Project> Read(const std::string& root,
                                             const ProjectOptions& options);
  ~Project();

  const std::string& root() const;
  const Dialect& dialect() const;
  const std::string& django_version() const;  ///< As found: "5.2.10".
  const std::string& django_version_origin()
      const;  ///< 'setting', 'header of blog.0009_…', 'requirements.txt', 'default'
  const std::string& settings_module() const;  ///< "" when none could be read.
  const std::string& auth_user_model() const;
  const std::string& default_auto_field() const;  ///< "django.db.models.BigAutoField"
  /// DATABASES['default']['NAME'] where it can be evaluated, else "".
  const std::string& database_name() const;
  bool use_tz() const;
  const std::string& time_zone() const;  ///< "" when it is not known.
  /// A setting by its name, where the settings have it.
  std::optional<python::Value> Setting(std::string_view name) const;
  const FieldContext& field_context() const;  ///< With an empty app and model.

  const std::vector<App>& apps()
      const;  ///< In the order of INSTALLED_APPS; found ones sorted behind.
  const App* FindApp(std::string_view label) const;
  const AppsKnowledge& apps_knowledge() const;
  /// By app and name, sorted.
  const std::map<MigrationKey, std::shared_ptr<const Migration>>& migrations() const;
  const Migration* FindMigration(const MigrationKey& key) const;
  const std::map<MigrationKey, UnreadableMigration>& unreadable() const;
  const std::vector<ProjectNote>& notes() const;

  /// False as soon as a file or folder it was read from is another than then (names, sizes and
  /// times of files): time to read it again.
  bool IsCurrent() const;

 private:
  explicit Project(std::unique_ptr<ProjectData> data);
  std::unique_ptr<ProjectData> data_;
};

/// The nearest folder, from `start` upwards, that holds manage.py; `start` itself when none does.
std::string FindProjectRoot(const std::string& start);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_PROJECT_H_
