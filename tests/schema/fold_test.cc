// Several remakes of a table in one migration, folded into one.
#include "schema/fold.h"

#include <gtest/gtest.h>

#include <memory>

#include "base/text.h"
#include "django/project.h"
#include "schema/editor.h"
#include "support/project_builder.h"

namespace migext::schema {
namespace {

/// shop.Item and shop.Order, then the operations under test.
class FoldTest : public ::testing::Test {
 protected:
  FoldTest() {
    builder_.Apps({"shop"}).Migration("shop.0001_initial", {}, R"(
        migrations.CreateModel('Item', [
            ('id', models.BigAutoField(primary_key=True)),
            ('name', models.CharField(max_length=50)),
            ('price', models.IntegerField(null=True)),
            ('count', models.IntegerField(default=0)),
        ]),
        migrations.CreateModel('Order', [
            ('id', models.BigAutoField(primary_key=True)),
            ('text', models.CharField(max_length=50)),
        ]))");
  }

  /// The statements that are left, one a line: its kind, its table and what it copies.
  std::string Folded(const std::string& operations) {
    std::vector<std::vector<Statement>> groups = Statements(operations);
    std::vector<std::vector<Statement>*> pointers;
    for (std::vector<Statement>& group : groups) pointers.push_back(&group);
    FoldRemakes(pointers);
    std::string text;
    for (const std::vector<Statement>& group : groups) {
      for (const Statement& statement : group) text += statement.sql + "\n";
    }
    return text;
  }

  int Copies(const std::string& operations) {
    const std::string text = Folded(operations);
    int count = 0;
    for (std::size_t at = text.find("INSERT"); at != std::string::npos;
         at = text.find("INSERT", at + 1)) {
      ++count;
    }
    return count;
  }

 private:
  std::vector<std::vector<Statement>> Statements(const std::string& operations) {
    builder_.Migration("shop.0002_change", {"shop.0001_initial"}, operations);
    django::ProjectOptions options;
    options.django_version = "5.2";
    project_ = django::Project::Read(builder_.root(), options);
    context_ = ContextOf(*project_);
    django::ProjectState state;
    project_->FindMigration({"shop", "0001_initial"})->MutateState(state);
    SchemaEditor editor(context_);
    std::vector<std::vector<Statement>> groups;
    std::size_t taken = 0;
    const auto take = [&] {
      const std::vector<Statement>& all = editor.statements();
      groups.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(taken), all.end());
      taken = all.size();
    };
    for (const auto& operation : project_->FindMigration({"shop", "0002_change"})->operations) {
      const django::ProjectState before = state;
      operation->StateForwards("shop", state);
      editor.Apply(*operation, "shop", before, state);
      take();
    }
    editor.Finish();
    take();
    return groups;
  }

  ProjectBuilder builder_;
  std::shared_ptr<const django::Project> project_;
  SchemaContext context_;
};

constexpr const char* kName =
    "migrations.AlterField('item', 'name', models.CharField(max_length=80)),";
constexpr const char* kPrice =
    "migrations.AlterField('item', 'price', models.IntegerField(default=7)),";
constexpr const char* kCount =
    "migrations.AlterField('item', 'count', models.IntegerField(null=True, db_index=True)),";

TEST_F(FoldTest, ManyAlterFieldsCopyTheRowsOnce) {
  EXPECT_EQ(
      Folded(std::string(kName) + kPrice + kCount),
      "CREATE TABLE \"new__shop_item\" (\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "
      "\"name\" varchar(80) NOT NULL, \"price\" integer NOT NULL, \"count\" integer NULL)\n"
      "INSERT INTO \"new__shop_item\" (\"id\", \"name\", \"price\", \"count\") SELECT \"id\", "
      "\"name\", coalesce(\"price\", 7), \"count\" FROM \"shop_item\"\n"
      "DROP TABLE \"shop_item\"\n"
      "ALTER TABLE \"new__shop_item\" RENAME TO \"shop_item\"\n"
      "CREATE INDEX \"shop_item_count_b8a202e0\" ON \"shop_item\" (\"count\")\n");
}

TEST_F(FoldTest, AnAddedColumnThatIsAlteredOrRemovedIsFollowed) {
  EXPECT_EQ(
      Copies("migrations.AddField('item', 'on', models.IntegerField(default=1)),"
             "migrations.AlterField('item', 'on', models.IntegerField(null=True)),"
             "migrations.AddField('item', 'off', models.IntegerField(default=2, db_index=True)),"
             "migrations.RemoveField('item', 'off')"),
      1);
}

TEST_F(FoldTest, RemakesOfOtherTablesBetweenDoNotMatter) {
  const std::string text =
      Folded(std::string(kName) +
             "migrations.AlterField('order', 'text', models.CharField(max_length=90)),"
             "migrations.AddIndex('order', models.Index(fields=['text'], name='by_text'))," +
             kCount);

  EXPECT_LT(text.find("new__shop_order"), text.find("new__shop_item"));
  EXPECT_LT(text.find("by_text"), text.find("new__shop_item"));
}

TEST_F(FoldTest, ProjectCodeBetweenMaySeeTheTable) {
  EXPECT_EQ(
      Copies(std::string(kName) + "migrations.RunSQL('UPDATE shop_item SET count = 1')," + kCount),
      2);
}

TEST_F(FoldTest, AnotherChangeOfTheTableBetweenMatters) {
  EXPECT_EQ(
      Copies(std::string(kName) + "migrations.RenameField('item', 'count', 'number')," + kPrice),
      2);
}

TEST_F(FoldTest, AValueThatAPassingTypeWouldChangeIsCopiedTwice) {
  EXPECT_EQ(Copies("migrations.AlterField('item', 'name', models.IntegerField()),"
                   "migrations.AlterField('item', 'name', models.CharField(max_length=9))"),
            2);
  EXPECT_EQ(Copies("migrations.AlterField('item', 'name', models.TextField()),"
                   "migrations.AlterField('item', 'name', models.IntegerField())"),
            1);
}

TEST_F(FoldTest, ADemandThatOnlyTheMiddleMakesIsMade) {
  EXPECT_EQ(
      Copies("migrations.AlterField('item', 'name', models.CharField(max_length=50, unique=True)),"
             "migrations.AlterField('item', 'name', models.CharField(max_length=50))"),
      2);
  EXPECT_EQ(Copies("migrations.AlterField('item', 'price', models.IntegerField()),"
                   "migrations.AlterField('item', 'price', models.IntegerField(null=True))"),
            2);
  EXPECT_EQ(Copies("migrations.AddConstraint('item', models.CheckConstraint(condition=models.Q("
                   "count__gt=0), name='some')), migrations.RemoveConstraint('item', 'some')"),
            2);
  EXPECT_EQ(Copies("migrations.AlterUniqueTogether('item', {('name', 'price')})," +
                   std::string(kName) + "migrations.AlterUniqueTogether('item', set())," + kCount),
            2);
}

TEST_F(FoldTest, ADemandThatStaysIsMadeOnce) {
  EXPECT_EQ(
      Copies("migrations.AddConstraint('item', models.CheckConstraint(condition=models.Q("
             "count__gt=0), name='some'))," +
             std::string(kName) +
             "migrations.AddConstraint('item', models.UniqueConstraint(fields=['name', 'count'], "
             "name='pair'))"),
      1);
}

TEST_F(FoldTest, AnotherKeyIsAnotherOrder) {
  EXPECT_EQ(Copies("migrations.AlterField('item', 'name', models.CharField(max_length=50, "
                   "primary_key=True))," +
                   std::string(kCount)),
            2);
}

}  // namespace
}  // namespace migext::schema
