// A migration on its way into a file of the project: shown, written, read back by the project's own
// reader, and kept only when it says what was meant.
//
//   NewMigrationFile file(verb, now, plan.migration);
//   file.Report();                                   // its text, in migext_output
//   if (IsToBeWritten(verb, 2)) file.Write({.path = path, .text = std::nullopt});
#ifndef MIGEXT_SURFACE_NEW_MIGRATION_FILE_H_
#define MIGEXT_SURFACE_NEW_MIGRATION_FILE_H_

#include <string>

#include "rewrite/file_transaction.h"
#include "rewrite/migration_writer.h"
#include "surface/verb.h"

namespace migext::surface {

/// Whether the last argument is 'write'.  Throws Error when it is anything else.
bool IsToBeWritten(const Verb& verb, int index);

/// Headed for now, by the project's version of Django.
rewrite::WriterContext WriterContextOf(const django::Project& project);

/// The text, line by line, in migext_output.
void ReportText(const Verb& verb, const std::string& text);

/// Throws Error unless this project has the migration, and would write it with that text.
void RequireReadBack(const django::Project& project, const django::MigrationKey& key,
                     const std::string& text, const rewrite::WriterContext& context);

/// Why a migration is not written that would stop the loader.
std::string Unloadable(const django::GraphFailure& failure);

class NewMigrationFile {
 public:
  NewMigrationFile(const Verb& verb, SnapshotPtr before, django::Migration migration);

  const rewrite::MigrationText& text() const { return text_; }
  void Report() const { ReportText(verb_, text_.text); }

  /// `change` says where to, and has no text yet.  A text with functions to copy by hand is no
  /// Python: the rest of it is read back, as the file `loaded_as` that a person makes of it.
  /// Throws Error, with nothing written, when what is read back is another migration or the project
  /// cannot be loaded with it.
  void Write(rewrite::FileChange change, const std::string& loaded_as = {}) const;

 private:
  void ReadBack(const std::string& text) const;

  const Verb& verb_;
  SnapshotPtr before_;
  django::Migration migration_;
  rewrite::WriterContext context_;
  rewrite::MigrationText text_;
};

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_NEW_MIGRATION_FILE_H_
