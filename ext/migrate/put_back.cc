#include "migrate/put_back.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace migext::migrate {
namespace {

using sqlite::LiveColumn;
using sqlite::LiveForeignKey;
using sqlite::LiveTable;

/// Determination of column affinity, https://sqlite.org/datatype3.html 3.1.
std::string_view AffinityOf(std::string_view declared) {
  const std::string type = Lower(declared);
  const auto has = [&](std::string_view word) { return type.find(word) != std::string::npos; };
  if (has("int")) return "integer";
  if (has("char") || has("clob") || has("text")) return "text";
  if (has("blob") || type.empty()) return "blob";
  if (has("real") || has("floa") || has("doub")) return "real";
  return "numeric";
}

std::string Main(std::string_view table) { return "\"main\"." + SqlIdentifier(table); }

std::string Of(std::string_view side, std::string_view column) {
  // The row id of a table is known by that name alone.
  return std::string(side) + "." + (column == "rowid" ? "rowid" : SqlIdentifier(column));
}

std::string TargetOf(const LiveForeignKey& key, const LiveTable& parent) {
  if (!key.to.front().empty()) return key.to.front();
  for (const LiveColumn& column : parent.columns) {
    if (column.primary_key == 1) return column.name;
  }
  return {};
}

}  // namespace

PutBack::PutBack(const sqlite::Connection& db, const sqlite::LiveSchema& live,
                 const KeptTable& kept)
    : db_(db),
      kept_(kept),
      table_(live.FindTable(kept.table)),
      live_name_(Main(kept.table)),
      kept_name_(Main(kept.name)) {
  const LiveTable* copy = live.FindTable(kept.name);
  if (copy == nullptr || table_ == nullptr) return;
  has_key_ = true;
  for (const LiveColumn& column : copy->columns) {
    const bool is_row_id = column.name == kKeptRowId;
    const LiveColumn* now = table_->FindColumn(column.name);
    const bool is_there =
        now != nullptr && !now->IsGenerated() && AffinityOf(now->type) == AffinityOf(column.type);
    if (column.primary_key > 0) {
      has_key_ = has_key_ && (is_row_id ? !table_->without_rowid : is_there);
      key_.emplace_back(column.name, is_row_id ? "rowid" : column.name);
    } else {
      (is_there ? columns_ : lost_).push_back(column.name);
    }
  }
  for (const LiveForeignKey& key : table_->foreign_keys) {
    const LiveTable* parent = live.FindTable(key.table);
    if (key.columns.size() != 1 || parent == nullptr) continue;
    std::string target = TargetOf(key, *parent);
    if (!target.empty()) references_.push_back({key.columns.front(), parent->name, target});
  }
}

bool PutBack::IsPossible() const { return has_key_ && (kept_.whole || !columns_.empty()); }

std::string PutBack::SameRow() const {
  std::vector<std::string> parts;
  for (const auto& [kept, live] : key_)
    parts.push_back(Of("kept", kept) + " = " + Of("live", live));
  return Join(parts, " AND ");
}

std::string PutBack::NotDangling(const Reference& reference) const {
  return Of("kept", reference.column) + " IS NULL OR EXISTS (SELECT 1 FROM " +
         Main(reference.table) + " AS parent WHERE " + Of("parent", reference.target) + " = " +
         Of("kept", reference.column) + ")";
}

std::string PutBack::Assignments(const std::vector<std::string>& columns) const {
  std::vector<std::string> sources;
  for (const std::string& column : columns) sources.push_back(Of("kept", column));
  std::vector<std::string> names;
  for (const std::string& column : columns) names.push_back(SqlIdentifier(column));
  return "(" + Join(names, ", ") + ") = (SELECT " + Join(sources, ", ") + " FROM " + kept_name_ +
         " AS kept WHERE " + SameRow() + ")";
}

void PutBack::Update(const std::vector<std::string>& columns, const std::string& condition) const {
  if (columns.empty()) return;
  db_.Run("UPDATE OR IGNORE " + live_name_ + " AS live SET " + Assignments(columns) +
          " WHERE EXISTS (SELECT 1 FROM " + kept_name_ + " AS kept WHERE " + SameRow() + condition +
          ")");
}

void PutBack::Insert() const {
  std::vector<std::string> from;
  std::vector<std::string> to;
  for (const auto& [kept, live] : key_) {
    from.push_back(SqlIdentifier(kept));
    to.push_back(live == "rowid" ? live : SqlIdentifier(live));
  }
  for (const std::string& column : columns_) {
    from.push_back(SqlIdentifier(column));
    to.push_back(SqlIdentifier(column));
  }
  // What the migration itself has put there meanwhile gives way to what was there before.
  db_.Run("INSERT OR REPLACE INTO " + live_name_ + " (" + Join(to, ", ") + ") SELECT " +
          Join(from, ", ") + " FROM " + kept_name_ + " AS kept");
}

void PutBack::Refresh() const {
  std::vector<std::string> names;
  std::vector<std::string> sources;
  for (const std::string& column : columns_) {
    names.push_back(SqlIdentifier(column));
    sources.push_back(Of("live", column));
  }
  if (names.empty()) return;
  db_.Run("UPDATE " + kept_name_ + " AS kept SET (" + Join(names, ", ") + ") = (SELECT " +
          Join(sources, ", ") + " FROM " + live_name_ + " AS live WHERE " + SameRow() +
          ") WHERE EXISTS (SELECT 1 FROM " + live_name_ + " AS live WHERE " + SameRow() + ")");
}

void PutBack::Write(MissingRows missing) const {
  if (kept_.whole && missing == MissingRows::kInserted) return Insert();
  std::vector<std::string> plain = columns_;
  for (const Reference& reference : references_) {
    const auto found = std::find_if(plain.begin(), plain.end(), [&](const std::string& column) {
      return EqualsIgnoringCase(column, reference.column);
    });
    if (found == plain.end()) continue;
    const std::string column = *found;
    plain.erase(found);
    Update({column}, " AND (" + NotDangling(reference) + ")");
  }
  Update(plain, "");
}

bool PutBack::RemoveDangling() const {
  if (!kept_.whole || table_->without_rowid) return false;
  std::vector<std::int64_t> rows;
  for (const sqlite::Row row :
       db_.Prepare("PRAGMA \"main\".foreign_key_check(" + SqlIdentifier(kept_.table) + ")")) {
    rows.push_back(row.Int(1));
  }
  bool removed = false;
  sqlite::Statement remove = db_.Prepare("DELETE FROM " + live_name_ +
                                         " AS live WHERE rowid = ? AND EXISTS (SELECT 1 FROM " +
                                         kept_name_ + " AS kept WHERE " + SameRow() + ")");
  for (const std::int64_t row : rows) {
    remove.Bind({row});
    remove.Step();
    removed = removed || db_.Changes() > 0;
  }
  return removed;
}

void PutBack::RestoreSequence() const {
  if (!kept_.sequence || !table_->autoincrement) return;
  db_.Run(R"(UPDATE "main"."sqlite_sequence" SET "seq" = max("seq", ?) WHERE "name" = ?)",
          {*kept_.sequence, table_->name});
  if (db_.Changes() > 0) return;
  db_.Run(R"(INSERT INTO "main"."sqlite_sequence" ("name", "seq") VALUES (?, ?))",
          {table_->name, *kept_.sequence});
}

std::int64_t PutBack::RowsLeft() const {
  if (IsPossible()) {
    std::string same = SameRow();
    for (const std::string& column : columns_) {
      same += " AND " + Of("kept", column) + " IS " + Of("live", column);
    }
    std::string forget = "DELETE FROM " + kept_name_ + " AS kept WHERE EXISTS (SELECT 1 FROM " +
                         live_name_ + " AS live WHERE " + same + ")";
    for (const std::string& column : lost_) forget += " AND " + Of("kept", column) + " IS NULL";
    db_.Run(forget);
  }
  const sqlite::Cell left = db_.Value("SELECT count(*) FROM " + kept_name_);
  return left.Integer() == nullptr ? 0 : *left.Integer();
}

}  // namespace migext::migrate
