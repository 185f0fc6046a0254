// Where the database is: room on the disk, locks of the file system, the SQLite that works on it.
#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "recover/health_checks.h"
#include "sqlite/sql_tokens.h"

#if __has_include(<sys/vfs.h>)
#include <sys/vfs.h>
#endif

namespace migext::recover {
namespace {

std::string Megabytes(std::int64_t bytes) {
  constexpr std::int64_t kMega = 1'000'000;
  return Grouped((bytes + kMega - 1) / kMega) + " MB";
}

std::int64_t NumberOf(const sqlite::Cell& cell) {
  return cell.Integer() == nullptr ? 0 : std::max<std::int64_t>(0, *cell.Integer());
}

/// Bytes of the largest table with its indexes; without the dbstat table, of the whole database.
std::int64_t LargestTable(const sqlite::Connection& db, std::int64_t database) {
  try {
    return NumberOf(
        db.Value("SELECT max(bytes) FROM (SELECT sum(pgsize) AS bytes FROM dbstat AS part JOIN "
                 "main.sqlite_master AS object USING (name) WHERE part.schema = 'main' AND "
                 "part.aggregate = 1 "
                 "GROUP BY object.tbl_name)"));
  } catch (const sqlite::DatabaseError&) {
    return database;
  }
}

/// The name of a file system on which the locks of SQLite are not to be relied on; "" for others.
/// The numbers are those of statfs(2).
std::string UnreliableFileSystem(const std::string& path) {
#if defined(__linux__)
  struct Kind {
    std::uint64_t number;
    const char* name;
  };
  constexpr std::array kKinds = {
      Kind{0x6969, "NFS"},
      Kind{0x517b, "SMB"},
      Kind{0xff534d42, "CIFS (SMB)"},
      Kind{0xfe534d42, "SMB"},
      Kind{0x01021997, "9p"},
      Kind{0x65735546, "FUSE"},
      Kind{0x5346414f, "AFS"},
      Kind{0x00c36400, "Ceph"},
      Kind{0x786f4256, "VirtualBox shared folder"},
      Kind{0xbacbacbc, "VMware shared folder"},
  };
  struct statfs found {};
  if (statfs(path.c_str(), &found) != 0) return {};
  const auto number = static_cast<std::uint32_t>(found.f_type);
  for (const Kind& kind : kKinds) {
    if (kind.number == number) return kind.name;
  }
#else
  static_cast<void>(path);
#endif
  return {};
}

/// The oldest SQLite that opens this schema, with the part that needs it.
struct Need {
  int version = 0;
  std::string text;
};

Need NeedOf(const sqlite::LiveSchema& live) {
  Need need;
  const auto raise = [&](int version, const std::string& text) {
    if (version > need.version) need = {version, text};
  };
  for (const sqlite::LiveTable& table : live.tables()) {
    if (table.strict) raise(3037000, "3.37.0 (the STRICT table " + table.name + ")");
    if (table.without_rowid) raise(3008002, "3.8.2 (" + table.name + " WITHOUT ROWID)");
    for (const sqlite::LiveColumn& column : table.columns) {
      if (!column.IsGenerated()) continue;
      raise(3031000, "3.31.0 (the generated column " + table.name + "." + column.name + ")");
    }
    for (const sqlite::LiveIndex& index : table.indexes) {
      if (index.partial) raise(3008000, "3.8.0 (the partial index " + index.name + ")");
      const std::vector<std::string> columns = index.Columns();
      if (std::find(columns.begin(), columns.end(), "") == columns.end()) continue;
      raise(3009000, "3.9.0 (the index on an expression " + index.name + ")");
    }
  }
  return need;
}

/// https://sqlite.org/wal.html#walresetbug: in all from 3.7.0 on, but for the releases that mend
/// it.
bool HasWalResetBug(int version) {
  if (version >= 3051003) return false;
  const bool is_mended_3_50 = version >= 3050007 && version < 3051000;
  const bool is_mended_3_44 = version >= 3044006 && version < 3045000;
  return version >= 3007000 && !is_mended_3_50 && !is_mended_3_44;
}

}  // namespace

void CheckFreePages(const HealthCase& subject, HealthRows& rows) {
  constexpr std::int64_t kWorthMending = 10'000'000;
  const std::int64_t pages = NumberOf(subject.db.Value("PRAGMA main.page_count"));
  const std::int64_t free = NumberOf(subject.db.Value("PRAGMA main.freelist_count"));
  const std::int64_t bytes = free * NumberOf(subject.db.Value("PRAGMA main.page_size"));
  const std::int64_t share = pages == 0 ? 0 : free * 100 / pages;
  const std::string vacuum = subject.db.Value("PRAGMA main.auto_vacuum").ToString();
  const std::string mode = vacuum == "1" ? "full" : vacuum == "2" ? "incremental" : "none";
  const std::string detail = Grouped(free) + " of " + Counted(pages, "page") + " are free (" +
                             std::to_string(share) + " %); auto-vacuum: " + mode;
  if (share >= 50 && bytes >= kWorthMending) return rows.Warn("free-pages", detail, "VACUUM;");
  rows.Ok("free-pages", detail);
}

void CheckFreeDisk(const HealthCase& subject, HealthRows& rows) {
  if (subject.path.empty()) return;
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(ParentPath(subject.path), error);
  if (error) return rows.Warn("free-disk", "it cannot be told: " + error.message());
  const auto free = static_cast<std::int64_t>(
      std::min<std::uintmax_t>(space.available, std::uintmax_t{1} << 62U));
  const std::int64_t database = subject.size;
  // A copy of the table, and as much again for the journal or the -wal.
  const std::int64_t rebuild = 2 * LargestTable(subject.db, database);
  const std::string needs = Megabytes(free) + " are free; a backup needs " + Megabytes(database) +
                            ", rebuilding the largest table " + Megabytes(rebuild) + ", VACUUM " +
                            Megabytes(2 * database);
  if (free < database) return rows.Fail("free-disk", needs + ": there is no room for a backup");
  if (free < rebuild) {
    return rows.Fail("free-disk", needs + ": a migration that rebuilds that table would fail");
  }
  if (free < 2 * database) return rows.Warn("free-disk", needs + ": there is no room for VACUUM");
  rows.Ok("free-disk", needs);
}

void CheckFileSystem(const HealthCase& subject, HealthRows& rows) {
  if (subject.path.empty()) return;
  const std::string name = UnreliableFileSystem(subject.path);
  if (name.empty()) {
    return rows.Ok("file-system", "it is none of those whose locks are known to fail");
  }
  rows.Warn(
      "file-system",
      "the file is on " + name +
          ": locks of network and shared file systems are often broken, "
          "and WAL mode works on one machine alone; move it to a local disk, or let one process "
          "at a time open it");
}

void CheckVersion(const HealthCase& subject, HealthRows& rows) {
  const int version = sqlite::LibraryVersionNumber();
  const std::string here = "SQLite " + sqlite::LibraryVersion();
  bool is_fine = true;
  const auto warn = [&](const std::string& detail) {
    is_fine = false;
    rows.Warn("sqlite-version", here + " " + detail);
  };
  if (HasWalResetBug(version) && subject.header.IsWal()) {
    warn(
        "can damage a database in WAL mode when two connections write or checkpoint at the same "
        "moment (rare; mended in 3.51.3, 3.50.7 and 3.44.6: "
        "https://sqlite.org/wal.html#walresetbug)");
  }
  if (version >= 3035000 && version < 3035005) {
    warn(
        "can damage a database by ALTER TABLE DROP COLUMN (mended in 3.35.5: "
        "https://sqlite.org/releaselog/3_35_5.html)");
  }
  if (version == 3052000) {
    warn(
        "was withdrawn by its makers; 3.51.3 takes its place "
        "(https://sqlite.org/releaselog/3_51_3.html)");
  }
  const Need need = NeedOf(subject.live);
  if (need.version > version) warn("is too old for this schema, which needs " + need.text);
  if (!is_fine) return;
  rows.Ok(
      "sqlite-version",
      here +
          (need.text.empty() ? "" : "; whatever opens this schema must be at least " + need.text));
}

}  // namespace migext::recover
