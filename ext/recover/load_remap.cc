#include "recover/load_remap.h"

#include <algorithm>

#include "base/text.h"
#include "recover/load_resolve.h"
#include "recover/natural_lookup.h"

namespace migext::recover {
namespace {

using sqlite::Row;
using sqlite::Statement;

constexpr std::string_view kKeyMap = "temp.migext_load_map";
constexpr int kLongestChain = 32;

/// True if the column repeats the primary key of `target`, directly or by way of other keys.
bool LeadsTo(const FixtureField& field, const FixtureModel& target) {
  const FixtureField* at = &field;
  for (int i = 0; at->target_field != nullptr && i < kLongestChain; ++i) {
    if (at->target == &target && at->target_field == target.pk.front()) return true;
    at = at->target_field;
  }
  return false;
}

/// Fills the map with the keys that are others here; gives back how many.
std::int64_t FillMap(const Staging& staging, const StagedModel& staged) {
  const sqlite::Connection& db = staging.db();
  const FixtureModel& model = *staged.model;
  const std::string key = SqlIdentifier(model.pk.front()->column);
  std::int64_t last = 0;
  for (const std::string& table : {staged.table, staged.LiveTable()}) {
    const sqlite::Cell highest = db.Value("SELECT max(" + key + ") FROM " + table);
    if (highest.Integer() != nullptr) last = std::max(last, *highest.Integer());
  }
  Statement rows = db.Prepare(
      "SELECT s." + key + ", (SELECT l." + key + " FROM " + staged.LiveTable() + " AS l WHERE " +
      SameNaturalKey(staging, model, "l", "s") + "), EXISTS (SELECT 1 FROM " + staged.LiveTable() +
      " AS o WHERE o." + key + " = s." + key + ") FROM " + staged.table +
      " AS s WHERE s.migext_given = 1 ORDER BY s.migext_row");
  Statement add = db.Prepare("INSERT INTO " + std::string(kKeyMap) + " VALUES (?, ?)");
  std::int64_t count = 0;
  for (const Row row : rows) {
    const std::int64_t old = row.Int(0);
    std::int64_t now = old;
    if (!row.IsNull(1)) {
      now = row.Int(1);
    } else if (row.Int(2) != 0) {
      now = ++last;  // the key is another row's here
    }
    if (now == old) continue;
    add.Bind({old, now});
    add.Step();
    ++count;
  }
  return count;
}

void Follow(const sqlite::Connection& db, const std::string& table, const std::string& column,
            const std::string& written_as_key) {
  const std::string map(kKeyMap);
  db.Run("UPDATE " + table + " AS u SET " + column + " = (SELECT m.now FROM " + map +
         " AS m WHERE m.old = u." + column + ") WHERE u." + column + " IN (SELECT old FROM " + map +
         ")" + written_as_key);
}

/// What was written as a natural key leads to the right row by itself.
void FollowAll(const Staging& staging, const FixtureModel& target) {
  for (const StagedModel& staged : staging.models()) {
    for (const StagedColumn& column : staged.columns) {
      const bool is_own = staged.model == &target && column.field == target.pk.front();
      if (!is_own && !LeadsTo(*column.field, target)) continue;
      Follow(staging.db(), staged.table, SqlIdentifier(column.name()),
             column.keys == nullptr ? "" : " AND u." + column.key_column + " IS NULL");
    }
    for (const StagedList& list : staged.lists) {
      const bool leads = list.field->target == &target ||
                         (list.target_key != nullptr && LeadsTo(*list.target_key, target));
      if (leads) Follow(staging.db(), list.table, "value", " AND u.key IS NULL");
    }
  }
}

void Match(Staging& staging, const FixtureModel& model, std::string_view by, const Report& report) {
  const StagedModel* staged = staging.Find(&model);
  if (staged == nullptr || model.pk.size() != 1 || !model.natural_key) return;
  const sqlite::Connection& db = staging.db();
  db.Run("CREATE TABLE " + std::string(kKeyMap) + " (old INTEGER PRIMARY KEY, now INTEGER)");
  const std::int64_t count = FillMap(staging, *staged);
  if (count > 0) {
    FollowAll(staging, model);
    report(model.label + ": " + std::to_string(count) +
           (count == 1 ? " row has another primary key here; it is"
                       : " rows have other primary keys here; they are") +
           " matched by " + std::string(by) + ", and what refers to them follows");
  }
  db.Run("DROP TABLE " + std::string(kKeyMap));
}

}  // namespace

void MatchGenerated(Staging& staging, const FixtureModels& models, const Report& report) {
  const FixtureModel* types = models.Find("contenttypes.contenttype");
  if (types == nullptr) return;
  Match(staging, *types, "app_label and model", report);
  // A permission's natural key holds that of its content type.
  ResolveKeysTo(staging, *types);
  const FixtureModel* permissions = models.Find("auth.permission");
  if (permissions != nullptr) Match(staging, *permissions, "content type and codename", report);
}

}  // namespace migext::recover
