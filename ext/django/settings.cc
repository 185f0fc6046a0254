#include "django/settings.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "django/settings_finder.h"

namespace migext::django {
namespace {

using python::Kind;
using python::Value;

/// "SHOP_CART_MODEL": what Django's own convention calls a swappable setting.
constexpr std::string_view kModelSuffix = "_MODEL";

/// TIME_ZONE of django.conf.global_settings.
constexpr const char* kDefaultTimeZone = "America/Chicago";

bool IsSettingName(std::string_view name) {
  return !name.empty() && name.front() >= 'A' && name.front() <= 'Z' &&
         std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// The strings in a list, also where parts of it are unknown: `[…] + elsewhere.APPS`.
class StringCollector {
 public:
  /// False when something was left out.
  bool Collect(Value value, std::vector<std::string>& strings, int depth = 0) {
    if (depth > kDeepest || --values_left_ < 0) return false;
    if (value.IsStr()) {
      strings.emplace_back(value.AsStr());
      return true;
    }
    std::span<const Value> parts;
    bool is_whole = false;
    if (value.IsSequence()) {
      parts = value.Items();
      is_whole = true;
    } else if (value.Is(Kind::kCall)) {
      parts = python::View(value.AsCall()).args;
    }
    for (const Value part : parts) {
      if (values_left_ < 0) return false;
      is_whole = Collect(part, strings, depth + 1) && is_whole;
    }
    return is_whole;
  }

 private:
  static constexpr int kDeepest = 20;

  /// A list that holds itself twice has more parts than time.
  int values_left_ = 10'000;
};

/// A value that is known, and that django.conf refuses as INSTALLED_APPS.
bool IsNoList(Value value) {
  return value.IsNone() || value.IsStr() || value.Is(Kind::kBool) || value.Is(Kind::kInt) ||
         value.Is(Kind::kFloat) || value.Is(Kind::kDict);
}

/// Django loads an app once; a list put together from unknown parts may repeat itself.
void DropRepeated(std::vector<std::string>& strings) {
  std::vector<std::string> kept;
  for (std::string& text : strings) {
    if (std::find(kept.begin(), kept.end(), text) == kept.end()) kept.push_back(std::move(text));
  }
  strings = std::move(kept);
}

std::string TextOf(std::optional<Value> value) {
  if (!value) return {};
  if (value->IsStr()) return std::string(value->AsStr());
  // A Path from pathlib is an instance; everything else unknown says nothing.
  return value->Is(Kind::kInstance) ? python::Str(*value) : std::string();
}

class SettingsReader {
 public:
  SettingsReader(python::Interpreter& python, FolderModules& modules, const std::string& root,
                 std::vector<ProjectNote>& notes)
      : python_(python), modules_(modules), root_(root), notes_(notes) {
    // Settings may import from a folder that they have put into sys.path just before.
    modules_.OnMiss([this] { AddSearchPath(); });
  }
  ~SettingsReader() { modules_.OnMiss({}); }
  SettingsReader(const SettingsReader&) = delete;
  SettingsReader& operator=(const SettingsReader&) = delete;

  Settings Read(const std::string& wanted) {
    std::vector<std::string> candidates = {wanted};
    if (wanted.empty()) {
      RunManagePy();
      candidates = SettingsCandidates(modules_, root_);
    }
    std::vector<ProjectNote> failures;
    // Settings that stop Django are not made good by others that are found behind them.
    std::optional<ProjectNote> stop;
    for (const std::string& name : candidates) {
      std::vector<ProjectNote> found;
      Settings settings = ReadModule(name, found);
      if (!stop) stop = settings.failure;
      const bool is_usable = !settings.installed_apps.empty();
      std::vector<ProjectNote>& kept = is_usable ? notes_ : failures;
      kept.insert(kept.end(), found.begin(), found.end());
      if (!is_usable) continue;
      settings.failure = stop;
      return settings;
    }
    notes_.insert(notes_.end(), failures.begin(), failures.end());
    Settings none;
    none.failure = stop;
    if (!stop && !failures.empty()) none.failure = failures.front();
    return none;
  }

 private:
  /// For what it does to sys.path; the module it names is read off its text.
  void RunManagePy() {
    const FolderEntry* entry = modules_.FindEntry(root_, "manage.py");
    if (entry == nullptr || entry->kind != FileKind::kFile) return;
    try {
      const std::string path = JoinPath(root_, "manage.py");
      python_.Run("__main__", {"manage.py", modules_.Read(path), false, path, true});
    } catch (const Error&) {
      // It is there to run Django, which is not here.
    }
    python_.TakeForgiven();
    AddSearchPath();
  }

  Settings ReadModule(const std::string& name, std::vector<ProjectNote>& notes) {
    Settings settings;
    if (!modules_.Locate(name)) {
      notes.push_back({{},
                       "ModuleNotFoundError: No module named '" + name +
                           "'; set 'settings_module' to the dotted name of the settings"});
      return settings;
    }
    try {
      const Value module = python_.Import(name);
      AddSearchPath();
      if (!module.Is(Kind::kModule)) return settings;
      settings.module = name;
      for (const Error& error : python_.TakeForgiven()) {
        notes.push_back({error.place(), error.message()});
      }
      Extract(python::View(module.AsModule()).globals, settings, notes);
    } catch (const Error& error) {
      notes.push_back({error.place(), error.message()});
      settings.failure = notes.back();
    }
    return settings;
  }

  void Extract(const python::DictObject& globals, Settings& settings,
               std::vector<ProjectNote>& notes) {
    for (const python::Entry& entry : python::Entries(globals)) {
      if (!entry.key.IsStr() || !IsSettingName(entry.key.AsStr())) continue;
      const std::string name(entry.key.AsStr());
      settings.values.emplace_back(name, entry.value);
      if (name == "AUTH_USER_MODEL" && entry.value.IsStr()) {
        settings.auth_user_model = entry.value.AsStr();
      } else if (NamesModel(name, entry.value)) {
        settings.swappable.emplace_back(name, entry.value.AsStr());
      }
    }
    const auto find = [&](std::string_view name) { return python::Find(globals, name); };
    if (const auto apps = find("INSTALLED_APPS")) {
      if (IsNoList(*apps)) {
        // django.conf.Settings.__init__()
        notes.push_back(
            {AssignmentOf("INSTALLED_APPS", settings.module),
             "ImproperlyConfigured: The INSTALLED_APPS setting must be a list or a tuple."});
        settings.failure = notes.back();
        return;
      }
      settings.installed_apps_known = StringCollector().Collect(*apps, settings.installed_apps);
      DropRepeated(settings.installed_apps);
      if (!settings.installed_apps_known) {
        notes.push_back({{},
                         "INSTALLED_APPS of " + settings.module +
                             " cannot be told in full; folders with migrations count as apps"});
      }
    }
    settings.default_auto_field = TextOf(find("DEFAULT_AUTO_FIELD"));
    const auto time_zone = find("TIME_ZONE");
    settings.time_zone = time_zone ? TextOf(time_zone) : kDefaultTimeZone;
    if (const auto use_tz = find("USE_TZ"); use_tz && use_tz->Is(Kind::kBool)) {
      settings.use_tz = use_tz->AsBool();
    }
    if (const auto modules = find("MIGRATION_MODULES")) ExtractMigrationModules(*modules, settings);
    if (const auto databases = find("DATABASES")) ExtractDatabase(*databases, settings);
  }

  /// The last line of the module that begins with that name; its file alone when none does.
  Place AssignmentOf(std::string_view name, const std::string& module) const {
    const auto location = modules_.Locate(module);
    if (!location) return {};
    const std::string path =
        location->is_package ? JoinPath(location->path, "__init__.py") : location->path;
    Place place{modules_.Shown(path), 0, 0, {}};
    int number = 0;
    for (const std::string& line : Split(modules_.Read(path), '\n')) {
      ++number;
      if (line.starts_with(name)) place = {place.file, number, 1, line};
    }
    return place;
  }

  static void ExtractMigrationModules(Value modules, Settings& settings) {
    if (!modules.Is(Kind::kDict)) return;
    for (const python::Entry& entry : python::Entries(modules.AsDict())) {
      if (!entry.key.IsStr()) continue;
      std::optional<std::string> module;
      if (!entry.value.IsNone()) module = TextOf(entry.value);
      settings.migration_modules.emplace_back(entry.key.AsStr(), module);
    }
  }

  void ExtractDatabase(Value databases, Settings& settings) const {
    if (!databases.Is(Kind::kDict)) return;
    const auto database = python::Find(databases.AsDict(), "default");
    if (!database || !database->Is(Kind::kDict)) return;
    settings.database_name = TextOf(python::Find(database->AsDict(), "NAME"));
    const bool is_relative = !settings.database_name.empty() &&
                             !settings.database_name.starts_with('/') &&
                             !settings.database_name.starts_with(':');
    if (is_relative) settings.database_name = JoinPath(root_, settings.database_name);
  }

  /// What manage.py or the settings put into sys.path counts as the project's own.
  void AddSearchPath() {
    const std::optional<Value> path = python_.GetAttribute(python_.Import("sys"), "path");
    if (!path || !path->Is(Kind::kList)) return;
    for (const Value folder : path->Items()) {
      std::string text = TextOf(folder);
      if (text.empty()) continue;
      if (!text.starts_with('/')) text = JoinPath(root_, text);
      text = CanonicalPath(text);
      if (IsFolder(text)) modules_.AddFolder(text, FolderModules::Role::kProject);
    }
  }

  python::Interpreter& python_;
  FolderModules& modules_;
  const std::string& root_;
  std::vector<ProjectNote>& notes_;
};

}  // namespace

bool NamesModel(std::string_view setting, Value value) {
  if (!setting.ends_with(kModelSuffix) || !value.IsStr()) return false;
  const std::string_view text = value.AsStr();
  const std::size_t dot = text.find('.');
  return dot != std::string_view::npos && dot > 0 && dot + 1 < text.size() &&
         text.find('.', dot + 1) == std::string_view::npos;
}

Settings ReadSettings(python::Interpreter& python, FolderModules& modules, const std::string& root,
                      const std::string& wanted, std::vector<ProjectNote>& notes) {
  return SettingsReader(python, modules, root, notes).Read(wanted);
}

}  // namespace migext::django
