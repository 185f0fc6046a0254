// What a table has in the database beyond what Django made it of, carried over into the text that
// Django writes for the new one.  Text alone: runs nothing.
//
//   const KeptParts kept = KeepParts(texts);
//   kept.create_sql  // CREATE TABLE "new__shop_item" (…, "dba_note" text) STRICT
//   kept.columns     // {"dba_note"}: to be copied as well
//
// What Django itself speaks of (type, NULL, the primary key, the order of columns) follows Django;
// what it is silent about stays as it is.
#ifndef MIGEXT_MIGRATE_KEPT_PARTS_H_
#define MIGEXT_MIGRATE_KEPT_PARTS_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sqlite/table_definition.h"

namespace migext::migrate {

struct TableTexts {
  sqlite::TableDefinition live;    ///< As it is in the database.
  sqlite::TableDefinition before;  ///< As Django takes it to be.
  sqlite::TableDefinition after;   ///< As Django makes it now.
  std::string after_sql;
  std::vector<std::pair<std::string, std::string>> renames;  ///< Columns, old names and new ones.
  std::vector<std::string> gone;                             ///< Columns that this takes away.
  /// Columns of unique indexes that Django knows: a table of an old version has them as UNIQUE.
  std::vector<std::vector<std::string>> unique_indexes;
};

struct KeptParts {
  std::string create_sql;
  std::vector<std::string> columns;   ///< Unknown to Django, with rows to be copied.
  std::vector<std::string> computed;  ///< Django's, but generated here: not to be copied.
  bool has_more = false;              ///< Anything at all beyond Django's.
};

/// Throws Error when what is to be kept needs a column that goes.
KeptParts KeepParts(const TableTexts& texts);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_KEPT_PARTS_H_
