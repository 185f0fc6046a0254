// match statements.  The subject of each pattern waits in a slot, so that a pattern that fails
// half-way leaves nothing on the stack.
#include "python/compiler.h"

namespace migext::python {

void Compiler::Match(const ast::Match& node) {
  Label end;
  Load(*node.subject);
  const std::uint32_t subject = NewSlot("");
  EmitLocal(subject, Use::kStore);
  for (const auto& one : node.cases) {
    Label fail;
    At(one);
    Pattern(*one.pattern, subject, fail);
    if (one.guard != nullptr) {
      Load(*one.guard);
      Jump(Op::kJumpIfFalse, fail);
    }
    Block(one.body);
    Jump(Op::kJump, end);
    Bind(fail);
  }
  Bind(end);
}

void Compiler::Pattern(const ast::Pattern& pattern, std::uint32_t subject, Label& fail) {
  const DepthGuard guard(*this, pattern);
  switch (pattern.kind) {
    case ast::PatternKind::kMatchValue:
      EmitLocal(subject, Use::kLoad);
      Load(*pattern.As<ast::MatchValue>().value);
      Emit(Op::kCompare, static_cast<std::size_t>(ast::CompareOperator::kEq));
      return Jump(Op::kJumpIfFalse, fail);
    case ast::PatternKind::kMatchSingleton: {
      const auto type = pattern.As<ast::MatchSingleton>().value;
      EmitLocal(subject, Use::kLoad);
      LoadConstant(type == ast::Constant::Type::kNone
                       ? Value()
                       : Value::Bool(type == ast::Constant::Type::kTrue));
      Emit(Op::kCompare, static_cast<std::size_t>(ast::CompareOperator::kIs));
      return Jump(Op::kJumpIfFalse, fail);
    }
    case ast::PatternKind::kMatchSequence:
      return SequencePattern(pattern.As<ast::MatchSequence>(), subject, fail);
    case ast::PatternKind::kMatchMapping:
      return MappingPattern(pattern.As<ast::MatchMapping>(), subject, fail);
    case ast::PatternKind::kMatchClass:
      return ClassPattern(pattern.As<ast::MatchClass>(), subject, fail);
    case ast::PatternKind::kMatchOr:
      return OrPattern(pattern.As<ast::MatchOr>(), subject, fail);
    case ast::PatternKind::kMatchStar:
      if (pattern.As<ast::MatchStar>().name.empty()) return;
      EmitLocal(subject, Use::kLoad);
      return Name(pattern.As<ast::MatchStar>().name, Use::kStore);
    case ast::PatternKind::kMatchAs: {
      const auto& as = pattern.As<ast::MatchAs>();
      if (as.pattern != nullptr) Pattern(*as.pattern, subject, fail);
      if (as.name.empty()) return;
      EmitLocal(subject, Use::kLoad);
      return Name(as.name, Use::kStore);
    }
  }
}

// Stack: the part of a subject, or nothing where it has no such part.
void Compiler::PartPattern(const ast::Pattern& pattern, Label& fail) {
  Jump(Op::kJumpIfUnbound, fail);
  const std::uint32_t part = NewSlot("");
  EmitLocal(part, Use::kStore);
  Pattern(pattern, part, fail);
}

void Compiler::SequencePattern(const ast::MatchSequence& pattern, std::uint32_t subject,
                               Label& fail) {
  const std::size_t count = pattern.patterns.size();
  std::size_t star = count;
  for (std::size_t i = 0; i < count; ++i) {
    if (pattern.patterns[i]->Is<ast::MatchStar>()) star = i;
  }
  const bool has_star = star != count;
  EmitLocal(subject, Use::kLoad);
  Emit(Op::kMatchSequence, (has_star ? count - 1 : count) << 1U | (has_star ? 1U : 0U));
  Jump(Op::kJumpIfFalse, fail);
  for (std::size_t i = 0; i < count; ++i) {
    EmitLocal(subject, Use::kLoad);
    // From the front: 2i.  From the back: the distance, odd.  The star: before and after.
    if (i == star) {
      LoadConstant(Value::Int(static_cast<std::int64_t>(star)));
      LoadConstant(Value::Int(static_cast<std::int64_t>(count - star - 1)));
      Emit(Op::kMatchItem, 1);
    } else {
      const auto position = static_cast<std::int64_t>(i);
      LoadConstant(Value::Int(i < star ? position : position - static_cast<std::int64_t>(count)));
      Emit(Op::kMatchItem, 0);
    }
    PartPattern(*pattern.patterns[i], fail);
  }
}

void Compiler::MappingPattern(const ast::MatchMapping& pattern, std::uint32_t subject,
                              Label& fail) {
  EmitLocal(subject, Use::kLoad);
  Emit(Op::kMatchMapping);
  Jump(Op::kJumpIfFalse, fail);
  for (std::size_t i = 0; i < pattern.keys.size(); ++i) {
    EmitLocal(subject, Use::kLoad);
    Load(*pattern.keys[i]);
    Emit(Op::kMatchKey);
    PartPattern(*pattern.patterns[i], fail);
  }
  if (pattern.rest.empty()) return;
  EmitLocal(subject, Use::kLoad);
  for (const auto* key : pattern.keys) Load(*key);
  Emit(Op::kBuildTuple, pattern.keys.size());
  Emit(Op::kMatchRest);
  Name(pattern.rest, Use::kStore);
}

void Compiler::ClassPattern(const ast::MatchClass& pattern, std::uint32_t subject, Label& fail) {
  const std::uint32_t type = NewSlot("");
  Load(*pattern.type);
  EmitLocal(type, Use::kStore);
  EmitLocal(subject, Use::kLoad);
  EmitLocal(type, Use::kLoad);
  Emit(Op::kMatchInstance);
  Jump(Op::kJumpIfFalse, fail);
  for (std::size_t i = 0; i < pattern.patterns.size(); ++i) {
    EmitLocal(subject, Use::kLoad);
    EmitLocal(type, Use::kLoad);
    Emit(Op::kMatchPositional, i);
    PartPattern(*pattern.patterns[i], fail);
  }
  for (std::size_t i = 0; i < pattern.keyword_names.size(); ++i) {
    EmitLocal(subject, Use::kLoad);
    Emit(Op::kMatchAttribute, NameIndex(pattern.keyword_names[i]));
    PartPattern(*pattern.keyword_patterns[i], fail);
  }
}

void Compiler::OrPattern(const ast::MatchOr& pattern, std::uint32_t subject, Label& fail) {
  Label matched;
  for (const auto* alternative : pattern.patterns) {
    Label next;
    Pattern(*alternative, subject, next);
    Jump(Op::kJump, matched);
    Bind(next);
  }
  Jump(Op::kJump, fail);
  Bind(matched);
}

}  // namespace migext::python
