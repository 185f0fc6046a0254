// Where the old files of an app that begins anew stay.
#include "rewrite/fresh_files.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "support/project_builder.h"

namespace migext::rewrite {
namespace {

struct FreshFilesTest : ::testing::Test {
  FreshFilesTest() {
    given.Apps({"shop"}).Migration(
        "shop.0001_initial", {},
        "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True))])");
  }
  FreshFiles Plan() const {
    const auto project = django::Project::Read(given.root(), {});
    const django::AppliedSet nothing;
    const django::Graph graph = django::Graph::Build(*project, &nothing);
    const WriterContext context = {project->field_context(), project->django_version(), ""};
    return PlanFreshFiles({*project, graph, {"shop"}, context, "20261122_203000"});
  }

  ProjectBuilder given;
};

TEST_F(FreshFilesTest, ASecondCallInOneSecondHasAFolderOfItsOwn) {
  EXPECT_EQ(Plan().folders[0].kept_in, given.Path("shop/migrations_before_20261122_203000"));

  given.Folder("shop/migrations_before_20261122_203000")
      .Folder("shop/migrations_before_20261122_203000_2");

  EXPECT_EQ(Plan().folders[0].kept_in, given.Path("shop/migrations_before_20261122_203000_3"));
}

TEST_F(FreshFilesTest, ASquashThatAnotherSquashReplacesIsNotHalfApplied) {
  const auto squash = [&](const std::string& name, const std::string& replaced) {
    given.File("shop/migrations/" + name + ".py",
               "from django.db import migrations, models\n"
               "class Migration(migrations.Migration):\n"
               "    replaces = [('shop', '" +
                   replaced +
                   "')]\n"
                   "    operations = [migrations.CreateModel('Item', [('id', "
                   "models.AutoField(primary_key=True))])]\n");
  };
  squash("0001_squashed", "0001_initial");
  squash("0001_squashed_again", "0001_squashed");

  EXPECT_EQ(Plan().files[0].migration.key.name, "0001_initial");
}

}  // namespace
}  // namespace migext::rewrite
