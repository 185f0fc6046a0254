#include "django/operation.h"

#include <gtest/gtest.h>

#include "support/migration_text.h"

namespace migext::django {
namespace {

using test::MessageOf;
using test::MigrationText;

TEST(OperationTest, IsKnownByAllItsDottedNames) {
  for (const char* spelling :
       {"from django.db.migrations import DeleteModel",
        "from django.db.migrations.operations import DeleteModel",
        "from django.db.migrations.operations.models import DeleteModel",
        "import django.db.migrations as m; DeleteModel = m.operations.DeleteModel"}) {
    MigrationText given;
    given.Before(spelling);
    EXPECT_EQ(given.Describe("DeleteModel('Post')"), "Delete model Post") << spelling;
  }
}

TEST(OperationTest, ANameThatDjangoDoesNotHaveIsAnAttributeError) {
  MigrationText given;
  EXPECT_EQ(MessageOf([&] { given.Operation("migrations.DropModel('Post')"); }),
            "AttributeError: module 'django.db.migrations' has no attribute 'DropModel'");
}

TEST(OperationTest, AClassOfTheProjectBehavesAsTheOneItDerivesFrom) {
  MigrationText given;
  given.Before(
      "class AddNumber(migrations.AddField):\n"
      "    elidable = True\n"
      "    def __init__(self, model_name, name):\n"
      "        super().__init__(model_name, name, models.IntegerField(default=4))\n");
  const OperationPtr operation = given.Operation("AddNumber('Post', 'n')");

  EXPECT_EQ(operation->ClassName(), "AddNumber");
  EXPECT_EQ(operation->Describe(), "Add field n to Post");
  EXPECT_EQ(operation->Kind(), OperationKind::kSchema);
  EXPECT_TRUE(operation->Elidable());
}

TEST(OperationTest, AClassOfTheProjectIsAskedForItsOwnDescription) {
  MigrationText given;
  given.Before(
      "class AddNumber(migrations.AddField):\n"
      "    def __init__(self, model_name, name):\n"
      "        super().__init__(model_name, name, models.IntegerField(default=4))\n"
      "    def describe(self):\n"
      "        return 'Add the number %s to %s' % (self.name, self.model_name)\n");
  EXPECT_EQ(given.Describe("AddNumber('Post', 'n')"), "Add the number n to Post");
}

TEST(OperationTest, ADescriptionThatNeedsDjangoFallsBackOnTheBuiltInOne) {
  MigrationText given;
  given.Before(
      "class Odd(migrations.RemoveField):\n"
      "    def describe(self):\n"
      "        return super().describe() + '!'\n");
  EXPECT_EQ(given.Describe("Odd('Post', 'n')"), "Remove field n from Post");
}

TEST(OperationTest, OwnWorkOnTheDatabaseIsOfTheCustomKind) {
  MigrationText given;
  given.Before(
      "class AddIfMissing(migrations.AddField):\n"
      "    def database_forwards(self, app_label, editor, before, after):\n"
      "        pass\n");
  const OperationPtr operation =
      given.Operation("AddIfMissing('Post', 'n', models.IntegerField())");
  EXPECT_EQ(operation->Kind(), OperationKind::kCustom);
  EXPECT_TRUE(operation->head().own_database);
}

TEST(OperationTest, AnOperationOfTheProjectsOwnHasItsFlags) {
  MigrationText given;
  given.Before(
      "from django.db.migrations.operations.base import Operation\n"
      "class Grant(Operation):\n"
      "    reversible = False\n"
      "    reduces_to_sql = False\n"
      "    def __init__(self, right):\n"
      "        self.right = right\n"
      "    def describe(self):\n"
      "        return f'Grant {self.right}'\n");
  const OperationPtr operation = given.Operation("Grant('all')");
  EXPECT_EQ(operation->Describe(), "Grant all");
  EXPECT_FALSE(operation->Reversible());
  EXPECT_FALSE(operation->ReducesToSql());
}

TEST(OperationTest, WhatIsNoOperationIsShown) {
  MigrationText given;
  EXPECT_EQ(MessageOf([&] { given.Operation("42"); }),
            "expected an operation such as migrations.AddField(...), got 42");
  EXPECT_EQ(MessageOf([&] { given.Operation("migrations.DeleteModel"); }),
            "expected an operation such as migrations.AddField(...), got "
            "django.db.migrations.DeleteModel, which is not called");
}

TEST(OperationTest, ANameOfAnotherTypeFailsAsInDjango) {
  MigrationText given;
  EXPECT_EQ(MessageOf([&] { given.Operation("migrations.DeleteModel(None)"); }),
            "AttributeError: 'NoneType' object has no attribute 'lower'");
}

// ---- migrate --plan

TEST(PlanLineTest, ShowsTheBeginningOfDocstringOrSql) {
  MigrationText given;
  given.Before(
      "def fill(apps, editor):\n"
      "    '''Set level and path of the comments that are there.\n\n    More.'''\n");
  EXPECT_EQ(PlanLine(*given.Operation("migrations.RunPython(fill)"), false),
            "Raw Python operation -> Set level and path of the comments …");
  EXPECT_EQ(PlanLine(*given.Operation("migrations.RunSQL('UPDATE t SET a = 1')"), false),
            "Raw SQL operation -> UPDATE t SET a = 1");
  EXPECT_EQ(PlanLine(*given.Operation("migrations.RunPython(migrations.RunPython.noop)"), false),
            "Raw Python operation");
  EXPECT_EQ(PlanLine(*given.Operation("migrations.RunSQL(['A', ('B', None)])"), false),
            "Raw SQL operation -> ['A', ('B', None)]");
}

TEST(PlanLineTest, BackwardsIsUndoneOrIrreversible) {
  MigrationText given;
  EXPECT_EQ(PlanLine(*given.Operation("migrations.DeleteModel('T')"), true), "Undo Delete model T");
  EXPECT_EQ(PlanLine(*given.Operation("migrations.RunSQL('A')"), true),
            "Raw SQL operation -> IRREVERSIBLE");
  EXPECT_EQ(PlanLine(*given.Operation("migrations.RunSQL('A', '')"), true), "Raw SQL operation");
}

}  // namespace
}  // namespace migext::django
