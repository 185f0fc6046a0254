#include "lint/lint_test.h"

namespace migext::lint {
namespace {

TEST_F(LintTest, ARunPythonHasAWayBack) {
  given_.Migration("shop.0001_a", {},
                   "migrations.RunPython(migrations.RunPython.noop),\n"
                   "migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop)");
  EXPECT_EQ(Found("python-without-reverse"),
            "warning shop.0001_a@0: the RunPython has no reverse_code: no migrate goes back beyond "
            "it\n");

  Applied("shop.0001_a");
  EXPECT_EQ(Found("python-without-reverse").substr(0, 19), "info shop.0001_a@0:");
}

TEST_F(LintTest, ARunSqlHasAWayBack) {
  given_.Migration("shop.0001_a", {},
                   "migrations.SeparateDatabaseAndState([migrations.RunSQL('SELECT 1')]),\n"
                   "migrations.RunSQL('SELECT 1', migrations.RunSQL.noop)");

  EXPECT_EQ(Found("sql-without-reverse"),
            "warning shop.0001_a@0: the RunSQL has no reverse_sql: no migrate goes back beyond "
            "it\n");
}

TEST_F(LintTest, AnOperationOfTheProjectHasAWayBack) {
  given_.File("shop/__init__.py", "").File("shop/migrations/__init__.py", "");
  given_.File("shop/migrations/0001_a.py",
              "from django.db import migrations\n"
              "from django.db.migrations.operations.base import Operation\n"
              "class Once(Operation):\n    reversible = False\n"
              "class Both(Operation):\n    reversible = True\n"
              "class Migration(migrations.Migration):\n"
              "    operations = [Once(), Both()]\n");

  EXPECT_EQ(Found("operation-without-reverse"),
            "warning shop.0001_a@0: Once cannot be taken back: no migrate goes back beyond it\n");
}

TEST_F(LintTest, TheNameOfAnIndexHasThirtyCharacters) {
  Shop().Then("migrations.AddIndex('item', models.Index(fields=['name'], name='" +
              std::string(31, 'a') +
              "')),\nmigrations.AddIndex('item', models.Index(fields=['name'], name='" +
              std::string(30, 'b') +
              "')),\nmigrations.AddIndex('item', models.Index(fields=['name'], "
              "name='_c'))");

  EXPECT_EQ(Found("long-index-name"),
            "warning shop.0002_then@0: the name of the index aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa has "
            "31 characters, and Django allows 30 (models.E034)\n"
            "warning shop.0002_then@2: the name of the index _c begins with an underscore or a "
            "number (models.E033)\n");
}

TEST_F(LintTest, WhatOnlyPostgresqlHasIsToldOnceForAnApp) {
  given_.File("shop/__init__.py", "").File("shop/migrations/__init__.py", "");
  given_.File("shop/migrations/0001_a.py",
              "from django.contrib.postgres.fields import ArrayField\n"
              "from django.contrib.postgres.operations import TrigramExtension\n"
              "from django.db import migrations, models\n"
              "class Migration(migrations.Migration):\n"
              "    operations = [\n"
              "        TrigramExtension(),\n"
              "        migrations.CreateModel('Item', [('tags', ArrayField(models.IntegerField()))"
              ", ('more', ArrayField(models.IntegerField()))]),\n"
              "    ]\n");

  EXPECT_EQ(Found("postgresql-only"),
            "warning shop.0001_a@1: the field Item.tags is a ArrayField of django.contrib.postgres"
            ", and 2 more in the app shop\n");
}

TEST_F(LintTest, WhatSqliteHasTooIsNotOfPostgresqlAlone) {
  given_.File("shop/__init__.py", "").File("shop/migrations/__init__.py", "");
  given_.File("shop/migrations/0001_a.py",
              "from django.contrib.postgres.fields import JSONField\n"
              "from django.db import migrations, models\n"
              "class Migration(migrations.Migration):\n"
              "    operations = [migrations.CreateModel('Item', [('data', JSONField())]),\n"
              "        migrations.AddField('item', 'more', models.JSONField(null=True))]\n");

  EXPECT_EQ(Found("postgresql-only"), "");
}

TEST_F(LintTest, AnExtensionAloneDoesNothing) {
  given_.File("shop/__init__.py", "").File("shop/migrations/__init__.py", "");
  given_.File("shop/migrations/0001_a.py",
              "from django.contrib.postgres.operations import TrigramExtension\n"
              "from django.db import migrations\n"
              "class Migration(migrations.Migration):\n"
              "    operations = [TrigramExtension()]\n");

  EXPECT_EQ(Found("postgresql-only"),
            "info shop.0001_a@0: TrigramExtension: Creates extension pg_trgm\n");
}

}  // namespace
}  // namespace migext::lint
