#include "rewrite/file_transaction.h"

#include <filesystem>
#include <system_error>

#include "base/error.h"
#include "base/files.h"

namespace migext::rewrite {
namespace {

namespace fs = std::filesystem;

bool GivesWay(const FileChange& change) { return !change.text || change.replaces; }
std::string PartOf(const FileChange& change) { return change.path + ".migext-new"; }
std::string OldOf(const FileChange& change) {
  return change.keep_as.empty() ? change.path + ".migext-old" : change.keep_as;
}

bool IsThere(const std::string& path) {
  std::error_code error;
  return fs::symlink_status(path, error).type() != fs::file_type::not_found;
}

void RequireFree(const std::string& path) {
  if (IsThere(path)) throw Error("'" + path + "' is there already; move it away first");
}

}  // namespace

FileTransaction::FileTransaction(std::vector<FileChange> changes) : changes_(std::move(changes)) {
  Check();
  try {
    WriteParts();
    PutAside();
    PublishParts();
  } catch (...) {
    TakeBack();
    throw;
  }
}

FileTransaction::~FileTransaction() { TakeBack(); }

void FileTransaction::Check() const {
  for (const FileChange& change : changes_) {
    if (GivesWay(change)) {
      if (!IsFile(change.path)) throw Error("there is no file '" + change.path + "'");
      RequireFree(OldOf(change));
    }
    if (change.text) RequireFree(PartOf(change));
  }
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

void FileTransaction::PutAside() {
  for (const FileChange& change : changes_) {
    if (GivesWay(change)) Move(change.path, OldOf(change));
  }
}

void FileTransaction::PublishParts() {
  for (const FileChange& change : changes_) {
    if (!change.text) continue;
    RequireFree(change.path);
    Move(PartOf(change), change.path);
  }
}

void FileTransaction::Move(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) throw Error("cannot rename '" + from + "' to '" + to + "': " + error.message());
  moves_.emplace_back(from, to);
}

void FileTransaction::Commit() {
  moves_.clear();
  parts_.clear();
  for (const FileChange& change : changes_) {
    if (!GivesWay(change) || !change.keep_as.empty()) continue;
    // An old file that stays is no migration: its name does not end in .py.
    std::error_code ignored;
    fs::remove(OldOf(change), ignored);
  }
}

void FileTransaction::TakeBack() noexcept {
  std::error_code ignored;
  for (auto move = moves_.rbegin(); move != moves_.rend(); ++move) {
    fs::rename(move->second, move->first, ignored);
  }
  moves_.clear();
  for (const std::string& part : parts_) fs::remove(part, ignored);
  parts_.clear();
}

}  // namespace migext::rewrite
