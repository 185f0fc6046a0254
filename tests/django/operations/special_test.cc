#include "django/operations/special.h"

#include <gtest/gtest.h>

#include "support/migration_text.h"

namespace migext::django {
namespace {

using test::MessageOf;
using test::MigrationText;

TEST(RunSqlTest, KeepsAScriptAListAndTheWayBack) {
  MigrationText given;
  const OperationPtr operation =
      given.Operation("migrations.RunSQL('A; B', [('C %s', [1]), 'D'], elidable=True)");
  const auto& run = dynamic_cast<const RunSql&>(*operation);

  EXPECT_EQ(run.sql().script, "A; B");
  ASSERT_EQ(run.reverse_sql()->statements.size(), 2U);
  EXPECT_EQ(run.reverse_sql()->statements[0].sql, "C %s");
  EXPECT_TRUE(run.reverse_sql()->statements[0].params);
  EXPECT_FALSE(run.reverse_sql()->statements[1].params);
  EXPECT_TRUE(operation->Reversible());
  EXPECT_TRUE(operation->Elidable());
  EXPECT_EQ(operation->FormattedDescription(), "s Raw SQL operation");
}

TEST(RunSqlTest, NoopIsAnEmptyScript) {
  MigrationText given;
  const OperationPtr operation = given.Operation("migrations.RunSQL('A', migrations.RunSQL.noop)");
  EXPECT_EQ(dynamic_cast<const RunSql&>(*operation).reverse_sql()->script, "");
  EXPECT_TRUE(operation->Reversible());
  EXPECT_FALSE(given.Operation("migrations.RunSQL('A')")->Reversible());
}

TEST(RunSqlTest, TextFromOutsideTheProjectIsNotKnown) {
  MigrationText given;
  given.Before("import site_library");
  const OperationPtr operation = given.Operation("migrations.RunSQL(site_library.read('x.sql'))");
  EXPECT_FALSE(dynamic_cast<const RunSql&>(*operation).sql().known);
}

TEST(RunSqlTest, ChangesTheStateByItsStateOperations) {
  MigrationText given;
  const ProjectState state =
      given.State({"migrations.RunSQL('', state_operations=[migrations.CreateModel('T', [])])"});
  EXPECT_TRUE(state.Find("shop", "t"));
}

TEST(RunPythonTest, KeepsTheFunctionAndRecognisesNoop) {
  MigrationText given;
  given.Before("def fill(apps, editor):\n    '''Fill it.'''");
  const OperationPtr operation =
      given.Operation("migrations.RunPython(fill, migrations.RunPython.noop)");
  const auto& run = dynamic_cast<const RunPython&>(*operation);

  EXPECT_EQ(DocString(run.code()), "Fill it.");
  EXPECT_FALSE(IsNoop(run.code()));
  EXPECT_TRUE(IsNoop(run.reverse_code()));
  EXPECT_FALSE(operation->ReducesToSql());
  EXPECT_EQ(operation->Atomic(), std::nullopt);
  EXPECT_EQ(operation->Kind(), OperationKind::kPython);
}

TEST(RunPythonTest, RefusesWhatCannotBeCalled) {
  MigrationText given;
  EXPECT_EQ(MessageOf([&] { given.Operation("migrations.RunPython('fill')"); }),
            "ValueError: RunPython must be supplied with a callable");
  EXPECT_EQ(
      MessageOf([&] { given.Operation("migrations.RunPython(migrations.RunPython.noop, 1)"); }),
      "ValueError: RunPython must be supplied with callable arguments");
}

TEST(SeparateDatabaseAndStateTest, AppliesItsStateOperationsAlone) {
  MigrationText given;
  const ProjectState state =
      given.State({"migrations.SeparateDatabaseAndState([migrations.CreateModel('D', [])], "
                   "[migrations.CreateModel('S', [])])"});
  EXPECT_FALSE(state.Find("shop", "d"));
  EXPECT_TRUE(state.Find("shop", "s"));
}

TEST(SeparateDatabaseAndStateTest, IsOfTheKindOfItsDatabaseOperations) {
  MigrationText given;
  EXPECT_EQ(given.Operation("migrations.SeparateDatabaseAndState(state_operations=[])")->Kind(),
            OperationKind::kState);
  EXPECT_EQ(
      given.Operation("migrations.SeparateDatabaseAndState([migrations.RunSQL('A')])")->Kind(),
      OperationKind::kSql);
}

TEST(CustomOperationTest, DescribesItselfAsDjangosOperationDoes) {
  MigrationText given;
  given.Before("from site_library import Grant");
  const OperationPtr operation = given.Operation("Grant('all', to='me')");
  EXPECT_EQ(operation->Describe(), "Grant: (('all',), {'to': 'me'})");
  EXPECT_EQ(operation->Kind(), OperationKind::kCustom);
}

}  // namespace
}  // namespace migext::django
