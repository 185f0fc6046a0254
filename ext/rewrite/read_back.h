// Whether a file that was written says what was meant: its text is made again from what the
// project's reader found in it, and the state it leads to is compared.
//
//   RequireSameText(*project.FindMigration(key), text, context);
//   RequireSameState(before, parts, squash, "blog", context);
#ifndef MIGEXT_REWRITE_READ_BACK_H_
#define MIGEXT_REWRITE_READ_BACK_H_

#include <string>
#include <vector>

#include "django/migration.h"
#include "rewrite/migration_writer.h"

namespace migext::rewrite {

/// Throws Error with the first line that would be written differently.
void RequireSameText(const django::Migration& read, const std::string& text,
                     const WriterContext& context);

/// Carries both out on the same state: the models must be the same, whatever the order of their
/// fields and but for the fields' defaults.  Throws Error with the first line that differs.
void RequireSameState(const django::ProjectState& before,
                      const std::vector<django::OperationPtr>& operations,
                      const std::vector<django::OperationPtr>& shorter, const std::string& app,
                      const WriterContext& context);

/// The same migration without what runs Python: its text can be read even where functions are to be
/// copied by hand.
django::Migration WithoutFunctions(const django::Migration& migration);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_READ_BACK_H_
