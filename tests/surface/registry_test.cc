#include "surface/registry.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <set>

#include "base/error.h"
#include "support/golden_blog.h"
#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

constexpr const char* kNames =
    "SELECT name FROM pragma_function_list UNION SELECT name FROM pragma_module_list";

// What the examples speak of: the blog project and its database.
class Blog {
 public:
  Blog() {
    test::LayOutBlog(tree_, "project", "5.2");
    test::CopyBlogDatabase("all_applied_small", tree_.Path("db.sqlite3"));
  }
  std::string database() const { return tree_.Path("db.sqlite3"); }

 private:
  ProjectBuilder tree_;
};

std::set<std::string> Lines(const std::string& text) {
  std::set<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.insert(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

TEST(RegistryTest, ListsExactlyWhatLoadingAdds) {
  testing::Database plain;
  testing::LoadedDatabase loaded;
  const std::set<std::string> there = Lines(plain.Rows(kNames));
  std::set<std::string> added = Lines(loaded.Rows(kNames));
  for (const std::string& name : there) added.erase(name);

  std::set<std::string> listed;
  for (const Entry& entry : Registry()) listed.insert(std::string(entry.Name()));
  for (const Entry& entry : DjangoFunctions()) {
    if (!there.contains(std::string(entry.Name()))) listed.insert(std::string(entry.Name()));
  }

  EXPECT_EQ(added, listed);
}

TEST(RegistryTest, EveryExampleOfATableRuns) {
  const Blog blog;
  testing::LoadedDatabase db(blog.database());
  for (const Entry& entry : Registry()) {
    if (entry.kind != "table") continue;
    EXPECT_EQ(db.ErrorOf(std::string(entry.example)), "") << entry.example;
  }
}

TEST(RegistryTest, EveryExampleOfADjangoFunctionRuns) {
  testing::LoadedDatabase db;
  for (const Entry& entry : DjangoFunctions()) {
    EXPECT_EQ(db.ErrorOf(std::string(entry.example)), "") << entry.example;
  }
}

TEST(RegistryTest, EveryExampleIsAStatementThatSqliteUnderstands) {
  const Blog blog;
  testing::LoadedDatabase db(blog.database());
  for (const Entry& entry : Registry()) {
    EXPECT_EQ(db.ErrorOf("EXPLAIN " + std::string(entry.example)), "") << entry.example;
  }
}

TEST(RegistryTest, EveryExampleUsesWhatItExplains) {
  for (const Entry& entry : Registry()) {
    EXPECT_NE(entry.example.find(entry.Name()), std::string_view::npos) << entry.example;
  }
}

TEST(RegistryTest, EveryTableAnswersSelectStar) {
  testing::LoadedDatabase db;
  for (const Entry& entry : Registry()) {
    if (entry.kind != "table") continue;
    EXPECT_EQ(db.ErrorOf("EXPLAIN SELECT * FROM " + std::string(entry.Name())), "");
  }
}

TEST(RegistryTest, ClosingGivesBackAllOfSqlitesMemory) {
  const Blog blog;
  const auto read_every_table = [&] {
    testing::LoadedDatabase db(blog.database());
    for (const Entry& entry : Registry()) {
      if (entry.kind == "table") db.Rows(std::string(entry.example));
    }
    db.Rows("SELECT fake_unapply('blog', '0009')");
    db.ErrorOf("SELECT fake_unapply('blog', '0001')");
    db.Rows("SELECT undo_last()");
  };
  read_every_table();  // what SQLite keeps for the process is there from now on
  const auto before = sqlite3_memory_used();
  read_every_table();

  EXPECT_EQ(sqlite3_memory_used(), before);
}

TEST(RegistryTest, ANameThatIsTakenIsNotOverwritten) {
  testing::Database db;
  sqlite::Register(db.handle(), {"migext_debug", 0, 0, sqlite::Safety::kPure,
                                 [](const sqlite::Arguments&) -> sqlite::Cell { return 7; }});
  try {
    RegisterAll(db.handle());
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "'migext_debug' is here already, of another extension; load migext on a "
                 "connection of its own");
  }
  EXPECT_EQ(db.Rows("SELECT migext_debug()"), "7\n");
  EXPECT_EQ(db.ErrorOf("SELECT migext_version()"), "no such function: migext_version");
}

}  // namespace
}  // namespace migext::surface
