#include "migrate/throwaway_copy.h"

#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "migrate/preflight.h"
#include "sqlite/backup.h"

namespace migext::migrate {
namespace {

std::uint64_t SizeOf(const sqlite::Connection& db) {
  const auto number = [&](const char* pragma) {
    const sqlite::Cell cell = db.Value(pragma);
    return cell.Integer() == nullptr ? 0 : static_cast<std::uint64_t>(*cell.Integer());
  };
  return number("PRAGMA main.page_count") * number("PRAGMA main.page_size");
}

/// The file beside which the copy is made; "" for one in memory.
std::string FileToBeBeside(const sqlite::Connection& db, std::uint64_t bytes,
                           std::optional<std::uint64_t> free_memory) {
  // A rebuild of a table needs as much again: twice the size is all that is free.
  std::string file = db.FileName();
  if (file.empty() || (free_memory && bytes <= *free_memory / 2)) return {};
  const std::optional<std::uint64_t> free = FreeSpaceFor(db);
  if (!free || bytes * 2 <= *free) return file;
  throw Error("there is no room for a copy of the database: it takes " +
              Grouped(static_cast<std::int64_t>(bytes * 2)) + " bytes while it is worked on, and " +
              Grouped(static_cast<std::int64_t>(*free)) + " are free beside '" + file + "'");
}

}  // namespace

ThrowawayCopy::Folder::Folder(const std::string& file) {
  if (file.empty()) return;
  path_ = file + "-rehearsal-XXXXXX";
  if (mkdtemp(path_.data()) != nullptr) return;
  throw Error("no folder can be made beside '" + file + "': " + std::strerror(errno));
}

ThrowawayCopy::Folder::~Folder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

std::string ThrowawayCopy::Folder::Database() const {
  return path_.empty() ? ":memory:" : JoinPath(path_, "copy.sqlite3");
}

ThrowawayCopy::ThrowawayCopy(const sqlite::Connection& db, std::optional<std::uint64_t> free_memory)
    : bytes_(SizeOf(db)),
      folder_(FileToBeBeside(db, bytes_, free_memory)),
      connection_(sqlite::Connection::Open(folder_.Database(), sqlite::OpenMode::kCreate)),
      interruption_(db, connection_) {
  sqlite::CopyDatabase(db, connection_);
  // Nobody will miss it after a crash.
  connection_.Run("PRAGMA synchronous = OFF");
}

}  // namespace migext::migrate
