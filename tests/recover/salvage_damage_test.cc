// Salvage of files that were damaged at random, with a fixed seed: it neither crashes nor hangs,
// what it makes is sound, no row is invented, and nothing is lost that a SELECT would have given.
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "recover/salvage.h"
#include "sqlite/connection.h"
#include "support/database.h"
#include "support/project_builder.h"

namespace migext::recover {
namespace {

using sqlite::Connection;
using sqlite::OpenMode;
using RowSet = std::set<std::string>;

constexpr std::size_t kPageSize = 512;
constexpr std::size_t kLargestFile = 16 << 20;

const RowSet kAll = {"post", "comment", "tag_link", "note", "setting", "doc"};
// Without those whose values go on to other pages: nothing tells when two such pages, or the bytes
// on one, are not what they were.
const RowSet kShort = {"comment", "tag_link", "setting", "doc"};

// Indexes on some tables and none on others, overflow pages, a table WITHOUT ROWID, freed pages.
constexpr const char* kScript = R"(
PRAGMA page_size = 512;
CREATE TABLE post (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, title varchar(40) NOT NULL,
  body text NOT NULL, created datetime NOT NULL);
CREATE TABLE comment (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, post_id bigint NOT NULL
  REFERENCES post (id), body text NOT NULL, score real NOT NULL, seen bool NOT NULL);
CREATE TABLE tag_link (id integer NOT NULL PRIMARY KEY, post_id bigint NOT NULL, tag bigint NOT NULL);
CREATE TABLE note (words text, number integer, bytes blob);
CREATE TABLE setting (name varchar(30) PRIMARY KEY, value text) WITHOUT ROWID;
CREATE TABLE doc (slug varchar(30) NOT NULL PRIMARY KEY, half real AS (size / 2.0) STORED,
  size integer NOT NULL, twice integer AS (size * 2) VIRTUAL, last text);
CREATE INDEX comment_post ON comment (post_id);
CREATE UNIQUE INDEX tag_link_pair ON tag_link (post_id, tag);
CREATE INDEX post_title ON post (title) WHERE title > 'm';
CREATE VIEW busy AS SELECT post_id, count(*) AS n FROM comment GROUP BY post_id;
CREATE TRIGGER no_score AFTER INSERT ON comment BEGIN UPDATE comment SET score = 0 WHERE id = new.id; END;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
INSERT INTO post SELECT i, 'post ' || i, printf('%.*c', (i * 37) % 1500 + 1, 'x') || i,
  '2025-01-0' || (i % 9 + 1) || ' 10:00:00' FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
INSERT INTO comment SELECT i, i % 60 + 1, 'comment ' || i || ' of it', i / 3.0, i % 2 FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
INSERT INTO tag_link SELECT i, i, i % 7 FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
INSERT INTO note SELECT 'note ' || i, i * i, CASE WHEN i % 5 = 0 THEN randomblob(700) END FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120)
INSERT INTO setting SELECT 'setting ' || i, 'value ' || i FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90)
INSERT INTO doc (slug, size, last) SELECT 'doc-' || i, i, 'end ' || i FROM n;
DELETE FROM comment WHERE id BETWEEN 100 AND 160;
DELETE FROM note WHERE rowid BETWEEN 30 AND 60;
)";

/// Every row that a SELECT from the first one on gives, up to an error.
RowSet Select(const Connection& db, const std::string& table) {
  RowSet rows;
  try {
    for (const sqlite::Row row : db.Prepare("SELECT * FROM " + table)) {
      std::string text;
      for (int i = 0; i < 5; ++i) text += row.Get(i).ToSql() + "|";
      rows.insert(text);
    }
  } catch (const Error&) {
    // As far as it went.
  }
  return rows;
}

std::map<std::string, RowSet> SelectAll(const Connection& db) {
  std::map<std::string, RowSet> all;
  for (const std::string& table : kAll) all[table] = Select(db, table);
  return all;
}

class Damage {
 public:
  explicit Damage(unsigned seed) : random_(seed) {}

  std::string Zeroed(std::string bytes) {
    bytes.replace(Page(bytes), kPageSize, kPageSize, '\0');
    return bytes;
  }
  std::string Swapped(std::string bytes) {
    const std::size_t a = Page(bytes);
    const std::size_t b = Page(bytes);
    const std::string kept = bytes.substr(a, kPageSize);
    bytes.replace(a, kPageSize, bytes, b, kPageSize);
    bytes.replace(b, kPageSize, kept);
    return bytes;
  }
  std::string Cut(const std::string& bytes) { return bytes.substr(0, Below(bytes.size()) + 600); }
  std::string HeadOfPageLost(std::string bytes) {
    bytes.replace(Page(bytes), 40, 40, '\xa5');
    return bytes;
  }
  std::string HeaderLost(std::string bytes) {
    for (std::size_t i = 0; i < 100; ++i) bytes[i] = static_cast<char>(Below(256));
    return bytes;
  }
  std::string Flipped(std::string bytes) {
    for (std::size_t i = Below(40) + 1; i > 0; --i) {
      bytes[Below(bytes.size())] = static_cast<char>(Below(256));
    }
    return bytes;
  }
  std::size_t Below(std::size_t end) { return random_() % end; }

 private:
  std::size_t Page(const std::string& bytes) { return Below(bytes.size() / kPageSize) * kPageSize; }

  std::mt19937 random_;
};

class SalvageDamageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    testing::Database(site_.Path("sound")).Execute(kScript);
    bytes_ = ReadFile(site_.Path("sound"), kLargestFile);
    original_ = SelectAll(Connection::Open(site_.Path("sound"), OpenMode::kReadOnly));
  }

  void Write(const std::string& name, const std::string& bytes) {
    std::ofstream(site_.Path(name), std::ios::binary | std::ios::trunc) << bytes;
  }

  /// What is in the new database; nothing when the file could not be read at all.
  std::map<std::string, RowSet> Salvaged(const std::string& bytes) {
    Write("damaged", bytes);
    Write("salvaged", "");
    const Connection target = Connection::Open(site_.Path("salvaged"), OpenMode::kReadWrite);
    {
      const Connection source = Connection::Open(site_.Path("damaged"), OpenMode::kReadWrite);
      try {
        const SalvageResult result = Salvage({DamagedFile::Of(source), target});
        report_ = Join(result.report, "\n");
        for (const TableTally& tally : result.tables) {
          odd_[tally.table] = tally.odd;
          aside_[tally.table] = tally.aside;
        }
      } catch (const Error& error) {
        EXPECT_TRUE(std::string(error.what()).starts_with("nothing in this file")) << error.what();
        return {};
      }
    }
    EXPECT_EQ(ReadFile(site_.Path("damaged"), kLargestFile), bytes);
    EXPECT_EQ(target.Value("PRAGMA integrity_check"), sqlite::Cell("ok")) << report_;
    return SelectAll(target);
  }

  std::size_t Count(const std::map<std::string, RowSet>& all) {
    std::size_t count = 0;
    for (const auto& [table, rows] : all) count += rows.size();
    return count;
  }

  /// Rows of the one that are in the other, or are not.
  std::size_t Shared(const RowSet& rows, const RowSet& others) {
    std::size_t shared = 0;
    for (const std::string& row : rows) shared += others.count(row);
    return shared;
  }

  /// `kind` damages the file; each row that is saved of the tables `judged` must be one of theirs,
  /// or be counted as odd.
  void Check(int cases, const std::function<std::string(Damage&)>& kind, const RowSet& judged) {
    std::size_t by_select = 0;
    std::size_t by_salvage = 0;
    for (int seed = 0; seed < cases && !HasFailure(); ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      Damage damage(static_cast<unsigned>(seed));
      const std::map<std::string, RowSet> salvaged = Salvaged(kind(damage));
      const Connection source = Connection::Open(site_.Path("damaged"), OpenMode::kReadOnly);
      for (const auto& [table, rows] : salvaged) {
        const std::size_t right = Shared(rows, original_[table]);
        if (judged.contains(table)) {
          EXPECT_LE(rows.size() - right, odd_[table]) << table << "\n" << report_;
        }
        const std::size_t selected = Shared(Select(source, table), original_[table]);
        EXPECT_GE(right + aside_[table], selected) << table << "\n" << report_;
        by_select += selected;
        by_salvage += right;
      }
    }
    RecordProperty("rows_by_select", std::to_string(by_select));
    RecordProperty("rows_by_salvage", std::to_string(by_salvage));
    std::printf("rows: %zu by SELECT, %zu by salvage, of %zu\n", by_select, by_salvage,
                Count(original_) * static_cast<std::size_t>(cases));
  }

  ProjectBuilder site_;
  std::string bytes_;
  std::map<std::string, RowSet> original_;
  std::string report_;
  std::map<std::string, std::size_t> odd_;
  std::map<std::string, std::size_t> aside_;
};

TEST_F(SalvageDamageTest, ASoundFileLosesNothing) {
  EXPECT_EQ(Salvaged(bytes_), original_) << report_;
}

TEST_F(SalvageDamageTest, APageOfZeros) {
  Check(
      35, [&](Damage& damage) { return damage.Zeroed(bytes_); }, kAll);
}

TEST_F(SalvageDamageTest, TwoPagesInEachOthersPlace) {
  Check(
      35, [&](Damage& damage) { return damage.Swapped(bytes_); }, kShort);
}

TEST_F(SalvageDamageTest, AFileThatIsCutOff) {
  Check(
      35, [&](Damage& damage) { return damage.Cut(bytes_); }, kAll);
}

TEST_F(SalvageDamageTest, APageWithoutItsHead) {
  Check(
      35, [&](Damage& damage) { return damage.HeadOfPageLost(bytes_); }, kShort);
}

TEST_F(SalvageDamageTest, AHeaderOfGarbage) {
  Check(
      6, [&](Damage& damage) { return damage.HeaderLost(bytes_); }, kAll);
}

TEST_F(SalvageDamageTest, BytesThatWereFlipped) {
  Check(70, [&](Damage& damage) { return damage.Flipped(bytes_); }, {});
}

TEST_F(SalvageDamageTest, EverythingAtOnce) {
  const auto all = [&](Damage& damage) {
    return damage.Cut(damage.Flipped(damage.Swapped(damage.Zeroed(damage.HeaderLost(bytes_)))));
  };
  Check(30, all, {});
}

}  // namespace
}  // namespace migext::recover
