// What squash_migrations() and optimize_migration() share: a migration with fewer operations takes
// the place of others, and functions of theirs may have to be copied into it by hand.
//
// Django writes such a file under its name although it is no Python yet, and the whole project
// cannot be loaded until a person has worked on it.  Here it is a draft, which nothing loads.
#ifndef MIGEXT_SURFACE_SHORTER_H_
#define MIGEXT_SURFACE_SHORTER_H_

#include <string>
#include <string_view>
#include <vector>

#include "django/project.h"
#include "rewrite/migration_writer.h"
#include "surface/verb.h"

namespace migext::surface {

/// Where a file of that name stands beside the file of another migration of the app.
std::string PathBeside(const django::Project& project, const django::MigrationKey& sibling,
                       const std::string& name);

/// "0001_squashed.py.draft"
std::string DraftOf(const std::string& path);

/// Throws Error, in Django's words, when there is a migration of that name.
void RequireNew(const django::Project& project, const django::MigrationKey& key);

/// "; copy into it by hand forwards of blog.migrations.0004_populate: …", or "" for nothing to
/// copy.
std::string Needs(const rewrite::MigrationText& text, bool is_draft);

/// Django's lines about functions to copy, and which they are; `kind` is "squashed" or "optimized".
void ReportPorting(const Verb& verb, const rewrite::MigrationText& text, const std::string& kind,
                   bool is_draft);

/// In some orders Django's optimizer leaves a key pointing at a model's old name: what is wrong
/// with the shorter list, or "".
std::string StateTrouble(const django::Project& project, const django::ProjectState& before,
                         const std::vector<django::OperationPtr>& operations,
                         const django::Migration& shorter);

/// The call as it was given, with 'write'.
std::string CallToWrite(const Verb& verb, std::string_view name);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_SHORTER_H_
