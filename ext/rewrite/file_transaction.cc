#include "rewrite/file_transaction.h"

#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "base/files.h"
#include "base/text.h"

namespace migext::rewrite {
namespace {

namespace fs = std::filesystem;

bool GivesWay(const FileChange& change) { return !change.text || change.replaces; }
bool IsReplaced(const FileChange& change) { return change.text && change.replaces; }
std::string PartOf(const FileChange& change) { return change.path + std::string(kNewSuffix); }
std::string OldOf(const FileChange& change) {
  return change.keep_as.empty() ? change.path + std::string(kOldSuffix) : change.keep_as;
}

/// Free to be a migration; what lies there is somebody's.
void RequireFree(const std::string& path) {
  if (IsThere(path)) throw Error("'" + path + "' is there already; move it away first");
}

/// Of the names that only this class gives.
void RequireNotLeft(const std::string& path) {
  if (!IsThere(path)) return;
  throw Error(
      "'" + path +
      "' is there already: a call that changed files was cut short.  NAME.migext-old is the file "
      "NAME as it was: where there is no NAME, put it back (mv NAME.migext-old NAME); where there "
      "is one, that is the new file: keep one of the two.  NAME.migext-new is what was to be "
      "written, and may go");
}

void RequireNoLink(const std::string& path) {
  const auto target = LinkTarget(path);
  if (!target) return;
  throw Error("'" + path + "' is a link to '" + *target +
              "', and only a file itself is moved or replaced; put the file in the place of the "
              "link, and call again");
}

[[noreturn]] void FailToMove(const std::string& from, const std::string& to,
                             const std::error_code& error) {
  if (error == std::errc::file_exists) RequireFree(to);
  std::string why = "cannot move '" + from + "' to '" + to + "': " + error.message();
  if (error == std::errc::cross_device_link) {
    why = "cannot move '" + from + "' to '" + to +
          "': these folders lie on different devices; put the folder itself in the place of the "
          "link or mount '" +
          ParentPath(from) + "', and call again";
  }
  throw Error(why);
}

/// Whether the file holds what was written, and nobody else's words.
bool IsAsWritten(const FileChange& change) {
  return ReadBeginning(change.path, change.text->size() + 1) == change.text;
}

std::string NotPutBack(const FileChange& change, const std::string& why) {
  return "'" + OldOf(change) + "' is '" + change.path +
         "' as it was, and could not be put back: " + why;
}

std::string UndoPutAside(const FileChange& change) {
  const std::error_code error = RenameToFree(OldOf(change), change.path);
  return error ? NotPutBack(change, error.message()) : "";
}

std::string UndoReplaced(const FileChange& change) {
  if (!IsThere(change.path)) return UndoPutAside(change);
  if (!IsAsWritten(change)) return NotPutBack(change, "the file has been changed meanwhile");
  std::error_code error;
  fs::rename(OldOf(change), change.path, error);
  return error ? NotPutBack(change, error.message()) : "";
}

std::string UndoPublished(const FileChange& change) {
  if (!IsThere(change.path)) return {};
  if (!IsAsWritten(change)) return "'" + change.path + "' is new, and has been changed meanwhile";
  std::error_code error;
  fs::remove(change.path, error);
  return error ? "'" + change.path + "' is new, and could not be deleted: " + error.message() : "";
}

}  // namespace

void RequirePossible(const std::vector<FileChange>& changes) {
  for (const FileChange& change : changes) {
    if (GivesWay(change)) {
      if (!IsFile(change.path)) throw Error("there is no file '" + change.path + "'");
      RequireNoLink(change.path);
      if (change.keep_as.empty()) RequireNotLeft(OldOf(change));
      RequireFree(change.keep_as);
    }
    if (change.text) RequireNotLeft(PartOf(change));
  }
}

FileTransaction::FileTransaction(std::vector<FileChange> changes) : changes_(std::move(changes)) {
  RequirePossible(changes_);
  LookAtResult([this] { CarryOut(); });
}

FileTransaction::~FileTransaction() { Undo(); }

void FileTransaction::LookAtResult(const std::function<void()>& look) {
  try {
    look();
  } catch (const Error& error) {
    const std::vector<std::string> left = Undo();
    if (left.empty()) throw;
    throw NotTakenBack(error.place(), error.message() + "\nbut this could not be taken back:\n" +
                                          Join(left, "\n"));
  } catch (...) {
    Undo();
    throw;
  }
}

void FileTransaction::Commit() {
  steps_.clear();
  // While a part is there the old files are wanted back.
  RemoveParts();
  SyncFolders();
  for (const FileChange& change : changes_) {
    if (!GivesWay(change) || !change.keep_as.empty()) continue;
    // An old file that stays is no migration: its name does not end in .py.
    std::error_code ignored;
    fs::remove(OldOf(change), ignored);
  }
  SyncFolders();
}

void FileTransaction::TakeBack() {
  const std::vector<std::string> left = Undo();
  if (!left.empty()) throw NotTakenBack("this could not be taken back:\n" + Join(left, "\n"));
}

/// The new names come last: until then the old files are all that Django sees.
void FileTransaction::CarryOut() {
  WriteParts();
  RequireOnDisk();
  for (const FileChange& change : changes_) {
    if (!change.text) PutAside(change);
  }
  for (const FileChange& change : changes_) {
    if (IsReplaced(change)) Replace(change);
  }
  for (const FileChange& change : changes_) {
    if (!GivesWay(change)) Publish(change);
  }
  RequireOnDisk();
}

/// The first that cannot, and why.
std::optional<std::string> FileTransaction::SyncFolders() const {
  std::set<std::string> folders;
  for (const FileChange& change : changes_) {
    folders.insert(ParentPath(change.path));
    if (!change.keep_as.empty()) folders.insert(ParentPath(change.keep_as));
  }
  std::optional<std::string> failure;
  for (const std::string& folder : folders) {
    const std::error_code error = SyncFolder(folder);
    if (error && !failure) failure = "'" + folder + "': " + error.message();
  }
  return failure;
}

/// A power cut between two steps leaves what a killed process would leave, and no less.
void FileTransaction::RequireOnDisk() const {
  if (const auto failure = SyncFolders()) throw Error("cannot bring to the disk " + *failure);
}

void FileTransaction::WriteParts() {
  for (const FileChange& change : changes_) {
    if (!change.text) continue;
    WriteNewFile(PartOf(change), *change.text);
    parts_.push_back(PartOf(change));
    if (!change.replaces) continue;
    std::error_code
        ignored;  // Where permissions cannot be copied, the new file has the usual ones.
    fs::permissions(PartOf(change), fs::status(change.path, ignored).permissions(), ignored);
  }
}

void FileTransaction::PutAside(const FileChange& change) {
  const std::error_code error = RenameToFree(change.path, OldOf(change));
  if (error) FailToMove(change.path, OldOf(change), error);
  steps_.push_back({Done::kPutAside, &change});
}

void FileTransaction::Replace(const FileChange& change) {
  if (LinkFile(change.path, OldOf(change))) {
    // No second names on this file system, or something is in the way, which PutAside() tells.
    PutAside(change);
    Publish(change);
    return;
  }
  std::error_code error;
  fs::rename(PartOf(change), change.path, error);
  if (error) {
    std::error_code ignored;
    fs::remove(OldOf(change), ignored);
    FailToMove(PartOf(change), change.path, error);
  }
  steps_.push_back({Done::kReplaced, &change});
}

/// The part stays as a second name: it tells the new files until all of them are there.
void FileTransaction::Publish(const FileChange& change) {
  std::error_code error = LinkFile(PartOf(change), change.path);
  if (error && error != std::errc::file_exists) error = RenameToFree(PartOf(change), change.path);
  if (error) FailToMove(PartOf(change), change.path, error);
  steps_.push_back({Done::kPublished, &change});
}

std::vector<std::string> FileTransaction::Undo() {
  std::vector<std::string> left;
  const auto undo = [&](const Step& step) {
    switch (step.done) {
      case Done::kPutAside:
        return UndoPutAside(*step.change);
      case Done::kReplaced:
        return UndoReplaced(*step.change);
      case Done::kPublished:
        break;
    }
    return UndoPublished(*step.change);
  };
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    std::string line = undo(*step);
    if (!line.empty()) left.push_back(std::move(line));
  }
  steps_.clear();
  RemoveParts();
  return left;
}

void FileTransaction::RemoveParts() noexcept {
  std::error_code ignored;
  for (const std::string& part : parts_) fs::remove(part, ignored);
  parts_.clear();
}

}  // namespace migext::rewrite
