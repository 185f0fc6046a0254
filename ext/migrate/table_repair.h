// Makes one table what the applied migrations promise, with all of its rows: a rebuild as Django
// does it, with triggers, hand-made indexes and columns that Django does not know kept.
//
//   const TableRepair repair(db, promised, live, differences, context);
//   if (repair.obstacle().empty()) repair.Run([&] { /* looks at the table, and may throw */ });
//
// What would lose or change a value is an obstacle, found before anything is touched.
#ifndef MIGEXT_MIGRATE_TABLE_REPAIR_H_
#define MIGEXT_MIGRATE_TABLE_REPAIR_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "migrate/promised_schema.h"
#include "migrate/table_shape.h"
#include "schema/table.h"
#include "schema/table_remake.h"
#include "sqlite/connection.h"

namespace migext::migrate {

class TableRepair {
 public:
  /// `differences` are those that are to go.  `db` and `promised` must outlive it.
  TableRepair(const sqlite::Connection& db, const PromisedTable& promised, TableShape live,
              const std::vector<Difference>& differences, const schema::SchemaContext& context);

  /// Why it cannot be done: "12 rows of blog_comment have no author_id (id 1, …): SELECT …", and
  /// others behind it; "" when it can.
  const std::string& obstacle() const { return obstacle_; }

  /// Throws Error, and leaves the table as it was, when a value would change after all, a view, a
  /// trigger or a foreign key would break, or `check` throws, which is called last.  Gives the
  /// number of rows.
  std::int64_t Run(const std::function<void()>& check) const;

 private:
  void LookAtNames();
  void PlanColumns(const schema::SchemaContext& context);
  void KeepOrder();
  void PlanMissing(const schema::TableText::ColumnPart& part, const schema::SchemaContext& context);
  void PlanParts(const std::vector<Difference>& differences);
  bool HasRows() const;
  std::int64_t Count(const std::string& sql) const;
  void Hinder(const std::string& why);
  void Rebuild() const;
  std::optional<std::int64_t> TakeCounter() const;
  void RequireSameValues() const;

  const sqlite::Connection& db_;
  const PromisedTable& promised_;
  const TableShape live_;
  std::string table_;  ///< Quoted.
  std::string obstacle_;
  schema::TableRemake remake_;
  std::vector<std::string> foreign_indexes_;  ///< Names.
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_TABLE_REPAIR_H_
