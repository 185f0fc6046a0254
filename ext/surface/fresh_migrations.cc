#include "surface/fresh_migrations.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <ctime>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "rewrite/fresh_files.h"
#include "rewrite/migration_writer.h"
#include "rewrite/same_state.h"
#include "surface/new_migration_file.h"
#include "surface/verb.h"
#include "surface/writing_verb.h"

namespace migext::surface {
namespace {

using django::Migration;
using django::MigrationKey;
using rewrite::FreshFiles;
using rewrite::WriterContext;

struct FreshCall {
  std::vector<std::string> apps;
  bool write = false;

  std::string Text(std::string_view verb, bool and_write) const {
    std::vector<std::string> literals;
    for (const std::string& app : apps) literals.push_back(SqlLiteral(app));
    if (and_write) literals.emplace_back("'write'");
    return "SELECT " + std::string(verb) + "(" + Join(literals, ", ") + ")";
  }
};

FreshCall CallOf(const Verb& verb) {
  FreshCall call;
  for (int index = 0; index < verb.given.size(); ++index) {
    call.apps.push_back(verb.Required(index, "the label of an app"));
  }
  call.write = call.apps.size() > 1 && call.apps.back() == "write";
  if (call.write) call.apps.pop_back();
  std::ranges::sort(call.apps);
  call.apps.erase(std::unique(call.apps.begin(), call.apps.end()), call.apps.end());
  return call;
}

/// "20261122_203000", in UTC.
std::string FolderStamp() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y%m%d_%H%M%S", &utc)};
}

/// A database in the middle of the old files could go neither way without them.
std::string HalfWay(const Snapshot& now, const std::vector<std::string>& apps) {
  for (const std::string& app : apps) {
    std::vector<std::string> pending;
    bool is_begun = false;
    for (const MigrationKey& key : now.graph.Nodes()) {
      if (key.app != app) continue;
      const bool is_applied = now.graph.applied().contains(key);
      is_begun = is_begun || is_applied;
      if (!is_applied) pending.push_back(key.ToString());
    }
    if (is_begun && !pending.empty()) {
      return "this database is in the middle of the old files: " + pending.front() +
             " is not applied; apply them all first: SELECT migrate(" + SqlLiteral(app) + ")";
    }
  }
  return {};
}

void ReportPlan(const Verb& verb, const django::Project& project, const FreshFiles& fresh) {
  std::string app;
  for (const FreshFiles::File& file : fresh.files) {
    if (file.migration.key.app != app) {
      app = file.migration.key.app;
      verb.Report("Migrations for '" + app + "':");
    }
    verb.Report("  " + file.path);
    for (const django::OperationPtr& operation : file.migration.operations) {
      verb.Report("    " + (project.dialect().operation_categories
                                ? operation->FormattedDescription()
                                : "- " + operation->Describe()));
    }
  }
  for (const FreshFiles::Folder& folder : fresh.folders) {
    verb.Report("The " + std::to_string(folder.old_files) + " old files of '" + folder.app +
                "' move to " + folder.kept_in);
  }
  for (const FreshFiles::Edit& edit : fresh.edits) {
    verb.Report(edit.key.ToString() + " " + edit.what + "; the file as it was is kept in " +
                edit.kept_in);
  }
}

void ReportLost(const Verb& verb, const FreshFiles& fresh) {
  if (fresh.lost.empty()) return;
  verb.Report("What the old files did and the new ones do not:");
  for (const std::string& line : fresh.lost) verb.Report("  " + line);
  verb.Report(
      "If a new database needs any of it, copy it by hand into a migration behind the new ones: "
      "SELECT empty_migration(app, name, 'write')");
}

void ReportMeetings(const Verb& verb, const FreshFiles& fresh) {
  if (fresh.meets_new_models.empty()) return;
  verb.Report(
      "In a new database these run after the new files, and find the models as they are now, not "
      "as "
      "they were:");
  for (const std::string& line : fresh.meets_new_models) verb.Report("  " + line);
}

void ReportTexts(const Verb& verb, const FreshFiles& fresh) {
  for (const FreshFiles::File& file : fresh.files) {
    verb.Report("+++ " + file.path);
    ReportText(verb, file.text.text);
  }
}

/// What the new files would need of the old ones, which no Python finds then.
std::string FunctionsInTheWay(const FreshFiles& fresh) {
  for (const FreshFiles::File& file : fresh.files) {
    if (file.text.to_copy.empty()) continue;
    return "the models use functions of " + Join(file.text.to_copy, ", ") +
           ", which would move away; define them in a module that stays, import them there in "
           "models.py and in these files, and call again";
  }
  return {};
}

/// Reads the project again: the files must say what was planned, and lead to the same models.
void ReadBack(const Verb& verb, const FreshFiles& fresh, const WriterContext& header) {
  const SnapshotPtr now = verb.session.Look();
  const WriterContext context = {now->project->field_context(), header.django_version, header.date};
  const auto fail = [](const std::string& why) {
    throw Error("what would be written is not read back as it is meant: " + why +
                "; nothing is changed");
  };
  std::set<MigrationKey> keys;
  for (const FreshFiles::File& file : fresh.files) {
    const MigrationKey& key = file.migration.key;
    RequireReadBack(*now->project, key, file.text.text, context);
    keys.insert(key);
  }
  for (const FreshFiles::Edit& edit : fresh.edits) {
    const Migration* read = now->project->FindMigration(edit.key);
    if (read == nullptr || read->dependencies != edit.dependencies) {
      fail(edit.key.ToString() + " depends on others");
    }
  }
  for (const FreshFiles::Folder& folder : fresh.folders) {
    for (const auto& [key, migration] : now->project->migrations()) {
      if (key.app == folder.app && !keys.contains(key)) fail(key.ToString() + " is still there");
    }
  }
  if (!now->graph.failures().empty()) fail(now->graph.failures().front().ToString());
  const std::string difference =
      rewrite::StateDifference(fresh.state, now->graph.FinalState(), context);
  if (!difference.empty()) fail(difference);
}

/// "2 files of blog in place of 9, 1 of newsletter in place of 2"
std::string Summary(const FreshFiles& fresh) {
  std::vector<std::string> parts;
  for (const FreshFiles::Folder& folder : fresh.folders) {
    const auto count = std::ranges::count_if(fresh.files, [&](const FreshFiles::File& file) {
      return file.migration.key.app == folder.app;
    });
    const std::string what = parts.empty() ? (count == 1 ? " file of " : " files of ") : " of ";
    parts.push_back(std::to_string(count) + what + folder.app + " in place of " +
                    std::to_string(folder.old_files));
  }
  std::string summary = Join(parts, ", ");
  if (const std::size_t edits = fresh.edits.size(); edits > 0) {
    summary += "; " + std::to_string(edits) +
               (edits == 1 ? " file of another app depends" : " files of other apps depend") +
               " on them now";
  }
  return summary;
}

std::string Run(const Verb& verb) {
  const FreshCall call = CallOf(verb);
  const SnapshotPtr now = verb.session.Look();
  const WriterContext context = WriterContextOf(*now->project);
  const FreshFiles fresh =
      rewrite::PlanFreshFiles({*now->project, now->graph, call.apps, context, FolderStamp()});
  std::string obstacle = HalfWay(*now, call.apps);
  if (obstacle.empty()) obstacle = FunctionsInTheWay(fresh);
  if (call.write && !obstacle.empty()) throw Error(obstacle);
  ReportPlan(verb, *now->project, fresh);
  ReportLost(verb, fresh);
  ReportMeetings(verb, fresh);
  if (!call.write) {
    if (!obstacle.empty()) verb.Report(obstacle);
    ReportTexts(verb, fresh);
    return "would write " + Summary(fresh) + "; to do it: " + call.Text("fresh_migrations", true);
  }
  rewrite::FreshFilesOnDisk written(fresh);
  written.LookAtResult([&] { ReadBack(verb, fresh, context); });
  written.Commit();
  return "wrote " + Summary(fresh) +
         "; the old files are kept; where they were applied: " + call.Text("fresh_history", false);
}

}  // namespace

sqlite::Function FreshMigrations(const SessionPtr& session) {
  return MakeWritingVerb(session, "fresh_migrations", 1, -1, Run);
}

}  // namespace migext::surface
