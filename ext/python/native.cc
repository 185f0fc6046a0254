#include "python/native.h"

#include <string>

namespace migext::python {

Value Argument(const Arguments& call, std::size_t position, std::string_view name,
               Value otherwise) {
  if (position < call.args.size()) return call.args[position];
  for (const Keyword& keyword : call.keywords) {
    if (keyword.name == name) return keyword.value;
  }
  return otherwise;
}

bool HasArgument(const Arguments& call, std::size_t position, std::string_view name) {
  if (position < call.args.size()) return true;
  for (const Keyword& keyword : call.keywords) {
    if (keyword.name == name) return true;
  }
  return false;
}

void RequireArguments(const Arguments& call, std::size_t least, std::size_t most,
                      std::string_view function) {
  const std::size_t given = call.args.size() + call.keywords.size();
  if (given >= least && call.args.size() <= most) return;
  // self is not counted.
  const auto shown = [](std::size_t count) { return std::to_string(count == 0 ? 0 : count - 1); };
  const bool too_few = given < least;
  const std::string range = least == most ? "exactly " + shown(least)
                            : too_few     ? "at least " + shown(least)
                                          : "at most " + shown(most);
  const std::size_t bound = too_few ? least : most;
  Raise("TypeError", std::string(function) + "() takes " + range + " argument" +
                         (bound == 2 ? "" : "s") + " (" + shown(given) + " given)");
}

SequenceObject& SelfSequence(const Arguments& call) {
  const Value self = call.args.empty() ? Value() : Runtime::Plain(call.args[0]);
  if (!self.IsSequence()) Raise("TypeError", "this method needs a list or tuple");
  return As<SequenceObject>(self);
}

DictObject& SelfDict(const Arguments& call) {
  const Value self = call.args.empty() ? Value() : Runtime::Plain(call.args[0]);
  if (!self.Is(Kind::kDict)) Raise("TypeError", "this method needs a dict");
  return As<DictObject>(self);
}

SetObject& SelfSet(const Arguments& call) {
  const Value self = call.args.empty() ? Value() : Runtime::Plain(call.args[0]);
  if (!self.Is(Kind::kSet) && !self.Is(Kind::kFrozenSet)) {
    Raise("TypeError", "this method needs a set");
  }
  return As<SetObject>(self);
}

const StrObject& SelfText(const Arguments& call) {
  const Value self = call.args.empty() ? Value() : Runtime::Plain(call.args[0]);
  if (!self.IsStr() && !self.Is(Kind::kBytes)) Raise("TypeError", "this method needs a str");
  return As<StrObject>(self);
}

ClassObject& SelfClass(const Arguments& call) {
  const Value self = call.args.empty() ? Value() : call.args[0];
  if (!self.Is(Kind::kClass)) Raise("TypeError", "this method needs a class");
  return As<ClassObject>(self);
}

InstanceObject& SelfInstance(const Arguments& call) {
  const Value self = call.args.empty() ? Value() : call.args[0];
  if (!self.Is(Kind::kInstance)) Raise("TypeError", "this method needs an instance");
  return As<InstanceObject>(self);
}

DescriptorObject& SelfDescriptor(const Arguments& call) {
  const Value self = call.args.empty() ? Value() : call.args[0];
  if (!self.Is(Kind::kDescriptor)) Raise("TypeError", "this method needs a property");
  return As<DescriptorObject>(self);
}

std::string_view RequireText(Value value, std::string_view function) {
  const Value plain = Runtime::Plain(value);
  if (!plain.IsStr() && !plain.Is(Kind::kBytes)) {
    Raise("TypeError",
          std::string(function) + " argument must be str, not " + std::string(KindName(value)));
  }
  return As<StrObject>(plain).view();
}

}  // namespace migext::python
