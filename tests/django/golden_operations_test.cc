// Every operation of the golden projects, read and replayed, against what Django recorded of it.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>

#include "base/text.h"
#include "django/project.h"
#include "support/golden_blog.h"
#include "support/golden_zoo.h"
#include "support/json.h"

namespace migext::django {
namespace {

using test::Json;

/// Collects what differs, so that a run shows all of it.
class Differences {
 public:
  void Compare(const std::string& where, const std::string& expected, const std::string& actual) {
    ++compared_;
    if (expected != actual) {
      lines_.push_back(where + "\n  expected " + expected + "\n  actual   " + actual);
    }
  }
  int compared() const { return compared_; }
  std::string Text() const { return Join(lines_, "\n"); }

 private:
  std::vector<std::string> lines_;
  int compared_ = 0;
};

std::string YesNo(bool value) { return value ? "yes" : "no"; }

bool FlagOf(const Json& json, std::string_view name, bool otherwise) {
  const Json* flag = json.Find(name);
  return flag ? flag->Bool() : otherwise;
}

void CompareOperation(const std::string& where, const Json& expected, const Operation& actual,
                      Differences& differences) {
  const Json* type = expected.Find("type");
  const std::string class_name = type ? type->Text() : expected["class"].Text();
  differences.Compare(where + " type", class_name, actual.ClassName());
  differences.Compare(where + " describe", expected["describe"].Text(), actual.Describe());
  if (expected.Has("formatted")) {
    differences.Compare(where + " formatted", expected["formatted"].Text(),
                        actual.FormattedDescription());
  }
  differences.Compare(where + " reversible", YesNo(expected["reversible"].Bool()),
                      YesNo(actual.Reversible()));
  differences.Compare(where + " reduces_to_sql", YesNo(expected["reduces_to_sql"].Bool()),
                      YesNo(actual.ReducesToSql()));
  differences.Compare(where + " elidable", YesNo(FlagOf(expected, "elidable", false)),
                      YesNo(actual.Elidable()));
}

void CompareOperations(const std::string& where, const Json::Array& expected,
                       const std::vector<OperationPtr>& actual, Differences& differences) {
  std::vector<const Json*> of_file;
  for (const Json& operation : expected) {
    const Json* type = operation.Find("type");
    // contenttypes puts it into the plan, behind each RenameModel.
    if (type && type->Text() == "RenameContentType") continue;
    of_file.push_back(&operation);
  }
  differences.Compare(where + " operations", std::to_string(of_file.size()),
                      std::to_string(actual.size()));
  if (of_file.size() != actual.size()) return;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    CompareOperation(where + "[" + std::to_string(i) + "]", *of_file[i], *actual[i], differences);
  }
}

/// The migration, or nothing when it cannot be read, which is a difference.
const Migration* Find(const Project& project, const MigrationKey& key, const std::string& where,
                      Differences& differences) {
  const Migration* migration = project.FindMigration(key);
  if (migration) return migration;
  const auto unreadable = project.unreadable().find(key);
  differences.Compare(
      where, "read",
      unreadable == project.unreadable().end() ? "not found" : unreadable->second.error);
  return nullptr;
}

// ---- The zoo

bool IsContrib(std::string_view app) {
  return app == "contenttypes" || app == "auth" || app == "sites";
}

/// One app of the zoo, the steps that Django was run with repeated.
class ZooApp {
 public:
  ZooApp(const Json& expected, const Project& project, std::string where, Differences& differences)
      : expected_(expected),
        project_(project),
        where_(std::move(where)),
        differences_(differences),
        is_about_the_graph_(expected["app"].Text().starts_with("g_")) {}

  void Check() {
    for (const Json& step : expected_["steps"].Items()) {
      if (!step.Has("direction") || !step.Has("migrations")) continue;
      const bool forward = step["direction"].Text() == "forward";
      for (const Json& migration : step["migrations"].Items()) {
        CheckMigration(migration, forward && IsRecorded(step, migration["name"].Text()));
      }
    }
    const Json* final_state = expected_.Find("final_state");
    if (final_state && !is_about_the_graph_) CheckState(*final_state);
  }

 private:
  static bool IsRecorded(const Json& step, const std::string& name) {
    return std::ranges::any_of(step["recorded"].Items(),
                               [&](const Json& row) { return row[2].Text() == name; });
  }

  void CheckMigration(const Json& expected, bool forward) {
    const MigrationKey key = {expected["app"].Text(), expected["name"].Text()};
    const std::string where = where_ + " " + key.ToString();
    const Migration* migration = Find(project_, key, where, differences_);
    if (!migration) return;
    if (!IsContrib(key.app)) {
      CompareOperations(where, expected["operations"].Items(), migration->operations, differences_);
      differences_.Compare(where + " atomic", YesNo(expected["atomic"].Bool()),
                           YesNo(migration->atomic));
    }
    if (forward && !is_about_the_graph_) Replay(*migration, where);
  }

  void Replay(const Migration& migration, const std::string& where) {
    try {
      migration.MutateState(state_);
    } catch (const Error& error) {
      differences_.Compare(where, "replayed", error.what());
    }
  }

  void CheckState(const Json& expected) {
    for (const Json& model : expected.Items()) {
      const ModelKey key = {model["app"].Text(), Lower(model["model"].Text())};
      const ModelState* actual = state_.Find(key);
      differences_.Compare(where_ + " state of " + key.ToString(), "there",
                           actual ? "there" : "missing");
      if (actual) CheckModel(where_ + " " + key.ToString(), model, *actual);
    }
  }

  void CheckModel(const std::string& where, const Json& expected, const ModelState& actual) {
    std::string wanted;
    for (const Json& field : expected["fields"].Items()) {
      wanted += field[0].Text() + " " + field[1].Text() + ", ";
    }
    std::string got;
    for (const NamedField& field : actual.fields) {
      got += field.name + " " + field.field->class_path + ", ";
    }
    differences_.Compare(where + " fields", wanted, got);
    differences_.Compare(where + " options", OptionNames(expected), OptionNames(actual));
  }

  static std::string OptionNames(const Json& model) {
    std::set<std::string> names;
    for (const auto& [name, value] : model["options"].Members()) names.insert(name);
    return Join(std::vector<std::string>(names.begin(), names.end()), " ");
  }

  static std::string OptionNames(const ModelState& model) {
    std::set<std::string> names;
    for (const auto& [name, value] : model.options) names.insert(name);
    if (!model.indexes.empty()) names.insert("indexes");
    if (!model.constraints.empty()) names.insert("constraints");
    if (model.unique_together) names.insert("unique_together");
    if (model.index_together) names.insert("index_together");
    return Join(std::vector<std::string>(names.begin(), names.end()), " ");
  }

  const Json& expected_;
  const Project& project_;
  std::string where_;
  Differences& differences_;
  /// Where branches and squashes decide the order, the state is a matter of the graph.
  bool is_about_the_graph_;
  ProjectState state_;
};

class GoldenOperationsTest : public testing::TestWithParam<std::string> {};

TEST_P(GoldenOperationsTest, TheZooIsReadAndReplayedAsDjangoDid) {
  const std::string& version = GetParam();
  Differences differences;
  for (const std::string& app : test::ZooApps(version)) {
    const Json expected = test::ReadZoo(version, app);
    ProjectBuilder tree;
    const auto project = Project::Read(tree.root(), test::ZooProject(tree, version, expected));
    ZooApp(expected, *project, version + " " + app, differences).Check();
  }
  EXPECT_GT(differences.compared(), 10000);
  EXPECT_EQ(differences.Text(), "");
}

TEST_P(GoldenOperationsTest, WhatDjangoCannotLoadIsRefusedInItsWords) {
  // Not a matter of one file: the graph says these.
  const std::set<std::string> of_the_graph = {"err_cycle", "err_missing", "err_missing_app",
                                              "err_missing_first"};
  const std::string& version = GetParam();
  Differences differences;
  for (const std::string& app : test::ZooApps(version)) {
    const Json expected = test::ReadZoo(version, app);
    if (expected.Has("final_state") || of_the_graph.contains(app)) continue;
    ProjectBuilder tree;
    const auto project = Project::Read(tree.root(), test::ZooProject(tree, version, expected));
    std::string refused;
    for (const auto& [key, unreadable] : project->unreadable()) refused += unreadable.error;
    const Json& error = expected["steps"][0]["error"];
    const std::string type = error["type"].Text();
    // The place that str(SyntaxError) ends with is beside our message.
    const std::string message = error["message"].Text();
    const std::string words = message.substr(0, message.find(" (0001_initial.py, line "));
    differences.Compare(version + " " + app, type.substr(type.rfind('.') + 1) + ": " + words,
                        refused);
  }
  EXPECT_GT(differences.compared(), 10);
  EXPECT_EQ(differences.Text(), "");
}

// ---- The blog

bool IsOfBlog(std::string_view app) { return app == "blog" || app == "newsletter"; }

void CompareMigration(const std::string& where, const Json& expected, const Migration& actual,
                      Differences& differences) {
  CompareOperations(where, expected["operations"].Items(), actual.operations, differences);
  std::string wanted;
  for (const Json& key : expected["dependencies"].Items()) {
    wanted += key[0].Text() + "." + key[1].Text() + " ";
  }
  // The golden data has them sorted.
  std::set<std::string> sorted;
  for (const Dependency& dependency : actual.dependencies) sorted.insert(dependency.key.ToString());
  std::string got;
  for (const std::string& key : sorted) got += key + " ";
  differences.Compare(where + " dependencies", wanted, got);
  differences.Compare(where + " replaces", std::to_string(expected["replaces"].Items().size()),
                      std::to_string(actual.replaces.size()));
  const Json& initial = expected["initial"];
  differences.Compare(where + " initial", initial.IsNull() ? "none" : YesNo(initial.Bool()),
                      actual.initial ? YesNo(*actual.initial) : "none");
  differences.Compare(where + " atomic", YesNo(expected["atomic"].Bool()), YesNo(actual.atomic));
}

/// The models after the whole plan, by the names and classes of their fields.
void CompareModels(const std::string& where, const Json& loaded, const Project& project,
                   Differences& differences) {
  ProjectState state;
  for (const Json& node : loaded["plan"].Items()) {
    const MigrationKey key = {node[0].Text(), node[1].Text()};
    const Migration* migration = Find(project, key, where, differences);
    if (migration) migration->MutateState(state);
  }
  for (const Json& model : loaded["models"].Items()) {
    const ModelState* actual = state.Find(model["app"].Text(), model["model"].Text());
    const std::string name = where + " " + model["model"].Text();
    differences.Compare(name, "there", actual ? "there" : "missing");
    if (!actual) continue;
    differences.Compare(name + " table", model["table"].Text(), actual->DbTable());
    for (const NamedField& field : actual->fields) {
      const auto& fields = model["fields"].Items();
      const auto found = std::ranges::find_if(
          fields, [&](const Json& json) { return json["name"].Text() == field.name; });
      differences.Compare(name + " " + field.name,
                          found == fields.end() ? "missing" : (*found)["class"].Text(),
                          field.field->class_name);
    }
  }
}

TEST_P(GoldenOperationsTest, TheBlogAndItsVariantsAreReadAsDjangoDid) {
  const std::string& version = GetParam();
  Differences differences;
  int variants = 0;
  for (const auto& folder :
       std::filesystem::directory_iterator(MIGEXT_TEST_DATA "/golden/blog/expected/" + version)) {
    if (!std::filesystem::exists(folder.path() / "loaded.json")) continue;
    const Json loaded = Json::ReadFile((folder.path() / "loaded.json").string());
    const std::string variant = folder.path().filename().string();
    ProjectBuilder tree;
    test::LayOutBlog(tree, variant, version);
    ProjectOptions options;
    options.django_version = version;
    const auto project = Project::Read(tree.root(), options);
    for (const Json& expected : loaded["migrations"].Items()) {
      const MigrationKey key = {expected["app"].Text(), expected["name"].Text()};
      if (!IsOfBlog(key.app)) continue;
      const std::string where = version + " " + variant + " " + key.ToString();
      const Migration* migration = Find(*project, key, where, differences);
      if (migration) CompareMigration(where, expected, *migration, differences);
    }
    CompareModels(version + " " + variant, loaded, *project, differences);
    ++variants;
  }
  EXPECT_GT(variants, 10);
  EXPECT_EQ(differences.Text(), "");
}

INSTANTIATE_TEST_SUITE_P(Versions, GoldenOperationsTest,
                         testing::Values("4.2", "5.2", "6.0", "6.1"), [](const auto& param_info) {
                           return "Django" + ReplaceAll(param_info.param, ".", "_");
                         });

}  // namespace
}  // namespace migext::django
