// Generators: frames that stop at a yield and go on later.
//
// A suspended frame keeps its part of the stack on the heap, and gets it back, on top of the stack
// of whoever asks for the next value, when it goes on.
#include <algorithm>
#include <string>

#include "python/compiler.h"
#include "python/runtime.h"

namespace migext::python {

Value Runtime::MakeGenerator(const Frame& frame) {
  auto* generator = heap.New<GeneratorObject>();
  generator->frame = heap.New<Frame>(frame);
  generator->name = frame.code->name;
  generator->is_coroutine = frame.code->is_coroutine && !frame.code->is_generator;
  return Value::Of(Kind::kIterator, static_cast<IteratorObject*>(generator));
}

bool GeneratorObject::Next(Runtime& runtime, Value& out) {
  return runtime.Resume(*this, Value(), out);
}

// Goes on with `sent` as the value of the yield, or with `thrown` raised there.  False at the end;
// `out` is then what the generator returned.
bool Runtime::Resume(GeneratorObject& generator, Value sent, Value& out, Raised* thrown) {
  if (generator.is_running) Raise("ValueError", "generator already executing");
  if (generator.is_done) {
    if (thrown != nullptr) throw Raised(*thrown);
    out = Value();
    return false;
  }
  Frame& frame = *generator.frame;
  frame.base = stack_top();
  if (frame.base + generator.saved_size + 8 > stack_end_) {
    Raise("RecursionError", "maximum recursion depth exceeded");
  }
  std::copy(generator.saved, generator.saved + generator.saved_size, frame.base);
  frame.top = frame.base + generator.saved_size;
  frame.is_suspended = false;
  generator.is_running = true;
  struct Finish {
    GeneratorObject& generator;
    bool ended = true;
    ~Finish() {
      generator.is_running = false;
      generator.is_done = ended;
    }
  } finish{generator};
  if (thrown != nullptr) {
    frame.caller = frame_;
    if (!generator.is_started) throw Raised(*thrown);
    const Frame* caller = frame_;
    const bool handled = Handle(frame, *thrown);
    frame_ = const_cast<Frame*>(caller);
    if (!handled) throw Raised(*thrown);
  } else if (generator.is_started) {
    frame.Push(sent);
  }
  generator.is_started = true;
  try {
    out = Run(frame);
  } catch (Raised& raised) {
    if (Matches(ExceptionOf(raised), Builtin("StopIteration"))) {
      Raise("RuntimeError", "generator raised StopIteration");
    }
    throw;
  }
  if (!frame.is_suspended) return false;
  const auto size = static_cast<std::uint32_t>(frame.top - frame.base);
  if (size > generator.saved_capacity) {
    generator.saved_capacity = size + 4;
    generator.saved = heap.NewArray<Value>(generator.saved_capacity);
  }
  std::copy(frame.base, frame.top, generator.saved);
  generator.saved_size = size;
  finish.ended = false;
  return true;
}

// Stack: iterator sent -> value to yield (true), or the iterator's return value (false).
bool Runtime::YieldFrom(Frame& frame) {
  const Value sent = frame.Pop();
  const Value iterator = frame.Top();
  Value out;
  bool goes_on = false;
  auto* generator = iterator.Is(Kind::kIterator)
                        ? dynamic_cast<GeneratorObject*>(&As<IteratorObject>(iterator))
                        : nullptr;
  if (generator != nullptr) {
    goes_on = Resume(*generator, sent, out);
  } else {
    goes_on = Next(iterator, out);
    if (!goes_on) out = Value();
  }
  if (!goes_on) {
    frame.Top() = out;
    return false;
  }
  // The next resumption pushes what is sent, and comes back to this instruction.
  --frame.next;
  frame.Push(out);
  return true;
}

}  // namespace migext::python
