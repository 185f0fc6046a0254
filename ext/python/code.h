// What the compiler makes of a module, class body or function, and the machine runs: instructions
// for a stack machine, and which variables live where.
//
// A function's body is compiled when it is first called; until then its Code only knows its node.
// Local variables are numbered slots.  Comprehensions are run in place, in slots of their own, as
// CPython does since PEP 709.  Slots move to the heap (a Scope) when a nested function may see
// them.
#ifndef MIGEXT_PYTHON_CODE_H_
#define MIGEXT_PYTHON_CODE_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "python/ast.h"
#include "python/objects.h"

namespace migext::python {

enum class Op : std::uint8_t {
  kLoadConstant,
  kLoadName,    // namespace, module, builtins
  kLoadGlobal,  // module, builtins
  kLoadLocal,
  kLoadOuter,        // argument: scopes up << 16 | slot
  kLoadNameOrOuter,  // in a class body: its namespace, then the outer slot on top of the names
  kStoreName,
  kStoreGlobal,
  kStoreLocal,
  kStoreOuter,
  kDeleteName,
  kDeleteGlobal,
  kDeleteLocal,
  kDeleteOuter,
  kLoadAttribute,
  kStoreAttribute,  // value owner ->
  kDeleteAttribute,
  kLoadMethod,  // owner -> function self
  kCallMethod,
  kCall,
  kCallKeywords,  // the names are a tuple on top
  kCallSpread,    // function list [dict]; argument 1: with a dict
  kSubscript,
  kStoreSubscript,  // value owner index ->
  kDeleteSubscript,
  kBinary,
  kInplace,
  kUnary,
  kCompare,
  kNot,
  kBuildList,
  kBuildTuple,
  kBuildSet,
  kBuildDict,
  kBuildString,
  kBuildSlice,
  kListAppend,  // argument: how deep the list lies
  kSetAdd,
  kDictPut,
  kListExtend,
  kSetUpdate,
  kDictUpdate,
  kDictMerge,  // keywords of a call: a name twice is a TypeError
  kListToTuple,
  kFormat,  // argument: conversion letter | 256 if a spec is on the stack
  kMakeFunction,
  kBuildClass,  // argument: number of the class; bases list, keywords dict ->
  kIterate,
  kForIterator,  // pushes the next value, or pops the iterator and jumps
  kUnpack,
  kUnpackStar,  // before << 8 | after
  kJump,
  kJumpIfFalse,
  kJumpIfTrue,
  kJumpIfFalseOrPop,
  kJumpIfTrueOrPop,
  kJumpIfUnbound,
  kPop,
  kDuplicate,
  kDuplicateTwo,
  kSwap,
  kRotateThree,  // a b c -> c a b
  kReturn,
  kSaveReturn,
  kReturnSaved,
  kYield,
  kYieldFrom,
  kSetup,  // from here on an exception goes to the argument
  kPopBlock,
  kPushHandled,  // exception -> previous exception
  kPopHandled,   // previous ->
  kReraise,      // previous exception ->
  kMatchException,
  kMatchExceptionGroup,
  kRaise,  // argument: 0 bare, 1 exception, 2 exception and cause
  kRaiseAssertion,
  kWithEnter,
  kWithExit,
  kWithException,
  kImport,      // argument: index into Code::imports; pushes the module named
  kImportTop,   // pushes its first package
  kImportFrom,  // module -> module value
  kImportStar,
  kStoreAnnotation,
  kMatchSequence,
  kMatchItem,
  kMatchMapping,
  kMatchKey,
  kMatchRest,
  kMatchInstance,
  kMatchPositional,
  kMatchAttribute,
  kDocstring,
};

struct Instruction {
  Op op;
  std::uint32_t argument;
};

struct ImportName {
  std::string_view module;
  std::uint32_t level = 0;
};

/// A name that lives in a numbered slot.
struct Local {
  std::string_view name;
  std::uint32_t slot = 0;
};

/// One parameter list, in the order of slots: positional, keyword-only, *args, **kwargs.
struct Signature {
  std::vector<StrObject*> names;
  std::uint32_t positional_only = 0;
  std::uint32_t positional = 0;  ///< Positional-only ones included.
  std::uint32_t keyword_only = 0;
  bool has_rest = false;
  bool has_keywords = false;
};

struct Code {
  enum class Type : std::uint8_t { kModule, kClass, kFunction };

  Type type = Type::kModule;
  const ast::Module* module = nullptr;
  Code* parent = nullptr;
  StrObject* name = nullptr;
  StrObject* qualname = nullptr;
  // What is being compiled: one of these, or none for a module.
  const ast::FunctionDef* function = nullptr;
  const ast::Lambda* lambda = nullptr;
  const ast::ClassDef* class_def = nullptr;
  const ast::GeneratorExp* generator_expression = nullptr;
  bool is_generator = false;
  bool is_coroutine = false;
  bool is_compiled = false;
  bool is_library = false;
  /// Slots must outlive the frame: something nested may see them, or the frame is suspended.
  bool needs_scope = false;
  bool globals_declared = false;

  Signature signature;
  std::vector<Local> locals;
  std::vector<std::string_view> declared_global;
  std::vector<std::string_view> declared_nonlocal;
  /// Slots of `parent` that a comprehension around this function lent its variables.
  std::vector<Local> lent;
  std::uint32_t slot_count = 0;

  std::vector<Instruction> instructions;
  std::vector<std::uint32_t> offsets;  ///< Of the source text, per instruction.
  /// Of a module: where each statement of its top level begins, and the return behind the last.
  std::vector<std::uint32_t> statement_starts;
  std::vector<Value> constants;
  std::vector<StrObject*> names;
  std::vector<StrObject*> slot_names;
  std::vector<ImportName> imports;
  std::vector<std::unique_ptr<Code>> inner;

  const Local* FindLocal(std::string_view wanted) const;
};

/// Fills in locals and declarations of a function from its parameters and body (scopes.cc).
void CollectLocals(Code& code);

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_CODE_H_
