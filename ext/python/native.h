// Helpers for functions written in C++: reading their arguments, and listing them for a type.
//
//   Value Upper(Runtime& python, const Arguments& call) {
//     return python.MakeStr(…Text(call, 0)…);
//   }
//   constexpr Method kMethods[] = {{"upper", Upper}};
#ifndef MIGEXT_PYTHON_NATIVE_H_
#define MIGEXT_PYTHON_NATIVE_H_

#include <cstddef>
#include <span>
#include <string_view>

#include "python/runtime.h"

namespace migext::python {

struct Method {
  const char* name;
  NativePointer native;
};

/// Argument `position`, or the keyword of that name, or `otherwise`.
Value Argument(const Arguments& call, std::size_t position, std::string_view name,
               Value otherwise = {});
bool HasArgument(const Arguments& call, std::size_t position, std::string_view name);
/// Raises TypeError unless at least and at most so many positional arguments were given.
void RequireArguments(const Arguments& call, std::size_t least, std::size_t most,
                      std::string_view function);

/// The text of a str or bytes, found inside instances of subclasses too; TypeError for the rest.
std::string_view RequireText(Value value, std::string_view function);

/// The object of `self` (argument 0), found inside instances of subclasses too.
SequenceObject& SelfSequence(const Arguments& call);
DictObject& SelfDict(const Arguments& call);
SetObject& SelfSet(const Arguments& call);
const StrObject& SelfText(const Arguments& call);
ClassObject& SelfClass(const Arguments& call);
InstanceObject& SelfInstance(const Arguments& call);
DescriptorObject& SelfDescriptor(const Arguments& call);

void AddTextMethods(Runtime& python, ClassObject& str);
void AddBytesMethods(Runtime& python, ClassObject& bytes);
void AddListMethods(Runtime& python, ClassObject& list, ClassObject& tuple);
void AddDictMethods(Runtime& python, ClassObject& dict);
void AddSetMethods(Runtime& python, ClassObject& set, ClassObject& frozen_set);
void AddNumberMethods(Runtime& python);
void AddIteratorMethods(Runtime& python, ClassObject& iterator);
void AddObjectMethods(Runtime& python);
void AddExceptions(Runtime& python);
void AddBuiltinFunctions(Runtime& python);
/// The modules that come with the evaluator.
void AddLibrary(Runtime& python);

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_NATIVE_H_
