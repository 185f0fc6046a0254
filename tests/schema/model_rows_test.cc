#include "schema/model_rows.h"

#include <gtest/gtest.h>

#include "support/migration_text.h"

namespace migext::schema {
namespace {

using test::MigrationText;

class ModelRowsTest : public testing::Test {
 protected:
  std::vector<ModelRow> Rows(const std::vector<std::string>& operations) {
    SchemaContext context;
    context.dialect = &dialect;
    context.default_auto_field = "django.db.models.BigAutoField";
    return ModelRowsOf(given.State(operations), context);
  }

  MigrationText given;
  django::Dialect dialect = django::DialectFor("5.2");
};

TEST_F(ModelRowsTest, EachFieldIsARowWithItsArguments) {
  const std::vector<ModelRow> rows =
      Rows({"migrations.CreateModel('Post', [('title', models.CharField('T', max_length=80, "
            "default='x')), "
            "('author', models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True)), "
            "('tags', models.ManyToManyField('Tag'))])"});

  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].field, "id");
  EXPECT_EQ(rows[0].field_class, "BigAutoField");
  EXPECT_EQ(rows[0].db_type, "integer");
  EXPECT_EQ(rows[0].attributes, R"({"auto_created": true, "primary_key": true})");
  EXPECT_EQ(rows[1].column_name, "title");
  EXPECT_EQ(rows[1].db_type, "varchar(80)");
  EXPECT_EQ(rows[1].attributes, R"({"verbose_name": "T", "max_length": 80, "default": "x"})");
  EXPECT_EQ(rows[2].column_name, "author_id");
  EXPECT_EQ(rows[2].db_type, std::nullopt);
  EXPECT_EQ(rows[2].attributes,
            R"({"to": "auth.User", "on_delete": "django.db.models.CASCADE", "null": true})");
  EXPECT_EQ(rows[3].field, "tags");
  EXPECT_EQ(rows[3].column_name, std::nullopt);
}

TEST_F(ModelRowsTest, AListThatHoldsItselfIsCutShort) {
  given.Before("loop = []\nloop.append(loop)\n");
  const std::vector<ModelRow> rows =
      Rows({"migrations.CreateModel('Post', [('n', models.IntegerField(choices=loop))])"});

  EXPECT_NE(rows[1].attributes.find("\"...\""), std::string::npos);
}

}  // namespace
}  // namespace migext::schema
