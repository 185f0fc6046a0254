#include "django/settings_finder.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"

namespace migext::django {
namespace {

constexpr std::string_view kVariable = "DJANGO_SETTINGS_MODULE";

/// Of a settings package without a hint, the one that says most about the real site.
constexpr std::array<std::string_view, 8> kPreferred = {
    "production", "prod", "base", "common", "defaults", "local", "development", "dev"};

bool IsDottedName(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c == '.' || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || (static_cast<unsigned char>(c) & 0x80U) != 0;
  });
}

/// What follows the variable in its line: `", "site.settings")`, `"] = "…"`, ` = site.settings`.
std::string NameBehindVariable(std::string_view rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t\"'],=:("), rest.size()));
  // A quoted text may be followed by others; a bare one ends with its line.
  const std::string_view name = rest.substr(0, rest.find_first_of("\"' \t\r,)#"));
  return IsDottedName(name) && name.find('.') != 0 ? std::string(name) : std::string();
}

void Add(std::vector<std::string>& names, std::string name) {
  if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) return;
  names.push_back(std::move(name));
}

void AddNamedIn(FolderModules& modules, const std::string& folder, std::string_view file,
                std::vector<std::string>& names) {
  const FolderEntry* entry = modules.FindEntry(folder, file);
  if (entry == nullptr || entry->kind != FileKind::kFile) return;
  try {
    Add(names, SettingsModuleNamedIn(modules.Read(JoinPath(folder, file))));
  } catch (const Error&) {
    // A hint that cannot be read is none.
  }
}

/// site.settings, or the modules of a package of that name.
void AddSettingsModules(FolderModules& modules, const std::string& folder,
                        const std::string& prefix, std::vector<std::string>& names) {
  const FolderEntry* package = modules.FindEntry(folder, "settings");
  const FolderEntry* module = modules.FindEntry(folder, "settings.py");
  if (module != nullptr && module->kind == FileKind::kFile) Add(names, prefix + "settings");
  if (package == nullptr || package->kind != FileKind::kFolder) return;
  const std::string inner = JoinPath(folder, "settings");
  for (const std::string_view preferred : kPreferred) {
    const std::string file = std::string(preferred) + ".py";
    if (modules.FindEntry(inner, file) != nullptr) {
      Add(names, prefix + "settings." + std::string(preferred));
    }
  }
  if (modules.FindEntry(inner, "__init__.py") != nullptr) Add(names, prefix + "settings");
}

}  // namespace

std::string SettingsModuleNamedIn(std::string_view text) {
  for (std::size_t at = text.find(kVariable); at != std::string_view::npos;
       at = text.find(kVariable, at + 1)) {
    const std::size_t line_start = text.substr(0, at).rfind('\n') + 1;
    const std::string_view before = Trim(text.substr(line_start, at - line_start));
    if (before.starts_with('#') || before.starts_with(';')) continue;
    std::string_view rest = text.substr(at + kVariable.size());
    // Black puts a long name into a line of its own, inside the parentheses.
    const std::size_t call = rest.find_first_not_of("\"', \t\r\n");
    const bool in_call = rest.starts_with("\",") || rest.starts_with("',");
    if (in_call && call != std::string_view::npos) rest.remove_prefix(call);
    std::string name = NameBehindVariable(rest.substr(0, rest.find('\n')));
    if (!name.empty()) return name;
  }
  return {};
}

std::vector<std::string> SettingsCandidates(FolderModules& modules, const std::string& root) {
  std::vector<std::string> names;
  AddNamedIn(modules, root, "manage.py", names);
  std::vector<std::string> packages;
  for (const FolderEntry& entry : modules.List(root)) {
    if (entry.kind == FileKind::kFolder && !entry.name.starts_with('.')) {
      packages.push_back(entry.name);
    }
  }
  for (const std::string& package : packages) {
    AddNamedIn(modules, JoinPath(root, package), "wsgi.py", names);
    AddNamedIn(modules, JoinPath(root, package), "asgi.py", names);
  }
  for (const std::string_view file : {"pytest.ini", "setup.cfg", "pyproject.toml", "tox.ini"}) {
    AddNamedIn(modules, root, file, names);
  }
  AddSettingsModules(modules, root, "", names);
  for (const std::string& package : packages) {
    if (package != "settings") {
      AddSettingsModules(modules, JoinPath(root, package), package + ".", names);
    }
  }
  return names;
}

}  // namespace migext::django
