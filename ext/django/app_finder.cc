#include "django/app_finder.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "django/app_folders.h"
#include "django/contrib.h"

namespace migext::django {
namespace {

using python::Kind;
using python::Value;

std::string_view LastPart(std::string_view dotted) {
  return dotted.substr(dotted.rfind('.') + 1);  // npos + 1 is 0.
}

std::string_view WithoutLastPart(std::string_view dotted) {
  const std::size_t dot = dotted.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : dotted.substr(0, dot);
}

bool LooksLikeClass(std::string_view name) {
  return !name.empty() && std::isupper(static_cast<unsigned char>(name.front())) != 0;
}

/// "taggit" of "taggit.apps.TaggitAppConfig": where the files are not there to ask.
std::string_view PackageOfConfig(std::string_view entry) {
  if (!LooksLikeClass(LastPart(entry))) return entry;
  const std::string_view module = WithoutLastPart(entry);
  const std::string_view last = LastPart(module);
  const bool is_conventional = last == "apps" || last == "app" || last == "config" ||
                               last == "app_config" || last == "appconfig";
  return is_conventional && last.size() < module.size() ? WithoutLastPart(module) : module;
}

/// A class of the project whose line of bases leads to an AppConfig, Django's or another package's.
bool IsAppConfig(Value value) {
  if (!value.Is(Kind::kClass)) return false;
  const python::ClassView view = python::View(value.AsClass());
  return std::any_of(view.mro.begin(), view.mro.end(), [](Value base) {
    return base.Is(Kind::kSymbol) &&
           LastPart(python::DottedName(base)).find("Config") != std::string_view::npos;
  });
}

std::string StringAttribute(Value type, std::string_view name) {
  const std::optional<Value> value = python::FindAttribute(type, name);
  return value && value->IsStr() ? std::string(value->AsStr()) : std::string();
}

/// What a config says, or what the class outside the project that it derives from must say.
std::string NameOfConfig(Value type) {
  std::string name = StringAttribute(type, "name");
  if (!name.empty()) return name;
  for (const Value base : python::View(type.AsClass()).mro) {
    if (!base.Is(Kind::kSymbol)) continue;
    const std::string dotted = python::DottedName(base);
    const std::string_view package = PackageOfConfig(dotted);
    if (dotted != "django.apps.AppConfig" && dotted != "django.apps.config.AppConfig" &&
        package != dotted) {
      return std::string(package);
    }
  }
  return {};
}

class AppFinder {
 public:
  AppFinder(python::Interpreter& python, FolderModules& modules, const Settings& settings,
            const std::string& root, std::vector<ProjectNote>& notes)
      : python_(python), modules_(modules), settings_(settings), root_(root), notes_(notes) {}

  std::vector<App> Find() {
    for (const std::string& entry : settings_.installed_apps) Add(FromEntry(entry));
    if (!settings_.installed_apps_known) {
      for (const AppFolder& folder : FindAppFolders(modules_, root_)) AddFound(folder);
    }
    return std::move(apps_);
  }

 private:
  void Note(std::string message) { notes_.push_back({{}, std::move(message)}); }

  void Add(App app) {
    for (const App& known : apps_) {
      if (known.label != app.label) continue;
      Note("ImproperlyConfigured: Application labels aren't unique, duplicates: " + app.label);
      return;
    }
    apps_.push_back(std::move(app));
  }

  void AddFound(const AppFolder& folder) {
    modules_.AddFolder(folder.base, FolderModules::Role::kProject);
    for (const App& known : apps_) {
      if (known.directory == folder.path) return;
    }
    App app = Located(folder.package);
    // Two folders may be called alike; the first in sys.path would hide the second.
    if (app.directory != folder.path) {
      Note("'" + folder.path + "' is hidden by '" + app.directory +
           "', a package of the same name");
      return;
    }
    app.origin = AppOrigin::kFound;
    Add(std::move(app));
  }

  App FromEntry(const std::string& entry) {
    if (entry.starts_with("django.contrib.")) {
      return ContribApp(modules_, settings_, std::string(PackageOfConfig(entry)));
    }
    std::optional<Value> config;
    if (modules_.Locate(entry)) {
      config = DefaultConfig(entry);
      if (!config) return Located(entry);
    } else if (modules_.Locate(WithoutLastPart(entry))) {
      config = NamedConfig(entry);
    }
    return config ? FromConfig(entry, *config) : Located(PackageOfConfig(entry));
  }

  App FromConfig(const std::string& entry, Value config) {
    const std::string name = NameOfConfig(config);
    if (name.empty()) {
      Note("ImproperlyConfigured: '" + entry + "' must supply a name attribute.");
      return Located(PackageOfConfig(entry));
    }
    if (name.starts_with("django.contrib.")) return ContribApp(modules_, settings_, name);
    if (!modules_.Locate(name) && modules_.Locate(PackageOfConfig(entry))) {
      const python::ClassView view = python::View(config.AsClass());
      Note("ImproperlyConfigured: Cannot import '" + name + "'. Check that '" +
           std::string(view.module) + "." + std::string(view.qualname) + ".name' is correct.");
    }
    std::string label = StringAttribute(config, "label");
    return Located(name, std::move(label));
  }

  std::optional<Value> Import(const std::string& module) {
    try {
      const Value value = python_.Import(module);
      if (value.Is(Kind::kModule)) return value;
    } catch (const Error& error) {
      notes_.push_back({error.place(), error.message()});
    }
    return std::nullopt;
  }

  /// The config that Django would take for a plain package: the only one in its apps.py, or the
  /// only one with default = True.
  std::optional<Value> DefaultConfig(const std::string& package) {
    const std::string module_name = package + ".apps";
    if (!modules_.Locate(module_name)) return std::nullopt;
    const std::optional<Value> module = Import(module_name);
    if (!module) return std::nullopt;
    std::vector<Value> configs;
    std::vector<Value> defaults;
    for (const python::Entry& entry : python::Entries(python::View(module->AsModule()).globals)) {
      if (!IsAppConfig(entry.value)) continue;
      const std::optional<Value> is_default = python::FindAttribute(entry.value, "default");
      const std::optional<bool> truth = is_default ? python::Truth(*is_default) : std::nullopt;
      if (truth.value_or(true)) configs.push_back(entry.value);
      if (truth.value_or(false)) defaults.push_back(entry.value);
    }
    if (configs.size() == 1) return configs.front();
    if (defaults.size() == 1) return defaults.front();
    if (defaults.size() > 1) NoteSeveralDefaults(module_name, defaults);
    return std::nullopt;
  }

  void NoteSeveralDefaults(const std::string& module_name, const std::vector<Value>& defaults) {
    std::vector<std::string> names;
    for (const Value type : defaults) names.emplace_back(python::View(type.AsClass()).name);
    std::sort(names.begin(), names.end());
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "'" : ", '") + name + "'";
    Note("RuntimeError: '" + module_name + "' declares more than one default AppConfig: " + list +
         ".");
  }

  std::optional<Value> NamedConfig(const std::string& entry) {
    const std::string module_name(WithoutLastPart(entry));
    const std::optional<Value> module = Import(module_name);
    if (!module) return std::nullopt;
    const std::optional<Value> config = python::FindAttribute(*module, LastPart(entry));
    if (config && config->Is(Kind::kClass)) return config;
    Note("ImportError: Module '" + module_name + "' does not contain a '" +
         std::string(LastPart(entry)) + "' class.");
    return std::nullopt;
  }

  App Located(std::string_view package, std::string label = {}) {
    App app;
    app.package = package;
    app.label = label.empty() ? std::string(LastPart(package)) : std::move(label);
    FillMigrations(modules_, settings_, app);
    const auto location = modules_.Locate(package);
    if (!location) {
      app.origin = AppOrigin::kMissing;
      return app;
    }
    app.directory = location->is_package ? location->path : ParentPath(location->path);
    app.origin = location->role == FolderModules::Role::kProject ? AppOrigin::kSettings
                                                                 : AppOrigin::kSearchPath;
    app.has_models_module = modules_.Locate(app.package + ".models").has_value();
    return app;
  }

  python::Interpreter& python_;
  FolderModules& modules_;
  const Settings& settings_;
  const std::string& root_;
  std::vector<ProjectNote>& notes_;
  std::vector<App> apps_;
};

}  // namespace

void FillMigrations(FolderModules& modules, const Settings& settings, App& app) {
  app.migrations_module = app.package + ".migrations";
  for (const auto& [label, module] : settings.migration_modules) {
    if (label == app.label) app.migrations_module = module.value_or("");
  }
  if (app.migrations_module.empty()) return;
  // A namespace package has no __file__: load_disk() counts such an app as unmigrated.
  const auto location = modules.Locate(app.migrations_module);
  app.has_migrations = location && location->is_package && location->has_init;
  if (!location || !location->is_package || location->has_init) return;
  const std::vector<FolderEntry>& entries = modules.List(location->path);
  app.lacks_init = std::any_of(entries.begin(), entries.end(), [](const FolderEntry& entry) {
    return entry.kind == FileKind::kFile && entry.name.ends_with(".py");
  });
}

std::vector<App> FindApps(python::Interpreter& python, FolderModules& modules,
                          const Settings& settings, const std::string& root,
                          std::vector<ProjectNote>& notes) {
  std::vector<App> apps = AppFinder(python, modules, settings, root, notes).Find();
  // What fails in an apps.py beside the config is not worth telling.
  python.TakeForgiven();
  return apps;
}

}  // namespace migext::django
