// The apps of django.contrib and their migrations, known without Django's source.
//
//   for (const ContribMigration& m : LoadContrib(python, "auth")) ReadMigration(m.module, key, …)
//
// The migrations are written in our own notation (contrib_migrations.cc), which the evaluator runs.
#ifndef MIGEXT_DJANGO_CONTRIB_H_
#define MIGEXT_DJANGO_CONTRIB_H_

#include <string>
#include <string_view>
#include <vector>

#include "django/module_finder.h"
#include "django/project.h"
#include "django/settings.h"
#include "python/interpreter.h"

namespace migext::django {

/// What stands for the path of a migration that has no file.
inline constexpr std::string_view kBuiltInPath = "(built-in)";

/// The app of a package of django.contrib; "django.contrib.auth" gives label "auth".
App ContribApp(FolderModules& modules, const Settings& settings, const std::string& package);

/// True for a label of django.contrib whose app has migrations.
bool IsContribLabel(std::string_view label);

struct ContribMigration {
  std::string name;
  python::Value module;  ///< Has the class Migration.
};

/// In order.  REQUIRES: IsContribLabel(label).
std::vector<ContribMigration> LoadContrib(python::Interpreter& python, std::string_view label);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_CONTRIB_H_
