// The golden blog, migrated: the schema after every step of the way up and down, and what the
// migrate commands of the transcripts printed, recorded and refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <optional>
#include <set>

#include "base/files.h"
#include "base/text.h"
#include "support/golden_blog.h"
#include "support/loaded_database.h"
#include "support/transcript.h"

namespace migext::surface {
namespace {

using test::Json;
using testing::LoadedDatabase;

// The repository's own, which is to leave the rows that the Python leaves.
const std::string kTwin = ReadFile(
    MIGEXT_TEST_DATA "/../../sql/blog/0004_populate_comment_nesting_fields.sql", 1U << 20U);

/// By the path of the file.
const std::map<std::string, std::string> kTwins = {
    {"blog/0001_initial_squashed_0005_comment_parent_and_more", kTwin},
    {"blog/0001_squashed_twice", kTwin},
    {"blog/0004_populate_comment_nesting_fields", kTwin},
    {"blog/0010_odd_data_steps", "-- forwards\n-- backwards\n"},
    {"blog/0010_shout_titles", "-- forwards\nUPDATE blog_post SET title = upper(title);\n"},
};

std::string Literal(std::string_view text) { return SqlLiteral(text); }

/// The project or variant with the SQL of its RunPython beside it, and a database.
class Blog {
 public:
  Blog(const std::string& variant, const std::string& version) {
    test::LayOutBlog(tree, variant, version);
    for (const auto& [name, sql] : kTwins) tree.File("sql/" + name + ".sql", sql);
  }

  ProjectBuilder tree;
};

/// sqlite_master by kind and name.
using Schema = std::map<std::string, std::string>;

Schema SchemaOf(LoadedDatabase& db) {
  Schema schema;
  const std::string rows = db.Rows(
      "SELECT type || ' ' || name || char(1) || tbl_name || char(1) || coalesce(sql, '') || "
      "char(2) "
      "FROM sqlite_master WHERE name NOT LIKE 'migext_%' AND tbl_name NOT LIKE 'migext_%' "
      "AND name <> 'django_migrations' AND name NOT LIKE 'sqlite_%'");
  for (const std::string& row : Split(rows, '\2')) {
    const std::string text(Trim(row));
    if (text.empty()) continue;
    const std::vector<std::string> cells = Split(text, '\1');
    schema[cells[0]] = cells[1] + " " + cells[2];
  }
  return schema;
}

void Follow(const Json& step, Schema& schema) {
  const auto key = [](const Json& row) { return row[0].Text() + " " + row[1].Text(); };
  for (const Json& row : step["removed"].Items()) schema.erase(key(row));
  for (const char* which : {"added", "changed"}) {
    for (const Json& row : step[which].Items()) {
      if (row[3].IsNull()) continue;  // an index that SQLite makes by itself
      schema[key(row)] = row[2].Text() + " " + row[3].Text();
    }
  }
  std::erase_if(schema, [](const auto& entry) {
    return entry.first == "table django_migrations" || entry.first == "table sqlite_sequence";
  });
}

struct Tree {
  const char* version;
  const char* variant;
};

class GoldenBlogSchemaTest : public ::testing::TestWithParam<Tree> {};

TEST_P(GoldenBlogSchemaTest, EveryStepUpAndDownLeavesDjangosSchema) {
  const auto& [version, variant] = GetParam();
  Blog blog(variant, version);
  LoadedDatabase db(blog.tree.Path("db.sqlite3"));
  db.Rows("PRAGMA synchronous = OFF");
  db.Rows("SELECT migext_setting('django_version', " + Literal(version) + ")");
  Schema wanted;
  std::map<std::string, std::vector<std::string>> applied;
  const Json steps = test::ReadBlogSteps(version, variant);
  for (const Json& step : steps.Items()) {
    const std::string& app = step["app"].Text();
    const std::string& name = step["name"].Text();
    std::vector<std::string>& done = applied[app];
    std::string target = name;
    if (step["direction"].Text() == "backward") {
      ASSERT_EQ(done.back(), name);
      done.pop_back();
      target = done.empty() ? "zero" : done.back();
    } else {
      done.push_back(name);
    }
    ASSERT_EQ(db.ErrorOf("SELECT migrate(" + Literal(app) + ", " + Literal(target) + ")"), "")
        << app << "." << name;
    Follow(step, wanted);
    EXPECT_EQ(SchemaOf(db), wanted) << step["direction"].Text() << " " << app << "." << name;
  }
  EXPECT_GT(steps.Items().size(), 10U);
}

INSTANTIATE_TEST_SUITE_P(
    Trees, GoldenBlogSchemaTest,
    ::testing::Values(Tree{"4.2", "project"}, Tree{"5.2", "project"}, Tree{"6.0", "project"},
                      Tree{"6.1", "project"}, Tree{"4.2", "every_operation"},
                      Tree{"5.2", "every_operation"}, Tree{"6.0", "every_operation"},
                      Tree{"6.1", "every_operation"}, Tree{"4.2", "squashed"},
                      Tree{"5.2", "squashed"}, Tree{"6.0", "squashed"}, Tree{"6.1", "squashed"},
                      Tree{"5.2", "modern_fields"}, Tree{"6.0", "modern_fields"},
                      Tree{"6.1", "modern_fields"}, Tree{"5.2", "fresh_single"},
                      Tree{"6.1", "fresh_single"}, Tree{"6.1", "db_on_delete"}),
    [](const auto& tree) {
      return ReplaceAll(tree.param.version, ".", "_") + "_" + tree.param.variant;
    });

// The transcripts.

bool IsPlainMigrate(const test::Step& step) {
  if (step.command.empty() || step.command[0] != "migrate") return false;
  for (const std::string& word : step.command) {
    if (word.starts_with("-")) return false;
  }
  return true;
}

/// What the command raised: "OperationalError: table …" without the package, "" for a CommandError,
/// whose text stands alone.
std::string LastError(const test::Step& step) {
  std::vector<std::string> lines = Split(step.errors, '\n');
  while (!lines.empty() && Trim(lines.back()).empty()) lines.pop_back();
  std::string text = lines.empty() ? "" : lines.back();
  const std::size_t colon = text.find(": ");
  if (colon != std::string::npos) text.erase(0, colon + 2);
  return ReplaceAll(text, " at 0x<ADDR>", "");
}

/// Without what only models.py can tell.
std::string WithoutModels(const std::string& output) {
  std::string kept;
  for (const std::string& line : Split(output, '\n')) {
    const bool is_about_models = line.starts_with("  Your models in app(s)") ||
                                 line.starts_with("  Run 'manage.py makemigrations'");
    if (!is_about_models && !line.empty()) kept += line + "\n";
  }
  return kept;
}

/// Sessions in which we do better than Django, or what is arbitrary there, by how their titles
/// begin.
const std::vector<std::pair<std::string, std::string>> kDepartures = {
    {"at_0002 / the guide's Strategy 3 where it does not belong", "no copy of what is not there"},
    {"bad_tree / fails: a rollback to 0008 meets the orphans", "orphans of old stop nothing"},
    {"at_0002 / the guide's Strategy 3 where", "a missing column is named, not taken for a string"},
    {"code_rolled_back / the database is ahead", "the same: Django fills a column with its name"},
    {"recorded_but_columns_missing / fails", "the same"},
    {"dba_view / fails: a plain migrate", "a view does not stop a remake"},
    {"two_leaves_clean_merged / plan",
     "the column of the other branch is not lost on the way back"},
    {"two_leaves_clean_merged / remedy: fake the step", "the same"},
    {"branch_parent_applied / harm", "the column parent_id is not dropped"},
    {"code_rolled_back / the database is ahead", "no copy of what is not there"},
    {"columns_exist_not_recorded / harm", "the columns are not made a second time"},
    {"dba_view / fails", "a view stays"},
    {"duplicate_addfield / harm", "the column is not made a second time"},
    {"duplicate_addfield / rolling it back fails", "the same"},
    {"fails_half_way_not_atomic / left half done", "names resume_migration()"},
    {"fake_rollback_all / harm", "nothing is made a second time"},
    {"fk_violations / fails", "rows that pointed nowhere before stop nothing"},
    {"recorded_but_columns_missing / fails", "no copy of what is not there"},
    {"two_leaves_clean_merged", "a column that the state lacks is kept, so the way back is open"},
    {"squashed_cycle", "where the names of a cycle begin is arbitrary"},
    {"modern_fields / there and back", "4.2 knows none of them and names another one first"},
    {"db_on_delete / there and back", "before 6.1 Python guesses what was meant"},
};

bool IsDeparture(const std::string& title) {
  return std::any_of(kDepartures.begin(), kDepartures.end(),
                     [&](const auto& departure) { return title.starts_with(departure.first); });
}

class TranscriptRun {
 public:
  TranscriptRun(const std::string& version, const std::string& name, const test::Session& session)
      : title_(version + " " + name + " / " + session.title),
        session_(session),
        blog_(name, version) {
    test::CopyBlogDatabase(session.database, blog_.tree.Path("db.sqlite3"));
    db_.emplace(blog_.tree.Path("db.sqlite3"));
    db_->Rows("PRAGMA synchronous = OFF");
    // What is kept of a rollback is told behind Django's lines.
    db_->Rows("SELECT migext_setting('keep_dropped', 'off')");
    db_->Rows("SELECT migext_setting('django_version', " + Literal(version) + ")");
  }

  void Compare() {
    for (const test::Step& step : session_.steps) {
      if (!step.sql.empty()) {
        db_->ErrorOf(step.sql);
      } else if (IsPlainMigrate(step)) {
        CompareMigrate(step);
      } else if (step.command[0] == "migrate" && step.HasOption("--fake")) {
        TakeRecords(step);
      } else if (step.changes.has_value() || !step.files.empty()) {
        return;
      }
      if (stopped_) return;
    }
  }

  int matched = 0;
  std::vector<std::string> different;

 private:
  void CompareMigrate(const test::Step& step) {
    std::vector<std::string> words = step.command;
    words.resize(3);
    std::string call = "SELECT migrate(";
    if (!words[1].empty()) call += Literal(words[1]);
    if (!words[2].empty()) call += ", " + Literal(words[2]);
    const std::string before = Records();
    const std::string error = db_->ErrorOf(call + ")");
    const std::string where = title_ + " / " + step.Text();
    const std::string output = db_->Rows("SELECT line FROM migext_output");
    if ((error.empty()) != (step.exit_status == 0)) {
      different.push_back(where + "\n  Django: " + std::to_string(step.exit_status) + " " +
                          LastError(step) + "\n  we: " + error);
      stopped_ = true;
      return;
    }
    if (!error.empty()) {
      if (error.find(LastError(step)) == std::string::npos) {
        different.push_back(where + "\n  Django: " + LastError(step) + "\n  we: " + error);
      } else {
        ++matched;
      }
      return;
    }
    if (output != WithoutModels(step.output)) {
      different.push_back(where + "\n  Django: " + step.output + "\n  we: " + output);
    } else {
      ++matched;
    }
    if (!step.changes) return;
    CompareRecords(where, *step.changes, before);
    if (const Json* comments = step.changes->Find("comments")) CompareComments(where, *comments);
    EXPECT_EQ(db_->Rows("SELECT count(*) FROM pragma_foreign_key_check"),
              (*step.changes)["fk_violations"].NumberText() + "\n")
        << where;
  }

  std::string Records() {
    return db_->ErrorOf("SELECT 1 FROM django_migrations").empty()
               ? db_->Rows("SELECT app || '.' || name FROM django_migrations ORDER BY id")
               : "";
  }

  void CompareRecords(const std::string& where, const Json& changes, const std::string& before) {
    std::multiset<std::string> wanted;
    for (const std::string& line : Split(before, '\n')) wanted.insert(line);
    for (const std::string& key : changes["recorded"].Texts()) wanted.insert(key);
    for (const std::string& key : changes["unrecorded"].Texts()) wanted.erase(wanted.find(key));
    std::multiset<std::string> ours;
    for (const std::string& line : Split(Records(), '\n')) ours.insert(line);
    EXPECT_EQ(ours, wanted) << where;
  }

  /// The rows that the data migration and the copies of rebuilds have left.
  void CompareComments(const std::string& where, const Json& comments) {
    if (!comments.IsObject()) return;
    const bool renamed =
        db_->Rows("SELECT 1 FROM pragma_table_info('blog_comment') WHERE name = 'content'") != "";
    const std::map<std::string, std::string> kQueries = {
        {"rows", "count(*)"},
        {"different_texts", renamed ? "count(DISTINCT content)" : "count(DISTINCT body)"},
        {"with_parent", "count(parent_id)"},
        {"max_level", "max(level)"},
        {"with_path", "count(nullif(path, ''))"},
    };
    for (const auto& [name, query] : kQueries) {
      const Json* wanted = comments.Find(name);
      if (wanted == nullptr || !wanted->IsNumber()) continue;
      EXPECT_EQ(db_->Rows("SELECT " + query + " FROM blog_comment"), wanted->NumberText() + "\n")
          << where << ": " << name;
    }
    if (const Json* wrong = comments.Find("wrong"); wrong != nullptr && wrong->IsNumber()) {
      EXPECT_EQ(db_->Rows("SELECT count(*) FROM comment_tree_check WHERE problem IN "
                          "('wrong-path', 'wrong-level', 'null-path')") == "0\n",
                wrong->NumberText() == "0")
          << where << ": wrong";
    }
  }

  void TakeRecords(const test::Step& step) {
    if (!step.changes) return;
    const auto pair = [](const std::string& key) {
      const std::size_t dot = key.find('.');
      return std::pair(Literal(key.substr(0, dot)), Literal(key.substr(dot + 1)));
    };
    for (const std::string& key : (*step.changes)["recorded"].Texts()) {
      const auto [app, name] = pair(key);
      db_->Execute("INSERT INTO django_migrations (app, name, applied) VALUES (" + app + ", " +
                   name + ", '2025-01-01 00:00:00')");
    }
    for (const std::string& key : (*step.changes)["unrecorded"].Texts()) {
      const auto [app, name] = pair(key);
      db_->Execute("DELETE FROM django_migrations WHERE app = " + app + " AND name = " + name);
    }
  }

  std::string title_;
  const test::Session& session_;
  Blog blog_;
  std::optional<LoadedDatabase> db_;
  bool stopped_ = false;
};

class GoldenBlogMigrateTest : public ::testing::TestWithParam<std::string> {};

TEST_P(GoldenBlogMigrateTest, MigratePrintsRecordsAndRefusesWhatDjangoDoes) {
  const std::string version = GetParam();
  int matched = 0;
  std::vector<std::string> different;
  for (const std::string& name : test::BlogTranscripts(version)) {
    for (const test::Session& session :
         test::ReadTranscript(test::BlogTranscriptPath(version, name))) {
      if (IsDeparture(name + " / " + session.title)) continue;
      if (session.database.empty() || session.database.starts_with("corrupted_")) continue;
      TranscriptRun run(version, name, session);
      run.Compare();
      matched += run.matched;
      different.insert(different.end(), run.different.begin(), run.different.end());
    }
  }
  std::cout << version << ": " << matched << " of " << matched + different.size() << "\n";
  EXPECT_EQ(Join(different, "\n"), "");
}

INSTANTIATE_TEST_SUITE_P(Versions, GoldenBlogMigrateTest,
                         ::testing::Values("4.2", "5.2", "6.0", "6.1"),
                         [](const auto& version) { return ReplaceAll(version.param, ".", "_"); });

}  // namespace
}  // namespace migext::surface
