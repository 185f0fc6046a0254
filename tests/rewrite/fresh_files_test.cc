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
    const django::Graph graph = django::Graph::Build(*project, nullptr);
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

}  // namespace
}  // namespace migext::rewrite
