// What can be read of a damaged database, in a new one: table by table, row by row, past the
// damage.
//
//   const SalvageResult result = Salvage({DamagedFile::Of(source), target, definitions});
//   result.report  // "blog_comment: 120 of 120 rows (12 found on page 74, which is broken, …)", …
//
// Pages are read as bytes, not by SQL: a page that cannot be read hides no other one, and leaves
// that nothing leads to any more are found.  The source is not written.
#ifndef MIGEXT_RECOVER_SALVAGE_H_
#define MIGEXT_RECOVER_SALVAGE_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "django/graph.h"
#include "recover/salvage_pages.h"
#include "recover/salvage_rows.h"
#include "recover/salvage_schema.h"
#include "sqlite/connection.h"

namespace migext::recover {

struct SalvageInput {
  DamagedFile source;
  const sqlite::Connection& target;  ///< Empty.
  /// What the schema should have after the recorded migrations, with no roots; asked for what the
  /// file has lost.
  std::function<std::vector<SchemaObject>(const django::AppliedSet& recorded)> definitions = {};
  /// Called before each page that is read; what it throws ends the salvage.
  std::function<void()> before_page = {};
};

struct SalvageResult {
  std::vector<TableTally> tables;
  std::vector<std::string> report;
  bool write_ahead_log = false;  ///< The old one was in WAL mode.

  std::size_t Saved() const;
  std::size_t Known() const;
  bool IsExact() const;
};

/// Throws Error when nothing in the file can be made out.
SalvageResult Salvage(const SalvageInput& input);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_SALVAGE_H_
