#include "recover/load_resolve.h"

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "recover/natural_lookup.h"
#include "schema/column.h"

namespace migext::recover {
namespace {

using sqlite::Row;
using sqlite::Statement;

bool KnowsNaturalKey(const FixtureModel& model) {
  return model.natural_key && model.natural_key->trouble.empty() &&
         !model.natural_key->parts.empty();
}

/// Gives primary keys to rows of one model that came without.
class KeyGiver {
 public:
  KeyGiver(const Staging& staging, const StagedModel& staged)
      : staging_(staging),
        db_(staging.db()),
        staged_(staged),
        key_(*staged.model->pk.front()),
        column_(SqlIdentifier(key_.column)),
        is_integer_(schema::IsIntegerType(key_.ValueField().type) && !key_.IsRelation()) {}

  /// True if one was given.
  bool Run() {
    const std::string table = staged_.table;
    if (db_.Value("SELECT 1 FROM " + table + " WHERE migext_given = 0 LIMIT 1").IsNull()) {
      return false;
    }
    PrepareLookups();
    set_.emplace(db_.Prepare("UPDATE " + table + " SET " + column_ +
                             " = ?1, migext_given = 2 WHERE migext_row = ?2"));
    if (is_integer_) last_ = LastKeyOfDatabase();
    const std::string pending =
        KnowsNaturalKey(*staged_.model) ? HasPendingPart(staged_, "s") : "0";
    Statement rows = db_.Prepare("SELECT s.migext_row, s.migext_given, s." + column_ + ", " +
                                 pending + " FROM " + table + " AS s ORDER BY s.migext_row");
    bool any = false;
    for (const Row row : rows) {
      const bool waits = row.Int(1) == 0;
      if (waits && row.Int(3) == 0) any = Give(row.Int(0), row.Get(2)) || any;
      if (!waits && is_integer_) last_ = std::max(last_, row.Int(2));
    }
    return any;
  }

 private:
  void PrepareLookups() {
    if (!KnowsNaturalKey(*staged_.model)) return;
    const FixtureModel& model = *staged_.model;
    const std::string from_row = " JOIN " + staged_.table + " AS s WHERE s.migext_row = ?1 AND ";
    find_staged_.emplace(db_.Prepare(
        "SELECT o." + column_ + " FROM " + staged_.table + " AS o" + from_row +
        SameNaturalKey(staging_, model, "o", "s") +
        " AND o.migext_row < ?1 AND o.migext_given > 0 ORDER BY o.migext_row DESC LIMIT 1"));
    find_live_.emplace(db_.Prepare("SELECT l." + column_ + " FROM " + staged_.LiveTable() +
                                   " AS l" + from_row + SameNaturalKey(staging_, model, "l", "s") +
                                   " AND NOT EXISTS (SELECT 1 FROM " + staged_.table +
                                   " AS g WHERE g." + column_ + " = l." + column_ +
                                   " AND g.migext_given = 1) LIMIT 1"));
  }

  std::int64_t LastKeyOfDatabase() const {
    const sqlite::Cell highest =
        db_.Value("SELECT max(" + column_ + ") FROM " + staged_.LiveTable());
    std::int64_t last = highest.Integer() == nullptr ? 0 : *highest.Integer();
    if (db_.HasTable("sqlite_sequence")) {
      const sqlite::Cell sequence =
          db_.Value("SELECT seq FROM main.sqlite_sequence WHERE name = ?", {staged_.model->table});
      if (sequence.Integer() != nullptr) last = std::max(last, *sequence.Integer());
    }
    return last;
  }

  static sqlite::Cell Found(std::optional<Statement>& find, std::int64_t row) {
    if (!find) return {};
    find->Bind({row});
    sqlite::Cell key = find->Step() ? find->row().Get(0) : sqlite::Cell();
    find->Reset();
    return key;
  }

  bool IsTaken(std::int64_t key) {
    if (!taken_) {
      taken_.emplace(db_.Prepare("SELECT 1 FROM " + staged_.table + " WHERE " + column_ +
                                 " = ?1 AND migext_given > 0"));
    }
    taken_->Bind({key});
    const bool is_taken = taken_->Step();
    taken_->Reset();
    return is_taken;
  }

  bool Give(std::int64_t row, const sqlite::Cell& own) {
    sqlite::Cell key = Found(find_staged_, row);
    if (key.IsNull()) key = Found(find_live_, row);
    if (key.IsNull()) key = own;
    if (key.IsNull() && is_integer_) {
      // An object further down may name the key that would come next.
      do {
        ++last_;
      } while (IsTaken(last_));
      key = last_;
    }
    if (key.IsNull()) {
      throw Error(staging_.PlaceOf(staged_, row),
                  "Could not load " + staged_.model->label +
                      "(pk=None): the object has no \"pk\", and this key is not made up by the "
                      "database; add it to the fixture");
    }
    set_->Bind({key, row});
    set_->Step();
    set_->Reset();
    return true;
  }

  const Staging& staging_;
  const sqlite::Connection& db_;
  const StagedModel& staged_;
  const FixtureField& key_;
  std::string column_;
  bool is_integer_;
  std::int64_t last_ = 0;
  std::optional<Statement> find_staged_;
  std::optional<Statement> find_live_;
  std::optional<Statement> taken_;
  std::optional<Statement> set_;
};

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

bool GiveKeys(const Staging& staging, const StagedModel& staged) {
  return staged.model->pk.size() == 1 && KeyGiver(staging, staged).Run();
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
    for (const StagedModel& staged : staging.models()) any = GiveKeys(staging, staged) || any;
    for (const NaturalKeys& keys : staging.keys()) {
      if (!FindKeys(staging, keys)) continue;
      FillInAll(staging, keys);
      any = true;
    }
  }
  RequireResolved(staging);
}

void ResolveKeysTo(Staging& staging, const FixtureModel& target) {
  if (const StagedModel* staged = staging.Find(&target)) GiveKeys(staging, *staged);
  for (const NaturalKeys& keys : staging.keys()) {
    if (keys.target == &target && FindKeys(staging, keys)) FillInAll(staging, keys);
  }
}

}  // namespace migext::recover
