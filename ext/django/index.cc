#include "django/index.h"

#include <array>
#include <span>

#include "base/text.h"
#include "django/arguments.h"
#include "django/expression.h"
#include "django/operations/reader.h"

namespace migext::django {
namespace {

using python::Kind;
using python::Value;

/// A call of a class, or an instance of a class of the project: what was given to the class that
/// is not the project's.
struct Construction {
  std::string class_path;
  std::span<const Value> args;
  std::span<const python::Keyword> keywords;
  python::Position position;

  Value Get(std::string_view keyword) const {
    for (const python::Keyword& given : keywords) {
      if (given.name == keyword) return given.value;
    }
    return {};
  }
  [[noreturn]] void Fail(const std::string& message) const {
    throw Error(position.ToPlace(), message);
  }
};

/// The first class in the instance's line that is not the project's.
std::string OutsideBase(const python::InstanceView& instance) {
  for (const Value base : python::View(instance.type.AsClass()).mro) {
    if (base.Is(Kind::kSymbol)) return python::DottedName(base);
  }
  return {};
}

Construction Construct(Value value, const python::Position& owner) {
  if (value.Is(Kind::kCall)) {
    const python::CallView call = python::View(value.AsCall());
    return {python::DottedName(call.callee), call.args, call.keywords, call.position};
  }
  if (value.Is(Kind::kInstance)) {
    const python::InstanceView instance = python::View(value.AsInstance());
    return {OutsideBase(instance), instance.args, instance.keywords, instance.position};
  }
  if (value.Is(Kind::kSymbol)) return {python::DottedName(value), {}, {}, owner};
  throw Error(owner.ToPlace(), "AttributeError: '" + std::string(python::KindName(value)) +
                                   "' object has no attribute 'name'");
}

bool IsClass(const Construction& made, std::string_view module, std::string_view name) {
  constexpr std::string_view kModels = "django.db.models.";
  if (!made.class_path.starts_with(kModels)) return false;
  const std::string_view rest = std::string_view(made.class_path).substr(kModels.size());
  return rest == name || rest == std::string(module) + "." + std::string(name);
}

/// A value that is no object of a class outside: no Q, no expression.
bool IsPlain(Value value) {
  return !value.Is(Kind::kCall) && !value.Is(Kind::kSymbol) && !value.Is(Kind::kInstance);
}

bool IsGiven(Value value) { return python::Truth(value).value_or(true); }

/// A text as it is, and anything else as it shows.
std::string TextOf(Value value, std::string_view what, const Construction& made) {
  return value.IsStr() ? NameText(value, what, made.position) : Shown(value);
}

NamedIndex Named(Value value, const Construction& made) {
  constexpr std::size_t kMostFields = 2000;  // SQLITE_MAX_COLUMN
  // Refused here, where it makes one file unreadable; describing it must not fail.
  for (const Value expression : made.args) ReadExpression(expression);
  NamedIndex index = {.name = {}, .value = value, .fields = {}};
  const Value name = made.Get("name");
  if (IsGiven(name)) index.name = TextOf(name, "the name of an index", made);
  const Value fields = made.Get("fields");
  if (!fields.IsSequence()) return index;
  if (fields.Items().size() > kMostFields) made.Fail("more fields than a table can have");
  for (const Value field : fields.Items()) {
    index.fields.push_back(TextOf(field, "a field of an index", made));
  }
  return index;
}

// ---- Index

constexpr Parameter kIndexParameters[] = {
    {"fields", Parameter::kKeywordOnly},        {"name", Parameter::kKeywordOnly},
    {"db_tablespace", Parameter::kKeywordOnly}, {"opclasses", Parameter::kKeywordOnly},
    {"condition", Parameter::kKeywordOnly},     {"include", Parameter::kKeywordOnly},
};

/// Index.__init__, its checks in its order.
void CheckIndex(const Construction& made) {
  const Signature signature = {"Index.__init__", kIndexParameters, true};
  const CallArguments given = BindCall(signature, made.args, made.keywords, made.position);
  const Value condition = given.Get("condition");
  const Value fields = given.Get("fields");
  const Value opclasses = given.Get("opclasses");
  const bool named = IsGiven(given.Get("name"));
  const bool has_fields = IsGiven(fields);
  if (IsGiven(opclasses) && !named) {
    made.Fail("ValueError: An index must be named to use opclasses.");
  }
  if (!condition.IsNone() && IsPlain(condition)) {
    made.Fail("ValueError: Index.condition must be a Q instance.");
  }
  if (!condition.IsNone() && !named) {
    made.Fail("ValueError: An index must be named to use condition.");
  }
  if (given.Find("fields") && IsPlain(fields) && !fields.IsSequence()) {
    made.Fail("ValueError: Index.fields must be a list or tuple.");
  }
  if (made.args.empty() && !has_fields) {
    made.Fail("ValueError: At least one field or expression is required to define an index.");
  }
  if (!made.args.empty() && has_fields) {
    made.Fail("ValueError: Index.fields and expressions are mutually exclusive.");
  }
  if (!made.args.empty() && !named) {
    made.Fail("ValueError: An index must be named to use expressions.");
  }
  if (!made.args.empty() && IsGiven(opclasses)) {
    made.Fail(
        "ValueError: Index.opclasses cannot be used with expressions. Use "
        "django.contrib.postgres.indexes.OpClass() instead.");
  }
  if (!fields.IsSequence()) return;
  for (const Value field : fields.Items()) {
    if (IsPlain(field) && !field.IsStr()) {
      made.Fail("ValueError: Index.fields must contain only strings with field names.");
    }
  }
}

// ---- CheckConstraint

constexpr Parameter kViolationCode = {"violation_error_code", Parameter::kKeywordOnly};
constexpr Parameter kViolationMessage = {"violation_error_message", Parameter::kKeywordOnly};

/// `condition` was `check` before 5.1, and until 6.0 both were taken.
constexpr Parameter kCheckOnly[] = {{"check", Parameter::kRequiredKeyword},
                                    {"name", Parameter::kRequiredKeyword},
                                    kViolationCode,
                                    kViolationMessage};
constexpr Parameter kCheckOrCondition[] = {{"name", Parameter::kRequiredKeyword},
                                           {"condition", Parameter::kKeywordOnly},
                                           {"check", Parameter::kKeywordOnly},
                                           kViolationCode,
                                           kViolationMessage};
constexpr Parameter kConditionOnly[] = {{"condition", Parameter::kRequiredKeyword},
                                        {"name", Parameter::kRequiredKeyword},
                                        kViolationCode,
                                        kViolationMessage};

std::span<const Parameter> CheckParameters(const Dialect* dialect) {
  if (!dialect || (dialect->check_keyword && dialect->condition_keyword)) return kCheckOrCondition;
  if (dialect->condition_keyword) return kConditionOnly;
  return kCheckOnly;
}

void CheckCheckConstraint(const Construction& made, const Dialect* dialect) {
  const Signature signature = {"CheckConstraint.__init__", CheckParameters(dialect)};
  const CallArguments given = BindCall(signature, made.args, made.keywords, made.position);
  Value condition = given.Get("check");
  if (condition.IsNone()) condition = given.Get("condition");
  if (!IsPlain(condition)) return;
  const bool old_words = dialect && !dialect->condition_keyword;
  made.Fail(std::string("TypeError: CheckConstraint.") + (old_words ? "check" : "condition") +
            " must be a Q instance or boolean expression.");
}

// ---- UniqueConstraint

constexpr Parameter kUniqueParameters[] = {
    {"fields", Parameter::kKeywordOnly},
    {"name", Parameter::kKeywordOnly},
    {"condition", Parameter::kKeywordOnly},
    {"deferrable", Parameter::kKeywordOnly},
    {"include", Parameter::kKeywordOnly},
    {"opclasses", Parameter::kKeywordOnly},
    {"nulls_distinct", Parameter::kKeywordOnly},
    kViolationCode,
    kViolationMessage,
};
/// Before 4.0: no expressions.
constexpr Parameter kUniqueFieldsParameters[] = {
    {"fields", Parameter::kRequiredKeyword}, {"name", Parameter::kRequiredKeyword},
    {"condition", Parameter::kKeywordOnly},  {"deferrable", Parameter::kKeywordOnly},
    {"include", Parameter::kKeywordOnly},    {"opclasses", Parameter::kKeywordOnly},
};

/// UniqueConstraint.__init__, its checks in its order.
void CheckUniqueConstraint(const Construction& made, const Dialect* dialect) {
  const bool expressions = !dialect || dialect->unique_expressions;
  const Signature signature = {"UniqueConstraint.__init__",
                               expressions ? std::span<const Parameter>(kUniqueParameters)
                                           : std::span<const Parameter>(kUniqueFieldsParameters),
                               expressions};
  const CallArguments given = BindCall(signature, made.args, made.keywords, made.position);
  const bool has_fields = IsGiven(given.Get("fields"));
  if (!expressions) {
    if (has_fields) return;
    made.Fail("ValueError: At least one field is required to define a unique constraint.");
  }
  if (!IsGiven(given.Get("name"))) {
    made.Fail("ValueError: A unique constraint must be named.");
  }
  if (made.args.empty() && !has_fields) {
    made.Fail(
        "ValueError: At least one field or expression is required to define a unique "
        "constraint.");
  }
  if (!made.args.empty() && has_fields) {
    made.Fail("ValueError: UniqueConstraint.fields and expressions are mutually exclusive.");
  }
  const Value condition = given.Get("condition");
  if (!condition.IsNone() && IsPlain(condition)) {
    made.Fail("ValueError: UniqueConstraint.condition must be a Q instance.");
  }
  if (!condition.IsNone() && IsGiven(given.Get("deferrable"))) {
    made.Fail("ValueError: UniqueConstraint with conditions cannot be deferred.");
  }
}

// ---- Text

std::string ListRepr(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back("'" + name + "'");
  return "[" + Join(quoted, ", ") + "]";
}

}  // namespace

NamedIndex ReadIndex(Value value, const FieldContext& /*context*/, const python::Position& owner) {
  const Construction made = Construct(value, owner);
  if (IsClass(made, "indexes", "Index")) CheckIndex(made);
  return Named(value, made);
}

NamedIndex ReadConstraint(Value value, const FieldContext& context, const python::Position& owner) {
  const Construction made = Construct(value, owner);
  if (IsClass(made, "constraints", "CheckConstraint")) CheckCheckConstraint(made, context.dialect);
  if (IsClass(made, "constraints", "UniqueConstraint")) {
    CheckUniqueConstraint(made, context.dialect);
  }
  return Named(value, made);
}

std::string IndexRepr(const NamedIndex& index) {
  std::string class_name = "Index";
  std::string text;
  if (!index.fields.empty()) text += " fields=" + ListRepr(index.fields);
  if (!index.value.IsNone()) {
    const Construction made = Construct(index.value, {});
    class_name = made.class_path.substr(made.class_path.rfind('.') + 1);
    const Value tablespace = made.Get("db_tablespace");
    if (!index.name.empty()) text += " name='" + index.name + "'";
    if (!tablespace.IsNone()) text += " db_tablespace=" + python::Repr(tablespace);
  }
  return "<" + class_name + ":" + text + ">";
}

std::string IndexExpressions(const NamedIndex& index) {
  if (index.value.IsNone()) return {};
  std::vector<std::string> texts;
  for (const Value expression : Construct(index.value, {}).args) {
    texts.push_back(Str(*ReadExpression(expression)));
  }
  return Join(texts, ", ");
}

}  // namespace migext::django
