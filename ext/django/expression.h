// Query expressions as a tree: F(), Value(), functions, arithmetic, CASE, Q objects.  They stand in
// indexes, constraints, db_default and GeneratedField.
//
//   StrExpression(value of `F("a") * -2 + F("id")`)  // F(a) * Value(-2) + F(id)
//   ReadExpression(value of `Lower("title").desc()`) // OrderBy(Lower(F(title)), descending=True)
//
// The tree is what Django's constructors make: strings have become F(), constants Value(), Q
// objects are combined and flattened as Node.add() does.  Text is that of Django's __str__ and
// __repr__.
#ifndef MIGEXT_DJANGO_EXPRESSION_H_
#define MIGEXT_DJANGO_EXPRESSION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "python/value.h"

namespace migext::django {

enum class ExpressionKind : std::uint8_t {
  kF,         // name
  kValue,     // value
  kFunc,      // class_name(children), options
  kCombined,  // children[0] connector children[1]
  kOrderBy,   // children[0], descending
  kWrapper,   // ExpressionWrapper(children[0])
  kCase,      // the last child is the default, those before are kWhen
  kWhen,      // children[0] is the condition, children[1] the result
  kQ,         // connector, negated; children: kQ, kLookup or any other condition
  kLookup,    // name ("a__gt") and value, or one child when the value is an expression
  kRawSql,    // value is the SQL, options: params
};

struct Expression;
using ExpressionPtr = std::shared_ptr<const Expression>;

struct Expression {
  ExpressionKind kind = ExpressionKind::kValue;
  std::string class_name;  ///< "Lower": the class's own __name__.
  std::string class_path;  ///< "django.db.models.functions.Lower"
  std::string name;
  python::Value value;
  std::string connector;  ///< "+", "%%", "AND", …
  bool negated = false;
  bool descending = false;
  std::vector<ExpressionPtr> children;
  /// Keyword arguments in the order written, output_field included.
  std::vector<std::pair<std::string, python::Value>> options;
  python::Position position;
};

/// True for a call that makes an expression or a Q object, or is one of a class that is not known.
bool IsExpression(python::Value value);

/// What Django's constructors make of it; a string is F(string), any other constant Value().
/// Throws Error for an expression that is nested too deeply.
ExpressionPtr ReadExpression(python::Value value);

std::string Str(const Expression& expression);   ///< str(expression)
std::string Repr(const Expression& expression);  ///< repr(expression)

/// str() and repr() of a value that may be an expression.  A string stays a string here.
std::string StrExpression(python::Value value);
std::string ReprExpression(python::Value value);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_EXPRESSION_H_
