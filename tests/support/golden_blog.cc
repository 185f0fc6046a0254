#include "support/golden_blog.h"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <stdexcept>

#include "support/json.h"

namespace migext::test {
namespace {

namespace fs = std::filesystem;

const fs::path kBlog = fs::path(MIGEXT_TEST_DATA) / "golden" / "blog";

void LayOver(ProjectBuilder& tree, const fs::path& variant) {
  const Json overlay = Json::ReadFile((variant / "overlay.json").string());
  if (const Json* base = overlay.Find("on_top_of")) {
    LayOver(tree, variant.parent_path() / base->Text());
  }
  for (const std::string& path : overlay["remove"].Texts()) tree.Remove(path);
  tree.Copy(variant.string());
}

Json ReadExpected(std::string_view django_version, const std::string& file) {
  const fs::path own = kBlog / "expected" / django_version / file;
  return Json::ReadFile((fs::exists(own) ? own : kBlog / "expected" / "5.2" / file).string());
}

// CheckConstraint(condition=…) was CheckConstraint(check=…) before 5.1.
void SpellForOldDjango(ProjectBuilder& tree) {
  static const std::regex condition(R"((CheckConstraint\(\s*)condition=)");
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(tree.root())) {
    if (entry.path().extension() == ".py") files.push_back(entry.path());
  }
  for (const fs::path& path : files) {
    const std::string relative = path.lexically_relative(tree.root()).string();
    const std::string text = tree.Read(relative);
    const std::string spelled = std::regex_replace(text, condition, "$1check=");
    if (spelled != text) tree.File(relative, spelled);
  }
}

}  // namespace

void LayOutBlog(ProjectBuilder& tree, const std::string& variant, std::string_view django_version) {
  tree.Copy((kBlog / "project").string());
  if (fs::exists(kBlog / "variants" / variant)) LayOver(tree, kBlog / "variants" / variant);
  if (django_version < "5") SpellForOldDjango(tree);
}

void CopyBlogDatabase(const std::string& state, const std::string& target) {
  const std::string source = (kBlog / "db" / (state + ".sqlite3")).string();
  fs::copy_file(source, target);
  for (const char* suffix : {"-wal", "-journal"}) {
    if (fs::exists(source + suffix)) fs::copy_file(source + suffix, target + suffix);
  }
}

Json ReadBlogPermissions(std::string_view django_version, const std::string& name) {
  return ReadExpected(django_version, "project/" + name + ".json");
}

Json ReadBlogSteps(std::string_view django_version, const std::string& variant) {
  return ReadExpected(django_version, variant + "/schema/steps.json");
}

std::vector<std::string> BlogTranscripts(std::string_view django_version) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kBlog / "expected" / django_version)) {
    if (fs::exists(entry.path() / "commands.txt")) names.push_back(entry.path().filename());
  }
  if (names.empty()) throw std::runtime_error("no transcripts of Django");
  std::sort(names.begin(), names.end());
  return names;
}

std::string BlogTranscriptPath(std::string_view django_version, std::string_view name) {
  return (kBlog / "expected" / django_version / name / "commands.txt").string();
}

std::string BlogExpectedPath(std::string_view django_version, std::string_view file) {
  return (kBlog / "expected" / django_version / file).string();
}

}  // namespace migext::test
