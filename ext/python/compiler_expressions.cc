// Expressions: each leaves one value on the stack.
#include <algorithm>
#include <string>

#include "python/bigint.h"
#include "python/compiler.h"

namespace migext::python {
namespace {

// More than this is built bit by bit, to keep the stack small.
constexpr std::size_t kMostOnStack = 48;

bool HasStar(ast::Expressions elements) {
  for (const auto* element : elements) {
    if (element->Is<ast::Starred>()) return true;
  }
  return false;
}

}  // namespace

void Compiler::Load(const ast::Expression& expression) {
  const DepthGuard guard(*this, expression);
  At(expression);
  switch (expression.kind) {
    case ast::ExpressionKind::kConstant:
      return Constant(expression.As<ast::Constant>());
    case ast::ExpressionKind::kName:
      return Name(expression.As<ast::Name>().id, Use::kLoad);
    case ast::ExpressionKind::kBinOp:
    case ast::ExpressionKind::kAttribute:
    case ast::ExpressionKind::kSubscript:
    case ast::ExpressionKind::kCall:
      return Chain(expression);
    case ast::ExpressionKind::kBoolOp:
      return BoolOp(expression.As<ast::BoolOp>());
    case ast::ExpressionKind::kCompare:
      return Compare(expression.As<ast::Compare>());
    case ast::ExpressionKind::kSlice:
      return Slice(expression.As<ast::Slice>());
    case ast::ExpressionKind::kJoinedStr:
      return JoinedStr(expression.As<ast::JoinedStr>().values);
    case ast::ExpressionKind::kTemplateStr:
      return JoinedStr(expression.As<ast::TemplateStr>().values);
    case ast::ExpressionKind::kFormattedValue:
      return FormattedValue(expression.As<ast::FormattedValue>());
    default:
      return LoadSimple(expression);
  }
}

void Compiler::LoadSimple(const ast::Expression& expression) {
  switch (expression.kind) {
    case ast::ExpressionKind::kNamedExpr: {
      const auto& named = expression.As<ast::NamedExpr>();
      Load(*named.value);
      Emit(Op::kDuplicate);
      Name(named.target->id, Use::kStore);
      return;
    }
    case ast::ExpressionKind::kUnaryOp: {
      const auto& unary = expression.As<ast::UnaryOp>();
      Load(*unary.operand);
      At(expression);
      Emit(unary.op == ast::UnaryOperator::kNot ? Op::kNot : Op::kUnary,
           static_cast<std::size_t>(unary.op));
      return;
    }
    case ast::ExpressionKind::kLambda: {
      const auto& lambda = expression.As<ast::Lambda>();
      Code* inner = NewInner("<lambda>", Code::Type::kFunction);
      inner->lambda = &lambda;
      inner->is_generator = lambda.is_generator;
      return MakeFunction(inner, lambda.parameters);
    }
    case ast::ExpressionKind::kIfExp: {
      const auto& choice = expression.As<ast::IfExp>();
      Label otherwise;
      Label end;
      Load(*choice.test);
      Jump(Op::kJumpIfFalse, otherwise);
      Load(*choice.body);
      Jump(Op::kJump, end);
      Bind(otherwise);
      Load(*choice.orelse);
      return Bind(end);
    }
    case ast::ExpressionKind::kAwait:
      Load(*expression.As<ast::Await>().value);
      Emit(Op::kIterate, 1);
      LoadConstant(Value());
      Emit(Op::kYieldFrom);
      return;
    case ast::ExpressionKind::kYield:
      if (const auto* value = expression.As<ast::Yield>().value) {
        Load(*value);
      } else {
        LoadConstant(Value());
      }
      Emit(Op::kYield);
      return;
    case ast::ExpressionKind::kYieldFrom:
      Load(*expression.As<ast::YieldFrom>().value);
      Emit(Op::kIterate);
      LoadConstant(Value());
      Emit(Op::kYieldFrom);
      return;
    default:
      return LoadDisplay(expression);
  }
}

void Compiler::LoadDisplay(const ast::Expression& expression) {
  switch (expression.kind) {
    case ast::ExpressionKind::kList:
      return Elements(expression.As<ast::List>().elements, Op::kBuildList, Op::kListAppend,
                      Op::kListExtend);
    case ast::ExpressionKind::kTuple:
      return Elements(expression.As<ast::Tuple>().elements, Op::kBuildTuple, Op::kListAppend,
                      Op::kListExtend);
    case ast::ExpressionKind::kSet:
      return Elements(expression.As<ast::Set>().elements, Op::kBuildSet, Op::kSetAdd,
                      Op::kSetUpdate);
    case ast::ExpressionKind::kDict:
      return DictDisplay(expression.As<ast::Dict>());
    case ast::ExpressionKind::kListComp: {
      const auto& node = expression.As<ast::ListComp>();
      return Comprehension(node, Op::kBuildList, Op::kListAppend, nullptr, *node.element,
                           node.generators);
    }
    case ast::ExpressionKind::kSetComp: {
      const auto& node = expression.As<ast::SetComp>();
      return Comprehension(node, Op::kBuildSet, Op::kSetAdd, nullptr, *node.element,
                           node.generators);
    }
    case ast::ExpressionKind::kDictComp: {
      const auto& node = expression.As<ast::DictComp>();
      return Comprehension(node, Op::kBuildDict, Op::kDictPut, node.key, *node.value,
                           node.generators);
    }
    case ast::ExpressionKind::kGeneratorExp:
      return GeneratorExpression(expression.As<ast::GeneratorExp>());
    case ast::ExpressionKind::kInterpolation:
      return Load(*expression.As<ast::Interpolation>().value);
    default:
      Refuse(expression, "can't use starred expression here");
  }
}

// a.b.c(…)[…] + …: the left operand may be thousands deep, so the links are walked in a loop.
void Compiler::Chain(const ast::Expression& expression) {
  std::vector<const ast::Expression*> links;
  const ast::Expression* at = &expression;
  while (true) {
    const ast::Expression* inner = nullptr;
    if (const auto* operation = at->If<ast::BinOp>()) inner = operation->left;
    if (const auto* attribute = at->If<ast::Attribute>()) inner = attribute->value;
    if (const auto* subscript = at->If<ast::Subscript>()) inner = subscript->value;
    if (const auto* call = at->If<ast::Call>()) inner = call->function;
    if (inner == nullptr) break;
    links.push_back(at);
    at = inner;
  }
  Load(*at);
  for (std::size_t i = links.size(); i-- > 0;) {
    // owner.name(…) is one step, which spares the bound method.
    const bool is_method = i > 0 && links[i]->Is<ast::Attribute>() && links[i - 1]->Is<ast::Call>();
    if (!is_method) {
      ChainLink(*links[i]);
      continue;
    }
    At(*links[i]);
    Emit(Op::kLoadMethod, NameIndex(Mangle(links[i]->As<ast::Attribute>().attribute)));
    CallArguments(links[i - 1]->As<ast::Call>(), true);
    --i;
  }
}

void Compiler::ChainLink(const ast::Expression& link) {
  if (const auto* operation = link.If<ast::BinOp>()) {
    Load(*operation->right);
    At(link);
    Emit(Op::kBinary, static_cast<std::size_t>(operation->op));
  } else if (const auto* attribute = link.If<ast::Attribute>()) {
    At(link);
    Emit(Op::kLoadAttribute, NameIndex(Mangle(attribute->attribute)));
  } else if (const auto* subscript = link.If<ast::Subscript>()) {
    Load(*subscript->index);
    At(link);
    Emit(Op::kSubscript);
  } else {
    Call(link.As<ast::Call>());
  }
}

void Compiler::Constant(const ast::Constant& node) {
  using Type = ast::Constant::Type;
  switch (node.type) {
    case Type::kNone:
      return LoadConstant(Value());
    case Type::kTrue:
      return LoadConstant(Value::Bool(true));
    case Type::kFalse:
      return LoadConstant(Value::Bool(false));
    case Type::kEllipsis:
      return LoadConstant(Value::Of(Kind::kEllipsis, nullptr));
    case Type::kInt:
      return LoadConstant(Value::Int(node.integer));
    case Type::kBigInt:
      return LoadConstant(ParseInt(heap_, node.text));
    case Type::kFloat:
      return LoadConstant(Value::Float(node.real));
    case Type::kImaginary: {
      auto* complex = heap_.New<ComplexObject>();
      complex->imaginary = node.real;
      return LoadConstant(Value::Of(Kind::kComplex, complex));
    }
    case Type::kStr:
      // Short texts are often names, and repeat from file to file.
      return LoadConstant(
          ToValue(node.text.size() <= 32 ? heap_.Intern(node.text) : heap_.NewStr(node.text)));
    case Type::kBytes:
      return LoadConstant(Value::Of(Kind::kBytes, heap_.NewStr(node.text)));
  }
}

void Compiler::Elements(ast::Expressions elements, Op build, Op append, Op extend) {
  const bool is_tuple = build == Op::kBuildTuple;
  if (elements.size() <= kMostOnStack && !HasStar(elements)) {
    for (const auto* element : elements) Load(*element);
    Emit(build, elements.size());
    return;
  }
  Emit(is_tuple ? Op::kBuildList : build, 0);
  for (const auto* element : elements) {
    if (const auto* starred = element->If<ast::Starred>()) {
      Load(*starred->value);
      At(*starred->value);
      Emit(extend, 1);
    } else {
      Load(*element);
      Emit(append, 1);
    }
  }
  if (is_tuple) Emit(Op::kListToTuple);
}

void Compiler::DictDisplay(const ast::Dict& node) {
  bool plain = node.items.size() <= kMostOnStack / 2;
  for (const auto& item : node.items) plain = plain && item.key != nullptr;
  if (!plain) Emit(Op::kBuildDict, 0);
  for (const auto& item : node.items) {
    if (item.key == nullptr) {
      Load(*item.value);
      At(*item.value);
      Emit(Op::kDictUpdate, 1);
      continue;
    }
    Load(*item.key);
    Load(*item.value);
    if (!plain) Emit(Op::kDictPut, 1);
  }
  At(node);
  if (plain) Emit(Op::kBuildDict, node.items.size());
}

void Compiler::Call(const ast::Call& node) {
  // super() takes the class around and the first argument, as CPython's compiler arranges.
  std::size_t outer = 0;
  const auto* name = node.function->If<ast::Name>();
  if (name != nullptr && name->id == "super" && node.args.empty() && node.keywords.empty() &&
      code_.type == Code::Type::kFunction && OuterSlot("__class__", outer) &&
      !code_.signature.names.empty()) {
    Emit(Op::kLoadOuter, outer);
    Emit(Op::kLoadLocal, 0);
    At(node);
    Emit(Op::kCall, 2);
    return;
  }
  CallArguments(node, false);
}

void Compiler::CallArguments(const ast::Call& node, bool is_method) {
  bool spread = HasStar(node.args) || node.args.size() + node.keywords.size() > kMostOnStack;
  for (const auto& keyword : node.keywords) spread = spread || keyword.name.empty();
  // The flag tells the call instructions that self lies on the stack before the arguments.
  const std::size_t flag = is_method ? std::size_t{1} << 16U : 0;
  if (spread) {
    CallWithSpread(node.args, node.keywords);
    At(node);
    Emit(Op::kCallSpread, flag | 1U);
    return;
  }
  for (const auto* argument : node.args) Load(*argument);
  for (const auto& keyword : node.keywords) Load(*keyword.value);
  const std::size_t count = node.args.size() + node.keywords.size();
  if (node.keywords.empty()) {
    At(node);
    Emit(is_method ? Op::kCallMethod : Op::kCall, count);
    return;
  }
  const std::span<Value> names{heap_.NewArray<Value>(node.keywords.size()), node.keywords.size()};
  for (std::size_t i = 0; i < names.size(); ++i) {
    names[i] = ToValue(heap_.Intern(node.keywords[i].name));
  }
  auto* tuple = heap_.New<SequenceObject>();
  tuple->items = names.data();
  tuple->size = tuple->capacity = static_cast<std::uint32_t>(names.size());
  At(node);
  LoadConstant(Value::Of(Kind::kTuple, tuple));
  Emit(Op::kCallKeywords, flag | count);
}

void Compiler::CallWithSpread(ast::Expressions args,
                              std::span<const ast::KeywordArgument> keywords) {
  Emit(Op::kBuildList, 0);
  for (const auto* argument : args) {
    const auto* starred = argument->If<ast::Starred>();
    Load(starred != nullptr ? *starred->value : *argument);
    At(*argument);
    Emit(starred != nullptr ? Op::kListExtend : Op::kListAppend, 1);
  }
  SpreadKeywords(keywords);
}

void Compiler::SpreadKeywords(std::span<const ast::KeywordArgument> keywords) {
  Emit(Op::kBuildDict, 0);
  for (const auto& keyword : keywords) {
    if (keyword.name.empty()) {
      Load(*keyword.value);
    } else {
      LoadConstant(ToValue(heap_.Intern(keyword.name)));
      Load(*keyword.value);
      Emit(Op::kBuildDict, 1);
    }
    At(keyword);
    Emit(Op::kDictMerge, 1);
  }
}

void Compiler::BoolOp(const ast::BoolOp& node) {
  Label end;
  for (std::size_t i = 0; i < node.values.size(); ++i) {
    Load(*node.values[i]);
    if (i + 1 == node.values.size()) break;
    Jump(node.op == ast::BoolOperator::kAnd ? Op::kJumpIfFalseOrPop : Op::kJumpIfTrueOrPop, end);
  }
  Bind(end);
}

void Compiler::Compare(const ast::Compare& node) {
  Load(*node.left);
  if (node.comparisons.size() == 1) {
    Load(*node.comparisons[0].right);
    At(node);
    Emit(Op::kCompare, static_cast<std::size_t>(node.comparisons[0].op));
    return;
  }
  // a < b < c: the middle operand is evaluated once and waits in a slot.
  Label end;
  const std::uint32_t slot = NewSlot("");
  for (std::size_t i = 0; i < node.comparisons.size(); ++i) {
    const bool is_last = i + 1 == node.comparisons.size();
    Load(*node.comparisons[i].right);
    if (!is_last) {
      Emit(Op::kDuplicate);
      EmitLocal(slot, Use::kStore);
    }
    At(node);
    Emit(Op::kCompare, static_cast<std::size_t>(node.comparisons[i].op));
    if (is_last) break;
    Jump(Op::kJumpIfFalseOrPop, end);
    EmitLocal(slot, Use::kLoad);
  }
  Bind(end);
}

void Compiler::Slice(const ast::Slice& node) {
  for (const auto* part : {node.lower, node.upper, node.step}) {
    if (part != nullptr) {
      Load(*part);
    } else {
      LoadConstant(Value());
    }
  }
  Emit(Op::kBuildSlice);
}

void Compiler::JoinedStr(ast::Expressions values) {
  if (values.size() <= kMostOnStack) {
    for (const auto* value : values) Load(*value);
    Emit(Op::kBuildString, values.size());
    return;
  }
  // Pieces of the text first, then their sum.
  std::size_t pieces = 0;
  for (std::size_t at = 0; at < values.size(); at += kMostOnStack, ++pieces) {
    JoinedStr(values.subspan(at, std::min(kMostOnStack, values.size() - at)));
    if (pieces != 0) Emit(Op::kBuildString, 2);
  }
}

void Compiler::FormattedValue(const ast::FormattedValue& node) {
  Load(*node.value);
  std::size_t argument = static_cast<unsigned char>(node.conversion);
  if (node.format_spec != nullptr) {
    JoinedStr(node.format_spec->values);
    argument |= 256U;
  }
  At(node);
  Emit(Op::kFormat, argument);
}

void Compiler::LendTargets(const ast::Expression& target) {
  if (const auto* name = target.If<ast::Name>()) {
    lent_.push_back({name->id, NewSlot(name->id)});
  } else if (const auto* starred = target.If<ast::Starred>()) {
    LendTargets(*starred->value);
  } else if (const auto* tuple = target.If<ast::Tuple>()) {
    for (const auto* element : tuple->elements) LendTargets(*element);
  } else if (const auto* list = target.If<ast::List>()) {
    for (const auto* element : list->elements) LendTargets(*element);
  }
}

void Compiler::Comprehension(const ast::Expression& node, Op build, Op append,
                             const ast::Expression* key, const ast::Expression& element,
                             std::span<const ast::Comprehension> generators) {
  // The first iterable belongs to the scope outside.
  Load(*generators[0].iterable);
  At(*generators[0].iterable);
  Emit(Op::kIterate);
  At(node);
  Emit(build, 0);
  Emit(Op::kSwap);
  const std::size_t lent = lent_.size();
  for (const auto& generator : generators) LendTargets(*generator.target);
  ComprehensionLoop(generators, 0, true, [&](std::size_t depth) {
    if (key != nullptr) Load(*key);
    Load(element);
    Emit(append, depth + 1);
  });
  lent_.resize(lent);
}

void Compiler::ComprehensionLoop(std::span<const ast::Comprehension> generators, std::size_t depth,
                                 bool first_is_loaded,
                                 const std::function<void(std::size_t)>& element) {
  if (depth == generators.size()) return element(depth);
  const auto& generator = generators[depth];
  const DepthGuard guard(*this, *generator.iterable);
  if (depth > 0 || !first_is_loaded) {
    Load(*generator.iterable);
    At(*generator.iterable);
    Emit(Op::kIterate);
  }
  Label exhausted;
  Label next;
  const std::size_t start = Here();
  Jump(Op::kForIterator, exhausted);
  Store(*generator.target);
  for (const auto* condition : generator.conditions) {
    Load(*condition);
    Jump(Op::kJumpIfFalse, next);
  }
  ComprehensionLoop(generators, depth + 1, first_is_loaded, element);
  BindTo(next, start);
  Emit(Op::kJump, start);
  Bind(exhausted);
}

void Compiler::GeneratorExpression(const ast::GeneratorExp& node) {
  Code* inner = NewInner("<genexpr>", Code::Type::kFunction);
  inner->generator_expression = &node;
  inner->is_generator = true;
  MakeFunction(inner, nullptr);
  Load(*node.generators[0].iterable);
  At(*node.generators[0].iterable);
  Emit(Op::kIterate);
  Emit(Op::kCall, 1);
}

void Compiler::GeneratorBody(const ast::GeneratorExp& node) {
  EmitLocal(0, Use::kLoad);
  for (const auto& generator : node.generators) LendTargets(*generator.target);
  ComprehensionLoop(node.generators, 0, true, [&](std::size_t) {
    Load(*node.element);
    Emit(Op::kYield);
    Emit(Op::kPop);
  });
}

}  // namespace migext::python
