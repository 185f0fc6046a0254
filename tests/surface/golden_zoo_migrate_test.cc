// The zoo, carried out: every migration of every app, forwards and backwards, on a real database.
// After each step the schema, the rows and the records are those that Django left.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "migrate/executor.h"
#include "migrate/fake.h"
#include "support/golden_zoo.h"
#include "support/loaded_database.h"

namespace migext {
namespace {

using django::Graph;
using django::MigrationKey;
using migrate::History;
using test::Json;

// The clock and the identifiers of the golden data: 2024-02-03 04:05:06.789012 UTC.
constexpr std::int64_t kNow = 1'706'933'106'789'012;
constexpr const char* kUuid = "11111111222243338444555555555555";

/// What is meant to differ: the app, and why.
const std::map<std::string, std::string> kNotCompared = {
    {"err_atomic_off", "Django leaves half a rebuilt table; each operation of ours is whole"},
    {"err_composite_remove", "a missing column is named, not taken for a string"},
    {"err_cycle", "where the names of a cycle begin is arbitrary"},
    {"err_import", "only Python knows what is installed"},
    {"err_index_noname_opt", "refused before the history table is made"},
    {"err_key_id_removed", "a missing column is named, not taken for a string"},
    {"err_model_again", "refused before the first write"},
    {"err_old_violation", "a violation from before does not stop a migration"},
    {"err_python_raises", "its Python is not run"},
    {"err_rename_proxied", "refused before the table is renamed; Django renames it and fails then"},
    {"err_runpython_once", "the error holds an address"},
    {"odd_field_same_name", "AddField over a column that is there: Django wipes it"},
    {"err_syntax", "the error's place is written another way"},
    {"err_view", "a view does not stop a remake"},
    {"ct_perms", "numbers of rows that Django takes from a set; see golden_post_migrate_test.cc"},
    {"g_fake_initial_partly", "refused before the history table is made"},
    {"g_squash_gone", "--prune is refused with an error, in Django on standard output"},
    {"g_to_nomig", "--run-syncdb needs models.py"},
    {"op_data_rows", "a remake keeps the counters of AUTOINCREMENT, and so the next ids"},
    {"op_side_objects", "a remake keeps triggers and indexes made by hand"},
};

/// SQL for the Python of the apps that run some.
const std::map<std::string, std::string> kTwins = {
    {"op_runpython/0001_initial", "-- forwards 2\n-- forwards 3\n-- backwards 2\n-- backwards 3\n"},
    {"op_runpython_rows/0002_rows",
     "-- forwards\nUPDATE op_runpython_rows_t SET x = x * 2;\n"
     "INSERT INTO op_runpython_rows_t (x) VALUES (-1);\n"
     "-- backwards\nDELETE FROM op_runpython_rows_t WHERE x = -1;\n"},
    {"op_runpython_rows/0003_sql_through_editor",
     "-- forwards\nUPDATE op_runpython_rows_t SET x = x + 100;\n-- backwards\n"},
};

std::string Shown(const Json& value, char type) {
  if (value.IsNull()) return "NULL";
  if (type == 'r') return std::to_string(std::strtod(value.NumberText().c_str(), nullptr));
  if (type == 'i') return value.IsBool() ? (value.Bool() ? "1" : "0") : value.NumberText();
  return std::string(1, type) + ":" + value.Text();
}

std::string Hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4U];
    out += kDigits[static_cast<unsigned char>(c) & 15U];
  }
  return out;
}

std::string Shown(const sqlite::Cell& cell) {
  if (cell.IsNull()) return "NULL";
  if (const auto* real = cell.Real()) return std::to_string(*real);
  if (cell.Integer() != nullptr) return cell.ToString();
  if (const auto* blob = cell.AsBlob()) return "b:" + Hex(blob->bytes);
  return "t:" + *cell.Text();
}

bool IsContribTable(const std::string& name) {
  return name.starts_with("django_") || name.starts_with("auth_") || name.starts_with("sqlite_");
}

struct Tally {
  int steps = 0;
  int schema = 0;
  int in_other_order = 0;
  int rows = 0;
  int records = 0;
  int refusals = 0;
};

class ZooRun {
 public:
  ZooRun(const std::string& version, const std::string& app, Tally& tally)
      : title_(version + " " + app),
        expected_(test::ReadZoo(version, app)),
        rows_(test::ReadZooTables(version, app)),
        tally_(tally),
        connection_(sqlite::Connection::Borrow(db_.handle())) {
    const django::ProjectOptions options = test::ZooProject(tree_, version, expected_);
    for (const auto& [name, twin] : kTwins) tree_.File("sql/" + name + ".sql", twin);
    project_ = django::Project::Read(tree_.root(), options);
    context_ = schema::ContextOf(*project_);
    context_.now = kNow;
    context_.uuid = kUuid;
    db_.Execute("PRAGMA foreign_keys = ON");
  }

  void Compare() {
    if (expected_.Has("setup")) {
      for (const Json& command : expected_["setup"].Items()) {
        ASSERT_EQ(Run(command.Texts()), "") << title_ << ": setup";
      }
    }
    const Json::Array& steps = expected_["steps"].Items();
    for (std::size_t i = 0; i < steps.size(); ++i) {
      FollowRows(rows_[i]);
      CompareStep(steps[i], rows_[i]);

      if (!rows_[i].Has("seeds")) continue;
      for (const std::string& seed : rows_[i]["seeds"].Texts()) {
        db_.Execute("BEGIN;" + test::ReadZooSeed(seed) + ";COMMIT;");
      }
    }
  }

 private:
  void CompareStep(const Json& step, const Json& rows) {
    std::string error;
    if (step.Has("command")) {
      error = Run(step["command"].Texts(), &step);
    } else {
      error = db_.ErrorOf(step["sql"].Text());
    }
    const std::string where = title_ + ": " + Title(step);
    ++tally_.steps;
    CompareError(where, step, error);
    CompareSchema(where, step);
    CompareRows(where, rows);
    EXPECT_EQ(Recorded(step), ExpectedRecords(step)) << where;
    ++tally_.records;
  }

  static std::string Title(const Json& step) {
    return step.Has("command") ? Join(step["command"].Texts(), " ") : step["sql"].Text();
  }

  /// The message of what failed, "" for success.
  std::string Run(const std::vector<std::string>& command, const Json* step = nullptr) {
    std::vector<std::string> words;
    std::set<std::string> options;
    for (const std::string& word : command) {
      word.starts_with("--") ? (void)options.insert(word) : words.push_back(word);
    }
    words.resize(3);
    try {
      if (options.contains("--fake")) {
        TakeRecords(*step);
      } else if (options.contains("--prune")) {
        Editor(
            [&](migrate::HistoryEditor& editor) { editor.Prune(words[1], migrate::Force::kNo); });
      } else {
        if (options.contains("--fake-initial")) {
          Editor([&](migrate::HistoryEditor& editor) { editor.FakeInitial(words[1]); });
        }
        Migrate(words[1], words[2]);
      }
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }

  void Migrate(const std::string& app, const std::string& name) {
    const History history = History::Read(connection_);
    const django::AppliedSet applied = history.Applied();
    const Graph graph = Graph::Build(*project_, &applied);
    migrate::ExecutorInput input{connection_, *project_, graph, history, context_, false, {}};
    input.report = [](const std::string&) {};
    input.keep_dropped = false;  // Django drops it for good.
    migrate::Executor(input).Migrate(app, name);
  }

  void Editor(const std::function<void(migrate::HistoryEditor&)>& change) {
    const django::AppliedSet applied = History::Read(connection_).Applied();
    const Graph graph = Graph::Build(*project_, &applied);
    migrate::HistoryEditor editor({connection_, graph, context_, false});
    change(editor);
  }

  /// `migrate --fake` of a whole plan is none of our verbs: the records are what matters.
  void TakeRecords(const Json& step) {
    std::set<MigrationKey> wanted;
    std::set<std::string> apps;
    for (const Json& row : step["recorded"].Items()) {
      wanted.insert({row[1].Text(), row[2].Text()});
      apps.insert(row[1].Text());
    }
    const migrate::Recorder recorder(connection_);
    const django::AppliedSet there = History::Read(connection_).Applied();
    for (const Json& row : step["recorded"].Items()) {
      const MigrationKey key{row[1].Text(), row[2].Text()};
      if (!there.contains(key)) recorder.RecordApplied(key);
    }
    for (const MigrationKey& key : there) {
      const bool is_of_zoo = project_->FindApp(key.app) != nullptr &&
                             !project_->FindApp(key.app)->package.starts_with("django.");
      if (is_of_zoo && !wanted.contains(key)) recorder.RecordUnapplied(key);
    }
  }

  void CompareError(const std::string& where, const Json& step, const std::string& error) {
    const Json* wanted = step.Find("error");
    if (wanted == nullptr) {
      EXPECT_EQ(error, "") << where;
      return;
    }
    ++tally_.refusals;
    const std::string& message = (*wanted)["message"].Text();
    const std::string first_line = message.substr(0, message.find('\n'));
    EXPECT_NE(error.find(first_line), std::string::npos)
        << where << "\nDjango: " << message << "\nwe: " << error;
  }

  void CompareSchema(const std::string& where, const Json& step) {
    std::vector<std::string> wanted;
    std::set<std::string> wanted_names;
    for (const Json& row : step["sqlite_master"].Items()) {
      wanted_names.insert(row[1].Text());
      wanted.push_back(row[0].Text() + "|" + row[1].Text() + "|" + row[2].Text() + "|" +
                       (row[3].IsNull() ? "" : row[3].Text()));
    }
    std::vector<std::string> ours;
    sqlite::Statement master =
        connection_.Prepare("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid");
    for (const sqlite::Row row : master) {
      if (IsContribTable(row.Text(2)) && !wanted_names.contains(row.Text(1))) continue;
      ours.push_back(row.Text(0) + "|" + row.Text(1) + "|" + row.Text(2) + "|" + row.Text(3));
    }
    if (ours != wanted) {
      // Where Django walks over a set the tables come in an order of its own.
      std::sort(ours.begin(), ours.end());
      std::sort(wanted.begin(), wanted.end());
      ++tally_.in_other_order;
    }
    EXPECT_EQ(Join(ours, "\n"), Join(wanted, "\n")) << where;
    ++tally_.schema;
  }

  void FollowRows(const Json& rows) {
    if (rows.Has("gone")) {
      for (const std::string& table : rows["gone"].Texts()) tables_.erase(table);
    }
    if (!rows.Has("tables")) return;
    for (const auto& [table, content] : rows["tables"].Members()) tables_[table] = &content;
  }

  void CompareRows(const std::string& where, const Json& rows) {
    for (const auto& [table, content] : tables_) {
      std::vector<std::string> wanted;
      std::set<std::string> counted;
      for (std::size_t i = 0; i < (*content)["rows"].Items().size(); ++i) {
        const Json& row = (*content)["rows"][i];
        const std::string& types = (*content)["types"][i].Text();
        std::vector<std::string> cells;
        for (std::size_t c = 0; c < row.Items().size(); ++c) {
          cells.push_back(Shown(row[c], types[c]));
        }
        if (table == "sqlite_sequence") {
          counted.insert(row[0].Text());
          KeepAhead(cells);
        }
        wanted.push_back(Join(cells, "|"));
      }
      std::vector<std::string> ours = RowsOf(table, counted);
      const bool is_unordered = table == "sqlite_sequence" || rows.Has("varies_in_order");
      if (is_unordered) {
        std::sort(ours.begin(), ours.end());
        std::sort(wanted.begin(), wanted.end());
      }
      EXPECT_EQ(Join(ours, "\n"), Join(wanted, "\n")) << where << ": " << table;
    }
    ++tally_.rows;
  }

  /// A remake keeps a counter of AUTOINCREMENT that is ahead of the keys; Django sets it back.
  void KeepAhead(std::vector<std::string>& counter) {
    const sqlite::Cell ours =
        connection_.Value("SELECT seq FROM sqlite_sequence WHERE name = ?", {counter[0].substr(2)});
    const auto* number = ours.Integer();
    if (number != nullptr && *number > std::stoll(counter[1])) counter[1] = ours.ToString();
  }

  std::vector<std::string> RowsOf(const std::string& table, const std::set<std::string>& counted) {
    std::vector<std::string> rows;
    sqlite::Statement select =
        connection_.Prepare("SELECT * FROM " + SqlIdentifier(table) + " ORDER BY rowid");
    for (const sqlite::Row row : select) {
      if (table == "sqlite_sequence" && !counted.contains(row.Text(0)) &&
          (IsContribTable(row.Text(0)) || row.Text(0).starts_with("migext_"))) {
        continue;
      }
      std::vector<std::string> cells;
      for (int c = 0; c < select.ColumnCount(); ++c) cells.push_back(Shown(row.Get(c)));
      rows.push_back(Join(cells, "|"));
    }
    return rows;
  }

  static std::vector<std::string> ExpectedRecords(const Json& step) {
    std::vector<std::string> wanted;
    for (const Json& row : step["recorded"].Items()) {
      wanted.push_back(row[1].Text() + "." + row[2].Text());
    }
    return wanted;
  }

  std::vector<std::string> Recorded(const Json& step) {
    std::set<std::string> wanted;
    for (const Json& row : step["recorded"].Items()) wanted.insert(row[1].Text());
    std::vector<std::string> found;
    const History history = History::Read(connection_);
    for (const migrate::Record& record : history.records()) {
      const django::App* app = project_->FindApp(record.key.app);
      const bool is_contrib = app != nullptr && app->package.starts_with("django.contrib.");
      if (!is_contrib || wanted.contains(record.key.app)) found.push_back(record.key.ToString());
    }
    return found;
  }

  std::string title_;
  Json expected_;
  Json rows_;
  Tally& tally_;
  ProjectBuilder tree_;
  testing::LoadedDatabase db_;
  sqlite::Connection connection_;
  std::shared_ptr<const django::Project> project_;
  schema::SchemaContext context_;
  std::map<std::string, const Json*> tables_;
};

class GoldenZooMigrateTest : public ::testing::TestWithParam<const char*> {};

TEST_P(GoldenZooMigrateTest, SchemaRowsAndRecordsAreThoseThatDjangoLeft) {
  const std::string version = GetParam();
  Tally tally;
  int apps = 0;
  for (const std::string& app : test::ZooApps(version)) {
    if (kNotCompared.contains(app)) continue;
    ++apps;
    try {
      ZooRun(version, app, tally).Compare();
    } catch (const std::exception& error) {
      ADD_FAILURE() << version << " " << app << ": " << error.what();
    }
  }
  std::cout << version << ": " << apps << " apps, " << tally.steps << " steps: schema "
            << tally.schema << " (" << tally.in_other_order << " in an order of a set), rows "
            << tally.rows << ", records " << tally.records << ", refusals " << tally.refusals
            << "\n";
  EXPECT_GT(tally.steps, 1000);
}

INSTANTIATE_TEST_SUITE_P(Versions, GoldenZooMigrateTest,
                         ::testing::Values("4.2", "5.2", "6.0", "6.1"), [](const auto& version) {
                           return "Django" + ReplaceAll(version.param, ".", "_");
                         });

}  // namespace
}  // namespace migext
