#include "django/operations/models.h"

#include <gtest/gtest.h>

#include "support/migration_text.h"

namespace migext::django {
namespace {

using test::MessageOf;
using test::MigrationText;

const char* const kPost = "migrations.CreateModel('Post', [('id', models.AutoField())])";

std::string ModelNames(const ProjectState& state) {
  std::string names;
  for (const auto& model : state.models()) names += model->name + " ";
  return names;
}

std::string Groups(const std::optional<Together>& together) {
  if (!together) return "not given";
  std::string text;
  for (const auto& group : together->groups) {
    text += "(";
    for (const std::string& name : group) text += name + ",";
    text += ")";
  }
  return text;
}

TEST(ModelOperationsTest, DescribeThemselvesInDjangosWords) {
  MigrationText given;
  EXPECT_EQ(given.Describe(kPost), "Create model Post");
  EXPECT_EQ(given.Describe("migrations.CreateModel('Draft', [], {'proxy': True}, ('shop.post',))"),
            "Create proxy model Draft");
  EXPECT_EQ(given.Describe("migrations.DeleteModel(name='Post')"), "Delete model Post");
  EXPECT_EQ(given.Describe("migrations.RenameModel('Post', 'Entry')"),
            "Rename model Post to Entry");
  EXPECT_EQ(given.Describe("migrations.AlterModelTable('post', 'posts')"),
            "Rename table for post to posts");
  EXPECT_EQ(given.Describe("migrations.AlterModelTable('post', None)"),
            "Rename table for post to (default)");
  EXPECT_EQ(given.Describe("migrations.AlterModelTableComment('post', 'x')"),
            "Alter post table comment");
  EXPECT_EQ(given.Describe("migrations.AlterUniqueTogether('post', {('a', 'b'), ('c',)})"),
            "Alter unique_together for post (2 constraint(s))");
  EXPECT_EQ(given.Describe("migrations.AlterIndexTogether('post', None)"),
            "Alter index_together for post (0 constraint(s))");
  EXPECT_EQ(given.Describe("migrations.AlterOrderWithRespectTo('post', None)"),
            "Set order_with_respect_to on post to None");
  EXPECT_EQ(given.Describe("migrations.AlterModelOptions('post', {})"),
            "Change Meta options on post");
  EXPECT_EQ(given.Describe("migrations.AlterModelManagers('post', [])"), "Change managers on post");
}

TEST(ModelOperationsTest, AModelThatIsNotThereIsAKeyErrorAtTheOperation) {
  MigrationText given;
  try {
    given.State({"migrations.DeleteModel('Nothing')"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "shop/migrations/0001_initial.py:3:9: KeyError: ('shop', 'nothing')\n"
                 "    value = migrations.DeleteModel('Nothing')\n"
                 "            ^");
  }
}

TEST(CreateModelTest, RefusesWhatIsNamedTwice) {
  MigrationText given;
  EXPECT_EQ(MessageOf([&] {
              given.Operation(
                  "migrations.CreateModel('T', [('a', models.IntegerField()), "
                  "('a', models.IntegerField())])");
            }),
            "ValueError: Found duplicate value a in CreateModel fields argument.");
  EXPECT_EQ(
      MessageOf([&] { given.Operation("migrations.CreateModel('T', [], bases=('x.Y', 'X.y'))"); }),
      "ValueError: Found duplicate value x.y in CreateModel bases argument.");
}

TEST(CreateModelTest, RefusesAnIndexWithoutNameWhenTheStateIsMade) {
  MigrationText given;
  const OperationPtr operation =
      given.Operation("migrations.CreateModel('T', [], {'indexes': [models.Index(fields=['a'])]})");
  ProjectState state;
  EXPECT_EQ(MessageOf([&] { operation->StateForwards("shop", state); }),
            "ValueError: Indexes passed to ModelState require a name attribute. "
            "<Index: fields=['a']> doesn't have one.");
}

TEST(RenameModelTest, MovesTheModelToTheEndAndTurnsReferencesButNotBases) {
  MigrationText given;
  const ProjectState state = given.State(
      {kPost,
       "migrations.CreateModel('Tag', [('post', models.ForeignKey('shop.Post', models.CASCADE)), "
       "('posts', models.ManyToManyField('Post', through='shop.Post'))])",
       "migrations.CreateModel('Special', [], bases=('shop.post',))",
       "migrations.RenameModel('Post', 'Entry')"});

  EXPECT_EQ(ModelNames(state), "Tag Special Entry ");
  const ModelState& tag = *state.Find("shop", "tag");
  EXPECT_EQ(tag.FindField("post")->relation->to.ToString(), "shop.entry");
  EXPECT_EQ(tag.FindField("post")->relation->to_as_written, "shop.Entry");
  EXPECT_EQ(tag.FindField("posts")->relation->through->ToString(), "shop.entry");
  EXPECT_EQ(state.Find("shop", "special")->bases[0].AsStr(), "shop.post");
}

TEST(RenameModelTest, ANameThatDiffersInCaseAloneLosesTheModel) {
  MigrationText given;
  EXPECT_EQ(ModelNames(given.State({kPost, "migrations.RenameModel('Post', 'POST')"})), "");
}

TEST(AlterModelOptionsTest, TakesAwayTheKnownOptionsItDoesNotName) {
  MigrationText given;
  const ProjectState state = given.State(
      {"migrations.CreateModel('T', [], {'ordering': ['a'], 'db_table': 't', 'managed': False})",
       "migrations.AlterModelOptions('T', {'verbose_name': 'tee'})"});

  const ModelState& model = *state.Find("shop", "t");
  EXPECT_FALSE(model.Option("ordering"));
  EXPECT_FALSE(model.Option("managed"));
  EXPECT_EQ(model.Option("db_table")->AsStr(), "t");
  EXPECT_EQ(model.Option("verbose_name")->AsStr(), "tee");
}

TEST(AlterTogetherTest, OneFlatTupleIsOneGroup) {
  MigrationText given;
  const ProjectState state = given.State(
      {"migrations.CreateModel('T', [])", "migrations.AlterUniqueTogether('T', ('a', 'b'))"});
  EXPECT_EQ(Groups(state.Find("shop", "t")->unique_together), "(a,b,)");
  EXPECT_EQ(Groups(state.Find("shop", "t")->index_together), "not given");
}

TEST(ModelOperationsTest, BindArgumentsAsPythonDoes) {
  MigrationText given;
  EXPECT_EQ(MessageOf([&] { given.Operation("migrations.CreateModel('T')"); }),
            "TypeError: CreateModel.__init__() missing 1 required positional argument: 'fields'");
  EXPECT_EQ(MessageOf([&] { given.Operation("migrations.DeleteModel('T', 'U')"); }),
            "TypeError: ModelOperation.__init__() takes 2 positional arguments but 3 were given");
  EXPECT_EQ(MessageOf([&] { given.Operation("migrations.RenameModel('T', new='U')"); }),
            "TypeError: RenameModel.__init__() got an unexpected keyword argument 'new'");
}

}  // namespace
}  // namespace migext::django
