#include "migrate/table_repair.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "django/project.h"
#include "migrate/drift_alternatives.h"
#include "sqlite/live_schema.h"
#include "support/database.h"
#include "support/project_builder.h"

namespace migext::migrate {
namespace {

TEST(TableRepairTest, LeavesTheTableAsItWasWhenTheLastCheckThrows) {
  ProjectBuilder tree;
  tree.Apps({"shop"}).Migration(
      "shop.0001_initial", {},
      "migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('name', "
      "models.TextField())])");
  const auto project = django::Project::Read(tree.root(), {});
  const django::AppliedSet applied = {{"shop", "0001_initial"}};
  const django::Graph graph = django::Graph::Build(*project, &applied);
  const schema::SchemaContext context = schema::ContextOf(*project);
  const PromisedSchema promised(StateOf(graph, AppliedPlan(graph)), context);
  testing::Database database;
  database.Execute(
      "CREATE TABLE shop_item (id integer PRIMARY KEY, name); INSERT INTO shop_item "
      "VALUES (1, 'x'); CREATE INDEX by_hand ON shop_item (name)");
  const std::string before = database.Rows("SELECT * FROM sqlite_master, shop_item");
  const sqlite::Connection db = sqlite::Connection::Borrow(database.handle());
  const PromisedTable& table = *promised.Find("shop_item");
  const auto live = LiveShape(*sqlite::LiveSchema::Read(db).FindTable("shop_item"));
  const TableRepair repair(db, table, *live, Differences(*table.Shape(), *live), context);
  EXPECT_THROW(repair.Run([] { throw Error("not mended"); }), Error);
  EXPECT_EQ(database.Rows("SELECT * FROM sqlite_master, shop_item"), before);
  EXPECT_EQ(repair.Run([] {}), 1);
  EXPECT_EQ(database.Rows("SELECT name FROM sqlite_master WHERE sql = '" + table.Sql() + "'"),
            "shop_item\n");
}

}  // namespace
}  // namespace migext::migrate
