#include "support/project_builder.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace migext {
namespace {

namespace fs = std::filesystem;

std::string MakeTemporaryFolder() {
  static std::atomic<unsigned> next = 0;
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  for (;;) {
    const fs::path path = fs::temp_directory_path() /
                          ("migext_test_" + std::to_string(now) + "_" + std::to_string(next++));
    if (fs::create_directory(path)) return fs::canonical(path).string();
  }
}

std::string IndentLines(std::string_view text, std::string_view indent) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (!line.empty()) out += indent;
    out += line;
    out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace

ProjectBuilder::ProjectBuilder() : root_(MakeTemporaryFolder()) {}

ProjectBuilder::~ProjectBuilder() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

std::string ProjectBuilder::Path(std::string_view relative) const {
  return (fs::path(root_) / relative).string();
}

ProjectBuilder& ProjectBuilder::File(std::string_view path, std::string_view text) {
  const fs::path target = Path(path);
  fs::create_directories(target.parent_path());
  std::ofstream out(target, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) throw std::runtime_error("cannot write " + target.string());
  return *this;
}

ProjectBuilder& ProjectBuilder::Folder(std::string_view path) {
  fs::create_directories(Path(path));
  return *this;
}

ProjectBuilder& ProjectBuilder::Remove(std::string_view path) {
  fs::remove_all(Path(path));
  return *this;
}

ProjectBuilder& ProjectBuilder::Copy(std::string_view folder) {
  fs::copy(folder, root_, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  return *this;
}

ProjectBuilder& ProjectBuilder::Apps(const std::vector<std::string>& installed,
                                     std::string_view more_settings) {
  File("manage.py",
       "import os\n"
       "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n");
  std::string settings = "INSTALLED_APPS = [\n";
  for (const std::string& app : installed) settings += "    '" + app + "',\n";
  settings += "]\n";
  settings += more_settings;
  File("config/__init__.py", "");
  return File("config/settings.py", settings);
}

ProjectBuilder& ProjectBuilder::Migration(std::string_view key,
                                          const std::vector<std::string>& dependencies,
                                          std::string_view operations,
                                          std::string_view attributes) {
  const std::size_t dot = key.find('.');
  const std::string app(key.substr(0, dot));
  const std::string folder = app + "/migrations/";
  WriteIfMissing(app + "/__init__.py");
  WriteIfMissing(app + "/models.py");
  WriteIfMissing(folder + "__init__.py");

  std::string text =
      "from django.db import migrations, models\n\n\n"
      "class Migration(migrations.Migration):\n";
  text += IndentLines(attributes, "    ");
  text += "    dependencies = [\n";
  for (const std::string& dependency : dependencies) {
    const std::size_t at = dependency.find('.');
    text += "        ('" + dependency.substr(0, at) + "', '" + dependency.substr(at + 1) + "'),\n";
  }
  text += "    ]\n    operations = [\n";
  text += IndentLines(operations, "        ");
  text += "    ]\n";
  return File(folder + std::string(key.substr(dot + 1)) + ".py", text);
}

std::string ProjectBuilder::Read(std::string_view path) const {
  std::ifstream in(Path(path), std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + Path(path));
  return {std::istreambuf_iterator<char>(in), {}};
}

void ProjectBuilder::WriteIfMissing(std::string_view path) {
  if (!fs::exists(Path(path))) File(path, "");
}

}  // namespace migext
