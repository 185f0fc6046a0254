// The first 100 bytes of a database file (https://sqlite.org/fileformat2.html, 1.3): what is wrong
// with them, and what they should be.
//
//   const FileHeader header(first_bytes);
//   for (const HeaderFault& fault : header.Faults(file_size)) fault.field, fault.detail
//   // "magic", "the file does not begin with 'SQLite format 3'"
//
// Some faults make SQLite refuse the file as a whole, although all behind the header may be sound.
#ifndef MIGEXT_SQLITE_FILE_HEADER_H_
#define MIGEXT_SQLITE_FILE_HEADER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace migext::sqlite {

struct HeaderFault {
  std::string field;
  std::string detail;
  bool refused = false;  ///< SQLite reads nothing of a file with this fault.
};

/// The name of a -wal, -shm or -journal: a part of the database beside it.
bool IsPartOfADatabase(std::string_view file_name);

class FileHeader {
 public:
  static constexpr std::size_t kSize = 100;

  /// Of fewer bytes than 100 those that are missing count as zero.
  explicit FileHeader(std::string_view bytes);

  bool HasMagic() const;
  bool IsWal() const;              ///< Says that changes go into a -wal.
  std::uint32_t PageSize() const;  ///< 0 for a number that is none.
  /// 0 where the number is out of date, as after a change by a SQLite before 3.7.0.
  std::uint32_t PageCount() const;
  std::uint32_t FreePages() const;
  std::uint32_t ReservedBytes() const;
  std::uint32_t SchemaFormat() const;
  bool HasAutoVacuum() const;
  std::string_view EncodingName() const;  ///< "" for a number that is none.
  std::string WriterVersion() const;      ///< "3.40.1", the SQLite that wrote last; "" unknown.

  /// `file_size` in bytes.  Fewer pages than promised are a fault too.
  std::vector<HeaderFault> Faults(std::int64_t file_size) const;
  bool IsRefused(std::int64_t file_size) const;

  const std::string& bytes() const { return bytes_; }

 private:
  std::uint32_t Number(std::size_t offset) const;
  unsigned Byte(std::size_t offset) const;
  void CheckFormat(std::vector<HeaderFault>& faults) const;
  void CheckNumbers(std::int64_t file_size, std::vector<HeaderFault>& faults) const;

  std::string bytes_;
};

/// Up to so many bytes of the file from an offset on.
using ReadBytes = std::function<std::string(std::int64_t offset, std::size_t count)>;

/// A header with which SQLite reads the file, made of what is sound in its own and of what the
/// pages behind it look like.  "" where nothing in the file looks like a page of a database.
std::string MendedHeader(const FileHeader& header, std::int64_t file_size, const ReadBytes& read);

/// The header as another commit would leave it: of a file that changed so SQLite keeps no page.
std::string OfAnotherCommit(std::string header);

/// The header of a file that uses no -wal and may be written; the other fields as they are.
std::string InRollbackMode(std::string header);

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_FILE_HEADER_H_
