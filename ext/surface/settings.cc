#include "surface/settings.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "lint/silence.h"

namespace migext::surface {
namespace {

bool IsWord(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (static_cast<unsigned char>(c) & 0x80U) != 0;
  });
}

bool IsDottedName(std::string_view text) {
  const std::vector<std::string> parts = Split(text, '.');
  return std::all_of(parts.begin(), parts.end(),
                     [](const std::string& part) { return IsWord(part); });
}

[[noreturn]] void Refuse(const std::string& value, std::string_view expected) {
  throw Error("'" + value + "' cannot be the value: give " + std::string(expected));
}

void CheckVersion(const std::string& value) { django::DialectFor(value); }

void CheckModule(const std::string& value) {
  if (!IsDottedName(value)) Refuse(value, "a module as Python names it, like 'mysite.settings'");
}

void CheckModel(const std::string& value) {
  if (!IsDottedName(value) || std::count(value.begin(), value.end(), '.') != 1) {
    Refuse(value, "app and model, like 'accounts.User'");
  }
}

void CheckFolders(const std::string& value) {
  for (const std::string& folder : Split(value, ':')) {
    if (!IsFolder(folder)) Refuse(value, "folders that exist; '" + folder + "' is none");
  }
}

void CheckFieldTypes(const std::string& value) {
  for (const std::string& item : Split(value, ',')) {
    const std::vector<std::string> sides = Split(Trim(item), '=');
    if (sides.size() != 2 || !IsDottedName(Trim(sides[0])) || !IsWord(Trim(sides[1]))) {
      Refuse(value, "class=type with commas between, like 'shop.fields.Money=DecimalField'");
    }
  }
}

void CheckTimeout(const std::string& value) {
  constexpr std::size_t kMostDigits = 9;
  const bool digits =
      std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || value.size() > kMostDigits) Refuse(value, "milliseconds, like '5000'");
}

void CheckSwitch(const std::string& value) {
  if (value != "on" && value != "off") Refuse(value, "'on' or 'off'");
}

void CheckBaseline(const std::string& value) { lint::ReadBaseline(value); }

void CheckIgnored(const std::string& value) { lint::Exemptions(value); }

constexpr std::array<SettingInfo, 12> kSettings = {{
    {"auth_user_model", "", "the model behind settings.AUTH_USER_MODEL, as 'app.Model'",
     CheckModel},
    {"busy_timeout_ms", "", "how long to wait for a lock of another connection", CheckTimeout},
    {"django_version", "", "the Django release whose behaviour is followed, 3.2 to 6.1",
     CheckVersion},
    {"field_types", "",
     "what custom field classes are: 'class=type', as 'shop.fields.Money=DecimalField', commas "
     "between",
     CheckFieldTypes},
    {"fold_remakes", "on",
     "'off' copies the rows of a table once for each change of it, as Django does", CheckSwitch},
    {"journal", "on", "'off' keeps no record of what the verbs did, so undo_last() cannot work",
     CheckSwitch},
    {"keep_dropped", "on",
     "'off' lets a rollback drop columns and tables without keeping what is in them", CheckSwitch},
    {"lint_baseline", "", "a file that lint_baseline() wrote: what migration_lint is not to tell",
     CheckBaseline},
    {"lint_ignore", "",
     "what migration_lint is not to tell: rule, app:rule or app.name:rule, commas between",
     CheckIgnored},
    {"progress", "off", "'on' draws the progress of long work on standard error", CheckSwitch},
    {"search_path", "", "more folders that hold apps, like a site-packages; ':' between",
     CheckFolders},
    {"settings_module", "", "the project's settings, as 'mysite.settings'", CheckModule},
}};

}  // namespace

std::span<const SettingInfo> Settings::All() { return kSettings; }

const SettingInfo& Settings::Info(std::string_view name) {
  std::vector<std::string> names;
  for (const SettingInfo& info : kSettings) {
    if (info.name == name) return info;
    names.emplace_back(info.name);
  }
  const std::string nearest = Nearest(name, names);
  throw Error("there is no setting '" + std::string(name) + "'; " +
              (nearest.empty() ? "see SELECT name, meaning FROM migext_settings"
                               : "did you mean '" + nearest + "'?"));
}

void Settings::Set(std::string_view name, const std::string& value) {
  const SettingInfo& info = Info(name);
  if (value.empty()) {
    given_.erase(std::string(name));
    return;
  }
  info.check(value);
  given_[std::string(name)] = value;
}

std::string Settings::Value(std::string_view name) const {
  const auto found = given_.find(name);
  return found != given_.end() ? found->second : std::string(Info(name).default_value);
}

django::ProjectOptions Settings::ProjectOptions() const {
  django::ProjectOptions options;
  options.django_version = Value("django_version");
  options.settings_module = Value("settings_module");
  options.auth_user_model = Value("auth_user_model");
  if (IsGiven("search_path")) options.search_path = Split(Value("search_path"), ':');
  if (IsGiven("field_types")) {
    for (const std::string& item : Split(Value("field_types"), ',')) {
      const std::vector<std::string> sides = Split(item, '=');
      options.field_types.emplace_back(Trim(sides[0]), Trim(sides[1]));
    }
  }
  return options;
}

}  // namespace migext::surface
