// The SQL of a migration, shown through SQL.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include "base/text.h"
#include "support/golden_blog.h"
#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

namespace fs = std::filesystem;

fs::path ExpectedFolder(std::string_view version) {
  return fs::path(MIGEXT_TEST_DATA) / "golden" / "blog" / "expected" / version / "project" /
         "sqlmigrate";
}

std::string ReadText(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// By file name "blog.0001_initial.backwards.sql"; a version has a file where it differs from 5.2.
std::map<std::string, std::string> Recordings(const std::string& version) {
  std::map<std::string, std::string> found;
  for (const std::string_view source : {std::string_view("5.2"), std::string_view(version)}) {
    if (!fs::exists(ExpectedFolder(source))) continue;
    for (const auto& file : fs::directory_iterator(ExpectedFolder(source))) {
      found[file.path().filename().string()] = ReadText(file.path());
    }
  }
  return found;
}

/// "('blog', '0001_initial', 'backwards')" for "blog.0001_initial.backwards.sql".
std::string CallOf(const std::string& file) {
  const std::vector<std::string> words = Split(file, '.');
  return "('" + words[0] + "', '" + words[1] + "'" +
         (words[2] == "backwards" ? ", 'backwards')" : ")");
}

class GoldenSqlMigrateTest : public ::testing::TestWithParam<std::string> {};

TEST_P(GoldenSqlMigrateTest, PrintsTheBlogsMigrationsAsDjangoDoes) {
  ProjectBuilder tree;
  test::LayOutBlog(tree, "project", GetParam());
  test::CopyBlogDatabase("all_applied_small", tree.Path("db.sqlite3"));
  testing::LoadedDatabase db(tree.Path("db.sqlite3"));
  db.Rows("SELECT migext_setting('django_version', '" + GetParam() + "')");
  const auto recordings = Recordings(GetParam());
  EXPECT_GE(recordings.size(), 22U);
  for (const auto& [file, text] : recordings) {
    EXPECT_EQ(db.Rows("SELECT line FROM sqlmigrate" + CallOf(file)), text) << file;
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, GoldenSqlMigrateTest,
                         ::testing::Values("4.2", "5.2", "6.0", "6.1"),
                         [](const auto& version) { return ReplaceAll(version.param, ".", "_"); });

class SqlTest : public ::testing::Test {
 protected:
  SqlTest() {
    given.Apps({"shop", "stock"})
        .Migration("shop.0001_initial", {},
                   "migrations.CreateModel('Order', [('id', models.BigAutoField(primary_key=True)),"
                   " ('note', models.CharField(max_length=80)), ('code', models.IntegerField())],"
                   " options={'unique_together': {('note', 'code')}})",
                   "initial = True")
        .Migration("shop.0002_loose", {"shop.0001_initial"},
                   "migrations.AlterUniqueTogether('order', set()),\n"
                   "        migrations.RunPython(migrations.RunPython.noop,"
                   " migrations.RunPython.noop)")
        .Migration("stock.0001_initial", {"shop.0001_initial"},
                   "migrations.CreateModel('Item', [('id', models.BigAutoField(primary_key=True)),"
                   " ('order', models.ForeignKey('shop.Order', models.CASCADE))])",
                   "initial = True")
        .Migration("shop.0003_key", {"shop.0002_loose"},
                   "migrations.AlterField('order', 'id', models.CharField(max_length=9,"
                   " primary_key=True))");
  }

  ProjectBuilder given;
  testing::LoadedDatabase db{given.Path("db.sqlite3")};
};

constexpr const char* kOrder =
    "CREATE TABLE shop_order (id integer PRIMARY KEY, note varchar(80), code integer)";

TEST_F(SqlTest, StatementsAreNumberedAndNameTheirOperation) {
  EXPECT_EQ(db.Rows("SELECT step, operation, sql FROM migration_sql('shop', '0001')"),
            "1|Create model Order|CREATE TABLE \"shop_order\" (\"id\" integer NOT NULL PRIMARY KEY "
            "AUTOINCREMENT, \"note\" varchar(80) NOT NULL, \"code\" integer NOT NULL)\n"
            "2||CREATE UNIQUE INDEX \"shop_order_note_code_7b5d4323_uniq\" ON \"shop_order\" "
            "(\"note\", \"code\")\n");
  EXPECT_EQ(db.Rows("SELECT sql FROM migration_sql('shop', '0001', 'backwards')"),
            "DROP TABLE \"shop_order\"\n");
}

TEST_F(SqlTest, AnIndexIsDroppedByTheNameItHasInTheDatabase) {
  db.Execute(kOrder);
  db.Execute("CREATE UNIQUE INDEX by_hand ON shop_order (note, code)");

  EXPECT_EQ(db.Rows("SELECT sql FROM migration_sql('shop', '0002')"),
            "DROP INDEX \"by_hand\"\n-- THIS OPERATION CANNOT BE WRITTEN AS SQL\n");
  EXPECT_EQ(db.Rows("SELECT line FROM sqlmigrate('shop', '0002') WHERE line LIKE 'DROP%'"),
            "DROP INDEX \"by_hand\";\n");
}

TEST_F(SqlTest, WithoutTheTableDjangoGivesUpAndMigrationSqlGoesOn) {
  EXPECT_EQ(db.ErrorOf("SELECT * FROM sqlmigrate('shop', '0002')"),
            "ValueError: Found wrong number (0) of constraints for shop_order(note, code)");
  EXPECT_EQ(db.Rows("SELECT sql FROM migration_sql('shop', '0002') WHERE step = 1"),
            "DROP INDEX \"shop_order_note_code_7b5d4323_uniq\"\n");
}

TEST_F(SqlTest, AppliedMigrationsOfOtherAppsTakePart) {
  db.Execute("CREATE TABLE django_migrations(id integer PRIMARY KEY, app, name, applied)");
  const std::string remakes =
      "SELECT sql FROM migration_sql('shop', '0003') WHERE sql LIKE 'CREATE TABLE \"new__stock%'";
  EXPECT_EQ(db.Rows(remakes), "");

  db.Execute(
      "INSERT INTO django_migrations(app, name, applied) VALUES "
      "('shop', '0001_initial', ''), ('shop', '0002_loose', ''), "
      "('stock', '0001_initial', '')");

  EXPECT_EQ(db.Rows(remakes),
            "CREATE TABLE \"new__stock_item\" (\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "
            "\"order_id\" varchar(9) NOT NULL REFERENCES \"shop_order\" (\"id\") DEFERRABLE "
            "INITIALLY DEFERRED)\n");
}

TEST_F(SqlTest, NamesAreFoundAndRefusedAsTheCommandDoes) {
  given.Apps({"shop", "stock", "bare"}).File("bare/__init__.py", "");
  const auto first_line = [&](const std::string& call) {
    return Split(db.ErrorOf("SELECT * FROM " + call), '\n').front();
  };

  EXPECT_EQ(first_line("sqlmigrate('shop', '0009')"),
            "Cannot find a migration matching '0009' from app 'shop'. Is it in INSTALLED_APPS?");
  EXPECT_EQ(first_line("sqlmigrate('shop', '000')"),
            "More than one migration matches '000' in app 'shop'. Please be more specific.");
  EXPECT_EQ(first_line("sqlmigrate('shops', '0001')"), "No installed app with label 'shops'.");
  EXPECT_EQ(first_line("sqlmigrate('bare', '0001')"), "App 'bare' does not have migrations.");
  EXPECT_EQ(first_line("sqlmigrate('shop')"),
            "'sqlmigrate' needs an app and a migration: SELECT * FROM sqlmigrate('blog', '0003')");
  EXPECT_EQ(first_line("migration_sql('shop', '0001', 'down')"),
            "'down' is no direction; give 'backwards' or leave it out");
}

TEST_F(SqlTest, AGraphThatCannotBeLoadedIsDjangosError) {
  given.Migration("shop.0004_lost", {"shop.0009_gone"});

  EXPECT_EQ(db.ErrorOf("SELECT * FROM sqlmigrate('shop', '0001')").substr(0, 17),
            "NodeNotFoundError");
}

}  // namespace
}  // namespace migext::surface
