#include "django/version_finder.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"

namespace migext::django {
namespace {

constexpr std::string_view kSpaces = " \t\r";

void SkipAny(std::string_view& text, std::string_view characters) {
  text.remove_prefix(std::min(text.find_first_not_of(characters), text.size()));
}

bool TakeNumber(std::string_view& text, int& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

void KeepNewest(std::optional<Version>& newest, std::optional<Version> candidate) {
  if (candidate && (!newest || candidate->IsNewerThan(*newest))) newest = std::move(candidate);
}

bool IsNamePart(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
}

/// ">=4.2,<5.0", "^5.1", "5.0.*": the newest of the lower bounds.
std::optional<Version> LowerBound(std::string_view specifiers) {
  std::optional<Version> newest;
  for (;;) {
    SkipAny(specifiers, " \t(");
    const std::size_t end = std::min(specifiers.find_first_not_of("=<>!~^"), specifiers.size());
    const std::string_view comparison = specifiers.substr(0, end);
    specifiers.remove_prefix(end);
    const bool is_lower_bound = comparison.empty() || comparison.front() == '=' ||
                                comparison.front() == '~' || comparison.front() == '^' ||
                                comparison.front() == '>';
    if (is_lower_bound) KeepNewest(newest, ParseVersion(specifiers));
    const std::size_t next = specifiers.find_first_of(",;\"'#\n");
    if (next == std::string_view::npos || specifiers[next] != ',') return newest;
    specifiers.remove_prefix(next + 1);
    SkipAny(specifiers, kSpaces);
    // In a list of several requirements the comma ends this one.
    if (specifiers.empty() ||
        std::string_view("=<>!~^").find(specifiers.front()) == std::string_view::npos) {
      return newest;
    }
  }
}

/// What follows the name "django" in its line.
std::optional<Version> VersionBehindName(std::string_view rest) {
  if (rest.starts_with('[')) rest.remove_prefix(std::min(rest.find(']'), rest.size() - 1) + 1);
  SkipAny(rest, kSpaces);
  if (rest.starts_with('(') ||
      (rest.size() > 1 && std::string_view("=<>!~^").find(rest[0]) != std::string_view::npos &&
       rest[1] == '=')) {
    return LowerBound(rest);
  }
  if (rest.starts_with('>') || rest.starts_with('^') || rest.starts_with('~') ||
      rest.starts_with('<')) {
    return LowerBound(rest);
  }
  // TOML: django = "^5.0", django = {version = "^5.0", extras = ["bcrypt"]}
  if (!rest.starts_with('=')) return std::nullopt;
  rest.remove_prefix(1);
  SkipAny(rest, kSpaces);
  if (rest.starts_with('{')) {
    const std::size_t at = rest.find("version");
    if (at == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(at + std::string_view("version").size());
    SkipAny(rest, " \t=");
  }
  if (!rest.starts_with('"') && !rest.starts_with('\'')) return std::nullopt;
  return LowerBound(rest.substr(1));
}

/// The version in a lock file, where it stands in a line of its own behind the name:
/// name = "django" / version = "5.0.1", or "django": { … "version": "==5.0.1".
std::optional<Version> VersionInLock(std::string_view rest) {
  const bool is_toml_name = rest.starts_with("\"\n") || rest.starts_with("\"\r\n");
  const bool is_json_object = rest.starts_with("\": {");
  if (!is_toml_name && !is_json_object) return std::nullopt;
  rest = rest.substr(0, is_toml_name ? rest.find("\n\n") : rest.find('}'));
  const std::size_t at = rest.find("version");
  if (at == std::string_view::npos) return std::nullopt;
  rest.remove_prefix(at + std::string_view("version").size());
  SkipAny(rest, " \t\":=");
  return ParseVersion(rest);
}

bool IsRequirementFile(const std::string& name) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "Pipfile",        "Pipfile.lock", "pdm.lock", "poetry.lock",
      "pyproject.toml", "setup.cfg",    "uv.lock"};
  if (std::find(kNames.begin(), kNames.end(), name) != kNames.end() || name == "setup.py")
    return true;
  const bool is_list = name.ends_with(".txt") || name.ends_with(".in") || name.ends_with(".pip");
  return is_list && name.find("requirements") != std::string::npos;
}

void AddRequirementFiles(FolderModules& modules, const std::string& folder,
                         std::vector<std::string>& files) {
  for (const FolderEntry& entry : modules.List(folder)) {
    if (entry.kind == FileKind::kFile && IsRequirementFile(entry.name)) {
      files.push_back(JoinPath(folder, entry.name));
    }
    if (entry.kind != FileKind::kFolder || entry.name != "requirements") continue;
    const std::string inner = JoinPath(folder, entry.name);
    for (const FolderEntry& list : modules.List(inner)) {
      const bool is_list =
          list.name.ends_with(".txt") || list.name.ends_with(".in") || list.name.ends_with(".pip");
      if (is_list && list.kind == FileKind::kFile) files.push_back(JoinPath(inner, list.name));
    }
  }
}

}  // namespace

std::optional<Version> ParseVersion(std::string_view text) {
  SkipAny(text, " \tv");
  const std::string_view whole = text;
  Version version;
  constexpr int kYears = 1000;  // Lock files hold dates, too.
  if (!TakeNumber(text, version.major) || version.major >= kYears) return std::nullopt;
  if (text.starts_with('.')) {
    std::string_view minor = text.substr(1);
    if (TakeNumber(minor, version.minor)) text = minor;
  }
  std::size_t length = whole.size() - text.size();
  while (length + 1 < whole.size() && whole[length] == '.' &&
         std::isdigit(static_cast<unsigned char>(whole[length + 1])) != 0) {
    ++length;
    while (length < whole.size() && std::isdigit(static_cast<unsigned char>(whole[length])) != 0) {
      ++length;
    }
  }
  version.text = whole.substr(0, length);
  return version;
}

std::optional<Version> RequiredDjango(std::string_view text) {
  constexpr std::string_view kName = "django";
  const std::string lower = Lower(text);
  const std::string_view all = lower;
  std::optional<Version> newest;
  for (std::size_t at = all.find(kName); at != std::string_view::npos;
       at = all.find(kName, at + 1)) {
    const std::string_view rest = all.substr(at + kName.size());
    if (at > 0 && IsNamePart(all[at - 1])) continue;
    if (!rest.empty() && IsNamePart(rest.front())) continue;
    const std::size_t line_start = all.substr(0, at).rfind('\n') + 1;
    if (all.substr(line_start, at - line_start).find('#') != std::string_view::npos) continue;
    KeepNewest(newest, VersionInLock(rest));
    KeepNewest(newest, VersionBehindName(rest.substr(0, rest.find('\n'))));
  }
  return newest;
}

bool MentionsDistribution(std::string_view text, std::string_view module_name) {
  const auto letters = [](std::string_view from) {
    std::string out = Lower(from);
    std::erase_if(out, [](char c) { return c == '-' || c == '_' || c == '.'; });
    return out;
  };
  return letters(text).find(letters(module_name)) != std::string::npos;
}

std::vector<std::string> RequirementFiles(FolderModules& modules, const std::string& root) {
  std::vector<std::string> files;
  AddRequirementFiles(modules, root, files);
  if (!files.empty()) return files;
  const std::string parent = ParentPath(root);
  // Asked of the disk and not of a listing: what comes and goes beside a project is not its change.
  if (KindOf(JoinPath(parent, ".git")) != FileKind::kMissing) {
    AddRequirementFiles(modules, parent, files);
  }
  return files;
}

std::optional<FoundVersion> FindRequiredVersion(FolderModules& modules, const std::string& root) {
  std::optional<FoundVersion> newest;
  for (const std::string& path : RequirementFiles(modules, root)) {
    std::optional<Version> version;
    try {
      version = RequiredDjango(modules.Read(path));
    } catch (const Error&) {
      continue;  // A list that cannot be read says nothing.
    }
    if (!version || (newest && !version->IsNewerThan(newest->version))) continue;
    const std::string origin = path.starts_with(root + "/") ? path.substr(root.size() + 1) : path;
    newest = FoundVersion{*std::move(version), origin};
  }
  return newest;
}

}  // namespace migext::django
