#include "surface/about.h"

#if __has_include(<dlfcn.h>)
#include <dlfcn.h>
#endif

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "sqlite/callback.h"
#include "surface/registry.h"

namespace migext::surface {
namespace {

using sqlite::Arguments;
using sqlite::Cell;
using sqlite::Safety;

constexpr std::string_view kDjangoVersions = "3.2–6.1";

std::string Compiler() {
#if defined(__clang__)
  return "clang " __clang_version__;
#elif defined(__GNUC__)
  return "gcc " __VERSION__;
#else
  return "unknown compiler";
#endif
}

/// The file that was loaded; "" where it cannot be told.
std::string LibraryPath() {
#if __has_include(<dlfcn.h>)
  static const char anchor = 0;
  Dl_info found{};
  if (dladdr(&anchor, &found) != 0 && found.dli_fname != nullptr) {
    return CanonicalPath(found.dli_fname);
  }
#endif
  return {};
}

struct HelpRow {
  const Entry* entry;
  std::vector<std::string> columns;
};

std::vector<HelpRow> HelpRows() {
  std::vector<HelpRow> rows;
  for (const std::span<const Entry> entries : {Registry(), DjangoFunctions()}) {
    for (const Entry& entry : entries) {
      std::vector<std::string> columns;
      if (const auto* make = std::get_if<MakeTable>(&entry.make))
        columns = (*make)(nullptr).columns;
      rows.push_back({&entry, std::move(columns)});
    }
  }
  return rows;
}

struct SettingRow {
  const SettingInfo* info;
  Cell value;
  std::string origin;
};

// What holds where nothing was set: the project and the connection know.
SettingRow Found(Session& session, const SettingInfo& info) {
  if (info.name == "busy_timeout_ms") {
    return {&info, session.db().Value("PRAGMA busy_timeout"), "connection"};
  }
  if (!info.default_value.empty()) return {&info, info.default_value, "default"};
  const bool is_of_project = info.name == "django_version" || info.name == "settings_module" ||
                             info.name == "auth_user_model";
  if (!is_of_project) return {&info, {}, "default"};
  const auto project = session.Project();
  if (info.name == "django_version") {
    return {&info, project->django_version(), project->django_version_origin()};
  }
  if (info.name == "settings_module") {
    return {&info, sqlite::TextOrNull(project->settings_module()), "project"};
  }
  return {&info, sqlite::TextOrNull(project->auth_user_model()), "project"};
}

SettingRow RowOf(Session& session, const SettingInfo& info) {
  if (session.settings().IsGiven(info.name)) {
    return {&info, session.settings().Value(info.name), "setting"};
  }
  try {
    return Found(session, info);
  } catch (const Error& error) {
    return {&info, {}, "no project: " + error.message()};
  }
}

}  // namespace

sqlite::Function MigextVersion(const SessionPtr& /*session*/) {
  return {"migext_version", 0, 0, Safety::kPure, [](const Arguments&) -> Cell {
            return std::string(MIGEXT_VERSION) + " (sqlite " + sqlite::LibraryVersion() +
                   ", django " + std::string(kDjangoVersions) + ")";
          }};
}

sqlite::Function MigextDebug(const SessionPtr& /*session*/) {
  return {"migext_debug", 0, 0, Safety::kDirectOnly, [](const Arguments&) -> Cell {
            return "migext " + std::string(MIGEXT_VERSION) + ", " + Compiler() +
                   ", built against sqlite " + sqlite::CompiledVersion() + ", running on sqlite " +
                   sqlite::LibraryVersion() + ", loaded from " + LibraryPath();
          }};
}

sqlite::Function MigextCall(const SessionPtr&) { return sqlite::MigextCall(); }

sqlite::Function MigextSetting(const SessionPtr& session) {
  return {"migext_setting", 1, 2, Safety::kDirectOnly, [session](const Arguments& given) -> Cell {
            const SettingInfo& info = Settings::Info(given.TextView(0));
            if (given.size() == 2) {
              session->settings().Set(info.name, given.Text(1));
              if (info.name == "busy_timeout_ms" && given.Has(1)) {
                session->db().SetBusyTimeout(std::chrono::milliseconds(given.Int(1)));
              }
            }
            return RowOf(*session, info).value;
          }};
}

sqlite::Table MigextHelp(const SessionPtr& /*session*/) {
  return sqlite::MakeTable<HelpRow>({
      .name = "migext_help",
      .columns = {{"name", [](const HelpRow& row) -> Cell { return row.entry->Name(); }},
                  {"kind", [](const HelpRow& row) -> Cell { return row.entry->kind; }},
                  {"signature", [](const HelpRow& row) -> Cell { return row.entry->signature; }},
                  {"summary", [](const HelpRow& row) -> Cell { return row.entry->summary; }},
                  {"example", [](const HelpRow& row) -> Cell { return row.entry->example; }},
                  {"columns",
                   [](const HelpRow& row) { return sqlite::TextOrNull(Join(row.columns, ", ")); }}},
      .rows = [](const Arguments&) { return HelpRows(); },
  });
}

sqlite::Table MigextOutput(const SessionPtr& session) {
  return sqlite::MakeLines("migext_output", {},
                           [session](const Arguments&) { return session->output(); });
}

sqlite::Table MigextSettings(const SessionPtr& session) {
  return sqlite::MakeTable<SettingRow>({
      .name = "migext_settings",
      .columns = {{"name", [](const SettingRow& row) -> Cell { return row.info->name; }},
                  {"value", [](const SettingRow& row) { return row.value; }},
                  {"origin", [](const SettingRow& row) -> Cell { return row.origin; }},
                  {"meaning", [](const SettingRow& row) -> Cell { return row.info->meaning; }}},
      .rows =
          [session](const Arguments&) {
            std::vector<SettingRow> rows;
            for (const SettingInfo& info : Settings::All()) rows.push_back(RowOf(*session, info));
            return rows;
          },
  });
}

}  // namespace migext::surface
