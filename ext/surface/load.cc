#include "surface/load.h"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "migrate/plan.h"
#include "recover/load.h"
#include "schema/table.h"
#include "surface/verb.h"

namespace migext::surface {
namespace {

struct Request {
  std::vector<std::string> names;
  recover::LoadOptions options;
};

/// "auth.Permission" as labels are kept: the model in lower case.
std::string LabelOf(const std::string& written) {
  const std::size_t dot = written.find('.');
  if (dot == std::string::npos) return written;
  return written.substr(0, dot) + Lower(written.substr(dot));
}

/// Words of manage.py loaddata, with or without dashes: 'ignorenonexistent', 'exclude=auth', and
/// '-e' with its label behind it.
Request RequestOf(const Verb& verb) {
  Request request;
  bool is_label = false;
  for (int i = 0; i < verb.given.size(); ++i) {
    const std::string given = verb.given.Text(i);
    if (given.empty()) throw Error("give the path of a fixture; it is missing here");
    const std::string word = given.substr(given.starts_with("--") ? 2 : 0);
    if (std::exchange(is_label, false)) {
      request.options.excluded.insert(LabelOf(given));
    } else if (word == "ignorenonexistent" || word == "-i") {
      request.options.ignore_nonexistent = true;
    } else if (word == "exclude" || word == "-e") {
      is_label = true;
    } else if (word.starts_with("exclude=")) {
      request.options.excluded.insert(LabelOf(word.substr(word.find('=') + 1)));
    } else if (given.starts_with("-")) {
      throw Error("loaddata() has no option '" + given +
                  "'; it knows 'ignorenonexistent' and 'exclude=app.model'");
    } else {
      request.names.push_back(given);
    }
  }
  if (!request.names.empty()) return request;
  throw Error(
      "No database fixture specified. Please provide the path of at least one fixture: SELECT "
      "loaddata('blog.json')");
}

/// parse_apps_and_model_labels()
void RequireKnown(const std::set<std::string>& labels, const django::Project& project,
                  const recover::FixtureModels& models) {
  for (const std::string& label : labels) {
    if (label.find('.') != std::string::npos) {
      if (models.Find(label) == nullptr) throw Error("Unknown model: " + label);
    } else if (project.FindApp(label) == nullptr) {
      throw Error("No installed app with label '" + label + "'.");
    }
  }
}

/// What the tables of this database are, by the migrations that are recorded.
django::ProjectState StateOfApplied(const django::Graph& graph) {
  std::vector<django::MigrationKey> applied;
  for (const django::MigrationKey& key : graph.applied()) {
    if (graph.Has(key)) applied.push_back(key);
  }
  return graph.StateAfter(applied);
}

std::string Load(const Verb& verb) {
  const Request request = RequestOf(verb);
  const SnapshotPtr now = verb.session.Look();
  migrate::RequireSoundGraph(now->graph, migrate::EmptyApps::kIgnored);
  std::vector<std::string> paths;
  for (const std::string& name : request.names) {
    for (std::string& path : recover::FindFixtures(*now->project, name)) {
      paths.push_back(std::move(path));
    }
  }
  const schema::SchemaContext context = schema::ContextOf(*now->project);
  const django::ProjectState state = StateOfApplied(now->graph);
  const recover::FixtureModels models(*now->project, state);
  RequireKnown(request.options.excluded, *now->project, models);
  std::optional<recover::FixtureLevels> levels;
  const auto get_levels = [&]() -> const recover::FixtureLevels& {
    if (!levels) levels.emplace(now->graph, now->graph.applied());
    return *levels;
  };
  return recover::LoadFixtures(verb.db(), {models, state, context, get_levels}, paths,
                               request.options,
                               [&](std::string line) { verb.Report(std::move(line)); });
}

}  // namespace

sqlite::Function LoadData(const SessionPtr& session) {
  return MakeVerb(session, "loaddata", 1, -1, [](Verb& verb) { return Load(verb); });
}

}  // namespace migext::surface
