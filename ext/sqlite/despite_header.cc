#include "sqlite/despite_header.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/files.h"
#include "sqlite/api.h"
#include "sqlite/file_header.h"
#include "sqlite/file_view.h"
#include "sqlite/raw_file.h"

namespace migext::sqlite {
namespace {

// The methods of one file, in the place of its own.
struct Stand : sqlite3_io_methods {
  Stand(const sqlite3_io_methods* own, FileView shown)
      : sqlite3_io_methods{}, original(own), view(std::move(shown)) {}

  const sqlite3_io_methods* original;
  FileView view;
  std::optional<DatabaseError> refusal;  // none while SQLite is asked for it
};

int Close(sqlite3_file* file) noexcept;

bool IsStand(const sqlite3_file* file) { return file->pMethods->xClose == Close; }

const Stand& StandOf(const sqlite3_file* file) {
  return *static_cast<const Stand*>(file->pMethods);
}

/// Gives the file its own methods back.
void StepAside(sqlite3_file* file) noexcept {
  const std::unique_ptr<const Stand> stand(&StandOf(file));
  file->pMethods = stand->original;
}

int Close(sqlite3_file* file) noexcept {
  StepAside(file);
  return file->pMethods->xClose(file);
}

int Read(sqlite3_file* file, void* into, int count, sqlite3_int64 offset) noexcept {
  const Stand& stand = StandOf(file);
  int code = SQLITE_OK;
  const ReadBytes read_own = [&](std::int64_t from, std::size_t wanted) {
    std::string bytes(wanted, '\0');
    code = stand.original->xRead(file, bytes.data(), static_cast<int>(wanted), from);
    return bytes;
  };
  try {
    const auto wanted = static_cast<std::size_t>(count);
    std::string bytes = stand.view.Read(offset, wanted, read_own);
    if (bytes.size() < wanted && code == SQLITE_OK) code = SQLITE_IOERR_SHORT_READ;
    bytes.resize(wanted, '\0');
    std::memcpy(into, bytes.data(), wanted);
    return code;
  } catch (...) {
    return SQLITE_IOERR_READ;
  }
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) noexcept {
  *size = StandOf(file).view.size();
  return SQLITE_OK;
}

int RefuseWrite(sqlite3_file* /*file*/, const void* /*bytes*/, int /*count*/,
                sqlite3_int64 /*offset*/) noexcept {
  return SQLITE_READONLY;
}

int RefuseTruncate(sqlite3_file* /*file*/, sqlite3_int64 /*size*/) noexcept {
  return SQLITE_READONLY;
}

int Sync(sqlite3_file* /*file*/, int /*flags*/) noexcept { return SQLITE_OK; }

int Lock(sqlite3_file* file, int level) noexcept {
  return level > SQLITE_LOCK_SHARED ? SQLITE_READONLY : StandOf(file).original->xLock(file, level);
}

int Unlock(sqlite3_file* file, int level) noexcept {
  return StandOf(file).original->xUnlock(file, level);
}

int CheckReservedLock(sqlite3_file* file, int* is_held) noexcept {
  return StandOf(file).original->xCheckReservedLock(file, is_held);
}

int FileControl(sqlite3_file* file, int code, void* argument) noexcept {
  return StandOf(file).original->xFileControl(file, code, argument);
}

int SectorSize(sqlite3_file* file) noexcept { return StandOf(file).original->xSectorSize(file); }

int DeviceCharacteristics(sqlite3_file* file) noexcept {
  return StandOf(file).original->xDeviceCharacteristics(file);
}

// Under the header that is shown there is no -wal.  One that SQLite finds all the same gives an
// error here: without these methods it would follow null pointers.
int RefuseSharedMemory(sqlite3_file* /*file*/, int /*region*/, int /*size*/, int /*extend*/,
                       void volatile** memory) noexcept {
  *memory = nullptr;
  return SQLITE_IOERR_SHMMAP;
}

int LockSharedMemory(sqlite3_file* file, int offset, int count, int flags) noexcept {
  if ((flags & SQLITE_SHM_UNLOCK) == 0) return SQLITE_IOERR_SHMLOCK;
  return StandOf(file).original->xShmLock(file, offset, count, flags);
}

void SharedMemoryBarrier(sqlite3_file* file) noexcept { StandOf(file).original->xShmBarrier(file); }

int UnmapSharedMemory(sqlite3_file* file, int delete_it) noexcept {
  return StandOf(file).original->xShmUnmap(file, delete_it);
}

// The answer is that nothing is mapped, so that SQLite reads.
int Fetch(sqlite3_file* /*file*/, sqlite3_int64 /*offset*/, int /*count*/, void** page) noexcept {
  *page = nullptr;
  return SQLITE_OK;
}

int Unfetch(sqlite3_file* file, sqlite3_int64 offset, void* page) noexcept {
  return StandOf(file).original->xUnfetch(file, offset, page);
}

/// What SQLite keeps for methods of a version (a mapping) outlives a change of methods: the version
/// is that of the file's own.
void Extend(Stand& stand) {
  constexpr int kSharedMemory = 2;
  constexpr int kMapping = 3;
  stand.iVersion = std::min(stand.original->iVersion, kMapping);
  if (stand.iVersion >= kSharedMemory && stand.original->xShmMap != nullptr) {
    stand.xShmMap = RefuseSharedMemory;
    stand.xShmLock = LockSharedMemory;
    stand.xShmBarrier = SharedMemoryBarrier;
    stand.xShmUnmap = UnmapSharedMemory;
  }
  if (stand.iVersion >= kMapping) {
    stand.xFetch = Fetch;
    stand.xUnfetch = Unfetch;
  }
}

Stand& Show(sqlite3_file* file, std::string header, std::int64_t size) {
  auto stand =
      std::make_unique<Stand>(file->pMethods, FileView::UnderHeader(std::move(header), size));
  Extend(*stand);
  stand->xClose = Close;
  stand->xRead = Read;
  stand->xWrite = RefuseWrite;
  stand->xTruncate = RefuseTruncate;
  stand->xSync = Sync;
  stand->xFileSize = FileSize;
  stand->xLock = Lock;
  stand->xUnlock = Unlock;
  stand->xCheckReservedLock = CheckReservedLock;
  stand->xFileControl = FileControl;
  stand->xSectorSize = SectorSize;
  stand->xDeviceCharacteristics = DeviceCharacteristics;
  Stand& shown = *stand;
  file->pMethods = stand.release();  // until StepAside()
  return shown;
}

/// REQUIRES: no statement reads and no transaction is open, which keep page 1.
void ForgetPages(const Connection& connection) { sqlite3_db_release_memory(connection.handle()); }

sqlite3_file* MainFileOf(const Connection& connection) {
  sqlite3_file* file = nullptr;
  const int code =
      sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  return code == SQLITE_OK && file != nullptr && file->pMethods != nullptr ? file : nullptr;
}

/// The file under a header that SQLite may be asked about: beside one that speaks of a -wal it
/// would make one, and after one that forbids writing it would never write again.
class ScopedQuestion {
 public:
  ScopedQuestion(const Connection& connection, sqlite3_file* file, const FileHeader& header,
                 std::int64_t size)
      : connection_(connection), file_(file) {
    Show(file, InRollbackMode(header.bytes()), size);
    ForgetPages(connection_);
  }
  ~ScopedQuestion() {
    StepAside(file_);
    ForgetPages(connection_);
  }
  ScopedQuestion(const ScopedQuestion&) = delete;
  ScopedQuestion& operator=(const ScopedQuestion&) = delete;

 private:
  const Connection& connection_;
  sqlite3_file* file_;
};

/// What SQLite says of the file, a SQLite that decrypts too; nothing when it reads it.
std::optional<DatabaseError> RefusalOf(const Connection& connection, sqlite3_file* file,
                                       const FileHeader& header, std::int64_t size) {
  const ScopedQuestion question(connection, file, header, size);
  try {
    // The schema format counts once the schema is read.  So does the encoding, which the connection
    // keeps from then on: a wrong one is not to be met.
    connection.Value(header.EncodingName().empty() ? "PRAGMA main.schema_version"
                                                   : "SELECT count(*) FROM main.sqlite_master");
  } catch (const DatabaseError& error) {
    if (error.IsDamage() || error.code() == SQLITE_ERROR) return error;
  }
  return {};
}

// Part of the schema may be lost with the end of the file: what there is of it is read.  Of another
// file nothing of it may be left over.
void ReadBrokenSchema(const Connection& connection, bool yes) {
  connection.Execute(yes ? "PRAGMA writable_schema = ON" : "PRAGMA writable_schema = RESET");
}

bool Lies(const std::string& path) { return KindOf(path) != FileKind::kMissing; }

}  // namespace

void ReadDespiteHeader(const Connection& connection) {
  sqlite3_file* file = MainFileOf(connection);
  const auto raw = RawFile::Of(connection);
  const std::string path = connection.FileName();
  if (file == nullptr || !raw || path.empty() || IsStand(file)) return;
  const std::int64_t size = raw->Size();
  const FileHeader header(raw->Read(0, FileHeader::kSize));
  if (size == 0 || !header.IsRefused(size)) return;
  if (Lies(path + "-journal") || Lies(path + "-wal")) return;
  std::string mended = MendedHeader(header, size, [&](std::int64_t offset, std::size_t count) {
    return raw->Read(offset, count);
  });
  if (mended.empty()) return;
  const std::optional<DatabaseError> refusal = RefusalOf(connection, file, header, size);
  if (!refusal) return;
  Show(file, OfAnotherCommit(std::move(mended)), size).refusal = refusal;
  ForgetPages(connection);
  ReadBrokenSchema(connection, true);
}

bool IsReadDespiteHeader(const Connection& connection) {
  const sqlite3_file* file = MainFileOf(connection);
  return file != nullptr && IsStand(file);
}

void RequireOwnHeader(const Connection& connection) {
  const sqlite3_file* file = MainFileOf(connection);
  if (file != nullptr && IsStand(file)) throw DatabaseError(*StandOf(file).refusal);
}

ScopedTrueFile::ScopedTrueFile(const Connection& connection)
    : connection_(connection), was_shown_(IsReadDespiteHeader(connection)) {
  if (!was_shown_) return;
  if (!connection.IsAutocommit()) RequireOwnHeader(connection);
  StepAside(MainFileOf(connection));
  ForgetPages(connection);
  ReadBrokenSchema(connection, false);
}

ScopedTrueFile::~ScopedTrueFile() {
  if (!was_shown_) return;
  try {
    ReadDespiteHeader(connection_);
  } catch (...) {
    // The file stays as SQLite sees it.
    return;
  }
}

const sqlite3_io_methods& OwnMethodsOf(sqlite3_file* file) {
  return IsStand(file) ? *StandOf(file).original : *file->pMethods;
}

}  // namespace migext::sqlite
