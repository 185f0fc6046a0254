// The syntax tree of a Python module: plain structs with the names and fields of CPython's ASDL
// (Python.asdl), for the whole grammar of Python 3.8 to 3.14.
//
//   std::unique_ptr<const ast::Module> module = Parse(file, bytes);  // python/parser.h
//   for (const ast::Statement* statement : module->body) {
//     switch (statement->kind) {
//       case ast::StatementKind::kAssign:
//         Assign(statement->As<ast::Assign>());
//         break;
//       …
//
// Three families: Statement, Expression, Pattern.  Each node carries its kind and the half-open
// range [begin, end) of the source it was read from; the source says line and column.  `As<T>()`
// gives the node itself and requires its kind, `If<T>()` gives null for another one.
//
// Ownership: nodes, spans and texts live in the module's arena and as long as the module.  Nothing
// in the tree changes after parsing, so it may be read from several threads.
//
// Names are interned: within one module, equal names have the same data pointer.  Names beyond
// ASCII are kept as written, not NFKC-normalised.  Private names (__x in a class) are as written.
//
// Optional children are null pointers; optional names are empty.  What differs from CPython:
//  - a def and an async def are one FunctionDef with `is_async`; so are For and With;
//  - `elif` is, as in CPython, an If as the only statement of `orelse`: walk such chains in a loop,
//    they may be thousands long, as may chains of the left operand (a + b + …, a.b.c(…)…);
//  - try and try* are one Try with `is_star`;
//  - Load, Store and Del contexts are left out: a target is what stands where targets stand;
//  - adjacent string literals are one Constant or JoinedStr;
//  - docstrings stay the first statement of a body, and are also in `docstring`.
#ifndef MIGEXT_PYTHON_AST_H_
#define MIGEXT_PYTHON_AST_H_

#include <cassert>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "python/arena.h"
#include "python/ast_kinds.h"
#include "python/source.h"

namespace migext::python::ast {

/// What all nodes share: where they were read.  Offsets of Source::text().
struct Range {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

template <class KindEnum>
struct Node : Range {
  KindEnum kind;

  template <class T>
  bool Is() const {
    return kind == T::kKind;
  }
  /// REQUIRES: Is<T>().
  template <class T>
  const T& As() const {
    assert(Is<T>());
    return static_cast<const T&>(*this);
  }
  template <class T>
  const T* If() const {
    return Is<T>() ? static_cast<const T*>(this) : nullptr;
  }
};

using Statement = Node<StatementKind>;
using Expression = Node<ExpressionKind>;
using Pattern = Node<PatternKind>;

using Statements = std::span<const Statement* const>;
using Expressions = std::span<const Expression* const>;
using Patterns = std::span<const Pattern* const>;
using Names = std::span<const std::string_view>;

template <StatementKind kStatementKind>
struct StatementOf : Statement {
  static constexpr StatementKind kKind = kStatementKind;
  constexpr StatementOf() : Statement{{}, kStatementKind} {}
};
template <ExpressionKind kExpressionKind>
struct ExpressionOf : Expression {
  static constexpr ExpressionKind kKind = kExpressionKind;
  constexpr ExpressionOf() : Expression{{}, kExpressionKind} {}
};
template <PatternKind kPatternKind>
struct PatternOf : Pattern {
  static constexpr PatternKind kKind = kPatternKind;
  constexpr PatternOf() : Pattern{{}, kPatternKind} {}
};

// ---- Parts of nodes

enum class BoolOperator : std::uint8_t { kAnd, kOr };
enum class UnaryOperator : std::uint8_t { kInvert, kNot, kPlus, kMinus };
enum class BinaryOperator : std::uint8_t {
  kAdd,
  kSub,
  kMult,
  kMatMult,
  kDiv,
  kMod,
  kPow,
  kLShift,
  kRShift,
  kBitOr,
  kBitXor,
  kBitAnd,
  kFloorDiv,
};
enum class CompareOperator : std::uint8_t {
  kEq,
  kNotEq,
  kLt,
  kLtE,
  kGt,
  kGtE,
  kIs,
  kIsNot,
  kIn,
  kNotIn,
};

/// One parameter.  `default_value` is null without one.
struct Parameter : Range {
  std::string_view name;
  const Expression* annotation = nullptr;
  const Expression* default_value = nullptr;
};

/// The parameters of a def or lambda, in the order written: positional-only, ordinary, *args,
/// keyword-only, **kwargs.
struct Parameters {
  std::span<const Parameter> positional_only;
  std::span<const Parameter> positional;
  const Parameter* vararg = nullptr;
  std::span<const Parameter> keyword_only;
  const Parameter* kwarg = nullptr;
};

/// name=value in a call or a class statement; `name` is empty for **value.
struct KeywordArgument : Range {
  std::string_view name;
  const Expression* value = nullptr;
};

/// `import a.b as c`: name "a.b", asname "c".  `from m import *`: name "*".
struct Alias : Range {
  std::string_view name;
  std::string_view asname;
};

struct WithItem {
  const Expression* context = nullptr;
  const Expression* target = nullptr;  ///< May be null.
};

struct Comprehension {
  const Expression* target = nullptr;
  const Expression* iterable = nullptr;
  Expressions conditions;
  bool is_async = false;
};

struct ExceptHandler : Range {
  const Expression* type = nullptr;  ///< Null for a bare except.
  std::string_view name;
  Statements body;
};

struct MatchCase : Range {
  const Pattern* pattern = nullptr;
  const Expression* guard = nullptr;
  Statements body;
};

/// [T: bound = default], [*Ts], [**P] of PEP 695 and PEP 696.
struct TypeParameter : Range {
  enum class Kind : std::uint8_t { kTypeVar, kTypeVarTuple, kParamSpec };
  Kind kind = Kind::kTypeVar;
  std::string_view name;
  const Expression* bound = nullptr;
  const Expression* default_value = nullptr;
};

// ---- Statements

struct FunctionDef : StatementOf<StatementKind::kFunctionDef> {
  std::string_view name;
  std::span<const TypeParameter> type_params;
  const Parameters* parameters = nullptr;
  Expressions decorators;
  const Expression* returns = nullptr;
  Statements body;
  std::optional<std::string_view> docstring;
  /// Where the text with its decorators begins: at the first '@', else `begin` (the def or async).
  std::uint32_t source_begin = 0;
  bool is_async = false;
  bool is_generator = false;  ///< Its own body, not an inner function's, has a yield.
};

struct ClassDef : StatementOf<StatementKind::kClassDef> {
  std::string_view name;
  std::span<const TypeParameter> type_params;
  Expressions bases;  ///< Starred among them.
  std::span<const KeywordArgument> keywords;
  Expressions decorators;
  Statements body;
  std::optional<std::string_view> docstring;
  std::uint32_t source_begin = 0;  ///< As in FunctionDef.
};

struct Return : StatementOf<StatementKind::kReturn> {
  const Expression* value = nullptr;
};

struct Delete : StatementOf<StatementKind::kDelete> {
  Expressions targets;
};

/// a = b = value
struct Assign : StatementOf<StatementKind::kAssign> {
  Expressions targets;
  const Expression* value = nullptr;
};

/// type X[T] = value
struct TypeAlias : StatementOf<StatementKind::kTypeAlias> {
  std::string_view name;
  std::span<const TypeParameter> type_params;
  const Expression* value = nullptr;
};

struct AugAssign : StatementOf<StatementKind::kAugAssign> {
  const Expression* target = nullptr;
  BinaryOperator op{};
  const Expression* value = nullptr;
};

struct AnnAssign : StatementOf<StatementKind::kAnnAssign> {
  const Expression* target = nullptr;
  const Expression* annotation = nullptr;
  const Expression* value = nullptr;  ///< May be null.
  bool is_simple = false;             ///< A name without parentheses.
};

struct For : StatementOf<StatementKind::kFor> {
  const Expression* target = nullptr;
  const Expression* iterable = nullptr;
  Statements body;
  Statements orelse;
  bool is_async = false;
};

struct While : StatementOf<StatementKind::kWhile> {
  const Expression* test = nullptr;
  Statements body;
  Statements orelse;
};

struct If : StatementOf<StatementKind::kIf> {
  const Expression* test = nullptr;
  Statements body;
  Statements orelse;
};

struct With : StatementOf<StatementKind::kWith> {
  std::span<const WithItem> items;
  Statements body;
  bool is_async = false;
};

struct Match : StatementOf<StatementKind::kMatch> {
  const Expression* subject = nullptr;
  std::span<const MatchCase> cases;
};

struct Raise : StatementOf<StatementKind::kRaise> {
  const Expression* exception = nullptr;  ///< Null for a bare raise.
  const Expression* cause = nullptr;
};

struct Try : StatementOf<StatementKind::kTry> {
  Statements body;
  std::span<const ExceptHandler> handlers;
  Statements orelse;
  Statements finalbody;
  bool is_star = false;
};

struct Assert : StatementOf<StatementKind::kAssert> {
  const Expression* test = nullptr;
  const Expression* message = nullptr;
};

struct Import : StatementOf<StatementKind::kImport> {
  std::span<const Alias> names;
};

/// from ..module import names: level 2, module "module" (empty in `from . import x`).
struct ImportFrom : StatementOf<StatementKind::kImportFrom> {
  std::string_view module;
  std::span<const Alias> names;
  std::uint32_t level = 0;
};

struct Global : StatementOf<StatementKind::kGlobal> {
  Names names;
};

struct Nonlocal : StatementOf<StatementKind::kNonlocal> {
  Names names;
};

/// An expression as a statement.
struct Expr : StatementOf<StatementKind::kExpr> {
  const Expression* value = nullptr;
};

struct Pass : StatementOf<StatementKind::kPass> {};
struct Break : StatementOf<StatementKind::kBreak> {};
struct Continue : StatementOf<StatementKind::kContinue> {};

// ---- Expressions

/// a and b and c: one node with three values.
struct BoolOp : ExpressionOf<ExpressionKind::kBoolOp> {
  BoolOperator op{};
  Expressions values;
};

struct Name : ExpressionOf<ExpressionKind::kName> {
  std::string_view id;
};

/// (target := value)
struct NamedExpr : ExpressionOf<ExpressionKind::kNamedExpr> {
  const Name* target = nullptr;
  const Expression* value = nullptr;
};

struct BinOp : ExpressionOf<ExpressionKind::kBinOp> {
  const Expression* left = nullptr;
  BinaryOperator op{};
  const Expression* right = nullptr;
};

struct UnaryOp : ExpressionOf<ExpressionKind::kUnaryOp> {
  UnaryOperator op{};
  const Expression* operand = nullptr;
};

struct Lambda : ExpressionOf<ExpressionKind::kLambda> {
  const Parameters* parameters = nullptr;
  const Expression* body = nullptr;
  bool is_generator = false;
};

struct IfExp : ExpressionOf<ExpressionKind::kIfExp> {
  const Expression* test = nullptr;
  const Expression* body = nullptr;
  const Expression* orelse = nullptr;
};

/// The key is null for **value.
struct DictItem {
  const Expression* key = nullptr;
  const Expression* value = nullptr;
};

struct Dict : ExpressionOf<ExpressionKind::kDict> {
  std::span<const DictItem> items;
};

struct Set : ExpressionOf<ExpressionKind::kSet> {
  Expressions elements;
};

struct ListComp : ExpressionOf<ExpressionKind::kListComp> {
  const Expression* element = nullptr;
  std::span<const Comprehension> generators;
};

struct SetComp : ExpressionOf<ExpressionKind::kSetComp> {
  const Expression* element = nullptr;
  std::span<const Comprehension> generators;
};

struct DictComp : ExpressionOf<ExpressionKind::kDictComp> {
  const Expression* key = nullptr;
  const Expression* value = nullptr;
  std::span<const Comprehension> generators;
};

struct GeneratorExp : ExpressionOf<ExpressionKind::kGeneratorExp> {
  const Expression* element = nullptr;
  std::span<const Comprehension> generators;
};

struct Await : ExpressionOf<ExpressionKind::kAwait> {
  const Expression* value = nullptr;
};

struct Yield : ExpressionOf<ExpressionKind::kYield> {
  const Expression* value = nullptr;  ///< May be null.
};

struct YieldFrom : ExpressionOf<ExpressionKind::kYieldFrom> {
  const Expression* value = nullptr;
};

struct Comparison {
  CompareOperator op{};
  const Expression* right = nullptr;
};

/// left op right op right …
struct Compare : ExpressionOf<ExpressionKind::kCompare> {
  const Expression* left = nullptr;
  std::span<const Comparison> comparisons;
};

struct Call : ExpressionOf<ExpressionKind::kCall> {
  const Expression* function = nullptr;
  Expressions args;  ///< Starred among them.
  std::span<const KeywordArgument> keywords;
};

struct JoinedStr;

/// {value!r:spec} in an f-string.  {value=} adds its text to the values of the JoinedStr, and its
/// conversion is 'r' unless another one or a spec is given.
struct FormattedValue : ExpressionOf<ExpressionKind::kFormattedValue> {
  const Expression* value = nullptr;
  char conversion = 0;  ///< 's', 'r', 'a' or 0.
  const JoinedStr* format_spec = nullptr;
};

/// {value!r:spec} in a t-string; `text` is the source of the value.
struct Interpolation : ExpressionOf<ExpressionKind::kInterpolation> {
  const Expression* value = nullptr;
  std::string_view text;
  char conversion = 0;
  const JoinedStr* format_spec = nullptr;
};

/// An f-string: string Constants and FormattedValues.
struct JoinedStr : ExpressionOf<ExpressionKind::kJoinedStr> {
  Expressions values;
};

/// A t-string: string Constants and Interpolations.
struct TemplateStr : ExpressionOf<ExpressionKind::kTemplateStr> {
  Expressions values;
};

struct Constant : ExpressionOf<ExpressionKind::kConstant> {
  enum class Type : std::uint8_t {
    kNone,
    kTrue,
    kFalse,
    kEllipsis,
    kInt,        // `integer`
    kBigInt,     // `text`: the digits as written without '_', 0x, 0o or 0b in front
    kFloat,      // `real`
    kImaginary,  // `real`, the j taken off
    kStr,        // `text`: UTF-8, a lone surrogate in three bytes
    kBytes,      // `text`
  };
  Type type = Type::kNone;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view text;
};

struct Attribute : ExpressionOf<ExpressionKind::kAttribute> {
  const Expression* value = nullptr;
  std::string_view attribute;
};

/// value[index]; a[1, 2:3] has a Tuple as index.
struct Subscript : ExpressionOf<ExpressionKind::kSubscript> {
  const Expression* value = nullptr;
  const Expression* index = nullptr;
};

struct Starred : ExpressionOf<ExpressionKind::kStarred> {
  const Expression* value = nullptr;
};

struct List : ExpressionOf<ExpressionKind::kList> {
  Expressions elements;
};

struct Tuple : ExpressionOf<ExpressionKind::kTuple> {
  Expressions elements;
};

/// lower:upper:step, each may be null.
struct Slice : ExpressionOf<ExpressionKind::kSlice> {
  const Expression* lower = nullptr;
  const Expression* upper = nullptr;
  const Expression* step = nullptr;
};

// ---- Patterns

/// A literal or a dotted name, compared with ==.
struct MatchValue : PatternOf<PatternKind::kMatchValue> {
  const Expression* value = nullptr;
};

/// None, True or False, compared with `is`.
struct MatchSingleton : PatternOf<PatternKind::kMatchSingleton> {
  Constant::Type value = Constant::Type::kNone;
};

struct MatchSequence : PatternOf<PatternKind::kMatchSequence> {
  Patterns patterns;
};

struct MatchMapping : PatternOf<PatternKind::kMatchMapping> {
  Expressions keys;
  Patterns patterns;
  std::string_view rest;  ///< **rest
};

struct MatchClass : PatternOf<PatternKind::kMatchClass> {
  const Expression* type = nullptr;
  Patterns patterns;
  Names keyword_names;
  Patterns keyword_patterns;
};

/// *name; the name is empty for *_.
struct MatchStar : PatternOf<PatternKind::kMatchStar> {
  std::string_view name;
};

/// pattern as name; a capture has no pattern, the wildcard _ neither pattern nor name.
struct MatchAs : PatternOf<PatternKind::kMatchAs> {
  const Pattern* pattern = nullptr;
  std::string_view name;
};

struct MatchOr : PatternOf<PatternKind::kMatchOr> {
  Patterns patterns;
};

// ---- The whole

struct Module {
  explicit Module(std::string file, std::string bytes)
      : source(std::move(file), std::move(bytes)) {}

  Source source;
  Arena arena;
  Statements body;
  std::optional<std::string_view> docstring;
};

}  // namespace migext::python::ast

#endif  // MIGEXT_PYTHON_AST_H_
