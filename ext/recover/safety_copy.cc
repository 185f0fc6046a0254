#include "recover/safety_copy.h"

#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>

#include "base/error.h"
#include "base/files.h"
#include "recover/backup_folder.h"
#include "recover/new_file.h"
#include "sqlite/raw_file.h"

namespace migext::recover {
namespace {

constexpr std::size_t kPiece = 1 << 20;

[[noreturn]] void FailToWrite(const std::string& path) {
  throw Error("cannot write the safety copy '" + path + "': is the disk full? Nothing was changed");
}

void CopyRaw(const sqlite::RawFile& file, const std::string& target) {
  std::ofstream out(target, std::ios::binary);
  for (std::int64_t offset = 0; offset < file.Size();) {
    const std::string piece = file.Read(offset, kPiece);
    if (piece.empty()) break;
    out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    offset += static_cast<std::int64_t>(piece.size());
  }
  if (!out.flush()) FailToWrite(target);
}

/// For a -wal or a -journal, which bear no locks.
void CopyBeside(const std::string& source, const std::string& target) {
  std::ifstream in(source, std::ios::binary);
  std::ofstream out(target, std::ios::binary);
  out << in.rdbuf();
  if (!in || !out.flush()) FailToWrite(target);
}

std::string PathFor(const sqlite::Connection& db, const std::string& why) {
  const std::string file = db.FileName();
  return TimedName(ParentPath(file), StemOf(file) + why, std::chrono::system_clock::now());
}

}  // namespace

SafetyCopy::SafetyCopy(const BackupInput& input) {
  try {
    files_.push_back(BackUp(input, PathFor(input.db, "_before_restore")).path);
  } catch (const DamagedSource& error) {
    damage_ = error.damage();
    try {
      CopyBytes(input.db);
    } catch (const std::exception&) {
      Remove();
      throw;
    }
  }
}

void SafetyCopy::CopyBytes(const sqlite::Connection& db) {
  const auto file = sqlite::RawFile::Of(db);
  if (!file) throw Error("the database has no file that could be copied");
  const std::string path = PathFor(db, "_damaged_before_restore");
  NewFile copy(path);
  CopyRaw(*file, copy.partial_path());
  copy.Publish();
  files_.push_back(path);
  for (const char* suffix : {"-wal", "-journal"}) {
    const std::string beside = db.FileName() + suffix;
    if (StampOf(beside).size == 0) continue;
    NewFile copy_beside(path + suffix);
    CopyBeside(beside, copy_beside.partial_path());
    copy_beside.Publish();
    files_.push_back(path + suffix);
  }
}

SafetyCopy::~SafetyCopy() {
  if (!is_kept_) Remove();
}

void SafetyCopy::Remove() {
  for (const std::string& file : files_) std::remove(file.c_str());
}

}  // namespace migext::recover
