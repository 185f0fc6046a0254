#include "surface/registry.h"

#include <array>
#include <memory>

#include "surface/about.h"

namespace migext::surface {
namespace {

constexpr Entry Table(std::string_view signature, std::string_view summary,
                      std::string_view example, MakeTable make) {
  return {"table", signature, summary, example, make};
}

constexpr Entry Function(std::string_view signature, std::string_view summary,
                         std::string_view example, MakeFunction make) {
  return {"function", signature, summary, example, make};
}

// clang-format off
constexpr std::array kRegistry = {
    // Settings and help
    Function("migext_setting(name[, value])", "reads or sets; an empty value goes back to the default", "SELECT migext_setting('journal', 'on')", MigextSetting),
    Table("migext_settings", "all settings: value, where it comes from, what it means", "SELECT * FROM migext_settings", MigextSettings),
    Table("migext_output", "the report of the last verb, line by line", "SELECT line FROM migext_output", MigextOutput),
    Table("migext_help", "every function and table, with an example that runs", "SELECT signature, summary FROM migext_help", MigextHelp),
    Function("migext_version()", "the version of migext, of SQLite, and the Django releases it follows", "SELECT migext_version()", MigextVersion),
    Function("migext_debug()", "how this library was built, for a report of a fault", "SELECT migext_debug()", MigextDebug),
};
// clang-format on

}  // namespace

std::span<const Entry> Registry() { return kRegistry; }

void RegisterAll(sqlite3* handle) {
  const auto session = std::make_shared<Session>(handle);
  for (const Entry& entry : kRegistry) {
    if (const auto* make_table = std::get_if<MakeTable>(&entry.make)) {
      sqlite::Register(handle, (*make_table)(session));
    } else {
      sqlite::Register(handle, std::get<MakeFunction>(entry.make)(session));
    }
  }
}

}  // namespace migext::surface
