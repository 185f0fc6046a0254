#include "django/migration_reader.h"

#include <gtest/gtest.h>

#include "support/migration_text.h"

namespace migext::django {
namespace {

using test::MessageOf;
using test::MigrationText;

std::string Text(const std::vector<Dependency>& dependencies) {
  std::string text;
  for (const Dependency& dependency : dependencies) {
    text += dependency.key.ToString() + (dependency.swappable ? " (swappable) " : " ");
  }
  return text;
}

TEST(MigrationReaderTest, ReadsWhatTheClassDeclares) {
  MigrationText given;
  const Migration migration = given.Migration(
      "class Migration(migrations.Migration):\n"
      "    initial = True\n"
      "    atomic = False\n"
      "    dependencies = [('auth', '__first__'),\n"
      "                    migrations.swappable_dependency(settings.AUTH_USER_MODEL)]\n"
      "    run_before = [('blog', '0002_x')]\n"
      "    replaces = (('shop', '0001_a'), ('shop', '0002_b'))\n"
      "    operations = [migrations.DeleteModel('A'), migrations.DeleteModel('B')]\n");

  EXPECT_EQ(migration.initial, true);
  EXPECT_FALSE(migration.atomic);
  EXPECT_EQ(Text(migration.dependencies), "auth.__first__ auth.__first__ (swappable) ");
  EXPECT_EQ(migration.run_before, (std::vector<MigrationKey>{{"blog", "0002_x"}}));
  EXPECT_EQ(migration.replaces.size(), 2U);
  EXPECT_EQ(migration.operations.size(), 2U);
  EXPECT_EQ(migration.path, "shop/migrations/0001_initial.py");
}

TEST(MigrationReaderTest, WhatIsNotGivenHasDjangosDefaults) {
  MigrationText given;
  const Migration migration = given.Migration("class Migration(migrations.Migration): pass\n");
  EXPECT_EQ(migration.initial, std::nullopt);
  EXPECT_TRUE(migration.atomic);
  EXPECT_TRUE(migration.dependencies.empty());
  EXPECT_TRUE(migration.operations.empty());
}

TEST(MigrationReaderTest, AttributesAreInherited) {
  MigrationText given;
  const Migration migration = given.Migration(
      "class Base(migrations.Migration):\n"
      "    dependencies = [('auth', '0001_initial')]\n"
      "    operations = [migrations.DeleteModel('A')]\n"
      "class Migration(Base):\n"
      "    operations = Base.operations + [migrations.DeleteModel('B')]\n");
  EXPECT_EQ(Text(migration.dependencies), "auth.0001_initial ");
  EXPECT_EQ(migration.operations.size(), 2U);
}

TEST(MigrationReaderTest, AModuleWithoutTheClassIsNamedAsDjangoDoes) {
  MigrationText given;
  EXPECT_EQ(MessageOf([&] {
              given.Migration("x = 1\n", {"blog", "0003_x"});
            }),
            "BadMigrationError: Migration 0003_x in app blog has no Migration class");
}

TEST(MigrationReaderTest, AWrongShapeSaysWhatWasExpected) {
  MigrationText given;
  EXPECT_EQ(MessageOf([&] {
              given.Migration(
                  "class Migration(migrations.Migration):\n"
                  "    dependencies = ('blog', '0001_initial')\n");
            }),
            "dependencies of Migration must be a list of ('app', 'name') pairs, got the entry "
            "'blog'");
  EXPECT_EQ(MessageOf([&] {
              given.Migration(
                  "class Migration(migrations.Migration):\n"
                  "    operations = migrations.DeleteModel('A')\n");
            }),
            "operations of Migration must be a list, got "
            "django.db.migrations.DeleteModel('A')");
  EXPECT_EQ(MessageOf([&] {
              given.Migration(
                  "class Migration(migrations.Migration):\n"
                  "    operations = [migrations.DeleteModel('A'), 'B']\n");
            }),
            "expected an operation such as migrations.AddField(...), got 'B' (entry 1 of "
            "operations)");
}

TEST(MigrationReaderTest, AnErrorInAnOperationPointsAtIt) {
  MigrationText given;
  try {
    given.Migration(
        "class Migration(migrations.Migration):\n"
        "    operations = [\n"
        "        migrations.AddField('a', 'b'),\n"
        "    ]\n");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "shop/migrations/0001_initial.py:5:9: TypeError: AddField.__init__() missing 1 "
                 "required positional argument: 'field'\n"
                 "            migrations.AddField('a', 'b'),\n"
                 "            ^");
  }
}

TEST(MigrationReaderTest, OperationsThatHoldThemselvesEndInAnError) {
  MigrationText given;
  EXPECT_EQ(MessageOf([&] {
              given.Migration(
                  "inner = []\n"
                  "outer = migrations.SeparateDatabaseAndState(inner, inner)\n"
                  "inner += [outer, outer]\n"
                  "class Migration(migrations.Migration):\n"
                  "    operations = inner\n");
            }),
            "operations stand too deep in each other (entry 0 of operations)");
}

TEST(MigrationReaderTest, MoreOperationsThanAnyoneWritesEndInAnError) {
  MigrationText given;
  EXPECT_EQ(MessageOf([&] {
              given.Migration(
                  "class Migration(migrations.Migration):\n"
                  "    operations = [migrations.DeleteModel('A')] * 200000\n");
            }),
            "operations is too long");
}

TEST(GeneratedByTest, IsTheVersionInTheHeader) {
  EXPECT_EQ(GeneratedBy("# Generated by Django 5.2.10 on 2025-06-02 10:10\n\nfrom x"), "5.2.10");
  EXPECT_EQ(GeneratedBy("# -*- coding: utf-8 -*-\r\n# Generated by Django 3.2\r\n"), "3.2");
  EXPECT_EQ(GeneratedBy("from django.db import migrations\n"), "");
  EXPECT_EQ(GeneratedBy(""), "");
}

}  // namespace
}  // namespace migext::django
