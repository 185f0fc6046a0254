// Rules about the files as such: what they are called, and how they stand to each other.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "lint/lint.h"
#include "lint/silence.h"
#include "migrate/plan.h"
#include "rewrite/suggested_name.h"

namespace migext::lint {
namespace {

using django::MigrationKey;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// "0009" of "0009_x".
std::string NumberOf(const std::string& name) {
  return {name.begin(), std::find_if_not(name.begin(), name.end(), IsDigit)};
}

std::string Plural(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// Why the name says nothing; "" for one that does.
std::string Emptiness(const std::string& name) {
  constexpr std::size_t kDate = 8;
  constexpr std::string_view kAndMore = "_and_more";
  std::string words = name.substr(NumberOf(name).size());
  while (words.starts_with('_')) words.erase(0, 1);
  if (words.empty()) return "is a number alone";
  if (words == "auto" || words.starts_with("auto_"))
    return "is the one that makemigrations makes up";
  if (words.ends_with(kAndMore)) return "leaves out what else it does";
  if (NumberOf(words).size() >= kDate) return "is a date";
  return {};
}

/// What Django would call it, with the number it has; "" when that says no more.
std::string BetterName(const django::Migration& migration, const django::FieldContext& fields) {
  constexpr std::size_t kLongest = 100;  // MigrationAutodetector.arrange_for_graph()
  const std::string words = rewrite::SuggestedName(migration, fields, {});
  if (words.starts_with("auto_")) return {};
  const std::string number = NumberOf(migration.key.name);
  std::string name = (number.empty() ? "" : number + "_") + words.substr(0, kLongest);
  return name == migration.key.name ? std::string() : name;
}

std::string RenameAdvice(const django::Migration& migration, const django::FieldContext& fields) {
  const std::string better = BetterName(migration, fields);
  return "rename the file before it is applied anywhere" +
         (better.empty() ? ": manage.py makemigrations -n says_what_it_does"
                         : ", with what depends on it; Django would call it " + better);
}

void LintName(const Subject& subject, const django::FieldContext& fields, Findings& findings) {
  const django::Migration& migration = *subject.migration;
  if (migration.operations.empty() || !migration.replaces.empty()) return;
  if (migration.key.name.find("_squashed_") != std::string::npos) return;
  const std::string why = Emptiness(migration.key.name);
  if (why.empty()) return;
  findings.Add("meaningless-name", subject, {}, "the name " + migration.key.name + " " + why,
               subject.applied ? "leave it: databases have it recorded under this name"
                               : RenameAdvice(migration, fields));
}

void LintNumbers(std::span<const Subject> subjects, Findings& findings) {
  std::map<MigrationKey, std::vector<const Subject*>> by_number;
  for (const Subject& subject : subjects) {
    const std::string number = NumberOf(subject.migration->key.name);
    if (!subject.own || number.empty() || !subject.migration->replaces.empty()) continue;
    by_number[{subject.migration->key.app, number}].push_back(&subject);
  }
  for (const auto& [key, list] : by_number) {
    if (list.size() < 2) continue;
    std::vector<std::string> names;
    for (const Subject* subject : list) names.push_back(subject->migration->key.name);
    std::sort(names.begin(), names.end());
    findings.Add("duplicate-number", *list.back(), {},
                 "the number " + key.name + " stands before " + Join(names, " and "),
                 "no harm to Django; write the names in full, since the number alone is ambiguous");
  }
}

/// True if every migration that is missing is of an app whose files are not here, or may be so.
bool LacksApps(const LintInput& input) {
  const std::vector<django::MissingNode>& missing = input.graph.missing();
  return !missing.empty() &&
         std::all_of(missing.begin(), missing.end(), [&](const django::MissingNode& node) {
           const django::App* app = input.project.FindApp(node.key.app);
           if (app != nullptr) return app->origin == django::AppOrigin::kMissing;
           return input.project.apps_knowledge().known != django::AppsKnown::kAll;
         });
}

/// A folder that is called migrations and holds other modules, where no INSTALLED_APPS says that it
/// is an app: Django would not load it.
bool IsOfNoApp(const LintInput& input, const django::GraphFailure& failure) {
  if (failure.migrations.empty() ||
      !failure.ToString().starts_with("BadMigrationError: Migration ")) {
    return false;
  }
  const std::string& label = failure.migrations.front().app;
  const django::App* app = input.project.FindApp(label);
  const auto& migrations = input.project.migrations();
  const auto first = migrations.lower_bound({label, ""});
  return app != nullptr && app->origin == django::AppOrigin::kFound &&
         (first == migrations.end() || first->first.app != label);
}

/// Of failures that follow from each other the first ones: those of files, if there are any.
void LintLoading(const LintInput& input, Findings& findings) {
  const bool has_unreadable =
      std::any_of(input.graph.failures().begin(), input.graph.failures().end(),
                  [](const django::GraphFailure& failure) { return failure.place.line > 0; });
  for (const django::GraphFailure& failure : input.graph.failures()) {
    if (has_unreadable && failure.place.line == 0) continue;
    Finding& finding = findings.Add(
        "cannot-load", failure.migrations.empty() ? MigrationKey{} : failure.migrations.front(),
        failure.ToString(),
        "nothing can be migrated until it is mended: SELECT object, detail, advice FROM "
        "migration_conflicts");
    finding.line = failure.place.line;
    // What is not Django's own complaint is only that migext cannot tell.
    if (failure.exception.empty() || LacksApps(input)) finding.severity = Severity::kWarning;
    if (IsOfNoApp(input, failure)) {
      finding.severity = Severity::kInfo;
      continue;
    }
    if (!has_unreadable) break;
  }
  for (const auto& [app, leaves] : input.graph.Conflicts()) {
    std::vector<std::string> names;
    for (const MigrationKey& leaf : leaves) names.push_back(leaf.name);
    Finding& finding =
        findings.Add("cannot-load", {app, ""},
                     "the app " + app + " has " + std::to_string(names.size()) +
                         " ends: " + Join(names, ", ") + "; Django refuses every migrate",
                     "join them with a merge migration");
    // Without INSTALLED_APPS a label is only that of a folder: what joins the ends may name
    // another.
    const django::App* found = input.project.FindApp(app);
    if (!input.graph.failures().empty() && found != nullptr &&
        found->origin == django::AppOrigin::kFound) {
      finding.severity = Severity::kWarning;
    }
  }
  if (!input.graph.failures().empty() || !input.graph.Conflicts().empty()) return;
  std::vector<MigrationKey> recorded;
  for (const migrate::Record& record : input.history.records()) recorded.push_back(record.key);
  try {
    migrate::RequireMigratable(input.graph, recorded);
  } catch (const Error& error) {
    findings.Add("cannot-load", {}, Split(error.message(), '\n').front(),
                 "SELECT detail, remedy FROM migration_conflicts");
  }
}

/// Migrations that name one of the replaced ones, and are none of them.
std::vector<std::string> NamedBy(const LintInput& input, const django::Migration& squash) {
  std::vector<std::string> names;
  const auto is_replaced = [&](const MigrationKey& key) {
    return std::find(squash.replaces.begin(), squash.replaces.end(), key) != squash.replaces.end();
  };
  for (const auto& [key, migration] : input.project.migrations()) {
    if (is_replaced(key)) continue;
    const bool names_one = std::any_of(
        migration->dependencies.begin(), migration->dependencies.end(),
        [&](const django::Dependency& dependency) { return is_replaced(dependency.key); });
    if (names_one) names.push_back(key.ToString());
  }
  return names;
}

void LintSquashes(const LintInput& input, std::span<const Subject> subjects, Findings& findings) {
  for (const django::Replacement& replacement : input.graph.replacements()) {
    const django::Migration& squash = *replacement.squash;
    const auto subject = std::find_if(subjects.begin(), subjects.end(),
                                      [&](const Subject& one) { return one.migration == &squash; });
    if (subject == subjects.end() || !subject->own || input.history.Find(squash.key) == nullptr) {
      continue;
    }
    const auto files = static_cast<std::size_t>(std::count_if(
        squash.replaces.begin(), squash.replaces.end(),
        [&](const MigrationKey& key) { return input.project.migrations().contains(key); }));
    const std::string what =
        files == 0 ? "its replaces can go" : Plural(files, "file") + " that it replaces can go";
    std::string advice = "once every database has it recorded: ";
    const std::vector<std::string> users = NamedBy(input, squash);
    if (!users.empty()) advice += "let " + Join(users, ", ") + " depend on it, ";
    advice += files == 0 ? "" : "delete the files, ";
    findings.Add(
        "squash-leftover", *subject, {}, squash.key.name + " is applied: " + what,
        advice + "take out replaces, and SELECT prune_history(" + SqlLiteral(squash.key.app) + ")");
  }
}

constexpr std::string_view kWithoutRule = ", and there is no such rule: it silences nothing";

void LintComments(const LintInput& input, const Subject& subject, Findings& findings) {
  const FileComments comments = CommentsOf(input.project, *subject.migration);
  for (const UnknownRule& unknown : comments.unknown()) {
    Finding& finding =
        findings.Add("unknown-rule", subject.migration->key,
                     "a comment is to silence '" + unknown.name + "'" + std::string(kWithoutRule),
                     AdviceOnUnknown(unknown.name));
    finding.line = unknown.line;
  }
}

void LintExemptions(const LintInput& input, Findings& findings) {
  for (const Exemption& exemption : input.exemptions) {
    const std::string advice = AdviceOnUnknown(exemption.rule);
    if (advice.empty()) continue;
    findings.Add("unknown-rule", {},
                 exemption.place.file + ":" + std::to_string(exemption.place.line) +
                     " is to silence '" + exemption.rule + "'" + std::string(kWithoutRule),
                 advice);
  }
}

}  // namespace

void LintFiles(const LintInput& input, std::span<const Subject> subjects, Findings& findings) {
  LintLoading(input, findings);
  for (const Subject& subject : subjects) {
    if (!subject.own) continue;
    LintName(subject, input.project.field_context(), findings);
    LintComments(input, subject, findings);
  }
  LintExemptions(input, findings);
  LintNumbers(subjects, findings);
  LintSquashes(input, subjects, findings);
}

}  // namespace migext::lint
