#include "schema/table.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "schema/create_table_text.h"
#include "support/migration_text.h"

namespace migext::schema {
namespace {

using test::LinesOf;
using test::MigrationText;

class TableTest : public testing::Test {
 protected:
  TableTest() : TableTest("5.2") {}
  explicit TableTest(std::string_view version)
      : given(version), dialect(django::DialectFor(version)) {
    context.dialect = &dialect;
    context.default_auto_field = "django.db.models.BigAutoField";
  }

  /// The lines of the table of shop.`model` after these operations.
  std::string Lines(const std::vector<std::string>& operations, const std::string& model) {
    state = given.State(operations);
    const std::optional<Table> table = TableOf(state, {"shop", model}, context);
    return table ? Join(LinesOf(*table), "\n") : "no table";
  }

  std::string Indexes(const Table& table) {
    std::vector<std::string> lines;
    for (const Index& index : table.indexes) lines.push_back(test::LineOf(index));
    return Join(lines, "\n");
  }

  MigrationText given;
  django::Dialect dialect;
  SchemaContext context;
  django::ProjectState state;
};

const std::string kPost =
    "migrations.CreateModel('Post', [('title', models.CharField(max_length=80))])";

TEST_F(TableTest, AModelWithoutKeyGetsTheDefaultId) {
  EXPECT_EQ(Lines({kPost}, "post"),
            "\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT\n"
            "\"title\" varchar(80) NOT NULL");
}

TEST_F(TableTest, AForeignKeyTakesTheTypeAtTheEndOfTheChain) {
  const std::string operations[] = {
      "migrations.CreateModel('Level', [('n', "
      "models.PositiveSmallIntegerField(primary_key=True))])",
      "migrations.CreateModel('Extra', [('level', models.OneToOneField('Level', models.CASCADE, "
      "primary_key=True))])",
      "migrations.CreateModel('Use', [('id', models.AutoField(primary_key=True)), ('extra', "
      "models.ForeignKey('Extra', models.CASCADE, null=True))])"};

  EXPECT_EQ(Lines({operations[0], operations[1], operations[2]}, "use"),
            "\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT\n"
            "\"extra_id\" smallint NULL REFERENCES \"shop_extra\" (\"level_id\") DEFERRABLE "
            "INITIALLY DEFERRED");
}

TEST_F(TableTest, KeysThatPointAtEachOtherHaveNoType) {
  const std::string text =
      Lines({"migrations.CreateModel('A', [('b', models.OneToOneField('B', models.CASCADE, "
             "primary_key=True))])",
             "migrations.CreateModel('B', [('a', models.OneToOneField('A', models.CASCADE, "
             "primary_key=True))])"},
            "a");

  EXPECT_TRUE(text.starts_with("\"b_id\" NOT NULL PRIMARY KEY")) << text;
}

TEST_F(TableTest, AKeyToWhatIsNotThereHasNoTypeAndNoReference) {
  EXPECT_EQ(Lines({"migrations.CreateModel('A', [('id', models.AutoField(primary_key=True)), ('b', "
                   "models.ForeignKey('gone.B', models.CASCADE))])"},
                  "a"),
            "\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT\n\"b_id\" NOT NULL");
}

TEST_F(TableTest, AChildIsKeyedByItsLinkToTheParent) {
  EXPECT_EQ(Lines({kPost,
                   "migrations.CreateModel('Note', [('n', models.TextField())], "
                   "bases=('shop.post',))"},
                  "note"),
            "\"post_ptr_id\" bigint NOT NULL PRIMARY KEY REFERENCES \"shop_post\" (\"id\") "
            "DEFERRABLE INITIALLY DEFERRED\n"
            "\"n\" text NOT NULL");
}

TEST_F(TableTest, OrderWithRespectToAddsAColumn) {
  const std::string text =
      Lines({kPost,
             "migrations.CreateModel('Line', [('post', models.ForeignKey('Post', "
             "models.CASCADE))], options={'order_with_respect_to': 'post'})"},
            "line");

  EXPECT_TRUE(text.ends_with("\n\"_order\" integer NOT NULL")) << text;
}

TEST_F(TableTest, AManyToManyFieldHasATableOfItsOwn) {
  state = given.State({kPost,
                       "migrations.CreateModel('Tag', [('posts', "
                       "models.ManyToManyField('shop.Post'))])"});
  const std::optional<Table> table = ManyToManyTableOf(state, {"shop", "tag"}, "posts", context);

  ASSERT_TRUE(table);
  EXPECT_EQ(table->name, "shop_tag_posts");
  EXPECT_EQ(Join(LinesOf(*table), "\n"),
            "\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT\n"
            "\"tag_id\" bigint NOT NULL REFERENCES \"shop_tag\" (\"id\") DEFERRABLE INITIALLY "
            "DEFERRED\n"
            "\"post_id\" bigint NOT NULL REFERENCES \"shop_post\" (\"id\") DEFERRABLE INITIALLY "
            "DEFERRED");
  EXPECT_EQ(table->indexes.size(), 3U);
}

TEST_F(TableTest, KeysOfAModelToItselfAreNamedFromAndTo) {
  state =
      given.State({"migrations.CreateModel('Post', [('links', "
                   "models.ManyToManyField('self'))])"});
  const std::optional<Table> table = ManyToManyTableOf(state, {"shop", "post"}, "links", context);

  EXPECT_EQ(table->columns[1].name, "from_post_id");
  EXPECT_EQ(table->columns[2].name, "to_post_id");
}

TEST_F(TableTest, ModelsWithoutATableOfTheirOwn) {
  const auto without = [&](const std::string& options) {
    return Lines({"migrations.CreateModel('Post', [], options={" + options + "})"}, "post");
  };
  context.swapped = {{"SHOP_POST_MODEL", "other.Post"}};

  EXPECT_EQ(without("'managed': False"), "no table");
  EXPECT_EQ(without("'swappable': 'SHOP_POST_MODEL'"), "no table");
  EXPECT_EQ(without("'required_db_vendor': 'postgresql'"), "no table");
  EXPECT_EQ(without("'required_db_features': ['supports_covering_indexes']"), "no table");
  EXPECT_NE(without("'required_db_features': ['supports_json_field']"), "no table");
  EXPECT_NE(without("'swappable': 'OTHER'"), "no table");
}

TEST_F(TableTest, UniqueConstraintsStandInTheTableOrBesideIt) {
  state = given.State(
      {"migrations.CreateModel('Post', [('a', models.IntegerField()), ('b', models.SlugField())], "
       "options={'constraints': ["
       "models.UniqueConstraint(fields=['a', 'b'], name='plain'), "
       "models.UniqueConstraint(fields=['a'], condition=models.Q(b=''), name='partial'), "
       "models.UniqueConstraint(models.F('a').desc(), name='expression'), "
       "models.UniqueConstraint(fields=['a'], deferrable=models.Deferrable.DEFERRED, name='late'), "
       "models.CheckConstraint(condition=models.Q(a__gt=0), name='check')], "
       "'indexes': [models.Index(fields=['-a', 'id'], name='meta')], "
       "'unique_together': {('b', 'a')}})"});
  const std::optional<Table> table = TableOf(state, {"shop", "post"}, context);

  ASSERT_EQ(table->constraints.size(), 2U);
  EXPECT_EQ(LinesOf(*table)[3], "CONSTRAINT \"plain\" UNIQUE (\"a\", \"b\")");
  EXPECT_EQ(LinesOf(*table)[4], "CONSTRAINT \"check\" CHECK");
  EXPECT_EQ(Indexes(*table),
            "UNIQUE \"shop_post_b_a_a1982316_uniq\" (\"b\", \"a\")\n"
            "UNIQUE \"partial\" (\"a\") WHERE\n"
            "UNIQUE \"expression\" (\"a\" DESC)\n"
            "\"shop_post_b_df1c4d86\" (\"b\")\n"
            "\"meta\" (\"a\" DESC, \"id\")");
}

TEST_F(TableTest, AClassThatIsNotKnownGivesAColumnWithoutType) {
  given.Before("from elsewhere.fields import Odd\n");
  EXPECT_EQ(Lines({"migrations.CreateModel('Post', [('id', models.AutoField(primary_key=True)), "
                   "('odd', Odd(null=True))])"},
                  "post"),
            "\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT\n\"odd\" NULL");
}

class OldTableTest : public TableTest {
 protected:
  OldTableTest() : TableTest("4.2") {}
};

TEST_F(OldTableTest, ACharFieldWithoutLengthIsASyntaxErrorThere) {
  const std::string text =
      Lines({"migrations.CreateModel('Post', [('c', models.CharField())])"}, "post");

  EXPECT_TRUE(text.ends_with("\"c\" varchar(None) NOT NULL")) << text;
}

}  // namespace
}  // namespace migext::schema
