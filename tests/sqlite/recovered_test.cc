#include "sqlite/recovered.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>

#include "support/database.h"
#include "support/project_builder.h"

namespace migext::sqlite {
namespace {

int (*open_file)(sqlite3_vfs*, const char*, sqlite3_file*, int, int*) = nullptr;
int (*read_file)(sqlite3_file*, void*, int, sqlite3_int64) = nullptr;
sqlite3_io_methods failing_methods;

int ReadFirstPageOnly(sqlite3_file* file, void* into, int count, sqlite3_int64 offset) {
  return offset < 512 ? read_file(file, into, count, offset) : SQLITE_IOERR_READ;
}

int OpenFailing(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  const int code = open_file(vfs, path, file, flags, out_flags);
  if (code != SQLITE_OK) return code;
  read_file = file->pMethods->xRead;
  failing_methods = *file->pMethods;
  failing_methods.xRead = ReadFirstPageOnly;
  file->pMethods = &failing_methods;
  return SQLITE_OK;
}

// While it lives, a disk of which only the first 512 bytes of a file can be read.
class FailingDisk {
 public:
  FailingDisk() : vfs_(*sqlite3_vfs_find(nullptr)) {
    open_file = vfs_.xOpen;
    vfs_.zName = "failing";
    vfs_.xOpen = OpenFailing;
    sqlite3_vfs_register(&vfs_, 1);
  }
  ~FailingDisk() { sqlite3_vfs_unregister(&vfs_); }
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;

 private:
  sqlite3_vfs vfs_;
};

TEST(RecoveredDatabaseTest, WhatTheDiskDoesNotGiveIsAnErrorAndNoPageOfZeros) {
  const ProjectBuilder given;
  const std::string path = given.Path("db.sqlite3");
  testing::Database(path).Execute(
      "PRAGMA page_size = 512; CREATE TABLE t(a); INSERT INTO t VALUES (7)");
  EXPECT_EQ(RecoveredDatabase(path).db().Value("SELECT a FROM t").ToString(), "7");

  const FailingDisk disk;
  const RecoveredDatabase recovered(path);
  try {
    recovered.db().Value("SELECT a FROM t");
    FAIL() << "the page cannot be read";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.extended_code(), SQLITE_IOERR_READ);
  }
}

}  // namespace
}  // namespace migext::sqlite
