// A Django project written inline into a temporary folder, removed with the builder.
//
//   ProjectBuilder given;
//   given.Apps({"shop"})
//        .Migration("shop.0001_initial", {}, "migrations.CreateModel('Order', [...])")
//        .Migration("shop.0002_price", {"shop.0001_initial"});
//   auto project = Project::Read(given.root(), {});
//
// Without Apps() the project has no settings, and every folder with migrations is an app.
#ifndef MIGEXT_TESTS_SUPPORT_PROJECT_BUILDER_H_
#define MIGEXT_TESTS_SUPPORT_PROJECT_BUILDER_H_

#include <string>
#include <string_view>
#include <vector>

namespace migext {

class ProjectBuilder {
 public:
  ProjectBuilder();
  ~ProjectBuilder();
  ProjectBuilder(const ProjectBuilder&) = delete;
  ProjectBuilder& operator=(const ProjectBuilder&) = delete;

  const std::string& root() const { return root_; }
  std::string Path(std::string_view relative) const;

  /// Writes a file, replacing one of that name, and the folders above it.
  ProjectBuilder& File(std::string_view path, std::string_view text);
  ProjectBuilder& Folder(std::string_view path);
  ProjectBuilder& Remove(std::string_view path);
  /// Copies a folder, e.g. one of tests/data, over what is there.
  ProjectBuilder& Copy(std::string_view folder);

  /// manage.py and config/settings.py with these INSTALLED_APPS, then `more_settings`.
  ProjectBuilder& Apps(const std::vector<std::string>& installed,
                       std::string_view more_settings = {});
  /// "shop.0002_price": the file with its dependencies ("app.name"), its operations (the items of
  /// the list, as Python), and what else the class says (`atomic = False`); __init__.py and
  /// models.py of the app where they are not there yet.
  ProjectBuilder& Migration(std::string_view key, const std::vector<std::string>& dependencies = {},
                            std::string_view operations = {}, std::string_view attributes = {});

  std::string Read(std::string_view path) const;

 private:
  void WriteIfMissing(std::string_view path);

  std::string root_;
};

}  // namespace migext

#endif  // MIGEXT_TESTS_SUPPORT_PROJECT_BUILDER_H_
