#include "django/contrib.h"

#include <gtest/gtest.h>

#include "support/json.h"
#include "support/project_builder.h"

namespace migext::django {
namespace {

using test::Json;

std::string Flags(bool reversible, bool elidable, bool reduces_to_sql) {
  return std::string(reversible ? " reversible" : "") + (elidable ? " elidable" : "") +
         (reduces_to_sql ? " sql" : "");
}

std::string Expected(const Json& migration) {
  std::string out = migration["app"].Text() + "." + migration["name"].Text() + " after";
  for (const Json& dependency : migration["dependencies"].Items()) {
    out += " " + dependency[0].Text() + "." + dependency[1].Text();
  }
  out += "\n";
  for (const Json& operation : migration["operations"].Items()) {
    out += "  " + operation["class"].Text() + ": " + operation["describe"].Text() +
           Flags(operation["reversible"].Bool(), operation["elidable"].Bool(),
                 operation["reduces_to_sql"].Bool()) +
           "\n";
  }
  return out;
}

std::string Actual(const Migration& migration) {
  std::string out = migration.key.ToString() + " after";
  for (const Dependency& dependency : migration.dependencies)
    out += " " + dependency.key.ToString();
  out += "\n";
  for (const OperationPtr& operation : migration.operations) {
    out += "  " + std::string(operation->ClassName()) + ": " + operation->Describe() +
           Flags(operation->Reversible(), operation->Elidable(), operation->ReducesToSql()) + "\n";
  }
  return out;
}

const std::vector<std::string> kAll = {"django.contrib.admin",        "django.contrib.auth",
                                       "django.contrib.contenttypes", "django.contrib.sites",
                                       "django.contrib.flatpages",    "django.contrib.redirects",
                                       "django.contrib.sessions"};

class ContribTest : public testing::TestWithParam<const char*> {
 protected:
  std::shared_ptr<const Project> Read(const std::vector<std::string>& apps) {
    return Project::Read(given.Apps(apps).root(), {.django_version = GetParam()});
  }

  ProjectBuilder given;
};

TEST_P(ContribTest, MigrationsAreThoseThatDjangoLoads) {
  const auto project = Read(kAll);
  const Json golden =
      Json::ReadFile(MIGEXT_TEST_DATA "/golden/blog/expected/5.2/project/loaded.json");

  int compared = 0;
  for (const Json& migration : golden["migrations"].Items()) {
    const MigrationKey key{migration["app"].Text(), migration["name"].Text()};
    if (!IsContribLabel(key.app)) continue;
    const Migration* found = project->FindMigration(key);
    ASSERT_NE(found, nullptr) << key.ToString();
    EXPECT_EQ(Actual(*found), Expected(migration));
    ++compared;
  }
  EXPECT_EQ(compared, 18);
}

TEST_P(ContribTest, EveryStateCanBeBuilt) {
  const auto project = Read(kAll);
  std::string models;
  ProjectState state;
  for (const char* app :
       {"contenttypes", "auth", "admin", "sites", "flatpages", "redirects", "sessions"}) {
    for (const auto& [key, migration] : project->migrations()) {
      if (key.app == app) migration->MutateState(state);
    }
  }
  for (const auto& model : state.models()) {
    models += model->key().ToString() + ":" + std::to_string(model->fields.size()) + " ";
  }

  EXPECT_EQ(
      models,
      "contenttypes.contenttype:3 auth.permission:4 auth.group:3 auth.user:13 admin.logentry:8 "
      "sites.site:3 flatpages.flatpage:8 redirects.redirect:4 sessions.session:3 ");
}

INSTANTIATE_TEST_SUITE_P(EveryVersion, ContribTest,
                         testing::Values("3.2", "4.2", "5.2", "6.0", "6.1"));

TEST(ContribAppTest, AppsWithoutMigrationsAreBuiltInToo) {
  FolderModules modules;

  const App messages = ContribApp(modules, {}, "django.contrib.messages");

  EXPECT_EQ(messages.label, "messages");
  EXPECT_EQ(messages.origin, AppOrigin::kBuiltIn);
  EXPECT_FALSE(messages.has_migrations);
}

TEST(ContribAppTest, MigrationModulesMayReplaceTheBuiltInOnes) {
  ProjectBuilder given;
  given.Apps({"django.contrib.sites"}, "MIGRATION_MODULES = {'sites': 'ours'}\n")
      .File("ours/__init__.py", "")
      .File("ours/0001_own.py",
            "from django.db import migrations\nclass Migration(migrations.Migration):\n    pass\n");

  const auto project = Project::Read(given.root(), {});

  ASSERT_EQ(project->migrations().size(), 1U);
  EXPECT_EQ(project->migrations().begin()->first.ToString(), "sites.0001_own");
}

}  // namespace
}  // namespace migext::django
