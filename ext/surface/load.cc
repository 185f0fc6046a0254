#include "surface/load.h"

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "recover/load.h"
#include "schema/table.h"
#include "surface/verb.h"

namespace migext::surface {
namespace {

struct Request {
  std::vector<std::string> names;
  recover::LoadOptions options;
};

/// 'ignorenonexistent' and 'exclude=auth.permission', with or without the dashes of manage.py.
bool TakeOption(std::string_view word, recover::LoadOptions& options) {
  const bool has_dashes = word.starts_with("--");
  if (has_dashes) word.remove_prefix(2);
  if (word == "ignorenonexistent" || word == "-i") {
    options.ignore_nonexistent = true;
    return true;
  }
  constexpr std::string_view kExclude = "exclude=";
  if (word.starts_with(kExclude)) {
    const std::string label(word.substr(kExclude.size()));
    const std::size_t dot = label.find('.');
    options.excluded.insert(
        dot == std::string::npos ? label : label.substr(0, dot) + Lower(label.substr(dot)));
    return true;
  }
  if (!has_dashes) return false;
  throw Error("loaddata() has no option '--" + std::string(word) +
              "'; it knows 'ignorenonexistent' and 'exclude=app.model'");
}

Request RequestOf(const Verb& verb) {
  Request request;
  for (int i = 0; i < verb.given.size(); ++i) {
    const std::string word = verb.given.Text(i);
    if (word.empty()) throw Error("give the path of a fixture; it is missing here");
    if (!TakeOption(word, request.options)) request.names.push_back(word);
  }
  if (request.names.empty()) {
    throw Error(
        "No database fixture specified. Please provide the path of at least one fixture: SELECT "
        "loaddata('blog.json')");
  }
  return request;
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
  std::vector<std::string> paths;
  for (const std::string& name : request.names) {
    for (std::string& path : recover::FindFixtures(*now->project, name)) {
      paths.push_back(std::move(path));
    }
  }
  const schema::SchemaContext context = schema::ContextOf(*now->project);
  const django::ProjectState state = StateOfApplied(now->graph);
  const recover::FixtureModels models(*now->project, state);
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
