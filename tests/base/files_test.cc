#include "base/files.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "base/error.h"
#include "support/project_builder.h"

namespace migext {
namespace {

constexpr std::size_t kLimit = 1000;

std::string MessageOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

TEST(FilesTest, AFolderIsListedSortedWithWhatLinksLeadTo) {
  ProjectBuilder given;
  given.File("b.py", "").Folder("c").File("a.py", "");
  ASSERT_EQ(symlink("c", given.Path("d").c_str()), 0);
  ASSERT_EQ(symlink("nowhere", given.Path("e").c_str()), 0);
  ASSERT_EQ(mkfifo(given.Path("f").c_str(), 0600), 0);

  std::string seen;
  for (const FolderEntry& entry : ListFolder(given.root())) {
    seen += entry.name + (entry.is_link ? "@" : "") + std::to_string(static_cast<int>(entry.kind)) +
            " ";
  }

  EXPECT_EQ(seen, "a.py1 b.py1 c2 d@2 e@0 f3 ");
}

TEST(FilesTest, ALinkThatLeadsToItselfIsMissing) {
  ProjectBuilder given;
  ASSERT_EQ(symlink("loop", given.Path("loop").c_str()), 0);

  EXPECT_EQ(KindOf(given.Path("loop")), FileKind::kMissing);
}

TEST(FilesTest, AFolderThatIsNotThereCannotBeListed) {
  EXPECT_EQ(MessageOf([] { ListFolder("/no/such/folder"); }),
            "cannot list '/no/such/folder': No such file or directory");
}

TEST(FilesTest, AFileIsReadWhole) {
  ProjectBuilder given;
  const std::string bytes("a\0b\r\n\xff", 6);
  given.File("a.py", bytes).File("empty.py", "");

  EXPECT_EQ(ReadFile(given.Path("a.py"), kLimit), bytes);
  EXPECT_EQ(ReadFile(given.Path("empty.py"), kLimit), "");
}

TEST(FilesTest, AFileMayHaveTheMostBytesAndNoMore) {
  ProjectBuilder given;
  given.File("most", std::string(kLimit, 'x')).File("more", std::string(kLimit + 1, 'x'));

  EXPECT_EQ(ReadFile(given.Path("most"), kLimit).size(), kLimit);
  EXPECT_EQ(MessageOf([&] { ReadFile(given.Path("more"), kLimit); }),
            "cannot read '" + given.Path("more") + "': it is larger than 1000 bytes");
}

TEST(FilesTest, APipeIsRefusedInsteadOfWaitedFor) {
  ProjectBuilder given;
  ASSERT_EQ(mkfifo(given.Path("pipe.py").c_str(), 0600), 0);

  EXPECT_EQ(MessageOf([&] { ReadFile(given.Path("pipe.py"), kLimit); }),
            "cannot read '" + given.Path("pipe.py") + "': it is not a regular file");
}

TEST(FilesTest, AMissingFileIsNamed) {
  EXPECT_EQ(MessageOf([] { ReadFile("/no/such/file", kLimit); }),
            "cannot read '/no/such/file': No such file or directory");
}

TEST(FilesTest, AStampChangesWithTheFile) {
  ProjectBuilder given;
  given.File("a.py", "a");
  const FileStamp before = StampOf(given.Path("a.py"));

  given.File("a.py", "ab");

  EXPECT_NE(StampOf(given.Path("a.py")), before);
  EXPECT_EQ(StampOf(given.Path("b.py")), FileStamp{});
}

TEST(FilesTest, PathsAreTakenApart) {
  EXPECT_EQ(JoinPath("/srv", "site"), "/srv/site");
  EXPECT_EQ(JoinPath("/", "site"), "/site");
  EXPECT_EQ(ParentPath("/srv/site"), "/srv");
  EXPECT_EQ(ParentPath("/"), "/");
  EXPECT_EQ(BaseName("/srv/site"), "site");
}

/// For as long as it lives no file of this process grows beyond so many bytes.
class DiskThatIsFull {
 public:
  explicit DiskThatIsFull(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit full = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &full);
  }
  ~DiskThatIsFull() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  DiskThatIsFull(const DiskThatIsFull&) = delete;
  DiskThatIsFull& operator=(const DiskThatIsFull&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST(FilesTest, AFileThatCannotBeWrittenWholeDoesNotStay) {
  ProjectBuilder given;
  for (const std::size_t size : {std::size_t{20}, std::size_t{100000}}) {
    const std::string message = [&] {
      const DiskThatIsFull disk(10);
      return MessageOf([&] { WriteNewFile(given.Path("a.py"), std::string(size, 'x')); });
    }();
    EXPECT_EQ(message, "cannot write '" + given.Path("a.py") + "': File too large");
    EXPECT_EQ(KindOf(given.Path("a.py")), FileKind::kMissing);
  }
}

TEST(FilesTest, AFileThatIsThereIsNotWrittenTo) {
  ProjectBuilder given;
  given.File("a.py", "mine").Folder("b.py");
  EXPECT_EQ(MessageOf([&] { WriteNewFile(given.Path("a.py"), "new"); }),
            "cannot write '" + given.Path("a.py") + "': File exists");
  EXPECT_EQ(MessageOf([&] { WriteNewFile(given.Path("b.py"), "new"); }),
            "cannot write '" + given.Path("b.py") + "': File exists");
  EXPECT_EQ(given.Read("a.py"), "mine");
}

}  // namespace
}  // namespace migext
