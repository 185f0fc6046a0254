#include "tree/scan.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/text.h"

namespace migext::tree {
namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;

// Level and path of one row, at these columns, against what the forest says.
bool IsRight(const Forest& forest, Forest::Node node, const sqlite::Row& row, int level, int path) {
  return row.IsInt(level) && row.Int(level) == forest.Level(node) && !row.IsNull(path) &&
         forest.PathIs(node, row.TextView(path));
}

std::string Quoted(const std::string& name) { return SqlIdentifier(name); }

}  // namespace

void RequireColumns(const sqlite::Connection& db, const std::string& table,
                    const std::vector<std::string>& columns) {
  sqlite::Statement info = db.Prepare("SELECT name FROM pragma_table_xinfo(?)");
  info.Bind({table});
  std::vector<std::string> present;
  for (const sqlite::Row row : info) present.push_back(row.Text(0));
  if (present.empty()) {
    throw Error("there is no table \"" + table +
                "\"; name another as the table argument: comment_tree_check('app_model', 'id', "
                "'parent_id')");
  }
  for (const std::string& column : columns) {
    const bool found = std::any_of(present.begin(), present.end(), [&](const std::string& name) {
      return EqualsIgnoringCase(name, column);
    });
    if (found) continue;
    throw Error("table \"" + table + "\" has no column \"" + column + "\", only " +
                Join(present, ", ") + "; name its columns after the table: ('" + table +
                "', 'id', 'parent_id', 'level', 'path')");
  }
}

Id ReadId(const sqlite::Row& row, int column) {
  if (row.IsInt(column)) return row.Int(column);
  const sqlite::Cell cell = row.Get(column);
  if (cell.IsNull()) return {};
  if (const std::string* text = cell.Text()) return *text;
  if (const double* real = cell.Real()) {
    if (*real == std::floor(*real) && *real >= -kTwoTo63 && *real < kTwoTo63) {
      return static_cast<std::int64_t>(*real);
    }
  }
  throw Error("the id " + cell.ToSql() +
              " is neither an integer nor a text, so it can't be part of a path");
}

sqlite::Cell ToCell(const Id& id) {
  if (const auto* number = std::get_if<std::int64_t>(&id)) return *number;
  if (const auto* text = std::get_if<std::string>(&id)) return *text;
  return {};
}

Forest ReadForest(const sqlite::Connection& db, const TreeTable& table) {
  RequireColumns(db, table.table, {table.id, table.parent});
  const std::string id = Quoted(table.id);
  Forest forest;
  sqlite::Statement rows = db.Prepare("SELECT " + id + ", " + Quoted(table.parent) + " FROM " +
                                      Quoted(table.table) + " ORDER BY " + id);
  for (const sqlite::Row row : rows) forest.Add(ReadId(row, 0), ReadId(row, 1));
  forest.Finish();
  return forest;
}

Scan ScanTable(const sqlite::Connection& db, const TreeTable& table) {
  RequireColumns(db, table.table, {table.id, table.parent, table.level, table.path});
  const std::string id = Quoted(table.id);
  const std::string from =
      Quoted(table.level) + ", " + Quoted(table.path) + " FROM " + Quoted(table.table);
  Scan scan;
  Forest& forest = scan.forest;
  std::vector<Forest::Node> unjudged;
  sqlite::Statement rows =
      db.Prepare("SELECT " + id + ", " + Quoted(table.parent) + ", " + from + " ORDER BY " + id);
  for (const sqlite::Row row : rows) {
    const Forest::Node node = forest.Add(ReadId(row, 0), ReadId(row, 1));
    if (!forest.IsPlaced(node)) {
      unjudged.push_back(node);
    } else if (!IsRight(forest, node, row, 2, 3)) {
      scan.wrong.push_back(node);
    }
  }
  forest.Finish();

  const auto judged_middle = static_cast<std::ptrdiff_t>(scan.wrong.size());
  sqlite::Statement one = db.Prepare("SELECT " + from + " WHERE " + id + " = ?");
  for (const Forest::Node node : unjudged) {
    if (!forest.IsPlaced(node)) continue;
    one.Bind({ToCell(forest.IdOf(node))});
    if (one.Step() && !IsRight(forest, node, one.row(), 0, 1)) scan.wrong.push_back(node);
  }
  std::inplace_merge(scan.wrong.begin(), scan.wrong.begin() + judged_middle, scan.wrong.end());
  return scan;
}

}  // namespace migext::tree
