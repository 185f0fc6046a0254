#include "django/operations/indexes.h"

#include <gtest/gtest.h>

#include "support/migration_text.h"

namespace migext::django {
namespace {

using test::MessageOf;
using test::MigrationText;

const char* const kPost =
    "migrations.CreateModel('Post', [('a', models.IntegerField()), ('b', models.IntegerField())])";

std::string IndexNames(const ProjectState& state) {
  std::string names;
  for (const NamedIndex& index : state.Find("shop", "post")->indexes) names += index.name + " ";
  return names;
}

TEST(IndexOperationsTest, DescribeThemselvesInDjangosWords) {
  MigrationText given;
  EXPECT_EQ(
      given.Describe("migrations.AddIndex('post', models.Index(fields=['a', '-b'], name='i'))"),
      "Create index i on field(s) a, -b of model post");
  EXPECT_EQ(given.Describe("migrations.RemoveIndex('post', 'i')"), "Remove index i from post");
  EXPECT_EQ(given.Describe("migrations.RenameIndex('post', 'j', 'i')"),
            "Rename index i on post to j");
  EXPECT_EQ(given.Describe("migrations.RenameIndex('post', 'j', old_fields=('a', 'b'))"),
            "Rename unnamed index for ('a', 'b') on post to j");
  EXPECT_EQ(given.Describe("migrations.AddConstraint('post', "
                           "models.UniqueConstraint(fields=['a'], name='u'))"),
            "Create constraint u on model post");
  EXPECT_EQ(given.Describe("migrations.RemoveConstraint('post', 'u')"),
            "Remove constraint u from model post");
  EXPECT_EQ(given.Describe("migrations.AlterConstraint('post', 'u', "
                           "models.UniqueConstraint(fields=['a'], name='u'))"),
            "Alter constraint u on post");
}

TEST(AddIndexTest, RefusesAnIndexWithoutName) {
  MigrationText given;
  EXPECT_EQ(MessageOf([&] {
              given.Operation("migrations.AddIndex('post', models.Index(fields=['a']))");
            }),
            "ValueError: Indexes passed to AddIndex operations require a name argument. "
            "<Index: fields=['a']> doesn't have one.");
}

TEST(RenameIndexTest, RefusesBothOrNeitherOfTheOldNames) {
  MigrationText given;
  EXPECT_EQ(MessageOf([&] { given.Operation("migrations.RenameIndex('post', 'j')"); }),
            "ValueError: RenameIndex requires one of old_name and old_fields arguments to be set.");
  EXPECT_EQ(MessageOf([&] {
              given.Operation("migrations.RenameIndex('post', 'j', 'i', old_fields=['a'])");
            }),
            "ValueError: RenameIndex.old_name and old_fields are mutually exclusive.");
}

TEST(RenameIndexTest, RenamesInPlaceOrNamesOneOfIndexTogether) {
  MigrationText given("4.2");
  const ProjectState state =
      given.State({kPost, "migrations.AlterIndexTogether('post', [('a', 'b'), ('b', 'a')])",
                   "migrations.AddIndex('post', models.Index(fields=['a'], name='i'))",
                   "migrations.AddIndex('post', models.Index(fields=['b'], name='k'))",
                   "migrations.RenameIndex('post', 'j', 'i')",
                   "migrations.RenameIndex('post', 'ab', old_fields=['a', 'b'])"});

  EXPECT_EQ(IndexNames(state), "j k ab ");
  EXPECT_EQ(state.Find("shop", "post")->indexes[2].fields, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(state.Find("shop", "post")->index_together->groups,
            (std::vector<std::vector<std::string>>{{"b", "a"}}));
}

TEST(RemoveIndexTest, ANameThatIsNotThereChangesNothing) {
  MigrationText given;
  EXPECT_EQ(IndexNames(given.State(
                {kPost, "migrations.AddIndex('post', models.Index(fields=['a'], name='i'))",
                 "migrations.RemoveIndex('post', 'zz')"})),
            "i ");
}

TEST(IndexOperationsTest, ThoseOfALaterDjangoAreNoAttributesOfTheModule) {
  MigrationText given("3.2");
  EXPECT_EQ(MessageOf([&] { given.Operation("migrations.RenameIndex('post', 'j', 'i')"); }),
            "AttributeError: module 'django.db.migrations' has no attribute 'RenameIndex'");
}

}  // namespace
}  // namespace migext::django
