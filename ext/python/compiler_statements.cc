// Statements.
#include <string>

#include "base/error.h"
#include "python/compiler.h"

namespace migext::python {

void Compiler::Block(ast::Statements body) {
  for (const ast::Statement* statement : body) Visit(*statement);
}

void Compiler::Docstring(const std::optional<std::string_view>& docstring) {
  if (!docstring.has_value()) return;
  LoadConstant(ToValue(heap_.NewStr(*docstring)));
  Emit(Op::kStoreName, NameIndex("__doc__"));
}

void Compiler::Visit(const ast::Statement& statement) {
  const DepthGuard guard(*this, statement);
  At(statement);
  switch (statement.kind) {
    case ast::StatementKind::kExpr: {
      const ast::Expression& value = *statement.As<ast::Expr>().value;
      if (value.Is<ast::Constant>()) return;
      Load(value);
      Emit(Op::kPop);
      return;
    }
    case ast::StatementKind::kAssign: {
      const auto& assign = statement.As<ast::Assign>();
      Load(*assign.value);
      for (std::size_t i = 0; i < assign.targets.size(); ++i) {
        if (i + 1 < assign.targets.size()) Emit(Op::kDuplicate);
        Store(*assign.targets[i]);
      }
      return;
    }
    case ast::StatementKind::kFunctionDef:
      return Function(statement.As<ast::FunctionDef>());
    case ast::StatementKind::kClassDef:
      return Class(statement.As<ast::ClassDef>());
    case ast::StatementKind::kReturn:
      return Return(statement.As<ast::Return>());
    case ast::StatementKind::kDelete:
      for (const auto* target : statement.As<ast::Delete>().targets) Delete(*target);
      return;
    case ast::StatementKind::kTypeAlias:
      LoadConstant(ToValue(heap_.Intern(statement.As<ast::TypeAlias>().name)));
      return Name(statement.As<ast::TypeAlias>().name, Use::kStore);
    case ast::StatementKind::kAugAssign:
      return Augmented(statement.As<ast::AugAssign>());
    case ast::StatementKind::kAnnAssign:
      return Annotated(statement.As<ast::AnnAssign>());
    case ast::StatementKind::kImport:
      return Import(statement.As<ast::Import>());
    case ast::StatementKind::kImportFrom:
      return ImportFrom(statement.As<ast::ImportFrom>());
    default:
      return VisitLoopOrTry(statement);
  }
}

void Compiler::VisitLoopOrTry(const ast::Statement& statement) {
  switch (statement.kind) {
    case ast::StatementKind::kFor:
      return For(statement.As<ast::For>());
    case ast::StatementKind::kWhile:
      return While(statement.As<ast::While>());
    case ast::StatementKind::kIf:
      return If(statement.As<ast::If>());
    case ast::StatementKind::kWith:
      return With(statement.As<ast::With>().items, statement.As<ast::With>());
    case ast::StatementKind::kMatch:
      return Match(statement.As<ast::Match>());
    case ast::StatementKind::kTry:
      return Try(statement.As<ast::Try>());
    case ast::StatementKind::kRaise: {
      const auto& raise = statement.As<ast::Raise>();
      if (raise.exception != nullptr) Load(*raise.exception);
      if (raise.cause != nullptr) Load(*raise.cause);
      At(raise);
      Emit(Op::kRaise, raise.exception == nullptr ? 0 : raise.cause == nullptr ? 1 : 2);
      return;
    }
    case ast::StatementKind::kAssert: {
      const auto& assertion = statement.As<ast::Assert>();
      Label holds;
      Load(*assertion.test);
      Jump(Op::kJumpIfTrue, holds);
      if (assertion.message != nullptr) Load(*assertion.message);
      At(assertion);
      Emit(Op::kRaiseAssertion, assertion.message == nullptr ? 0 : 1);
      return Bind(holds);
    }
    case ast::StatementKind::kBreak:
      return LeaveLoop(statement, true);
    case ast::StatementKind::kContinue:
      return LeaveLoop(statement, false);
    default:
      return;  // pass, global, nonlocal
  }
}

void Compiler::Function(const ast::FunctionDef& node) {
  for (const auto* decorator : node.decorators) Load(*decorator);
  const std::size_t lent = lent_.size();
  BindTypeParameters(node.type_params);
  Code* inner = NewInner(node.name, Code::Type::kFunction);
  inner->function = &node;
  inner->is_generator = node.is_generator;
  inner->is_coroutine = node.is_async;
  MakeFunction(inner, node.parameters);
  lent_.resize(lent);
  for (std::size_t i = node.decorators.size(); i-- > 0;) {
    At(*node.decorators[i]);
    Emit(Op::kCall, 1U | 1U << 16U);
  }
  Name(node.name, Use::kStore);
}

// Stack: [decorators] bases keywords -> class.
void Compiler::Class(const ast::ClassDef& node) {
  for (const auto* decorator : node.decorators) Load(*decorator);
  const std::size_t lent = lent_.size();
  BindTypeParameters(node.type_params);
  Elements(node.bases, Op::kBuildList, Op::kListAppend, Op::kListExtend);
  SpreadKeywords(node.keywords);
  Code* inner = NewInner(node.name, Code::Type::kClass);
  inner->class_def = &node;
  At(node);
  Emit(Op::kBuildClass, code_.inner.size() - 1);
  lent_.resize(lent);
  for (std::size_t i = node.decorators.size(); i-- > 0;) {
    At(*node.decorators[i]);
    Emit(Op::kCall, 1U | 1U << 16U);
  }
  Name(node.name, Use::kStore);
}

void Compiler::If(const ast::If& first) {
  Label end;
  const ast::If* node = &first;
  while (true) {
    Label otherwise;
    At(*node);
    Load(*node->test);
    Jump(Op::kJumpIfFalse, otherwise);
    Block(node->body);
    if (node->orelse.empty()) {
      Bind(otherwise);
      break;
    }
    Jump(Op::kJump, end);
    Bind(otherwise);
    const bool is_elif = node->orelse.size() == 1 && node->orelse[0]->Is<ast::If>();
    if (!is_elif) {
      Block(node->orelse);
      break;
    }
    node = node->orelse[0]->If<ast::If>();
  }
  Bind(end);
}

void Compiler::For(const ast::For& node) {
  Label exhausted;
  Label end;
  Load(*node.iterable);
  At(*node.iterable);
  Emit(Op::kIterate);
  const std::size_t start = Here();
  Jump(Op::kForIterator, exhausted);
  Store(*node.target);
  enclosing_.push_back({Enclosing::Type::kForLoop, start, &end, {}, {}});
  Block(node.body);
  enclosing_.pop_back();
  Emit(Op::kJump, start);
  Bind(exhausted);
  Block(node.orelse);
  Bind(end);
}

void Compiler::While(const ast::While& node) {
  Label done;
  Label end;
  const std::size_t start = Here();
  Load(*node.test);
  Jump(Op::kJumpIfFalse, done);
  enclosing_.push_back({Enclosing::Type::kWhileLoop, start, &end, {}, {}});
  Block(node.body);
  enclosing_.pop_back();
  Emit(Op::kJump, start);
  Bind(done);
  Block(node.orelse);
  Bind(end);
}

void Compiler::Try(const ast::Try& node) {
  if (node.finalbody.empty()) return TryExcept(node);
  Label handler;
  Label end;
  Jump(Op::kSetup, handler);
  enclosing_.push_back({Enclosing::Type::kFinally, 0, nullptr, node.finalbody, {}});
  TryExcept(node);
  enclosing_.pop_back();
  Emit(Op::kPopBlock);
  Block(node.finalbody);
  Jump(Op::kJump, end);
  Bind(handler);
  Emit(Op::kPushHandled);
  enclosing_.push_back({Enclosing::Type::kCleanup, 0, nullptr, {}, {}});
  Block(node.finalbody);
  enclosing_.pop_back();
  Emit(Op::kReraise);
  Bind(end);
}

void Compiler::TryExcept(const ast::Try& node) {
  if (node.handlers.empty()) return Block(node.body);
  Label handler;
  Label done;
  Jump(Op::kSetup, handler);
  enclosing_.push_back({Enclosing::Type::kTry, 0, nullptr, {}, {}});
  Block(node.body);
  enclosing_.pop_back();
  Emit(Op::kPopBlock);
  Block(node.orelse);
  Jump(Op::kJump, done);
  Bind(handler);
  Emit(Op::kPushHandled);
  for (const auto& one : node.handlers) Handler(one, node.is_star, done);
  Emit(Op::kReraise);
  Bind(done);
}

// Stack: previous exception.  Falls through with the same stack when the type does not match.
void Compiler::Handler(const ast::ExceptHandler& handler, bool is_star, Label& done) {
  Label next;
  Label cleanup;
  At(handler);
  if (handler.type != nullptr) {
    Emit(Op::kDuplicate);
    Load(*handler.type);
    Emit(is_star ? Op::kMatchExceptionGroup : Op::kMatchException);
    Jump(Op::kJumpIfFalse, next);
  }
  if (handler.name.empty()) {
    Emit(Op::kPop);
  } else {
    Name(handler.name, Use::kStore);
  }
  Jump(Op::kSetup, cleanup);
  enclosing_.push_back({Enclosing::Type::kHandler, 0, nullptr, {}, handler.name});
  Block(handler.body);
  Undo(enclosing_.back(), false);
  enclosing_.pop_back();
  Jump(Op::kJump, done);
  Bind(cleanup);
  if (!handler.name.empty()) {
    LoadConstant(Value());
    Name(handler.name, Use::kStore);
    Name(handler.name, Use::kDelete);
  }
  Emit(Op::kReraise);
  Bind(next);
}

void Compiler::With(std::span<const ast::WithItem> items, const ast::With& node) {
  if (items.empty()) return Block(node.body);
  const DepthGuard guard(*this, node);
  Label handler;
  Label suppressed;
  Label end;
  Load(*items[0].context);
  At(*items[0].context);
  Emit(Op::kWithEnter);
  // The exit function lies below; the block starts before the target is bound, as __exit__ is due
  // for an error there too, so the entered value waits on the stack.
  if (items[0].target != nullptr) {
    const std::uint32_t slot = NewSlot("");
    EmitLocal(slot, Use::kStore);
    Jump(Op::kSetup, handler);
    EmitLocal(slot, Use::kLoad);
    Store(*items[0].target);
  } else {
    Emit(Op::kPop);
    Jump(Op::kSetup, handler);
  }
  enclosing_.push_back({Enclosing::Type::kWith, 0, nullptr, {}, {}});
  With(items.subspan(1), node);
  enclosing_.pop_back();
  Emit(Op::kPopBlock);
  Emit(Op::kWithExit);
  Jump(Op::kJump, end);
  Bind(handler);
  Emit(Op::kPushHandled);
  Emit(Op::kWithException);
  Jump(Op::kJumpIfTrue, suppressed);
  Emit(Op::kReraise);
  Bind(suppressed);
  Emit(Op::kPop);
  Emit(Op::kPopHandled);
  Emit(Op::kPop);
  Bind(end);
}

// Undoes one construct on the way out of it; the stack has its own things on top.
void Compiler::Undo(const Enclosing& enclosing, bool pops_iterator) {
  switch (enclosing.type) {
    case Enclosing::Type::kForLoop:
      if (pops_iterator) Emit(Op::kPop);
      return;
    case Enclosing::Type::kWhileLoop:
      return;
    case Enclosing::Type::kTry:
      Emit(Op::kPopBlock);
      return;
    case Enclosing::Type::kFinally:
      Emit(Op::kPopBlock);
      return Block(enclosing.finalbody);
    case Enclosing::Type::kWith:
      Emit(Op::kPopBlock);
      Emit(Op::kWithExit);
      return;
    case Enclosing::Type::kHandler:
      Emit(Op::kPopBlock);
      Emit(Op::kPopHandled);
      if (!enclosing.name.empty()) {
        const std::string_view name = enclosing.name;
        LoadConstant(Value());
        Name(name, Use::kStore);
        Name(name, Use::kDelete);
      }
      return;
    case Enclosing::Type::kCleanup:
      Emit(Op::kPop);
      Emit(Op::kPopHandled);
      return;
  }
}

void Compiler::Return(const ast::Return& node) {
  if (code_.type != Code::Type::kFunction) Refuse(node, "'return' outside function");
  if (node.value != nullptr) {
    Load(*node.value);
  } else {
    LoadConstant(Value());
  }
  At(node);
  if (enclosing_.empty()) {
    Emit(Op::kReturn);
    return;
  }
  Emit(Op::kSaveReturn);
  const std::vector<Enclosing> saved = enclosing_;
  while (!enclosing_.empty()) {
    const Enclosing innermost = enclosing_.back();
    enclosing_.pop_back();
    Undo(innermost, true);
  }
  enclosing_ = saved;
  Emit(Op::kReturnSaved);
}

void Compiler::LeaveLoop(const ast::Statement& node, bool is_break) {
  const std::vector<Enclosing> saved = enclosing_;
  while (true) {
    if (enclosing_.empty()) {
      Refuse(node, is_break ? "'break' outside loop" : "'continue' not properly in loop");
    }
    const Enclosing innermost = enclosing_.back();
    const bool is_loop = innermost.type == Enclosing::Type::kForLoop ||
                         innermost.type == Enclosing::Type::kWhileLoop;
    if (is_loop && !is_break) {
      Emit(Op::kJump, innermost.start);
      break;
    }
    enclosing_.pop_back();
    Undo(innermost, true);
    if (is_loop) {
      Jump(Op::kJump, *innermost.end);
      break;
    }
  }
  enclosing_ = saved;
}

void Compiler::Import(const ast::Import& node) {
  for (const auto& alias : node.names) {
    At(alias);
    code_.imports.push_back({alias.name, 0});
    if (alias.asname.empty()) {
      Emit(Op::kImportTop, code_.imports.size() - 1);
      Name(alias.name.substr(0, alias.name.find('.')), Use::kStore);
    } else {
      Emit(Op::kImport, code_.imports.size() - 1);
      Name(alias.asname, Use::kStore);
    }
  }
}

void Compiler::ImportFrom(const ast::ImportFrom& node) {
  if (node.module == "__future__" && node.level == 0) return;
  code_.imports.push_back({node.module, node.level});
  Emit(Op::kImport, code_.imports.size() - 1);
  for (const auto& alias : node.names) {
    At(alias);
    if (alias.name == "*") {
      Emit(Op::kImportStar);
      return;
    }
    Emit(Op::kImportFrom, NameIndex(alias.name));
    Name(alias.asname.empty() ? alias.name : alias.asname, Use::kStore);
  }
  Emit(Op::kPop);
}

void Compiler::Store(const ast::Expression& target) {
  const DepthGuard guard(*this, target);
  At(target);
  switch (target.kind) {
    case ast::ExpressionKind::kName:
      return Name(target.As<ast::Name>().id, Use::kStore);
    case ast::ExpressionKind::kAttribute:
      Load(*target.As<ast::Attribute>().value);
      At(target);
      Emit(Op::kStoreAttribute, NameIndex(Mangle(target.As<ast::Attribute>().attribute)));
      return;
    case ast::ExpressionKind::kSubscript:
      Load(*target.As<ast::Subscript>().value);
      Load(*target.As<ast::Subscript>().index);
      At(target);
      Emit(Op::kStoreSubscript);
      return;
    case ast::ExpressionKind::kTuple:
      return StoreElements(target.As<ast::Tuple>().elements, target);
    case ast::ExpressionKind::kList:
      return StoreElements(target.As<ast::List>().elements, target);
    case ast::ExpressionKind::kStarred:
      Refuse(target, "starred assignment target must be in a list or tuple");
    default:
      Refuse(target, "cannot assign to expression here. Maybe you meant '==' instead of '='?");
  }
}

void Compiler::StoreElements(ast::Expressions elements, const ast::Expression& target) {
  std::size_t star = elements.size();
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (!elements[i]->Is<ast::Starred>()) continue;
    if (star != elements.size()) {
      Refuse(target, "multiple starred expressions in assignment");
    }
    star = i;
  }
  if (star == elements.size()) {
    Emit(Op::kUnpack, elements.size());
  } else {
    Emit(Op::kUnpackStar, star << 16U | (elements.size() - star - 1));
  }
  for (const auto* element : elements) {
    Store(element->Is<ast::Starred>() ? *element->As<ast::Starred>().value : *element);
  }
}

void Compiler::Delete(const ast::Expression& target) {
  const DepthGuard guard(*this, target);
  At(target);
  if (const auto* name = target.If<ast::Name>()) {
    Name(name->id, Use::kDelete);
  } else if (const auto* attribute = target.If<ast::Attribute>()) {
    Load(*attribute->value);
    Emit(Op::kDeleteAttribute, NameIndex(Mangle(attribute->attribute)));
  } else if (const auto* subscript = target.If<ast::Subscript>()) {
    Load(*subscript->value);
    Load(*subscript->index);
    Emit(Op::kDeleteSubscript);
  } else if (const auto* tuple = target.If<ast::Tuple>()) {
    for (const auto* element : tuple->elements) Delete(*element);
  } else if (const auto* list = target.If<ast::List>()) {
    for (const auto* element : list->elements) Delete(*element);
  } else {
    Refuse(target, "cannot delete expression");
  }
}

void Compiler::Augmented(const ast::AugAssign& node) {
  const auto op = static_cast<std::size_t>(node.op);
  if (const auto* name = node.target->If<ast::Name>()) {
    Name(name->id, Use::kLoad);
    Load(*node.value);
    At(node);
    Emit(Op::kInplace, op);
    Name(name->id, Use::kStore);
  } else if (const auto* attribute = node.target->If<ast::Attribute>()) {
    const std::size_t index = NameIndex(Mangle(attribute->attribute));
    Load(*attribute->value);
    Emit(Op::kDuplicate);
    Emit(Op::kLoadAttribute, index);
    Load(*node.value);
    At(node);
    Emit(Op::kInplace, op);
    Emit(Op::kSwap);
    Emit(Op::kStoreAttribute, index);
  } else if (const auto* subscript = node.target->If<ast::Subscript>()) {
    Load(*subscript->value);
    Load(*subscript->index);
    Emit(Op::kDuplicateTwo);
    Emit(Op::kSubscript);
    Load(*node.value);
    At(node);
    Emit(Op::kInplace, op);
    Emit(Op::kRotateThree);
    Emit(Op::kStoreSubscript);
  } else {
    Refuse(node, "illegal expression for augmented assignment");
  }
}

// Annotations are kept as text, as `from __future__ import annotations` does, and only those of
// classes and modules.
void Compiler::Annotated(const ast::AnnAssign& node) {
  if (node.value != nullptr) {
    Load(*node.value);
    Store(*node.target);
  }
  if (!node.is_simple || code_.type == Code::Type::kFunction) return;
  const std::string_view text = code_.module->source.text().substr(
      node.annotation->begin, node.annotation->end - node.annotation->begin);
  LoadConstant(ToValue(heap_.NewStr(text)));
  Emit(Op::kStoreAnnotation, NameIndex(Mangle(node.target->As<ast::Name>().id)));
}

}  // namespace migext::python
