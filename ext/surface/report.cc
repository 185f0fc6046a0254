#include "surface/report.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "migrate/drift.h"
#include "migrate/history.h"
#include "migrate/journal.h"
#include "recover/new_file.h"
#include "report/page.h"
#include "schema/table.h"
#include "surface/effects.h"
#include "surface/lint.h"
#include "surface/verb.h"

namespace migext::surface {
namespace {

using migrate::Severity;
using report::Event;
using report::Finding;
using report::Findings;
using sqlite::Connection;

/// "blog.0003_x, blog_comment.level"
std::string WhereOf(const std::string& app, const std::string& name, const std::string& object) {
  std::string where = app;
  if (!name.empty()) where += (app.empty() ? "" : ".") + name;
  if (!object.empty()) where += (where.empty() ? "" : ", ") + object;
  return where;
}

Severity SeverityOf(lint::Severity severity) {
  if (severity == lint::Severity::kError) return Severity::kError;
  return severity == lint::Severity::kWarning ? Severity::kWarning : Severity::kInfo;
}

std::vector<Finding> Conflicts(const Connection& db, const Snapshot& now) {
  std::vector<Finding> found;
  for (const migrate::Conflict& row : ConflictsOf(db, now)) {
    Finding finding;
    finding.severity = row.severity;
    finding.code = row.code;
    finding.where = WhereOf(row.app, row.name, row.object);
    finding.detail = row.detail;
    finding.remedy = row.remedy;
    finding.advice = row.advice;
    found.push_back(std::move(finding));
  }
  return found;
}

std::vector<Finding> Drift(const Connection& db, const Snapshot& now) {
  const schema::SchemaContext context = schema::ContextOf(*now.project);
  const sqlite::LiveSchema live = sqlite::LiveSchema::Read(db);
  std::vector<Finding> found;
  for (const migrate::Drift& row : migrate::FindDrift({db, now.graph, context, live})) {
    Finding finding;
    finding.severity = row.severity;
    finding.code = migrate::DriftKindName(row.kind);
    finding.where = row.object.empty() ? row.table : row.object;
    finding.detail = row.detail;
    finding.remedy = row.remedy;
    if (!row.expected.empty()) finding.facts.emplace_back("promised", row.expected);
    if (!row.actual.empty()) finding.facts.emplace_back("there is", row.actual);
    found.push_back(std::move(finding));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
  return found;
}

std::vector<Finding> Lint(Session& session, const Snapshot& now) {
  std::vector<Finding> found;
  for (const lint::Finding& row : LintFindings(session, now)) {
    Finding finding;
    finding.severity = SeverityOf(row.severity);
    finding.code = row.rule->id;
    finding.where = WhereOf(row.migration.app, row.migration.name, "");
    if (row.line > 0) finding.where += ", line " + std::to_string(row.line);
    finding.detail = row.message;
    finding.advice = row.advice;
    found.push_back(std::move(finding));
  }
  return found;
}

/// A damaged file may let one kind be looked for and not another.
Findings Filled(Findings kind, const std::function<std::vector<Finding>()>& look) {
  kind.query = "SELECT * FROM migration_" + kind.id;
  try {
    kind.found = look();
  } catch (const Error& error) {
    kind.failure = error.what();
  }
  return kind;
}

std::vector<Findings> FindAll(Session& session, const Snapshot& now) {
  const Connection& db = session.db();
  Findings conflicts;
  conflicts.id = "conflicts";
  conflicts.title = "Conflicts";
  conflicts.none = "Nothing stands between the project and the database.";
  Findings drift;
  drift.id = "drift";
  drift.title = "Drift";
  drift.none = "The schema is the one that the applied migrations promise.";
  Findings lint;
  lint.id = "lint";
  lint.title = "Lint";
  lint.none = "The migrations give no cause for remarks.";
  return {Filled(std::move(conflicts), [&] { return Conflicts(db, now); }),
          Filled(std::move(drift), [&] { return Drift(db, now); }),
          Filled(std::move(lint), [&] { return Lint(session, now); })};
}

std::vector<Event> HistoryEvents(const migrate::History& history) {
  std::vector<Event> events;
  for (const migrate::Record& record : history.records()) {
    events.push_back({record.applied.ToString(), record.key.ToString(), ""});
  }
  std::reverse(events.begin(), events.end());
  return events;
}

std::vector<Event> JournalEvents(const Connection& db) {
  std::vector<Event> events;
  if (!db.HasTable(migrate::kJournalTable)) return events;
  sqlite::Statement rows = db.Prepare(
      R"(SELECT "at", "verb", "target", "detail" FROM "main"."migext_journal" ORDER BY "id" DESC)");
  for (const sqlite::Row row : rows) {
    events.push_back({row.Text(0), row.Text(1) + " " + row.Text(2), row.Text(3)});
  }
  return events;
}

std::string MadeNow() {
  return "Made by migext " MIGEXT_VERSION " on " +
         migrate::FormatApplied(
             std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now())) +
         " UTC";
}

void Write(const std::string& path, const std::string& text) {
  recover::NewFile file(path, recover::Readers::kAsUsual);
  std::ofstream out(file.partial_path(), std::ios::binary);
  out << text;
  out.close();
  if (!out) throw Error("cannot write '" + file.partial_path() + "': is the disk full?");
  file.Publish();
}

std::string WriteReport(const Verb& verb) {
  const std::string path = verb.Required(0, "the path of a new file");
  const SnapshotPtr now = verb.session.Look();
  const report::Report report{*now->project,
                              now->graph,
                              verb.db().FileName(),
                              MadeNow(),
                              StatusOf(*now->project, now->graph, now->history),
                              FindAll(verb.session, *now),
                              HistoryEvents(now->history),
                              JournalEvents(verb.db())};
  Write(path, report::Page(report));
  std::string answer = "wrote the report to " + path;
  verb.Report(answer);
  return answer;
}

}  // namespace

sqlite::Function MigrationReport(const SessionPtr& session) {
  return MakeVerb(session, "migration_report", 1, 1, WriteReport, Lock::kNone);
}

}  // namespace migext::surface
