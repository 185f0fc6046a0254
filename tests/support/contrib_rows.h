// The rows that Django writes to the tables of contenttypes, auth and sites, as golden data has
// them and as a database has them.
//
//   EXPECT_EQ(ContribRows(db), ContribRows(golden["at blog 0007"]));
#ifndef MIGEXT_TESTS_SUPPORT_CONTRIB_ROWS_H_
#define MIGEXT_TESTS_SUPPORT_CONTRIB_ROWS_H_

#include <string>
#include <vector>

#include "base/text.h"
#include "support/database.h"
#include "support/json.h"

namespace migext::test {

struct ContribTable {
  std::string name;
  std::string columns;
};

inline const ContribTable kContribTables[] = {
    {"django_content_type", "id, app_label, model"},
    {"auth_permission", "id, content_type_id, codename, name"},
    {"django_site", "id, name, domain"}};

/// Each table that has rows, under its name, and its rows by id.
inline std::string ContribRows(testing::Database& db) {
  std::string text;
  for (const ContribTable& table : kContribTables) {
    const bool is_there =
        !db.Rows("SELECT 1 FROM sqlite_master WHERE name = '" + table.name + "'").empty();
    if (!is_there) continue;
    const std::string rows =
        db.Rows("SELECT " + table.columns + " FROM " + table.name + " ORDER BY id");
    if (!rows.empty()) text += table.name + "\n" + rows;
  }
  return text;
}

inline std::string ContribRows(const Json& tables) {
  std::string text;
  for (const ContribTable& table : kContribTables) {
    const Json* rows = tables.Find(table.name);
    if (rows == nullptr || rows->Items().empty()) continue;
    text += table.name + "\n";
    for (const Json& row : rows->Items()) {
      std::vector<std::string> cells;
      for (const Json& cell : row.Items()) {
        cells.push_back(cell.IsText() ? cell.Text() : std::to_string(cell.Integer()));
      }
      text += Join(cells, "|") + "\n";
    }
  }
  return text;
}

}  // namespace migext::test

#endif  // MIGEXT_TESTS_SUPPORT_CONTRIB_ROWS_H_
