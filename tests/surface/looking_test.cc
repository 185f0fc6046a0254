// The tables that only look at a project and its history.
#include <gtest/gtest.h>

#include <string>

#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

constexpr const char* kHistory =
    "CREATE TABLE django_migrations(id integer PRIMARY KEY AUTOINCREMENT, app varchar(255) NOT "
    "NULL, name varchar(255) NOT NULL, applied datetime NOT NULL)";

class LookingTest : public ::testing::Test {
 protected:
  LookingTest() {
    given.Apps({"shop"})
        .Migration("shop.0001_initial", {},
                   "migrations.CreateModel('Order', [('id', models.BigAutoField(primary_key=True)),"
                   " ('note', models.CharField(max_length=80))])",
                   "initial = True")
        .Migration("shop.0002_price", {"shop.0001_initial"},
                   "migrations.AddField('order', 'price', models.IntegerField(null=True)),\n"
                   "        migrations.RunPython(migrations.RunPython.noop)");
    db.Execute(kHistory);
  }

  void Record(const std::string& app, const std::string& name) {
    db.Execute("INSERT INTO django_migrations(app, name, applied) VALUES ('" + app + "', '" + name +
               "', '2025-06-10 08:45:03')");
  }

  ProjectBuilder given;
  testing::LoadedDatabase db{given.Path("db.sqlite3")};
};

TEST_F(LookingTest, TheProjectIsTheFolderOfTheDatabaseOrANamedOne) {
  ProjectBuilder other;
  other.Apps({"zoo"}).Migration("zoo.0001_initial");

  EXPECT_EQ(db.Rows("SELECT label FROM migration_apps"), "shop\n");
  EXPECT_EQ(db.Rows("SELECT migration_project('" + other.root() + "')"),
            other.root() + ": 1 apps with 1 migrations\n");
  EXPECT_EQ(db.Rows("SELECT label FROM migration_apps"), "zoo\n");
  EXPECT_EQ(db.ErrorOf("SELECT migration_project('/nowhere')"),
            "'/nowhere' is no folder; give the one that holds manage.py");
}

TEST_F(LookingTest, AppsAreCounted) {
  Record("shop", "0001_initial");

  EXPECT_EQ(db.Rows("SELECT label, origin, migrations, applied, leaves FROM migration_apps"),
            "shop|settings|2|1|1\n");
}

TEST_F(LookingTest, AFileThatChangesIsReadAgain) {
  EXPECT_EQ(db.Rows("SELECT count(*) FROM migration_files"), "2\n");

  given.Migration("shop.0003_more", {"shop.0002_price"});

  EXPECT_EQ(db.Rows("SELECT count(*) FROM migration_files"), "3\n");
}

TEST_F(LookingTest, FilesShowWhatTheyDeclare) {
  EXPECT_EQ(db.Rows("SELECT name, initial, atomic, dependencies, replaces, operations, status, "
                    "error FROM migration_files('shop')"),
            "0001_initial|1|1|[]|[]|1|ok|\n"
            "0002_price||1|[[\"shop\", \"0001_initial\"]]|[]|2|ok|\n");
}

TEST_F(LookingTest, AnUnreadableFileIsARowAndStopsNoOther) {
  given.File("shop/migrations/0003_broken.py", "class Migration(\n");

  EXPECT_EQ(db.Rows("SELECT name, status, operations IS NULL FROM migration_files"),
            "0001_initial|ok|0\n0002_price|ok|0\n0003_broken|unreadable|1\n");
  EXPECT_EQ(db.Rows("SELECT mark, name, state FROM migration_status"),
            "[ ]|0001_initial|pending\n[ ]|0002_price|pending\n[ ]|0003_broken|unreadable\n");
  EXPECT_EQ(db.ErrorOf("SELECT * FROM showmigrations").find("SyntaxError") != std::string::npos,
            true);
}

TEST_F(LookingTest, OperationsAreDescribedInDjangosWords) {
  EXPECT_EQ(db.Rows("SELECT position, operation, model, field, description, kind, reversible "
                    "FROM migration_operations('shop', '0002')"),
            "0|AddField|order|price|Add field price to order|schema|1\n"
            "1|RunPython|||Raw Python operation|python|0\n");
}

TEST_F(LookingTest, DependenciesNameTheirOrigin) {
  given.Migration("shop.0003_early", {"shop.0001_initial"}, "",
                  "run_before = [('shop', '0002_price')]");

  EXPECT_EQ(db.Rows("SELECT name, parent_name, origin FROM migration_dependencies ORDER BY 1, 2"),
            "0002_price|0001_initial|dependency\n"
            "0002_price|0003_early|run_before\n"
            "0003_early|0001_initial|dependency\n");
}

TEST_F(LookingTest, StatusHasMarkTimeAndPlaceInThePlan) {
  Record("shop", "0001_initial");

  EXPECT_EQ(db.Rows("SELECT app, name, mark, state, applied_at, position, note "
                    "FROM migration_status('shop')"),
            "shop|0001_initial|[X]|applied|2025-06-10 08:45:03|1|\n"
            "shop|0002_price|[ ]|pending||2|\n");
}

TEST_F(LookingTest, StatusShowsRecordsWithoutAFile) {
  Record("shop", "0009_gone");
  Record("polls", "0001_initial");

  EXPECT_EQ(db.Rows("SELECT app, name, mark, state, note FROM migration_status WHERE state = "
                    "'ghost'"),
            "polls|0001_initial|[X]|ghost|recorded, but the project has no app 'polls'\n"
            "shop|0009_gone|[X]|ghost|recorded, but there is no such file in " +
                given.Path("shop") + "\n");
}

TEST_F(LookingTest, StatusNotesWhatIsOutOfOrderOrDoubled) {
  Record("shop", "0002_price");
  Record("shop", "0002_price");

  EXPECT_EQ(db.Rows("SELECT name, note FROM migration_status"),
            "0001_initial|not applied, though shop.0002_price needs it and is\n"
            "0002_price|applied before shop.0001_initial, which it needs; recorded 2 times\n");
}

TEST_F(LookingTest, StatusAnswersWhereDjangoRefuses) {
  given.Migration("shop.0003_lost", {"shop.0009_gone"});
  Record("shop", "0001_initial");

  EXPECT_EQ(db.Rows("SELECT mark, name, position FROM migration_status"),
            "[X]|0001_initial|\n[ ]|0002_price|\n[ ]|0003_lost|\n");
  EXPECT_EQ(db.ErrorOf("SELECT * FROM migrate_plan").substr(0, 17), "NodeNotFoundError");
}

TEST_F(LookingTest, LeafNodesOfAConflictAreNoted) {
  given.Migration("shop.0002_stock", {"shop.0001_initial"});

  EXPECT_EQ(db.Rows("SELECT name FROM migration_status WHERE note LIKE 'one of 2 leaf nodes%'"),
            "0002_price\n0002_stock\n");
}

TEST_F(LookingTest, ThePlanHasARowForEachOperation) {
  Record("shop", "0001_initial");

  EXPECT_EQ(db.Rows("SELECT step, direction, name, operation, description FROM migration_plan"),
            "1|apply|0002_price|AddField|Add field price to order\n"
            "1|apply|0002_price|RunPython|Raw Python operation\n");
  EXPECT_EQ(db.Rows("SELECT step, direction, name, description FROM migration_plan('shop', "
                    "'zero')"),
            "1|unapply|0001_initial|Undo Create model Order\n");
}

TEST_F(LookingTest, ThePlanSaysWhatCannotBeTakenBack) {
  Record("shop", "0001_initial");
  Record("shop", "0002_price");

  EXPECT_EQ(db.Rows("SELECT operation, note FROM migration_plan('shop', '0001')"),
            "AddField|\nRunPython|cannot be taken back\n");
}

TEST_F(LookingTest, DjangosReportsAreLineByLine) {
  Record("shop", "0001_initial");

  EXPECT_EQ(db.Rows("SELECT line FROM showmigrations"),
            "shop\n [X] 0001_initial\n [ ] 0002_price\n");
  EXPECT_EQ(db.Rows("SELECT line FROM showmigrations(NULL, 'plan')"),
            "[X]  shop.0001_initial\n[ ]  shop.0002_price\n");
  EXPECT_EQ(db.Rows("SELECT line FROM migrate_plan"),
            "Planned operations:\nshop.0002_price\n    Add field price to order\n"
            "    Raw Python operation\n");
  EXPECT_EQ(db.ErrorOf("SELECT line FROM showmigrations('shop', 'tree')"),
            "'tree' is no format of showmigrations: give 'list' or 'plan'");
}

TEST_F(LookingTest, TheGraphIsDrawnInThreeFormats) {
  Record("shop", "0001_initial");

  EXPECT_EQ(db.Rows("SELECT line FROM migration_graph"),
            "shop\n  * [ ] 0002_price\n  * [X] 0001_initial\n");
  EXPECT_EQ(db.Rows("SELECT line FROM migration_graph('mermaid', 'shop')"),
            "flowchart TD\n  subgraph g1[\"shop\"]\n    m1[\"0001_initial\"]:::applied\n"
            "    m2[\"0002_price\"]\n  end\n  m1 --> m2\n  classDef applied fill:#cfc\n");
  EXPECT_EQ(db.Rows("SELECT line FROM migration_graph('dot')"),
            "digraph migrations {\n  node [shape=box];\n  subgraph cluster_1 {\n"
            "    label=\"shop\";\n    m1 [label=\"0001_initial\", style=filled];\n"
            "    m2 [label=\"0002_price\"];\n  }\n  m1 -> m2;\n}\n");
  EXPECT_EQ(db.ErrorOf("SELECT line FROM migration_graph('svg')"),
            "'svg' is no format: give 'text', 'mermaid' or 'dot'");
}

TEST_F(LookingTest, ModelsAreThoseAfterAMigrationOrAtTheEnd) {
  EXPECT_EQ(db.Rows("SELECT model, field, field_class, column_name, db_type FROM "
                    "migration_models('shop', '0001')"),
            "Order|id|BigAutoField|id|integer\nOrder|note|CharField|note|varchar(80)\n");
  EXPECT_EQ(db.Rows("SELECT field, attributes FROM migration_models WHERE model = 'Order' AND "
                    "field <> 'id'"),
            "note|{\"max_length\": 80}\nprice|{\"null\": true}\n");
}

TEST_F(LookingTest, AnUnknownAppIsRefusedInDjangosWords) {
  for (const std::string table : {"migration_status", "migration_files", "migration_operations",
                                  "migration_dependencies", "migration_models", "showmigrations"}) {
    EXPECT_NE(db.ErrorOf("SELECT * FROM " + table + "('shpo')").find("'shpo'"), std::string::npos)
        << table;
  }
}

TEST_F(LookingTest, WhatIsOddAboutTheProjectIsTold) {
  given.File("requirements.txt", "django==1.8\n");

  EXPECT_EQ(db.Rows("SELECT severity, detail FROM migration_conflicts WHERE code = 'project-note' "
                    "AND detail LIKE 'Django%'"),
            "info|Django 1.8 (requirements.txt) is older than all that are known; read as 3.2\n");
}

TEST_F(LookingTest, TablesJoinAndFeedEachOther) {
  EXPECT_EQ(db.Rows("SELECT a.label, count(*) FROM migration_apps a JOIN migration_status(a.label) "
                    "GROUP BY 1"),
            "shop|2\n");
  EXPECT_EQ(db.Rows("SELECT f.name, count(o.position) FROM migration_files f LEFT JOIN "
                    "migration_operations o ON o.app = f.app AND o.name = f.name GROUP BY 1"),
            "0001_initial|1\n0002_price|2\n");
}

TEST_F(LookingTest, AFileThatIsNoDatabaseIsAnErrorAndNoCrash) {
  given.File("broken.sqlite3", std::string(4096, 'x'));
  testing::LoadedDatabase broken(given.Path("broken.sqlite3"));

  // SQLite reads the schema before it looks for a table, ours included.
  EXPECT_EQ(broken.ErrorOf("SELECT * FROM migration_files"), "file is not a database");
  EXPECT_EQ(broken.Rows("SELECT migration_project('" + given.root() + "') <> ''"), "1\n");
}

}  // namespace
}  // namespace migext::surface
