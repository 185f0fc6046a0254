// The truth table on databases that Django itself has migrated: it never claims what is not so.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/text.h"
#include "migrate/effects.h"
#include "migrate/history.h"
#include "support/database.h"
#include "support/golden_blog.h"
#include "support/golden_zoo.h"

namespace migext::migrate {
namespace {

using django::MigrationKey;

Effects Judge(const django::Project& project, const django::AppliedSet& applied,
              testing::Database& db) {
  const django::Graph graph = django::Graph::Build(project, &applied);
  const schema::SchemaContext context = schema::ContextOf(project);
  const auto live = sqlite::LiveSchema::Read(sqlite::Connection::Borrow(db.handle()));
  return Effects::Judge({graph, context, live});
}

/// "" for what may be claimed of an operation of a migration that is applied, or is not.
std::string FalseClaim(const OperationEffect& effect, bool applied) {
  const bool wrong = applied
                         ? effect.effect != Effect::kPresent && effect.effect != Effect::kUnknown
                         : effect.effect != Effect::kAbsent && effect.effect != Effect::kUnknown &&
                               effect.IsProof();
  if (!wrong) return {};
  return effect.migration.ToString() + " operation " + std::to_string(effect.position) + " (" +
         effect.operation->Describe() + ") is " + (applied ? "applied" : "not applied") + ": " +
         std::string(EffectName(effect.effect)) + ", " + effect.evidence + "\n";
}

struct BlogEffectsTest : ::testing::TestWithParam<std::string> {
  std::string FalseClaims(const std::string& files, const std::string& state,
                          bool only_recorded = false) {
    ProjectBuilder tree;
    test::LayOutBlog(tree, files, GetParam());
    test::CopyBlogDatabase(state, tree.Path("db.sqlite3"));
    django::ProjectOptions options;
    options.django_version = GetParam();
    const auto project = django::Project::Read(tree.root(), options);
    testing::Database db(tree.Path("db.sqlite3"));
    const auto applied = History::Read(sqlite::Connection::Borrow(db.handle())).Applied();
    std::string claims;
    std::size_t proofs = 0;
    const Effects effects = Judge(*project, applied, db);
    for (const OperationEffect& effect : effects.operations()) {
      const bool is_applied = applied.contains(effect.migration);
      if (is_applied || !only_recorded) claims += FalseClaim(effect, is_applied);
      proofs += effect.IsProof() ? 1 : 0;
    }
    EXPECT_GE(proofs, 20U) << files << " " << state;
    return claims;
  }
};

TEST_P(BlogEffectsTest, NothingFalseIsClaimedOfASoundDatabase) {
  for (const char* state :
       {"empty", "blog_zero", "at_0002", "at_0003", "at_0005", "all_applied", "all_applied_small",
        "at_0005.django42", "at_0005.django61", "all_applied_small.django42",
        "all_applied_small.django61", "bad_tree", "fk_violations", "dba_view", "dba_trigger",
        "ghost_record", "wal_left_behind"}) {
    EXPECT_EQ(FalseClaims(state, state), "") << state;
  }
}

TEST_P(BlogEffectsTest, NothingFalseIsClaimedOfWhatIsRecordedWhenFilesAreGoneOrInACycle) {
  for (const char* files :
       {"circular_apps", "circular_same_app", "code_rolled_back", "fresh_guide",
        "fresh_guide_broken", "fresh_single", "missing_dependency", "missing_file", "missing_init",
        "run_before_missing", "squashed_cycle", "squashed_pruned", "syntax_error"}) {
    for (const char* state : {"at_0005", "all_applied_small"}) {
      EXPECT_EQ(FalseClaims(files, state, true), "") << files << " with " << state;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, BlogEffectsTest, ::testing::Values("4.2", "5.2", "6.0", "6.1"),
                         [](const auto& version) { return ReplaceAll(version.param, ".", "_"); });

/// Makes the tables as they were, with stand-ins for the functions that Django brings along.
void BuildSchema(testing::Database& db, const test::Json& sqlite_master) {
  static const std::string kUnknown = "no such function: ";
  for (const test::Json& row : sqlite_master.Items()) {
    if (row[3].IsNull() || row[1].Text() == "sqlite_sequence") continue;
    std::string error = db.ErrorOf(row[3].Text());
    while (error.starts_with(kUnknown)) {
      db.DefineFunction(error.substr(kUnknown.size()));
      error = db.ErrorOf(row[3].Text());
    }
    ASSERT_EQ(error, "") << row[3].Text();
  }
}

/// Their last migration is refused by Django just because what it would make, or take away, is so
/// already: 'present' is true of it, though it never ran.
bool IsSoAlready(const std::string& app) {
  static const std::set<std::string> kApps = {"err_field_again", "err_index_together_gone",
                                              "err_model_again", "err_model_twice"};
  return kApps.contains(app);
}

struct ZooEffectsTest : ::testing::TestWithParam<std::string> {};

TEST_P(ZooEffectsTest, NothingFalseIsClaimedAfterAnyStepForwards) {
  const std::string version = GetParam();
  std::size_t steps = 0;
  for (const std::string& app : test::ZooApps(version)) {
    const test::Json expected = test::ReadZoo(version, app);
    ProjectBuilder tree;
    const auto project =
        django::Project::Read(tree.root(), test::ZooProject(tree, version, expected));
    for (const test::Json& step : expected["steps"].Items()) {
      const test::Json* direction = step.Find("direction");
      if (direction == nullptr || direction->Text() != "forward" || step.Has("error")) break;
      testing::Database db;
      BuildSchema(db, step["sqlite_master"]);
      django::AppliedSet applied;
      for (const test::Json& record : step["recorded"].Items()) {
        applied.insert({record[1].Text(), record[2].Text()});
      }
      const Effects effects = Judge(*project, applied, db);
      for (const OperationEffect& effect : effects.operations()) {
        if (project->FindApp(effect.migration.app)->origin == django::AppOrigin::kBuiltIn) continue;
        const bool is_applied = applied.contains(effect.migration);
        if (IsSoAlready(app) && !is_applied) continue;
        EXPECT_EQ(FalseClaim(effect, is_applied), "")
            << app << " after " << step["command"].Texts().back();
      }
      ++steps;
    }
  }
  EXPECT_GT(steps, 300U);
}

INSTANTIATE_TEST_SUITE_P(Versions, ZooEffectsTest, ::testing::Values("4.2", "5.2", "6.0", "6.1"),
                         [](const auto& version) { return ReplaceAll(version.param, ".", "_"); });

}  // namespace
}  // namespace migext::migrate
