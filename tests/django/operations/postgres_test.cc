#include "django/operations/postgres.h"

#include <gtest/gtest.h>

#include "support/migration_text.h"

namespace migext::django {
namespace {

using test::MessageOf;
using test::MigrationText;

TEST(PostgresOperationsTest, DescribeThemselvesInDjangosWords) {
  MigrationText given;
  given.Before("from django.contrib.postgres import operations as pg");
  EXPECT_EQ(given.Describe("pg.CreateExtension('hstore')"), "Creates extension hstore");
  EXPECT_EQ(given.Describe("pg.TrigramExtension()"), "Creates extension pg_trgm");
  EXPECT_EQ(given.Describe("pg.CreateCollation('nocase', locale='und', deterministic=False)"),
            "Create collation nocase");
  EXPECT_EQ(given.Describe("pg.RemoveCollation('nocase', 'und')"), "Remove collation nocase");
  EXPECT_EQ(given.Describe("pg.AddIndexConcurrently('t', models.Index(fields=['a'], name='i'))"),
            "Concurrently create index i on field(s) a of model t");
  EXPECT_EQ(given.Describe("pg.RemoveIndexConcurrently('t', 'i')"),
            "Concurrently remove index i from t");
  EXPECT_EQ(given.Describe("pg.AddConstraintNotValid('t', "
                           "models.CheckConstraint(condition=models.Q(a=1), name='c'))"),
            "Create not valid constraint c on model t");
  EXPECT_EQ(given.Describe("pg.ValidateConstraint('t', 'c')"), "Validate constraint c on model t");
}

TEST(PostgresOperationsTest, ChangeTheStateAsTheirPlainCounterparts) {
  MigrationText given;
  given.Before("from django.contrib.postgres.operations import AddIndexConcurrently");
  const ProjectState state =
      given.State({"migrations.CreateModel('T', [('a', models.IntegerField())])",
                   "AddIndexConcurrently('T', models.Index(fields=['a'], name='i'))"});
  EXPECT_EQ(state.Find("shop", "t")->indexes.at(0).name, "i");
}

TEST(PostgresOperationsTest, BindArgumentsAsPythonDoes) {
  MigrationText given;
  given.Before("from django.contrib.postgres.operations import CreateCollation");
  EXPECT_EQ(
      MessageOf([&] { given.Operation("CreateCollation('a', 'b', 'c', deterministic=True)"); }),
      "TypeError: CollationOperation.__init__() takes 3 positional arguments but 4 positional "
      "arguments (and 1 keyword-only argument) were given");
}

}  // namespace
}  // namespace migext::django
