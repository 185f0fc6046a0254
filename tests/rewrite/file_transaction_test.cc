#include "rewrite/file_transaction.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <functional>

#include "base/error.h"
#include "base/files.h"
#include "support/project_builder.h"

namespace {

/// Called for each file and folder that is brought to the disk, with its path.
std::function<void(const std::string&)> on_sync;

}  // namespace

/// In the place of the C library's.
extern "C" int fsync(int descriptor) {
  if (on_sync) {
    on_sync(*migext::LinkTarget("/proc/self/fd/" + std::to_string(descriptor)));
  }
  return static_cast<int>(syscall(SYS_fsync, descriptor));
}

namespace migext::rewrite {
namespace {

std::string MessageOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

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

TEST_F(FileTransactionTest, TextsReachTheDiskBeforeNamesAndNewNamesBeforeAnOldFileGoes) {
  given.Folder("kept");
  std::vector<std::string> seen;
  on_sync = [&](const std::string& path) {
    if (KindOf(path) == FileKind::kFolder) {
      const auto names = [&] {
        std::string all;
        for (const FolderEntry& entry : ListFolder(path)) all += " " + entry.name;
        return all;
      };
      seen.push_back(BaseName(path) == "kept" ? "kept:" + names() : names());
    } else {
      seen.push_back("text of " + BaseName(path));
    }
  };
  {
    FileTransaction files({{given.Path("a.py"), "new a", true},
                           {given.Path("b.py"), std::nullopt, false, given.Path("kept/b.py")}});
    files.Commit();
  }
  on_sync = nullptr;
  const std::string parts = " a.py a.py.migext-new b.py kept";
  EXPECT_EQ(seen, (std::vector<std::string>{"text of a.py.migext-new", parts,
                                            "kept:", " a.py a.py.migext-old kept", "kept: b.py",
                                            " a.py a.py.migext-old kept", "kept: b.py",
                                            " a.py kept", "kept: b.py"}));
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

TEST_F(FileTransactionTest, AFileThatIsReplacedIsThereAtEveryMoment) {
  FileTransaction files({{given.Path("a.py"), "new a", true}, {given.Path("c.py"), "c"}});
  EXPECT_EQ(Names(), (std::vector<std::string>{"a.py", "a.py.migext-old", "b.py", "c.py",
                                               "c.py.migext-new"}));
  files.Commit();
  EXPECT_EQ(Names(), (std::vector<std::string>{"a.py", "b.py", "c.py"}));
}

TEST_F(FileTransactionTest, WhatALookAtTheResultThrowsTakesAllBack) {
  FileTransaction files({{given.Path("a.py"), "new a", true}, {given.Path("b.py"), std::nullopt}});
  EXPECT_EQ(MessageOf([&] { files.LookAtResult([] { throw Error("not as it should be"); }); }),
            "not as it should be");
  EXPECT_EQ(Names(), (std::vector<std::string>{"a.py", "b.py"}));
  EXPECT_EQ(given.Read("a.py"), "old a");
}

TEST_F(FileTransactionTest, AFileThatComesMeanwhileIsNotReplacedAndTheOldOneIsNamed) {
  FileTransaction files({{given.Path("a.py"), std::nullopt}});
  given.File("a.py", "of a person");
  EXPECT_EQ(MessageOf([&] { files.TakeBack(); }),
            "this could not be taken back:\n'" + given.Path("a.py.migext-old") + "' is '" +
                given.Path("a.py") + "' as it was, and could not be put back: File exists");
  EXPECT_EQ(given.Read("a.py"), "of a person");
  EXPECT_EQ(given.Read("a.py.migext-old"), "old a");
}

TEST_F(FileTransactionTest, NewFilesThatAPersonHasChangedMeanwhileStay) {
  FileTransaction files({{given.Path("a.py"), "new a", true}, {given.Path("c.py"), "c"}});
  given.Remove("a.py").File("a.py", "of a person").Remove("c.py").File("c.py", "too");
  EXPECT_EQ(MessageOf([&] { files.LookAtResult([] { throw Error("not as it should be"); }); }),
            "not as it should be\nbut this could not be taken back:\n'" + given.Path("c.py") +
                "' is new, and has been changed meanwhile\n'" + given.Path("a.py.migext-old") +
                "' is '" + given.Path("a.py") +
                "' as it was, and could not be put back: the file has been changed meanwhile");
  EXPECT_EQ(given.Read("a.py"), "of a person");
  EXPECT_EQ(given.Read("a.py.migext-old"), "old a");
  EXPECT_EQ(given.Read("c.py"), "too");
}

TEST_F(FileTransactionTest, AFailureInTheMiddleTakesBackWhatWasDone) {
  given.Folder("c.py");
  EXPECT_EQ(MessageOf([&] {
              const FileTransaction files({{given.Path("a.py"), "new a", true},
                                           {given.Path("b.py"), std::nullopt},
                                           {given.Path("d.py"), "d"},
                                           {given.Path("c.py"), "c"}});
            }),
            "'" + given.Path("c.py") + "' is there already; move it away first");
  EXPECT_EQ(Names(), (std::vector<std::string>{"a.py", "b.py", "c.py"}));
  EXPECT_EQ(given.Read("a.py"), "old a");
}

TEST_F(FileTransactionTest, AnOldFileIsNotMovedOverAnother) {
  given.File("kept.py", "kept before");
  EXPECT_EQ(MessageOf([&] {
              const FileTransaction files({{given.Path("a.py"), "a", true, given.Path("kept.py")}});
            }),
            "'" + given.Path("kept.py") + "' is there already; move it away first");
  EXPECT_EQ(given.Read("kept.py"), "kept before");
}

TEST_F(FileTransactionTest, TwoChangesOfOneFileAreTakenBack) {
  const std::string b = given.Path("b.py");
  EXPECT_NE(MessageOf([&] {
              const FileTransaction files({{b, std::nullopt}, {b, std::nullopt}});
            }),
            "no error");
  EXPECT_EQ(Names(), (std::vector<std::string>{"a.py", "b.py"}));
  EXPECT_EQ(given.Read("b.py"), "old b");
}

TEST_F(FileTransactionTest, WhatACallThatWasCutShortHasLeftIsExplained) {
  given.File("a.py.migext-old", "older a");
  EXPECT_EQ(MessageOf([&] {
              const FileTransaction files({{given.Path("a.py"), std::nullopt}});
            }),
            "'" + given.Path("a.py.migext-old") +
                "' is there already: a call that changed files was cut short.  NAME.migext-old is "
                "the file NAME as it was: where there is no NAME, put it back (mv NAME.migext-old "
                "NAME); where there is one, that is the new file: keep one of the two.  "
                "NAME.migext-new is what was to be written, and may go");
  EXPECT_EQ(given.Read("a.py.migext-old"), "older a");
}

TEST_F(FileTransactionTest, ALinkIsNeitherMovedNorReplaced) {
  given.Folder("shared").File("shared/c.py", "c");
  ASSERT_EQ(symlink("shared/c.py", given.Path("c.py").c_str()), 0);
  EXPECT_EQ(MessageOf([&] {
              const FileTransaction files({{given.Path("c.py"), std::nullopt}});
            }),
            "'" + given.Path("c.py") +
                "' is a link to 'shared/c.py', and only a file itself is moved or replaced; put "
                "the file in the place of the link, and call again");
}

TEST_F(FileTransactionTest, AFolderOnAnotherDeviceIsNamed) {
  const std::string other = "/dev/shm/migext_test_" + std::to_string(getpid());
  struct stat here {};
  struct stat there {};
  if (stat("/dev/shm", &there) != 0 || stat(given.root().c_str(), &here) != 0 ||
      here.st_dev == there.st_dev) {
    GTEST_SKIP() << "there is no second device";
  }
  EXPECT_EQ(MessageOf([&] {
              const FileTransaction files(
                  {{.path = given.Path("a.py"), .text = std::nullopt, .keep_as = other}});
            }),
            "cannot move '" + given.Path("a.py") + "' to '" + other +
                "': these folders lie on different devices; put the folder itself in the place of "
                "the link or mount '" +
                given.root() + "', and call again");
  EXPECT_EQ(given.Read("a.py"), "old a");
}

}  // namespace
}  // namespace migext::rewrite
