// What the lint looks for: one entry per rule.
//
//   const Rule& rule = RuleOf("drop-column");   // error, "DROP_COLUMN"
//   for (const Rule& rule : Rules()) rule.id, rule.meaning
//
// An error is what will fail or lose data when the pending migrations are run on this database; a
// warning is what a person should have decided; the rest is information.  What is applied already
// is judged by its files alone, and is information: nobody can take it back by editing a file.
#ifndef MIGEXT_LINT_RULES_H_
#define MIGEXT_LINT_RULES_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace migext::lint {

enum class Severity : std::uint8_t { kError, kWarning, kInfo };
std::string_view SeverityName(Severity severity);  ///< 'error', 'warning', 'info'

struct Rule {
  std::string_view id;  ///< Stable, kebab-case.
  Severity severity = Severity::kWarning;
  /// Those of django-migration-linter 6 that ask the same; commas between.
  std::string_view codes;
  std::string_view meaning;
};

/// Errors first, as they are shown.
std::span<const Rule> Rules();

/// REQUIRES: there is such a rule.
const Rule& RuleOf(std::string_view id);

/// True if `name` is the rule's id, or one of its codes.
bool IsNamed(const Rule& rule, std::string_view name);

/// "" for the name or code of a rule, else what to do about it: "did you mean 'rebuild'?"
std::string AdviceOnUnknown(const std::string& name);
/// Throws Error with that advice.
void RequireRule(const std::string& name);

}  // namespace migext::lint

#endif  // MIGEXT_LINT_RULES_H_
