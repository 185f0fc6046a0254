#include "surface/rebase.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "migrate/remedies.h"
#include "rewrite/merge.h"
#include "rewrite/rebase.h"
#include "surface/new_migration_file.h"
#include "surface/writing_verb.h"

namespace migext::surface {
namespace {

using django::MigrationKey;
using rewrite::Rebase;

std::string Summary(const Rebase& rebase) {
  const Rebase::Move& first = rebase.moves.front();
  std::string what = first.to == first.from.name ? first.to : first.from.name + " as " + first.to;
  if (const std::size_t more = rebase.moves.size() - 1; more > 0) {
    what += " and " + std::to_string(more) + " more";
  }
  return what + " behind " + rebase.behind.ToString();
}

bool IsRecorded(const Rebase& rebase, const Snapshot& now) {
  return std::ranges::any_of(rebase.moves, [&](const Rebase::Move& move) {
    return now.history.Find(move.from) != nullptr;
  });
}

/// A migration that is applied before one it needs stops every run of Django.  The way around it,
/// or "" when there is none such.
std::string AppliedBeforeItsParent(const Rebase& rebase, const Snapshot& now) {
  if (!IsRecorded(rebase, now) || now.applied.contains(rebase.behind)) return {};
  std::string forget;
  std::string remember;
  for (const Rebase::Move& move : rebase.moves) {
    if (now.history.Find(move.from) == nullptr) continue;
    forget.insert(0, " " + migrate::VerbCall("fake_unapply", move.from));
    remember += " " + migrate::VerbCall("fake_apply", {move.from.app, move.to});
  }
  return "'" + rebase.moves.front().from.ToString() + "' is applied in this database and '" +
         rebase.behind.ToString() +
         "', which it would then need, is not\nfirst take the record away:" + forget +
         " and when the files are changed: " + migrate::VerbCall("migrate", rebase.behind) +
         remember;
}

/// The order of the branches is decided now, so whoever decides must see where they meet.
void ReportOverlaps(const Verb& verb, const Snapshot& now, const Rebase& rebase) {
  const std::string& app = rebase.behind.app;
  const rewrite::Merge merge = rewrite::PlanMerge(now.graph, app, {});
  verb.ReportAll(merge.OverlapLines());
  for (const Rebase::Move& move : rebase.moves) {
    if (std::ranges::find(merge.redundant, move.from) == merge.redundant.end()) continue;
    verb.Report(move.from.name +
                " makes only what the other branch makes too: once it is moved, record it "
                "instead of running it: " +
                migrate::VerbCall("fake_apply", {app, move.to}));
  }
}

/// The same in the journal, where undo_last() finds it; "" when nothing is recorded here.
std::string JournalledMend(const Rebase& rebase, const Snapshot& now) {
  std::string forget;
  std::string remember;
  for (const Rebase::Move& move : rebase.moves) {
    if (now.history.Find(move.from) == nullptr || move.to == move.from.name) continue;
    forget.insert(0, " " + migrate::VerbCall("fake_unapply", move.from));
    remember += " " + migrate::VerbCall("fake_apply", {move.from.app, move.to});
  }
  if (forget.empty() || !AppliedBeforeItsParent(rebase, now).empty()) return {};
  return "this UPDATE is not journalled; to be able to undo it, run instead before 'write':" +
         forget + " and after it:" + remember;
}

/// Reads the project again: the branch must stand behind the other one, and be what it was.
void ReadBack(const Rebase& rebase, const Snapshot& before, const Snapshot& after) {
  const auto fail = [](const std::string& what) {
    throw Error("the files would not be read back as they should: " + what +
                "; nothing is changed");
  };
  if (!after.graph.failures().empty()) fail(after.graph.failures().front().ToString());
  MigrationKey parent = rebase.behind;
  for (const Rebase::Move& move : rebase.moves) {
    const MigrationKey key = {move.from.app, move.to};
    const django::Migration* now = after.project->FindMigration(key);
    const django::Migration* then = before.project->FindMigration(move.from);
    if (!now || !then || now->operations.size() != then->operations.size()) {
      fail("'" + key.ToString() + "' is another than before");
    }
    const std::vector<MigrationKey> plan = after.graph.ForwardsPlan(key);
    if (std::ranges::find(plan, parent) == plan.end()) {
      fail("'" + key.ToString() + "' does not follow '" + parent.ToString() + "'");
    }
  }
}

std::string Write(const Verb& verb, const SnapshotPtr& before, Rebase& rebase) {
  const std::string obstacle = AppliedBeforeItsParent(rebase, *before);
  if (!obstacle.empty()) throw Error(obstacle);
  rewrite::FileTransaction files(std::move(rebase.changes));
  files.LookAtResult([&] { ReadBack(rebase, *before, *verb.session.Look()); });
  files.Commit();
  return "put " + Summary(rebase);
}

std::string Run(const Verb& verb) {
  const std::string app = verb.Required(0, "the app's label");
  const std::string name = verb.Required(1, "the name of a migration of the branch that moves");
  const bool write = IsToBeWritten(verb, 2);
  const SnapshotPtr now = verb.session.Look();
  Rebase rebase = rewrite::PlanRebase(*now->project, now->graph, app, name);
  for (std::string& line : rebase.report) verb.Report(std::move(line));
  ReportOverlaps(verb, *now, rebase);
  if (const std::string mend = rebase.Mend(); !mend.empty()) {
    verb.Report(std::string("in a database where the old names are recorded") +
                (IsRecorded(rebase, *now) ? " (this is one)" : "") + ", run then: " + mend);
    if (std::string journalled = JournalledMend(rebase, *now); !journalled.empty()) {
      verb.Report(std::move(journalled));
    }
  }
  if (write) return Write(verb, now, rebase);
  if (std::string obstacle = AppliedBeforeItsParent(rebase, *now); !obstacle.empty()) {
    verb.Report(std::move(obstacle));
  }
  return "would put " + Summary(rebase) + "; to do it: SELECT rebase_migration(" + SqlLiteral(app) +
         ", " + SqlLiteral(name) + ", 'write')";
}

}  // namespace

sqlite::Function RebaseMigration(const SessionPtr& session) {
  return MakeWritingVerb(session, "rebase_migration", 2, 3, Run);
}

}  // namespace migext::surface
