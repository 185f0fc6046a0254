// Tables that only read: `SELECT * FROM name`, `SELECT * FROM name('argument')`.
//
//   Register(db, MakeTable<Leaf>({
//       .name = "migration_leaves",
//       .arguments = {"for_app"},
//       .columns = {{"app", [](const Leaf& leaf) -> Cell { return leaf.app; }},
//                   {"name", [](const Leaf& leaf) -> Cell { return leaf.name; }}},
//       .rows = [](const Arguments& given) { return LeavesOf(given.Text(0)); },
//   }));
//
// Rows are made when a query starts and kept until it ends, so nothing above this file knows about
// cursors; a column is computed only when it is asked for.  Arguments are hidden columns: each may
// be left out, given by position, by `WHERE for_app = …` or by a join.  An Error thrown by `rows`
// or by a column becomes the error of the query.
#ifndef MIGEXT_SQLITE_TABLE_FUNCTION_H_
#define MIGEXT_SQLITE_TABLE_FUNCTION_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sqlite/function.h"

namespace migext::sqlite {

/// What a query walks over.
class RowSet {
 public:
  virtual ~RowSet() = default;
  virtual std::size_t size() const = 0;
  virtual Cell At(std::size_t row, std::size_t column) const = 0;
};

/// A table without the type of its rows.
struct Table {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::string> arguments;  ///< At most 30; no name may also be a column's.
  std::function<std::unique_ptr<RowSet>(const Arguments&)> open;
};

template <typename Record>
struct Column {
  std::string name;
  std::function<Cell(const Record&)> get;
};

template <typename Record>
struct TableOf {
  std::string name;
  std::vector<std::string> arguments = {};
  std::vector<Column<Record>> columns;
  std::function<std::vector<Record>(const Arguments&)> rows;
};

template <typename Record>
Table MakeTable(TableOf<Record> table) {
  class Records : public RowSet {
   public:
    Records(std::shared_ptr<const TableOf<Record>> of, std::vector<Record> records)
        : table_(std::move(of)), records_(std::move(records)) {}
    std::size_t size() const override { return records_.size(); }
    Cell At(std::size_t row, std::size_t column) const override {
      return table_->columns[column].get(records_[row]);
    }

   private:
    std::shared_ptr<const TableOf<Record>> table_;
    std::vector<Record> records_;
  };

  auto shared = std::make_shared<const TableOf<Record>>(std::move(table));
  Table made{shared->name, {}, shared->arguments, {}};
  for (const Column<Record>& column : shared->columns) made.columns.push_back(column.name);
  made.open = [shared](const Arguments& given) -> std::unique_ptr<RowSet> {
    return std::make_unique<Records>(shared, shared->rows(given));
  };
  return made;
}

/// A table of one column, `line`: reports in somebody else's words.
Table MakeLines(std::string name, std::vector<std::string> arguments,
                std::function<std::vector<std::string>(const Arguments&)> lines);

/// Makes the table readable on the connection (an eponymous virtual table, DIRECTONLY).
void Register(sqlite3* connection, Table table);

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_TABLE_FUNCTION_H_
