#include "sqlite/recovered.h"

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "sqlite/api.h"
#include "sqlite/file_view.h"

namespace migext::sqlite {
namespace {

// What SQLite allocates for a file: ours, and behind it that of the system's VFS.
struct ViewedFile : sqlite3_file {
  FileView* view;
  sqlite3_file* real;
};

ViewedFile& Of(sqlite3_file* file) { return *static_cast<ViewedFile*>(file); }

/// The bytes of the file itself; the first error is left in `failure`.
ReadBytes BytesOf(sqlite3_file* real, int& failure) {
  return [real, &failure](std::int64_t offset, std::size_t count) {
    std::string bytes(count, '\0');
    const int code = real->pMethods->xRead(real, bytes.data(), static_cast<int>(count), offset);
    if (code == SQLITE_OK || code == SQLITE_IOERR_SHORT_READ) return bytes;
    if (failure == SQLITE_OK) failure = code;
    return std::string();
  };
}

int Close(sqlite3_file* file) noexcept {
  ViewedFile& viewed = Of(file);
  delete viewed.view;
  return viewed.real->pMethods->xClose(viewed.real);
}

int Read(sqlite3_file* file, void* into, int count, sqlite3_int64 offset) noexcept {
  try {
    const ViewedFile& viewed = Of(file);
    const auto wanted = static_cast<std::size_t>(count);
    int failure = SQLITE_OK;
    const std::string bytes = viewed.view->Read(offset, wanted, BytesOf(viewed.real, failure));
    if (failure != SQLITE_OK) return failure;
    std::memcpy(into, bytes.data(), bytes.size());
    if (bytes.size() == wanted) return SQLITE_OK;
    std::memset(static_cast<char*>(into) + bytes.size(), 0, wanted - bytes.size());
    return SQLITE_IOERR_SHORT_READ;
  } catch (...) {
    return SQLITE_IOERR_READ;
  }
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) noexcept {
  *size = Of(file).view->size();
  return SQLITE_OK;
}

int RefuseWrite(sqlite3_file* /*file*/, const void* /*bytes*/, int /*count*/,
                sqlite3_int64 /*offset*/) noexcept {
  return SQLITE_READONLY;
}

int RefuseTruncate(sqlite3_file* /*file*/, sqlite3_int64 /*size*/) noexcept {
  return SQLITE_READONLY;
}

int NothingToDo(sqlite3_file* /*file*/, int /*level*/) noexcept { return SQLITE_OK; }

int NoWriter(sqlite3_file* /*file*/, int* is_held) noexcept {
  *is_held = 0;
  return SQLITE_OK;
}

int NoControl(sqlite3_file* /*file*/, int /*code*/, void* /*argument*/) noexcept {
  return SQLITE_NOTFOUND;
}

int SectorSize(sqlite3_file* /*file*/) noexcept { return 512; }

// Of a file that never changes SQLite looks for no journal and takes no locks.
int Immutable(sqlite3_file* /*file*/) noexcept { return SQLITE_IOCAP_IMMUTABLE; }

const sqlite3_io_methods kMethods = [] {
  sqlite3_io_methods methods{};
  methods.iVersion = 1;  // no shared memory, no mapping
  methods.xClose = Close;
  methods.xRead = Read;
  methods.xWrite = RefuseWrite;
  methods.xTruncate = RefuseTruncate;
  methods.xSync = NothingToDo;
  methods.xFileSize = FileSize;
  methods.xLock = NothingToDo;
  methods.xUnlock = NothingToDo;
  methods.xCheckReservedLock = NoWriter;
  methods.xFileControl = NoControl;
  methods.xSectorSize = SectorSize;
  methods.xDeviceCharacteristics = Immutable;
  return methods;
}();

// The system's VFS with another way to open a database.
struct RecoveredVfs : sqlite3_vfs {
  sqlite3_vfs* system;
};

int OpenMain(sqlite3_vfs& system, const char* path, ViewedFile& viewed) {
  const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
  int code = system.xOpen(&system, path, viewed.real, flags, nullptr);
  if (code != SQLITE_OK) return code;
  const sqlite3_io_methods& real = *viewed.real->pMethods;
  int has_writer = 0;
  sqlite3_int64 size = 0;
  code = real.xLock(viewed.real, SQLITE_LOCK_SHARED);
  if (code == SQLITE_OK) code = real.xCheckReservedLock(viewed.real, &has_writer);
  if (code == SQLITE_OK) code = real.xFileSize(viewed.real, &size);
  if (code == SQLITE_OK) {
    FileView view = FileView::After(path, size, has_writer != 0, BytesOf(viewed.real, code));
    if (code == SQLITE_OK) {
      viewed.view = new FileView(std::move(view));
      viewed.pMethods = &kMethods;
      return SQLITE_OK;
    }
  }
  real.xClose(viewed.real);
  return code;
}

int Open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags,
         int* out_flags) noexcept {
  sqlite3_vfs& system = *static_cast<RecoveredVfs*>(vfs)->system;
  file->pMethods = nullptr;
  // Temporary files, of a large sort, are none of ours.
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0)
    return system.xOpen(&system, path, file, flags, out_flags);
  ViewedFile& viewed = Of(file);
  viewed.real = reinterpret_cast<sqlite3_file*>(&viewed + 1);
  viewed.real->pMethods = nullptr;
  try {
    const int code = OpenMain(system, path, viewed);
    if (code == SQLITE_OK && out_flags != nullptr) *out_flags = SQLITE_OPEN_READONLY;
    return code;
  } catch (...) {
    if (viewed.real->pMethods != nullptr) viewed.real->pMethods->xClose(viewed.real);
    return SQLITE_CANTOPEN;
  }
}

}  // namespace

class RecoveredDatabase::Vfs {
 public:
  Vfs() : vfs_{*sqlite3_vfs_find(nullptr), sqlite3_vfs_find(nullptr)} {
    name_ = "migext-recovered-" + std::to_string(reinterpret_cast<std::uintptr_t>(this));
    vfs_.szOsFile += static_cast<int>(sizeof(ViewedFile));
    vfs_.zName = name_.c_str();
    vfs_.pNext = nullptr;
    vfs_.xOpen = migext::sqlite::Open;
  }

  // SQLite looks a VFS up by its name when it opens a file, and keeps the pointer: nobody else
  // needs to find it.
  Connection Open(const std::string& path) {
    if (sqlite3_vfs_register(&vfs_, 0) != SQLITE_OK) throw std::bad_alloc();
    try {
      Connection connection = Connection::Open(path, OpenMode::kReadOnly, name_.c_str());
      sqlite3_vfs_unregister(&vfs_);
      return connection;
    } catch (...) {
      sqlite3_vfs_unregister(&vfs_);
      throw;
    }
  }

 private:
  std::string name_;
  RecoveredVfs vfs_;
};

RecoveredDatabase::RecoveredDatabase(const std::string& path)
    : vfs_(std::make_unique<Vfs>()), db_(vfs_->Open(path)) {
  sqlite3_db_config(db_.handle(), SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, nullptr);
}

RecoveredDatabase::~RecoveredDatabase() = default;

RawFile RecoveredDatabase::file() const {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(db_.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  return RawFile(Of(file).real);
}

}  // namespace migext::sqlite
