// The statements for every migration of the zoo, in each version of Django and in both directions,
// against those that Django ran, and against what its sqlmigrate printed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <regex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "base/time_zone.h"
#include "django/graph.h"
#include "django/project.h"
#include "schema/editor.h"
#include "schema/golden_indexes.h"
#include "schema/sqlmigrate.h"
#include "support/golden_zoo.h"
#include "support/json.h"
#include "support/project_builder.h"

namespace migext::test {
namespace {

using django::Migration;
using django::ProjectState;
using Lines = std::vector<std::string>;

/// Where this and Django part, and why.
struct Departure {
  std::string_view text;  ///< "executed" or "sqlmigrate".
  std::string_view migration;
  std::string_view reason;
  std::string_view version = {};  ///< "" for all.
};

constexpr Departure kDepartures[] = {
    {"executed", "ct_conflict.0002_rename_chain", "raised by the handler that renames permissions"},
    {"executed", "ct_conflict.0003_conflict", "raised by the handler that renames permissions"},
    {"executed", "err_python_raises.0002_refused", "raised by the body of a RunPython"},
    {"executed", "op_runpython_rows.0003_sql_through_editor", "SQL run by the body of a RunPython"},
    {"sqlmigrate", "err_old_violation.0002_other_table", "refused after a look at the rows"},
    {"executed", "err_field_rename_unknown.0002_refused", "the model in small letters", "3.2"},
    {"sqlmigrate", "err_field_rename_unknown.0002_refused", "the model in small letters", "3.2"},
    {"executed", "err_index_noname_opt.0001_initial", "an index shown as in 4.0", "3.2"},
    {"sqlmigrate", "err_index_noname_opt.0001_initial", "an index shown as in 4.0", "3.2"},
    {"executed", "err_m2m_later.0001_initial", "the model in small letters", "3.2"},
};

/// Django walks over sets here, by the addresses or hashes of what is in them.
constexpr std::string_view kUnordered[] = {
    "f_collation.0005_rows_then_pk", "fk_dbdelete.0005_m2m",
    "fk_to_field.0003_type_of_code", "g_xa.0003_pk",
    "id_quote.0003_rename",          "mo_inherit.0004_pk_type",
    "mo_unique_together.0006_none",  "op_auto_created.0008_pk",
    "op_rename_model.0002_rename",   "pk_alter.0003_to_char",
    "pk_alter.0004_wider_char",
};

bool IsDeparture(std::string_view text, std::string_view migration, std::string_view version) {
  return std::any_of(std::begin(kDepartures), std::end(kDepartures), [&](const Departure& known) {
    return known.text == text && known.migration == migration &&
           (known.version.empty() || known.version == version);
  });
}

bool IsUnordered(std::string_view migration) {
  return std::find(std::begin(kUnordered), std::end(kUnordered), migration) != std::end(kUnordered);
}

/// The pinned clock of the recorded runs: 2024-02-03 04:05:06.789012 UTC.
constexpr std::int64_t kNow = 1'706'933'106'789'012;

/// The zones of the zoo by their rules, so that the test needs no tz database.
std::function<std::int64_t(std::int64_t, bool)> OffsetsOf(const std::string& zone) {
  const std::map<std::string, std::string> rules = {
      {"America/New_York", "EST5EDT,M3.2.0,M11.1.0"},
      {"Europe/Prague", "CET-1CEST,M3.5.0,M10.5.0/3"},
  };
  const auto rule = PosixTimeZone::Parse(rules.contains(zone) ? rules.at(zone) : "UTC0").value();
  return [rule](std::int64_t micros, bool local) {
    const std::int64_t seconds = micros / 1'000'000;
    return (local ? rule.OffsetAtLocal(seconds) : rule.OffsetAtUtc(seconds)) * 1'000'000;
  };
}

bool IsOfDatabase(const std::string& error_type) {
  return error_type.starts_with("django.db.utils.") || error_type.starts_with("sqlite3.");
}

std::string WithoutAddresses(const std::string& text);

std::string ErrorText(const Json& error) {
  const std::string& type = error["type"].Text();
  return WithoutAddresses(type.substr(type.rfind('.') + 1) + ": " + error["message"].Text());
}

/// "ValueError: text" of what was thrown, without the module of the class.
std::string Thrown(const std::string& message) {
  const std::size_t colon = message.find(": ");
  if (colon == std::string::npos) return message;
  const std::size_t dot = message.rfind('.', colon);
  return dot == std::string::npos ? message : message.substr(dot + 1);
}

/// SQLite is silent about statements that do nothing.
bool IsBlank(std::string_view sql) {
  return sql.find_first_not_of(" ;\n\t") == std::string_view::npos;
}

/// SQLite's trace writes blobs that were parameters as x'00'.
std::string AsTraced(const std::string& sql) {
  return sql.starts_with("INSERT INTO op_runsql") ? ReplaceAll(sql, "X'", "x'") : sql;
}

/// "<function f at 0x…>": an address is never the same.
std::string WithoutAddresses(const std::string& text) {
  static const std::regex address(" at 0x\\w+");
  return std::regex_replace(text, address, "");
}

bool HasOption(const Json& step) {
  const Lines command = step["command"].Texts();
  return std::any_of(command.begin(), command.end(),
                     [](const std::string& word) { return word.starts_with("--"); });
}

/// Statements as sqlmigrate prints them.
Lines Terminated(Lines statements) {
  for (std::string& sql : statements) {
    if (!sql.ends_with(';')) sql += ';';
  }
  return statements;
}

Lines Sorted(Lines lines) {
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::string FirstDifference(const Lines& expected, const Lines& actual) {
  for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
    const std::string& left = i < expected.size() ? expected[i] : "(nothing)";
    const std::string& right = i < actual.size() ? actual[i] : "(nothing)";
    if (left != right) return "\n    django " + left + "\n    migext " + right;
  }
  return {};
}

class GoldenSqlTest : public testing::TestWithParam<std::string> {
 protected:
  void Replay(const std::string& app) {
    const Json golden = ReadZoo(GetParam(), app);
    ProjectBuilder tree;
    const auto project = django::Project::Read(tree.root(), ZooProject(tree, GetParam(), golden));
    context_ = schema::ContextOf(*project);
    context_.zone_offset = OffsetsOf(context_.time_zone);
    context_.now = kNow;
    context_.uuid = "11111111222243338444555555555555";
    graph_.emplace(django::Graph::Build(*project, nullptr).WithoutReplacements());
    ProjectState state;
    for (const auto& [key, migration] : project->migrations()) {
      if (migration->path == "(built-in)") migration->MutateState(state);
    }
    std::map<std::string, ProjectState> before;
    GoldenIndexes indexes;
    const Json sql = ReadZooSql(GetParam(), app);
    std::size_t step_number = 0;
    for (const Json& step : golden["steps"].Items()) {
      const Json& recorded = sql[step_number++];
      if (step.Has("command")) {
        std::size_t number = 0;
        for (const Json& item : step["migrations"].Items()) {
          const Json& statements = recorded[number++];
          const auto* migration = project->FindMigration({item["app"].Text(), item["name"].Text()});
          if (!migration) continue;
          const std::string name = migration->key.ToString();
          const bool backwards = item["backwards"].Bool();
          if (!backwards) {
            AddRecorded(*project, *migration, before, state);
            before[name] = state;
          }
          if (!before.contains(name)) continue;
          if (!HasOption(step)) {
            CompareMigration(step, item, statements, *migration, before[name], backwards, indexes);
          }
          try {
            if (!backwards) migration->MutateState(state);
          } catch (const Error&) {
            return;
          }
        }
      }
      if (step.Has("sqlite_master")) indexes = GoldenIndexes(step["sqlite_master"]);
    }
  }

  /// Parents that a script has only recorded: their changes are in the state all the same.
  static void AddRecorded(const django::Project& project, const Migration& migration,
                          std::map<std::string, ProjectState>& before, ProjectState& state) {
    for (const django::Dependency& dependency : migration.dependencies) {
      const Migration* parent = project.FindMigration(dependency.key);
      const bool is_own = parent && parent->key.app == migration.key.app;
      if (!is_own || before.contains(parent->key.ToString())) continue;
      AddRecorded(project, *parent, before, state);
      before[parent->key.ToString()] = state;
      parent->MutateState(state);
    }
  }

  void CompareMigration(const Json& step, const Json& item, const Json& statements,
                        const Migration& migration, const ProjectState& state, bool backwards,
                        const schema::KnownIndexes& indexes) {
    const std::string name = migration.key.ToString();
    const std::string where = name + (backwards ? " backwards" : "");
    const bool varies =
        item.Has("varies_in_order") || step.Has("varies_in_order") || IsUnordered(name);
    const Json* error = step.Find("error");
    if (!IsDeparture("executed", name, GetParam())) {
      CompareExecuted(where, statements, migration, state, backwards, indexes, varies, error);
    }
    if (statements.Has("sqlmigrate") && !IsDeparture("sqlmigrate", name, GetParam())) {
      CompareSqlMigrate(where, statements, migration, state, backwards, indexes, varies);
    }
  }

  void CompareExecuted(const std::string& where, const Json& item, const Migration& migration,
                       const ProjectState& state, bool backwards,
                       const schema::KnownIndexes& indexes, bool varies, const Json* error) {
    if (!item.Has("executed")) return;
    Lines expected = item["executed"].Texts();
    Lines actual;
    std::string failure;
    schema::SchemaEditor editor(context_, &indexes);
    try {
      Run(editor, migration, state, backwards);
    } catch (const Error& thrown) {
      failure = Thrown(thrown.message());
    }
    for (const schema::Statement& statement : editor.statements()) {
      const bool runs = statement.kind != schema::StatementKind::kPython && !IsBlank(statement.sql);
      if (runs) actual.push_back(AsTraced(schema::SentSql(statement)));
    }
    bool matches = false;
    if (error && IsOfDatabase((*error)["type"].Text())) {
      // What SQLite refuses comes at any place.
      if (actual.size() > expected.size()) actual.resize(expected.size());
      matches = (failure.empty() || failure == ErrorText(*error)) && actual == expected;
    } else if (error) {
      matches = failure == ErrorText(*error);
      if (!matches) failure = "\n    django " + ErrorText(*error) + "\n    migext " + failure;
    } else {
      matches =
          failure.empty() && (varies ? Sorted(actual) == Sorted(expected) : actual == expected);
    }
    Expect(matches, "executed " + where, expected, actual, failure);
  }

  void Run(schema::SchemaEditor& editor, const Migration& migration, const ProjectState& state,
           bool backwards) {
    if (backwards) schema::RequireReversible(migration);
    std::vector<ProjectState> states = {state};
    for (const auto& operation : migration.operations) {
      states.push_back(states.back());
      if (!backwards) {
        operation->StateForwards(migration.key.app, states.back());
        editor.Apply(*operation, migration.key.app, states[states.size() - 2], states.back());
        continue;
      }
      operation->StateForwards(migration.key.app, states.back());
    }
    for (std::size_t i = backwards ? migration.operations.size() : 0; i-- > 0;) {
      editor.Unapply(*migration.operations[i], migration.key.app, states[i], states[i + 1]);
    }
    editor.Finish();
  }

  /// The state that sqlmigrate starts from: what the migration needs, and nothing else.
  ProjectState Alone(const Migration& migration, const ProjectState& state) const {
    if (!graph_->failures().empty() || !graph_->Has(migration.key)) return state;
    return graph_->StateAfter(std::span(&migration.key, 1), false);
  }

  void CompareSqlMigrate(const std::string& where, const Json& statements,
                         const Migration& migration, const ProjectState& state, bool backwards,
                         const schema::KnownIndexes& indexes, bool varies) {
    Lines actual;
    std::string failure;
    try {
      actual =
          schema::SqlMigrate(migration, Alone(migration, state), backwards, context_, &indexes);
    } catch (const Error& thrown) {
      failure = Thrown(thrown.message());
    }
    if (actual.size() >= 2 && actual.front() == "BEGIN;" && actual.back() == "COMMIT;") {
      actual.erase(actual.begin());
      actual.pop_back();
    }
    const Json& recorded = statements["sqlmigrate"];
    if (recorded.IsBool()) {
      std::erase_if(actual, [](const std::string& line) { return line.starts_with("--"); });
    } else if (!recorded.IsArray()) {
      const std::string error = ErrorText(recorded["error"]);
      Expect(failure == error, "sqlmigrate " + where, {error}, {failure}, "");
      return;
    }
    const Lines expected =
        recorded.IsBool() ? Terminated(statements["executed"].Texts()) : recorded.Texts();
    const bool matches =
        failure.empty() && (varies ? Sorted(actual) == Sorted(expected) : actual == expected);
    Expect(matches, "sqlmigrate " + where, expected, actual, failure);
  }

  void Expect(bool matches, const std::string& where, const Lines& expected, const Lines& actual,
              const std::string& failure) {
    ++compared_;
    if (matches) ++matched_;
    EXPECT_TRUE(matches) << where << ": " << failure
                         << (failure.empty() ? FirstDifference(expected, actual) : "");
  }

  schema::SchemaContext context_;
  std::optional<django::Graph> graph_;
  int compared_ = 0;
  int matched_ = 0;
};

TEST_P(GoldenSqlTest, EveryMigrationGivesTheStatementsThatDjangoRan) {
  for (const std::string& app : ZooApps(GetParam())) {
    try {
      Replay(app);
    } catch (const std::exception& error) {
      ADD_FAILURE() << app << ": " << error.what();
    }
  }
  std::cout << "Django " << GetParam() << ": " << matched_ << " of " << compared_
            << " texts match\n";
  EXPECT_GT(compared_, GetParam() == "3.2" ? 2200 : 2400);
}

INSTANTIATE_TEST_SUITE_P(Versions, GoldenSqlTest,
                         testing::Values("3.2", "4.2", "5.2", "6.0", "6.1"),
                         [](const auto& parameter) {
                           return "Django" + ReplaceAll(parameter.param, ".", "_");
                         });

}  // namespace
}  // namespace migext::test
