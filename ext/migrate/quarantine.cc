#include "migrate/quarantine.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"
#include "schema/table_remake.h"
#include "sqlite/transaction.h"

namespace migext::migrate {
namespace {

using schema::Statement;
using schema::StatementKind;
using sqlite::LiveColumn;
using sqlite::LiveSchema;
using sqlite::LiveTable;

std::string Main(std::string_view table) { return "\"main\"." + SqlIdentifier(table); }

std::int64_t Count(const sqlite::Connection& db, const std::string& sql) {
  const sqlite::Cell count = db.Value(sql);
  return count.Integer() == nullptr ? 0 : *count.Integer();
}

bool IsCopied(const LiveColumn& column) {
  return !column.IsGenerated() && column.kind != sqlite::ColumnKind::kHidden;
}

std::vector<std::string> KeyOf(const LiveTable& table) {
  std::map<int, std::string> places;
  for (const LiveColumn& column : table.columns) {
    if (column.primary_key > 0) places[column.primary_key] = column.name;
  }
  std::vector<std::string> key;
  for (const auto& [place, name] : places) key.push_back(name);
  return key;
}

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& known) { return EqualsIgnoringCase(known, name); });
}

/// The columns that a whole table's copy needs: not those that are dropped, and kept, before it.
std::vector<std::string> ColumnsOf(const LiveTable& table, const Drop& whole,
                                   const std::vector<Drop>& drops) {
  std::vector<std::string> columns;
  for (const LiveColumn& column : table.columns) {
    const bool goes_before = std::any_of(drops.begin(), drops.end(), [&](const Drop& drop) {
      return drop.step < whole.step && EqualsIgnoringCase(drop.table, whole.table) &&
             EqualsIgnoringCase(drop.column, column.name);
    });
    if (!goes_before && IsCopied(column)) columns.push_back(column.name);
  }
  return columns;
}

std::string CreateSql(const std::string& name, const LiveTable& table,
                      const std::vector<std::string>& columns) {
  std::vector<std::string> key = KeyOf(table);
  std::vector<std::string> parts;
  if (key.empty()) {
    key = {std::string(kKeptRowId)};
    parts.push_back(SqlIdentifier(kKeptRowId) + " integer");
  }
  for (const LiveColumn& column : table.columns) {
    if (!Contains(key, column.name) && !Contains(columns, column.name)) continue;
    std::string part = SqlIdentifier(column.name);
    if (!column.type.empty()) part += " " + column.type;
    parts.push_back(std::move(part));
  }
  for (std::string& column : key) column = SqlIdentifier(column);
  return "CREATE TABLE " + Main(name) + " (" + Join(parts, ", ") + ", PRIMARY KEY (" +
         Join(key, ", ") + "))";
}

bool HasColumn(const sqlite::Connection& db, const std::string& table, const std::string& column) {
  return !db.Value("SELECT 1 FROM pragma_table_info(?, 'main') WHERE name = ? COLLATE NOCASE",
                   {table, column})
              .IsNull();
}

void RenameColumn(const sqlite::Connection& db, const KeptTable& kept, const std::string& from,
                  const std::string& to) {
  if (!HasColumn(db, kept.name, from)) return;
  db.Run("ALTER TABLE " + Main(kept.name) + " RENAME COLUMN " + SqlIdentifier(from) + " TO " +
         SqlIdentifier(to));
}

/// What is not dropped goes by the names of its table.
bool Follow(const sqlite::Connection& db, KeptTable& kept, const Statement& statement) {
  if (!EqualsIgnoringCase(kept.table, statement.table) && !statement.table_remake) return false;
  if (statement.kind == StatementKind::kRenameTable && !statement.remake) {
    kept.table = statement.renamed_to;
    return true;
  }
  if (statement.kind == StatementKind::kRenameColumn) {
    RenameColumn(db, kept, statement.column, statement.renamed_to);
  }
  if (statement.table_remake && EqualsIgnoringCase(kept.table, statement.table_remake->table)) {
    for (const schema::CopiedColumn& copied : statement.table_remake->copy) {
      if (copied.source.empty() || copied.source == copied.column) continue;
      RenameColumn(db, kept, copied.source, copied.column);
    }
  }
  return false;
}

bool Follow(const sqlite::Connection& db, KeptTable& kept, const PreparedMigration& prepared) {
  bool changed = false;
  for (const PreparedOperation& operation : prepared.operations) {
    for (const Statement& statement : operation.statements) {
      changed = Follow(db, kept, statement) || changed;
    }
  }
  return changed;
}

/// A squash stands for what it replaces.
bool Stands(const PreparedMigration& prepared, const std::string& name) {
  const std::vector<django::MigrationKey>& replaces = prepared.migration->replaces;
  return prepared.migration->key.ToString() == name ||
         std::any_of(replaces.begin(), replaces.end(),
                     [&](const django::MigrationKey& key) { return key.ToString() == name; });
}

std::string RowsText(std::int64_t rows) { return Grouped(rows) + (rows == 1 ? " row" : " rows"); }

}  // namespace

std::int64_t RowsWorthKeeping(const sqlite::Connection& db, const Drop& drop) {
  if (!db.HasTable(drop.table)) return 0;
  if (drop.column.empty()) return Count(db, "SELECT count(*) FROM " + Main(drop.table));
  if (!HasColumn(db, drop.table, drop.column)) return 0;
  const std::string column = SqlIdentifier(drop.column);
  std::string sql =
      "SELECT count(*) FROM " + Main(drop.table) + " WHERE " + column + " IS NOT NULL";
  if (!drop.fallback.empty()) sql += " AND " + column + " IS NOT " + drop.fallback;
  return Count(db, sql);
}

void Quarantine::Before(const PreparedMigration& prepared) {
  if (prepared.backwards) {
    for (const StepDrops& step : dropped_.steps) {
      if (step.migration == prepared.migration->key) KeepFor(step);
    }
    return;
  }
  if (!is_used_) return;
  for (const KeptTable& kept : catalog_.Read()) {
    const bool is_worked_on =
        kept.stage == KeptStage::kPutBack && !put_back_here_.contains(kept.id) &&
        std::any_of(kept.waits_for.begin(), kept.waits_for.end(),
                    [&](const std::string& name) { return Stands(prepared, name); });
    if (!is_worked_on) continue;
    const LiveSchema live = LiveSchema::Read(db_);
    const PutBack data(db_, live, kept);
    if (data.IsPossible()) data.Refresh();
  }
}

void Quarantine::KeepFor(const StepDrops& step) {
  std::map<std::pair<std::size_t, std::string>, std::vector<Drop>> groups;
  for (const Drop& drop : step.drops) groups[{drop.step, Lower(drop.table)}].push_back(drop);
  if (groups.empty()) return;
  const LiveSchema live = LiveSchema::Read(db_);
  for (const auto& [key, drops] : groups) {
    const LiveTable* table = live.FindTable(drops.front().table);
    if (table == nullptr) continue;
    std::vector<std::string> columns;
    for (const Drop& drop : drops) {
      if (drop.column.empty()) {
        if (RowsWorthKeeping(db_, drop) > 0) columns = ColumnsOf(*table, drop, step.drops);
        continue;
      }
      const LiveColumn* column = table->FindColumn(drop.column);
      const bool is_kept =
          column != nullptr && IsCopied(*column) && RowsWorthKeeping(db_, drop) > 0;
      if (is_kept) columns.push_back(column->name);
    }
    if (!columns.empty()) Keep(drops, std::move(columns), *table);
  }
}

void Quarantine::Keep(std::span<const Drop> drops, std::vector<std::string> columns,
                      const LiveTable& table) {
  const std::vector<std::string> key = KeyOf(table);
  const bool loses_key =
      std::any_of(columns.begin(), columns.end(),
                  [&](const std::string& column) { return Contains(key, column); });
  if (loses_key) {
    // By the key alone nobody could tell which rows these were.
    for (const LiveColumn& column : table.columns) {
      if (IsCopied(column) && !Contains(columns, column.name)) columns.push_back(column.name);
    }
  }
  KeptTable kept;
  kept.migration = dropped_.steps[drops.front().step].migration;
  kept.table = table.name;
  kept.whole = drops.front().column.empty();
  kept.waits_for = CodeBefore(drops.front().step);
  if (is_used_) {
    for (KeptTable& known : catalog_.Read()) {
      const bool is_same = known.migration == kept.migration && known.whole == kept.whole &&
                           EqualsIgnoringCase(known.table, kept.table) && Has(known, columns);
      if (!is_same) continue;
      for (const std::string& name : kept.waits_for) {
        if (!Contains(known.waits_for, name)) known.waits_for.push_back(name);
      }
      return TopUp(known, table);
    }
  }
  kept.name = KeptTableName(kept.migration, kept.table);
  for (int number = 2; db_.HasTable(kept.name); ++number) {
    kept.name = KeptTableName(kept.migration, kept.table) + "_" + std::to_string(number);
  }
  if (kept.whole && table.autoincrement) {
    const sqlite::Cell sequence =
        db_.Value(R"(SELECT "seq" FROM "main"."sqlite_sequence" WHERE "name" = ?)", {table.name});
    if (sequence.Integer() != nullptr) kept.sequence = *sequence.Integer();
  }
  db_.Run(CreateSql(kept.name, table, columns));
  Copy(kept, table, "INSERT");
  catalog_.Add(kept);
  is_used_ = true;
  notes_.push_back(
      "  Kept in " + kept.name + ": " + (kept.whole ? "all" : Join(columns, ", ") + " of") + " " +
      RowsText(Count(db_, "SELECT count(*) FROM " + Main(kept.name))) + " of " + kept.table);
}

bool Quarantine::Has(const KeptTable& kept, const std::vector<std::string>& columns) const {
  return std::all_of(columns.begin(), columns.end(),
                     [&](const std::string& column) { return HasColumn(db_, kept.name, column); });
}

void Quarantine::TopUp(KeptTable& kept, const LiveTable& table) {
  // Ahead of the code is what is to be kept; what comes after it only adds rows.
  Copy(kept, table, kept.stage == KeptStage::kAhead ? "INSERT OR IGNORE" : "INSERT OR REPLACE");
  kept.stage = KeptStage::kAhead;
  catalog_.Update(kept);
}

void Quarantine::Copy(const KeptTable& kept, const LiveTable& table,
                      const std::string& verb) const {
  std::vector<std::string> to;
  std::vector<std::string> from;
  sqlite::Statement columns = db_.Prepare("SELECT name FROM pragma_table_info(?, 'main')");
  columns.Bind({kept.name});
  while (columns.Step()) {
    const std::string name = columns.row().Text(0);
    const bool is_row_id = name == kKeptRowId && table.FindColumn(name) == nullptr;
    if (!is_row_id && table.FindColumn(name) == nullptr) continue;
    to.push_back(SqlIdentifier(name));
    from.push_back(is_row_id ? "rowid" : SqlIdentifier(name));
  }
  db_.Run(verb + " INTO " + Main(kept.name) + " (" + Join(to, ", ") + ") SELECT " +
          Join(from, ", ") + " FROM " + Main(table.name));
}

std::vector<std::string> Quarantine::CodeBefore(std::size_t step) const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < step; ++i) {
    if (dropped_.steps[i].has_code) names.push_back(dropped_.steps[i].migration.ToString());
  }
  return names;
}

void Quarantine::After(const PreparedMigration& prepared) {
  if (!is_used_) return;
  prepared.backwards ? AfterBackwards(prepared) : AfterForwards(prepared);
  is_used_ = catalog_.Exists();
}

void Quarantine::AfterBackwards(const PreparedMigration& prepared) {
  for (KeptTable& kept : catalog_.Read()) {
    if (kept.migration == prepared.migration->key) {
      kept.stage = KeptStage::kDropped;
      catalog_.Update(kept);
    } else if (kept.stage != KeptStage::kDropped && Follow(db_, kept, prepared)) {
      catalog_.Update(kept);
    }
  }
}

void Quarantine::AfterForwards(const PreparedMigration& prepared) {
  std::vector<KeptTable> all = catalog_.Read();
  std::vector<KeptTable*> due;
  // What was dropped last is there first.
  for (auto kept = all.rbegin(); kept != all.rend(); ++kept) {
    const bool is_own = Stands(prepared, kept->migration.ToString());
    if (!is_own && kept->stage == KeptStage::kDropped) {
      const auto waits = std::erase_if(
          kept->waits_for, [&](const std::string& name) { return Stands(prepared, name); });
      if (waits > 0) catalog_.Update(*kept);
      continue;
    }
    if (!is_own && Follow(db_, *kept, prepared)) catalog_.Update(*kept);
    const auto waited = std::erase_if(
        kept->waits_for, [&](const std::string& name) { return Stands(prepared, name); });
    if (is_own || waited > 0) due.push_back(&*kept);
  }
  if (!due.empty()) Return(due);
}

void Quarantine::Return(const std::vector<KeptTable*>& due) {
  const sqlite::ScopedTriggersOff triggers(db_);
  const LiveSchema live = LiveSchema::Read(db_);
  std::vector<PutBack> done;
  for (KeptTable* kept : due) {
    const PutBack data(db_, live, *kept);
    if (!data.IsPossible()) continue;
    const bool is_first = kept->stage != KeptStage::kPutBack || put_back_here_.contains(kept->id);
    try {
      sqlite::Savepoint savepoint(db_);
      data.Write(is_first ? MissingRows::kInserted : MissingRows::kLeftOut);
      data.RestoreSequence();
      savepoint.Release();
    } catch (const sqlite::DatabaseError& error) {
      notes_.push_back("  " + kept->name + " cannot be put back: " + error.message());
      continue;
    }
    kept->stage = KeptStage::kPutBack;
    if (is_first) put_back_here_.insert(kept->id);
    done.push_back(data);
  }
  for (bool removed = true; removed;) {
    removed = false;
    for (const PutBack& data : done) removed = data.RemoveDangling() || removed;
  }
  for (KeptTable* kept : due) Settle(*kept);
}

void Quarantine::Settle(KeptTable& kept) {
  const LiveSchema live = LiveSchema::Read(db_);
  const PutBack data(db_, live, kept);
  const std::int64_t rows = Count(db_, "SELECT count(*) FROM " + Main(kept.name));
  if (!kept.waits_for.empty()) {
    catalog_.Update(kept);
    notes_.push_back("  Put back " + RowsText(rows) + " of " + kept.table + "; " + kept.name +
                     " stays until these are applied too: " + Join(kept.waits_for, ", "));
    return;
  }
  const std::int64_t left = data.RowsLeft();
  if (left < rows) {
    notes_.push_back("  Put back into " + kept.table + ": " +
                     (kept.whole ? "" : Join(data.columns(), ", ") + " of ") +
                     RowsText(rows - left));
  }
  if (left == 0) return catalog_.Remove(kept);
  catalog_.Update(kept);
  notes_.push_back("  " + RowsText(left) + " stay in " + kept.name +
                   ": they, or what they point at, are gone or have another form now");
}

}  // namespace migext::migrate
