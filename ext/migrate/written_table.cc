#include "migrate/written_table.h"

#include <set>

#include "base/text.h"

namespace migext::migrate {
namespace {

constexpr std::string_view kWhereToLook =
    "; see SELECT code, object, detail, remedy FROM migration_conflicts";

std::set<std::string> ColumnsOf(const sqlite::Connection& db, std::string_view table) {
  std::set<std::string> columns;
  sqlite::Statement info = db.Prepare("SELECT name FROM pragma_table_info(?, 'main')");
  info.Bind({table});
  while (info.Step()) columns.insert(Lower(info.row().TextView(0)));
  return columns;
}

}  // namespace

std::string WrittenTable::ProblemIn(const sqlite::Connection& db) const {
  const std::string quoted = SqlIdentifier(name);
  const sqlite::Cell type = db.Value(
      "SELECT type FROM main.sqlite_master WHERE name = ? COLLATE NOCASE AND type IN ('table', "
      "'view')",
      {name});
  if (type.IsNull()) {
    return "the table " + quoted + " is not there, though the migration that makes it is applied" +
           std::string(kWhereToLook);
  }
  if (type == sqlite::Cell("view")) {
    return quoted + " is a view, and Django writes rows to a table of that name; give the view " +
           "another name and make the table";
  }
  const std::set<std::string> there = ColumnsOf(db, name);
  for (const std::string_view column : columns) {
    if (column.empty() || there.contains(std::string(column))) continue;
    return "the table " + quoted + " has no column " + SqlIdentifier(column) +
           ", which Django writes to" + std::string(kWhereToLook);
  }
  return {};
}

}  // namespace migext::migrate
