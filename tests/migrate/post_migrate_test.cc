#include "migrate/post_migrate.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "migrate/migration_run.h"
#include "support/migration_text.h"
#include "support/project_builder.h"

namespace migext::migrate {
namespace {

using test::MessageOf;
using test::MigrationRun;

const std::vector<std::string> kAll = {"django.contrib.contenttypes", "django.contrib.auth",
                                       "django.contrib.sites", "shop"};

/// A project whose app `shop` has one model, Order, and a database with the tables of contrib.
struct PostMigrateTest : ::testing::Test {
  PostMigrateTest() {
    tree.Apps(kAll);
    tree.Migration("shop.0001_initial", {},
                   "migrations.CreateModel('Order', [('id', models.AutoField(primary_key=True))])");
    db.Execute(test::kPostMigrateTables);
  }

  MigrationRun& Start(const std::string& version = "5.2") {
    django::ProjectOptions options;
    options.django_version = version;
    project = django::Project::Read(tree.root(), options);
    run = std::make_unique<MigrationRun>(*project, db);
    return *run;
  }

  std::string TypesOf(const std::string& app) {
    return db.Rows("SELECT model FROM django_content_type WHERE app_label = '" + app +
                   "' ORDER BY id");
  }
  std::string PermissionsOf(const std::string& app) {
    return db.Rows(
        "SELECT codename FROM auth_permission JOIN django_content_type AS type "
        "ON type.id = content_type_id WHERE app_label = '" +
        app + "' ORDER BY auth_permission.id");
  }

  ProjectBuilder tree;
  testing::Database db;
  std::shared_ptr<const django::Project> project;
  std::unique_ptr<MigrationRun> run;
};

TEST_F(PostMigrateTest, AppsComeInTheOrderInWhichTheyAreInstalled) {
  tree.Apps({"shop", "django.contrib.sites", "django.contrib.auth", "django.contrib.contenttypes"});
  Start().Migrate();
  EXPECT_EQ(db.Rows("SELECT app_label, model FROM django_content_type ORDER BY id"),
            "shop|order\nsites|site\nauth|permission\nauth|group\nauth|user\n"
            "contenttypes|contenttype\n");
}

TEST_F(PostMigrateTest, ASecondRunAddsNothing) {
  Start().Migrate();
  const std::string rows = db.Rows("SELECT * FROM auth_permission, django_site");
  run->Migrate();
  EXPECT_EQ(db.Rows("SELECT * FROM auth_permission, django_site"), rows);
  EXPECT_EQ(db.Rows("SELECT name, seq FROM sqlite_sequence WHERE name = 'auth_permission'"),
            "auth_permission|24\n");
}

TEST_F(PostMigrateTest, WhatIsMissingIsAddedAlsoWhenThereIsNothingToMigrate) {
  Start().Migrate();
  db.Execute(
      "DELETE FROM auth_permission WHERE codename = 'change_order';"
      "UPDATE auth_permission SET name = 'mine' WHERE codename = 'add_order';"
      "DELETE FROM django_site");
  run->Migrate();
  EXPECT_EQ(db.Rows("SELECT codename, auth_permission.name FROM auth_permission "
                    "WHERE codename LIKE '%_order' ORDER BY id"),
            "add_order|mine\ndelete_order|Can delete order\nview_order|Can view order\n"
            "change_order|Can change order\n");
  EXPECT_EQ(db.Rows("SELECT id, domain, name FROM django_site"), "1|example.com|example.com\n");
}

TEST_F(PostMigrateTest, NothingIsWrittenBeforeContenttypesIsMigrated) {
  Start().Migrate("shop");
  EXPECT_EQ(db.Rows("SELECT * FROM django_content_type"), "");
  run->Migrate("contenttypes");
  EXPECT_EQ(TypesOf("shop"), "order\n");
  EXPECT_EQ(PermissionsOf("shop"), "");
  run->Migrate("auth");
  EXPECT_EQ(PermissionsOf("shop"), "add_order\nchange_order\ndelete_order\nview_order\n");
}

TEST_F(PostMigrateTest, RowsOfAModelThatIsGoneStay) {
  Start().Migrate();
  run->Migrate("shop", "zero");
  EXPECT_EQ(TypesOf("shop"), "order\n");
  EXPECT_EQ(PermissionsOf("shop"), "add_order\nchange_order\ndelete_order\nview_order\n");
}

TEST_F(PostMigrateTest, AModelThatIsSwappedOutHasNoRows) {
  tree.Apps(kAll, "AUTH_USER_MODEL = 'shop.Customer'\n");
  tree.Migration(
      "shop.0001_initial", {},
      "migrations.CreateModel('Customer', [('id', models.AutoField(primary_key=True))])");
  Start().Migrate();
  EXPECT_EQ(TypesOf("auth"), "permission\ngroup\n");
  EXPECT_EQ(TypesOf("shop"), "customer\n");
}

TEST_F(PostMigrateTest, AnAppWithoutMigrationsIsNamed) {
  std::vector<std::string> apps = kAll;
  apps.push_back("legacy");
  tree.Apps(apps);
  tree.File("legacy/__init__.py", "").File("legacy/models.py", "class Old: pass\n");
  EXPECT_EQ(Start().Migrate(),
            std::vector<std::string>{"app 'legacy' has no migrations: its tables, content types, "
                                     "permissions are made from models.py (migrate --run-syncdb), "
                                     "which is not read"});
}

TEST_F(PostMigrateTest, PermissionsThatCannotBeToldAreNamed) {
  tree.Migration("shop.0001_initial", {},
                 "migrations.CreateModel('Order', [], options={'permissions': models.Q()})");
  EXPECT_EQ(Join(Start().Migrate(), "\n"),
            "permissions of shop.Order are not made: the permissions of 'shop.Order' cannot be "
            "told: django.db.models.Q()");
  EXPECT_EQ(TypesOf("shop"), "order\n");
}

TEST_F(PostMigrateTest, NamesThatAreToBeTranslatedStayAsTheyAreWritten) {
  tree.File("shop/migrations/0001_initial.py",
            "from django.db import migrations\n"
            "from django.utils.translation import gettext_lazy as _\n"
            "class Migration(migrations.Migration):\n"
            "    operations = [migrations.CreateModel('Order', [],\n"
            "        options={'verbose_name': _('an order'), 'default_permissions': ['add']})]\n");
  Start().Migrate();
  EXPECT_EQ(db.Rows("SELECT name FROM auth_permission WHERE codename = 'add_order'"),
            "Can add an order\n");
}

TEST_F(PostMigrateTest, TheSiteHasTheIdOfTheSettings) {
  tree.Apps(kAll, "SITE_ID = 7\n");
  Start().Migrate();
  EXPECT_EQ(db.Rows("SELECT id FROM django_site"), "7\n");
}

TEST_F(PostMigrateTest, AContentTypeIsRenamedWithItsModelBothWays) {
  tree.Migration("shop.0002_rename", {"shop.0001_initial"},
                 "migrations.RenameModel('Order', 'Sale')");
  Start().Migrate("contenttypes");
  run->Migrate("shop", "0001");
  run->Migrate();
  EXPECT_EQ(TypesOf("shop"), "sale\n");
  run->Migrate("shop", "0001");
  EXPECT_EQ(TypesOf("shop"), "order\n");
}

TEST_F(PostMigrateTest, AContentTypeIsNotRenamedWhileContenttypesIsNotMigrated) {
  db.Execute("DROP TABLE django_content_type");
  tree.Apps({"shop"});
  tree.Migration("shop.0002_rename", {"shop.0001_initial"},
                 "migrations.RenameModel('Order', 'Sale')");
  EXPECT_EQ(MessageOf([&] { Start().Migrate(); }), "");
}

TEST_F(PostMigrateTest, AContentTypeOfTheNewNameIsLeftAloneAndTheOldOneToo) {
  tree.Migration("shop.0002_rename", {"shop.0001_initial"},
                 "migrations.RenameModel('Order', 'Sale')");
  for (const char* version : {"6.0", "6.1"}) {
    db.Execute("DELETE FROM auth_permission; DELETE FROM django_content_type");
    Start(version).Migrate("contenttypes");
    run->Migrate("shop", "0001");
    db.Execute("INSERT INTO django_content_type (app_label, model) VALUES ('shop', 'sale')");
    run->Migrate("shop");
    EXPECT_EQ(TypesOf("shop"), "order\nsale\n");
  }
  EXPECT_EQ(Join(run->warnings(), "\n"),
            "Could not rename content type 'shop.order' to 'sale' due to an existing conflicting "
            "content type. Run 'remove_stale_contenttypes' to clean up stale entries.");
}

TEST_F(PostMigrateTest, APermissionThatIsThereTwiceStopsTheHandlersWhereTheyAre) {
  tree.Migration("shop.0001_initial", {},
                 "migrations.CreateModel('Order', [], options={'permissions': [('pay', 'Pay'), "
                 "('pay', 'Pay again')]})");
  EXPECT_EQ(MessageOf([&] { Start().Migrate(); }),
            "UNIQUE constraint failed: auth_permission.content_type_id, auth_permission.codename");
  EXPECT_EQ(PermissionsOf("shop"), "");
  // What came before it stays.
  EXPECT_EQ(TypesOf("shop"), "order\n");
  EXPECT_NE(PermissionsOf("auth"), "");
}

TEST_F(PostMigrateTest, BeforeTheSecondMigrationOfContenttypesATypeHasAnEmptyName) {
  db.Execute(
      "ALTER TABLE django_content_type ADD COLUMN name varchar(100) NOT NULL DEFAULT 'none'");
  Start().Migrate("shop");
  run->Migrate("contenttypes", "0001");
  EXPECT_EQ(db.Rows("SELECT model, name FROM django_content_type WHERE app_label = 'shop'"),
            "order|\n");
}

TEST_F(PostMigrateTest, QuotesInNamesAreText) {
  tree.Migration("shop.0001_initial", {},
                 "migrations.CreateModel('Order', [], options={'default_permissions': [], "
                 "'permissions': [(\"o'pay\", \"'); DROP TABLE django_site; --\")]})");
  Start().Migrate();
  EXPECT_EQ(db.Rows("SELECT codename, name FROM auth_permission WHERE codename LIKE 'o%'"),
            "o'pay|'); DROP TABLE django_site; --\n");
}

TEST_F(PostMigrateTest, ATableThatIsNotWhatItShouldBeIsNamed) {
  const auto error = [&](const std::string& script) {
    testing::Database broken;
    broken.Execute(test::kPostMigrateTables);
    broken.Execute(script);
    django::ProjectOptions options;
    project = django::Project::Read(tree.root(), options);
    return MessageOf([&] { MigrationRun(*project, broken).Migrate(); });
  };
  EXPECT_EQ(error("DROP TABLE django_content_type"),
            "the table \"django_content_type\" is not there, though the migration that makes it "
            "is applied; see SELECT code, object, detail, remedy FROM migration_conflicts");
  EXPECT_EQ(error("ALTER TABLE django_content_type RENAME TO other;"
                  "CREATE VIEW django_content_type AS SELECT * FROM other"),
            "\"django_content_type\" is a view, and Django writes rows to a table of that name; "
            "give the view another name and make the table");
  EXPECT_EQ(error("ALTER TABLE auth_permission RENAME COLUMN codename TO code"),
            "the table \"auth_permission\" has no column \"codename\", which Django writes to; "
            "see SELECT code, object, detail, remedy FROM migration_conflicts");
}

TEST_F(PostMigrateTest, ATemporaryTableOfThatNameIsLeftAlone) {
  db.Execute("CREATE TEMP TABLE django_content_type (id, app_label, model)");
  Start().Migrate();
  EXPECT_EQ(db.Rows("SELECT count(*) FROM temp.django_content_type"), "0\n");
  EXPECT_EQ(db.Rows("SELECT count(*) FROM main.django_content_type"), "6\n");
}

}  // namespace
}  // namespace migext::migrate
