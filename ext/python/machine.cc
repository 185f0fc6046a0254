// The loop that runs instructions.
#include <algorithm>
#include <string>

#include "base/error.h"
#include "python/compiler.h"
#include "python/runtime.h"

namespace migext::python {
namespace {

constexpr std::uint64_t kStepsOfAnException = 100;

std::size_t Target(Instruction instruction) { return instruction.argument; }

}  // namespace

void Runtime::BeginRun() {
  if (frame_ == nullptr) steps_left_ = budget_.steps;
}

void Runtime::Charge(std::uint64_t steps) {
  if (steps <= steps_left_) {
    steps_left_ -= steps;
    return;
  }
  throw Error(ProjectPosition().ToPlace(),
              "this code runs too long: more than " + std::to_string(budget_.steps) +
                  " steps; only the top level of the file and what it calls is run");
}

Position Runtime::Here() const {
  if (frame_ == nullptr || frame_->next == 0) return {};
  return {&frame_->code->module->source, frame_->code->offsets[frame_->next - 1]};
}

Position Runtime::ProjectPosition() const {
  for (const Frame* frame = frame_; frame != nullptr; frame = frame->caller) {
    if (frame->code->is_library || frame->next == 0) continue;
    return {&frame->code->module->source, frame->code->offsets[frame->next - 1]};
  }
  return {};
}

void Runtime::EnsureCompiled(const Code& code) {
  if (!code.is_compiled) Compile(heap, const_cast<Code&>(code), budget_.depth);
}

// Runs a frame to its end or its next yield.
Value Runtime::Run(Frame& frame) {
  if (++call_depth_ > budget_.depth) {
    --call_depth_;
    Raise("RecursionError", "maximum recursion depth exceeded");
  }
  frame.caller = frame_;
  frame_ = &frame;
  struct Leave {
    Runtime& runtime;
    Frame& frame;
    ~Leave() {
      runtime.frame_ = frame.caller;
      --runtime.call_depth_;
    }
  } leave{*this, frame};
  while (true) {
    try {
      return Execute(frame);
    } catch (Raised& raised) {
      if (Handle(frame, raised)) continue;
      if (!frame.module->is_forgiving || !PassOver(frame, ErrorOf(raised))) throw;
    } catch (const Error& error) {
      if (!PassOver(frame, error)) throw;
    } catch (const OutOfMemory&) {
      throw Error(ProjectPosition().ToPlace(),
                  "this code needs too much memory: a value, or all of them together, pass " +
                      std::to_string(budget_.bytes >> 20U) + " MiB");
    }
  }
}

// True when the frame goes on in a handler of its own.
bool Runtime::Handle(Frame& frame, Raised& raised) {
  frame_ = &frame;
  // Unwinding costs more than an instruction does.
  steps_left_ -= std::min<std::uint64_t>(steps_left_, kStepsOfAnException);
  const Value exception = ExceptionOf(raised);
  auto& object = As<InstanceObject>(exception);
  if (!object.position.known()) object.position = ProjectPosition();
  if (frame.block_count == 0) return false;
  const Frame::Block block = frame.blocks[--frame.block_count];
  frame.top = frame.base + block.depth;
  frame.Push(exception);
  frame.next = block.target;
  return true;
}

// True when the frame is that of a forgiving module, which goes on with its next statement.
bool Runtime::PassOver(Frame& frame, const Error& error) {
  if (frame.code->type != Code::Type::kModule || !frame.module->is_forgiving) return false;
  const std::vector<std::uint32_t>& starts = frame.code->statement_starts;
  const auto next = std::lower_bound(starts.begin(), starts.end(), frame.next);
  if (next == starts.end()) return false;
  forgiven_.push_back(error);
  frame_ = &frame;
  frame.top = frame.base;
  frame.block_count = 0;
  frame.next = *next;
  handled_ = Value();
  return true;
}

Value Runtime::Execute(Frame& frame) {
  const Instruction* const code = frame.code->instructions.data();
  const Value* const constants = frame.code->constants.data();
  StrObject* const* const name_table = frame.code->names.data();
  while (true) {
    const Instruction instruction = code[frame.next++];
    if (steps_left_-- == 0) {
      steps_left_ = 0;
      Charge(1);
    }
    if (frame.top + 4 > stack_end_) Raise("RecursionError", "maximum recursion depth exceeded");
    switch (instruction.op) {
      case Op::kLoadConstant:
        frame.Push(constants[instruction.argument]);
        break;
      case Op::kLoadName:
        LoadName(frame, name_table[instruction.argument]);
        break;
      case Op::kLoadGlobal: {
        const StrObject* name = name_table[instruction.argument];
        const Value* found = FindValue(*frame.module->globals, name);
        if (found == nullptr) found = FindValue(*builtins_, name);
        frame.Push(found != nullptr ? *found : MissingName(frame, name));
        break;
      }
      case Op::kLoadLocal: {
        const Value value = frame.locals[instruction.argument];
        if (IsUnbound(value)) RaiseUnbound(frame, instruction.argument);
        frame.Push(value);
        break;
      }
      case Op::kStoreLocal:
        frame.locals[instruction.argument] = frame.Pop();
        break;
      case Op::kStoreName:
        StoreName(frame, name_table[instruction.argument], frame.Top());
        frame.Pop();
        break;
      case Op::kLoadAttribute:
        frame.Top() = GetAttribute(frame.Top(), name_table[instruction.argument]);
        break;
      case Op::kLoadMethod:
        LoadMethod(frame, name_table[instruction.argument]);
        break;
      case Op::kCallMethod: {
        const std::size_t count = instruction.argument;
        Value* args = frame.top - count;
        const bool has_self = !IsUnbound(args[-1]);
        const Value result = Call(args[-2], {has_self ? args - 1 : args, count + has_self});
        frame.top = args - 2;
        frame.Push(result);
        break;
      }
      case Op::kCall: {
        const std::size_t count = instruction.argument & 0xFFFFU;
        Value* args = frame.top - count;
        const bool keeps = instruction.argument >> 16U != 0 &&
                           (args[-1].Is(Kind::kSymbol) || args[-1].Is(Kind::kCall));
        // A decorator from outside the project leaves what it decorates as it is.
        const Value result = keeps ? args[0] : Call(args[-1], {args, count});
        frame.top = args - 1;
        frame.Push(result);
        break;
      }
      case Op::kCallKeywords:
        CallKeywords(frame, instruction.argument);
        break;
      case Op::kSubscript: {
        const Value result = Subscript(frame.Top(1), frame.Top());
        frame.Pop();
        frame.Top() = result;
        break;
      }
      case Op::kBinary: {
        const auto op = static_cast<ast::BinaryOperator>(instruction.argument);
        const Value result = Binary(op, frame.Top(1), frame.Top());
        frame.Pop();
        frame.Top() = result;
        break;
      }
      case Op::kCompare: {
        const auto op = static_cast<ast::CompareOperator>(instruction.argument);
        const Value result = Compare(op, frame.Top(1), frame.Top());
        frame.Pop();
        frame.Top() = result;
        break;
      }
      case Op::kNot:
        frame.Top() = Value::Bool(!Truth(frame.Top()));
        break;
      case Op::kBuildList:
      case Op::kBuildTuple: {
        const Value* items = frame.top - instruction.argument;
        const Value made = Value::Of(instruction.op == Op::kBuildList ? Kind::kList : Kind::kTuple,
                                     NewSequence(heap, {items, instruction.argument}));
        frame.top -= instruction.argument;
        frame.Push(made);
        break;
      }
      case Op::kForIterator: {
        Value item;
        if (Next(frame.Top(), item)) {
          frame.Push(item);
        } else {
          frame.Pop();
          frame.next = static_cast<std::uint32_t>(Target(instruction));
        }
        break;
      }
      case Op::kJump:
        frame.next = instruction.argument;
        break;
      case Op::kJumpIfFalse:
        if (!Truth(frame.Top())) frame.next = instruction.argument;
        frame.Pop();
        break;
      case Op::kJumpIfTrue:
        if (Truth(frame.Top())) frame.next = instruction.argument;
        frame.Pop();
        break;
      case Op::kPop:
        frame.Pop();
        break;
      case Op::kReturn:
        return frame.Pop();
      case Op::kReturnSaved:
        return frame.result;
      case Op::kYield:
        frame.is_suspended = true;
        return frame.Pop();
      case Op::kYieldFrom:
        if (YieldFrom(frame)) {
          frame.is_suspended = true;
          return frame.Pop();
        }
        break;
      default:
        ExecuteRare(frame, instruction);
    }
  }
}

void Runtime::ExecuteRare(Frame& frame, Instruction instruction) {
  const std::uint32_t argument = instruction.argument;
  switch (instruction.op) {
    case Op::kLoadOuter: {
      const Value value = *Outer(frame, argument);
      if (IsUnbound(value)) {
        Raise("NameError",
              "cannot access free variable where it is not associated with a value in enclosing "
              "scope");
      }
      return frame.Push(value);
    }
    case Op::kLoadNameOrOuter: {
      const Value* found = FindValue(*frame.names, frame.code->names[argument]);
      if (found == nullptr) return;
      ++frame.next;
      return frame.Push(*found);
    }
    case Op::kStoreGlobal:
      return Put(heap, *frame.module->globals, frame.code->names[argument], frame.Pop());
    case Op::kStoreOuter:
      *Outer(frame, argument) = frame.Pop();
      return;
    case Op::kDeleteName:
    case Op::kDeleteGlobal: {
      const StrObject* name = frame.code->names[argument];
      DictObject& from = instruction.op == Op::kDeleteName ? *frame.names : *frame.module->globals;
      if (!Erase(from, ToValue(name))) {
        Raise("NameError", "name '" + std::string(name->view()) + "' is not defined");
      }
      return;
    }
    case Op::kDeleteLocal:
      if (IsUnbound(frame.locals[argument])) RaiseUnbound(frame, argument);
      frame.locals[argument] = Unbound();
      return;
    case Op::kDeleteOuter:
      *Outer(frame, argument) = Unbound();
      return;
    case Op::kStoreAttribute:
      SetAttribute(frame.Top(), frame.code->names[argument], frame.Top(1));
      frame.top -= 2;
      return;
    case Op::kDeleteAttribute:
      DeleteAttribute(frame.Top(), frame.code->names[argument]);
      frame.Pop();
      return;
    case Op::kStoreSubscript:
      StoreSubscript(frame.Top(1), frame.Top(), frame.Top(2));
      frame.top -= 3;
      return;
    case Op::kDeleteSubscript:
      DeleteSubscript(frame.Top(1), frame.Top());
      frame.top -= 2;
      return;
    case Op::kInplace: {
      const Value result =
          Inplace(static_cast<ast::BinaryOperator>(argument), frame.Top(1), frame.Top());
      frame.Pop();
      frame.Top() = result;
      return;
    }
    case Op::kUnary:
      frame.Top() = Unary(static_cast<ast::UnaryOperator>(argument), frame.Top());
      return;
    case Op::kCallSpread:
      return CallSpread(frame, argument >> 16U != 0);
    case Op::kBuildSet:
      return BuildSet(frame, argument);
    case Op::kBuildDict:
      return BuildDict(frame, argument);
    case Op::kBuildString:
      return BuildString(frame, argument);
    case Op::kBuildSlice: {
      auto* slice = heap.New<SliceObject>();
      slice->start = frame.Top(2);
      slice->stop = frame.Top(1);
      slice->step = frame.Top();
      frame.top -= 3;
      return frame.Push(Value::Of(Kind::kSlice, slice));
    }
    case Op::kListAppend:
      Append(heap, As<SequenceObject>(frame.Top(static_cast<int>(argument))), frame.Top());
      frame.Pop();
      return;
    case Op::kSetAdd:
      Insert(heap, As<SetObject>(frame.Top(static_cast<int>(argument))), frame.Top());
      frame.Pop();
      return;
    case Op::kDictPut:
      Put(heap, As<DictObject>(frame.Top(static_cast<int>(argument) + 1)), frame.Top(1),
          frame.Top());
      frame.top -= 2;
      return;
    case Op::kListExtend: {
      auto& list = As<SequenceObject>(frame.Top(1));
      ForEach(frame.Top(), [&](Value item) { Append(heap, list, item); });
      frame.Pop();
      return;
    }
    case Op::kSetUpdate: {
      auto& set = As<SetObject>(frame.Top(1));
      ForEach(frame.Top(), [&](Value item) { Insert(heap, set, item); });
      frame.Pop();
      return;
    }
    case Op::kDictUpdate:
    case Op::kDictMerge:
      DictUpdate(As<DictObject>(frame.Top(1)), frame.Top(), instruction.op == Op::kDictMerge);
      frame.Pop();
      return;
    case Op::kListToTuple:
      frame.Top() = Value::Of(Kind::kTuple, frame.Top().object());
      return;
    case Op::kFormat:
      return FormatTop(frame, argument);
    case Op::kMakeFunction:
      return MakeFunction(frame, *frame.code->inner[argument]);
    case Op::kBuildClass: {
      const Value made = BuildClass(frame, *frame.code->inner[argument],
                                    As<SequenceObject>(frame.Top(1)), As<DictObject>(frame.Top()));
      frame.Pop();
      frame.Top() = made;
      return;
    }
    case Op::kIterate:
      if (argument == 1 && !frame.Top().Is(Kind::kIterator)) {
        // await on something from outside the project: its value is not known.
        RaiseUnknown(frame.Top());
      }
      frame.Top() = Iterate(frame.Top());
      return;
    case Op::kUnpack:
      return Unpack(frame, argument);
    case Op::kUnpackStar:
      return UnpackStar(frame, argument >> 16U, argument & 0xFFFFU);
    case Op::kJumpIfFalseOrPop:
    case Op::kJumpIfTrueOrPop:
      if (Truth(frame.Top()) == (instruction.op == Op::kJumpIfTrueOrPop)) {
        frame.next = argument;
      } else {
        frame.Pop();
      }
      return;
    case Op::kJumpIfUnbound:
      if (!IsUnbound(frame.Top())) return;
      frame.Pop();
      frame.next = argument;
      return;
    case Op::kDuplicate:
      return frame.Push(frame.Top());
    case Op::kDuplicateTwo:
      frame.Push(frame.Top(1));
      return frame.Push(frame.Top(1));
    case Op::kSwap:
      return std::swap(frame.Top(), frame.Top(1));
    case Op::kRotateThree: {
      const Value top = frame.Top();
      frame.Top() = frame.Top(1);
      frame.Top(1) = frame.Top(2);
      frame.Top(2) = top;
      return;
    }
    case Op::kStoreAnnotation:
      return StoreAnnotation(frame, frame.code->names[argument], frame.Pop());
    default:
      return ExecuteBlock(frame, instruction);
  }
}

void Runtime::ExecuteBlock(Frame& frame, Instruction instruction) {
  switch (instruction.op) {
    case Op::kSaveReturn:
      frame.result = frame.Pop();
      return;
    case Op::kSetup:
      if (frame.block_count == Frame::kMostBlocks) {
        Raise("SyntaxError", "too many statically nested blocks");
      }
      frame.blocks[frame.block_count++] = {instruction.argument,
                                           static_cast<std::uint32_t>(frame.top - frame.base)};
      return;
    case Op::kPopBlock:
      --frame.block_count;
      return;
    case Op::kPushHandled: {
      const Value exception = frame.Pop();
      frame.Push(handled_);
      frame.Push(exception);
      handled_ = exception;
      return;
    }
    case Op::kPopHandled:
      handled_ = frame.Pop();
      return;
    case Op::kReraise: {
      Raised raised;
      raised.exception = frame.Pop();
      handled_ = frame.Pop();
      throw raised;
    }
    case Op::kMatchException:
    case Op::kMatchExceptionGroup: {
      const bool matches = Matches(frame.Top(1), frame.Top());
      frame.top -= 2;
      return frame.Push(Value::Bool(matches));
    }
    case Op::kRaise: {
      if (instruction.argument == 0) {
        if (handled_.IsNone()) Raise("RuntimeError", "No active exception to reraise");
        Raised raised;
        raised.exception = handled_;
        throw raised;
      }
      const bool has_cause = instruction.argument == 2;
      const Value cause = has_cause ? frame.Pop() : Value();
      RaiseValue(frame.Pop(), cause, has_cause);
    }
    case Op::kRaiseAssertion: {
      const Value type = Builtin("AssertionError");
      const std::size_t count = instruction.argument;
      RaiseValue(Call(type, {frame.top - count, count}), Value(), false);
    }
    case Op::kWithEnter:
      return WithEnter(frame);
    case Op::kWithExit: {
      const Value nothing[3] = {};
      if (!IsUnbound(frame.Top())) Call(frame.Top(), nothing);
      frame.Pop();
      return;
    }
    case Op::kWithException:
      return frame.Push(Value::Bool(WithException(frame)));
    case Op::kImport:
      return frame.Push(ImportRelative(*frame.module, frame.code->imports[instruction.argument]));
    case Op::kImportTop:
      return frame.Push(ImportTop(*frame.module, frame.code->imports[instruction.argument]));
    case Op::kImportFrom:
      return frame.Push(ImportFrom(frame.Top(), frame.code->names[instruction.argument]));
    case Op::kImportStar:
      ImportStar(frame.Pop(), *frame.module,
                 frame.names != nullptr ? *frame.names : *frame.module->globals);
      return;
    default:
      return ExecuteMatch(frame, instruction);
  }
}

void Runtime::ExecuteMatch(Frame& frame, Instruction instruction) {
  const std::uint32_t argument = instruction.argument;
  switch (instruction.op) {
    case Op::kMatchSequence: {
      const Value subject = Plain(frame.Top());
      const std::int64_t wanted = argument >> 1U;
      bool matches = subject.IsSequence() || subject.Is(Kind::kRange);
      if (matches) {
        const std::int64_t length = Length(subject);
        matches = (argument & 1U) != 0 ? length >= wanted : length == wanted;
      }
      frame.Top() = Value::Bool(matches);
      return;
    }
    case Op::kMatchItem: {
      const Value part = MatchItem(frame, argument == 1);
      frame.top -= argument == 1 ? 3 : 2;
      return frame.Push(part);
    }
    case Op::kMatchMapping:
      frame.Top() = Value::Bool(Plain(frame.Top()).Is(Kind::kDict));
      return;
    case Op::kMatchKey: {
      const Value* found = FindValue(As<DictObject>(Plain(frame.Top(1))), frame.Top());
      frame.Pop();
      frame.Top() = found == nullptr ? Unbound() : *found;
      return;
    }
    case Op::kMatchRest: {
      const Value rest = MatchRest(frame.Top(1), frame.Top());
      frame.Pop();
      frame.Top() = rest;
      return;
    }
    case Op::kMatchInstance: {
      const bool matches = IsInstance(frame.Top(1), frame.Top());
      frame.Pop();
      frame.Top() = Value::Bool(matches);
      return;
    }
    case Op::kMatchPositional: {
      const Value part = MatchPositional(frame.Top(1), frame.Top(), argument);
      frame.Pop();
      frame.Top() = part;
      return;
    }
    case Op::kMatchAttribute: {
      Value part;
      const bool found = FindAttribute(frame.Top(), frame.code->names[argument], part);
      frame.Top() = found ? part : Unbound();
      return;
    }
    default:
      return;
  }
}

}  // namespace migext::python
