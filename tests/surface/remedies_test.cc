// Each broken state of the golden blog: its remedies, pasted from top to bottom, clear it, and what
// showmigrations then prints is what Django printed once the state was mended.
#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "support/golden_blog.h"
#include "support/loaded_database.h"

namespace migext::surface {
namespace {

/// A copy of a golden database in a tree of the variant.
struct Patient {
  explicit Patient(const std::string& state, const std::string& variant = "project") {
    test::LayOutBlog(tree, variant, "5.2");
    test::CopyBlogDatabase(state, tree.Path("db.sqlite3"));
    db.emplace(tree.Path("db.sqlite3"));
  }

  /// Pastes the first remedy until there is none, and gives back the codes in that order.
  std::vector<std::string> PasteRemedies() {
    constexpr int kMostRounds = 60;
    std::vector<std::string> codes;
    for (int round = 0; round < kMostRounds; ++round) {
      const std::string first =
          db->Rows("SELECT code, remedy FROM migration_conflicts WHERE remedy IS NOT NULL LIMIT 1");
      if (first.empty()) return codes;
      const std::size_t bar = first.find('|');
      const std::string code = first.substr(0, bar);
      const std::string remedy = first.substr(bar + 1);
      EXPECT_EQ(db->ErrorOf(remedy), "") << code << ": " << remedy;
      codes.push_back(code);
    }
    ADD_FAILURE() << "the remedies do not end";
    return codes;
  }

  std::string Pasted() { return Join(PasteRemedies(), " "); }
  std::string Errors() {
    return db->Rows(
        "SELECT code, app, name, detail FROM migration_conflicts WHERE severity = "
        "'error'");
  }
  /// The applied migrations of an app, as numbers.
  std::string Applied(const std::string& app) {
    return std::string(
        Trim(db->Rows("SELECT group_concat(substr(name, 1, 4), ' ') FROM migration_status('" + app +
                      "') WHERE mark = '[X]'")));
  }

  ProjectBuilder tree;
  std::optional<testing::LoadedDatabase> db;
};

TEST(RemediesTest, ASoundDatabaseHasNoConflicts) {
  for (const char* state :
       {"empty", "blog_zero", "at_0002", "at_0003", "at_0005", "all_applied", "all_applied_small",
        "wal_left_behind", "hot_journal", "corrupted_index"}) {
    EXPECT_EQ(Patient(state).db->Rows("SELECT * FROM migration_conflicts"), "") << state;
  }
}

struct Case {
  std::string state;
  std::string codes;  ///< Of the remedies pasted.
  std::string blog;   ///< Applied afterwards.
  std::string newsletter;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.state; }

class MendedTest : public ::testing::TestWithParam<Case> {};

TEST_P(MendedTest, PastingTheRemediesLeavesNoErrorAndDjangosOwnView) {
  Patient patient(GetParam().state);
  ASSERT_NE(patient.db->Rows("SELECT * FROM migration_conflicts"), "");

  EXPECT_EQ(patient.Pasted(), GetParam().codes);
  EXPECT_EQ(patient.Errors(), "");
  EXPECT_EQ(patient.Applied("blog"), GetParam().blog);
  EXPECT_EQ(patient.Applied("newsletter"), GetParam().newsletter);
  EXPECT_EQ(patient.db->ErrorOf("SELECT line FROM migrate_plan"), "");
}

// All 29 migrations, in the order of the plan.
constexpr const char* kAllRecorded =
    "table-exists table-exists table-exists state-not-recorded state-not-recorded schema-exists "
    "schema-exists schema-exists state-not-recorded schema-exists state-not-recorded "
    "state-not-recorded schema-exists schema-exists schema-exists data-not-recorded schema-exists "
    "table-exists column-would-be-wiped table-exists column-would-be-wiped data-not-recorded "
    "column-exists table-exists column-would-be-wiped table-exists schema-exists "
    "column-would-be-wiped table-exists";

const Case kCases[] = {
    {"columns_exist_not_recorded", "column-would-be-wiped data-not-recorded column-exists",
     "0001 0002 0003 0004 0005", ""},
    {"fake_rollback_all",
     "column-would-be-wiped data-not-recorded column-exists table-exists column-would-be-wiped "
     "table-exists schema-exists column-would-be-wiped",
     "0001 0002 0003 0004 0005 0006 0007 0008 0009", "0001 0002"},
    {"tables_exist_no_records", "table-exists", "0001", ""},
    {"recorded_but_columns_missing", "recorded-but-absent recorded-over-absent recorded-but-absent",
     "0001 0002", ""},
    {"inconsistent_history", "inconsistent-history", "0001 0002 0003 0004 0005", ""},
    {"ghost_record", "ghost-record ghost-record", "0001 0002 0003 0004 0005", ""},
    {"duplicate_records", "duplicate-record duplicate-record", "0001 0002 0003 0004 0005", ""},
    {"partially_applied", "partly-applied", "0001 0002 0003 0004 0005", ""},
    {"all_tables_no_records", kAllRecorded, "0001 0002 0003 0004 0005 0006 0007 0008 0009",
     "0001 0002"},
    {"bad_tree", "foreign-key-violation", "0001 0002 0003 0004 0005 0006 0007 0008 0009",
     "0001 0002"},
    {"leftover_new_table", "leftover-table", "0001 0002", ""},
    {"branch_parent_applied", "needed-but-absent data-not-recorded partly-applied ghost-record",
     "0001 0002 0003 0004 0005", ""},
};

INSTANTIATE_TEST_SUITE_P(States, MendedTest, ::testing::ValuesIn(kCases),
                         [](const auto& one) { return one.param.state; });

TEST(RemediesTest, TheLeavesAreJoinedAndTheBranchsSecondFieldIsRecorded) {
  Patient patient("at_0005", "two_leaves");

  EXPECT_EQ(patient.Pasted(), "multiple-leaves column-exists");
  EXPECT_EQ(patient.Errors(), "");
}

TEST(RemediesTest, AFieldAddedAgainWouldBeWipedAndIsRecorded) {
  Patient patient("all_applied_small", "duplicate_addfield");

  EXPECT_EQ(patient.Pasted(), "column-would-be-wiped");
  EXPECT_EQ(patient.db->Rows("SELECT max(level) FROM blog_comment"), "6\n");
  EXPECT_EQ(patient.Errors(), "");
}

TEST(RemediesTest, WhatShouldHaveRunBeforeIsMadeBySqlAndRecorded) {
  Patient patient("all_applied_small", "run_before");

  EXPECT_EQ(patient.Pasted(), "inconsistent-history");
  EXPECT_EQ(patient.db->Rows("SELECT DISTINCT locale FROM newsletter_subscriber"), "en\n");
  EXPECT_EQ(patient.Errors(), "");
}

TEST(RemediesTest, AConvertedSquashIsRecordedBeforeItsPartsArePruned) {
  Patient patient("all_applied_small", "squashed_converted");

  EXPECT_EQ(patient.Pasted(), "inconsistent-history ghost-record");
  EXPECT_EQ(patient.Applied("blog"), "0001 0006 0007 0008 0009");
  EXPECT_EQ(patient.db->Rows("SELECT * FROM migration_conflicts"), "");
}

TEST(RemediesTest, AReferenceToATableRenamedAwayIsTurnedBack) {
  Patient patient("all_applied_small");
  patient.db->Execute(
      "CREATE TABLE extra (id integer, tag_id REFERENCES \"blog_tag__old\" (\"id\"))");

  EXPECT_EQ(patient.Pasted(), "dangling-reference");
  EXPECT_EQ(patient.db->Rows("SELECT \"table\" FROM pragma_foreign_key_list('extra')"),
            "blog_tag\n");
  EXPECT_EQ(patient.db->Rows("SELECT * FROM migration_conflicts"), "");
}

TEST(RemediesTest, ALeftoverWithRowsThatItsTableLacksIsLeftToAPerson) {
  Patient patient("at_0002");
  patient.db->Execute(
      "CREATE TABLE new__blog_tag (name varchar(40)); INSERT INTO new__blog_tag VALUES (NULL)");

  EXPECT_EQ(patient.db->Rows("SELECT code, remedy IS NULL FROM migration_conflicts"),
            "leftover-table|1\n");
}

TEST(RemediesTest, RecordsThatNameNothingGo) {
  Patient patient("at_0002");
  patient.db->Execute(
      "INSERT INTO django_migrations (app, name, applied) VALUES ('', 'x', '2025-06-10'), ('auth', "
      "'0001_initial', 'yesterday')");

  EXPECT_EQ(patient.Pasted(), "malformed-record malformed-record duplicate-record");
  EXPECT_EQ(patient.db->Rows("SELECT * FROM migration_conflicts"), "");
}

TEST(RemediesTest, InACopiedTableTheMalformedRowGoesAndNotTheOneWithItsNumber) {
  Patient patient("at_0002");
  patient.db->Execute(
      "CREATE TABLE copy AS SELECT id + 1 AS id, app, name, applied FROM django_migrations;"
      "DROP TABLE django_migrations; ALTER TABLE copy RENAME TO django_migrations");
  const std::string sound = patient.db->Rows("SELECT * FROM django_migrations");
  patient.db->Execute(
      "INSERT INTO django_migrations VALUES (900, 'blog', NULL, '2025-06-10'),"
      " (901, 'blog', '0001_initial', '2025-06-10')");

  EXPECT_EQ(patient.Pasted(), "malformed-record duplicate-record");
  EXPECT_EQ(patient.db->Rows("SELECT * FROM django_migrations"), sound);
}

TEST(RemediesTest, OnlyLinksThatLeadNowhereAreCut) {
  Patient patient("at_0002");
  patient.db->Execute(
      "CREATE TABLE country(code text PRIMARY KEY);"
      "CREATE TABLE city(id integer PRIMARY KEY, country text REFERENCES country);"
      "CREATE TABLE place(a integer, b integer, PRIMARY KEY(a, b));"
      "CREATE TABLE visit(a integer, b integer, FOREIGN KEY(a, b) REFERENCES place);"
      "INSERT INTO country VALUES ('dk'); INSERT INTO city VALUES (1, 'dk'), (2, 'xx');"
      "INSERT INTO place VALUES (1, 2); INSERT INTO visit VALUES (1, 2), (1, 3)");

  EXPECT_EQ(patient.Pasted(), "foreign-key-violation");
  EXPECT_EQ(patient.db->Rows("SELECT * FROM city"), "1|dk\n2|\n");
  EXPECT_EQ(patient.db->Rows("SELECT * FROM visit"), "1|2\n1|3\n");
  EXPECT_EQ(patient.db->Rows("SELECT code, object, remedy FROM migration_conflicts"),
            "foreign-key-violation|visit.a, b|\n");
}

TEST(RemediesTest, AKeyThatCannotBeCheckedHidesNoOther) {
  Patient patient("at_0002");
  patient.db->Execute(
      "CREATE TABLE parent(a integer); CREATE TABLE bad(a integer REFERENCES parent(a));"
      "INSERT INTO bad VALUES (1); CREATE TABLE root(id integer PRIMARY KEY);"
      "CREATE TABLE leaf(root_id integer NOT NULL REFERENCES root(id));"
      "INSERT INTO leaf VALUES (7)");

  EXPECT_EQ(patient.db->Rows("SELECT code, object FROM migration_conflicts"),
            "foreign-key-unchecked|bad\nforeign-key-violation|leaf.root_id\n");
}

// A record is the only trace of a migration whose file cannot be seen.

constexpr const char* kCodes =
    "SELECT DISTINCT severity, code, remedy IS NULL FROM migration_conflicts";

TEST(RemediesTest, WithoutAProjectNothingIsSaidOfTheRecords) {
  ProjectBuilder folder;
  test::CopyBlogDatabase("at_0005", folder.Path("db.sqlite3"));
  testing::LoadedDatabase db(folder.Path("db.sqlite3"));
  const std::string before = db.Rows("SELECT * FROM django_migrations");

  EXPECT_EQ(db.Rows(kCodes), "error|no-project|1\n");
  EXPECT_EQ(db.Rows("SELECT advice FROM migration_conflicts"),
            "name the folder of the project: SELECT migration_project('/path/to/site');\n");
  EXPECT_NE(db.ErrorOf("SELECT prune_history('blog')"), "");
  EXPECT_NE(db.ErrorOf("SELECT prune_history('blog', 'force')"), "");
  EXPECT_EQ(db.Rows("SELECT * FROM django_migrations"), before);
}

struct Settings {
  std::string name;
  std::string text;
  std::string object;
  std::string words;  ///< That the detail holds.
};

TEST(RemediesTest, NoAppCountsAsGoneWhileTheSettingsCannotBeRead) {
  const Settings cases[] = {
      {"a merge", "<<<<<<< HEAD\nINSTALLED_APPS = []\n", "backend/settings.py:1:", "SyntaxError"},
      {"no list", "\nINSTALLED_APPS = None\n", "backend/settings.py:2:",
       "ImproperlyConfigured: The INSTALLED_APPS setting must be a list or a tuple."},
      {"an exit", "import sys\nsys.exit(1)\n", "backend/settings.py:2:", "SystemExit: 1"},
  };
  for (const Settings& one : cases) {
    Patient patient("ghost_record");
    patient.tree.File("backend/settings.py", one.text);
    const std::string before = patient.db->Rows("SELECT * FROM django_migrations");

    const std::string found = patient.db->Rows(
        "SELECT object || ' ' || detail FROM migration_conflicts WHERE code = "
        "'unreadable-settings'");
    EXPECT_TRUE(found.starts_with(one.object)) << one.name << ": " << found;
    EXPECT_NE(found.find(one.words), std::string::npos) << one.name << ": " << found;
    EXPECT_EQ(patient.db->Rows("SELECT * FROM migration_conflicts WHERE code = 'ghost-record' OR "
                               "remedy LIKE '%prune%'"),
              "");
    for (const char* app : {"blog", "oldpolls", "sessions"}) {
      EXPECT_NE(patient.db->ErrorOf("SELECT prune_history('" + std::string(app) + "', 'force')"),
                "")
          << one.name << ": " << app;
    }
    EXPECT_EQ(patient.db->Rows("SELECT * FROM django_migrations"), before);
  }
}

TEST(RemediesTest, NothingIsPrunedThatDjangoCouldNotLoad) {
  const std::pair<const char*, const char*> cases[] = {
      {"missing_init", "blog/migrations has files but no __init__.py"},
      {"missing_file", "NodeNotFoundError: Migration blog.0006_"},
      {"fresh_guide_broken", "NodeNotFoundError: Migration newsletter.0002_"},
  };
  for (const auto& [variant, words] : cases) {
    Patient patient("all_applied_small", variant);
    const std::string before = patient.db->Rows("SELECT * FROM django_migrations");

    EXPECT_EQ(patient.db->Rows("SELECT * FROM migration_conflicts WHERE remedy LIKE '%prune%'"), "")
        << variant;
    for (const char* force : {"", ", 'force'"}) {
      const std::string error =
          patient.db->ErrorOf("SELECT prune_history('blog'" + std::string(force) + ")");
      EXPECT_NE(error.find("NodeNotFoundError"), std::string::npos) << variant << ": " << error;
      EXPECT_NE(error.find(words), std::string::npos) << variant << ": " << error;
    }
    EXPECT_EQ(patient.db->Rows("SELECT * FROM django_migrations"), before) << variant;
  }
}

TEST(RemediesTest, RecordsThatAreNewerThanTheFilesAreTrue) {
  Patient patient("all_applied_small", "code_rolled_back");
  const std::string before = patient.db->Rows("SELECT * FROM django_migrations");

  EXPECT_EQ(
      patient.db->Rows("SELECT code, app, remedy IS NULL FROM migration_conflicts WHERE app = "
                       "'blog'"),
      "files-older-than-database|blog|1\n");
  EXPECT_EQ(patient.db->Rows("SELECT * FROM migration_conflicts WHERE remedy IS NOT NULL AND app = "
                             "'blog'"),
            "");
  EXPECT_NE(patient.db->ErrorOf("SELECT prune_history('blog')"), "");
  EXPECT_EQ(patient.db->Rows("SELECT * FROM django_migrations"), before);
}

TEST(RemediesTest, ACopyOfATableThatIsGoneMayBeTheOnlyOne) {
  for (const char* copy : {"new__blog_comment", "blog_comment__old"}) {
    Patient patient("at_0005");
    patient.db->Execute("PRAGMA legacy_alter_table = ON; ALTER TABLE blog_comment RENAME TO " +
                        std::string(copy));

    EXPECT_EQ(patient.db->Rows("SELECT object FROM migration_conflicts WHERE code = "
                               "'leftover-table' AND remedy IS NULL AND detail LIKE '%only copy%'"),
              std::string(copy) + "\n");
    EXPECT_EQ(patient.db->Rows("SELECT * FROM migration_conflicts WHERE remedy IS NOT NULL"), "");
  }
}

TEST(RemediesTest, NoRecordGoesBelowOneWhoseFileCannotBeRead) {
  Patient patient("all_applied_small");
  patient.tree.File("blog/migrations/0009_comment_is_pinned_post_blog_post_title_lower_and_more.py",
                    "(");
  const std::string name =
      patient.db->Rows("SELECT name FROM migration_status('blog') WHERE name LIKE '0008%'");
  const std::string verb = "SELECT fake_unapply('blog', '" + std::string(Trim(name)) + "'";

  EXPECT_NE(patient.db->ErrorOf(verb + ")").find("blog/migrations/0009_comment_is_pinned"),
            std::string::npos);
  EXPECT_EQ(patient.db->ErrorOf(verb + ", 'force')"), "");
}

TEST(RemediesTest, AMissingFileIsNotTakenForTwoEnds) {
  for (const char* variant : {"missing_file", "missing_dependency_number"}) {
    Patient patient("at_0005", variant);
    EXPECT_EQ(patient.db->Rows("SELECT * FROM migration_conflicts WHERE code = 'multiple-leaves'"),
              "")
        << variant;
  }
  Patient patient("at_0005", "missing_dependency_number");
  EXPECT_EQ(
      patient.db->Rows("SELECT advice FROM migration_conflicts WHERE code = 'missing-dependency'"),
      "did it mean '0009_comment_is_pinned_post_blog_post_title_lower_and_more'?\n");
}

TEST(RemediesTest, OnlyAnAppWithATreeIsToldOfTheTreeCheck) {
  const std::string rebuild =
      "SELECT app FROM migration_conflicts WHERE code = 'data-not-recorded' AND advice LIKE "
      "'%comment_tree_rebuild%'";

  EXPECT_EQ(Patient("branch_parent_applied").db->Rows(rebuild), "blog\n");
  EXPECT_EQ(Patient("all_tables_no_records").db->Rows(rebuild), "blog\n");
}

TEST(RemediesTest, WhatAnEarlierMigrationMadeDoesNotSpeakForALaterOne) {
  for (const char* variant :
       {"duplicate_addfield", "duplicate_addfield_nullable", "duplicate_createmodel"}) {
    Patient patient("at_0005", variant);
    const std::string code =
        variant == std::string("duplicate_createmodel") ? "duplicate-table" : "duplicate-field";
    EXPECT_EQ(patient.db->Rows("SELECT severity, code FROM migration_conflicts"),
              "warning|" + code + "\n")
        << variant;
  }
}

TEST(RemediesTest, NoRemedyNeedsAHistoryThatCannotBeWritten) {
  Patient patient("ghost_record");
  patient.db->Execute("ALTER TABLE django_migrations DROP COLUMN applied");

  EXPECT_EQ(patient.db->Rows("SELECT code FROM migration_conflicts WHERE code = "
                             "'history-unusable' OR remedy IS NOT NULL"),
            "history-unusable\n");
}

TEST(RemediesTest, RowsThatPointNowhereAreKeptAsideBeforeTheyGo) {
  Patient patient("fk_violations");
  patient.PasteRemedies();

  EXPECT_EQ(patient.db->Rows("SELECT * FROM pragma_foreign_key_check()"), "");
  EXPECT_NE(patient.db->Rows("SELECT name FROM sqlite_master WHERE name LIKE 'migext_orphans_%'"),
            "");
  EXPECT_EQ(patient.Errors(), "");
}

TEST(RemediesTest, WhatDjangoWouldDropIsNamedWhileItsTableIsToChange) {
  const std::string found =
      "SELECT severity, object, remedy IS NULL FROM migration_conflicts WHERE code = "
      "'object-django-would-drop' ORDER BY object";

  EXPECT_EQ(Patient("dba_view").db->Rows(found), "warning|v_latest_comments|1\n");
  EXPECT_EQ(Patient("dba_trigger").db->Rows(found),
            "warning|blog_post.dba_note|1\n"
            "warning|dba_comment_author|1\n"
            "warning|dba_comment_log|1\n");
}

}  // namespace
}  // namespace migext::surface
