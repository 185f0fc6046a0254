// Lookups: "a__gt": 5 as "a" > 5 (django/db/models/lookups.py).
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>

#include "base/error.h"
#include "base/text.h"
#include "schema/default_value.h"
#include "schema/expression_compiler.h"
#include "schema/python_scalar.h"
#include "schema/statement.h"

namespace migext::schema {

using django::Expression;
using django::ExpressionKind;
using django::FieldType;
using python::Kind;
using python::Value;

namespace {

constexpr std::string_view kLookups[] = {
    "exact",    "iexact",    "gt",         "gte",         "lt",       "lte",          "in",
    "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith",    "range",
    "isnull",   "regex",     "iregex",     "has_key",     "has_keys", "has_any_keys",
};

constexpr std::pair<std::string_view, std::string_view> kOperators[] = {
    {"exact", "="}, {"gt", ">"}, {"gte", ">="}, {"lt", "<"}, {"lte", "<="}};

constexpr std::string_view kDateParts[] = {"year", "iso_year", "month",        "day",
                                           "week", "week_day", "iso_week_day", "quarter",
                                           "hour", "minute",   "second"};

bool IsLookup(std::string_view name) {
  return std::find(std::begin(kLookups), std::end(kLookups), name) != std::end(kLookups);
}

bool IsDatePart(std::string_view name) {
  return std::find(std::begin(kDateParts), std::end(kDateParts), name) != std::end(kDateParts);
}

std::string_view OperatorOf(std::string_view lookup) {
  for (const auto& [name, sign] : kOperators) {
    if (name == lookup) return sign;
  }
  return {};
}

std::vector<std::string> SplitPath(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find("__");
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 2);
  }
}

std::string EscapeForLike(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '%' || c == '_') out += '\\';
    out += c;
  }
  return out;
}

bool IsTextLookup(std::string_view lookup) {
  return lookup == "iexact" || lookup.ends_with("contains") || lookup.ends_with("startswith") ||
         lookup.ends_with("endswith") || lookup.ends_with("regex");
}

std::string JsonStep(std::string_view key) {
  const bool is_index = !key.empty() && std::all_of(key.begin(), key.end(),
                                                    [](char c) { return c >= '0' && c <= '9'; });
  return is_index ? "[" + std::string(key) + "]" : ".\"" + std::string(key) + "\"";
}

std::string JsonKeySql(const Compiled& left, const SchemaContext& context) {
  const std::string arguments = "(" + left.json_column + ", '$" + left.json_path + "')";
  if (!context.dialect->types_json_keys) return "JSON_EXTRACT" + arguments;
  return "(CASE WHEN JSON_TYPE" + arguments + " IN ('null','false','true') THEN JSON_TYPE" +
         arguments + " ELSE JSON_EXTRACT" + arguments + " END)";
}

std::string_view ExtractFunction(FieldType type) {
  if (type == FieldType::kDateTime) return "django_datetime_extract";
  return type == FieldType::kTime ? "django_time_extract" : "django_date_extract";
}

}  // namespace

ExpressionCompiler::Path ExpressionCompiler::Resolve(const Expression& lookup) {
  const std::vector<std::string> parts = SplitPath(lookup.name);
  Path path;
  path.left = Column(parts.front(), lookup.position);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const bool is_last = i + 1 == parts.size();
    const bool is_json = path.left.type == FieldType::kJson;
    if (is_last && IsLookup(parts[i])) {
      path.lookup = parts[i];
      return path;
    }
    if (is_json) {
      if (path.left.json_column.empty()) path.left.json_column = path.left.sql;
      path.left.json_path += JsonStep(parts[i]);
      path.left.sql = JsonKeySql(path.left, context_);
      continue;
    }
    if (path.left.column && path.left.column->field().IsForeignKey()) {
      throw Error(lookup.position.ToPlace(),
                  "FieldError: Joined field references are not permitted in this query");
    }
    const std::optional<Compiled> transformed = Transform(path.left, parts[i]);
    if (!transformed) {
      throw Error(lookup.position.ToPlace(),
                  "FieldError: Unsupported lookup '" + parts[i] + "' for " +
                      std::string(django::FieldTypeName(path.left.type)) +
                      " or join on the field not permitted.");
    }
    path.left = *transformed;
  }
  path.lookup = "exact";
  return path;
}

std::optional<Compiled> ExpressionCompiler::Transform(const Compiled& left, std::string_view name) {
  const bool is_temporal = left.type == FieldType::kDate || left.type == FieldType::kDateTime ||
                           left.type == FieldType::kTime;
  Compiled result = left;
  const std::string zone = left.type == FieldType::kDateTime ? ", " + ZoneArguments(context_) : "";
  if (is_temporal && name == "year" && left.type != FieldType::kTime) {
    result.json_path = "year";  // Compared as a range.
    return result;
  }
  if (is_temporal && IsDatePart(name)) {
    result.sql = std::string(ExtractFunction(left.type)) + "('" + std::string(name) + "', " +
                 left.sql + zone + ")";
    result.type = FieldType::kInteger;
    return result;
  }
  if (left.type == FieldType::kDateTime && (name == "date" || name == "time")) {
    result.sql = "django_datetime_cast_" + std::string(name) + "(" + left.sql + zone + ")";
    result.type = name == "date" ? FieldType::kDate : FieldType::kTime;
    return result;
  }
  return std::nullopt;
}

std::string ExpressionCompiler::RightSide(const Expression& right) {
  const Compiled compiled = Compile(right);
  const bool is_bare = right.kind == ExpressionKind::kValue && !context_.dialect->wraps_values;
  return is_bare ? compiled.sql : compiled.Wrapped();
}

std::string ExpressionCompiler::Compare(const Compiled& left, std::string_view lookup, Value value,
                                        const Expression* right) {
  if (lookup == "isnull" || (lookup == "exact" && !right && value.IsNone())) {
    const bool is_null = lookup == "exact" || python::Truth(value).value_or(true);
    if (!left.json_column.empty()) {
      const std::string type = "JSON_TYPE(" + left.json_column + ", '$" + left.json_path + "')";
      if (lookup == "exact") {
        return (context_.dialect->types_json_keys ? left.sql : type) + " = 'null'";
      }
      return type + (is_null ? " IS NULL" : " IS NOT NULL");
    }
    return left.sql + (is_null ? " IS NULL" : " IS NOT NULL");
  }
  if (lookup.starts_with("has_")) return HasKey(left, lookup, value);
  if (lookup == "in") return In(left, value);
  if (lookup == "range") return Range(left, value);
  if (IsTextLookup(lookup)) return CompareText(left, lookup, value, right);
  if (left.json_path == "year") return CompareYear(left, lookup, value);
  if (right) return left.sql + " " + std::string(OperatorOf(lookup)) + " " + RightSide(*right);
  if (left.type == FieldType::kJson) return CompareJson(left, lookup, value);
  RefuseOverflow(left, lookup, value);
  if (lookup == "exact") return Exact(left, value);
  return CompareNumbers(left, lookup, value);
}

/// IntegerFieldOverflow: no number of the column is beyond 64 bits.
void ExpressionCompiler::RefuseOverflow(const Compiled& left, std::string_view lookup,
                                        Value value) {
  if (!IsIntegerType(left.type) || !value.Is(Kind::kBigInt)) return;
  const bool is_negative = python::Str(value).starts_with('-');
  const bool is_always = is_negative ? lookup.starts_with('g') : lookup.starts_with('l');
  throw Error(is_always ? "django.core.exceptions.FullResultSet: "
                        : "django.core.exceptions.EmptyResultSet: ");
}

std::string ExpressionCompiler::Operand(const Compiled& left, Value value) {
  if (left.column && left.type == left.column->field().type) {
    return FieldLiteral(value, *left.column, context_);
  }
  EditedField field;
  auto made = std::make_shared<django::Field>();
  made->type = left.type;
  field.named = {"", made};
  return FieldLiteral(value, field, context_);
}

std::string ExpressionCompiler::Exact(const Compiled& left, Value value) {
  if (left.type == FieldType::kBoolean || left.type == FieldType::kNullBoolean) {
    const bool is_true = Operand(left, value) == "1";
    if (context_.dialect->compares_booleans) return left.sql + (is_true ? " = 1" : " = 0");
    return is_true ? left.sql : "NOT " + left.sql;
  }
  return left.sql + " = " + Operand(left, value);
}

/// Fractions are rounded so that whole numbers compare alike (IntegerLessThan and others).
std::string ExpressionCompiler::CompareNumbers(const Compiled& left, std::string_view lookup,
                                               Value value) {
  const std::string head = left.sql + " " + std::string(OperatorOf(lookup)) + " ";
  if (!IsIntegerType(left.type) || !value.Is(Kind::kFloat)) return head + Operand(left, value);
  const bool up = lookup == "gte" || lookup == "lt";
  const double number = up ? std::ceil(value.AsFloat()) : std::floor(value.AsFloat());
  return head + Operand(left, Value::Float(number));
}

std::string ExpressionCompiler::In(const Compiled& left, Value value) {
  std::vector<std::string> items;
  if (value.IsSequence() || value.Is(Kind::kSet) || value.Is(Kind::kFrozenSet)) {
    for (const Value item : value.Items()) {
      if (item.IsNone()) continue;
      std::string sql;
      if (django::IsExpression(item)) {
        sql = Compile(*django::ReadExpression(item)).sql;
      } else if (!left.json_column.empty()) {
        sql = "JSON_EXTRACT(" + Operand(left, item) + ", '$')";
      } else {
        sql = Operand(left, item);
      }
      if (std::find(items.begin(), items.end(), sql) == items.end()) items.push_back(sql);
    }
  }
  if (items.empty()) throw Error("django.core.exceptions.EmptyResultSet: ");
  return left.sql + " IN (" + Join(items, ", ") + ")";
}

std::string ExpressionCompiler::Range(const Compiled& left, Value value) {
  if (!value.IsSequence() || value.Items().size() != 2) {
    throw Error("ValueError: a range has two ends");
  }
  const auto end = [&](Value item) {
    return django::IsExpression(item) ? Compile(*django::ReadExpression(item)).sql
                                      : Operand(left, item);
  };
  return left.sql + " BETWEEN " + end(value.Items()[0]) + " AND " + end(value.Items()[1]);
}

std::string ExpressionCompiler::CompareText(const Compiled& left, std::string_view lookup,
                                            Value value, const Expression* right) {
  const bool is_regex = lookup.ends_with("regex");
  const bool ignores_case = lookup.starts_with('i');
  if (is_regex) {
    const std::string pattern = right ? RightSide(*right) : SqlLiteral(python::Str(value));
    return left.sql + " REGEXP " + (ignores_case ? "'(?i)' || " : "") + pattern;
  }
  const bool any_before = lookup.ends_with("contains") || lookup.ends_with("endswith");
  const bool any_after = lookup.ends_with("contains") || lookup.ends_with("startswith");
  const std::string tail = " ESCAPE '\\'";
  const bool is_expression =
      right && (right->kind != ExpressionKind::kValue || context_.dialect->wraps_values);
  if (!is_expression) {
    const Value text = right ? right->value : value;
    return left.sql + " LIKE " +
           SqlLiteral((any_before ? "%" : "") + EscapeForLike(python::Str(text)) +
                      (any_after ? "%" : "")) +
           tail;
  }
  const std::string operand = RightSide(*right);
  if (lookup == "iexact") return left.sql + " LIKE " + operand + tail;
  std::string escaped =
      "REPLACE(REPLACE(REPLACE(" + operand + ", '\\', '\\\\'), '%', '\\%'), '_', '\\_')";
  if (ignores_case) escaped = "UPPER(" + escaped + ")";
  return left.sql + " LIKE " + (any_before ? "'%' || " : "") + escaped +
         (any_after ? " || '%'" : "") + tail;
}

std::string ExpressionCompiler::CompareYear(const Compiled& left, std::string_view lookup,
                                            Value value) {
  std::array<char, 8> year{};
  const int number = value.Is(Kind::kInt) ? static_cast<int>(value.AsInt()) : 1;
  std::snprintf(year.data(), year.size(), "%04d", std::clamp(number, 1, 9999));
  const bool has_time = left.type == FieldType::kDateTime;
  const std::string first =
      SqlLiteral(std::string(year.data()) + "-01-01" + (has_time ? " 00:00:00" : ""));
  const std::string last =
      SqlLiteral(std::string(year.data()) + "-12-31" + (has_time ? " 23:59:59.999999" : ""));
  if (lookup == "exact") return left.sql + " BETWEEN " + first + " AND " + last;
  const bool from_start = lookup == "gte" || lookup == "lt";
  return left.sql + " " + std::string(OperatorOf(lookup)) + " " + (from_start ? first : last);
}

std::string ExpressionCompiler::CompareJson(const Compiled& left, std::string_view lookup,
                                            Value value) {
  const std::string head = left.sql + " " + std::string(OperatorOf(lookup)) + " ";
  if (left.json_column.empty()) return head + Operand(left, value);
  if (context_.dialect->types_json_keys && value.Is(Kind::kBool)) {
    return head + (value.AsBool() ? "'true'" : "'false'");
  }
  if (lookup != "exact") return head + PlainLiteral(value, context_);
  return head + "JSON_EXTRACT(" + Operand(left, value) + ", '$')";
}

std::string ExpressionCompiler::HasKey(const Compiled& left, std::string_view lookup, Value value) {
  std::vector<Value> keys;
  if (value.IsSequence()) {
    keys.assign(value.Items().begin(), value.Items().end());
  } else {
    keys.push_back(value);
  }
  const std::string column = left.json_column.empty() ? left.sql : left.json_column;
  std::vector<std::string> tests;
  for (const Value key : keys) {
    tests.push_back("JSON_TYPE(" + column + ", '$" + left.json_path + ".\"" + python::Str(key) +
                    "\"') IS NOT NULL");
  }
  if (lookup == "has_key") return tests.front();
  return "(" + Join(tests, lookup == "has_any_keys" ? " OR " : " AND ") + ")";
}

}  // namespace migext::schema
