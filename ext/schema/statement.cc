#include "schema/statement.h"

#include "base/error.h"
#include "base/text.h"

namespace migext::schema {
namespace {

/// SQLiteCursorWrapper.convert_query(): "%s" that no percent sign precedes is a parameter.
std::string ConvertQuery(std::string_view sql) {
  std::string out;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const bool is_parameter = sql.substr(i).starts_with("%s") && (i == 0 || sql[i - 1] != '%');
    if (is_parameter) {
      out += '?';
      ++i;
      continue;
    }
    if (sql.substr(i).starts_with("%%")) ++i;
    out += sql[i];
  }
  return out;
}

/// `sql % ()`.
std::string FormatWithNothing(std::string_view sql) {
  std::string out;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] != '%') {
      out += sql[i];
      continue;
    }
    if (++i == sql.size()) throw Error("ValueError: incomplete format");
    if (sql[i] == '%') {
      out += '%';
      continue;
    }
    throw Error("TypeError: not enough arguments for format string");
  }
  return out;
}

std::string_view TrimRight(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\n\r\f\v");
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

}  // namespace

std::string SentSql(const Statement& statement) {
  return SentSql(statement.sql, statement.percent);
}

std::string SentSql(std::string_view sql, Percent percent) {
  return percent == Percent::kConverted ? ConvertQuery(sql) : std::string(sql);
}

std::string ShownSql(const Statement& statement) {
  if (statement.named_parameters) throw Error("TypeError: format requires a mapping");
  const std::string ending = TrimRight(statement.sql).ends_with(';') ? "" : ";";
  const bool is_formatted = statement.percent == Percent::kConverted;
  return (is_formatted ? FormatWithNothing(statement.sql) : statement.sql) + ending;
}

std::string QuoteName(std::string_view name) {
  if (name.starts_with('"') && name.ends_with('"')) return std::string(name);
  return "\"" + std::string(name) + "\"";
}

}  // namespace migext::schema
