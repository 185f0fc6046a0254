// Columns, values, arithmetic and functions (django/db/models/expressions.py and functions/).
#include <algorithm>
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
using django::ExpressionPtr;
using django::FieldType;
using python::Kind;
using python::Value;

namespace {

constexpr int kDeepest = 250;

struct KnownFunction {
  std::string_view name;
  std::string_view sql;
  /// kUnknown: that of the first argument.
  FieldType type = FieldType::kUnknown;
};

constexpr KnownFunction kFunctions[] = {
    {"Abs", "ABS"},
    {"ACos", "ACOS", FieldType::kFloat},
    {"ASin", "ASIN", FieldType::kFloat},
    {"ATan", "ATAN", FieldType::kFloat},
    {"ATan2", "ATAN2", FieldType::kFloat},
    {"Ceil", "CEILING"},
    {"Chr", "CHAR", FieldType::kChar},
    {"Coalesce", "COALESCE"},
    {"Cos", "COS", FieldType::kFloat},
    {"Cot", "COT", FieldType::kFloat},
    {"Degrees", "DEGREES", FieldType::kFloat},
    {"Exp", "EXP", FieldType::kFloat},
    {"Floor", "FLOOR"},
    {"Greatest", "MAX"},
    {"JSONObject", "JSON_OBJECT", FieldType::kJson},
    {"LPad", "LPAD", FieldType::kChar},
    {"LTrim", "LTRIM"},
    {"Least", "MIN"},
    {"Length", "LENGTH", FieldType::kInteger},
    {"Ln", "LN", FieldType::kFloat},
    {"Log", "LOG", FieldType::kFloat},
    {"Lower", "LOWER"},
    {"MD5", "MD5"},
    {"Mod", "MOD", FieldType::kFloat},
    {"NullIf", "NULLIF"},
    {"Ord", "UNICODE", FieldType::kInteger},
    {"Pi", "PI", FieldType::kFloat},
    {"Power", "POWER", FieldType::kFloat},
    {"RPad", "RPAD", FieldType::kChar},
    {"RTrim", "RTRIM"},
    {"Radians", "RADIANS", FieldType::kFloat},
    {"Random", "RAND", FieldType::kFloat},
    {"Repeat", "REPEAT", FieldType::kChar},
    {"Replace", "REPLACE"},
    {"Reverse", "REVERSE"},
    {"Round", "ROUND"},
    {"SHA1", "SHA1"},
    {"SHA224", "SHA224"},
    {"SHA256", "SHA256"},
    {"SHA384", "SHA384"},
    {"SHA512", "SHA512"},
    {"Sign", "SIGN"},
    {"Sin", "SIN", FieldType::kFloat},
    {"Sqrt", "SQRT", FieldType::kFloat},
    {"StrIndex", "INSTR", FieldType::kInteger},
    {"Substr", "SUBSTR", FieldType::kChar},
    {"Tan", "TAN", FieldType::kFloat},
    {"Trim", "TRIM"},
    {"UUID4", "UUIDV4", FieldType::kUuid},
    {"Upper", "UPPER"},
};

struct DateClass {
  std::string_view name;
  std::string_view part;
};
constexpr DateClass kExtracts[] = {
    {"ExtractYear", "year"},
    {"ExtractIsoYear", "iso_year"},
    {"ExtractMonth", "month"},
    {"ExtractDay", "day"},
    {"ExtractWeek", "week"},
    {"ExtractWeekDay", "week_day"},
    {"ExtractIsoWeekDay", "iso_week_day"},
    {"ExtractQuarter", "quarter"},
    {"ExtractHour", "hour"},
    {"ExtractMinute", "minute"},
    {"ExtractSecond", "second"},
};
constexpr DateClass kTruncs[] = {
    {"TruncYear", "year"},     {"TruncQuarter", "quarter"}, {"TruncMonth", "month"},
    {"TruncWeek", "week"},     {"TruncDay", "day"},         {"TruncHour", "hour"},
    {"TruncMinute", "minute"}, {"TruncSecond", "second"},
};

/// The classes of django/db/models/lookups.py, by their names.
constexpr std::pair<std::string_view, std::string_view> kLookupClasses[] = {
    {"Exact", "exact"},
    {"IExact", "iexact"},
    {"GreaterThan", "gt"},
    {"GreaterThanOrEqual", "gte"},
    {"LessThan", "lt"},
    {"LessThanOrEqual", "lte"},
    {"In", "in"},
    {"Contains", "contains"},
    {"IContains", "icontains"},
    {"StartsWith", "startswith"},
    {"IStartsWith", "istartswith"},
    {"EndsWith", "endswith"},
    {"IEndsWith", "iendswith"},
    {"Range", "range"},
    {"IsNull", "isnull"},
    {"Regex", "regex"},
    {"IRegex", "iregex"},
};

std::optional<Value> OptionOf(const Expression& node, std::string_view name) {
  for (const auto& [option, value] : node.options) {
    if (option == name) return value;
  }
  return std::nullopt;
}

/// Value._resolve_output_field().
FieldType TypeOfScalar(const Scalar& scalar) {
  switch (scalar.kind) {
    case Scalar::Kind::kDecimal:
      return FieldType::kDecimal;
    case Scalar::Kind::kDate:
      return FieldType::kDate;
    case Scalar::Kind::kTime:
      return FieldType::kTime;
    case Scalar::Kind::kDateTime:
      return FieldType::kDateTime;
    case Scalar::Kind::kDuration:
      return FieldType::kDuration;
    case Scalar::Kind::kUuid:
      return FieldType::kUuid;
    default:
      break;
  }
  switch (scalar.value.kind()) {
    case Kind::kStr:
      return FieldType::kChar;
    case Kind::kBool:
      return FieldType::kBoolean;
    case Kind::kInt:
    case Kind::kBigInt:
      return FieldType::kInteger;
    case Kind::kFloat:
      return FieldType::kFloat;
    case Kind::kBytes:
      return FieldType::kBinary;
    default:
      return FieldType::kUnknown;
  }
}

/// _connector_combinations, in as far as it matters for the SQL.
FieldType CombinedType(FieldType a, FieldType b) {
  if (a == b) return a;
  if (a == FieldType::kDecimal || b == FieldType::kDecimal) {
    const FieldType other = a == FieldType::kDecimal ? b : a;
    return IsIntegerType(other) ? FieldType::kDecimal : FieldType::kUnknown;
  }
  if (IsIntegerType(a) && IsIntegerType(b)) return FieldType::kInteger;
  if (a == FieldType::kFloat || b == FieldType::kFloat) return FieldType::kFloat;
  return FieldType::kUnknown;
}

bool IsTemporal(FieldType type) {
  return type == FieldType::kDate || type == FieldType::kDateTime || type == FieldType::kTime;
}

}  // namespace

std::string ZoneArguments(const SchemaContext& context) {
  if (!context.use_tz) return "NULL, NULL";
  return "'UTC', " + SqlLiteral(context.time_zone.empty() ? "UTC" : context.time_zone);
}

Compiled ExpressionCompiler::Column(std::string_view name, const python::Position& position) {
  if (!knows_columns_) {
    throw Error(position.ToPlace(), "AttributeError: 'F' object has no attribute 'as_sql'");
  }
  const EditedField* field = model_.FindField(name);
  if (!field || field->column.empty()) {
    std::vector<std::string> choices;
    for (const EditedField& known : model_.fields) {
      choices.push_back(known.name());
      if (known.field().IsForeignKey()) choices.push_back(known.name() + "_id");
    }
    for (const EditedField& known : model_.many_to_many) choices.push_back(known.name());
    std::sort(choices.begin(), choices.end());
    throw Error(position.ToPlace(), "FieldError: Cannot resolve keyword '" + std::string(name) +
                                        "' into field. Choices are: " + Join(choices, ", "));
  }
  Compiled compiled;
  compiled.sql = QuoteName(field->column);
  compiled.type = field->field().type;
  compiled.column = field;
  const bool is_generated = compiled.type == FieldType::kGenerated && field->field().output_field;
  if (is_generated) compiled.type = field->field().output_field->type;
  return compiled;
}

Compiled ExpressionCompiler::AsNumeric(Compiled compiled) const {
  if (compiled.type != FieldType::kDecimal) return compiled;
  const std::string type = compiled.is_value ? context_.dialect->decimal_cast : "NUMERIC";
  compiled.sql = "CAST(" + compiled.sql + " AS " + type + ")";
  if (context_.dialect->nests_casts) compiled.sql = "(" + compiled.sql + ")";
  return compiled;
}

Compiled ExpressionCompiler::Literal(Value value, const EditedField* field) {
  Compiled compiled;
  compiled.is_value = true;
  if (field) {
    compiled.type = field->field().type;
    compiled.sql = FieldLiteral(value, *field, context_);
    return value.IsNone() ? compiled : AsNumeric(std::move(compiled));
  }
  compiled.type = TypeOfScalar(ReadScalar(value, context_));
  EditedField made;
  auto typed = std::make_shared<django::Field>();
  typed->type = compiled.type;
  made.named = {"", std::move(typed)};
  compiled.sql = FieldLiteral(value, made, context_);
  return AsNumeric(std::move(compiled));
}

Compiled ExpressionCompiler::Compile(const Expression& node) {
  if (++depth_ > kDeepest) {
    throw Error(node.position.ToPlace(), "RecursionError: maximum recursion depth exceeded");
  }
  Compiled compiled = CompileKind(node);
  --depth_;
  return compiled;
}

Compiled ExpressionCompiler::CompileKind(const Expression& node) {
  switch (node.kind) {
    case ExpressionKind::kF:
      return Column(node.name, node.position);
    case ExpressionKind::kValue:
      return Literal(node.value, nullptr);
    case ExpressionKind::kFunc:
      return Function(node);
    case ExpressionKind::kCombined:
      return Combined(node);
    case ExpressionKind::kOrderBy: {
      Compiled compiled = Compile(*node.children.front());
      compiled.sql += node.descending ? " DESC" : " ASC";
      return compiled;
    }
    case ExpressionKind::kWrapper:
      return Compile(*node.children.front());
    case ExpressionKind::kCase:
      return Case(node);
    case ExpressionKind::kWhen: {
      Compiled compiled = Compile(*node.children[1]);
      compiled.sql = "WHEN " + Condition(*node.children[0]) + " THEN " + compiled.sql;
      return compiled;
    }
    case ExpressionKind::kQ:
    case ExpressionKind::kLookup:
      return {.sql = Condition(node), .type = FieldType::kBoolean};
    case ExpressionKind::kRawSql:
      return Raw(node);
  }
  return {};
}

Compiled ExpressionCompiler::Combined(const Expression& node) {
  const Compiled left = Compile(*node.children[0]);
  const Compiled right = Compile(*node.children[1]);
  Compiled result;
  result.type = CombinedType(left.type, right.type);
  const bool is_duration =
      (left.type == FieldType::kDuration) != (right.type == FieldType::kDuration) &&
      (IsTemporal(left.type) || IsTemporal(right.type));
  if (is_duration) {
    result.type = FieldType::kDateTime;
    result.sql =
        "django_format_dtdelta('" + node.connector + "', " + left.sql + ", " + right.sql + ")";
    return result;
  }
  if (node.connector == "-" && IsTemporal(left.type) && left.type == right.type) {
    const bool is_time = left.type == FieldType::kTime;
    result.type = FieldType::kDuration;
    result.sql = std::string(is_time ? "django_time_diff(" : "django_timestamp_diff(") + left.sql +
                 ", " + right.sql + ")";
    return result;
  }
  if (node.connector == "^") {
    result.sql = "POWER(" + left.sql + "," + right.sql + ")";
  } else if (node.connector == "#") {
    result.sql = "BITXOR(" + left.sql + "," + right.sql + ")";
  } else {
    const std::string sign = node.connector == "%%" ? "%" : node.connector;
    result.sql = "(" + left.sql + " " + sign + " " + right.sql + ")";
  }
  const bool is_power = node.connector == "^" || node.connector == "#";
  if (is_power) result.sql = "(" + result.sql + ")";
  return AsNumeric(std::move(result));
}

std::string ExpressionCompiler::Arguments(const Expression& node, std::string_view joiner) {
  std::vector<std::string> arguments;
  for (const ExpressionPtr& child : node.children) {
    arguments.push_back(child->kind == ExpressionKind::kQ ? Condition(*child)
                                                          : Compile(*child).sql);
  }
  return Join(arguments, joiner);
}

Compiled ExpressionCompiler::CallFunction(std::string_view sql_name, const Expression& node,
                                          FieldType type) {
  Compiled result;
  result.sql = std::string(sql_name) + "(" + Arguments(node) + ")";
  result.type = type;
  if (type == FieldType::kUnknown && !node.children.empty()) {
    result.type = Compile(*node.children.front()).type;
  }
  return AsNumeric(std::move(result));
}

Compiled ExpressionCompiler::Function(const Expression& node) {
  using Special = Compiled (ExpressionCompiler::*)(const Expression&);
  static constexpr std::pair<std::string_view, Special> kSpecial[] = {
      {"Cast", &ExpressionCompiler::Cast},
      {"Collate", &ExpressionCompiler::Collated},
      {"ConcatPair", &ExpressionCompiler::ConcatPair},
      {"Func", &ExpressionCompiler::CustomFunction},
      {"Left", &ExpressionCompiler::Piece},
      {"Right", &ExpressionCompiler::Piece},
  };
  const std::string& name = node.class_name;
  for (const auto& [class_name, compile] : kSpecial) {
    if (class_name == name) return (this->*compile)(node);
  }
  if (name == "Concat") return Compile(*node.children.at(0));
  if (name == "Now") {
    return {.sql = "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')", .type = FieldType::kDateTime};
  }
  if (std::optional<Compiled> compiled = DateFunction(node)) return *compiled;
  for (const auto& [class_name, lookup] : kLookupClasses) {
    const bool is_lookup = node.class_path.find("lookups.") != std::string::npos;
    if (is_lookup && class_name == name) return LookupClass(node);
  }
  for (const KnownFunction& function : kFunctions) {
    if (function.name == name) return CallFunction(function.sql, node, function.type);
  }
  throw Error(node.position.ToPlace(),
              "the SQL of '" + node.class_path + "' is not known, for it is no function of Django");
}

std::optional<Compiled> ExpressionCompiler::DateFunction(const Expression& node) {
  for (const auto& [class_name, part] : kExtracts) {
    if (class_name == node.class_name) return DatePart(node, part);
  }
  for (const auto& [class_name, part] : kTruncs) {
    if (class_name == node.class_name) return Truncated(node, part);
  }
  if (node.class_name == "Extract") {
    return DatePart(node, python::Str(OptionOf(node, "lookup_name").value_or(Value())));
  }
  if (node.class_name == "Trunc") {
    return Truncated(node, python::Str(OptionOf(node, "kind").value_or(Value())));
  }
  return std::nullopt;
}

Compiled ExpressionCompiler::Collated(const Expression& node) {
  Compiled inner = Compile(*node.children.at(0));
  inner.sql += " COLLATE " + QuoteName(python::Str(OptionOf(node, "collation").value_or(Value())));
  return inner;
}

/// Left() and Right().
Compiled ExpressionCompiler::Piece(const Expression& node) {
  const std::string text = Compile(*node.children.at(0)).sql;
  const std::string length = Compile(*node.children.at(1)).sql;
  if (node.class_name == "Left") {
    return {.sql = "SUBSTR(" + text + ", 1, " + length + ")", .type = FieldType::kChar};
  }
  const std::string last = context_.dialect->right_has_length ? ", " + length : "";
  return {.sql = "SUBSTR(" + text + ", (" + length + " * -1)" + last + ")",
          .type = FieldType::kChar};
}

Compiled ExpressionCompiler::ConcatPair(const Expression& node) {
  std::vector<std::string> parts;
  for (const ExpressionPtr& child : node.children) {
    parts.push_back("COALESCE(" + Compile(*child).sql + ", '')");
  }
  Compiled result;
  result.type = FieldType::kChar;
  result.sql = Join(parts, " || ");
  if (context_.dialect->nests_concat) result.sql = "(" + result.sql + ")";
  return result;
}

Compiled ExpressionCompiler::Cast(const Expression& node) {
  django::FieldContext reading;
  reading.dialect = context_.dialect;
  const Value written = OptionOf(node, "output_field").value_or(Value());
  const django::FieldPtr field = django::ReadField(written, reading);
  EditedField target;
  target.named = {"", field};
  target.state = model_.state;
  const std::optional<std::string> type = ColumnType(model_.state, {}, target.named, context_);
  const std::string inner = Arguments(node);
  Compiled result;
  result.type = field->type;
  if (type == "datetime" || type == "time") {
    result.sql = std::string("strftime('") + (type == "time" ? "" : "%Y-%m-%d ") + "%H:%M:%f', " +
                 inner + ")";
  } else if (type == "date") {
    result.sql = "date(" + inner + ")";
  } else {
    result.sql = "CAST(" + inner + " AS " + type.value_or("") + ")";
  }
  return result;
}

/// Func(…, function="coalesce", template="…").
Compiled ExpressionCompiler::CustomFunction(const Expression& node) {
  const auto text = [&](std::string_view option, std::string_view fallback) {
    const std::optional<Value> given = OptionOf(node, option);
    return std::string(given && given->IsStr() ? given->AsStr() : fallback);
  };
  std::string sql = text("template", "%(function)s(%(expressions)s)");
  sql = ReplaceAll(sql, "%(expressions)s", Arguments(node, text("arg_joiner", ", ")));
  sql = ReplaceAll(sql, "%(function)s", text("function", ""));
  Compiled result;
  result.sql = ReplaceAll(sql, "%%", "%");
  const std::optional<Value> output = OptionOf(node, "output_field");
  if (!output && !node.children.empty()) result.type = Compile(*node.children.front()).type;
  return result;
}

Compiled ExpressionCompiler::DatePart(const Expression& node, std::string_view part) {
  const Compiled inner = Compile(*node.children.at(0));
  std::string function = "django_date_extract";
  std::string zone;
  if (inner.type == FieldType::kDateTime) {
    function = "django_datetime_extract";
    zone = ", " + ZoneArguments(context_);
  } else if (inner.type == FieldType::kTime) {
    function = "django_time_extract";
  }
  return {.sql = function + "('" + std::string(part) + "', " + inner.sql + zone + ")",
          .type = FieldType::kInteger};
}

Compiled ExpressionCompiler::Truncated(const Expression& node, std::string_view part) {
  const Compiled inner = Compile(*node.children.at(0));
  std::string function = "django_date_trunc";
  if (inner.type == FieldType::kDateTime) function = "django_datetime_trunc";
  if (inner.type == FieldType::kTime) function = "django_time_trunc";
  const std::string zone =
      inner.type == FieldType::kDateTime ? ZoneArguments(context_) : "NULL, NULL";
  return {.sql = function + "('" + std::string(part) + "', " + inner.sql + ", " + zone + ")",
          .type = inner.type};
}

Compiled ExpressionCompiler::Case(const Expression& node) {
  Compiled otherwise = Compile(*node.children.back());
  if (node.children.size() == 1) return otherwise;
  Compiled result;
  result.sql = "CASE";
  for (std::size_t i = 0; i + 1 < node.children.size(); ++i) {
    const Compiled when = Compile(*node.children[i]);
    result.sql += " " + when.sql;
    if (i == 0) result.type = when.type;
  }
  result.sql += " ELSE " + otherwise.sql + " END";
  return AsNumeric(std::move(result));
}

/// RawSQL(sql, params): its text in parentheses.
Compiled ExpressionCompiler::Raw(const Expression& node) {
  const std::string text = python::Str(node.value);
  std::vector<Value> params;
  const std::optional<Value> given = OptionOf(node, "params");
  if (given && given->IsSequence()) params.assign(given->Items().begin(), given->Items().end());
  std::string sql;
  std::size_t next = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = std::string_view(text).substr(i);
    if (rest.starts_with("%s")) {
      if (next == params.size()) {
        throw Error(node.position.ToPlace(), "TypeError: not enough arguments for format string");
      }
      sql += PlainLiteral(params[next++], context_);
      ++i;
      continue;
    }
    if (rest.starts_with("%%")) ++i;
    sql += text[i];
  }
  return {.sql = "(" + sql + ")"};
}

/// lookups.GreaterThan(F("a"), 5).
Compiled ExpressionCompiler::LookupClass(const Expression& node) {
  std::string_view lookup;
  for (const auto& [class_name, name] : kLookupClasses) {
    if (class_name == node.class_name) lookup = name;
  }
  Compiled result;
  result.type = FieldType::kBoolean;
  const Compiled left = Compile(*node.children.at(0));
  const Expression& right = *node.children.at(1);
  const bool is_constant = right.kind == ExpressionKind::kValue && right.position.source == nullptr;
  // Where Value() is wrapped, so is a constant beside something whose type is not known yet.
  const ExpressionKind kind = node.children.at(0)->kind;
  const bool is_untyped = kind == ExpressionKind::kF || kind == ExpressionKind::kCombined;
  const bool is_wrapped = context_.dialect->wraps_values && is_untyped && lookup != "isnull";
  result.sql = is_constant && !is_wrapped ? Compare(left, lookup, right.value, nullptr)
                                          : Compare(left, lookup, {}, &right);
  return result;
}

}  // namespace migext::schema
