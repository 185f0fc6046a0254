// A copy of the database on which anything may be tried: nobody else sees it, and nothing is left
// of it.
//
//   const ThrowawayCopy copy(db);
//   copy.connection().Run("DROP TABLE blog_post");
//
// It is in memory where it fits into half of what is free there, else in a folder beside the
// database that its owner alone may enter, and that goes with the copy.
#ifndef MIGEXT_MIGRATE_THROWAWAY_COPY_H_
#define MIGEXT_MIGRATE_THROWAWAY_COPY_H_

#include <cstdint>
#include <optional>
#include <string>

#include "base/free_memory.h"
#include "sqlite/connection.h"
#include "sqlite/interruption.h"

namespace migext::migrate {

class ThrowawayCopy {
 public:
  /// Throws Error while `db` has a transaction that writes, or where there is no room.  `db` must
  /// outlive it: an interruption of `db` ends what runs on the copy.
  explicit ThrowawayCopy(const sqlite::Connection& db,
                         std::optional<std::uint64_t> free_memory = FreeMemory());

  const sqlite::Connection& connection() const { return connection_; }
  std::uint64_t bytes() const { return bytes_; }
  bool is_in_memory() const { return folder_.path().empty(); }

 private:
  /// Removed with all that is in it.
  class Folder {
   public:
    /// Beside that file; none for "".
    explicit Folder(const std::string& file);
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::string& path() const { return path_; }
    /// The database in it, or ":memory:".
    std::string Database() const;

   private:
    std::string path_;
  };

  std::uint64_t bytes_;
  Folder folder_;  // before the connection, which is closed first
  sqlite::Connection connection_;
  sqlite::ScopedInterruption interruption_;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_THROWAWAY_COPY_H_
