#include "sqlite/raw_file.h"

#include <algorithm>
#include <limits>

#include "sqlite/api.h"
#include "sqlite/despite_header.h"

namespace migext::sqlite {

std::optional<RawFile> RawFile::Of(const Connection& connection, const char* schema) {
  sqlite3_file* file = nullptr;
  const int code =
      sqlite3_file_control(connection.handle(), schema, SQLITE_FCNTL_FILE_POINTER, &file);
  if (code != SQLITE_OK || file == nullptr || file->pMethods == nullptr) return std::nullopt;
  return RawFile(file);
}

std::int64_t RawFile::Size() const {
  sqlite3_int64 size = 0;
  const int code = OwnMethodsOf(file_).xFileSize(file_, &size);
  if (code != SQLITE_OK) {
    throw DatabaseError(
        code, std::string("the size of the file cannot be read: ") + sqlite3_errstr(code));
  }
  return size;
}

std::string RawFile::Read(std::int64_t offset, std::size_t count) const {
  const std::int64_t size = Size();
  if (offset < 0 || offset >= size) return {};
  const auto left = static_cast<std::uint64_t>(size - offset);
  const auto longest = static_cast<std::uint64_t>(std::numeric_limits<int>::max());
  std::string bytes(static_cast<std::size_t>(std::min({left, longest, std::uint64_t{count}})),
                    '\0');
  const int code = OwnMethodsOf(file_).xRead(file_, bytes.data(), static_cast<int>(bytes.size()),
                                             static_cast<sqlite3_int64>(offset));
  // A short read has filled the rest with zeros: another process has cut the file just now.
  if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) {
    throw DatabaseError(code, "the file cannot be read from byte " + std::to_string(offset) +
                                  " on: " + sqlite3_errstr(code));
  }
  return bytes;
}

bool RawFile::HasWriter() const {
  int is_held = 0;
  const int code = OwnMethodsOf(file_).xCheckReservedLock(file_, &is_held);
  return code == SQLITE_OK && is_held != 0;
}

}  // namespace migext::sqlite
