#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "base/md5.h"
#include "support/golden_blog.h"
#include "support/loaded_database.h"
#include "support/project_builder.h"

namespace migext::surface {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFaults =
    "SELECT \"check\", status, remedy FROM database_health WHERE status <> 'ok' AND \"check\" <> "
    "'sqlite-version'";

const std::vector<std::string> kStates = {
    "all_applied_small",   "corrupted_page",   "corrupted_index",
    "corrupted_truncated", "corrupted_header", "wal_left_behind",
    "hot_journal",         "fk_violations",    "empty",
    "leftover_new_table",  "dba_view",         "bad_tree"};

std::string BytesOf(const fs::path& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

void Write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// A folder with one database in it.
class HealthTest : public ::testing::Test {
 protected:
  void Take(const std::string& state) {
    for (const char* suffix : {"", "-wal", "-journal"}) fs::remove(database() + suffix);
    test::CopyBlogDatabase(state, database());
  }

  std::string database() const { return given.Path("db.sqlite3"); }

  std::map<std::string, std::string> Hashes() const {
    std::map<std::string, std::string> hashes;
    for (const auto& entry : fs::recursive_directory_iterator(given.root())) {
      if (entry.is_regular_file()) hashes[entry.path()] = Md5Hex(BytesOf(entry.path()));
    }
    return hashes;
  }

  std::string Faults() const { return testing::LoadedDatabase(database()).Rows(kFaults); }

  std::string Detail(const std::string& check) const {
    return testing::LoadedDatabase(database())
        .Rows("SELECT detail FROM database_health WHERE \"check\" = '" + check + "'");
  }

  std::string Elsewhere(const std::string& sql) const {
    testing::LoadedDatabase db;
    return db.Rows(sql);
  }

  std::string Salvage() const {
    return "SELECT salvage_database('" + given.Path("db.salvaged.sqlite3") + "');\n";
  }

  ProjectBuilder given;
};

TEST_F(HealthTest, ASoundDatabaseHasARowOfEachCheckAndAllAreOk) {
  Take("all_applied_small");
  testing::LoadedDatabase db(database());

  EXPECT_EQ(db.Rows("SELECT \"check\" FROM database_health WHERE status = 'ok' AND remedy IS NULL"),
            "file\npermissions\nheader\nsize\njournal\nwal\nintegrity\nfree-pages\nfree-disk\n"
            "file-system\nsqlite-version\nforeign-keys\nviews\ntriggers\nleftovers\nsequences\n");
  EXPECT_EQ(Faults(), "");
}

TEST_F(HealthTest, LoadingTouchesNoFile) {
  for (const std::string& state : kStates) {
    Take(state);
    const auto before = Hashes();
    { testing::LoadedDatabase db(database()); }
    EXPECT_EQ(Hashes(), before) << state;
  }
}

TEST_F(HealthTest, LookingAtAnotherFileTouchesNoFile) {
  for (const std::string& state : kStates) {
    Take(state);
    const auto before = Hashes();
    EXPECT_NE(Elsewhere("SELECT * FROM database_health('full', '" + database() + "')"), "")
        << state;
    EXPECT_EQ(Hashes(), before) << state;
  }
}

// A hot journal is rolled back, and a -wal is recovered, by SQLite itself before it runs any
// statement that names a table.
TEST_F(HealthTest, LookingAtTheOpenDatabaseTouchesNoFile) {
  for (const std::string& state : kStates) {
    if (state == "hot_journal" || state == "wal_left_behind") continue;
    Take(state);
    const auto before = Hashes();
    testing::LoadedDatabase db(database());
    EXPECT_NE(db.Rows("SELECT * FROM database_health('full')"), "") << state;
    EXPECT_EQ(Hashes(), before) << state;
  }
}

TEST_F(HealthTest, ABrokenPageNamesItsTable) {
  Take("corrupted_page");
  EXPECT_EQ(Faults(), "integrity|failed|" + Salvage() + "foreign-keys|failed|" + Salvage());
  EXPECT_NE(Detail("integrity").find("; broken: blog_comment\n"), std::string::npos);
}

TEST_F(HealthTest, ASoundBackupBesideADamagedFileIsItsRemedy) {
  Take("corrupted_page");
  test::CopyBlogDatabase("at_0005", given.Path("backup.sqlite3"));
  test::CopyBlogDatabase("corrupted_index", given.Path("worse.sqlite3"));
  fs::last_write_time(given.Path("backup.sqlite3"), fs::file_time_type::clock::now());

  EXPECT_EQ(Elsewhere("SELECT DISTINCT remedy FROM database_health(NULL, '" + database() +
                      "') WHERE status = 'failed'"),
            "SELECT restore_database('" + given.Path("backup.sqlite3") + "');\n");
}

TEST_F(HealthTest, AnIndexOutOfStepIsRebuilt) {
  Take("corrupted_index");
  const std::string reindex = "REINDEX \"blog_commen_post_id_34d25d_idx\";";
  EXPECT_EQ(Faults(), "integrity|failed|" + reindex + "\nindex|failed|" + reindex + "\n");

  testing::LoadedDatabase(database()).Execute(reindex);

  EXPECT_EQ(Faults(), "");
}

TEST_F(HealthTest, AQuickCheckLeavesOutTheIndexes) {
  Take("corrupted_index");
  testing::LoadedDatabase db(database());
  EXPECT_EQ(db.Rows("SELECT count(*) FROM database_health('quick') WHERE status = 'failed'"),
            "0\n");
  EXPECT_EQ(db.ErrorOf("SELECT * FROM database_health('slow')"),
            "'slow' is no way to check: give 'quick' or 'full'");
}

TEST_F(HealthTest, ATruncatedFileSaysHowManyPagesAreMissing) {
  Take("corrupted_truncated");
  EXPECT_EQ(Detail("size"),
            "29 of 87 pages are missing: the file is cut off; 59,492 bytes are 58 whole pages and "
            "100 bytes of one more\n");
  EXPECT_EQ(Faults(), "size|failed|" + Salvage() + "integrity|failed|" + Salvage() +
                          "schema|failed|" + Salvage());
}

TEST_F(HealthTest, AGarbageHeaderIsReadDespiteItAndNothingIsWritten) {
  Take("corrupted_header");
  const auto before = Hashes();
  testing::LoadedDatabase db(database());

  EXPECT_EQ(db.Rows("SELECT status, remedy FROM database_health WHERE \"check\" = 'header'"),
            "failed|" + Salvage());
  EXPECT_EQ(db.Rows("SELECT count(*) FROM blog_comment"), "120\n");
  EXPECT_EQ(db.ErrorOf("DELETE FROM blog_comment"), "attempt to write a readonly database");
  EXPECT_NE(db.ErrorOf("VACUUM"), "");
  EXPECT_NE(db.ErrorOf("SELECT fake_unapply('blog', '0005')"), "");
  EXPECT_EQ(db.Rows("SELECT count(*) FROM blog_comment"), "120\n");
  EXPECT_EQ(Hashes(), before);
}

// A field of the header that SQLite refuses, and the check that says so.
struct RefusedField {
  const char* name;
  std::size_t offset;
  std::string bytes;
  std::string check;
};

std::vector<RefusedField> RefusedFields() {
  return {{"magic", 0, "XQLite", "header"},
          {"page size", 16, std::string("\3\xe7", 2), "header"},
          {"versions", 18, std::string("\7\7", 2), "header"},
          {"read version", 19, "\7", "header"},
          {"payload fractions", 21, "\1", "header"},
          {"payload fractions in WAL mode", 18, std::string("\2\2\0\1", 4), "header"},
          {"schema format", 47, "\5", "header"},
          {"page count", 28, std::string("\0\1\0\0", 4), "size"}};
}

TEST_F(HealthTest, EachRefusedFieldIsReadDespiteItAndNoVerbWrites) {
  for (const RefusedField& field : RefusedFields()) {
    SCOPED_TRACE(field.name);
    Take("all_applied_small");
    std::string bytes = BytesOf(database());
    Write(database(), bytes.replace(field.offset, field.bytes.size(), field.bytes));
    const auto before = Hashes();
    testing::LoadedDatabase db(database());
    const std::string count = "SELECT count(*) FROM blog_comment";

    EXPECT_EQ(db.Rows("SELECT DISTINCT status FROM database_health WHERE \"check\" = '" +
                      field.check + "' AND status = 'failed'"),
              "failed\n");
    EXPECT_EQ(db.Rows(count), "120\n");
    // The page that was shown is in SQLite's cache, or no page is.
    for (const char* cached : {"SELECT count(*) FROM blog_post", "PRAGMA shrink_memory"}) {
      db.Execute(cached);
      EXPECT_NE(db.ErrorOf("SELECT comment_tree_rebuild()"), "");
      EXPECT_NE(db.ErrorOf("SELECT fake_unapply('blog', '0005')"), "");
    }
    EXPECT_EQ(db.Rows("BEGIN; " + count), "120\n");
    EXPECT_NE(db.ErrorOf("SELECT comment_tree_rebuild()"), "");
    EXPECT_NE(db.ErrorOf("SELECT migrate()"), "");
    EXPECT_NE(db.ErrorOf("DELETE FROM blog_comment"), "");
    EXPECT_EQ(db.Rows("COMMIT; " + count), "120\n");
    EXPECT_NE(db.ErrorOf("PRAGMA locking_mode = EXCLUSIVE; DELETE FROM blog_comment"), "");
    EXPECT_NE(db.ErrorOf("SELECT comment_tree_rebuild()"), "");
    EXPECT_NE(db.ErrorOf("SELECT migrate()"), "");
    EXPECT_EQ(Md5Hex(BytesOf(database())), before.at(database()));
  }
}

int MapFile(sqlite3* handle, char** /*message*/, const sqlite3_api_routines* /*api*/) {
  return sqlite3_exec(handle, "PRAGMA mmap_size = 268435456", nullptr, nullptr, nullptr);
}

TEST_F(HealthTest, AFileThatIsMappedIsReadDespiteItsHeaderToo) {
  Take("corrupted_header");
  const auto before = Hashes();
  const auto map_file = reinterpret_cast<void (*)()>(&MapFile);
  ASSERT_EQ(sqlite3_auto_extension(map_file), SQLITE_OK);
  testing::LoadedDatabase db(database());
  sqlite3_cancel_auto_extension(map_file);

  EXPECT_EQ(db.Rows("PRAGMA mmap_size"), "268435456\n");
  EXPECT_EQ(db.Rows("SELECT count(*) FROM blog_comment"), "120\n");
  EXPECT_NE(db.ErrorOf("SELECT comment_tree_rebuild()"), "");
  EXPECT_EQ(db.Rows("SELECT count(*) FROM blog_comment"), "120\n");
  EXPECT_EQ(Hashes(), before);
}

TEST_F(HealthTest, AHotJournalIsAnnouncedBeforeAnythingReadsTheFile) {
  Take("hot_journal");
  EXPECT_EQ(
      Elsewhere("SELECT status, detail, remedy FROM database_health(NULL, '" + database() +
                "') WHERE \"check\" = 'journal'"),
      "warning|a hot journal lies beside the file: a process ended in the middle of a "
      "transaction (10 pages to put back, 70 pages before the transaction); the file alone is "
      "half written: keep the two together and open the database to write, then SQLite rolls "
      "back by itself; this report shows it as it will be|.open '" +
          database() + "'\nSELECT count(*) FROM sqlite_master;\n");
}

TEST_F(HealthTest, BesideAHotJournalTheReportIsThatOfTheRolledBackDatabase) {
  Take("hot_journal");
  const std::string integrity = "SELECT status FROM database_health(NULL, '" + database() +
                                "') WHERE \"check\" IN ('integrity', 'leftovers')";
  EXPECT_EQ(Elsewhere(integrity), "ok\nok\n");

  fs::remove(database() + "-journal");

  EXPECT_NE(Elsewhere(integrity), "ok\nok\n");
}

TEST_F(HealthTest, AJournalThatSqliteHasRolledBackIsToldAfterwards) {
  Take("hot_journal");
  EXPECT_EQ(Faults(), "journal|warning|\n");
  EXPECT_EQ(Detail("journal"), "no journal is left behind\n");
}

TEST_F(HealthTest, AWalLeftBehindIsCountedFrameByFrame) {
  Take("wal_left_behind");
  const std::string health =
      "SELECT detail FROM database_health(NULL, '" + database() + "') WHERE \"check\" = 'wal'";
  EXPECT_EQ(
      Elsewhere(health),
      "13 committed frames in 3 commits, 11 pages that are newer than those of the file; 9 "
      "frames behind the last commit, of a transaction that did not end, are ignored; file and "
      "-wal belong together, a copy needs both\n");

  fs::resize_file(database() + "-wal", 1000);
  EXPECT_EQ(Elsewhere(health), "the -wal holds no frame: all of it is in the file\n");
  Write(database() + "-wal", "no such thing");
  EXPECT_EQ(
      Elsewhere(health),
      "the header of the -wal is none, or its checksum does not fit: SQLite ignores all of its "
      "13 bytes\n");
}

TEST_F(HealthTest, AWalBesideADatabaseThatUsesNoneBelongsToAnotherOne) {
  Take("wal_left_behind");
  fs::remove(database());
  fs::copy_file(fs::path(MIGEXT_TEST_DATA) / "golden/blog/db/at_0003.sqlite3", database());

  EXPECT_EQ(Elsewhere("SELECT status FROM database_health(NULL, '" + database() +
                      "') WHERE \"check\" = 'wal'"),
            "failed\n");
}

TEST_F(HealthTest, AWalBesideAnEmptyFileIsToBeSavedFirst) {
  Take("wal_left_behind");
  Write(database(), "");

  EXPECT_EQ(Elsewhere("SELECT status FROM database_health(NULL, '" + database() +
                      "') WHERE \"check\" = 'file'"),
            "failed\n");
}

TEST_F(HealthTest, RowsThatPointNowhereAreMendedByTheirRemedies) {
  Take("fk_violations");
  testing::LoadedDatabase db(database());
  EXPECT_EQ(
      db.Rows("SELECT substr(detail, 1, instr(detail, ';') - 1) FROM database_health WHERE "
              "\"check\" = 'foreign-keys'"),
      "1 row of blog_post_tags points by tag_id to a row of blog_tag that is not there: 1\n"
      "1 row of blog_post points by category_id to a row of blog_category that is not there: 4\n"
      "1 row of blog_comment points by post_id to a row of blog_post that is not there: 120\n"
      "2 rows of blog_comment point by author_id to rows of auth_user that are not there: 5, "
      "6\n");

  db.Execute(db.Rows("SELECT remedy FROM database_health WHERE \"check\" = 'foreign-keys'"));

  EXPECT_EQ(db.Rows("SELECT status FROM database_health WHERE \"check\" = 'foreign-keys'"), "ok\n");
  EXPECT_EQ(db.Rows("SELECT id FROM migext_orphans_blog_comment"), "120\n");
}

TEST_F(HealthTest, AnEmptyFileNamesTheOneThatIsProbablyMeant) {
  Take("empty");
  test::CopyBlogDatabase("at_0003", given.Path("production.db"));
  EXPECT_EQ(Faults(), "file|warning|.open '" + given.Path("production.db") + "'\n");
}

TEST_F(HealthTest, AnEmptyFileIsComparedWithTheSettings) {
  Take("empty");
  given.Apps({"shop"},
             "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': "
             "'data/site.db'}}\n");
  given.Folder("data");
  test::CopyBlogDatabase("at_0003", given.Path("other.db"));
  test::CopyBlogDatabase("at_0003", given.Path("data/site.db"));
  EXPECT_EQ(Faults(), "file|warning|.open '" + given.Path("data/site.db") + "'\n");
}

TEST_F(HealthTest, ALeftoverOfARebuildIsDropped) {
  Take("leftover_new_table");
  EXPECT_EQ(Faults(), "leftovers|failed|DROP TABLE \"new__blog_comment\";\n");
}

TEST_F(HealthTest, TheOnlyCopyOfATableGetsItsNameBack) {
  testing::Database(database())
      .Execute("CREATE TABLE django_migrations(id); CREATE TABLE new__shop(id)");
  EXPECT_EQ(Faults(), "leftovers|failed|ALTER TABLE \"new__shop\" RENAME TO \"shop\";\n");
}

TEST_F(HealthTest, AViewThatNoLongerCompilesIsNamedWithTheReason) {
  Take("dba_view");
  testing::Database(database())
      .Execute("PRAGMA legacy_alter_table = ON; ALTER TABLE blog_comment RENAME TO blog_remark");
  testing::LoadedDatabase db(database());
  EXPECT_EQ(db.Rows("SELECT status, detail, remedy FROM database_health WHERE \"check\" = 'views'"),
            "failed|the view \"v_latest_comments\" no longer compiles: no such table: "
            "main.blog_comment; make it anew without what is missing; it reads: CREATE VIEW "
            "v_latest_comments AS SELECT id, post_id, created_at FROM blog_comment ORDER BY "
            "created_at DESC|DROP VIEW \"v_latest_comments\";\n");
}

TEST_F(HealthTest, OfSeveralTriggersTheOneToBlameIsNamed) {
  testing::Database(database())
      .Execute(
          "CREATE TABLE django_migrations(id); CREATE TABLE t(a); CREATE TABLE log(b);"
          "CREATE TRIGGER sound AFTER DELETE ON t BEGIN INSERT INTO log VALUES (1); END;"
          "CREATE TRIGGER broken AFTER DELETE ON t BEGIN INSERT INTO gone VALUES (1); END;");
  EXPECT_EQ(Faults(), "triggers|failed|DROP TRIGGER \"broken\";\n");
}

TEST_F(HealthTest, ACounterBehindItsRowsIsSet) {
  testing::Database(database())
      .Execute(
          "CREATE TABLE django_migrations(id);"
          "CREATE TABLE t(id integer PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (7);"
          "UPDATE sqlite_sequence SET seq = 3");
  testing::LoadedDatabase db(database());
  EXPECT_EQ(db.Rows("SELECT status, detail FROM database_health WHERE \"check\" = 'sequences'"),
            "warning|the counter of t is at 3, its highest key is 7: keys of rows that are deleted "
            "now can be given out again\n");

  db.Execute(db.Rows("SELECT remedy FROM database_health WHERE \"check\" = 'sequences'"));

  EXPECT_EQ(Faults(), "");
}

TEST_F(HealthTest, ADatabaseInMemoryHasAContentAndNoFile) {
  EXPECT_EQ(
      Elsewhere("SELECT \"check\" FROM database_health WHERE status = 'ok'"),
      "file\nintegrity\nfree-pages\nsqlite-version\nforeign-keys\nviews\ntriggers\nleftovers\n"
      "sequences\n");
}

TEST_F(HealthTest, AFileThatEverybodyMayWriteToIsAWarning) {
  Take("at_0003");
  fs::permissions(database(), fs::perms::others_write, fs::perm_options::add);
  EXPECT_EQ(Faults(), "permissions|warning|.shell chmod o-w '" + database() + "'\n");
}

// One way to spoil a file.
std::string Spoiled(std::string bytes, std::mt19937& random) {
  const auto upto = [&](std::size_t end) { return random() % std::max<std::size_t>(1, end); };
  for (auto times = upto(4) + 1; times > 0; --times) {
    const std::size_t at =
        upto(upto(2) == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 600));
    const std::size_t count = std::min(bytes.size() - at, upto(64) + 1);
    switch (upto(4)) {
      case 0:
        bytes.resize(at);
        break;
      case 1:
        for (std::size_t i = 0; i < count; ++i) bytes[at + i] = static_cast<char>(random());
        break;
      case 2:
        bytes.replace(at, count, count, '\xff');
        break;
      default:
        if (count > 0) bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1U << upto(8)));
    }
  }
  return bytes;
}

std::string SmallDatabase(const std::string& path) {
  {
    testing::Database db(path);
    db.Execute(
        "PRAGMA page_size = 512; CREATE TABLE django_migrations(id integer PRIMARY KEY "
        "AUTOINCREMENT, app, name); INSERT INTO django_migrations VALUES (1, 'shop', '0001');"
        "CREATE TABLE parent(id integer PRIMARY KEY, name text NOT NULL);"
        "CREATE TABLE child(id integer PRIMARY KEY, parent_id REFERENCES parent(id), body);"
        "CREATE INDEX child_parent ON child(parent_id); CREATE VIEW both AS SELECT * FROM child;"
        "CREATE TRIGGER gone AFTER DELETE ON child BEGIN DELETE FROM parent; END;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)"
        "INSERT INTO parent SELECT i, 'name ' || i FROM n;"
        "INSERT INTO child SELECT id, id, hex(randomblob(30)) FROM parent;");
  }
  return BytesOf(path);
}

TEST_F(HealthTest, NoDamageCrashesItAndNoneIsMadeWorse) {
  const std::string sound = SmallDatabase(given.Path("sound"));
  fs::remove(given.Path("sound"));
  const std::string health = "SELECT * FROM database_health('full', '" + database() + "')";
  testing::LoadedDatabase elsewhere;
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    Write(database(), Spoiled(sound, random));
    const auto before = Hashes();
    EXPECT_EQ(elsewhere.ErrorOf(health), "") << "seed " << seed;
    testing::LoadedDatabase here(database());
    here.ErrorOf("SELECT * FROM database_health");
    EXPECT_EQ(Hashes(), before) << "seed " << seed;
  }
}

TEST_F(HealthTest, NoDamagedJournalOrWalCrashesIt) {
  for (const auto& [state, suffix] : std::map<std::string, std::string>{
           {"hot_journal", "-journal"}, {"wal_left_behind", "-wal"}}) {
    Take(state);
    const std::string sound = BytesOf(database() + suffix);
    testing::LoadedDatabase elsewhere;
    for (unsigned seed = 0; seed < 60; ++seed) {
      std::mt19937 random(seed);
      Write(database() + suffix, Spoiled(sound, random));
      const auto before = Hashes();
      EXPECT_EQ(elsewhere.ErrorOf("SELECT * FROM database_health('full', '" + database() + "')"),
                "")
          << state << ", seed " << seed;
      EXPECT_EQ(Hashes(), before) << state << ", seed " << seed;
    }
  }
}

}  // namespace
}  // namespace migext::surface
