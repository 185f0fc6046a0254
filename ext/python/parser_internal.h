// The parser's state, shared by the files that implement it: tokens, errors and the module
// (parser.cc), statements (parser_statements.cc, parser_compound.cc), definitions
// (parser_definitions.cc), expressions (parser_expressions.cc, parser_atoms.cc), strings
// (parser_strings.cc), patterns (parser_patterns.cc), assignment targets (parser_targets.cc).
//
// Recursive descent over a token vector, with precedence climbing for operators.  Where the grammar
// needs more than two tokens to decide (match, with and its parentheses) it scans ahead.
#ifndef MIGEXT_PYTHON_PARSER_INTERNAL_H_
#define MIGEXT_PYTHON_PARSER_INTERNAL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "python/ast.h"
#include "python/lexer.h"
#include "python/literal.h"

namespace migext::python {

/// Equal names get the same data pointer.
class NameTable {
 public:
  NameTable() : slots_(128) {}
  /// `name` must outlive the table's users.
  std::string_view Intern(std::string_view name);

 private:
  static constexpr std::size_t kMaxSteps = 64;

  void Grow();
  std::vector<std::string_view> slots_;  // a power of two; an empty view is a free slot
  std::size_t used_ = 0;
  // Names chosen so as to collide, which would make each search as long as the table.
  std::set<std::string_view> crowded_;
};

class Parser {
 public:
  explicit Parser(ast::Module& module);
  void ParseModule();

 private:
  using Kind = TokenKind;

  // Bounds the C++ stack: parentheses nest up to the lexer's limit, a few levels each.
  static constexpr int kMaxDepth = 800;

  class Deeper {
   public:
    explicit Deeper(Parser& parser) : parser_(parser) {
      if (parser.depth_ >= kMaxDepth) {
        parser.Fail("SyntaxError: the expression is nested too deeply");
      }
      ++parser.depth_;
    }
    ~Deeper() { --parser_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

   private:
    Parser& parser_;
  };

  // A list being read: its items sit on a stack that all lists of a type share, so only the list
  // that was begun last may grow.
  template <class T>
  class Items {
   public:
    explicit Items(Parser& parser)
        : parser_(parser),
          stack_(std::get<std::vector<T>>(parser.stacks_)),
          begin_(stack_.size()) {}
    ~Items() { stack_.resize(begin_); }
    Items(const Items&) = delete;
    Items& operator=(const Items&) = delete;

    void Add(const T& item) { stack_.push_back(item); }
    std::span<const T> View() const { return std::span<const T>(stack_).subspan(begin_); }
    bool empty() const { return stack_.size() == begin_; }
    std::span<const T> Take() { return parser_.module_.arena.Copy(View()); }

   private:
    Parser& parser_;
    std::vector<T>& stack_;
    std::size_t begin_;
  };
  using ExpressionItems = Items<const ast::Expression*>;
  using PatternItems = Items<const ast::Pattern*>;

  // The function, class or module body that is being read.
  class Scope {
   public:
    Scope(Parser& parser, bool of_function)
        : is_function(of_function), parser_(parser), outer_(parser.scope_) {
      parser.scope_ = this;
    }
    ~Scope() { parser_.scope_ = outer_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

    bool is_module() const { return outer_ == nullptr; }

    const bool is_function;
    bool has_yield = false;
    int loops = 0;

   private:
    Parser& parser_;
    Scope* outer_;
  };

  struct Arguments {
    ast::Expressions positional;
    std::span<const ast::KeywordArgument> keywords;
  };

  // One string out of adjacent literals: finished parts, and text that is not a part yet.
  struct StringParts {
    explicit StringParts(Parser& parser) : values(parser) {}
    ExpressionItems values;
    std::string text;
    std::uint32_t text_begin = 0;
    bool is_template = false;
  };

  // ---- parser.cc: tokens
  const Token& Current() const { return tokens_[at_]; }
  Kind PeekKind(std::size_t ahead = 0) const {
    return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead].kind : Kind::kEnd;
  }
  bool At(Kind kind) const { return tokens_[at_].kind == kind; }
  bool AtSoftKeyword(std::string_view word) const;
  std::string_view TextOf(const Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }
  void Advance() {
    if (at_ + 1 < tokens_.size()) ++at_;
  }
  bool Accept(Kind kind);
  void Expect(Kind kind);
  void Expect(Kind kind, const std::string& message);
  /// The closing bracket, after `last` was the last thing inside.
  void ExpectClose(Kind kind, const ast::Expression* last);
  std::string_view ExpectName();
  std::uint32_t Begin() const { return Current().begin; }
  /// The end of the last token that is more than the end of a line or block.
  std::uint32_t PreviousEnd() const;
  /// Where the bracket that opens before the current token closes; tokens_.size() when nowhere.
  std::size_t FindClose(std::size_t open) const;

  // ---- parser.cc: errors
  [[noreturn]] void Fail(const std::string& message) const { FailAt(Begin(), message); }
  [[noreturn]] void FailAt(std::uint32_t offset, const std::string& message) const;
  [[noreturn]] void FailSyntax() const;
  /// Throws if an expression follows, whether it can be read or not.
  void SuggestComma(const ast::Expression& last);
  void CheckNotRepeated(std::span<const std::string_view> names, std::uint32_t offset,
                        std::string_view message, std::string_view after = "");

  void CheckFutureImports() const;

  // ---- parser.cc: nodes
  template <class T>
  T& New(std::uint32_t begin) {
    T& node = *module_.arena.New<T>();
    node.begin = begin;
    return node;
  }
  template <class T>
  const T* Done(T& node) {
    node.end = PreviousEnd();
    return &node;
  }

  // ---- parser_statements.cc
  void ParseStatement(Items<const ast::Statement*>& out);
  void ParseSimpleStatements(Items<const ast::Statement*>& out);
  const ast::Statement* ParseSimpleStatement();
  const ast::Statement* ParseExpressionStatement();
  const ast::Statement* ParseAnnAssign(std::uint32_t begin, const ast::Expression& target);
  const ast::Statement* ParseAssign(std::uint32_t begin, const ast::Expression& first);
  void CheckNotStarred(const ast::Expression& value) const;
  const ast::Statement* ParseAugAssign(std::uint32_t begin, const ast::Expression& target);
  const ast::Expression* ParseAssignedValue();
  const ast::Statement* ParseReturn();
  const ast::Statement* ParseRaise();
  const ast::Statement* ParseDelete();
  const ast::Statement* ParseAssert();
  const ast::Statement* ParseImport();
  const ast::Statement* ParseImportFrom();
  std::span<const ast::Alias> ParseImportedNames();
  std::string_view ParseDottedName();
  const ast::Statement* ParseTypeAlias();
  ast::Names ParseNames();
  template <class T>
  const ast::Statement* ParseKeywordStatement() {
    T& node = New<T>(Begin());
    Advance();
    return Done(node);
  }

  // ---- parser_compound.cc
  const ast::Statement* ParseCompoundStatement();
  const ast::Statement* ParseAsync();
  void ExpectIndent(std::string_view owner, std::uint32_t owner_begin);
  ast::Statements ParseBlock(std::string_view owner, std::uint32_t owner_begin);
  ast::Statements ParseLoopBlock(std::string_view owner, std::uint32_t owner_begin);
  ast::Statements ParseElse();
  void ExpectColon();
  void CheckClauseColon();
  const ast::Statement* ParseIf();
  const ast::Statement* ParseWhile();
  const ast::Statement* ParseFor(std::uint32_t begin, bool is_async);
  const ast::Statement* ParseWith(std::uint32_t begin, bool is_async);
  std::span<const ast::WithItem> ParseParenthesizedWithItems();
  ast::WithItem ParseWithItem();
  const ast::Statement* ParseTry();
  ast::ExceptHandler ParseExceptHandler(bool& is_star, bool is_first);
  bool AtMatchStatement() const;
  const ast::Statement* ParseMatch();
  ast::MatchCase ParseCase();

  // ---- parser_definitions.cc
  const ast::Statement* ParseDecorated();
  const ast::Statement* ParseFunctionDef(std::uint32_t begin, std::uint32_t source_begin,
                                         ast::Expressions decorators, bool is_async);
  const ast::Statement* ParseClassDef(std::uint32_t source_begin, ast::Expressions decorators);
  std::optional<std::string_view> DocstringOf(ast::Statements body) const;
  /// Up to `close`, which is left: ')' of a def, ':' of a lambda.
  const ast::Parameters* ParseParameters(Kind close);
  void ParsePositionalParameters(Kind close, ast::Parameters& parameters);
  void ParseKeywordOnlyParameters(Kind close, ast::Parameters& parameters);
  void ParseKeywordsParameter(Kind close, ast::Parameters& parameters);
  static bool MayAnnotate(Kind close) { return close == Kind::kRightParen; }
  ast::Parameter ParseParameter(Kind close);
  ast::Parameter ParseVariadic(Kind close);
  void CheckParameterNames(const ast::Parameters& parameters);
  std::span<const ast::TypeParameter> ParseTypeParameters();
  ast::TypeParameter ParseTypeParameter();

  // ---- parser_expressions.cc
  const ast::Expression* ParseExpression();
  const ast::Expression* ParseNamedExpression();
  const ast::Expression* ParseStarExpression();
  const ast::Expression* ParseStarNamedExpression();
  const ast::Expression* ParseStarExpressions();
  const ast::Expression* ParseYieldOrStarExpressions();
  const ast::Expression* ParseLambda();
  const ast::Expression* ParseYield();
  const ast::Expression* ParseConditional(std::uint32_t begin, const ast::Expression& body);
  const ast::Expression* ParseOperators(int minimum);
  const ast::Expression* ParsePrefix(int minimum);
  const ast::Expression* ParseBoolOp(std::uint32_t begin, const ast::Expression& left,
                                     int precedence);
  const ast::Expression* ParseCompare(std::uint32_t begin, const ast::Expression& left);
  bool AtExpressionStart() const;
  /// REQUIRES: `kind` is + … // or += … //=.
  static ast::BinaryOperator BinaryOperatorOf(Kind kind);
  bool AtNamedExpression() const { return At(Kind::kName) && PeekKind(1) == Kind::kColonEqual; }

  // ---- parser_atoms.cc
  const ast::Expression* ParsePrimary();
  const ast::Expression* ParseAtom();
  const ast::Expression* ParseName();
  const ast::Expression* ParseNumber();
  const ast::Expression* ParseSingleton(ast::Constant::Type type);
  const ast::Expression* ParseCall(std::uint32_t begin, const ast::Expression& function);
  Arguments ParseArguments();
  const ast::Expression* ParseArgument(bool after_unpacking);
  void CheckKeywordNames(std::span<const ast::KeywordArgument> keywords, std::uint32_t offset);
  Arguments ParseGeneratorArgument(std::uint32_t open, const ast::Expression& element);
  [[noreturn]] void FailBareGenerator(const ast::Expression& element) const;
  const ast::Expression* ParseGenerator(std::uint32_t begin, const ast::Expression& element);
  ast::KeywordArgument ParseKeywordArgument();
  const ast::Expression* ParseSubscript(std::uint32_t begin, const ast::Expression& value);
  const ast::Expression* ParseSliceItem();
  const ast::Expression* ParseParenthesized();
  const ast::Expression* ParseListDisplay();
  const ast::Expression* ParseBraces();
  const ast::Expression* ParseDict(std::uint32_t begin, const ast::Expression* first_key);
  const ast::Expression* ParseSet(std::uint32_t begin, const ast::Expression& first);
  ast::DictItem ParseDictItem(const ast::Expression* key);
  bool AtComprehension() const;
  std::span<const ast::Comprehension> ParseComprehensions();

  // ---- parser_strings.cc
  const ast::Expression* ParseStrings();
  const ast::Expression* ParsePlainStrings(bool is_bytes);
  void AddPlainString(const Token& token, bool is_bytes, std::string& out);
  void AddFString(StringParts& parts);
  void AddFStringText(StringParts& parts, bool raw, bool in_spec);
  void AddField(StringParts& parts, bool raw);
  void FlushText(StringParts& parts);
  const ast::Expression* ParseFieldValue();
  char ParseConversion();
  const ast::JoinedStr* ParseFormatSpec(bool raw);
  void Decode(std::string_view body, StringKind kind, std::string& out);

  // ---- parser_patterns.cc
  const ast::Pattern* ParsePatterns();
  const ast::Pattern* ParseMaybeStarPattern();
  const ast::Pattern* ParsePattern();
  const ast::Pattern* ParseOrPattern();
  const ast::Pattern* ParseClosedPattern();
  const ast::Pattern* ParseNamePattern();
  const ast::Pattern* ParseLiteralPattern();
  const ast::Expression* ParsePatternNumber();
  const ast::Pattern* ParseSequencePattern(Kind close);
  const ast::Pattern* ParseMappingPattern();
  const ast::Expression* ParseMappingKey();
  const ast::Expression* ParseNameOrAttribute();
  const ast::Pattern* ParseClassPattern(const ast::Expression& type, std::uint32_t begin);
  std::string_view ParseCaptureName();

  // ---- parser_targets.cc
  const ast::Expression* ParseTargets();
  void CheckTarget(const ast::Expression& target, std::string_view verb) const;
  [[noreturn]] void FailTarget(const ast::Expression& target, std::string_view verb) const;
  static std::string_view NameOf(const ast::Expression& expression);

  ast::Module& module_;
  std::string_view text_;
  std::vector<Token> tokens_;
  std::optional<std::uint32_t> unclosed_;
  std::size_t at_ = 0;
  int depth_ = 0;
  Scope* scope_ = nullptr;
  NameTable names_;
  std::vector<std::string_view> sorted_names_;
  std::tuple<std::vector<const ast::Statement*>, std::vector<const ast::Expression*>,
             std::vector<const ast::Pattern*>, std::vector<ast::KeywordArgument>,
             std::vector<ast::DictItem>, std::vector<ast::Comparison>,
             std::vector<ast::Comprehension>, std::vector<ast::Parameter>,
             std::vector<ast::TypeParameter>, std::vector<ast::Alias>, std::vector<ast::WithItem>,
             std::vector<ast::ExceptHandler>, std::vector<ast::MatchCase>,
             std::vector<std::string_view>>
      stacks_;
};

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_PARSER_INTERNAL_H_
