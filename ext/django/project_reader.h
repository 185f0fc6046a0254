// Puts a project together: settings, then apps, then migrations.  Only project.cc and this file
// know what is in ProjectData.
#ifndef MIGEXT_DJANGO_PROJECT_READER_H_
#define MIGEXT_DJANGO_PROJECT_READER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "django/module_finder.h"
#include "django/project.h"
#include "django/settings.h"
#include "python/interpreter.h"

namespace migext::django {

struct ProjectData {
  std::string root;
  Dialect dialect;
  std::string version;
  std::string version_origin;
  Settings settings;
  FieldContext field_context;
  std::string default_auto_field;
  bool use_tz = false;
  std::vector<App> apps;
  AppsKnowledge apps_knowledge;
  std::map<MigrationKey, std::shared_ptr<const Migration>> migrations;
  std::map<MigrationKey, UnreadableMigration> unreadable;
  std::vector<ProjectNote> notes;
  FolderModules modules;
  // Owns all values above, and asks `modules`.
  std::unique_ptr<python::Interpreter> python;
};

/// REQUIRES: data.root is a folder's canonical path.
void ReadProject(ProjectData& data, const ProjectOptions& options);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_PROJECT_READER_H_
