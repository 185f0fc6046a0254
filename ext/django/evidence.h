// Whether a module from outside the project is likely to be installed where the project runs.
//
// Nobody can tell for sure without that machine's site-packages.  But when only a single migration
// imports a module, and neither the settings, nor a list of requirements, nor any other file of the
// project ever mentions it, then Django would most likely stop there with ModuleNotFoundError, and
// that is worth saying.
#ifndef MIGEXT_DJANGO_EVIDENCE_H_
#define MIGEXT_DJANGO_EVIDENCE_H_

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "django/module_finder.h"
#include "django/settings.h"

namespace migext::django {

class Evidence {
 public:
  /// Both must outlive it.
  Evidence(FolderModules& modules, const std::string& root) : modules_(modules), root_(root) {}

  /// True if something speaks for the top-level module being installed.
  bool SpeaksFor(std::string_view module, const Settings& settings);

 private:
  bool IsInEnvironment(std::string_view module);
  bool IsRequired(std::string_view module);
  bool IsImportedElsewhere(std::string_view module);
  void CollectImports(const std::string& folder, int depth);

  FolderModules& modules_;
  const std::string& root_;
  std::optional<std::string> requirements_;  // The texts of all lists, once asked for.
  std::optional<std::set<std::string, std::less<>>> imported_;  // Outside of migrations.
  std::size_t files_left_ = 20'000;
};

/// The top-level names that the text of a module imports.
void AddImportedNames(std::string_view text, std::set<std::string, std::less<>>& names);

/// True for a module of Python's standard library, 3.8 to 3.14, or one that comes with Django.
bool ComesWithPython(std::string_view module);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_EVIDENCE_H_
