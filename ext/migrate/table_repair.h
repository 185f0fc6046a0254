// Makes one table what the applied migrations promise, with all of its rows: a rebuild as Django
// does it, with triggers, hand-made indexes and columns that Django does not know kept.
//
//   const TableRepair repair(db, promised, live, context);
//   if (repair.obstacle().empty()) repair.Run();
//
// What would lose or change a value is an obstacle, found before anything is touched.
#ifndef MIGEXT_MIGRATE_TABLE_REPAIR_H_
#define MIGEXT_MIGRATE_TABLE_REPAIR_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/promised_schema.h"
#include "migrate/table_shape.h"
#include "schema/table.h"
#include "schema/table_remake.h"
#include "sqlite/connection.h"

namespace migext::migrate {

/// "3 values of (slug) stand in several rows"; "" when the columns are unique, or none are given.
std::string DuplicatesIn(const sqlite::Connection& db, std::string_view table,
                         const std::vector<std::string>& columns);

class TableRepair {
 public:
  /// `db` and `promised` must outlive it.
  TableRepair(const sqlite::Connection& db, const PromisedTable& promised, const TableShape& live,
              const schema::SchemaContext& context);

  /// Why it cannot be done: "12 rows of blog_comment have no author_id"; "" when it can.
  const std::string& obstacle() const { return obstacle_; }

  /// Throws Error, and leaves the table as it was, when a value would change after all or a view, a
  /// trigger or a foreign key would break.  Gives the number of rows.
  std::int64_t Run() const;

 private:
  void LookAtNames(const TableShape& live);
  void PlanColumns(const TableShape& live, const schema::SchemaContext& context);
  void KeepOrder(const TableShape& live);
  void PlanMissing(const schema::TableText::ColumnPart& part, const schema::SchemaContext& context);
  void LookAtRows(const TableShape& live);
  void LookAtColumn(const Difference& difference);
  void LookAtPart(const Difference& difference);
  bool HasRows() const;
  std::int64_t Count(const std::string& sql) const;
  void Hinder(std::string why);
  void RequireSameValues() const;

  const sqlite::Connection& db_;
  const PromisedTable& promised_;
  std::string table_;  ///< Quoted.
  std::string obstacle_;
  schema::TableRemake remake_;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_TABLE_REPAIR_H_
