#include "schema/editor.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/text.h"
#include "support/migration_text.h"

namespace migext::schema {
namespace {

using test::MigrationText;

class EditorTest : public testing::Test {
 protected:
  EditorTest() : EditorTest("5.2") {}
  explicit EditorTest(std::string_view version)
      : given(version), dialect(django::DialectFor(version)) {
    context.dialect = &dialect;
    context.default_auto_field = "django.db.models.AutoField";
  }

  /// The statements of the last operation, in a migration of its own; those that are put off begin
  /// with "later: ".
  std::string Sql(const std::vector<std::string>& operations) {
    const std::vector<std::string> before(operations.begin(), operations.end() - 1);
    const django::ProjectState from = given.State(before);
    const django::ProjectState to = given.State(operations);
    SchemaEditor editor(context);
    editor.Apply(*given.Operation(operations.back()), "shop", from, to);
    editor.Finish();
    std::vector<std::string> lines;
    for (const Statement& statement : editor.statements()) {
      lines.push_back((statement.deferred ? "later: " : "") + SentSql(statement));
    }
    return Join(lines, "\n");
  }

  MigrationText given;
  django::Dialect dialect;
  SchemaContext context;
};

const std::string kPost =
    "migrations.CreateModel('Post', [('id', models.AutoField(primary_key=True)), ('title', "
    "models.CharField(max_length=80)), ('slug', models.SlugField())])";

TEST_F(EditorTest, IndexesOfANewModelArePutOff) {
  EXPECT_EQ(Sql({kPost}),
            "CREATE TABLE \"shop_post\" (\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "
            "\"title\" varchar(80) NOT NULL, \"slug\" varchar(50) NOT NULL)\n"
            "later: CREATE INDEX \"shop_post_slug_1a5e7f6a\" ON \"shop_post\" (\"slug\")");
}

TEST_F(EditorTest, ANullableColumnIsAddedInPlace) {
  EXPECT_EQ(Sql({kPost, "migrations.AddField('Post', 'rank', models.IntegerField(null=True))"}),
            "ALTER TABLE \"shop_post\" ADD COLUMN \"rank\" integer NULL");
}

TEST_F(EditorTest, AColumnWithADefaultNeedsARemakeWhichRunsWhatIsPutOff) {
  EXPECT_EQ(Sql({kPost, "migrations.AddField('Post', 'rank', models.IntegerField(default=7))"}),
            "CREATE TABLE \"new__shop_post\" (\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "
            "\"title\" varchar(80) NOT NULL, \"slug\" varchar(50) NOT NULL, \"rank\" integer NOT "
            "NULL)\n"
            "INSERT INTO \"new__shop_post\" (\"id\", \"title\", \"slug\", \"rank\") SELECT \"id\", "
            "\"title\", \"slug\", 7 FROM \"shop_post\"\n"
            "DROP TABLE \"shop_post\"\n"
            "ALTER TABLE \"new__shop_post\" RENAME TO \"shop_post\"\n"
            "later: CREATE INDEX \"shop_post_slug_1a5e7f6a\" ON \"shop_post\" (\"slug\")");
}

TEST_F(EditorTest, WhatIsCosmeticChangesNothing) {
  EXPECT_EQ(Sql({kPost,
                 "migrations.AlterField('Post', 'title', models.CharField(max_length=80, "
                 "verbose_name='Name', help_text='x'))"}),
            "");
}

TEST_F(EditorTest, APlainFieldIsRenamedInPlace) {
  EXPECT_EQ(Sql({kPost, "migrations.RenameField('Post', 'title', 'name')"}),
            "ALTER TABLE \"shop_post\" RENAME COLUMN \"title\" TO \"name\"");
}

TEST_F(EditorTest, ConditionsAreWrittenIntoChecks) {
  EXPECT_NE(Sql({kPost,
                 "migrations.AddConstraint('Post', models.CheckConstraint(condition=~models.Q("
                 "title='it\\'s') | models.Q(id__in=[3, 1, 3]), name='odd'))"})
                .find("CONSTRAINT \"odd\" CHECK ((NOT (\"title\" = 'it''s') OR \"id\" IN (3, 1)))"),
            std::string::npos);
}

TEST_F(EditorTest, ManyToManyAndOtherFieldsDoNotMix) {
  try {
    Sql({kPost, "migrations.AlterField('Post', 'title', models.ManyToManyField('Post'))"});
    FAIL() << "nothing was refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "ValueError: Cannot alter field shop.Post.title into shop.Post.title - they are not "
              "compatible types (you cannot alter to or from M2M fields, or add or remove through= "
              "on M2M fields)");
  }
}

TEST(StatementTest, PercentSignsOfAConvertedStatementAreThoseOfPython) {
  Statement statement;
  statement.sql = "SELECT '%% %s'";
  EXPECT_EQ(SentSql(statement), "SELECT '%% %s'");
  statement.percent = Percent::kConverted;
  EXPECT_EQ(SentSql(statement), "SELECT '% ?'");
  EXPECT_THROW(ShownSql(statement), Error);
}

}  // namespace
}  // namespace migext::schema
