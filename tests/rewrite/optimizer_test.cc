#include "rewrite/optimizer.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "django/operations/models.h"
#include "support/migration_text.h"

namespace migext::rewrite {
namespace {

using django::OperationPtr;
using test::MessageOf;
using test::MigrationText;

const char* const kCreatePost = "migrations.CreateModel('Post', [('id', models.AutoField())])";

/// The operations of app `shop`, optimized, one description to a line; of a created model also its
/// fields and options.
class Optimized {
 public:
  explicit Optimized(std::string_view django_version = "5.2")
      : version_(django_version), text_(django_version) {}

  Optimized& Before(std::string_view lines) {
    text_.Before(lines);
    return *this;
  }

  std::string Of(const std::vector<std::string>& expressions) {
    std::vector<OperationPtr> operations;
    for (const std::string& expression : expressions) {
      operations.push_back(text_.Operation(expression));
    }
    std::string lines;
    for (const OperationPtr& operation :
         Optimize(operations, "shop", django::DialectFor(version_), heap_)) {
      lines += Shown(*operation) + "\n";
    }
    return lines;
  }

 private:
  static std::string Shown(const django::Operation& operation) {
    std::string line = operation.Describe();
    const auto* create = dynamic_cast<const django::CreateModel*>(&operation);
    if (!create) return line;
    for (const auto& field : create->model.fields) line += " " + field.name;
    for (const std::string& option : create->model.option_order) line += " +" + option;
    return line;
  }

  std::string version_;
  python::Heap heap_{1 << 20};
  MigrationText text_;
};

TEST(OptimizerTest, AModelIsCreatedAsLaterOperationsLeaveIt) {
  EXPECT_EQ(Optimized().Of({kCreatePost, "migrations.AddField('Post', 'title', models.TextField())",
                            "migrations.AddField('post', 'old', models.TextField())",
                            "migrations.AlterModelOptions('Post', {'ordering': ['title']})",
                            "migrations.RenameField('Post', 'title', 'name')",
                            "migrations.RemoveField('post', 'OLD')",
                            "migrations.RenameModel('Post', 'Article')",
                            "migrations.AddIndex('Article', models.Index('name', name='i'))"}),
            "Create model Article id name +ordering +indexes\n");
}

TEST(OptimizerTest, AModelThatIsDeletedWasNeverThereUnlessItIsAProxy) {
  EXPECT_EQ(Optimized().Of({kCreatePost, "migrations.DeleteModel('post')"}), "");
  EXPECT_EQ(Optimized().Of({"migrations.CreateModel('P', [], options={'proxy': True})",
                            "migrations.DeleteModel('P')"}),
            "Create proxy model P +proxy\nDelete model P\n");
}

TEST(OptimizerTest, WhatRunsCodeStaysBetweenUnlessItIsElidable) {
  const std::string add = "migrations.AddField('Post', 'title', models.TextField())";
  EXPECT_EQ(Optimized().Of({kCreatePost, "migrations.RunSQL('SELECT 1')", add}),
            "Create model Post id\nRaw SQL operation\nAdd field title to Post\n");
  EXPECT_EQ(Optimized().Of({kCreatePost, "migrations.RunSQL('SELECT 1', elidable=True)", add}),
            "Create model Post id title\n");
}

TEST(OptimizerTest, AKeyStaysBehindTheModelItPointsAt) {
  EXPECT_EQ(Optimized().Of({kCreatePost, "migrations.CreateModel('Tag', [])",
                            "migrations.AddField('Post', 'tag', models.ForeignKey('Tag', "
                            "models.CASCADE))"}),
            "Create model Tag\nCreate model Post id tag\n");
  EXPECT_EQ(
      Optimized().Of({kCreatePost,
                      "migrations.CreateModel('Tag', [('post', models.ForeignKey('shop.post', "
                      "models.CASCADE))])",
                      "migrations.AddField('Post', 'tag', models.ForeignKey('Tag', "
                      "models.CASCADE))"}),
      "Create model Post id\nCreate model Tag post\nAdd field tag to Post\n");
}

TEST(OptimizerTest, AKeyToSelfFollowsTheNameOfItsModel) {
  EXPECT_EQ(Optimized().Of({"migrations.CreateModel('Node', [('up', models.ForeignKey('self', "
                            "models.CASCADE))])",
                            "migrations.RenameModel('Node', 'Tree')",
                            "migrations.CreateModel('Node', [])",
                            "migrations.AddField('Node', 'a', models.TextField())"}),
            "Create model Tree up\nCreate model Node a\n");
}

TEST(OptimizerTest, OptionsKeepThePlaceTheyHaveInDjangosDict) {
  EXPECT_EQ(Optimized().Of({"migrations.CreateModel('Post', [('a', models.TextField())], "
                            "options={'unique_together': {('a', 'b'), ('b',)}, 'ordering': ['a'], "
                            "'order_with_respect_to': 'b'})",
                            "migrations.RenameField('Post', 'b', 'c')",
                            "migrations.RemoveField('Post', 'a')",
                            "migrations.RemoveField('Post', 'c')"}),
            "Create model Post +ordering\n");
}

TEST(OptimizerTest, WhatIsMergedDependsOnTheVersion) {
  const std::vector<std::string> constraint = {
      kCreatePost,
      "migrations.AddConstraint('Post', models.UniqueConstraint(fields=['id'], name='c'))"};
  EXPECT_EQ(Optimized("5.0").Of(constraint),
            "Create model Post id\nCreate constraint c on model Post\n");
  EXPECT_EQ(Optimized("5.1").Of(constraint), "Create model Post id +constraints\n");

  const std::vector<std::string> table = {kCreatePost, "migrations.AlterModelTable('Post', 't')"};
  EXPECT_EQ(Optimized("5.1").Of(table), "Create model Post id\nRename table for Post to t\n");
  EXPECT_EQ(Optimized("5.2").Of(table), "Create model Post id +db_table\n");
}

TEST(OptimizerTest, AnIndexKeepsItsNameWhenItsRenamingCannotBeMerged) {
  EXPECT_EQ(Optimized().Of({"migrations.AddIndex('Post', models.Index('id', name='a'))",
                            "migrations.RunSQL('SELECT 1')",
                            "migrations.RenameIndex('Post', new_name='b', old_name='a')"}),
            "Create index a on F(id) on model Post\nRaw SQL operation\n"
            "Rename index a on Post to b\n");
}

TEST(OptimizerTest, AnOperationOfTheProjectsOwnThatWritesToTheDatabaseIsLeftAlone) {
  Optimized own;
  own.Before(
      "class AddAndFill(migrations.AddField):\n"
      "    def database_forwards(self, app_label, schema_editor, from_state, to_state):\n"
      "        schema_editor.execute('UPDATE x SET y = 1')\n");
  EXPECT_EQ(own.Of({kCreatePost, "AddAndFill('Post', 'title', models.TextField())",
                    "migrations.AlterField('Post', 'title', models.CharField(max_length=9))"}),
            "Create model Post id\nAdd field title to Post\nAlter field title on Post\n");
}

TEST(OptimizerTest, AFieldThatIsThereTwiceIsDjangosError) {
  EXPECT_EQ(
      MessageOf([] {
        Optimized().Of({kCreatePost, "migrations.AddField('Post', 'id', models.TextField())"});
      }),
      "ValueError: Found duplicate value id in CreateModel fields argument.");
}

}  // namespace
}  // namespace migext::rewrite
