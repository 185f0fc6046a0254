// One statement that Django's schema editor would send, and how its text is to be read.
//
//   ShownSql({.sql = "DROP TABLE \"a%%b\"", .percent = Percent::kConverted})  // DROP TABLE "a%b";
#ifndef MIGEXT_SCHEMA_STATEMENT_H_
#define MIGEXT_SCHEMA_STATEMENT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "python/value.h"

namespace migext::schema {

struct IndexStatement;
struct TableRemake;

/// What a statement does, so that an executor can fold several remakes of one table into one.  The
/// four steps of a remake follow each other: kCreateTable for "new__table", kCopyRows, kDropTable,
/// kRenameTable.
enum class StatementKind : std::uint8_t {
  kCreateTable,
  kCopyRows,
  kDropTable,
  kRenameTable,
  kAddColumn,
  kRenameColumn,
  kDropColumn,
  kCreateIndex,
  kDropIndex,
  kSql,     // of a RunSQL
  kPython,  // of a RunPython: no SQL
};

/// DatabaseWrapper converts the percent signs of a statement that is executed with parameters, be
/// they none: "%s" is a parameter and "%%" a percent sign.
enum class Percent : std::uint8_t { kUntouched, kConverted };

struct Statement {
  StatementKind kind = StatementKind::kSql;
  std::string table;  ///< Without quotes: the table that it changes, or of the index; "" for kSql.
  std::string renamed_to = {};  ///< kRenameTable's and kRenameColumn's, without quotes.
  std::string column = {};      ///< kAddColumn's, kRenameColumn's and kDropColumn's.
  std::string sql;              ///< As the schema editor wrote it.
  Percent percent = Percent::kUntouched;
  /// Put off to the end of the migration or to the next remake; in the list it stands where it
  /// runs.
  bool deferred = false;
  /// Part of a remake of `table`: the statements it put off included.
  bool remake = false;
  /// What the remake is about; with the first of its statements.
  std::shared_ptr<const TableRemake> table_remake = nullptr;
  /// kCreateIndex's, in its parts.
  std::shared_ptr<const IndexStatement> index = nullptr;
  /// kSql's with named parameters, which are filled in: sqlmigrate fails on it.
  bool named_parameters = false;
  python::Value code;  ///< kPython's.
};

/// The text that SQLite is given.
std::string SentSql(const Statement& statement);
std::string SentSql(std::string_view sql, Percent percent);

/// The line that sqlmigrate prints.  Throws Error with Python's text for a lone percent sign in a
/// converted statement.
std::string ShownSql(const Statement& statement);

/// DatabaseOperations.quote_name(): a name that is quoted stays as it is, and what is inside is not
/// doubled.
std::string QuoteName(std::string_view name);

/// The names, quoted and joined by ", ".
template <typename Names>
std::string QuoteNames(const Names& names) {
  std::string out;
  for (const auto& name : names) {
    if (!out.empty()) out += ", ";
    out += QuoteName(name);
  }
  return out;
}

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_STATEMENT_H_
