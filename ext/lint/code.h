// Rules about the Python of a migration: what its functions are called with, which models they
// use, and what they take for granted of the rows.
//
//   CodeLint code(input, run, findings);
//   code.Look(subject, position, run_python, state_before);
#ifndef MIGEXT_LINT_CODE_H_
#define MIGEXT_LINT_CODE_H_

#include <string>

#include "django/operations/special.h"
#include "lint/function_facts.h"
#include "lint/lint.h"
#include "lint/run.h"

namespace migext::lint {

class CodeLint {
 public:
  /// `run` may be null: nothing is asked of rows then.
  CodeLint(const LintInput& input, Run* run, Findings& findings)
      : input_(input), run_(run), findings_(findings) {}

  /// In the order of the plan.
  void Look(const Subject& subject, int position, const django::RunPython& operation,
            const django::ProjectState& before);
  /// SQL of the project may make rows, too.
  void LookAtSql(const Subject& subject) { has_code_run_ = has_code_run_ || !subject.applied; }

 private:
  struct Place {
    const Subject& subject;
    int position;
  };

  void LookAtFunction(const Place& place, const FunctionFacts& facts);
  void LookAtImports(const Place& place, const FunctionFacts& facts);
  void LookAtArguments(const Place& place, const FunctionFacts& facts);
  void LookAtModels(const Place& place, const FunctionFacts& facts,
                    const django::ProjectState& before);
  void LookAtRows(const Place& place, const FunctionFacts& facts,
                  const django::ProjectState& before);
  void LookAtValues(const Place& place, const FunctionFacts& facts,
                    const django::ProjectState& before);
  bool KnowsModelsOf(const std::string& app) const;

  const LintInput& input_;
  Run* run_;
  Findings& findings_;
  Functions functions_;
  bool has_code_run_ = false;  ///< Of pending migrations: which rows there are is open then.
};

}  // namespace migext::lint

#endif  // MIGEXT_LINT_CODE_H_
