#include "schema/sql_script.h"

#include "base/error.h"
#include "base/text.h"
#include "schema/default_value.h"

namespace migext::schema {
namespace {

using python::Value;

std::string_view TrimSpace(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\r\f\v";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Splits where sqlparse does: at semicolons outside quotes, comments, parentheses and the body of
/// a trigger.
class Splitter {
 public:
  explicit Splitter(std::string_view script) : script_(script) {}

  std::vector<std::string> Split() {
    while (at_ < script_.size()) Step();
    Close();
    return std::move(statements_);
  }

 private:
  void Step() {
    const char c = script_[at_];
    const std::string_view rest = script_.substr(at_);
    if (c == '\'' || c == '"' || c == '`' || c == '[') return TakeQuoted(c == '[' ? ']' : c);
    if (rest.starts_with("--")) return SkipComment(script_.find('\n', at_), 1);
    if (rest.starts_with("/*")) return SkipComment(script_.find("*/", at_ + 2), 2);
    if (IsWordCharacter(c)) return TakeWord();
    if (c == '(') ++parentheses_;
    if (c == ')') --parentheses_;
    text_ += c;
    ++at_;
    if (c == ';' && parentheses_ <= 0 && blocks_ == 0) Close();
  }

  void TakeQuoted(char end) {
    std::size_t last = script_.find(end, at_ + 1);
    while (last != std::string_view::npos && last + 1 < script_.size() &&
           script_[last + 1] == end) {
      last = script_.find(end, last + 2);
    }
    const std::size_t stop = last == std::string_view::npos ? script_.size() : last + 1;
    text_ += script_.substr(at_, stop - at_);
    at_ = stop;
  }

  void SkipComment(std::size_t end, std::size_t length) {
    at_ = end == std::string_view::npos ? script_.size() : end + length;
    has_comment_ = true;
    // What stands around a comment stays apart.
    if (!text_.empty() && text_.back() != ' ' && text_.back() != '\n') text_ += ' ';
  }

  void TakeWord() {
    std::size_t end = at_;
    while (end < script_.size() && IsWordCharacter(script_[end])) ++end;
    const std::string word = Lower(script_.substr(at_, end - at_));
    if (word == "create") is_create_ = true;
    const bool opens = is_create_ && (word == "begin" || word == "case");
    if (opens) ++blocks_;
    if (word == "end" && blocks_ > 0) --blocks_;
    text_ += script_.substr(at_, end - at_);
    at_ = end;
  }

  void Close() {
    const std::string_view statement = TrimSpace(text_);
    const bool is_comment_only = statement.empty() && has_comment_;
    if (!statement.empty() || is_comment_only) statements_.emplace_back(statement);
    text_.clear();
    has_comment_ = is_create_ = false;
    parentheses_ = blocks_ = 0;
  }

  std::string_view script_;
  std::size_t at_ = 0;
  std::string text_;
  bool has_comment_ = false;
  bool is_create_ = false;
  int parentheses_ = 0;
  int blocks_ = 0;
  std::vector<std::string> statements_;
};

/// The value of a named parameter; %(name)s.
Value NamedParameter(Value params, std::string_view name) {
  const std::optional<Value> value = python::Find(params.AsDict(), name);
  if (!value) throw Error("KeyError: '" + std::string(name) + "'");
  return *value;
}

using Literals = std::vector<std::string>;

/// SQLiteCursorWrapper.convert_query(): "%s" that no percent sign precedes is a parameter, and
/// "%%" is a percent sign.
std::string Bind(std::string_view sql, const Literals& values) {
  std::size_t used = 0;
  std::string out;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const std::string_view rest = sql.substr(i);
    if (rest.starts_with("%s") && (i == 0 || sql[i - 1] != '%')) {
      if (used < values.size()) out += values[used];
      ++used;
      ++i;
      continue;
    }
    if (rest.starts_with("%%")) ++i;
    out += sql[i];
  }
  if (used == values.size()) return out;
  throw Error(
      "django.db.utils.ProgrammingError: Incorrect number of bindings supplied. The current "
      "statement uses " +
      std::to_string(used) + ", and there are " + std::to_string(values.size()) + " supplied.");
}

/// `sql % tuple(literals)`.
std::string Format(std::string_view sql, const Literals& values) {
  std::size_t used = 0;
  std::string out;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] != '%') {
      out += sql[i];
    } else if (++i == sql.size()) {
      throw Error("ValueError: incomplete format");
    } else if (sql[i] == '%') {
      out += '%';
    } else if (used == values.size()) {
      throw Error("TypeError: not enough arguments for format string");
    } else if (sql[i] == 's') {
      out += values[used++];
    } else {
      throw Error("'" + std::string(sql.substr(i - 1, 2)) +
                  "' is no parameter of a statement; write '%s', or '%%' for a percent sign");
    }
  }
  if (used == values.size()) return out;
  throw Error("TypeError: not all arguments converted during string formatting");
}

/// `sql % {name: …}`.
std::string FillInNamed(std::string_view sql, Value params, const SchemaContext& context) {
  std::string out;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const std::string_view rest = sql.substr(i);
    if (rest.starts_with("%(") && rest.find(")s") != std::string_view::npos) {
      const std::size_t end = rest.find(")s");
      out += PlainLiteral(NamedParameter(params, rest.substr(2, end - 2)), context);
      i += end + 1;
    } else {
      if (rest.starts_with("%%")) ++i;
      out += sql[i];
    }
  }
  return out;
}

std::string FillIn(std::string_view sql, Value params, ParameterUse use,
                   const SchemaContext& context) {
  if (params.Is(python::Kind::kDict)) return FillInNamed(sql, params, context);
  Literals literals;
  for (const Value value : params.Items()) literals.push_back(PlainLiteral(value, context));
  return use == ParameterUse::kBound ? Bind(sql, literals) : Format(sql, literals);
}

}  // namespace

std::vector<std::string> SplitScript(std::string_view script) { return Splitter(script).Split(); }

std::vector<Statement> SqlStatements(const django::SqlArgument& argument, ParameterUse use,
                                     const SchemaContext& context) {
  if (!argument.known) {
    throw Error("the SQL of this RunSQL comes from outside the project and is not known");
  }
  std::vector<Statement> statements;
  if (argument.script) {
    for (std::string& sql : SplitScript(*argument.script)) {
      statements.emplace_back().sql = std::move(sql);
    }
    return statements;
  }
  for (const django::SqlArgument::Statement& given : argument.statements) {
    Statement& statement = statements.emplace_back();
    const bool has_params = given.params && !given.params->IsNone();
    statement.sql =
        has_params ? FillIn(given.sql, *given.params, use, context) : std::string(given.sql);
    statement.named_parameters = has_params && given.params->Is(python::Kind::kDict);
  }
  if (!argument.failure.empty()) throw Error(argument.failure);
  return statements;
}

}  // namespace migext::schema
