// Several files changed together: all of them or none.
//
//   FileTransaction files({{.path = "0004_b.py", .text = std::nullopt},      // goes
//                          {.path = "0005_b.py", .text = renumbered}});      // comes
//   files.LookAtResult([&] { … });     // what it throws takes all back
//   files.Commit();
//
// New text is written beside each file, as NAME.migext-new, and gets its name at the end; what was
// there waits as NAME.migext-old until Commit(), or moves to where it stays.  Without Commit() all
// is as it was.  Nothing that another program makes meanwhile is replaced.  A file that is replaced
// is there at every moment, as it was or as it will be.  What a process that is killed leaves can
// be told from the names: see unfinished_files.h.  So can what a power cut leaves: texts reach the
// disk before names do, and new names before an old file goes.
#ifndef MIGEXT_REWRITE_FILE_TRANSACTION_H_
#define MIGEXT_REWRITE_FILE_TRANSACTION_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace migext::rewrite {

inline constexpr std::string_view kNewSuffix = ".migext-new";
inline constexpr std::string_view kOldSuffix = ".migext-old";
/// Of a file that is kept beside the one in its place.
inline constexpr std::string_view kKeptSuffix = ".old";

struct FileChange {
  std::string path;
  std::optional<std::string> text;  ///< Nothing: the file goes.
  bool replaces = false;            ///< A file of that name is there, and gives way.
  std::string keep_as = {};         ///< Where the file that gives way stays; "" nowhere.
};

/// Throws Error, with the way out, for what can be seen to fail: a file that is not there or is a
/// link, something in the way of one that is kept, leavings of a call that was killed.
void RequirePossible(const std::vector<FileChange>& changes);

/// What failed, and which files are not as they were.
class NotTakenBack : public Error {
 public:
  using Error::Error;
};

class FileTransaction {
 public:
  /// Carries the changes out.  Throws Error, with nothing changed, when a file is in the way or one
  /// cannot be written; NotTakenBack when a file could not be put back then.
  explicit FileTransaction(std::vector<FileChange> changes);
  /// Takes everything back that was not committed.
  ~FileTransaction();
  FileTransaction(const FileTransaction&) = delete;
  FileTransaction& operator=(const FileTransaction&) = delete;

  /// Passes on what `look` throws, when all is as it was; NotTakenBack when it is not.
  void LookAtResult(const std::function<void()>& look);
  void Commit();
  /// Throws NotTakenBack.
  void TakeBack();

 private:
  enum class Done : std::uint8_t { kPutAside, kReplaced, kPublished };
  struct Step {
    Done done;
    const FileChange* change;
  };

  std::optional<std::string> SyncFolders() const;
  void RequireOnDisk() const;
  void CarryOut();
  void WriteParts();
  void PutAside(const FileChange& change);
  void Replace(const FileChange& change);
  void Publish(const FileChange& change);
  /// A line for each file that is not as it was.
  std::vector<std::string> Undo();
  void RemoveParts() noexcept;

  std::vector<FileChange> changes_;
  std::vector<std::string> parts_;
  std::vector<Step> steps_;
};

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_FILE_TRANSACTION_H_
