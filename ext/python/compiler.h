// Compiles the syntax tree of a module, class body or function to instructions (code.h).
//
//   Compile(heap, code);  // fills in code.instructions and the tables they use
#ifndef MIGEXT_PYTHON_COMPILER_H_
#define MIGEXT_PYTHON_COMPILER_H_

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "python/code.h"
#include "python/heap.h"

namespace migext::python {

/// REQUIRES: code.module and the node are set, and the code around it is compiled.
/// Throws Error when the text nests too deeply or breaks a rule that only shows here.
void Compile(Heap& heap, Code& code, int max_depth);

class Compiler {
 public:
  Compiler(Heap& heap, Code& code, int max_depth)
      : heap_(heap), code_(code), max_depth_(max_depth) {}

  void Run();

 private:
  /// A jump whose target is not known yet.
  using Label = std::vector<std::size_t>;

  /// What return, break and continue have to undo on their way out, innermost last.
  struct Enclosing {
    enum class Type { kForLoop, kWhileLoop, kTry, kFinally, kWith, kHandler, kCleanup };
    Type type;
    std::size_t start = 0;      // of a loop
    Label* end = nullptr;       // of a loop
    ast::Statements finalbody;  // of kFinally
    std::string_view name;      // of kHandler
  };

  struct DepthGuard {
    DepthGuard(Compiler& compiler, const ast::Range& node) : compiler_(compiler) {
      if (++compiler.depth_ > compiler.max_depth_)
        compiler.Refuse(node, "too many nested parentheses");
    }
    ~DepthGuard() { --compiler_.depth_; }
    Compiler& compiler_;
  };

  // compiler.cc: emitting, names and nested code
  std::size_t Emit(Op op, std::size_t argument = 0);
  std::size_t Here() const { return code_.instructions.size(); }
  void Jump(Op op, Label& label);
  void Bind(const Label& label);
  void BindTo(const Label& label, std::size_t target);
  void At(const ast::Range& node) { offset_ = node.begin; }
  [[noreturn]] void Refuse(const ast::Range& node, std::string_view message) const;
  std::size_t ConstantIndex(Value value);
  std::size_t NameIndex(std::string_view name);
  void LoadConstant(Value value) { Emit(Op::kLoadConstant, ConstantIndex(value)); }
  std::uint32_t NewSlot(std::string_view name);
  std::string_view Mangle(std::string_view name);
  enum class Use { kLoad, kStore, kDelete };
  void Name(std::string_view name, Use use);
  bool OuterSlot(std::string_view name, std::size_t& argument) const;
  void EmitLocal(std::uint32_t slot, Use use);
  Code* NewInner(std::string_view name, Code::Type type);
  void MakeFunction(Code* inner, const ast::Parameters* parameters);
  static void ReadSignature(Heap& heap, const ast::Parameters& parameters, Signature& signature);
  void BindTypeParameters(std::span<const ast::TypeParameter> parameters);

  // compiler_statements.cc
  void ModuleBody();
  void Block(ast::Statements body);
  void Visit(const ast::Statement& statement);
  void VisitLoopOrTry(const ast::Statement& statement);
  void Function(const ast::FunctionDef& node);
  void Class(const ast::ClassDef& node);
  void If(const ast::If& first);
  void For(const ast::For& node);
  void While(const ast::While& node);
  void Try(const ast::Try& node);
  void TryExcept(const ast::Try& node);
  void Handler(const ast::ExceptHandler& handler, bool is_star, Label& done);
  void With(std::span<const ast::WithItem> items, const ast::With& node);
  void Import(const ast::Import& node);
  void ImportFrom(const ast::ImportFrom& node);
  void Return(const ast::Return& node);
  void LeaveLoop(const ast::Statement& node, bool is_break);
  void Undo(const Enclosing& enclosing, bool pops_iterator);
  void Store(const ast::Expression& target);
  void StoreElements(ast::Expressions elements, const ast::Expression& target);
  void Delete(const ast::Expression& target);
  void Augmented(const ast::AugAssign& node);
  void Annotated(const ast::AnnAssign& node);
  void Docstring(const std::optional<std::string_view>& docstring);

  // compiler_expressions.cc
  void Load(const ast::Expression& expression);
  void LoadSimple(const ast::Expression& expression);
  void LoadDisplay(const ast::Expression& expression);
  void Chain(const ast::Expression& expression);
  void ChainLink(const ast::Expression& link);
  void Constant(const ast::Constant& node);
  void Elements(ast::Expressions elements, Op build, Op append, Op extend);
  void DictDisplay(const ast::Dict& node);
  void Call(const ast::Call& node);
  void CallArguments(const ast::Call& node, bool is_method);
  void CallWithSpread(ast::Expressions args, std::span<const ast::KeywordArgument> keywords);
  void SpreadKeywords(std::span<const ast::KeywordArgument> keywords);
  void BoolOp(const ast::BoolOp& node);
  void Compare(const ast::Compare& node);
  void Slice(const ast::Slice& node);
  void JoinedStr(ast::Expressions values);
  void FormattedValue(const ast::FormattedValue& node);
  void Comprehension(const ast::Expression& node, Op build, Op append, const ast::Expression* key,
                     const ast::Expression& element,
                     std::span<const ast::Comprehension> generators);
  void ComprehensionLoop(std::span<const ast::Comprehension> generators, std::size_t depth,
                         bool first_is_loaded, const std::function<void(std::size_t)>& element);
  void LendTargets(const ast::Expression& target);
  void GeneratorExpression(const ast::GeneratorExp& node);
  void GeneratorBody(const ast::GeneratorExp& node);

  // compiler_patterns.cc
  void Match(const ast::Match& node);
  void Pattern(const ast::Pattern& pattern, std::uint32_t subject, Label& fail);
  void SequencePattern(const ast::MatchSequence& pattern, std::uint32_t subject, Label& fail);
  void MappingPattern(const ast::MatchMapping& pattern, std::uint32_t subject, Label& fail);
  void ClassPattern(const ast::MatchClass& pattern, std::uint32_t subject, Label& fail);
  void OrPattern(const ast::MatchOr& pattern, std::uint32_t subject, Label& fail);
  void PartPattern(const ast::Pattern& pattern, Label& fail);

  Heap& heap_;
  Code& code_;
  int max_depth_;
  int depth_ = 0;
  std::uint32_t offset_ = 0;
  std::vector<Enclosing> enclosing_;
  std::vector<Local> lent_;  // variables of the comprehensions around, innermost last
};

/// Stands where a variable has no value; never seen by a program.
Value Unbound();
bool IsUnbound(Value value);

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_COMPILER_H_
