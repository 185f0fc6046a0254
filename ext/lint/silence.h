// What the lint is not to tell: a setting, a baseline, a comment in a file.
//
//   Silence silence(Exemptions("meaningless-name, blog.0004:data-and-schema"));
//   silence.AddBaseline(path);
//   silence.Covers(finding)
//
// An item is rule, app:rule, app.name:rule or app.name:rule@2 (one operation, from 0); the name may
// be its number, the rule a code of django-migration-linter.  In a file
//
//   # migext: ignore rule[, rule] - the reason, which nobody reads but people
//
// on a line of its own above class Migration is for the whole file; on the first line of an
// operation, or alone on the line above it, for that operation.  Without a rule it is for all of
// them.  A migration with django-migration-linter's operation IgnoreMigration() is left alone.
#ifndef MIGEXT_LINT_SILENCE_H_
#define MIGEXT_LINT_SILENCE_H_

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "django/project.h"
#include "lint/finding.h"

namespace migext::lint {

struct Exemption {
  std::string app;   ///< "" for every one.
  std::string name;  ///< Whole, or its number; "" for every one.
  std::string rule;
  std::optional<int> position = {};
  /// A baseline's: what has become worse than this is told again.
  Severity worst = Severity::kError;
  Place place = {};  ///< A baseline's line.

  bool Covers(const Finding& finding) const;
};

/// Commas between them.  Throws Error for what is no item, or no rule.
std::vector<Exemption> Exemptions(std::string_view items);

/// What a baseline says of these findings: one line each, behind a few that explain it.
std::string BaselineText(std::span<const Finding> findings);
/// Throws Error for a file that is none.  A rule that does not exist is no reason: another release
/// of migext may have it.
std::vector<Exemption> ReadBaseline(const std::string& path);

/// A rule that a line silences, and that does not exist.
struct UnknownRule {
  int line = 0;
  std::string name;
};

/// The comments of one file.
class FileComments {
 public:
  explicit FileComments(std::string_view text);
  bool Covers(const Finding& finding) const;
  const std::vector<UnknownRule>& unknown() const { return unknown_; }

 private:
  std::vector<std::string> whole_file_;
  std::map<int, std::vector<std::string>> by_line_;  // of the operation
  std::vector<UnknownRule> unknown_;
};

/// Those of a migration's file; none where it cannot be read.
FileComments CommentsOf(const django::Project& project, const django::Migration& migration);

class Silence {
 public:
  explicit Silence(const django::Project& project) : project_(project) {}
  void Add(std::vector<Exemption> exemptions);
  /// Reads the migration's file for its comments when it is asked of first.
  bool Covers(const Finding& finding);

 private:
  const FileComments& CommentsOf(const django::MigrationKey& key);

  const django::Project& project_;
  std::vector<Exemption> exemptions_;
  std::map<django::MigrationKey, FileComments> comments_;
};

}  // namespace migext::lint

#endif  // MIGEXT_LINT_SILENCE_H_
