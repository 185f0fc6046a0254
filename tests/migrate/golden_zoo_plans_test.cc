// The zoo: which migrations each `migrate` of the golden data runs, in which order, and what it
// refuses in which words.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "migrate/plan.h"
#include "support/golden_zoo.h"

namespace migext::migrate {
namespace {

using django::AppliedSet;
using django::Graph;
using django::MigrationKey;
using test::Json;

// What only Python itself can know: whether a third-party module is installed.
const std::set<std::string> kNotKnownWithoutPython = {"err_import"};

/// "Applying app.name" and "Unapplying app.name", as the command printed them.
std::vector<std::string> Steps(const Json& step) {
  std::vector<std::string> steps;
  for (const std::string& line : step["stdout"].Texts()) {
    if (!line.starts_with("  Applying ") && !line.starts_with("  Unapplying ")) continue;
    steps.push_back(line.substr(2, line.find("...") - 2));
  }
  return steps;
}

std::vector<std::string> Steps(const Plan& plan) {
  std::vector<std::string> steps;
  for (const PlanStep& step : plan.steps) {
    steps.push_back((step.backwards ? "Unapplying " : "Applying ") +
                    step.migration->key.ToString());
  }
  return steps;
}

/// "NodeNotFoundError: …", or the message alone for a CommandError.
std::string DjangosWords(const Json& error) {
  const std::string& type = error["type"].Text();
  const std::string name = type.substr(type.rfind('.') + 1);
  std::string message = error["message"].Text();
  // str() of a SyntaxError ends with its place, which an Error keeps apart.
  if (name == "SyntaxError") message.resize(message.rfind(" ("));
  return name == "CommandError" ? message : name + ": " + message;
}

/// The names of a cycle, sorted: where it begins is arbitrary in Django.
std::string Normalised(const std::string& text) {
  static const std::string kCycle = "CircularDependencyError: ";
  if (!text.starts_with(kCycle)) return text;
  const std::string names = text.substr(kCycle.size(), text.find('\n') - kCycle.size());
  std::vector<std::string> keys = Split(ReplaceAll(names, ", ", ","), ',');
  std::sort(keys.begin(), keys.end());
  return kCycle + Join(keys, ", ");
}

/// Django printed what it was about to do: an error after that comes from doing it.
bool Began(const Json& step) {
  const std::vector<std::string> lines = step["stdout"].Texts();
  return std::find(lines.begin(), lines.end(), "Operations to perform:") != lines.end();
}

class ZooApp {
 public:
  ZooApp(const std::string& version, const std::string& app)
      : title_(version + " " + app), expected_(test::ReadZoo(version, app)) {
    project_ = django::Project::Read(tree_.root(), test::ZooProject(tree_, version, expected_));
    // What was set up before is left out of "recorded".
    if (!expected_.Has("setup")) return;
    for (const auto& [key, migration] : project_->migrations()) {
      if (project_->FindApp(key.app)->package.starts_with("django.contrib.")) contrib_.insert(key);
    }
  }

  void Compare() {
    for (const Json& step : expected_["steps"].Items()) {
      if (step.Has("command")) CompareStep(step);
      rows_.clear();
      for (const Json& row : step["recorded"].Items()) {
        rows_.push_back({row[1].Text(), row[2].Text()});
      }
    }
  }

  int matched = 0;
  int total = 0;

 private:
  void CompareStep(const Json& step) {
    const std::vector<std::string> command = step["command"].Texts();
    std::vector<std::string> words = command;
    std::erase_if(words, [](const std::string& word) { return word.starts_with("--"); });
    const bool prunes = std::find(command.begin(), command.end(), "--prune") != command.end();
    if (words[0] != "migrate" || prunes) return;
    ++total;
    words.resize(3);
    std::vector<std::string> steps;
    std::string refusal;
    try {
      steps = Steps(PlanFrom(words[1], words[2]));
    } catch (const Error& error) {
      refusal = error.message();
    }
    if (Matches(step, steps, refusal)) {
      ++matched;
      return;
    }
    const Json* error = step.Find("error");
    ADD_FAILURE() << title_ << ": " << Join(command, " ") << "\nDjango:\n"
                  << Join(Steps(step), "\n") << (error != nullptr ? DjangosWords(*error) : "")
                  << "\nwe:\n"
                  << Join(steps, "\n") << refusal;
  }

  static bool Matches(const Json& step, std::vector<std::string> steps,
                      const std::string& refusal) {
    const Json* error = step.Find("error");
    if (error != nullptr && !Began(step)) {
      return Normalised(refusal).starts_with(Normalised(DjangosWords(*error)));
    }
    const std::vector<std::string> ran = Steps(step);
    if (error != nullptr) steps.resize(std::min(steps.size(), ran.size()));
    return refusal.empty() && steps == ran;
  }

  Plan PlanFrom(const std::string& app, const std::string& name) const {
    AppliedSet applied = contrib_;
    applied.insert(rows_.begin(), rows_.end());
    std::vector<MigrationKey> rows(contrib_.begin(), contrib_.end());
    rows.insert(rows.end(), rows_.begin(), rows_.end());
    return PlanLikeDjango(Graph::Build(*project_, &applied), rows, app, name);
  }

  std::string title_;
  Json expected_;
  ProjectBuilder tree_;
  std::shared_ptr<const django::Project> project_;
  AppliedSet contrib_;
  std::vector<MigrationKey> rows_;
};

class GoldenZooPlansTest : public ::testing::TestWithParam<const char*> {};

TEST_P(GoldenZooPlansTest, EveryCommandRunsOrRefusesWhatDjangoDoes) {
  const std::string version = GetParam();
  int matched = 0;
  int total = 0;
  std::vector<std::string> names = test::ZooApps(version);
  names.emplace_back("_project");  // All of them at once.
  for (const std::string& name : names) {
    if (kNotKnownWithoutPython.contains(name)) continue;
    ZooApp app(version, name);
    app.Compare();
    matched += app.matched;
    total += app.total;
  }
  std::cout << "Django " << version << ": " << matched << " of " << total << " commands match\n";
  EXPECT_EQ(matched, total);
  EXPECT_GT(total, 900);
}

INSTANTIATE_TEST_SUITE_P(Versions, GoldenZooPlansTest,
                         ::testing::Values("4.2", "5.2", "6.0", "6.1"), [](const auto& version) {
                           return "Django" + ReplaceAll(version.param, ".", "_");
                         });

}  // namespace
}  // namespace migext::migrate
