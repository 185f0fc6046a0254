#include "migrate/sql_twin.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/files.h"
#include "base/text.h"

namespace migext::migrate {
namespace {

constexpr std::size_t kMaxTwinBytes = 64U << 20U;

/// "-- forwards 2"; nothing for any other line.
std::optional<TwinPart> HeadIn(std::string_view line) {
  if (!line.starts_with("--")) return std::nullopt;
  const std::string words = Lower(Trim(line.substr(2)));
  TwinPart part;
  std::string_view rest = words;
  const auto take = [&rest](std::string_view word) {
    if (!rest.starts_with(word)) return false;
    rest.remove_prefix(word.size());
    return true;
  };
  if (take("backward")) {
    part.backwards = true;
  } else if (!take("forward")) {
    return std::nullopt;
  }
  take("s");
  if (rest.empty() || rest == ":") return part;
  if (rest.front() != ' ') return std::nullopt;
  const std::string number(Trim(rest));
  int position = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), position);
  if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
  part.position = position;
  return part;
}

bool IsBlankOrComment(std::string_view line) {
  const std::string_view text = Trim(line);
  return text.empty() || text.starts_with("--");
}

bool SameHead(const TwinPart& a, const TwinPart& b) {
  return a.backwards == b.backwards && a.position == b.position;
}

}  // namespace

const TwinPart* SqlTwin::Find(bool backwards, int position, bool is_only) const {
  const TwinPart* found = nullptr;
  for (const TwinPart& part : parts) {
    if (part.backwards != backwards) continue;
    if (part.position == position) return &part;
    if (!part.position && is_only) found = &part;
  }
  return found;
}

SqlTwin ParseTwin(std::string path, std::string_view text) {
  SqlTwin twin{std::move(path), {}};
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    const Place place{twin.path, number, 1, std::string(line)};
    if (std::optional<TwinPart> head = HeadIn(Trim(line))) {
      for (const TwinPart& part : twin.parts) {
        if (SameHead(part, *head)) {
          throw Error(place, "this part was given before, in line " + std::to_string(part.line));
        }
      }
      head->line = number;
      twin.parts.push_back(*std::move(head));
    } else if (!twin.parts.empty()) {
      twin.parts.back().sql += std::string(line) + "\n";
    } else if (!IsBlankOrComment(line)) {
      throw Error(place, "put a line '-- forwards' or '-- backwards' before the statements");
    }
  }
  if (twin.parts.empty()) {
    throw Error(Place{twin.path, 1, 1, {}}, "there is no line '-- forwards' or '-- backwards'");
  }
  return twin;
}

std::vector<std::string> TwinFolders::PathsFor(const django::Migration& migration) const {
  std::vector<std::string> paths;
  const std::string file = migration.key.name + ".sql";
  if (migration.path.ends_with(".py")) {
    const bool is_absolute = migration.path.starts_with("/");
    const std::string source = is_absolute ? migration.path : JoinPath(root_, migration.path);
    paths.push_back(JoinPath(ParentPath(source), file));
  }
  const std::string below = "sql/" + migration.key.app + "/" + file;
  paths.push_back(JoinPath(root_, below));
  const std::string here = CanonicalPath(".");
  if (here != root_ && here.starts_with("/")) paths.push_back(JoinPath(here, below));
  return paths;
}

std::optional<SqlTwin> TwinFolders::Find(const django::Migration& migration) const {
  for (std::string& path : PathsFor(migration)) {
    if (!IsFile(path)) continue;
    const std::string text = ReadFile(path, kMaxTwinBytes);
    return ParseTwin(std::move(path), text);
  }
  return std::nullopt;
}

}  // namespace migext::migrate
