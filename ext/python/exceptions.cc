// Python exceptions: objects, matching, and how an uncaught one becomes an Error.
#include <string>

#include "base/error.h"
#include "base/text.h"
#include "python/compiler.h"
#include "python/runtime.h"

namespace migext::python {

constexpr std::size_t kLongestMessage = 10'000;

void Raise(const char* type, std::string message) {
  Raised raised;
  raised.type = type;
  raised.message = std::move(message);
  throw raised;
}

Value Runtime::MakeException(const char* type, std::string_view message) {
  const Value text = MakeStr(message);
  const Value type_value = Builtin(type);
  return DefaultConstruct(As<ClassObject>(type_value), {&text, message.empty() ? 0U : 1U}, {});
}

Value Runtime::ExceptionOf(Raised& raised) {
  if (raised.type == nullptr) return raised.exception;
  raised.exception = MakeException(raised.type, raised.message);
  auto& object = As<InstanceObject>(raised.exception);
  object.position = {};
  if (raised.has_detail) {
    Put(heap, *object.attributes, names.args, MakeTuple({&raised.detail, 1}));
  }
  raised.type = nullptr;
  return raised.exception;
}

void Runtime::RaiseValue(Value exception, Value cause, bool has_cause) {
  if (exception.Is(Kind::kClass)) exception = Call(exception, {});
  const Value base = Builtin("BaseException");
  if (exception.Is(Kind::kSymbol) || exception.Is(Kind::kCall)) {
    // An exception class of the outside world: raised all the same, caught by `except Exception`.
    const std::string text = Repr(exception);
    exception = MakeException("Exception", text);
  }
  if (!exception.Is(Kind::kInstance) ||
      (!IsInstance(exception, base) && !As<InstanceObject>(exception).type->has_symbol_base)) {
    Raise("TypeError", "exceptions must derive from BaseException");
  }
  auto& object = As<InstanceObject>(exception);
  if (object.attributes == nullptr) object.attributes = NewDict(heap);
  if (has_cause) Put(heap, *object.attributes, names.cause, cause);
  if (!handled_.IsNone() && handled_.object() != exception.object()) {
    Put(heap, *object.attributes, names.context, handled_);
  }
  Raised raised;
  object.position = {};
  raised.exception = exception;
  throw raised;
}

bool Runtime::Matches(Value exception, Value type) {
  if (type.Is(Kind::kTuple)) {
    for (const Value& one : type.Items()) {
      if (Matches(exception, one)) return true;
    }
    return false;
  }
  if (type.Is(Kind::kSymbol) || type.Is(Kind::kCall)) {
    return HasInMro(TypeOf(exception), type);
  }
  if (!type.Is(Kind::kClass)) {
    Raise("TypeError", "catching classes that do not inherit from BaseException is not allowed");
  }
  return HasInMro(TypeOf(exception), type);
}

bool Runtime::IsException(const char* type, Raised& raised, Runtime& runtime) {
  return runtime.Matches(runtime.ExceptionOf(raised), runtime.Builtin(type));
}

// "KeyError: 'x'", as the last line of a traceback.
std::string Runtime::Describe(Value exception) {
  const auto& object = As<InstanceObject>(exception);
  std::string name(object.type->qualname->view());
  if (!object.type->is_builtin && object.type->module->view() != "builtins" &&
      object.type->module->view() != "__main__") {
    name = std::string(object.type->module->view()) + "." + name;
  }
  const std::string text = Str(exception);
  return text.empty() ? name : name + ": " + text;
}

void Runtime::ThrowError(Raised& raised, const Position& fallback) {
  throw ErrorOf(raised, fallback);
}

Error Runtime::ErrorOf(Raised& raised, const Position& fallback) {
  const Value exception = ExceptionOf(raised);
  std::string text;
  try {
    text = Describe(exception);
  } catch (const Raised&) {
    text = std::string(KindName(exception)) + ": <exception str() failed>";
  } catch (const OutOfMemory&) {
    text = std::string(KindName(exception)) + ": <a message too long to show>";
  }
  if (text.size() > kLongestMessage) {
    text.resize(kLongestMessage);
    while (IsUtf8Continuation(text.back())) text.pop_back();
    text.back() = '.';
    text += "..";
  }
  const Position& position = As<InstanceObject>(exception).position;
  return Error(position.known() ? position.ToPlace() : fallback.ToPlace(), text);
}

void Runtime::RaiseUnknown(Value value) {
  std::string name = DottedName(value);
  if (name.empty()) name = python::Repr(value);
  throw Error(ProjectPosition().ToPlace(), "the value of '" + name +
                                               "' is not known outside of Django; it comes from "
                                               "code that is not part of the project");
}

}  // namespace migext::python
