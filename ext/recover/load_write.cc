#include "recover/load_write.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "recover/python_set.h"
#include "sqlite/live_schema.h"

namespace migext::recover {
namespace {

using sqlite::DatabaseError;
using sqlite::Row;
using sqlite::Statement;

bool IsKey(const FixtureModel& model, const FixtureField* field) {
  return std::find(model.pk.begin(), model.pk.end(), field) != model.pk.end();
}

/// Rows of the staging table from ?1 to ?2.
constexpr std::string_view kRange = " AND s.migext_row BETWEEN ?1 AND ?2";

std::string InsertSql(const StagedModel& staged) {
  std::vector<std::string> columns;
  std::vector<std::string> values;
  for (const StagedColumn& column : staged.columns) {
    columns.push_back(SqlIdentifier(column.name()));
    values.push_back(ColumnOf("s", column.name()));
  }
  return "INSERT INTO " + staged.LiveTable() + " (" + Join(columns, ", ") + ") SELECT " +
         Join(values, ", ") + " FROM " + staged.table + " AS s WHERE s.migext_live = 0" +
         std::string(kRange) + " ORDER BY s.migext_row";
}

/// "" for a model of a key alone.
std::string UpdateSql(const StagedModel& staged) {
  std::vector<std::string> changes;
  for (const StagedColumn& column : staged.columns) {
    if (IsKey(*staged.model, column.field)) continue;
    changes.push_back(SqlIdentifier(column.name()) + " = " + ColumnOf("s", column.name()));
  }
  if (changes.empty()) return {};
  return "UPDATE " + staged.LiveTable() + " AS l SET " + Join(changes, ", ") + " FROM " +
         staged.table + " AS s WHERE " + SameKey(*staged.model, "l", "s") +
         " AND s.migext_live = 1" + std::string(kRange);
}

std::string KeyText(const Row& row, int first, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += ", ";
    text += row.Get(first + static_cast<int>(i)).ToString();
  }
  return text;
}

std::string KeyColumns(const FixtureModel& model, std::string_view alias) {
  std::vector<std::string> columns;
  for (const FixtureField* field : model.pk) columns.push_back(ColumnOf(alias, field->column));
  return Join(columns, ", ");
}

/// The columns that "UNIQUE constraint failed: blog_tag.slug, blog_tag.site_id" names.
std::vector<std::string> ConflictColumns(const std::string& message, const std::string& table) {
  constexpr std::string_view kWords = "UNIQUE constraint failed: ";
  std::vector<std::string> columns;
  const std::size_t at = message.find(kWords);
  if (at == std::string::npos) return columns;
  std::string list = message.substr(at + kWords.size());
  list = list.substr(0, list.find(';'));
  for (const std::string& name : Split(list, ',')) {
    const std::string trimmed(Trim(name));
    if (trimmed.starts_with(table + ".")) columns.push_back(trimmed.substr(table.size() + 1));
  }
  return columns;
}

/// The row that has the same values already, as the end of a message; "" when it is not known.
std::string RowInTheWay(const Staging& staging, const StagedModel& staged, std::int64_t row,
                        const std::string& message) {
  const FixtureModel& model = *staged.model;
  const std::vector<std::string> columns = ConflictColumns(message, model.table);
  if (columns.empty()) return {};
  std::string same;
  for (const std::string& column : columns) {
    same += " AND " + ColumnOf("l", column) + " = " + ColumnOf("s", column);
  }
  Statement other = staging.db().Prepare(
      "SELECT (SELECT min(t.migext_row) FROM " + staged.table + " AS t WHERE " +
      SameKey(model, "t", "l") + "), " + KeyColumns(model, "l") + " FROM " + staged.LiveTable() +
      " AS l, " + staged.table + " AS s WHERE s.migext_row = ?1" + same + " AND NOT (" +
      SameKey(model, "l", "s") + ") LIMIT 1");
  other.Bind({row});
  if (!other.Step()) return {};
  const std::string key = KeyText(other.row(), 1, model.pk.size());
  if (!other.row().IsNull(0)) {
    return "; the fixture has it twice, also for pk=" + key + " (" +
           Describe(staging.PlaceOf(staged, other.row().Int(0))) +
           "): change one of the two in the file";
  }
  return "; the row with pk=" + key +
         " in the database has it already: delete or change that row, or give the object its key";
}

[[noreturn]] void FailAt(const Staging& staging, const StagedModel& staged, std::int64_t row,
                         const DatabaseError& error) {
  const FixtureModel& model = *staged.model;
  Statement key = staging.db().Prepare("SELECT " + KeyColumns(model, "s") + " FROM " +
                                       staged.table + " AS s WHERE s.migext_row = ?");
  key.Bind({row});
  const std::string pk = key.Step() ? KeyText(key.row(), 0, model.pk.size()) : "None";
  const Place place = staging.PlaceOf(staged, row);
  throw Error(place, "Problem installing fixture '" + place.file + "': Could not load " +
                         model.state->app + "." + model.state->name + "(pk=" + pk + "): " +
                         error.message() + RowInTheWay(staging, staged, row, error.message()));
}

/// A statement over all rows does not tell which one a constraint refuses.
[[noreturn]] void FindCulprit(const Staging& staging, const StagedModel& staged,
                              const std::string& sql, const DatabaseError& error) {
  Statement rows = staging.db().Prepare("SELECT migext_row FROM " + staged.table + " ORDER BY 1");
  Statement one = staging.db().Prepare(sql);
  for (const Row row : rows) {
    const std::int64_t number = row.Int(0);
    one.Bind({number, number});
    try {
      one.Step();
    } catch (const DatabaseError& refused) {
      one.Reset();
      FailAt(staging, staged, number, refused);
    }
  }
  throw Error("Problem installing fixtures: Could not load " + staged.model->label + ": " +
              error.message());
}

void RunOverAll(const Staging& staging, const StagedModel& staged, const std::string& sql) {
  constexpr std::int64_t kLast = 0x7FFFFFFFFFFFFFFF;
  try {
    staging.db().Run(sql, {0, kLast});
  } catch (const DatabaseError& error) {
    if (!error.IsConstraint()) throw;
    FindCulprit(staging, staged, sql, error);
  }
}

void WriteModel(const Staging& staging, const StagedModel& staged) {
  const sqlite::Connection& db = staging.db();
  db.Run("UPDATE " + staged.table + " AS s SET migext_live = EXISTS (SELECT 1 FROM " +
         staged.LiveTable() + " AS l WHERE " + SameKey(*staged.model, "l", "s") + ")");
  const bool any_live =
      !db.Value("SELECT 1 FROM " + staged.table + " WHERE migext_live = 1 LIMIT 1").IsNull();
  const std::string update = UpdateSql(staged);
  if (any_live && !update.empty()) RunOverAll(staging, staged, update);
  RunOverAll(staging, staged, InsertSql(staged));
}

/// The table between two models, seen from one of them.
struct Through {
  std::string table;
  std::string own;
  std::string other;
};

Through ThroughOf(const StagedList& list) {
  return {"main." + SqlIdentifier(list.field->table), SqlIdentifier(list.field->own_column),
          SqlIdentifier(list.field->other_column)};
}

/// Listed values that the table lacks: (own, other, row, position).
std::string MissingSql(const StagedModel& staged, const StagedList& list, const Through& through) {
  const std::string key = "s." + SqlIdentifier(staged.model->pk.front()->column);
  return "SELECT " + key + " AS own, v.value AS other, v.row AS row, min(v.position) AS position " +
         "FROM " + list.table + " AS v JOIN " + staged.table +
         " AS s ON s.migext_row = v.row WHERE NOT EXISTS (SELECT 1 FROM " + through.table +
         " AS t WHERE t." + through.own + " = " + key + " AND t." + through.other +
         " = v.value) GROUP BY v.row, v.value";
}

/// Lays the values of one object in the order in which Django adds them.
class ListOrder {
 public:
  ListOrder(const sqlite::Connection& db, const StagedList& list)
      : set_(db.Prepare("UPDATE " + list.table + " SET position = ? WHERE row = ? AND value = ?")) {
  }

  void Take(std::int64_t row, const sqlite::Cell& value) {
    if (row != row_) Finish();
    row_ = row;
    if (value.Integer() == nullptr) {
      is_known_ = false;  // texts have another hash in each run of Python
    } else {
      values_.push_back(*value.Integer());
    }
  }

  void Finish() {
    if (is_known_ && values_.size() > 1) {
      std::int64_t position = 0;
      for (const std::int64_t value : PythonSetOrder(values_)) {
        set_.Bind({position++, row_, value});
        set_.Step();
      }
      set_.Reset();
    }
    values_.clear();
    is_known_ = true;
  }

 private:
  Statement set_;
  std::int64_t row_ = -1;
  std::vector<std::int64_t> values_;
  bool is_known_ = true;
};

void InsertMissing(const sqlite::Connection& db, const StagedModel& staged, const StagedList& list,
                   const Through& through) {
  const std::string missing = MissingSql(staged, list, through);
  db.Run("INSERT INTO " + through.table + " (" + through.own + ", " + through.other +
         ") SELECT own, other FROM (" + missing + ") ORDER BY row, position");
}

/// Rows of objects that name the list.
std::string Named(const StagedModel& staged, const StagedList& list) {
  return "(SELECT s." + SqlIdentifier(staged.model->pk.front()->column) + " FROM " + staged.table +
         " AS s WHERE s." + list.named_column + " = 1)";
}

/// The pairs of a symmetrical relation stand there from both ends.
void Mirror(const sqlite::Connection& db, const StagedModel& staged, const StagedList& list,
            const Through& through) {
  const std::string no_twin = " AND NOT EXISTS (SELECT 1 FROM " + through.table + " AS m WHERE m." +
                              through.own + " = t." + through.other + " AND m." + through.other +
                              " = t." + through.own + ")";
  db.Run("INSERT INTO " + through.table + " (" + through.own + ", " + through.other +
         ") SELECT t." + through.other + ", t." + through.own + " FROM " + through.table +
         " AS t WHERE t." + through.own + " IN " + Named(staged, list) + no_twin);
}

/// set(): what is not in the list goes, what is missing comes.
void WriteList(const Staging& staging, const StagedModel& staged, const StagedList& list) {
  const sqlite::Connection& db = staging.db();
  const Through through = ThroughOf(list);
  const std::string key = SqlIdentifier(staged.model->pk.front()->column);
  const auto is_listed = [&](const std::string& own, const std::string& other) {
    return "EXISTS (SELECT 1 FROM " + staged.table + " AS s JOIN " + list.table +
           " AS v ON v.row = s.migext_row WHERE s." + key + " = t." + own + " AND t." + other +
           " = v.value)";
  };
  const std::string remove =
      "DELETE FROM " + through.table + " AS t WHERE NOT " + is_listed(through.own, through.other);
  const std::string own_is_named = " AND t." + through.own + " IN " + Named(staged, list);
  if (list.field->is_symmetrical) {
    const std::string other_is_named = " AND t." + through.other + " IN " + Named(staged, list);
    const std::string not_mirrored = " AND NOT " + is_listed(through.other, through.own);
    db.Run(remove + not_mirrored + own_is_named);
    db.Run(remove + not_mirrored + other_is_named);
  } else {
    db.Run(remove + own_is_named);
  }
  ListOrder order(db, list);
  Statement missing = db.Prepare("SELECT row, other FROM (" + MissingSql(staged, list, through) +
                                 ") ORDER BY row, position");
  for (const Row row : missing) order.Take(row.Int(0), row.Get(1));
  order.Finish();
  missing.Reset();
  InsertMissing(db, staged, list, through);
  if (list.field->is_symmetrical) Mirror(db, staged, list, through);
}

void RequireThroughTable(const sqlite::Connection& db, const StagedModel& staged,
                         const StagedList& list) {
  if (db.HasTable(list.field->table)) return;
  throw Error("no such table: " + list.field->table + ", which holds '" + list.field->name +
              "' of " + staged.model->label + "; look at SELECT * FROM migration_conflicts");
}

}  // namespace

void WriteRows(const Staging& staging) {
  const sqlite::Connection& db = staging.db();
  for (const StagedModel& staged : staging.models()) WriteModel(staging, staged);
  for (const StagedModel& staged : staging.models()) {
    for (const StagedList& list : staged.lists) {
      const bool is_named = !db.Value("SELECT 1 FROM " + staged.table + " WHERE " +
                                      list.named_column + " = 1 LIMIT 1")
                                 .IsNull();
      if (!is_named) continue;
      RequireThroughTable(db, staged, list);
      WriteList(staging, staged, list);
    }
  }
}

std::vector<std::string> TouchedTables(const Staging& staging) {
  std::vector<std::string> tables;
  for (const StagedModel& staged : staging.models()) {
    tables.push_back(staged.model->table);
    for (const StagedList& list : staged.lists) tables.push_back(list.field->table);
  }
  const std::vector<std::string> written = tables;
  const auto has = [](const std::vector<std::string>& names, const std::string& name) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& one) { return EqualsIgnoringCase(one, name); });
  };
  const sqlite::LiveSchema live = sqlite::LiveSchema::Read(staging.db());
  for (const sqlite::LiveTable& table : live.tables()) {
    const bool leads =
        std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                    [&](const sqlite::LiveForeignKey& key) { return has(written, key.table); });
    if (leads && !has(tables, table.name)) tables.push_back(table.name);
  }
  std::erase_if(tables, [&](const std::string& name) { return live.FindTable(name) == nullptr; });
  return tables;
}

}  // namespace migext::recover
