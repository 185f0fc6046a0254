#include "migrate/portable_script.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "migrate/history.h"
#include "migrate/remake.h"
#include "sqlite/backup.h"
#include "sqlite/interruption.h"
#include "sqlite/sql_tokens.h"
#include "sqlite/statement_log.h"

namespace migext::migrate {
namespace {

using sqlite::Connection;
using sqlite::LoggedStatement;
using sqlite::SqlToken;
using sqlite::TokenKind;

/// As Django stores the time, to the millisecond.
constexpr std::string_view kNow = "strftime('%Y-%m-%d %H:%M:%f', 'now')";

constexpr std::string_view kGuards = R"(DROP TABLE IF EXISTS temp.migext_guard;
CREATE TEMP TABLE migext_guard (finding text);
CREATE TEMP TRIGGER migext_stop BEFORE INSERT ON migext_guard BEGIN
  SELECT CASE NEW.finding
    WHEN 'history' THEN RAISE(ABORT, 'the history is not the one that this script was made for: nothing was changed; make it again')
    WHEN 'schema' THEN RAISE(ABORT, 'the schema is not the one that this script was made for: nothing was changed; make it again')
    WHEN 'rows' THEN RAISE(ABORT, 'a table has rows that had none when this script was made: this migration was not done, those before it were; make the script again')
    ELSE RAISE(ABORT, 'rows would point nowhere that did not before: this migration was not done, those before it were')
  END;
END;)";

constexpr std::string_view kCompareHistory =
    R"(INSERT INTO temp.migext_guard SELECT 'history'
WHERE NOT EXISTS (SELECT 1 FROM main.sqlite_master WHERE name = 'django_migrations');
SELECT 'recorded, and was not: ' || app || '.' || name
FROM (SELECT app, name FROM main.django_migrations EXCEPT SELECT app, name FROM temp.migext_history);
SELECT 'not recorded, and was: ' || app || '.' || name
FROM (SELECT app, name FROM temp.migext_history EXCEPT SELECT app, name FROM main.django_migrations);
INSERT INTO temp.migext_guard SELECT 'history'
WHERE EXISTS (SELECT app, name FROM main.django_migrations EXCEPT SELECT app, name FROM temp.migext_history)
   OR EXISTS (SELECT app, name FROM temp.migext_history EXCEPT SELECT app, name FROM main.django_migrations);)";

constexpr std::string_view kCompareSchema =
    R"(CREATE TEMP VIEW migext_schema_now AS
SELECT type, name, sql FROM main.sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!';
SELECT 'in the way, or another: ' || type || ' ' || name
FROM (SELECT * FROM temp.migext_schema_now EXCEPT SELECT * FROM temp.migext_schema);
SELECT 'missing, or another: ' || type || ' ' || name
FROM (SELECT * FROM temp.migext_schema EXCEPT SELECT * FROM temp.migext_schema_now);
INSERT INTO temp.migext_guard SELECT 'schema'
WHERE EXISTS (SELECT * FROM temp.migext_schema_now EXCEPT SELECT * FROM temp.migext_schema)
   OR EXISTS (SELECT * FROM temp.migext_schema EXCEPT SELECT * FROM temp.migext_schema_now);
DROP VIEW temp.migext_schema_now;)";

/// The table's name in "PRAGMA main.foreign_key_check("blog_comment")".
std::optional<std::string> TableChecked(const LoggedStatement& statement) {
  constexpr std::string_view kCheck = "PRAGMA main.foreign_key_check(";
  if (!statement.sql.starts_with(kCheck)) return std::nullopt;
  const std::vector<SqlToken> tokens =
      sqlite::Tokenize(std::string_view(statement.sql).substr(kCheck.size()));
  return tokens.empty() ? std::nullopt : std::optional(tokens.front().text);
}

std::string Names(const std::set<std::string>& names) {
  std::vector<std::string> quoted;
  quoted.reserve(names.size());
  for (const std::string& name : names) quoted.push_back(SqlLiteral(name));
  return Join(quoted, ", ");
}

/// The literals 'text' of a statement.
std::vector<SqlToken> Literals(const std::string& sql) {
  std::vector<SqlToken> literals = sqlite::Tokenize(sql);
  std::erase_if(literals, [&](const SqlToken& token) {
    return token.kind != TokenKind::kQuoted || sql[token.begin] != '\'';
  });
  return literals;
}

bool IsRecord(const std::string& sql) {
  return sql.starts_with(R"(INSERT INTO "main"."django_migrations" )") ||
         sql.starts_with(R"(DELETE FROM "main"."django_migrations" )");
}

/// What is dated is dated when the script runs.
std::string WithTimeOfRun(const std::string& sql) {
  if (!sql.starts_with(R"(INSERT INTO "main"."django_migrations" )") &&
      !sql.starts_with(R"(INSERT INTO "main"."migext_journal" )")) {
    return sql;
  }
  for (const SqlToken& literal : Literals(sql)) {
    if (!IsDjangoDateTime(literal.text)) continue;
    return sql.substr(0, literal.begin) + std::string(kNow) + sql.substr(literal.end);
  }
  return sql;
}

/// (old, new) of "ALTER TABLE "a" RENAME TO "b"", unless it is the end of a remake.
std::optional<std::pair<std::string, std::string>> RenamedTable(const std::string& sql) {
  const std::vector<SqlToken> tokens = sqlite::Tokenize(sql);
  const bool is_rename = tokens.size() == 6 && tokens[0].Is("ALTER") && tokens[1].Is("TABLE") &&
                         tokens[3].Is("RENAME") && tokens[4].Is("TO");
  if (!is_rename || tokens[2].text.starts_with("new__")) return std::nullopt;
  return std::pair(tokens[2].text, tokens[5].text);
}

bool Begins(const std::string& sql, std::string_view word) {
  return sql.size() >= word.size() && Lower(sql.substr(0, word.size())) == Lower(word);
}

class Writer {
 public:
  std::vector<std::string> Take() && { return std::move(lines_); }

  void Line(std::string line = {}) { lines_.push_back(std::move(line)); }

  void Text(std::string_view text) {
    for (const std::string_view line : Split(text, '\n')) lines_.emplace_back(line);
  }

  void Statement(std::string_view sql) {
    const std::string_view trimmed = Trim(sql);
    const std::size_t last_line = trimmed.rfind('\n') + 1;
    Text(trimmed);
    // A comment at the end would swallow the semicolon.
    if (trimmed.substr(last_line).find("--") != std::string_view::npos) Line();
    if (!trimmed.ends_with(';')) lines_.back() += ";";
  }

  /// `table (columns)` in temp, with the rows of a query.
  void Rows(const std::string& table, const std::string& columns, const Connection& db,
            std::string_view query) {
    Statement("DROP TABLE IF EXISTS temp." + table);
    Statement("CREATE TEMP TABLE " + table + " (" + columns + ")");
    sqlite::Statement rows = db.Prepare(query);
    for (const sqlite::Row row : rows) {
      std::vector<std::string> values;
      for (int i = 0; i < rows.ColumnCount(); ++i) values.push_back(row.Get(i).ToSql());
      Statement("INSERT INTO temp." + table + " VALUES (" + Join(values, ", ") + ")");
    }
  }

 private:
  std::vector<std::string> lines_;
};

class Script {
 public:
  Script(const Connection& before, const std::string& call) : before_(before), call_(call) {}

  std::vector<std::string> Make(std::span<const LoggedStatement> statements,
                                const std::string& answer) {
    Head();
    Guards();
    KnownViolations(statements);
    for (std::size_t i = 0; i < statements.size(); ++i) Add(statements, i);
    Legacy(false);
    writer_.Line();
    for (const char* table : {"migext_guard", "migext_history", "migext_schema", "migext_known"}) {
      writer_.Statement("DROP TABLE IF EXISTS temp." + std::string(table));
    }
    writer_.Statement("SELECT " + SqlLiteral(answer));
    writer_.Line(".bail off");
    return std::move(writer_).Take();
  }

 private:
  void Head() {
    writer_.Text(
        "-- What SELECT " + call_ +
        "; does to one database, for a sqlite3 shell without migext:\n"
        "--\n"
        "--     sqlite3 db.sqlite3 < this_file\n"
        "--\n"
        "-- Made " +
        FormatApplied(
            std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now())) +
        " UTC by rehearsing the run on a copy.  It stops before it changes anything\n"
        "-- where the history or the schema is not the one that it was made for.  Each migration "
        "is "
        "one\n"
        "-- transaction with its record: after a stop those before it are done.  Stop the web "
        "server and\n"
        "-- make a copy first.");
    writer_.Line(".bail on");
    // Neither does anything inside a transaction.
    writer_.Statement("PRAGMA foreign_keys = OFF");
    writer_.Statement("PRAGMA legacy_alter_table = OFF");
  }

  void Guards() {
    writer_.Line();
    writer_.Line("-- What it was made for.");
    writer_.Text(kGuards);
    const bool has_history = before_.HasTable("django_migrations");
    writer_.Rows("migext_history", "app, name", before_,
                 has_history ? "SELECT DISTINCT app, name FROM main.django_migrations ORDER BY 1, 2"
                             : "SELECT NULL, NULL WHERE 0");
    if (has_history) writer_.Text(kCompareHistory);
    writer_.Rows("migext_schema", "type, name, sql", before_,
                 "SELECT type, name, sql FROM main.sqlite_master WHERE sql IS NOT NULL AND name "
                 "NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY rowid");
    writer_.Text(kCompareSchema);
  }

  /// The tables that are looked at before the first change are all those with foreign keys.
  void KnownViolations(std::span<const LoggedStatement> statements) {
    std::set<std::string> tables;
    for (const LoggedStatement& statement : statements) {
      if (statement.changes) break;
      if (std::optional<std::string> table = TableChecked(statement)) {
        tables.insert(*std::move(table));
      }
    }
    writer_.Line();
    writer_.Line("-- Rows that point nowhere already.");
    writer_.Statement("DROP TABLE IF EXISTS temp.migext_known");
    writer_.Statement("CREATE TEMP TABLE migext_known AS\n" + Violations(tables));
  }

  static std::string Violations(const std::set<std::string>& tables) {
    return R"(SELECT lower(c."table") AS child, lower(c."parent") AS parent, c."rowid" AS row)"
           "\nFROM main.sqlite_master AS t, pragma_foreign_key_check(t.name, 'main') AS c\n"
           "WHERE t.type = 'table' AND t.name IN (" +
           Names(tables) + ")";
  }

  void Add(std::span<const LoggedStatement> all, std::size_t at) {
    const LoggedStatement& statement = all[at];
    if (std::optional<std::string> table = TableChecked(statement)) {
      checked_.insert(*std::move(table));
    }
    if (statement.sql.starts_with(kHasRows)) asked_ = statement.sql.substr(kHasRows.size());
    if (!statement.changes) return;
    RequireStillEmpty(statement.sql);
    if (Begins(statement.sql, "BEGIN")) {
      checked_.clear();
      writer_.Line();
      Title(all.subspan(at));
    }
    if (Begins(statement.sql, "COMMIT")) CheckForeignKeys();
    Legacy(statement.legacy_alter_table);
    writer_.Statement(WithTimeOfRun(statement.sql));
    if (const auto renamed = RenamedTable(statement.sql)) Rename(renamed->first, renamed->second);
  }

  /// "-- blog.0003_add_level", from the record that ends the transaction.
  void Title(std::span<const LoggedStatement> statements) {
    for (const LoggedStatement& statement : statements) {
      if (Begins(statement.sql, "COMMIT")) return;
      if (!statement.changes || !IsRecord(statement.sql)) continue;
      const std::vector<SqlToken> literals = Literals(statement.sql);
      if (literals.size() < 2) continue;
      const bool backwards = Begins(statement.sql, "DELETE");
      writer_.Line((backwards ? "-- Take back " : "-- Apply ") + literals[0].text + "." +
                   literals[1].text);
      return;
    }
  }

  /// A table that is dropped right after it was asked for rows had none.
  void RequireStillEmpty(const std::string& sql) {
    const std::string table = std::exchange(asked_, {});
    if (table.empty() || !Begins(sql, "DROP TABLE")) return;
    writer_.Statement(
        "INSERT INTO temp.migext_guard SELECT 'rows' WHERE EXISTS (SELECT 1 FROM main." + table);
  }

  void CheckForeignKeys() {
    if (checked_.empty()) return;
    const std::string found = "FROM (" + Violations(checked_) +
                              ") AS now\nWHERE NOT EXISTS (SELECT 1 FROM temp.migext_known AS k "
                              "WHERE k.child = now.child AND k.parent = now.parent AND k.row IS "
                              "now.row)";
    writer_.Statement(
        "SELECT 'row ' || coalesce(row, '?') || ' of ' || child || ' points at no "
        "row of ' || parent " +
        found);
    writer_.Statement("INSERT INTO temp.migext_guard SELECT 'keys' " + found);
    checked_.clear();
  }

  void Rename(const std::string& from, const std::string& to) {
    for (const char* column : {"child", "parent"}) {
      writer_.Statement("UPDATE temp.migext_known SET " + std::string(column) + " = lower(" +
                        SqlLiteral(to) + ") WHERE " + column + " = lower(" + SqlLiteral(from) +
                        ")");
    }
  }

  void Legacy(bool value) {
    if (legacy_ == value) return;
    writer_.Statement(std::string("PRAGMA legacy_alter_table = ") + (value ? "ON" : "OFF"));
    legacy_ = value;
  }

  const Connection& before_;
  const std::string& call_;
  Writer writer_;
  std::set<std::string> checked_;
  std::string asked_;  ///< The table that was asked for rows just now, with ")" behind it.
  bool legacy_ = false;
};

}  // namespace

std::vector<std::string> PortableScript(const Connection& db, const std::string& call,
                                        const RunOn& run) {
  // A temporary database: in memory as far as the cache goes, then in a file that is deleted.
  const Connection copy = Connection::Open("", sqlite::OpenMode::kCreate);
  const sqlite::ScopedInterruption interruption(db, copy);
  sqlite::CopyDatabase(db, copy);
  const sqlite::StatementLog log(copy);
  std::string answer;
  try {
    answer = run(copy);
  } catch (const Error& error) {
    throw Error("there is no such script, as the run itself stops; the database is as it was: " +
                std::string(error.what()));
  }
  return Script(db, call).Make(log.statements(), answer);
}

}  // namespace migext::migrate
