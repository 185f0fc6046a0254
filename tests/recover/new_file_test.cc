#include "recover/new_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "base/error.h"
#include "base/files.h"
#include "support/project_builder.h"

namespace migext::recover {
namespace {

std::string ErrorOf(const std::string& path) {
  try {
    const NewFile file(path);
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(NewFileTest, HasItsNameWhenItIsPublishedAndNotBefore) {
  const ProjectBuilder folder;
  const std::string path = folder.Path("new");
  NewFile file(path);
  EXPECT_EQ(KindOf(path), FileKind::kMissing);

  file.Publish();

  EXPECT_EQ(KindOf(path), FileKind::kFile);
  EXPECT_EQ(KindOf(path + ".partial"), FileKind::kMissing);
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(NewFileTest, IsReadableByOthersWhereTheyAreAllowed) {
  const ProjectBuilder folder;
  const std::string path = folder.Path("new");
  const mode_t before = umask(022);
  NewFile file(path, Readers::kAsUsual);
  umask(before);
  file.Publish();
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0644U);
}

TEST(NewFileTest, LeavesNothingWhereItIsGivenUp) {
  ProjectBuilder folder;
  const std::string path = folder.Path("new");
  {
    const NewFile file(path);
    folder.File("new.partial-journal", "of SQLite");
  }
  EXPECT_TRUE(ListFolder(folder.root()).empty());
}

TEST(NewFileTest, OverwritesNothing) {
  ProjectBuilder folder;
  folder.File("there", "kept").File("begun.partial", "kept");

  EXPECT_EQ(
      ErrorOf(folder.Path("there")),
      "'" + folder.Path("there") + "' is there already and is not overwritten; give another name");
  EXPECT_NE(ErrorOf(folder.Path("begun")).find("another run is writing it, or one was interrupted"),
            std::string::npos);
  EXPECT_EQ(folder.Read("begun.partial"), "kept");
}

TEST(NewFileTest, OverwritesNothingThatCameMeanwhile) {
  ProjectBuilder folder;
  NewFile file(folder.Path("new"));
  folder.File("new", "kept");

  EXPECT_THROW(file.Publish(), Error);
  EXPECT_EQ(folder.Read("new"), "kept");
}

TEST(NewFileTest, HasNoNameWhereTheFolderCannotBeBroughtToTheDisk) {
  if (geteuid() == 0) GTEST_SKIP() << "the superuser may open every folder";
  ProjectBuilder folder;
  folder.Folder("drop");
  const std::string drop = folder.Path("drop");
  NewFile file(folder.Path("drop/new"));
  ASSERT_EQ(chmod(drop.c_str(), 0300), 0);

  EXPECT_THROW(file.Publish(), Error);

  ASSERT_EQ(chmod(drop.c_str(), 0700), 0);
  EXPECT_TRUE(ListFolder(drop).empty());
}

}  // namespace
}  // namespace migext::recover
