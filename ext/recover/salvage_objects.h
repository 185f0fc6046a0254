// The objects of a salvaged schema in the new database: tables, indexes, views, triggers, and what
// AUTOINCREMENT remembers.  What cannot be made is a line of the report, not a failure.
//
//   SchemaWriter writer(schema, db, report);
//   writer.MakeTables();
//   …                      // the rows
//   writer.MakeIndexes();
//   writer.MakeTheRest();
#ifndef MIGEXT_RECOVER_SALVAGE_OBJECTS_H_
#define MIGEXT_RECOVER_SALVAGE_OBJECTS_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "recover/salvage_schema.h"
#include "recover/salvage_tree.h"
#include "sqlite/connection.h"

namespace migext::recover {

/// sqlite_sequence, sqlite_stat1, indexes of constraints: SQLite makes them itself.
bool IsInternal(const SchemaObject& object);

class SchemaWriter {
 public:
  /// All of them must outlive the writer.
  SchemaWriter(const FoundSchema& schema, const sqlite::Connection& db,
               std::vector<std::string>& report)
      : schema_(schema), db_(db), report_(report) {}

  /// Ordinary tables that were made, and unique indexes: a row that breaks a rule is then seen when
  /// it is written.
  std::vector<const SchemaObject*> MakeTables();
  void MakeIndexes() { MakeAll("index"); }
  /// Virtual tables, whose rows are in ordinary ones; views; triggers; the planner's statistics.
  void MakeTheRest();
  /// A row of the old sqlite_sequence: numbers that were given out are not given again.
  void RestoreSequence(const Fields& row);

 private:
  /// True if the statement ran.
  bool Try(const std::string& sql, const std::string& what);
  void Make(const SchemaObject& object);
  void MakeAll(std::string_view type);
  void MakeVirtualTables();

  const FoundSchema& schema_;
  const sqlite::Connection& db_;
  std::vector<std::string>& report_;
  std::set<std::string> made_;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_SALVAGE_OBJECTS_H_
