// What a person may set on a connection, by SELECT migext_setting('name', 'value').
//
//   Settings settings;
//   settings.Set("django_version", "4.2");
//   settings.Given("django_version")   // "4.2"
//
// A setting that is not given has no value here: what holds then is found out by whoever asks (the
// project tells its Django version, the connection its busy timeout).
#ifndef MIGEXT_SURFACE_SETTINGS_H_
#define MIGEXT_SURFACE_SETTINGS_H_

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "django/project.h"

namespace migext::surface {

struct SettingInfo {
  std::string_view name;
  std::string_view default_value;  ///< "" where the value is found out.
  std::string_view meaning;
  /// Throws Error for a value that cannot be one.
  void (*check)(const std::string& value);
};

class Settings {
 public:
  static std::span<const SettingInfo> All();
  /// Throws Error for an unknown name, with the nearest known one.
  static const SettingInfo& Info(std::string_view name);

  /// "" goes back to the default.  Throws Error for a value that cannot be one, and then changes
  /// nothing.
  void Set(std::string_view name, const std::string& value);
  bool IsGiven(std::string_view name) const { return given_.find(name) != given_.end(); }
  /// What was set, else the default.  REQUIRES: a known name.
  std::string Value(std::string_view name) const;
  bool IsOn(std::string_view name) const { return Value(name) == "on"; }

  django::ProjectOptions ProjectOptions() const;

 private:
  std::map<std::string, std::string, std::less<>> given_;
};

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_SETTINGS_H_
