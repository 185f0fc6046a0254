// A file that is read piece by piece, at any place.
//
//   ByteFile wal("db.sqlite3-wal");
//   if (wal.is_open()) wal.Read(32, 24)
//
// Never for a database that may be open in this process: closing a second handle drops its locks
// (https://sqlite.org/howtocorrupt.html, 2.2).  Its -wal and -journal bear no locks.
#ifndef MIGEXT_BASE_BYTE_FILE_H_
#define MIGEXT_BASE_BYTE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>

namespace migext {

class ByteFile {
 public:
  /// Opens nothing but a regular file, so that reading never hangs.
  explicit ByteFile(const std::string& path);

  bool is_open() const { return file_.is_open(); }
  std::int64_t size() const { return size_; }
  /// Up to `count` bytes; fewer at the end of the file, none where it cannot be read.
  std::string Read(std::int64_t offset, std::size_t count);

 private:
  std::ifstream file_;
  std::int64_t size_ = 0;
};

/// Unsigned numbers as SQLite's file formats hold them, most significant byte first.  REQUIRES: the
/// bytes are there.
std::uint16_t BigEndian16(const std::string& bytes, std::size_t offset);
std::uint32_t BigEndian32(const std::string& bytes, std::size_t offset);
void PutBigEndian32(std::string& bytes, std::size_t offset, std::uint32_t number);

}  // namespace migext

#endif  // MIGEXT_BASE_BYTE_FILE_H_
