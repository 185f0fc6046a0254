#include "surface/dump.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "migrate/plan.h"
#include "recover/dump.h"
#include "sqlite/transaction.h"
#include "surface/verb.h"

namespace migext::surface {
namespace {

std::vector<std::string> WordsOf(const sqlite::Arguments& given) {
  std::vector<std::string> words;
  for (int i = 1; i < given.size(); ++i) {
    if (given.Has(i)) words.push_back(given.Text(i));
  }
  return words;
}

/// The models are those of the database's migrations, not of the newest files: what that leaves out
/// is worth a line.
void ReportPending(const Verb& verb, const django::Graph& graph) {
  const std::vector<django::MigrationKey> plan = graph.FullPlan();
  const auto pending = std::count_if(
      plan.begin(), plan.end(), [&](const auto& key) { return !graph.applied().contains(key); });
  if (pending == 0) return;
  verb.Report(Grouped(pending) + (pending == 1 ? " migration is" : " migrations are") +
              " not applied: the models are those of the database as it is, so that the fixture "
              "loads where the same migrations are applied. SELECT app, name FROM "
              "migration_status WHERE state = 'pending'");
}

std::string RunDump(const Verb& verb) {
  const std::string path = verb.Required(0, "the path of a new file");
  const recover::DumpOptions options = recover::ReadDumpOptions(path, WordsOf(verb.given));
  // All tables are read as they are at one moment.
  sqlite::Savepoint moment(verb.db());
  const SnapshotPtr now = verb.session.Look();
  migrate::RequireSoundGraph(now->graph, migrate::EmptyApps::kIgnored);
  const django::AppliedSet& applied = now->graph.applied();
  const std::vector<django::MigrationKey> nodes(applied.begin(), applied.end());
  const django::ProjectState state = now->graph.StateAfter(nodes);
  const recover::FixtureModels models(*now->project, state);
  const recover::DumpReport report =
      recover::DumpData(verb.db(), {*now->project, state, models}, options);
  moment.Release();
  ReportPending(verb, now->graph);
  for (const std::string& line : report.lines) verb.Report(line);
  std::string answer =
      "wrote " + Grouped(report.objects) + (report.objects == 1 ? " object of " : " objects of ") +
      Grouped(report.models) + (report.models == 1 ? " model to " : " models to ") + path;
  verb.Report(answer);
  return answer;
}

}  // namespace

sqlite::Function DumpDataVerb(const SessionPtr& session) {
  return MakeVerb(
      session, "dumpdata", 1, -1, [](Verb& verb) { return RunDump(verb); }, Lock::kNone);
}

}  // namespace migext::surface
