#include "surface/migrate.h"

#include <cstdio>
#include <functional>
#include <string>

#include "base/error.h"
#include "migrate/executor.h"
#include "schema/table.h"
#include "surface/verb.h"

namespace migext::surface {
namespace {

std::string Execute(Session& session, const sqlite::Connection& db, const SnapshotPtr& now,
                    const std::function<void(std::string)>& report,
                    const std::function<std::string(migrate::Executor&)>& execute) {
  const schema::SchemaContext context = schema::ContextOf(*now->project);
  const Settings& settings = session.settings();
  migrate::Executor executor({db, *now->project, now->graph, now->history, context,
                              settings.IsOn("journal"), report, settings.IsOn("keep_dropped"),
                              settings.IsOn("fold_remakes")});
  return execute(executor);
}

std::string Execute(const Verb& verb,
                    const std::function<std::string(migrate::Executor&)>& execute) {
  const bool progress = verb.session.settings().IsOn("progress");
  const auto report = [&](std::string line) {
    if (progress) std::fprintf(stderr, "%s\n", line.c_str());
    verb.Report(std::move(line));
  };
  return Execute(verb.session, verb.db(), verb.session.Look(), report, execute);
}

}  // namespace

std::string MigrateCopy(Session& session, const sqlite::Connection& copy, std::string_view app,
                        std::string_view name) {
  if (app.empty() && !name.empty()) throw Error("a target needs its app before it");
  return Execute(
      session, copy, session.Look(), [](const std::string& /*line*/) {},
      [&](migrate::Executor& executor) { return executor.Migrate(app, name); });
}

std::string MigrateOther(Session& session, const sqlite::Connection& other,
                         const std::function<void(std::string)>& report) {
  return Execute(session, other, session.LookAt(other), report,
                 [](migrate::Executor& executor) { return executor.Migrate({}, {}); });
}

sqlite::Function Migrate(const SessionPtr& session) {
  return MakeVerb(
      session, "migrate", 0, 2,
      [](Verb& verb) {
        const std::string app = verb.given.Text(0);
        const std::string name = verb.given.Text(1);
        if (app.empty() && !name.empty()) throw Error("a target needs its app before it");
        return Execute(verb,
                       [&](migrate::Executor& executor) { return executor.Migrate(app, name); });
      },
      Lock::kOwn);
}

sqlite::Function ResumeMigration(const SessionPtr& session) {
  return MakeVerb(
      session, "resume_migration", 2, 2,
      [](Verb& verb) {
        const std::string app = verb.Required(0, "the app's label");
        const std::string name = verb.Required(1, "the migration's name");
        return Execute(verb,
                       [&](migrate::Executor& executor) { return executor.Resume(app, name); });
      },
      Lock::kOwn);
}

}  // namespace migext::surface
