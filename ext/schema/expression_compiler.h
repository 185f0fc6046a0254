// The compiler behind compile_expression.h: expressions in compile_function.cc, conditions and
// lookups in compile_condition.cc and compile_lookup.cc.
#ifndef MIGEXT_SCHEMA_EXPRESSION_COMPILER_H_
#define MIGEXT_SCHEMA_EXPRESSION_COMPILER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "django/expression.h"
#include "schema/edited_model.h"

namespace migext::schema {

/// An expression's SQL and the type of its output_field.
struct Compiled {
  std::string sql = {};
  django::FieldType type = django::FieldType::kUnknown;
  /// Of a column: its field, which prepares the values that it is compared with.
  const EditedField* column = nullptr;
  /// A key of a JSONField: the column and the path in it.
  std::string json_column = {};
  std::string json_path = {};
  bool is_value = false;

  /// In parentheses, unless it starts with one.
  std::string Wrapped() const { return sql.starts_with('(') ? sql : "(" + sql + ")"; }
};

/// A list of conditions (WhereNode).
struct WhereList {
  std::string connector = "AND";
  bool negated = false;
  std::vector<std::string> items;
};

class ExpressionCompiler {
 public:
  ExpressionCompiler(const EditedModel& model, const SchemaContext& context)
      : model_(model), context_(context) {}

  /// For a default of the database, which Django compiles without resolving references: a column
  /// in it is an error.
  void KnowNoColumns() { knows_columns_ = false; }

  Compiled Compile(const django::Expression& expression);
  /// A Q object, a lookup, or any other expression that is true or false.
  std::string Condition(const django::Expression& condition);
  /// Value(constant), prepared by the field when there is one.
  Compiled Literal(python::Value value, const EditedField* field);

 private:
  // ---- Expressions

  Compiled CompileKind(const django::Expression& node);
  Compiled Column(std::string_view name, const python::Position& position);
  Compiled Combined(const django::Expression& node);
  Compiled Function(const django::Expression& node);
  Compiled CallFunction(std::string_view sql_name, const django::Expression& node,
                        django::FieldType type);
  std::optional<Compiled> DateFunction(const django::Expression& node);
  Compiled Collated(const django::Expression& node);
  Compiled Piece(const django::Expression& node);
  Compiled ConcatPair(const django::Expression& node);
  Compiled Cast(const django::Expression& node);
  Compiled CustomFunction(const django::Expression& node);
  Compiled DatePart(const django::Expression& node, std::string_view part);
  Compiled Truncated(const django::Expression& node, std::string_view part);
  Compiled Case(const django::Expression& node);
  Compiled Raw(const django::Expression& node);
  Compiled LookupClass(const django::Expression& node);
  std::string Arguments(const django::Expression& node, std::string_view joiner = ", ");
  Compiled AsNumeric(Compiled compiled) const;

  // ---- Conditions

  WhereList List(const django::Expression& q, bool current_negated);
  void Add(WhereList& list, const django::Expression& child, bool current_negated);
  static void Merge(WhereList& list, WhereList items);
  std::string Text(const WhereList& list) const;
  std::string ExclusiveOr(const WhereList& list) const;
  WhereList Lookup(const django::Expression& lookup, bool current_negated);

  // ---- Lookups

  /// "a__year__gt": what is compared, and how.
  struct Path {
    Compiled left;
    std::string lookup;
  };
  Path Resolve(const django::Expression& lookup);
  std::optional<Compiled> Transform(const Compiled& left, std::string_view name);
  std::string Compare(const Compiled& left, std::string_view lookup, python::Value value,
                      const django::Expression* right);
  std::string CompareNumbers(const Compiled& left, std::string_view lookup, python::Value value);
  std::string CompareText(const Compiled& left, std::string_view lookup, python::Value value,
                          const django::Expression* right);
  std::string CompareYear(const Compiled& left, std::string_view lookup, python::Value value);
  std::string CompareJson(const Compiled& left, std::string_view lookup, python::Value value);
  std::string HasKey(const Compiled& left, std::string_view lookup, python::Value value);
  std::string In(const Compiled& left, python::Value value);
  std::string Range(const Compiled& left, python::Value value);
  static void RefuseOverflow(const Compiled& left, std::string_view lookup, python::Value value);
  std::string Exact(const Compiled& left, python::Value value);
  std::string Operand(const Compiled& left, python::Value value);
  std::string RightSide(const django::Expression& right);

  const EditedModel& model_;
  const SchemaContext& context_;
  bool knows_columns_ = true;
  int depth_ = 0;
};

/// What Django's functions on moments are told of time zones: "'UTC', 'UTC'".
std::string ZoneArguments(const SchemaContext& context);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_EXPRESSION_COMPILER_H_
