// Whole projects, as real Django loads them.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "django/project.h"
#include "support/golden_blog.h"
#include "support/json.h"
#include "support/project_builder.h"

namespace migext::django {
namespace {

using test::Json;

/// Sorted: the golden data are.
std::string Keys(std::vector<MigrationKey> keys) {
  std::sort(keys.begin(), keys.end());
  std::string out;
  for (const MigrationKey& key : keys) out += " " + key.ToString();
  return out;
}

std::string Pairs(const Json& pairs) {
  std::vector<MigrationKey> keys;
  for (const Json& pair : pairs.Items()) keys.push_back({pair[0].Text(), pair[1].Text()});
  return Keys(keys);
}

std::string Expected(const Json& migration) {
  std::string out = migration["app"].Text() + "." + migration["name"].Text() + " after" +
                    Pairs(migration["dependencies"]) + " before" + Pairs(migration["run_before"]) +
                    " replacing" + Pairs(migration["replaces"]);
  const Json& initial = migration["initial"];
  out += initial.IsNull() ? "" : initial.Bool() ? " initial" : " not initial";
  out += migration["atomic"].Bool() ? "\n" : " not atomic\n";
  for (const Json& operation : migration["operations"].Items()) {
    out += "  " + operation["class"].Text() + ": " + operation["describe"].Text();
    if (operation["reversible"].Bool()) out += ", reversible";
    if (operation["elidable"].Bool()) out += ", elidable";
    if (operation["reduces_to_sql"].Bool()) out += ", sql";
    out += "\n";
  }
  return out;
}

std::string Actual(const Migration& migration) {
  std::vector<MigrationKey> needed;
  for (const Dependency& dependency : migration.dependencies) needed.push_back(dependency.key);
  std::string out = migration.key.ToString() + " after" + Keys(needed);
  out += " before" + Keys(migration.run_before) + " replacing" + Keys(migration.replaces);
  if (migration.initial) out += *migration.initial ? " initial" : " not initial";
  out += migration.atomic ? "\n" : " not atomic\n";
  for (const OperationPtr& operation : migration.operations) {
    out += "  " + std::string(operation->ClassName()) + ": " + operation->Describe();
    if (operation->Reversible()) out += ", reversible";
    if (operation->Elidable()) out += ", elidable";
    if (operation->ReducesToSql()) out += ", sql";
    out += "\n";
  }
  return out;
}

std::string Unreadable(const Project& project) {
  std::string out;
  for (const auto& [key, unreadable] : project.unreadable()) {
    out += Describe(unreadable.place) + ": " + unreadable.error + "\n";
  }
  return out;
}

class GoldenProjectTest : public testing::TestWithParam<std::string> {
 protected:
  std::shared_ptr<const Project> Read(const std::string& variant) {
    tree = std::make_unique<ProjectBuilder>();
    test::LayOutBlog(*tree, variant, GetParam());
    return Project::Read(tree->root(), {.django_version = GetParam()});
  }

  std::unique_ptr<ProjectBuilder> tree;
};

TEST_P(GoldenProjectTest, EveryMigrationIsWhatDjangoLoads) {
  int compared = 0;
  for (const std::string& variant : test::BlogTranscripts(GetParam())) {
    std::string golden_path = test::BlogTranscriptPath(GetParam(), variant);
    golden_path.replace(golden_path.rfind('/') + 1, std::string::npos, "loaded.json");
    if (!std::filesystem::exists(golden_path)) continue;
    const Json golden = Json::ReadFile(golden_path);
    const auto project = Read(variant);
    EXPECT_EQ(Unreadable(*project), "") << variant;
    // Those of a variant leave out django.contrib, which is the same for all.
    const auto ours = std::count_if(
        project->migrations().begin(), project->migrations().end(), [](const auto& entry) {
          return entry.first.app == "blog" || entry.first.app == "newsletter";
        });
    std::ptrdiff_t expected = 0;
    for (const Json& migration : golden["migrations"].Items()) {
      const std::string& app = migration["app"].Text();
      if (app == "blog" || app == "newsletter") ++expected;
      const Migration* found =
          project->FindMigration({migration["app"].Text(), migration["name"].Text()});
      ASSERT_NE(found, nullptr) << variant << ": " << Expected(migration);
      EXPECT_EQ(Actual(*found), Expected(migration)) << variant;
      ++compared;
    }
    EXPECT_EQ(ours, expected) << variant;
  }
  EXPECT_GE(compared, 130);
}

TEST_P(GoldenProjectTest, TheSettingsOfTheBlogAreRead) {
  const auto project = Read("project");

  EXPECT_EQ(project->settings_module(), "backend.settings");
  EXPECT_EQ(project->default_auto_field(), "django.db.models.BigAutoField");
  EXPECT_EQ(project->database_name(), tree->Path("db.sqlite3"));
  EXPECT_TRUE(project->use_tz());
  EXPECT_EQ(project->time_zone(), "UTC");
  std::string labels;
  for (const App& app : project->apps()) labels += app.label + " ";
  EXPECT_EQ(labels, "admin auth contenttypes sessions messages staticfiles newsletter blog ");
}

TEST_P(GoldenProjectTest, UnreadableFilesSayWhatDjangoSays) {
  EXPECT_EQ(Unreadable(*Read("syntax_error")),
            "blog/migrations/0010_broken_syntax.py:16:5: SyntaxError: closing parenthesis ']' does "
            "not match opening parenthesis '(' on line 11\n");
  EXPECT_EQ(Unreadable(*Read("import_error")),
            "blog/migrations/0010_needs_library.py:1:8: ModuleNotFoundError: No module named "
            "'colourful'\n");
  EXPECT_EQ(Unreadable(*Read("no_migration_class")),
            "blog/migrations/0010_not_yet_written.py: BadMigrationError: Migration "
            "0010_not_yet_written in app blog has no Migration class\n");
}

TEST_P(GoldenProjectTest, WithoutInitAnAppHasNoMigrations) {
  const auto project = Read("missing_init");

  EXPECT_FALSE(project->FindApp("blog")->has_migrations);
  EXPECT_EQ(project->FindMigration({"blog", "0001_initial"}), nullptr);
  EXPECT_NE(project->FindMigration({"newsletter", "0001_initial"}), nullptr);
}

INSTANTIATE_TEST_SUITE_P(EveryVersion, GoldenProjectTest,
                         testing::Values("4.2", "5.2", "6.0", "6.1"));

}  // namespace
}  // namespace migext::django
