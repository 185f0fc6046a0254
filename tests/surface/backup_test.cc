// backup_database(), database_backups and prune_backups() on the golden blog.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "base/files.h"
#include "base/text.h"
#include "support/golden_blog.h"
#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

using testing::Database;
using testing::LoadedDatabase;

class BackupTest : public ::testing::Test {
 protected:
  BackupTest() { test::LayOutBlog(site_, "project", "5.2"); }

  void Given(const std::string& state) { test::CopyBlogDatabase(state, database_); }

  std::string Backup(LoadedDatabase& db, const std::string& path) {
    return db.Rows("SELECT backup_database(" + SqlLiteral(path) + ")");
  }

  std::string ErrorOfBackup(LoadedDatabase& db, const std::string& path) {
    return db.ErrorOf("SELECT backup_database(" + SqlLiteral(path) + ")");
  }

  ProjectBuilder site_;
  std::string database_ = site_.Path("db.sqlite3");
  std::string copy_ = site_.Path("copy.sqlite3");
  const std::string head_ = "blog.0005_comment_parent_and_more";
};

TEST_F(BackupTest, IsTheWholeDatabaseInOneFileThatItsOwnerAloneMayRead) {
  Given("columns_exist_not_recorded");
  LoadedDatabase db(database_);

  EXPECT_EQ(Backup(db, copy_),
            "backed up 89088 bytes to " + copy_ +
                ", verified; heads "
                "blog.0002_alter_post_options_post_excerpt_post_view_count_and_more and 4 more\n");

  struct stat status {};
  ASSERT_EQ(stat(copy_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_FALSE(IsFile(copy_ + ".partial"));
  const std::string rows = "SELECT count(*), sum(length(path)) FROM blog_comment";
  EXPECT_EQ(Database(copy_).Rows(rows), db.Rows(rows));
}

TEST_F(BackupTest, NeverOverwrites) {
  Given("at_0003");
  LoadedDatabase db(database_);
  site_.File("copy.sqlite3", "mine");

  EXPECT_EQ(ErrorOfBackup(db, copy_),
            "'" + copy_ + "' is there already and is not overwritten; give another name");
  EXPECT_EQ(site_.Read("copy.sqlite3"), "mine");
}

}  // namespace
}  // namespace migext::surface
