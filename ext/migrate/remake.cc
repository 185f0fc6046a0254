#include "migrate/remake.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "schema/statement.h"
#include "sqlite/flag.h"
#include "sqlite/index_definition.h"
#include "sqlite/sql_tokens.h"

namespace migext::migrate {
namespace {

using sqlite::IndexDefinition;

/// A name that Django leaves in its quotes.
std::string Unquoted(const std::string& name) {
  const bool is_quoted = name.size() >= 2 && name.starts_with('"') && name.ends_with('"');
  return is_quoted ? name.substr(1, name.size() - 2) : name;
}

/// What Django sends with parameters, as SQLite gets it.
std::string Converted(const std::string& sql) {
  schema::Statement statement;
  statement.sql = sql;
  statement.percent = schema::Percent::kConverted;
  return schema::SentSql(statement);
}

/// "shop_item_price_fa0fc8bc", "…_uniq", "…_idx": BaseDatabaseSchemaEditor._create_index_name(). An
/// index that Django made and has forgotten since goes with a remake, as it does in Django.
bool IsNamedByDjango(std::string_view name) {
  for (const std::string_view suffix : {"_uniq", "_idx"}) {
    if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
  }
  constexpr std::size_t kDigits = 8;
  if (name.size() <= kDigits) return false;
  const std::string_view hash = name.substr(name.size() - kDigits);
  const std::string_view head = name.substr(0, name.size() - kDigits);
  return head.ends_with('_') && std::count(head.begin(), head.end(), '_') >= 2 &&
         hash.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
         hash.find_first_of("0123456789") != std::string_view::npos;
}

/// Those that are none of `known`, each of which is at most one: by its name, else by what it does.
/// An index keeps its name when its table is renamed, so that Django may know it by another.
std::vector<std::string> StrangersAmong(const std::vector<std::string>& indexes,
                                        const std::vector<std::string>& known) {
  struct Candidate {
    std::string sql;
    IndexDefinition index;
    bool is_known = false;
  };
  std::vector<Candidate> candidates;
  for (const std::string& sql : indexes) {
    if (auto index = sqlite::ReadIndexDefinition(sql)) candidates.push_back({sql, *index});
  }
  std::vector<IndexDefinition> nameless;
  for (const std::string& sql : known) {
    auto django = sqlite::ReadIndexDefinition(sql);
    if (!django) continue;
    const auto by_name = std::find_if(candidates.begin(), candidates.end(), [&](const auto& one) {
      return EqualsIgnoringCase(one.index.name, django->name);
    });
    if (by_name == candidates.end()) {
      nameless.push_back(std::move(*django));
    } else {
      by_name->is_known = true;
    }
  }
  for (const IndexDefinition& django : nameless) {
    const auto alike = std::find_if(candidates.begin(), candidates.end(), [&](const auto& one) {
      return !one.is_known && one.index.IsLike(django);
    });
    if (alike != candidates.end()) alike->is_known = true;
  }
  std::vector<std::string> strangers;
  for (Candidate& one : candidates) {
    if (one.is_known || IsNamedByDjango(one.index.name)) continue;
    strangers.push_back(std::move(one.sql));
  }
  return strangers;
}

/// A key to the table itself names the new one.  The rename looks at nothing but the table, so it
/// says at once what Django's rename would make of it.
std::string WithOwnReferences(const std::string& sql, const std::string& from,
                              const std::string& to) {
  const std::vector<sqlite::SqlToken> tokens = sqlite::Tokenize(sql);
  std::string out;
  std::size_t copied = 0;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    if (!tokens[i - 1].Is("REFERENCES") || !EqualsIgnoringCase(tokens[i].text, from)) continue;
    out += sql.substr(copied, tokens[i].begin - copied) + SqlIdentifier(to);
    copied = tokens[i].end;
  }
  return out + sql.substr(copied);
}

}  // namespace

Remake::Remake(const sqlite::Connection& db, const schema::TableRemake& plan)
    : db_(db),
      plan_(plan),
      table_(Unquoted(plan.table)),
      before_sql_(plan.before.Sql(plan.table)),
      copy_(plan.copy) {
  for (const schema::IndexStatement& index : plan.indexes_before) {
    known_indexes_.push_back(index.Sql());
  }
  kept_.create_sql = plan.after.Sql(plan.NewTable());
  CompareColumns();
  live_ = ReadParts();
  if (!live_.sql.empty()) Compare();
  kept_.create_sql = WithOwnReferences(kept_.create_sql, Unquoted(plan.NewTable()), table_);
}

Remake::Parts Remake::ReadParts() const {
  Parts parts;
  sqlite::Statement rows = db_.Prepare(
      "SELECT type, sql FROM main.sqlite_master WHERE tbl_name = ?1 COLLATE NOCASE AND sql NOT "
      "NULL "
      "UNION ALL SELECT 'trigger', 'CREATE TEMP' || substr(sql, 7) FROM temp.sqlite_master "
      "WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE AND NOT EXISTS "
      "(SELECT 1 FROM temp.sqlite_master WHERE type <> 'trigger' AND name = ?1 COLLATE NOCASE)");
  rows.Bind({table_});
  while (rows.Step()) {
    const std::string type = rows.row().Text(0);
    if (type == "table") parts.sql = rows.row().Text(1);
    if (type == "index") parts.indexes.push_back(rows.row().Text(1));
    if (type == "trigger") parts.triggers.push_back(rows.row().Text(1));
  }
  return parts;
}

void Remake::CompareColumns() {
  for (const schema::CopiedColumn& copied : copy_) {
    if (!copied.source.empty() && copied.source != copied.column) {
      renames_.emplace_back(copied.source, copied.column);
    }
  }
  for (const auto& part : plan_.before.columns) {
    if (!plan_.after.FindColumn(part.column.name)) gone_.push_back(part.column.name);
  }
  changes_columns_ = !gone_.empty() || plan_.before.columns.size() != plan_.after.columns.size();
}

void Remake::Compare() {
  ReadCounter();
  strange_indexes_ = StrangersAmong(live_.indexes, known_indexes_);
  if (!renames_.empty()) {
    CompareTexts({});
    if (kept_.has_more || !strange_indexes_.empty() || HasViewsOrTriggers()) FollowRenames();
  }
  CompareTexts(gone_);
  RequireIndexColumns();
}

void Remake::CompareTexts(const std::vector<std::string>& gone) {
  kept_ = KeptParts();
  kept_.create_sql = plan_.after.Sql(plan_.NewTable());
  if (live_.sql == before_sql_) return;
  auto live = sqlite::ReadTableDefinition(live_.sql);
  auto before = sqlite::ReadTableDefinition(before_sql_);
  auto after = sqlite::ReadTableDefinition(kept_.create_sql);
  if (!live || !before || !after) return;
  TableTexts texts;
  texts.live = std::move(*live);
  texts.before = std::move(*before);
  texts.after = std::move(*after);
  texts.after_sql = kept_.create_sql;
  texts.renames = renames_;
  texts.gone = gone;
  for (const std::vector<schema::IndexStatement>* indexes :
       {&plan_.indexes_before, &plan_.indexes_after}) {
    for (const schema::IndexStatement& index : *indexes) {
      if (index.unique && index.tail.empty()) texts.unique_indexes.push_back(index.columns);
    }
  }
  if (HasColumns(texts)) kept_ = KeepParts(texts);
}

/// The copy names its columns in double quotes, and SQLite takes what is no column for a string.
/// False when that does no harm: in a table without rows, which then becomes Django's.
bool Remake::HasColumns(const TableTexts& texts) const {
  const std::string* missing = nullptr;
  for (const schema::CopiedColumn& copied : copy_) {
    if (copied.source.empty()) RequireRoom(texts, copied.column);
    if (copied.source.empty() || copied.source.find('"') != std::string::npos) continue;
    if (!texts.live.FindColumn(copied.source)) missing = &copied.source;
  }
  if (missing == nullptr) return true;
  if (db_.Value("SELECT 1 FROM " + SqlIdentifier(table_) + " LIMIT 1").IsNull()) return false;
  throw Error("the table \"" + table_ + "\" has no column \"" + *missing +
              "\", which this migration copies: add the column first, or look for a migration "
              "that is recorded and has not been run: SELECT * FROM migration_conflicts");
}

void Remake::RequireRoom(const TableTexts& texts, const std::string& column) const {
  if (!texts.live.FindColumn(column) || texts.before.FindColumn(column)) return;
  throw Error("the table \"" + table_ + "\" has a column \"" + column +
              "\" already, which Django would fill anew: rename it, or fake the migration that "
              "adds it");
}

void Remake::RequireIndexColumns() const {
  for (const std::string& sql : strange_indexes_) {
    const auto index = sqlite::ReadIndexDefinition(sql);
    for (const std::string& column : gone_) {
      if (!index || !sqlite::MentionsName(index->tail, column)) continue;
      throw Error("the index \"" + index->name + "\" uses the column \"" + column + "\" of \"" +
                  table_ + "\", which this migration takes away: " + sql + "; DROP INDEX " +
                  SqlIdentifier(index->name) +
                  " first, and make it anew afterwards without the column");
    }
  }
}

bool Remake::HasViewsOrTriggers() const {
  return !db_.Value(
                 "SELECT 1 FROM main.sqlite_master WHERE type IN ('view', 'trigger') UNION ALL "
                 "SELECT 1 FROM temp.sqlite_master WHERE type IN ('view', 'trigger')")
              .IsNull();
}

/// What is to be kept may name a column that gets another name with the copy.  SQLite's own rename
/// changes all of that (https://sqlite.org/lang_altertable.html#altertabrename), so it goes first.
void Remake::FollowRenames() {
  for (const auto& [from, to] : renames_) {
    const auto live = sqlite::ReadTableDefinition(live_.sql);
    const bool is_taken = live && live->FindColumn(to) && !EqualsIgnoringCase(from, to);
    if (!live || is_taken) continue;
    db_.Run("ALTER TABLE " + SqlIdentifier(table_) + " RENAME COLUMN " + SqlIdentifier(from) +
            " TO " + SqlIdentifier(to));
    before_sql_ = sqlite::WithNameReplaced(before_sql_, from, to);
    for (std::string& index : known_indexes_) {
      index = sqlite::WithNameReplaced(index, from, to);
    }
    for (schema::CopiedColumn& copied : copy_) {
      if (copied.source != from) continue;
      copied.value = sqlite::WithNameReplaced(copied.value, from, to);
      copied.source = to;
    }
    std::erase(gone_, from);
    live_ = ReadParts();
  }
  renames_.clear();
  strange_indexes_ = StrangersAmong(live_.indexes, known_indexes_);
}

void Remake::ReadCounter() {
  if (Lower(live_.sql).find("autoincrement") == std::string::npos) return;
  if (!db_.HasTable("sqlite_sequence")) return;
  const sqlite::Cell seq = db_.Value(
      "SELECT max(seq) FROM main.sqlite_sequence WHERE name = ? COLLATE NOCASE", {table_});
  if (const std::int64_t* number = seq.Integer()) counter_ = *number;
}

void Remake::CreateTable() {
  in_place_ = !live_.sql.empty() && !HasRows();
  if (!in_place_) db_.Run(kept_.create_sql);
}

bool Remake::HasRows() const {
  const sqlite::Cell found = db_.Value(std::string(kHasRows) + SqlIdentifier(table_) + ")");
  return found != sqlite::Cell(0);
}

/// As the rename would leave it, the counter of its keys included.
void Remake::CreateInPlace() const {
  const std::vector<sqlite::SqlToken> tokens = sqlite::Tokenize(kept_.create_sql);
  const auto name = std::find_if(tokens.begin(), tokens.end(), [](const sqlite::SqlToken& token) {
    return token.kind == sqlite::TokenKind::kQuoted;
  });
  if (name == tokens.end()) throw Error("no name in " + kept_.create_sql);
  db_.Run(kept_.create_sql.substr(0, name->begin) + SqlIdentifier(table_) +
          kept_.create_sql.substr(name->end));
  const bool counts_keys =
      std::any_of(tokens.begin(), tokens.end(),
                  [](const sqlite::SqlToken& token) { return token.Is("AUTOINCREMENT"); });
  if (!counts_keys) return;
  db_.Run("INSERT INTO main.sqlite_sequence (name, seq) VALUES (?, 0)", {table_});
}

/// The rowid has to be named where no column stands for it; "" where one does.
std::string Remake::RowidColumn() const {
  const auto after = sqlite::ReadTableDefinition(kept_.create_sql);
  if (!after || after->without_rowid || after->HasRowidColumn()) return {};
  const auto live = sqlite::ReadTableDefinition(live_.sql);
  if (!live || live->without_rowid) return {};
  for (const char* name : {"rowid", "_rowid_", "oid"}) {
    if (!after->FindColumn(name) && !live->FindColumn(name)) return name;
  }
  return {};
}

std::int64_t Remake::CopyRows() const {
  if (in_place_) return 0;
  std::vector<std::string> columns;
  std::vector<std::string> values;
  for (const schema::CopiedColumn& copied : copy_) {
    const bool is_computed = std::find(kept_.computed.begin(), kept_.computed.end(),
                                       copied.source) != kept_.computed.end();
    if (is_computed) continue;
    columns.push_back(Converted(schema::QuoteName(copied.column)));
    values.push_back(Converted(copied.value));
  }
  for (const std::string& column : kept_.columns) {
    columns.push_back(SqlIdentifier(column));
    values.push_back(columns.back());
  }
  if (const std::string rowid = RowidColumn(); !rowid.empty()) {
    columns.push_back(rowid);
    values.push_back(rowid);
  }
  db_.Run("INSERT INTO " + schema::QuoteName(plan_.NewTable()) + " (" + Join(columns, ", ") +
          ") SELECT " + Join(values, ", ") + " FROM " + schema::QuoteName(plan_.table));
  return db_.Changes();
}

void Remake::TakePlace(const std::string& rename_sql) const {
  if (in_place_) {
    CreateInPlace();
  } else {
    // A view or a trigger elsewhere that uses the table makes Django's rename fail: at this moment
    // there is no such table.
    const sqlite::ScopedFlag alone(db_, sqlite::Flag::kLegacyAlterTable, true);
    db_.Run(rename_sql);
  }
  for (const std::string& sql : strange_indexes_) db_.Run(sql);
  for (const std::string& sql : live_.triggers) db_.Run(sql);
  if (!counter_) return;
  db_.Run("UPDATE main.sqlite_sequence SET seq = ?2 WHERE name = ?1 COLLATE NOCASE AND seq < ?2",
          {table_, *counter_});
}

}  // namespace migext::migrate
