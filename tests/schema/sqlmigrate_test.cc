// The text of sqlmigrate for the blog, against what Django printed.
#include "schema/sqlmigrate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "django/graph.h"
#include "django/project.h"
#include "support/golden_blog.h"
#include "support/project_builder.h"

namespace migext::test {
namespace {

namespace fs = std::filesystem;

using django::MigrationKey;

fs::path ExpectedFolder(const std::string& version) {
  const char* golden = std::getenv("MIGEXT_GOLDEN");
  const fs::path root = golden ? fs::path(golden) : fs::path(MIGEXT_TEST_DATA) / "golden";
  return root / "blog" / "expected" / version;
}

std::string ReadText(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// "blog.0001_initial.backwards.sql".
struct Recording {
  MigrationKey key;
  bool backwards = false;
  std::string text;
};

std::vector<Recording> RecordingsIn(const fs::path& folder) {
  std::vector<Recording> recordings;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::string name = entry.path().filename().string();
    if (!name.ends_with(".sql")) continue;
    name.resize(name.size() - 4);
    Recording recording;
    recording.backwards = name.ends_with(".backwards");
    if (recording.backwards) name.resize(name.size() - std::string(".backwards").size());
    const std::size_t dot = name.find('.');
    recording.key = {name.substr(0, dot), name.substr(dot + 1)};
    recording.text = ReadText(entry.path());
    recordings.push_back(std::move(recording));
  }
  std::sort(recordings.begin(), recordings.end(),
            [](const Recording& a, const Recording& b) { return a.key < b.key; });
  return recordings;
}

/// The pinned clock of the recorded runs.
constexpr std::int64_t kNow = 1'706'933'106'789'012;

class SqlMigrateTest : public testing::TestWithParam<std::string> {
 protected:
  void Compare(const fs::path& folder, const std::string& variant) {
    ProjectBuilder tree;
    LayOutBlog(tree, variant, GetParam());
    django::ProjectOptions options;
    options.django_version = GetParam();
    const auto project = django::Project::Read(tree.root(), options);
    schema::SchemaContext context = schema::ContextOf(*project);
    context.now = kNow;
    const auto graph = django::Graph::Build(*project, nullptr).WithoutReplacements();
    for (const Recording& recording : RecordingsIn(folder / "sqlmigrate")) {
      ++total_;
      const auto* migration = project->FindMigration(recording.key);
      ASSERT_NE(migration, nullptr) << recording.key.ToString();
      std::string text;
      try {
        const django::ProjectState state = graph.StateAfter(std::span(&recording.key, 1), false);
        text = Join(schema::SqlMigrate(*migration, state, recording.backwards, context), "\n");
      } catch (const Error& error) {
        text = error.message();
      }
      if (!text.empty()) text += "\n";
      EXPECT_EQ(recording.text, text)
          << variant << ": " << recording.key.ToString() << (recording.backwards ? " backwards" : "");
      matched_ += recording.text == text ? 1 : 0;
    }
  }

  int total_ = 0;
  int matched_ = 0;
};

TEST_P(SqlMigrateTest, PrintsWhatDjangoPrints) {
  for (const auto& entry : fs::directory_iterator(ExpectedFolder(GetParam()))) {
    if (!fs::exists(entry.path() / "sqlmigrate")) continue;
    Compare(entry.path(), entry.path().filename().string());
  }
  EXPECT_GT(total_, 20);
  std::cerr << GetParam() << ": blog " << matched_ << " of " << total_ << "\n";
}

INSTANTIATE_TEST_SUITE_P(Versions, SqlMigrateTest, testing::Values("4.2", "5.2", "6.0", "6.1"),
                         [](const auto& parameter) {
                           return "Django" + ReplaceAll(parameter.param, ".", "_");
                         });

}  // namespace
}  // namespace migext::test
