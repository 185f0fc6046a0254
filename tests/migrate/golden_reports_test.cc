// Every showmigrations and migrate --plan in the golden transcripts, byte for byte, and every
// refusal that comes from files, history or names, in Django's words.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "migrate/history.h"
#include "migrate/reports.h"
#include "sqlite/connection.h"
#include "support/database.h"
#include "support/golden_blog.h"
#include "support/transcript.h"

namespace migext::migrate {
namespace {

using django::Graph;
using django::MigrationKey;
using django::Project;
using test::Json;
using test::Session;
using test::Step;

// What only Python itself can know: whether a third-party module is installed.
const std::set<std::string> kNotKnownWithoutPython = {"import_error"};

// A file with several faults: Python stops at the first it executes, while we resolve all names
// before we look into arguments, and so name another.
const std::set<std::string> kAnotherFirstFault = {"4.2 modern_fields"};

MigrationKey KeyOf(const std::string& text) {
  const std::size_t dot = text.find('.');
  return {text.substr(0, dot), text.substr(dot + 1)};
}

/// The rows of django_migrations as a session goes on.
class Rows {
 public:
  void Read(const std::string& path) {
    testing::Database database(path);
    const History history = History::Read(sqlite::Connection::Borrow(database.handle()));
    for (const Record& record : history.records()) keys_.push_back(record.key);
    times_ = AppliedTimesOf(history);
    readable_ = history.damage().empty();
  }

  void Change(const Json& changes) {
    for (const std::string& text : changes["unrecorded"].Texts()) {
      const auto row = std::find(keys_.rbegin(), keys_.rend(), KeyOf(text));
      ASSERT_NE(row, keys_.rend()) << text;
      keys_.erase(std::next(row).base());
      if (std::find(keys_.begin(), keys_.end(), KeyOf(text)) == keys_.end()) {
        times_.erase(KeyOf(text));
      }
    }
    for (const std::string& text : changes["recorded"].Texts()) {
      keys_.push_back(KeyOf(text));
      times_.try_emplace(KeyOf(text), "");
    }
  }

  bool readable() const { return readable_; }
  const std::vector<MigrationKey>& keys() const { return keys_; }
  const AppliedTimes& times() const { return times_; }
  django::AppliedSet Applied() const { return {keys_.begin(), keys_.end()}; }

 private:
  bool readable_ = true;
  std::vector<MigrationKey> keys_;
  AppliedTimes times_;
};

/// What a command gave: lines, or the words of a refusal.
struct Outcome {
  std::vector<std::string> lines;
  std::string refusal;
};

struct Arguments {
  std::vector<std::string> words;
  bool plan = false;
  bool detailed = false;
  bool others = false;  ///< Options that change what the command prints.
};

Arguments ParseArguments(const Step& step) {
  Arguments arguments;
  for (std::size_t i = 1; i < step.command.size(); ++i) {
    const std::string& word = step.command[i];
    if (word == "--plan") {
      arguments.plan = true;
    } else if (word == "-v") {
      arguments.detailed = step.command[++i] == "2";
    } else if (word.starts_with("--")) {
      if (word != "--fake" && word != "--fake-initial") arguments.others = true;
    } else {
      arguments.words.push_back(word);
    }
  }
  return arguments;
}

/// The last lines of standard error, without the traceback and the exception's package.
std::string DjangosWords(const Step& step) {
  static const std::vector<std::string> kPackages = {
      "django.db.migrations.exceptions.", "django.core.management.base.", "CommandError: "};
  std::vector<std::string> lines = Split(step.errors, '\n');
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  std::size_t first = lines.empty() ? 0 : lines.size() - 1;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with("CommandError: ")) first = i;
  }
  lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(first));
  std::string text = Join(lines, "\n");
  // Added by Python when it prints a traceback; no part of the exception.
  text.resize(std::min(text.size(), text.find(". Did you mean: '")));
  for (const std::string& package : kPackages) {
    if (text.starts_with(package)) text.erase(0, package.size());
  }
  return text;
}

bool ComesFromTheDatabase(const Step& step) {
  return step.errors.find("django.db.utils.") != std::string::npos ||
         step.errors.find("IrreversibleError") != std::string::npos;
}

/// The apps of a conflict, sorted: Django gives them in the order of a set.
std::string Normalised(const std::string& text) {
  const std::size_t open = text.find("graph: (");
  const std::size_t close = text.find(").", open);
  if (open == std::string::npos || close == std::string::npos) return text;
  const std::size_t begin = open + std::string_view("graph: (").size();
  std::vector<std::string> apps =
      Split(ReplaceAll(text.substr(begin, close - begin), "; ", ";"), ';');
  std::sort(apps.begin(), apps.end());
  return text.substr(0, begin) + Join(apps, "; ") + text.substr(close);
}

/// True if each of the migrations in "CircularDependencyError: a.1, b.2" is needed by the next.
/// Which cycle Django finds, and where it begins, is as arbitrary as the order of a set.
bool IsCycle(const std::string& text, const Graph& graph) {
  static const std::string kCycle = "CircularDependencyError: ";
  if (!text.starts_with(kCycle)) return false;
  const std::string names = text.substr(kCycle.size(), text.find('\n') - kCycle.size());
  const std::vector<std::string> keys = Split(ReplaceAll(names, ", ", ","), ',');
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto children = graph.Children(KeyOf(keys[i]));
    const MigrationKey next = KeyOf(keys[(i + 1) % keys.size()]);
    if (std::find(children.begin(), children.end(), next) == children.end()) return false;
  }
  return true;
}

class Comparison {
 public:
  explicit Comparison(std::string version) : version_(std::move(version)) {}

  void CompareAll() {
    for (const std::string& name : test::BlogTranscripts(version_)) {
      tree_ = nullptr;
      for (const Session& session :
           test::ReadTranscript(test::BlogTranscriptPath(version_, name))) {
        CompareSession(name, session);
      }
    }
  }

  int matched() const { return matched_; }
  int total() const { return total_; }

 private:
  void CompareSession(const std::string& name, const Session& session) {
    ProjectBuilder database;
    if (tree_ == nullptr) LayOut(name);
    test::CopyBlogDatabase(session.database, database.Path("db.sqlite3"));
    bool wrote = false;
    name_ = name;
    session_ = &session;
    rows_ = {};
    rows_.Read(database.Path("db.sqlite3"));
    for (const Step& step : session.steps) {
      if (!step.command.empty()) CompareStep(step);
      if (step.changes) rows_.Change(*step.changes);
      for (const auto& [path, text] : step.files) tree_->File(path, text);
      if (!step.files.empty()) ReadProject();
      wrote = wrote || !step.files.empty();
    }
    if (wrote) tree_ = nullptr;
  }

  void LayOut(const std::string& name) {
    tree_ = std::make_unique<ProjectBuilder>();
    test::LayOutBlog(*tree_, name, version_);
    ReadProject();
  }

  void ReadProject() {
    django::ProjectOptions options;
    options.django_version = version_;
    project_ = Project::Read(tree_->root(), options);
  }

  void CompareStep(const Step& step) {
    const Arguments arguments = ParseArguments(step);
    const bool shows = step.command[0] == "showmigrations";
    const bool plans = step.command[0] == "migrate" && arguments.plan;
    const bool refused = step.command[0] == "migrate" && step.exit_status != 0;
    if (arguments.others || !(shows || plans || refused)) return;
    if (!rows_.readable() || ComesFromTheDatabase(step)) return;
    if (kNotKnownWithoutPython.contains(name_) && step.exit_status != 0) return;
    ++total_;
    const Outcome outcome = shows ? Show(arguments) : PlanOf(arguments);
    if (Matches(step, outcome)) {
      ++matched_;
      return;
    }
    ADD_FAILURE() << version_ << " " << name_ << ", " << session_->title << " ["
                  << session_->database << "]: " << step.Text() << "\nDjango:\n"
                  << step.output << DjangosWords(step) << "\nwe:\n"
                  << Join(outcome.lines, "\n") << outcome.refusal;
  }

  bool Matches(const Step& step, const Outcome& outcome) const {
    if (step.exit_status == 0) {
      return outcome.refusal.empty() && outcome.lines == WithoutUnknownTimes(step, outcome);
    }
    if (kAnotherFirstFault.contains(version_ + " " + name_)) return !outcome.refusal.empty();
    const std::string expected = Normalised(DjangosWords(step));
    const Graph graph = BuildGraph();
    if (IsCycle(expected, graph)) return IsCycle(outcome.refusal, graph);
    return !expected.empty() && Normalised(outcome.refusal).starts_with(expected);
  }

  /// The lines of Django, where our line is the same but for the time at which a command of the
  /// session applied it.
  static std::vector<std::string> WithoutUnknownTimes(const Step& step, const Outcome& outcome) {
    std::vector<std::string> lines = step.OutputLines();
    if (lines.size() != outcome.lines.size()) return lines;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::size_t time = lines[i].find(" (applied at ");
      if (lines[i].substr(0, time) == outcome.lines[i]) lines[i].resize(outcome.lines[i].size());
    }
    return lines;
  }

  Graph BuildGraph() const {
    const django::AppliedSet applied = rows_.Applied();
    return Graph::Build(*project_, &applied);
  }

  Outcome Show(const Arguments& arguments) const {
    const auto verbosity = arguments.detailed ? Verbosity::kDetailed : Verbosity::kNormal;
    try {
      if (arguments.plan) return {ShowPlan(BuildGraph(), arguments.words, verbosity), ""};
      return {ShowMigrations(BuildGraph(), rows_.times(), arguments.words, verbosity), ""};
    } catch (const Error& error) {
      return {{}, error.message()};
    }
  }

  Outcome PlanOf(const Arguments& arguments) const {
    const std::string app = arguments.words.empty() ? "" : arguments.words[0];
    const std::string name = arguments.words.size() < 2 ? "" : arguments.words[1];
    try {
      return {PlannedOperations(PlanLikeDjango(BuildGraph(), rows_.keys(), app, name)), ""};
    } catch (const Error& error) {
      return {{}, error.message()};
    }
  }

  std::string version_;
  std::string name_;
  const Session* session_ = nullptr;
  std::unique_ptr<ProjectBuilder> tree_;  // Of the transcript; anew once a session wrote into it.
  std::shared_ptr<const Project> project_;
  Rows rows_;
  int matched_ = 0;
  int total_ = 0;
};

class GoldenReportsTest : public ::testing::TestWithParam<const char*> {};

TEST_P(GoldenReportsTest, EveryReportAndRefusalOfTheBlogIsDjangos) {
  Comparison comparison(GetParam());
  comparison.CompareAll();
  RecordProperty("matched", comparison.matched());
  RecordProperty("total", comparison.total());
  std::cout << "Django " << GetParam() << ": " << comparison.matched() << " of "
            << comparison.total() << " outputs match\n";
  EXPECT_EQ(comparison.matched(), comparison.total());
  EXPECT_GT(comparison.total(), 300);
}

INSTANTIATE_TEST_SUITE_P(Versions, GoldenReportsTest, ::testing::Values("4.2", "5.2", "6.0", "6.1"),
                         [](const auto& version) {
                           return "Django" + ReplaceAll(version.param, ".", "_");
                         });

}  // namespace
}  // namespace migext::migrate
