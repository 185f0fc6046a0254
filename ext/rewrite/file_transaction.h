// Several files changed together: all of them or none.
//
//   FileTransaction files({{.path = "0004_b.py", .text = std::nullopt},      // goes
//                          {.path = "0005_b.py", .text = renumbered}});      // comes
//   …                  // look at the result
//   files.Commit();
//
// New text is written beside each file and gets its name at the end; what was there waits as
// NAME.migext-old until Commit(), or moves to where it stays.  Without Commit() all is as it was.
#ifndef MIGEXT_REWRITE_FILE_TRANSACTION_H_
#define MIGEXT_REWRITE_FILE_TRANSACTION_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace migext::rewrite {

struct FileChange {
  std::string path;
  std::optional<std::string> text;  ///< Nothing: the file goes.
  bool replaces = false;            ///< A file of that name is there, and gives way.
  std::string keep_as = {};         ///< Where the file that gives way stays; "" nowhere.
};

class FileTransaction {
 public:
  /// Carries the changes out.  Throws Error, with nothing changed, when a file is in the way or one
  /// cannot be written.
  explicit FileTransaction(std::vector<FileChange> changes);
  /// Takes everything back that was not committed.
  ~FileTransaction();
  FileTransaction(const FileTransaction&) = delete;
  FileTransaction& operator=(const FileTransaction&) = delete;

  void Commit();

 private:
  void Check() const;
  void WriteParts();
  void PutAside();
  void PublishParts();
  void TakeBack() noexcept;
  void Move(const std::string& from, const std::string& to);

  std::vector<FileChange> changes_;
  std::vector<std::string> parts_;                          // Written and not yet published.
  std::vector<std::pair<std::string, std::string>> moves_;  // From and to, as they were done.
};

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_FILE_TRANSACTION_H_
