// One thing that the lint found, and what it is found in.
//
//   findings.Add("python-without-reverse", subject, 2, "…has no reverse_code", "add …");
#ifndef MIGEXT_LINT_FINDING_H_
#define MIGEXT_LINT_FINDING_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "django/migration.h"
#include "lint/rules.h"

namespace migext::lint {

/// A migration that is looked at.
struct Subject {
  const django::Migration* migration = nullptr;
  bool applied = false;
  bool own = true;  ///< A file of the project, not of a library.
};

struct Finding {
  const Rule* rule = nullptr;
  Severity severity = Severity::kInfo;
  django::MigrationKey migration;  ///< Empty for the project as a whole; the name for an app.
  std::optional<int> position;     ///< Of the operation, from 0.
  int line = 0;                    ///< In the file; 0 for the file as a whole.
  std::string message;
  std::string advice;
};

class Findings {
 public:
  /// An applied migration's is information, whatever the rule says.
  Finding& Add(std::string_view rule, const Subject& subject, std::optional<int> position,
               std::string message, std::string advice);
  /// Of an app, of the project, or of a migration that has no file.
  Finding& Add(std::string_view rule, django::MigrationKey key, std::string message,
               std::string advice);

  bool Has(std::string_view rule, const Subject& subject, int position) const;

  std::vector<Finding> Take() { return std::exchange(list_, {}); }

 private:
  std::vector<Finding> list_;
};

}  // namespace migext::lint

#endif  // MIGEXT_LINT_FINDING_H_
