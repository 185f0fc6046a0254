#include "rewrite/django_paths.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>

namespace migext::rewrite {
namespace {

constexpr std::string_view kModels = "django.db.models.";
constexpr std::string_view kFunctions = "django.db.models.functions.";
constexpr std::string_view kExpressions = "django.db.models.expressions.";

/// The names that a package passes on from one of its modules.
struct Passed {
  std::string_view package;
  std::string_view module;
  std::span<const std::string_view> names;
};

constexpr std::string_view kDeletion[] = {"CASCADE",     "DB_CASCADE",  "DB_SET_DEFAULT",
                                          "DB_SET_NULL", "DO_NOTHING",  "PROTECT",
                                          "RESTRICT",    "SET_DEFAULT", "SET_NULL"};
constexpr std::string_view kManagers[] = {"Manager"};
constexpr std::string_view kConstraints[] = {"BaseConstraint", "Deferrable"};
constexpr std::string_view kAggregates[] = {"Aggregate", "AnyValue", "Avg",    "Count",
                                            "Max",       "Min",      "StdDev", "StringAgg",
                                            "Sum",       "Variance"};
constexpr std::string_view kLookups[] = {"Lookup", "Transform"};
constexpr std::string_view kOtherExpressions[] = {"Exists",     "Expression", "ExpressionList",
                                                  "OuterRef",   "RowRange",   "Subquery",
                                                  "ValueRange", "Window",     "WindowFrame"};
constexpr std::string_view kComparison[] = {"Cast",     "Coalesce", "Collate",
                                            "Greatest", "Least",    "NullIf"};
constexpr std::string_view kDates[] = {"Extract",
                                       "ExtractDay",
                                       "ExtractHour",
                                       "ExtractIsoWeekDay",
                                       "ExtractIsoYear",
                                       "ExtractMinute",
                                       "ExtractMonth",
                                       "ExtractQuarter",
                                       "ExtractSecond",
                                       "ExtractWeek",
                                       "ExtractWeekDay",
                                       "ExtractYear",
                                       "Now",
                                       "Trunc",
                                       "TruncDate",
                                       "TruncDay",
                                       "TruncHour",
                                       "TruncMinute",
                                       "TruncMonth",
                                       "TruncQuarter",
                                       "TruncSecond",
                                       "TruncTime",
                                       "TruncWeek",
                                       "TruncYear"};
constexpr std::string_view kMath[] = {"ACos",  "ASin", "ATan",    "ATan2", "Abs",     "Ceil",
                                      "Cos",   "Cot",  "Degrees", "Exp",   "Floor",   "Ln",
                                      "Log",   "Mod",  "Pi",      "Power", "Radians", "Random",
                                      "Round", "Sign", "Sin",     "Sqrt",  "Tan"};
constexpr std::string_view kText[] = {
    "Chr",    "Concat", "ConcatPair", "LPad",     "LTrim",   "Left",    "Length", "Lower", "MD5",
    "Ord",    "RPad",   "RTrim",      "Repeat",   "Replace", "Reverse", "Right",  "SHA1",  "SHA224",
    "SHA256", "SHA384", "SHA512",     "StrIndex", "Substr",  "Trim",    "Upper"};
constexpr std::string_view kUuids[] = {"UUID4", "UUID7"};
constexpr std::string_view kWindows[] = {"CumeDist",    "DenseRank", "FirstValue", "Lag",
                                         "LastValue",   "Lead",      "NthValue",   "Ntile",
                                         "PercentRank", "Rank",      "RowNumber"};
constexpr std::string_view kCitext[] = {"CICharField", "CIEmailField", "CIText", "CITextField"};
constexpr std::string_view kHstore[] = {"HStoreField"};
constexpr std::string_view kRanges[] = {
    "BigIntegerRangeField", "DateRangeField", "DateTimeRangeField", "DecimalRangeField",
    "IntegerRangeField",    "RangeBoundary",  "RangeField",         "RangeOperators"};
constexpr std::string_view kSpecial[] = {"RunPython.noop", "RunSQL.noop"};

constexpr std::string_view kPostgresFields = "django.contrib.postgres.fields.";

constexpr Passed kPassed[] = {
    {kModels, "deletion", kDeletion},
    {kModels, "manager", kManagers},
    {kModels, "constraints", kConstraints},
    {kModels, "aggregates", kAggregates},
    {kModels, "lookups", kLookups},
    {kModels, "expressions", kOtherExpressions},
    {kFunctions, "comparison", kComparison},
    {kFunctions, "datetime", kDates},
    {kFunctions, "math", kMath},
    {kFunctions, "text", kText},
    {kFunctions, "uuid", kUuids},
    {kFunctions, "window", kWindows},
    {kPostgresFields, "citext", kCitext},
    {kPostgresFields, "hstore", kHstore},
    {kPostgresFields, "ranges", kRanges},
    {"django.db.migrations.", "operations.special", kSpecial},
};

/// Classes that deconstruct() to django.db.models wherever they were imported from.
constexpr std::string_view kShortened[] = {
    "django.db.models.expressions.Case",
    "django.db.models.expressions.ExpressionWrapper",
    "django.db.models.expressions.F",
    "django.db.models.expressions.Func",
    "django.db.models.expressions.JSONNull",
    "django.db.models.expressions.OrderBy",
    "django.db.models.expressions.Value",
    "django.db.models.expressions.When",
    "django.db.models.indexes.Index",
    "django.db.models.constraints.CheckConstraint",
    "django.db.models.constraints.UniqueConstraint",
    "django.db.models.query_utils.Q",
    "django.db.models.base.Model",
};

}  // namespace

std::string DefinedPath(std::string_view dotted, const django::Dialect& dialect) {
  if (dotted == "django.db.models.functions.JSONObject" ||
      dotted == "django.db.models.functions.JSONArray") {
    const std::string_view module = dialect.json_functions_have_module ? "json" : "comparison";
    return std::string(kFunctions) + std::string(module) +
           std::string(dotted.substr(kFunctions.size() - 1));
  }
  for (const Passed& passed : kPassed) {
    if (!dotted.starts_with(passed.package)) continue;
    const std::string_view name = dotted.substr(passed.package.size());
    if (std::ranges::find(passed.names, name) == passed.names.end()) continue;
    return std::string(passed.package) + std::string(passed.module) + "." + std::string(name);
  }
  if (std::ranges::find(kShortened, dotted) != std::end(kShortened)) {
    return std::string(kModels) + std::string(dotted.substr(dotted.rfind('.') + 1));
  }
  return std::string(dotted);
}

std::string_view ReadyMadeValidator(std::string_view dotted) {
  static constexpr std::pair<std::string_view, std::string_view> kValidators[] = {
      {"django.core.validators.validate_comma_separated_integer_list",
       R"(django.core.validators.RegexValidator(re.compile('^\\d+(?:,\\d+)*\\Z'), code='invalid', message='Enter only digits separated by commas.'))"},
      {"django.core.validators.validate_domain_name",
       "django.core.validators.DomainNameValidator()"},
      {"django.core.validators.validate_email", "django.core.validators.EmailValidator()"},
      {"django.core.validators.validate_slug",
       R"(django.core.validators.RegexValidator(re.compile('^[-a-zA-Z0-9_]+\\Z'), 'Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.', 'invalid'))"},
      {"django.core.validators.validate_unicode_slug",
       R"(django.core.validators.RegexValidator(re.compile('^[-\\w]+\\Z'), 'Enter a valid “slug” consisting of Unicode letters, numbers, underscores, or hyphens.', 'invalid'))"},
  };
  const auto* const found =
      std::ranges::find(kValidators, dotted, &std::pair<std::string_view, std::string_view>::first);
  return found == std::end(kValidators) ? std::string_view() : found->second;
}

std::string_view ModuleOf(std::string_view path) {
  // The one module of the library whose classes have names in lower case.
  if (path.starts_with("datetime.")) return path.substr(0, path.find('.'));
  std::size_t end = path.rfind('.');
  if (end == std::string_view::npos) return {};
  for (std::size_t dot = path.find('.'); dot < end; dot = path.find('.', dot + 1)) {
    if (std::isupper(static_cast<unsigned char>(path[dot + 1])) != 0) end = dot;
  }
  return path.substr(0, end);
}

}  // namespace migext::rewrite
