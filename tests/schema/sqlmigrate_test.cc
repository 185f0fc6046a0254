// The text of sqlmigrate for the blog, against what Django printed.
#include "schema/sqlmigrate.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
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

fs::path ExpectedFolder(std::string_view version) {
  return fs::path(MIGEXT_TEST_DATA) / "golden" / "blog" / "expected" / version;
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

Recording ReadRecording(const fs::path& file) {
  std::string name = file.stem().string();
  Recording recording;
  recording.backwards = name.ends_with(".backwards");
  if (recording.backwards) name.resize(name.size() - std::string_view(".backwards").size());
  const std::size_t dot = name.find('.');
  recording.key = {name.substr(0, dot), name.substr(dot + 1)};
  recording.text = ReadText(file);
  return recording;
}

/// Variants whose files this version understands.
bool IsMeantFor(std::string_view version, std::string_view variant) {
  return variant != "modern_fields" || version >= "5";
}

/// By variant: what 5.2 printed, with what this version prints otherwise in its place.
std::map<std::string, std::map<std::string, Recording>> Recordings(const std::string& version) {
  std::map<std::string, std::map<std::string, Recording>> found;
  for (const std::string_view source : {std::string_view("5.2"), std::string_view(version)}) {
    for (const auto& variant : fs::directory_iterator(ExpectedFolder(source))) {
      const fs::path folder = variant.path() / "sqlmigrate";
      const std::string name = variant.path().filename().string();
      if (!fs::exists(folder) || !IsMeantFor(version, name)) continue;
      for (const auto& file : fs::directory_iterator(folder)) {
        found[name][file.path().filename().string()] = ReadRecording(file.path());
      }
    }
  }
  return found;
}

/// The pinned clock of the recorded runs.
constexpr std::int64_t kNow = 1'706'933'106'789'012;

class SqlMigrateTest : public testing::TestWithParam<std::string> {
 protected:
  void Compare(const std::string& variant, const std::map<std::string, Recording>& recordings) {
    ProjectBuilder tree;
    LayOutBlog(tree, variant, GetParam());
    django::ProjectOptions options;
    options.django_version = GetParam();
    const auto project = django::Project::Read(tree.root(), options);
    schema::SchemaContext context = schema::ContextOf(*project);
    context.now = kNow;
    const auto graph = django::Graph::Build(*project, nullptr).WithoutReplacements();
    for (const auto& [file, recording] : recordings) {
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
      EXPECT_EQ(recording.text, text) << variant << ": " << recording.key.ToString()
                                      << (recording.backwards ? " backwards" : "");
    }
  }

  int total_ = 0;
};

TEST_P(SqlMigrateTest, PrintsWhatDjangoPrints) {
  for (const auto& [variant, recordings] : Recordings(GetParam())) Compare(variant, recordings);
  EXPECT_GT(total_, 30);
}

INSTANTIATE_TEST_SUITE_P(Versions, SqlMigrateTest, testing::Values("4.2", "5.2", "6.0", "6.1"),
                         [](const auto& parameter) {
                           return "Django" + ReplaceAll(parameter.param, ".", "_");
                         });

}  // namespace
}  // namespace migext::test
