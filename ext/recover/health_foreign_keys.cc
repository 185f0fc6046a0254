// Rows whose foreign key leads nowhere, grouped by table and key.
#include <map>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "recover/health_checks.h"
#include "sqlite/dangling_key.h"

namespace migext::recover {
namespace {

constexpr std::size_t kShownKeys = 5;

struct Dangling {
  std::int64_t rows = 0;
  std::vector<std::string> keys;  ///< Of the first ones.
};

/// By the number of the key in PRAGMA foreign_key_list.
std::map<std::int64_t, Dangling> DanglingIn(const sqlite::Connection& db,
                                            const std::string& table) {
  std::map<std::int64_t, Dangling> found;
  sqlite::Statement check =
      db.Prepare("PRAGMA main.foreign_key_check(" + SqlIdentifier(table) + ")");
  for (const sqlite::Row row : check) {
    Dangling& dangling = found[row.Int(3)];
    ++dangling.rows;
    if (!row.IsNull(1) && dangling.keys.size() < kShownKeys) dangling.keys.push_back(row.Text(1));
  }
  return found;
}

std::string Describe(const sqlite::LiveTable& table, const sqlite::LiveForeignKey& key,
                     const Dangling& dangling) {
  const bool is_one = dangling.rows == 1;
  std::string text = Counted(dangling.rows, "row") + " of " + table.name +
                     (is_one ? " points by " : " point by ") + Join(key.columns, ", ") +
                     (is_one ? " to a row of " + key.table + " that is not there"
                             : " to rows of " + key.table + " that are not there");
  if (!dangling.keys.empty()) {
    text += ": " + Join(dangling.keys, ", ");
    if (dangling.rows > static_cast<std::int64_t>(dangling.keys.size())) text += ", …";
  }
  return text;
}

void AddKey(const sqlite::LiveSchema& live, const sqlite::LiveTable& table,
            const sqlite::LiveForeignKey& key, const Dangling& dangling, HealthRows& rows) {
  std::string detail = Describe(table, key, dangling);
  const auto mend = sqlite::MendDanglingKey(live, table, key);
  if (!mend) {
    return rows.Fail("foreign-keys", detail,
                     "PRAGMA foreign_key_check(" + SqlIdentifier(table.name) + ");");
  }
  detail +=
      mend->kept_in.empty()
          ? "; the remedy cuts these links, the rows stay"
          : "; the column may not be NULL: bring back what is missing, or let the rows go; the "
            "remedy keeps them in " +
                mend->kept_in + "; they are shown by SELECT * FROM " + SqlIdentifier(table.name) +
                " WHERE " + mend->condition;
  rows.Fail("foreign-keys", detail, mend->sql);
}

/// False when nothing is wrong with the table.
bool AddTable(const HealthCase& subject, const sqlite::LiveSchema& live,
              const sqlite::LiveTable& table, HealthRows& rows) {
  try {
    const std::map<std::int64_t, Dangling> found = DanglingIn(subject.db, table.name);
    for (const auto& [number, dangling] : found) {
      // PRAGMA foreign_key_list numbers the keys from the youngest.
      const std::size_t place = table.foreign_keys.size() - 1 - static_cast<std::size_t>(number);
      if (place < table.foreign_keys.size()) {
        AddKey(live, table, table.foreign_keys[place], dangling, rows);
      }
    }
    return !found.empty();
  } catch (const sqlite::DatabaseError& error) {
    if (error.IsDamage()) {
      rows.Damaged("foreign-keys",
                   "those of " + table.name + " cannot be checked: " + error.words());
    } else {
      rows.Fail("foreign-keys",
                "those of " + table.name + " cannot be checked: " + error.words() +
                    "; what a key names must be the other table's primary key, or have a unique "
                    "index");
    }
    return true;
  }
}

}  // namespace

void CheckForeignKeys(const HealthCase& subject, HealthRows& rows) {
  const sqlite::LiveSchema& live = subject.live;
  std::int64_t keys = 0;
  bool is_sound = true;
  for (const sqlite::LiveTable& table : live.tables()) {
    if (table.foreign_keys.empty()) continue;
    keys += static_cast<std::int64_t>(table.foreign_keys.size());
    if (AddTable(subject, live, table, rows)) is_sound = false;
  }
  if (is_sound)
    rows.Ok("foreign-keys", "each row finds what it points to, by " + Counted(keys, "foreign key"));
}

}  // namespace migext::recover
