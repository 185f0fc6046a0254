#include "recover/load_resolve.h"

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "recover/load_keys.h"
#include "recover/natural_lookup.h"

namespace migext::recover {
namespace {

using sqlite::Statement;

/// Looks up what has not been found; true if something was.
bool FindKeys(const Staging& staging, const NaturalKeys& keys) {
  const FixtureModel& target = *keys.target;
  const std::string wanted = SqlIdentifier(keys.wanted->column);
  const std::string live = "SELECT l." + wanted + " FROM main." + SqlIdentifier(target.table) +
                           " AS l WHERE " + PartsEqual(staging, target, "l", "k");
  std::string value = "(" + live + " LIMIT 1)";
  if (const StagedModel* staged = staging.Find(&target)) {
    value = "coalesce((SELECT s." + wanted + " FROM " + staged->table + " AS s WHERE " +
            PartsEqual(staging, target, "s", "k") + " AND s." + wanted +
            " IS NOT NULL ORDER BY s.migext_row DESC LIMIT 1), (" + live +
            " AND NOT EXISTS (SELECT 1 FROM " + staged->table + " AS n WHERE " +
            SameKey(target, "n", "l") + ") LIMIT 1))";
  }
  const sqlite::Connection& db = staging.db();
  const std::string open = "SELECT count(*) FROM " + keys.table + " WHERE value IS NULL";
  const std::int64_t before = *db.Value(open).Integer();
  if (before == 0) return false;
  db.Run("UPDATE " + keys.table + " AS k SET value = " + value + " WHERE value IS NULL");
  return *db.Value(open).Integer() < before;
}

void FillIn(const sqlite::Connection& db, const std::string& table, const std::string& column,
            const std::string& key_column, const NaturalKeys& keys) {
  db.Run("UPDATE " + table + " AS u SET " + column + " = (SELECT k.value FROM " + keys.table +
         " AS k WHERE k.id = u." + key_column + ") WHERE u." + column + " IS NULL AND u." +
         key_column + " IS NOT NULL");
}

/// Writes what was found into the rows that refer to it.
void FillInAll(const Staging& staging, const NaturalKeys& keys) {
  for (const StagedModel& staged : staging.models()) {
    for (const StagedColumn& column : staged.columns) {
      if (column.keys != &keys) continue;
      FillIn(staging.db(), staged.table, SqlIdentifier(column.name()), column.key_column, keys);
    }
    for (const StagedList& list : staged.lists) {
      if (list.keys == &keys) FillIn(staging.db(), list.table, "value", "key", keys);
    }
  }
}

[[noreturn]] void FailUnknown(const Staging& staging, const StagedModel& staged, std::int64_t row,
                              const FixtureModel& target, const std::string& key) {
  std::string pk = "None";
  if (staged.model->pk.size() == 1) {
    pk = staging.db()
             .Value("SELECT " + SqlIdentifier(staged.model->pk.front()->column) + " FROM " +
                        staged.table + " WHERE migext_row = ?",
                    {row})
             .ToString();
  }
  const Place place = staging.PlaceOf(staged, row);
  throw Error(place, "Problem installing fixture '" + place.file + "': " + target.state->name +
                         " matching query does not exist.: (" + staged.model->label + ":pk=" + pk +
                         ") field_value was '" + key + "'; neither the files nor table " +
                         target.table + " have it: load the file that does in the same call");
}

void RequireResolved(const Staging& staging) {
  for (const StagedModel& staged : staging.models()) {
    for (const StagedColumn& column : staged.columns) {
      if (column.keys == nullptr) continue;
      Statement open = staging.db().Prepare(
          "SELECT s.migext_row, k.text FROM " + staged.table + " AS s JOIN " + column.keys->table +
          " AS k ON k.id = s." + column.key_column + " WHERE s." + SqlIdentifier(column.name()) +
          " IS NULL ORDER BY 1 LIMIT 1");
      if (open.Step()) {
        FailUnknown(staging, staged, open.row().Int(0), *column.keys->target, open.row().Text(1));
      }
    }
    for (const StagedList& list : staged.lists) {
      if (list.keys == nullptr) continue;
      Statement open = staging.db().Prepare("SELECT v.row, k.text FROM " + list.table +
                                            " AS v JOIN " + list.keys->table +
                                            " AS k ON k.id = v.key WHERE v.value IS NULL "
                                            "ORDER BY 1 LIMIT 1");
      if (open.Step()) {
        FailUnknown(staging, staged, open.row().Int(0), *list.keys->target, open.row().Text(1));
      }
    }
  }
}

/// Lists that a later object with the same key does not name stay those of the earlier one.
void KeepLists(const sqlite::Connection& db, const StagedModel& staged) {
  const std::string same = SameKey(*staged.model, "o", "n");
  for (const StagedList& list : staged.lists) {
    const std::string last_named = "SELECT max(o.migext_row) FROM " + staged.table +
                                   " AS o WHERE o." + list.named_column + " = 1 AND " + same;
    db.Run("DELETE FROM " + list.table + " WHERE row NOT IN (SELECT kept FROM (SELECT (" +
           last_named + ") AS kept FROM " + staged.table + " AS n) WHERE kept IS NOT NULL)");
    db.Run("UPDATE " + list.table + " AS v SET row = (SELECT max(o.migext_row) FROM " +
           staged.table + " AS o, " + staged.table + " AS n WHERE n.migext_row = v.row AND " +
           same + ")");
    db.Run("UPDATE " + staged.table + " AS n SET " + list.named_column +
           " = 1 WHERE EXISTS (SELECT 1 FROM " + staged.table + " AS o WHERE o." +
           list.named_column + " = 1 AND " + same + ")");
  }
}

}  // namespace

void DropRepeatedRows(Staging& staging, const Report& report) {
  const sqlite::Connection& db = staging.db();
  for (StagedModel& staged : staging.models()) {
    const std::string repeated = "EXISTS (SELECT 1 FROM " + staged.table + " AS o WHERE " +
                                 SameKey(*staged.model, "o", "n") +
                                 " AND o.migext_row > n.migext_row)";
    if (db.Value("SELECT 1 FROM " + staged.table + " AS n WHERE " + repeated + " LIMIT 1")
            .IsNull()) {
      continue;
    }
    KeepLists(db, staged);
    db.Run("DELETE FROM " + staged.table + " AS n WHERE " + repeated);
    const std::int64_t count = db.Changes();
    staged.rows -= count;
    report(staged.model->label + ": " + std::to_string(count) +
           (count == 1 ? " object comes" : " objects come") +
           " again with the same key; the last counts");
  }
}

void PrepareStaging(Staging& staging, const Report& report) {
  staging.Rest();
  const sqlite::Connection& db = staging.db();
  int number = 0;
  const auto add_index = [&](const StagedModel& staged, const std::vector<std::string>& columns) {
    const std::string table = staged.table.substr(staged.table.find('.') + 1);
    db.Run("CREATE INDEX temp.migext_load_index_" + std::to_string(++number) + " ON " + table +
           " (" + Join(columns, ", ") + ")");
  };
  for (const StagedModel& staged : staging.models()) {
    std::vector<std::string> key;
    for (const FixtureField* field : staged.model->pk) key.push_back(SqlIdentifier(field->column));
    if (!key.empty()) add_index(staged, key);
    if (!KnowsNaturalKey(*staged.model)) continue;
    std::vector<std::string> parts;
    for (const NaturalKeyPart& part : staged.model->natural_key->parts) {
      const std::string column = SqlIdentifier(part.path.front()->column);
      if (std::find(parts.begin(), parts.end(), column) == parts.end()) parts.push_back(column);
    }
    add_index(staged, parts);
  }
  for (const StagedModel& staged : staging.models()) {
    for (const StagedList& list : staged.lists) {
      db.Run("CREATE INDEX temp.migext_load_index_" + std::to_string(++number) + " ON " +
             list.table.substr(list.table.find('.') + 1) + " (row, value)");
    }
  }
  DropRepeatedRows(staging, report);
}

void ResolveKeys(Staging& staging) {
  bool any = true;
  while (any) {
    any = false;
    for (const StagedModel& staged : staging.models())
      any = GiveMissingKeys(staging, staged) || any;
    for (const NaturalKeys& keys : staging.keys()) {
      if (!FindKeys(staging, keys)) continue;
      FillInAll(staging, keys);
      any = true;
    }
  }
  RequireResolved(staging);
}

void ResolveKeysTo(Staging& staging, const FixtureModel& target) {
  if (const StagedModel* staged = staging.Find(&target)) GiveMissingKeys(staging, *staged);
  for (const NaturalKeys& keys : staging.keys()) {
    if (keys.target == &target && FindKeys(staging, keys)) FillInAll(staging, keys);
  }
}

}  // namespace migext::recover
