#include "schema/create_table_text.h"

#include "base/text.h"

namespace migext::test {
namespace {

std::string Quoted(const std::string& name) { return "\"" + name + "\""; }

/// The offset behind the token at `at`: a quoted text, parentheses with all in them, or one
/// character.
std::size_t SkipToken(std::string_view sql, std::size_t at) {
  const char first = sql[at];
  if (first == '\'' || first == '"') {
    const std::size_t end = sql.find(first, at + 1);
    return end == std::string_view::npos ? sql.size() : end + 1;
  }
  if (first != '(') return at + 1;
  ++at;
  while (at < sql.size() && sql[at] != ')') at = SkipToken(sql, at);
  return at + 1;
}

/// Where `text` begins outside of quotes and parentheses.
std::size_t FindOutside(std::string_view sql, std::string_view text) {
  for (std::size_t at = 0; at < sql.size(); at = SkipToken(sql, at)) {
    if (sql.substr(at, text.size()) == text) return at;
  }
  return std::string_view::npos;
}

std::vector<std::string> SplitAtCommas(std::string_view list) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < list.size(); at = SkipToken(list, at)) {
    if (list[at] != ',') continue;
    parts.emplace_back(Trim(list.substr(begin, at - begin)));
    begin = at + 1;
  }
  parts.emplace_back(Trim(list.substr(begin)));
  return parts;
}

/// What stands between the first outer parentheses.
std::string_view InsideParentheses(std::string_view sql) {
  const std::size_t open = FindOutside(sql, "(");
  if (open == std::string_view::npos) return {};
  const std::size_t end = SkipToken(sql, open);
  return sql.substr(open + 1, end - open - 2);
}

std::string WithoutDefault(std::string line) {
  const std::size_t at = FindOutside(line, " DEFAULT ");
  if (at == std::string::npos) return line;
  std::size_t end = at + 9;
  while (end < line.size() && line[end] != ' ') end = SkipToken(line, end);
  return line.erase(at, end - at);
}

std::string WithoutGenerated(std::string line) {
  const std::size_t at = FindOutside(line, " GENERATED ALWAYS AS ");
  if (at == std::string::npos) return line;
  std::size_t end = SkipToken(line, at + 21) + 1;
  while (end < line.size() && line[end] != ' ') ++end;
  return line.replace(at, end - at, " GENERATED");
}

std::string WithoutCondition(const std::string& line) {
  const std::size_t at = FindOutside(line, " CHECK ");
  const bool is_named = line.starts_with("CONSTRAINT ");
  return is_named && at != std::string::npos ? line.substr(0, at) + " CHECK" : line;
}

std::string LineOf(const schema::Column& column) {
  std::string line = Quoted(column.name);
  if (!column.type.empty()) line += " " + column.type;
  if (!column.collation.empty()) line += " COLLATE " + column.collation;
  if (column.generated) {
    line += " GENERATED";
  } else {
    line += column.null ? " NULL" : " NOT NULL";
  }
  if (column.primary_key) line += " PRIMARY KEY";
  if (column.unique) line += " UNIQUE";
  if (!column.check.empty()) line += " CHECK (" + column.check + ")";
  if (column.autoincrement) line += " AUTOINCREMENT";
  if (!column.references) return line;
  line += " REFERENCES " + Quoted(column.references->table) + " (" +
          Quoted(column.references->column) + ")";
  if (!column.references->on_delete.empty()) line += " ON DELETE " + column.references->on_delete;
  return line + " DEFERRABLE INITIALLY DEFERRED";
}

std::string QuotedList(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(Quoted(name));
  return "(" + Join(quoted, ", ") + ")";
}

}  // namespace

std::vector<std::string> LinesOf(const schema::Table& table) {
  std::vector<std::string> lines;
  for (const schema::Column& column : table.columns) lines.push_back(LineOf(column));
  for (const schema::Constraint& constraint : table.constraints) {
    const std::string start = "CONSTRAINT " + Quoted(constraint.name);
    lines.push_back(constraint.check ? start + " CHECK"
                                     : start + " UNIQUE " + QuotedList(constraint.columns));
  }
  if (!table.primary_key.empty()) lines.push_back("PRIMARY KEY " + QuotedList(table.primary_key));
  return lines;
}

std::vector<std::string> LinesOfCreateTable(std::string_view sql) {
  std::vector<std::string> lines = SplitAtCommas(InsideParentheses(sql));
  for (std::string& line : lines) line = WithoutCondition(WithoutGenerated(WithoutDefault(line)));
  return lines;
}

std::string LineOf(const schema::Index& index) {
  std::vector<std::string> parts;
  for (const schema::IndexPart& part : index.parts) {
    const std::string order = part.descending ? " DESC" : "";
    parts.push_back((part.column.empty() ? "*" : Quoted(part.column)) + order);
  }
  return std::string(index.unique ? "UNIQUE " : "") + Quoted(index.name) + " (" +
         Join(parts, ", ") + ")" + (index.partial ? " WHERE" : "");
}

std::string LineOfCreateIndex(std::string_view sql) {
  const bool is_unique = sql.starts_with("CREATE UNIQUE");
  const std::size_t name = sql.find('"');
  const std::size_t on = FindOutside(sql, " ON ");
  if (name == std::string_view::npos || name > on) return std::string(sql);
  std::vector<std::string> parts = SplitAtCommas(InsideParentheses(sql));
  for (std::string& part : parts) {
    const std::size_t end = SkipToken(part, 0);
    const bool is_descending = part.ends_with(" DESC");
    const std::string rest = part.substr(end);
    const bool is_column =
        part.front() == '"' && (rest.empty() || rest == " DESC" || rest == " ASC");
    part = (is_column ? part.substr(0, end) : "*") + (is_descending ? " DESC" : "");
  }
  const bool is_partial = FindOutside(sql, " WHERE ") != std::string_view::npos;
  return std::string(is_unique ? "UNIQUE " : "") + std::string(sql.substr(name, on - name)) + " (" +
         Join(parts, ", ") + ")" + (is_partial ? " WHERE" : "");
}

}  // namespace migext::test
