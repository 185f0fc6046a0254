// The bytes of the file behind an open database, through the handle that SQLite itself holds.
//
//   const auto file = RawFile::Of(db);
//   file->Read(0, 100)  // the header, be it a sound one or not
//
// A second handle of this process would drop SQLite's locks when it is closed
// (https://sqlite.org/howtocorrupt.html, 2.2).  What is in the -wal is not in these bytes.
#ifndef MIGEXT_SQLITE_RAW_FILE_H_
#define MIGEXT_SQLITE_RAW_FILE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "sqlite/connection.h"

struct sqlite3_file;

namespace migext::sqlite {

class RawFile {
 public:
  /// Nothing for a database in memory.  The connection must outlive the file.
  static std::optional<RawFile> Of(const Connection& connection, const char* schema = "main");

  /// In bytes; throws DatabaseError when the system does not tell.
  std::int64_t Size() const;
  /// Up to `count` bytes: fewer at the end of the file.  Throws DatabaseError for what cannot be
  /// read.
  std::string Read(std::int64_t offset, std::size_t count) const;
  /// True while a process, this one included, holds the lock of a writer (RESERVED).
  bool HasWriter() const;

 private:
  friend class RecoveredDatabase;
  explicit RawFile(sqlite3_file* file) : file_(file) {}

  sqlite3_file* file_;
};

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_RAW_FILE_H_
