// Migrations of the zoo as the MigrationWriter of real Django writes them.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/text.h"
#include "django/project.h"
#include "rewrite/migration_writer.h"
#include "support/golden_zoo.h"
#include "support/project_builder.h"

namespace migext::rewrite {
namespace {

struct GoldenText {
  std::string version;
  django::MigrationKey key;
  std::string text;
};

/// Migrations between lines "=== 5.2 app.name".
std::vector<GoldenText> ReadTexts() {
  const std::string path = MIGEXT_TEST_DATA "/golden/writer/texts.txt";
  std::vector<GoldenText> texts;
  std::vector<std::string> lines = Split(ReadFile(path, std::size_t{1} << 20U), '\n');
  lines.pop_back();
  for (const std::string& line : lines) {
    if (line.starts_with("=== ")) {
      const std::vector<std::string> words = Split(line, ' ');
      const std::size_t dot = words.at(2).find('.');
      texts.push_back({words[1], {words[2].substr(0, dot), words[2].substr(dot + 1)}, ""});
    } else {
      texts.back().text += line + "\n";
    }
  }
  return texts;
}

TEST(GoldenWriterTest, TextsAreDjangosByteForByte) {
  const std::vector<GoldenText> texts = ReadTexts();
  EXPECT_GE(texts.size(), 39U);
  for (const GoldenText& golden : texts) {
    SCOPED_TRACE(golden.version + " " + golden.key.ToString());
    ProjectBuilder tree;
    const django::ProjectOptions options =
        test::ZooProject(tree, golden.version, test::ReadZoo(golden.version, golden.key.app));
    const auto project = django::Project::Read(tree.root(), options);
    const django::Migration* migration = project->FindMigration(golden.key);
    ASSERT_NE(migration, nullptr);
    EXPECT_EQ(WriteMigration(*migration, {project->field_context()}).text, golden.text);
  }
}

}  // namespace
}  // namespace migext::rewrite
