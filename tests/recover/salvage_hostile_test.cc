// Salvage of files that were forged to keep it busy: what it reads is bounded by what is there, and
// it can be stopped at any page.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <functional>
#include <string>

#include "base/byte_file.h"
#include "base/error.h"
#include "base/files.h"
#include "recover/salvage.h"
#include "sqlite/connection.h"
#include "support/database.h"
#include "support/project_builder.h"

namespace migext::recover {
namespace {

using sqlite::Cell;
using sqlite::Connection;
using sqlite::OpenMode;

constexpr std::size_t kPageSize = 512;
constexpr std::size_t kLargestFile = 16 << 20;

class SalvageHostileTest : public ::testing::Test {
 protected:
  void Given(const std::string& script) {
    testing::Database(Path("given")).Execute("PRAGMA page_size = 512;" + script);
    bytes_ = ReadFile(Path("given"), kLargestFile);
  }

  std::string Path(const std::string& name) const { return folder_.Path(name); }

  void Write(const std::string& name, const std::string& bytes) {
    std::ofstream(Path(name), std::ios::binary | std::ios::trunc) << bytes;
  }

  std::size_t PageCount() const { return bytes_.size() / kPageSize; }

  /// Of bytes_, into "salvaged".
  SalvageResult Run(const std::function<void()>& before_page) {
    Write("damaged", bytes_);
    Write("salvaged", "");
    const Connection source = Connection::Open(Path("damaged"), OpenMode::kReadOnly);
    const Connection target = Connection::Open(Path("salvaged"), OpenMode::kReadWrite);
    return Salvage({DamagedFile::Of(source), target, {}, before_page});
  }

  Cell Salvaged(const std::string& sql) const {
    return Connection::Open(Path("salvaged"), OpenMode::kReadOnly).Value(sql);
  }

  ProjectBuilder folder_;
  std::string bytes_;
};

/// The checksum of https://sqlite.org/fileformat2.html#checksum_algorithm, big-endian.
class WalChecksum {
 public:
  void Add(const std::string& bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += 8) {
      sums_[0] += BigEndian32(bytes, at) + sums_[1];
      sums_[1] += BigEndian32(bytes, at + 4) + sums_[0];
    }
  }
  void Put(std::string& bytes, std::size_t at) const {
    PutBigEndian32(bytes, at, sums_[0]);
    PutBigEndian32(bytes, at + 4, sums_[1]);
  }

 private:
  std::array<std::uint32_t, 2> sums_ = {0, 0};
};

/// A -wal of one sound frame: `page`, and a commit of a database of so many pages.
std::string Wal(std::uint32_t number, const std::string& page, std::uint32_t page_count) {
  WalChecksum checksum;
  std::string header(32, '\0');
  PutBigEndian32(header, 0, 0x377f0683);
  PutBigEndian32(header, 4, 3007000);
  PutBigEndian32(header, 8, static_cast<std::uint32_t>(page.size()));
  checksum.Add(header.substr(0, 24));
  checksum.Put(header, 24);
  std::string frame(24, '\0');
  PutBigEndian32(frame, 0, number);
  PutBigEndian32(frame, 4, page_count);
  checksum.Add(frame.substr(0, 8));
  checksum.Add(page);
  checksum.Put(frame, 16);
  return header + frame + page;
}

constexpr const char* kRows =
    "CREATE TABLE t (id integer PRIMARY KEY, name text);"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
    "INSERT INTO t SELECT i, 'name ' || i FROM n;";

TEST_F(SalvageHostileTest, AWalThatClaimsPagesThatAreNowhereIsReadAsFarAsThereAreAny) {
  Given(kRows);
  // Rows are missing, so that every page is looked at.
  bytes_.replace(3 * kPageSize, kPageSize, kPageSize, '\0');
  Run({});
  const Cell saved = Salvaged("SELECT count(*) FROM t");

  for (const std::uint32_t number : {1U, 0xfffffffeU}) {
    Write("damaged-wal", Wal(number, bytes_.substr(0, kPageSize), 0xffffffff));
    std::size_t reads = 0;
    Run([&] { ++reads; });
    EXPECT_EQ(Salvaged("SELECT count(*) FROM t"), saved);
    EXPECT_LT(reads, 10 * PageCount());
  }
}

TEST_F(SalvageHostileTest, AChainThatLeadsNowhereIsWalkedOnce) {
  Given("CREATE TABLE t (body blob); INSERT INTO t VALUES (randomblob(1000000));");
  // Page 2 is the leaf, and the value goes on from page 3 to the end; half way nothing follows.
  PutBigEndian32(bytes_, PageCount() / 2 * kPageSize, 0);
  constexpr std::size_t kCells = 100;
  bytes_[kPageSize + 4] = kCells;
  for (std::size_t i = 1; i < kCells; ++i) {
    bytes_.replace(kPageSize + 8 + 2 * i, 2, bytes_, kPageSize + 8, 2);
  }
  std::size_t reads = 0;

  Run([&] { ++reads; });

  EXPECT_LT(reads, 10 * PageCount());
}

TEST_F(SalvageHostileTest, StopsBeforeAPageWhenItIsTold) {
  Given(kRows);
  std::size_t reads = 0;
  const auto stop_at_the_fifth = [&] {
    if (++reads == 5) throw Error("enough");
  };

  EXPECT_THROW(Run(stop_at_the_fifth), Error);

  EXPECT_EQ(reads, 5U);
}

}  // namespace
}  // namespace migext::recover
