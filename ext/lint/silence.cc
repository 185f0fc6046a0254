#include "lint/silence.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "python/source.h"

namespace migext::lint {
namespace {

constexpr std::size_t kMostBytes = python::Source::kMaxBytes;
constexpr std::string_view kComment = "migext:";
constexpr std::string_view kIgnore = "ignore";

/// A whole name, or the number that it begins with.
bool IsNameOf(const std::string& wanted, const std::string& name) {
  return wanted == name || name.starts_with(wanted + "_");
}

int PositionOf(std::string_view digits, std::string_view item) {
  int position = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), position);
  if (error == std::errc() && end == digits.data() + digits.size() && position >= 0) {
    return position;
  }
  throw Error("'" + std::string(item) + "': behind @ stands the operation's number, from 0");
}

Exemption ReadItem(std::string_view item) {
  Exemption exemption;
  std::string_view rule = item;
  const std::size_t colon = item.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view owner = Trim(item.substr(0, colon));
    rule = item.substr(colon + 1);
    const std::size_t dot = owner.find('.');
    exemption.app = owner.substr(0, dot);
    if (dot != std::string_view::npos) exemption.name = owner.substr(dot + 1);
    if (exemption.app.empty() || owner.ends_with('.')) {
      throw Error("'" + std::string(item) + "': give rule, app:rule or app.name:rule");
    }
  }
  const std::size_t at = rule.find('@');
  if (at != std::string_view::npos) {
    exemption.position = PositionOf(Trim(rule.substr(at + 1)), item);
    rule = rule.substr(0, at);
  }
  exemption.rule = Trim(rule);
  return exemption;
}

std::string ItemOf(const Finding& finding) {
  std::string item;
  if (!finding.migration.app.empty()) {
    item = finding.migration.app;
    if (!finding.migration.name.empty()) item += "." + finding.migration.name;
    item += ":";
  }
  item += finding.rule->id;
  if (finding.position) item += "@" + std::to_string(*finding.position);
  return item;
}

std::optional<Severity> SeverityNamed(std::string_view name) {
  for (const Severity severity : {Severity::kError, Severity::kWarning, Severity::kInfo}) {
    if (SeverityName(severity) == name) return severity;
  }
  return {};
}

/// Without the reason that a person gave behind it: "rule - why", "rule -- why", "rule: why".
std::string_view WithoutReason(std::string_view rules) {
  if (rules.starts_with(':')) rules.remove_prefix(1);
  return Trim(rules.substr(0, std::min(rules.find(" -"), rules.find(':'))));
}

/// The rules of "# migext: ignore a, b"; nothing for another line, an empty one for every rule.
std::optional<std::vector<std::string>> IgnoredBy(std::string_view line) {
  const std::size_t hash = line.rfind('#');
  if (hash == std::string_view::npos) return {};
  std::string_view comment = Trim(line.substr(hash + 1));
  if (!EqualsIgnoringCase(comment.substr(0, kComment.size()), kComment)) return {};
  comment = Trim(comment.substr(kComment.size()));
  if (!comment.starts_with(kIgnore)) return {};
  std::vector<std::string> rules;
  for (const std::string& rule : Split(WithoutReason(comment.substr(kIgnore.size())), ',')) {
    rules.emplace_back(Trim(rule));
  }
  return rules;
}

bool AnyNames(const std::vector<std::string>& names, const Rule& rule) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return name.empty() || IsNamed(rule, name); });
}

/// django_migration_linter.IgnoreMigration() stands among its operations.
bool IsMarked(const django::Migration* migration) {
  return migration != nullptr &&
         std::any_of(migration->operations.begin(), migration->operations.end(),
                     [](const auto& one) { return one->ClassName() == "IgnoreMigration"; });
}

void Append(std::vector<std::string>& to, std::vector<std::string> from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

}  // namespace

bool Exemption::Covers(const Finding& finding) const {
  return (app.empty() || app == finding.migration.app) &&
         (name.empty() || IsNameOf(name, finding.migration.name)) &&
         (!position || position == finding.position) && finding.severity >= worst &&
         IsNamed(*finding.rule, rule);
}

std::vector<Exemption> Exemptions(std::string_view items) {
  std::vector<Exemption> exemptions;
  for (const std::string& item : Split(items, ',')) {
    if (Trim(item).empty()) continue;
    exemptions.push_back(ReadItem(Trim(item)));
    RequireRule(exemptions.back().rule);
  }
  return exemptions;
}

std::string BaselineText(std::span<const Finding> findings) {
  std::string text =
      "# What migration_lint does not tell any more; read by\n"
      "#   SELECT migext_setting('lint_baseline', 'this file');\n"
      "# A line is severity app.name:rule@operation. What becomes worse is told again.\n";
  std::string last;
  for (const Finding& finding : findings) {
    std::string line = std::string(SeverityName(finding.severity)) + " " + ItemOf(finding) + "\n";
    if (line != last) text += line;
    last = std::move(line);
  }
  return text;
}

std::vector<Exemption> ReadBaseline(const std::string& path) {
  std::vector<Exemption> exemptions;
  int number = 0;
  for (const std::string& line : Split(ReadFile(path, kMostBytes), '\n')) {
    ++number;
    const std::string_view text = Trim(line);
    if (text.empty() || text.starts_with('#')) continue;
    const std::size_t blank = text.find(' ');
    const std::optional<Severity> severity = SeverityNamed(text.substr(0, blank));
    const Place place{path, number, 0, line};
    if (!severity || blank == std::string_view::npos) {
      throw Error(place, "this is no line of a lint baseline: 'warning app.name:rule@0' is one");
    }
    try {
      exemptions.push_back(ReadItem(Trim(text.substr(blank + 1))));
    } catch (const Error& error) {
      throw Error(place, error.message());
    }
    exemptions.back().worst = *severity;
    exemptions.back().place = place;
  }
  return exemptions;
}

FileComments::FileComments(std::string_view text) {
  const std::vector<std::string> lines = Split(text, '\n');
  const auto migration = std::find_if(lines.begin(), lines.end(), [](const std::string& line) {
    return line.starts_with("class Migration");
  });
  const int class_line =
      migration == lines.end() ? 0 : static_cast<int>(migration - lines.begin()) + 1;
  bool in_head = true;
  int number = 0;
  std::vector<std::string> above;
  for (const std::string& raw : lines) {
    ++number;
    const std::string_view line = Trim(raw);
    std::optional<std::vector<std::string>> ignored = IgnoredBy(line);
    for (const std::string& rule : ignored.value_or(std::vector<std::string>())) {
      if (!rule.empty() && !AdviceOnUnknown(rule).empty()) unknown_.push_back({number, rule});
    }
    const bool is_comment = line.starts_with('#');
    const bool is_above_class = number < class_line && raw.starts_with('#');
    if (is_above_class || (in_head && (line.empty() || is_comment))) {
      if (ignored) Append(whole_file_, std::move(*ignored));
      continue;
    }
    in_head = false;
    if (ignored && is_comment) {
      Append(above, std::move(*ignored));
    } else if (!is_comment) {
      if (ignored) Append(above, std::move(*ignored));
      if (!above.empty()) by_line_[number] = std::exchange(above, {});
    }
  }
}

bool FileComments::Covers(const Finding& finding) const {
  if (AnyNames(whole_file_, *finding.rule)) return true;
  const auto found = by_line_.find(finding.line);
  return found != by_line_.end() && AnyNames(found->second, *finding.rule);
}

FileComments CommentsOf(const django::Project& project, const django::Migration& migration) {
  const std::string& path = migration.path;
  const std::string full = path.starts_with('/') ? path : JoinPath(project.root(), path);
  return FileComments(ReadBeginning(full, kMostBytes).value_or(""));
}

void Silence::Add(std::vector<Exemption> exemptions) {
  std::move(exemptions.begin(), exemptions.end(), std::back_inserter(exemptions_));
}

bool Silence::Covers(const Finding& finding) {
  const bool is_exempt =
      std::any_of(exemptions_.begin(), exemptions_.end(),
                  [&](const Exemption& exemption) { return exemption.Covers(finding); });
  return is_exempt || IsMarked(project_.FindMigration(finding.migration)) ||
         CommentsOf(finding.migration).Covers(finding);
}

const FileComments& Silence::CommentsOf(const django::MigrationKey& key) {
  const auto known = comments_.find(key);
  if (known != comments_.end()) return known->second;
  const django::Migration* migration = project_.FindMigration(key);
  FileComments comments =
      migration == nullptr ? FileComments("") : lint::CommentsOf(project_, *migration);
  return comments_.emplace(key, std::move(comments)).first->second;
}

}  // namespace migext::lint
