#include "surface/lint.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "lint/lint.h"
#include "lint/rules.h"
#include "lint/silence.h"
#include "surface/filter.h"
#include "surface/verb.h"

namespace migext::surface {
namespace {

using lint::Finding;
using sqlite::Arguments;
using sqlite::Cell;
using sqlite::TextOrNull;

std::vector<Finding> FindingsOf(Session& session, const Snapshot& now) {
  std::vector<lint::Exemption> baseline;
  const std::string path = session.settings().Value("lint_baseline");
  if (!path.empty()) baseline = lint::ReadBaseline(path);
  std::vector<Finding> findings =
      lint::Lint({session.db(), *now.project, now.graph, now.history, {}, baseline});
  lint::Silence silence(*now.project);
  silence.Add(lint::Exemptions(session.settings().Value("lint_ignore")));
  silence.Add(std::move(baseline));
  std::erase_if(findings, [&](const Finding& finding) { return silence.Covers(finding); });
  return findings;
}

std::vector<Finding> LintRows(Session& session, const Arguments& given) {
  const SnapshotPtr now = session.Look();
  const AppFilter wanted(*now, given, 0);
  std::vector<Finding> findings = FindingsOf(session, *now);
  // What belongs to no app concerns them all.
  std::erase_if(findings, [&](const Finding& finding) {
    return !finding.migration.app.empty() && !wanted.Takes(finding.migration.app);
  });
  return lint::Shorten(std::move(findings));
}

std::string Counted(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " finding" : " findings");
}

std::string WriteBaseline(Verb& verb) {
  const std::string path = verb.Required(0, "the path of a new file");
  const SnapshotPtr now = verb.session.Look();
  // The old baseline's lines would be missing from the new one.
  const std::vector<Finding> all = lint::Lint({verb.db(), *now->project, now->graph, now->history});
  WriteNewFile(path, lint::BaselineText(all));
  verb.session.settings().Set("lint_baseline", CanonicalPath(path));
  std::map<std::string_view, std::size_t> counts;
  for (const Finding& finding : all) ++counts[finding.rule->id];
  for (const auto& [rule, count] : counts) {
    verb.Report("  " + std::string(rule) + ": " + Counted(count));
  }
  verb.Report("in a later session: SELECT migext_setting('lint_baseline', '" + CanonicalPath(path) +
              "')");
  return "silenced " + Counted(all.size()) + ", written to " + path;
}

}  // namespace

std::vector<Finding> LintFindings(Session& session, const Snapshot& now) {
  return lint::Shorten(FindingsOf(session, now));
}

sqlite::Table MigrationLint(const SessionPtr& session) {
  using Row = Finding;
  return sqlite::MakeTable<Row>({
      .name = "migration_lint",
      .arguments = {"for_app"},
      .columns =
          {{"severity", [](const Row& row) -> Cell { return lint::SeverityName(row.severity); }},
           {"rule", [](const Row& row) -> Cell { return row.rule->id; }},
           {"app", [](const Row& row) { return TextOrNull(row.migration.app); }},
           {"name", [](const Row& row) { return TextOrNull(row.migration.name); }},
           {"position",
            [](const Row& row) -> Cell { return row.position ? Cell(*row.position) : Cell(); }},
           {"line", [](const Row& row) -> Cell { return row.line > 0 ? Cell(row.line) : Cell(); }},
           {"message", [](const Row& row) -> Cell { return row.message; }},
           {"advice", [](const Row& row) { return TextOrNull(row.advice); }}},
      .rows = [session](const Arguments& given) { return LintRows(*session, given); },
  });
}

sqlite::Table LintRules(const SessionPtr& /*session*/) {
  using Row = const lint::Rule*;
  return sqlite::MakeTable<Row>({
      .name = "lint_rules",
      .arguments = {},
      .columns = {{"rule", [](const Row& row) -> Cell { return row->id; }},
                  {"severity",
                   [](const Row& row) -> Cell { return lint::SeverityName(row->severity); }},
                  {"codes", [](const Row& row) { return TextOrNull(std::string(row->codes)); }},
                  {"meaning", [](const Row& row) -> Cell { return row->meaning; }}},
      .rows =
          [](const Arguments&) {
            std::vector<Row> rows;
            for (const lint::Rule& rule : lint::Rules()) rows.push_back(&rule);
            return rows;
          },
  });
}

sqlite::Function LintBaseline(const SessionPtr& session) {
  return MakeVerb(session, "lint_baseline", 1, 1, WriteBaseline, Lock::kNone);
}

}  // namespace migext::surface
