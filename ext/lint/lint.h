// The review of a project's migrations that a careful colleague would make, on this database.
//
//   for (const Finding& finding : Lint({db, project, graph, history})) finding.rule->id,
//   finding.message
//   // drop-column: drops blog_comment.level, which holds 1,950 values
//
// Decided on operations and on the rows that are there, not on SQL text.  Worst first; within one
// severity in the order of the plan.  One file per family of rules; the rules are in rules.cc.
#ifndef MIGEXT_LINT_LINT_H_
#define MIGEXT_LINT_LINT_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "django/graph.h"
#include "django/project.h"
#include "lint/finding.h"
#include "lint/silence.h"
#include "migrate/history.h"
#include "sqlite/connection.h"

namespace migext::lint {

struct LintInput {
  const sqlite::Connection& db;
  const django::Project& project;
  const django::Graph& graph;
  const migrate::History& history;
  /// Bytes on the disk; nothing: the file system is asked.
  std::optional<std::uint64_t> free_space = {};
  /// What is silenced outside of the files: looked through for rules that do not exist.
  std::span<const Exemption> exemptions = {};
};

/// Without what a migration asks to be silent about is for the caller (lint/silence.h).
std::vector<Finding> Lint(const LintInput& input);

/// Of each rule and app all errors, ten warnings and five rows of information; the last one says
/// what is left out.
std::vector<Finding> Shorten(std::vector<Finding> findings);

// The families.

/// cannot-load, duplicate-number, squash-leftover, meaningless-name, unknown-rule: graph, names and
/// comments of files.
void LintFiles(const LintInput& input, std::span<const Subject> subjects, Findings& findings);
/// What each operation says by itself: no way back, transactions, PostgreSQL, names of
/// indexes.
void LintOperations(std::span<const Subject> subjects, Findings& findings);
/// What needs the state around an operation: code, spare indexes, rows and schema in one.  `run`
/// may be null.
struct Run;  // lint/run.h
void LintStates(const LintInput& input, std::span<const Subject> subjects, Run* run,
                Findings& findings);

/// operation-fails: an error unless it may come of apps whose files are not here.
void AddFailure(const LintInput& input, const Subject& subject, std::optional<int> position,
                const std::string& message, Findings& findings);

}  // namespace migext::lint

#endif  // MIGEXT_LINT_LINT_H_
