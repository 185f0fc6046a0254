#include "rewrite/migration_name.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <limits>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"

namespace migext::rewrite {
namespace {

std::optional<int> LeadingNumber(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || text.front() == '-' || number == std::numeric_limits<int>::max()) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

std::optional<int> NumberOf(std::string_view name, const django::Dialect& dialect) {
  constexpr std::string_view kSquashed = "_squashed_";
  if (name.empty()) return std::nullopt;
  const std::size_t at = name.rfind(kSquashed);
  if (dialect.names_all_operations && at != std::string_view::npos &&
      at + kSquashed.size() < name.size()) {
    if (const auto number = LeadingNumber(name.substr(at + kSquashed.size()))) return number;
  }
  return LeadingNumber(name);
}

std::string Numbered(int number, std::string_view rest) {
  constexpr std::size_t kDigits = 4;
  std::string text = std::to_string(number);
  if (text.size() < kDigits) text.insert(0, kDigits - text.size(), '0');
  return text + "_" + std::string(rest);
}

std::string MergeName(std::vector<std::string> leaves, const django::Dialect& dialect,
                      const std::string& stamp) {
  // Longer names are no use: makemigrations.Command.handle_merge().
  constexpr std::size_t kLongest = 47;
  std::optional<int> biggest;
  for (const std::string& leaf : leaves) biggest = std::max(biggest, NumberOf(leaf, dialect));
  std::ranges::sort(leaves);
  const std::string names = Join(leaves, "_");
  return Numbered(biggest.value_or(1) + 1, "merge_" + (names.size() > kLongest ? stamp : names));
}

std::string NameStamp() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y%m%d_%H%M", &local);
  return {text.data(), size};
}

void RefuseForeign(const django::App& app) {
  const bool is_installed = app.directory.find("/site-packages/") != std::string::npos ||
                            app.directory.find("/dist-packages/") != std::string::npos;
  if (!is_installed && app.origin != django::AppOrigin::kBuiltIn &&
      app.origin != django::AppOrigin::kSearchPath) {
    return;
  }
  throw Error("the app '" + app.label + "' (" + app.package + ") belongs to " +
              (app.package.starts_with("django.") ? "Django" : "an installed package") +
              "; its files are not of this project, so they stay as they are");
}

std::string MigrationsFolder(const django::Project& project, const std::string& app) {
  const auto absolute = [&](const std::string& path) {
    return path.starts_with('/') ? path : JoinPath(project.root(), path);
  };
  for (const auto& [key, migration] : project.migrations()) {
    if (key.app == app && IsFile(absolute(migration->path))) {
      return ParentPath(absolute(migration->path));
    }
  }
  const django::App* found = project.FindApp(app);
  if (found && !found->directory.empty() &&
      found->migrations_module == found->package + ".migrations") {
    std::string folder = JoinPath(absolute(found->directory), "migrations");
    const bool hides_files = found->lacks_init;
    if (!hides_files && IsFolder(ParentPath(folder))) return folder;
    if (hides_files) {
      throw Error("Django sees none of the files in '" + folder +
                  "', which has no __init__.py; make an empty one there first");
    }
  }
  const bool is_elsewhere = found && !found->migrations_module.empty() &&
                            found->migrations_module != found->package + ".migrations";
  std::string elsewhere =
      is_elsewhere ? JoinPath(project.root(), ReplaceAll(found->migrations_module, ".", "/")) : "";
  if (is_elsewhere && IsFile(JoinPath(elsewhere, "__init__.py"))) return elsewhere;
  throw Error("the app '" + app + "' has no folder of migrations to write into; make " +
              (is_elsewhere ? "'" + elsewhere + "' (MIGRATION_MODULES)" : std::string("one")) +
              " with an empty __init__.py in it");
}

std::string PathOfNew(const django::Project& project, const django::MigrationKey& key) {
  std::string path = JoinPath(MigrationsFolder(project, key.app), key.name + ".py");
  if (KindOf(path) == FileKind::kMissing) return path;
  throw Error("'" + path + "' is there already, and is left as it is");
}

void RequireIdentifier(std::string_view name) {
  const auto is_letter = [](char letter) {
    return letter == '_' || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
  };
  const bool is_plain =
      !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, [&](char letter) {
        return is_letter(letter) || (letter >= '0' && letter <= '9');
      });
  if (is_plain) return;
  throw Error("CommandError: The migration name must be a valid Python identifier.");
}

}  // namespace migext::rewrite
