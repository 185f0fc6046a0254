#include "lint/finding.h"

#include <algorithm>

namespace migext::lint {
namespace {

/// The codes stand where who knows the other linter looks for them.
std::string WithCodes(const Rule& rule, std::string advice) {
  if (rule.codes.empty()) return advice;
  return advice + " (" + std::string(rule.codes) + ")";
}

}  // namespace

Finding& Findings::Add(std::string_view rule, const Subject& subject, std::optional<int> position,
                       std::string message, std::string advice) {
  Finding& finding = Add(rule, subject.migration->key, std::move(message), std::move(advice));
  if (subject.applied) finding.severity = Severity::kInfo;
  finding.position = position;
  if (position) {
    finding.line = subject.migration->operations[static_cast<std::size_t>(*position)]->Line();
  }
  return finding;
}

Finding& Findings::Add(std::string_view rule, django::MigrationKey key, std::string message,
                       std::string advice) {
  Finding finding;
  finding.rule = &RuleOf(rule);
  finding.severity = finding.rule->severity;
  finding.migration = std::move(key);
  finding.message = std::move(message);
  finding.advice = WithCodes(*finding.rule, std::move(advice));
  list_.push_back(std::move(finding));
  return list_.back();
}

bool Findings::Has(std::string_view rule, const Subject& subject, int position) const {
  return std::any_of(list_.begin(), list_.end(), [&](const Finding& finding) {
    return finding.rule->id == rule && finding.position == position &&
           finding.migration == subject.migration->key;
  });
}

}  // namespace migext::lint
