// The tables of every state in the zoo, in each version of Django, against what Django made.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "django/project.h"
#include "schema/create_table_text.h"
#include "schema/table.h"
#include "support/golden_zoo.h"
#include "support/json.h"
#include "support/project_builder.h"

namespace migext::test {
namespace {

using Lines = std::vector<std::string>;

Lines Sorted(Lines lines) {
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// What sqlite_master holds: tables by name, and indexes by the name of their table, in lower
/// case.
struct Master {
  std::map<std::string, Lines> tables;
  std::map<std::string, Lines> indexes;
};

Master ReadMaster(const Json& step) {
  Master master;
  for (const Json& row : step["sqlite_master"].Items()) {
    if (row[3].IsNull()) continue;
    if (row[0].Text() == "table" && row[1].Text() != "sqlite_sequence") {
      master.tables[LowerUtf8(row[1].Text())] = LinesOfCreateTable(row[3].Text());
    }
    if (row[0].Text() == "index") {
      master.indexes[LowerUtf8(row[2].Text())].push_back(LineOfCreateIndex(row[3].Text()));
    }
  }
  return master;
}

/// Tables of contrib apps are recorded for few apps of the zoo, and then all of them.
bool IsLeftOut(const django::ModelState& model, const Master& master) {
  const bool is_contrib =
      model.app == "auth" || model.app == "contenttypes" || model.app == "sites";
  return is_contrib && !master.tables.contains("django_content_type");
}

std::vector<schema::Table> TablesOf(const django::ProjectState& state,
                                    const schema::SchemaContext& context, const Master& master) {
  std::vector<schema::Table> tables;
  for (const auto& model : state.models()) {
    if (IsLeftOut(*model, master)) continue;
    if (auto table = schema::TableOf(state, model->key(), context)) {
      tables.push_back(std::move(*table));
    }
    for (const django::NamedField& field : model->fields) {
      auto through = schema::ManyToManyTableOf(state, model->key(), field.name, context);
      if (through) tables.push_back(std::move(*through));
    }
  }
  return tables;
}

/// The apps of django.contrib are migrated before the first step.
django::ProjectState StateOfContrib(const django::Project& project) {
  django::ProjectState state;
  for (const auto& [key, migration] : project.migrations()) {
    if (migration->path == "(built-in)") migration->MutateState(state);
  }
  return state;
}

bool IsPlainForwardStep(const Json& step) {
  if (!step.Has("command") || step.Has("error") || step["direction"].Text() != "forward") {
    return false;
  }
  const Lines command = step["command"].Texts();
  const bool has_options = std::any_of(command.begin(), command.end(), [](const std::string& word) {
    return word.starts_with("--");
  });
  const auto& migrations = step["migrations"].Items();
  return !has_options && std::none_of(migrations.begin(), migrations.end(),
                                      [](const Json& item) { return item["backwards"].Bool(); });
}

/// From these migrations on a database of Django itself is not what its state says.
struct Departure {
  std::string_view app;
  std::string_view migration;  ///< A beginning of its name.
};

constexpr Departure kDepartures[] = {
    // A key to a key, or to a column whose declared type stays the same, keeps its old type.
    {"f_collation", "0003"},
    {"fk_to_field", "0004"},
    {"mo_inherit", "0004"},
    {"pk_alter", "0002"},
    // A remake loses indexes.
    {"mo_index_together_lost", "0002"},
    {"op_alter_keys", "0009"},
    {"op_remove_meta_index", "0002"},
    // Indexes and constraints follow a renamed column while the state keeps the old name, or the
    // other way round.
    {"mo_unique_flat_rename", "0002"},
    {"op_deferred_rename", "0001"},
    {"op_deferred_rename_col", "0001"},
    {"op_multi", "0004"},
    {"op_rename_field_meta", "0003"},
    {"op_rename_field_meta_old", "0003"},
    {"op_rename_two_fk", "0003"},
    {"mo_table", "0003"},
    // SQL written by hand, and operations that only the state sees.
    {"mo_unmanaged", "0002"},
    {"op_runsql", "0007"},
    {"op_separate", "0001"},
    {"op_side_objects", "0001"},
};

bool IsDeparture(std::string_view app, std::string_view migration) {
  return std::any_of(std::begin(kDepartures), std::end(kDepartures), [&](const Departure& known) {
    return known.app == app && migration.starts_with(known.migration);
  });
}

/// Automatic names are those of the time at which an index was made.
bool ChangesNames(const Json& operation) {
  const std::string& type = operation["type"].Text();
  return type.starts_with("Rename") || type == "AlterModelTable" || type == "AlterField";
}

bool IsNamedByHand(const schema::Index& index) {
  return index.origin == schema::IndexOrigin::kMeta ||
         index.origin == schema::IndexOrigin::kConstraint;
}

class GoldenTableTest : public testing::TestWithParam<std::string> {
 protected:
  /// Stops at the first step that is no plain migrate forwards.
  void Replay(const std::string& app) {
    const Json golden = ReadZoo(GetParam(), app);
    ProjectBuilder tree;
    const auto project = django::Project::Read(tree.root(), ZooProject(tree, GetParam(), golden));
    schema::SchemaContext context;
    context.dialect = &project->dialect();
    context.default_auto_field = project->default_auto_field();
    context.swapped = project->field_context().swappable;
    names_are_old_ = false;
    django::ProjectState state = StateOfContrib(*project);
    for (const Json& step : golden["steps"].Items()) {
      if (!IsPlainForwardStep(step)) return;
      for (const Json& item : step["migrations"].Items()) {
        if (IsDeparture(app, item["name"].Text())) return;
        const auto* migration = project->FindMigration({item["app"].Text(), item["name"].Text()});
        ASSERT_NE(migration, nullptr) << app << ": " << item["name"].Text();
        migration->MutateState(state);
        const auto& operations = item["operations"].Items();
        names_are_old_ |= std::any_of(operations.begin(), operations.end(), ChangesNames);
      }
      const Master master = ReadMaster(step);
      Compare(app + " after " + Join(step["command"].Texts(), " "),
              TablesOf(state, context, master), master);
    }
  }

  void Compare(const std::string& where, const std::vector<schema::Table>& tables,
               const Master& master) {
    for (const schema::Table& table : tables) {
      ++tables_compared_;
      const std::string name = LowerUtf8(table.name);
      const auto found = master.tables.find(name);
      if (found == master.tables.end()) {
        ADD_FAILURE() << where << ": " << table.name << " is not there";
        continue;
      }
      EXPECT_EQ(Sorted(LinesOf(table)), Sorted(found->second)) << where << ": " << table.name;
      const auto live = master.indexes.find(name);
      CompareIndexes(where + ": " + table.name, table,
                     live == master.indexes.end() ? Lines() : live->second);
    }
  }

  void CompareIndexes(const std::string& where, const schema::Table& table, Lines live) {
    Lines expected;
    std::set<std::string> given_names;
    for (schema::Index index : table.indexes) {
      if (IsNamedByHand(index)) given_names.insert(index.name);
      if (names_are_old_ && !IsNamedByHand(index)) index.name.clear();
      expected.push_back(LineOf(index));
    }
    for (std::string& line : live) {
      const std::size_t begin = line.find('"') + 1;
      const std::size_t end = line.find('"', begin);
      const bool is_given = given_names.contains(line.substr(begin, end - begin));
      if (names_are_old_ && !is_given) line.erase(begin, end - begin);
    }
    EXPECT_EQ(Sorted(expected), Sorted(live)) << where;
  }

  bool names_are_old_ = false;
  int tables_compared_ = 0;
};

TEST_P(GoldenTableTest, EveryStateStandsForTheTablesThatDjangoMade) {
  for (const std::string& app : ZooApps(GetParam())) {
    try {
      Replay(app);
    } catch (const std::exception& error) {
      ADD_FAILURE() << app << ": " << error.what();
    }
  }
  EXPECT_GT(tables_compared_, 1300);
}

INSTANTIATE_TEST_SUITE_P(Versions, GoldenTableTest, testing::Values("4.2", "5.2", "6.0", "6.1"),
                         [](const auto& parameter) {
                           return "Django" + ReplaceAll(parameter.param, ".", "_");
                         });

}  // namespace
}  // namespace migext::test
