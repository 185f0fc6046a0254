#include "django/operations/fields.h"

#include <gtest/gtest.h>

#include "support/migration_text.h"

namespace migext::django {
namespace {

using test::MessageOf;
using test::MigrationText;

const char* const kPost =
    "migrations.CreateModel('Post', [('id', models.AutoField()), ('a', models.IntegerField()), "
    "('b', models.IntegerField())])";

std::string FieldNames(const ProjectState& state, std::string_view model = "post") {
  std::string names;
  for (const NamedField& field : state.Find("shop", model)->fields) names += field.name + " ";
  return names;
}

TEST(FieldOperationsTest, DescribeThemselvesInDjangosWords) {
  MigrationText given;
  EXPECT_EQ(given.Describe("migrations.AddField('post', 'c', models.IntegerField())"),
            "Add field c to post");
  EXPECT_EQ(given.Describe("migrations.RemoveField(model_name='post', name='c')"),
            "Remove field c from post");
  EXPECT_EQ(given.Describe("migrations.AlterField('post', 'c', models.TextField())"),
            "Alter field c on post");
  EXPECT_EQ(given.Describe("migrations.RenameField('post', 'c', 'd')"),
            "Rename field c on post to d");
}

TEST(FieldOperationsTest, KnowModelFieldAndLine) {
  MigrationText given;
  const OperationPtr operation =
      given.Operation("migrations.RenameField('Post', old_name='c', new_name='d')");
  EXPECT_EQ(operation->ClassName(), "RenameField");
  EXPECT_EQ(operation->ModelName(), "Post");
  EXPECT_EQ(operation->FieldName(), "c");
  EXPECT_EQ(operation->Line(), 3);
  EXPECT_EQ(operation->FormattedDescription(), "~ Rename field c on Post to d");
}

TEST(FieldOperationsTest, BindArgumentsAsPythonDoes) {
  MigrationText given;
  EXPECT_EQ(MessageOf([&] { given.Operation("migrations.AddField('post', 'c')"); }),
            "TypeError: AddField.__init__() missing 1 required positional argument: 'field'");
  EXPECT_EQ(MessageOf([&] { given.Operation("migrations.AddField()"); }),
            "TypeError: AddField.__init__() missing 3 required positional arguments: "
            "'model_name', 'name', and 'field'");
  EXPECT_EQ(MessageOf([&] { given.Operation("migrations.RemoveField('post', model_name='c')"); }),
            "TypeError: FieldOperation.__init__() got multiple values for argument 'model_name'");
  EXPECT_EQ(
      MessageOf([&] { given.Operation("migrations.AddField(1, 2, 3, 4, 5)"); }),
      "TypeError: AddField.__init__() takes from 4 to 5 positional arguments but 6 were given");
}

TEST(AddFieldTest, PutsTheFieldAtTheEndAndADefaultThatIsNotPreservedAway) {
  MigrationText given;
  const ProjectState state = given.State(
      {kPost,
       "migrations.AddField('Post', 'c', models.IntegerField(default=1), preserve_default=False)",
       "migrations.AddField('Post', 'd', models.IntegerField(default=1))"});

  EXPECT_EQ(FieldNames(state), "id a b c d ");
  EXPECT_FALSE(state.Find("shop", "post")->FindField("c")->has_default);
  EXPECT_FALSE(state.Find("shop", "post")->FindField("c")->Option("default"));
  EXPECT_TRUE(state.Find("shop", "post")->FindField("d")->has_default);
}

TEST(RemoveFieldTest, AFieldThatIsNotThereIsAKeyError) {
  MigrationText given;
  EXPECT_EQ(FieldNames(given.State({kPost, "migrations.RemoveField('Post', 'a')"})), "id b ");
  EXPECT_EQ(MessageOf([&] {
              given.State({kPost, "migrations.RemoveField('Post', 'zz')"});
            }),
            "KeyError: 'zz'");
}

TEST(AlterFieldTest, KeepsThePlaceOfTheField) {
  MigrationText given;
  const ProjectState state =
      given.State({kPost, "migrations.AlterField('POST', 'a', models.TextField())"});
  EXPECT_EQ(FieldNames(state), "id a b ");
  EXPECT_EQ(state.Find("shop", "post")->FindField("a")->class_name, "TextField");
}

TEST(RenameFieldTest, MovesTheFieldToTheEnd) {
  MigrationText given;
  EXPECT_EQ(FieldNames(given.State({kPost, "migrations.RenameField('Post', 'a', 'z')"})),
            "id b z ");
}

TEST(RenameFieldTest, AFieldThatIsNotThereIsNamedInDjangosWords) {
  MigrationText given;
  EXPECT_EQ(MessageOf([&] {
              given.State({kPost, "migrations.RenameField('Post', 'zz', 'y')"});
            }),
            "FieldDoesNotExist: shop.post has no field named 'zz'");
}

TEST(RenameFieldTest, ForeignKeysAndTogetherOptionsFollow) {
  MigrationText given;
  const ProjectState state = given.State(
      {kPost, "migrations.AlterUniqueTogether('Post', [['a', 'b']])",
       "migrations.CreateModel('Tag', [('post', models.ForeignKey('shop.Post', models.CASCADE, "
       "to_field='a'))])",
       "migrations.RenameField('Post', 'a', 'z')"});

  EXPECT_EQ(state.Find("shop", "post")->unique_together->groups,
            (std::vector<std::vector<std::string>>{{"z", "b"}}));
  EXPECT_EQ(state.Find("shop", "tag")->FindField("post")->relation->to_field, "z");
}

TEST(RenameFieldTest, AFlatTogetherOptionFallsIntoLettersAsInDjango) {
  MigrationText given;
  const ProjectState state = given.State(
      {"migrations.CreateModel('T', [('ab', models.IntegerField()), ('c', models.IntegerField())], "
       "{'unique_together': ('ab', 'c')})",
       "migrations.RenameField('T', 'c', 'd')"});
  EXPECT_EQ(state.Find("shop", "t")->unique_together->groups,
            (std::vector<std::vector<std::string>>{{"a", "b"}, {"d"}}));
}

}  // namespace
}  // namespace migext::django
