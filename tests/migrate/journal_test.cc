#include "migrate/journal.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/text.h"
#include "migrate/history.h"
#include "support/database.h"

namespace migext::migrate {
namespace {

struct JournalTest : ::testing::Test {
  void Apply(const django::MigrationKey& key) {
    const std::string undo = Recorder(connection).RecordApplied(key);
    journal.Write({"fake_apply", key.ToString(), "recorded as applied", undo});
  }
  void Unapply(const django::MigrationKey& key) {
    const std::string undo = Recorder(connection).RecordUnapplied(key);
    journal.Write({"fake_unapply", key.ToString(), "removed the record", undo});
  }
  std::string Names() { return db.Rows("SELECT id, name FROM django_migrations ORDER BY id"); }

  testing::Database db;
  sqlite::Connection connection = sqlite::Connection::Borrow(db.handle());
  Journal journal{connection};
};

TEST_F(JournalTest, TheFirstEntryMakesTheTable) {
  Apply({"blog", "a"});

  EXPECT_EQ(db.Rows("SELECT id, verb, target, detail FROM migext_journal"),
            "1|fake_apply|blog.a|recorded as applied\n");
}

TEST_F(JournalTest, UndoingTwiceGoesOneFurtherBack) {
  Apply({"blog", "a"});
  Apply({"blog", "b"});
  Unapply({"blog", "a"});
  ASSERT_EQ(Names(), "2|b\n");

  EXPECT_EQ(journal.UndoLast().verb, "fake_unapply");
  EXPECT_EQ(Names(), "1|a\n2|b\n");
  EXPECT_EQ(journal.UndoLast().target, "blog.b");
  EXPECT_EQ(Names(), "1|a\n");
  EXPECT_EQ(journal.UndoLast().target, "blog.a");
  EXPECT_EQ(Names(), "");
  EXPECT_EQ(db.Rows("SELECT verb, target, detail FROM migext_journal WHERE id > 3"),
            "undo_last|entry 3|took back fake_unapply blog.a\n"
            "undo_last|entry 2|took back fake_apply blog.b\n"
            "undo_last|entry 1|took back fake_apply blog.a\n");
  EXPECT_THROW(journal.UndoLast(), Error);
}

TEST_F(JournalTest, AChangeAfterAnUndoIsUndoneFirst) {
  Apply({"blog", "a"});
  Apply({"blog", "b"});
  journal.UndoLast();
  Apply({"blog", "c"});

  EXPECT_EQ(journal.UndoLast().target, "blog.c");
  EXPECT_EQ(journal.UndoLast().target, "blog.a");
}

TEST_F(JournalTest, ARecordThatIsGoneCannotBeTakenBack) {
  Apply({"blog", "a"});
  db.Execute("DELETE FROM django_migrations");

  EXPECT_THROW(journal.UndoLast(), Error);
}

TEST_F(JournalTest, MigrationsRunSinceAreTakenBackFirst) {
  Apply({"blog", "a"});
  journal.Write({"migrate", "blog.b", "applied", ""});

  try {
    journal.UndoLast();
    FAIL() << "nothing was refused";
  } catch (const Error& error) {
    EXPECT_TRUE(error.message().starts_with("blog.b was applied since the fake_apply of blog.a"));
  }

  journal.Write({"migrate", "blog.b", "taken back", ""});
  EXPECT_EQ(journal.UndoLast().target, "blog.a");
}

TEST_F(JournalTest, NamesWithQuotesSemicolonsAndLinesAreRestored) {
  Apply({"bl'og", "a;\n'; DROP TABLE x; --"});
  const std::string before = db.Rows("SELECT * FROM django_migrations");
  Unapply({"bl'og", "a;\n'; DROP TABLE x; --"});

  journal.UndoLast();

  EXPECT_EQ(db.Rows("SELECT * FROM django_migrations"), before);
}

TEST_F(JournalTest, AStrangersSqlIsNotRun) {
  Apply({"blog", "a"});
  db.Execute("UPDATE migext_journal SET undo = 'DROP TABLE django_migrations;'");

  EXPECT_THROW(journal.UndoLast(), Error);
  EXPECT_EQ(Names(), "1|a\n");
}

TEST_F(JournalTest, AChecksumThatIsGoneKeepsNoRecordFromBeingRestored) {
  Apply({"blog", "a"});
  const std::string update =
      R"(UPDATE "main"."migext_checksums" SET "checksum" = 'old', "parts" = 'it''s; so' )"
      R"(WHERE "app" = 'blog' AND "name" = 'a' AND "checksum" = 'new';)";
  db.Execute("UPDATE migext_journal SET undo = undo || char(10) || " + SqlLiteral(update));
  journal.UndoLast();
  EXPECT_EQ(Names(), "");
}

TEST(IsUndoStatementTest, KnowsOnlyLiteralsAndTheColumns) {
  const std::string insert = R"(INSERT INTO "main"."django_migrations" ("id", "app") VALUES )";
  EXPECT_TRUE(IsUndoStatement(insert + "(1, 'a', NULL, 1.5e+10, x'00ff', -3);"));
  EXPECT_FALSE(IsUndoStatement(insert + "(load_extension('x'));"));
  EXPECT_FALSE(IsUndoStatement(insert + "(1); DROP TABLE x;"));
  EXPECT_FALSE(IsUndoStatement(insert + "('a);"));
  EXPECT_FALSE(IsUndoStatement("DELETE FROM \"main\".\"blog_post\" WHERE \"id\" = 1;"));
  EXPECT_FALSE(IsUndoStatement(""));

  const std::string update = R"(UPDATE "main"."migext_checksums" SET "checksum" = )";
  EXPECT_TRUE(IsUndoStatement(update + R"('a' WHERE "app" = 'b';)"));
  EXPECT_FALSE(IsUndoStatement(update + "hex(readfile('x'));"));
  EXPECT_FALSE(IsUndoStatement(update + "'a'; DROP TABLE x;"));
}

}  // namespace
}  // namespace migext::migrate
