// Evaluates modules of a Python program without running anything outside it: no files, no clock, no
// network.  Source text comes from a ModuleFinder; modules that it does not know become symbols.
//
//   Interpreter python(finder);
//   Value module = python.Import("blog.migrations.0001_initial");
//   FindAttribute(module, "Migration")
//
// Every run is held to a Budget; passing it ends in an Error with the place that was being run.
#ifndef MIGEXT_PYTHON_INTERPRETER_H_
#define MIGEXT_PYTHON_INTERPRETER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "python/value.h"

namespace migext::python {

/// What one module, with all that it calls, may use.
struct Budget {
  std::uint64_t steps = 20'000'000;
  int depth = 200;                              ///< Nested calls, and nested expressions.
  std::size_t bytes = std::size_t{256} << 20U;  ///< Values of the whole interpreter.
  std::size_t source_bytes = std::size_t{8} << 20U;
};

/// One module's source as found.
struct FoundModule {
  std::string file;   ///< Shown in places.
  std::string bytes;  ///< As on disk: encoding, BOM and line ends are the reader's work.
  bool is_package = false;
  std::string path = {};  ///< Its __file__, where that is not `file`.
  /// A statement of its top level that fails is passed over, and a name that it lacks for that
  /// reason is a symbol.
  bool is_forgiving = false;
};

/// The only door to source text.
class ModuleFinder {
 public:
  virtual ~ModuleFinder() = default;
  /// Nothing: the module is outside the project, and its names become symbols.
  /// Throws Error when it is there and cannot be read.
  virtual std::optional<FoundModule> FindModule(const std::string& dotted_name) = 0;
  /// True for a module whose top-level package is the project's own, so that a missing one is
  /// ModuleNotFoundError and not a symbol.
  virtual bool IsProjectPackage(std::string_view top_level_name) = 0;
};

class Interpreter;

/// Arguments of a call to a function written in C++.
struct NativeArguments {
  Interpreter& python;
  std::span<const Value> args;
  std::span<const Keyword> keywords;
  Position position;
};
using NativeFunction = std::function<Value(const NativeArguments&)>;

class Interpreter {
 public:
  /// `finder` must outlive the interpreter, and the interpreter the values it made.
  explicit Interpreter(ModuleFinder& finder, Budget budget = {});
  ~Interpreter();
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  /// Gives a symbol a value: `from django.conf import settings; settings.X` asks for
  /// "django.conf.settings.X".  Defined names win over symbols, files of the project over both.
  void Define(std::string dotted_name, Value value);
  void DefineFunction(std::string dotted_name, NativeFunction function);
  /// A module written in Python that comes with the program: run when first imported, and never
  /// the place of an error.  `source` must outlive the interpreter.
  void DefineLibrary(std::string dotted_name, std::string_view source);
  /// Another name for a defined name or a name in a library, looked up when first used.
  void DefineAlias(std::string dotted_name, std::string target);
  /// Called for a dotted name that nothing else knows, before it becomes a symbol.
  void OnUnknown(std::function<std::optional<Value>(std::string_view dotted_name)> resolver);
  /// Asked whether a module outside the project is known to lack a name: AttributeError, or
  /// ImportError for `from module import name`.
  void OnMissing(std::function<bool(std::string_view module, std::string_view name)> is_missing);
  /// What was passed over in forgiving modules since the last call.
  std::vector<Error> TakeForgiven();

  /// The module, run on first use.  Throws Error with the place, its message being Python's own
  /// ("NameError: name 'x' is not defined"); a failed module fails again with the same error.
  /// A kSymbol when the module lies outside the project.
  Value Import(const std::string& dotted_name);

  /// Runs a text as a module of that name.
  Value Run(const std::string& dotted_name, FoundModule module);

  Value Call(Value callee, std::span<const Value> args = {},
             std::span<const Keyword> keywords = {});
  /// getattr(owner, name), descriptors and bound methods included; empty where Python raises
  /// AttributeError.
  std::optional<Value> GetAttribute(Value owner, std::string_view name);

  Value MakeStr(std::string_view text);
  Value MakeBytes(std::string_view bytes);
  Value MakeList(std::span<const Value> items);
  Value MakeTuple(std::span<const Value> items);
  Value MakeDict(std::span<const Entry> entries);
  Value MakeSet(std::span<const Value> items);
  Value MakeSymbol(std::string_view dotted_name);
  Value MakeCall(Value callee, std::span<const Value> args, std::span<const Keyword> keywords,
                 Position position = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_INTERPRETER_H_
