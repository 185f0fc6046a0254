// Reading through a connection whose file SQLite refuses for its header alone.
//
//   ReadDespiteHeader(db);          // when the library is loaded
//   const ScopedTrueFile file(db);  // while a verb works: the file as it is again
//
// SQLite reads the schema before it looks for any table, those of an extension included: beside a
// header that it refuses not even a table about the damage can be read.  So the file is shown under
// a header that is made of what is sound in its own and of what the pages look like; all the rest
// is as it is, and nothing can be written.  At every change between the two SQLite has to forget
// the pages that it has read: one that it keeps would be written back as it was shown.
#ifndef MIGEXT_SQLITE_DESPITE_HEADER_H_
#define MIGEXT_SQLITE_DESPITE_HEADER_H_

#include "sqlite/connection.h"

struct sqlite3_file;
struct sqlite3_io_methods;

namespace migext::sqlite {

/// Does nothing for a file that SQLite reads, for one that looks like no database, and beside a
/// -journal or a -wal, which may bring a header of their own.  Touches no file.
void ReadDespiteHeader(const Connection& connection);

/// True while the file is shown under a header that is not its own.
bool IsReadDespiteHeader(const Connection& connection);

/// Throws what SQLite says of the file itself, while it is shown under another header: for what
/// must not answer on such a file.
void RequireOwnHeader(const Connection& connection);

/// Shows the file as it is while this lives; afterwards again under another header if it needs one.
class ScopedTrueFile {
 public:
  /// Throws what SQLite says of the file while a transaction is open, which keeps pages.
  explicit ScopedTrueFile(const Connection& connection);
  ~ScopedTrueFile();
  ScopedTrueFile(const ScopedTrueFile&) = delete;
  ScopedTrueFile& operator=(const ScopedTrueFile&) = delete;

 private:
  const Connection& connection_;
  bool was_shown_;
};

/// The methods that read the file as it is.
const sqlite3_io_methods& OwnMethodsOf(sqlite3_file* file);

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_DESPITE_HEADER_H_
