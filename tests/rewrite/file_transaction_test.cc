#include "rewrite/file_transaction.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "support/project_builder.h"

namespace migext::rewrite {
namespace {

struct FileTransactionTest : ::testing::Test {
  FileTransactionTest() { given.File("a.py", "old a").File("b.py", "old b"); }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const FolderEntry& entry : ListFolder(given.root())) names.push_back(entry.name);
    return names;
  }

  ProjectBuilder given;
};

TEST_F(FileTransactionTest, AFileMayTakeTheNameOfOneThatGoes) {
  FileTransaction files({{given.Path("a.py"), std::nullopt},
                         {given.Path("b.py"), std::nullopt},
                         {given.Path("b.py"), "a as b"},
                         {given.Path("c.py"), "b as c"}});
  files.Commit();
  EXPECT_EQ(Names(), (std::vector<std::string>{"b.py", "c.py"}));
  EXPECT_EQ(given.Read("b.py"), "a as b");
}

TEST_F(FileTransactionTest, WithoutCommitAllIsAsItWas) {
  {
    const FileTransaction files({{given.Path("a.py"), "new a", true},
                                 {given.Path("b.py"), std::nullopt},
                                 {given.Path("c.py"), "c"}});
    EXPECT_EQ(given.Read("a.py"), "new a");
  }
  EXPECT_EQ(Names(), (std::vector<std::string>{"a.py", "b.py"}));
  EXPECT_EQ(given.Read("a.py"), "old a");
}

TEST_F(FileTransactionTest, AFileThatIsThereIsNeverOverwritten) {
  const auto write = [&] {
    const FileTransaction files({{given.Path("a.py"), std::nullopt}, {given.Path("b.py"), "new"}});
  };
  EXPECT_THROW(write(), Error);
  EXPECT_EQ(Names(), (std::vector<std::string>{"a.py", "b.py"}));
  EXPECT_EQ(given.Read("b.py"), "old b");
}

TEST_F(FileTransactionTest, TheOldFileCanBeKept) {
  FileTransaction files({{given.Path("a.py"), "new a", true, given.Path("a.py.old")}});
  files.Commit();
  EXPECT_EQ(given.Read("a.py.old"), "old a");
  EXPECT_EQ(given.Read("a.py"), "new a");
}

}  // namespace
}  // namespace migext::rewrite
