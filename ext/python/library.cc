#include "python/library.h"

#include <string>

#include "python/native.h"

namespace migext::python {
namespace {

struct Library {
  const char* name;
  const std::string_view& source;
};

// clang-format off
constexpr Library kLibraries[] = {
    {"collections", kCollectionsLibrary},
    {"contextlib", kContextlibLibrary},
    {"dataclasses", kDataclassesLibrary},
    {"datetime", kDatetimeLibrary},
    {"decimal", kDecimalLibrary},
    {"enum", kEnumLibrary},
    {"functools", kFunctoolsLibrary},
    {"itertools", kItertoolsLibrary},
    {"operator", kOperatorLibrary},
    {"os", kOsLibrary},
    {"os.path", kOsPathLibrary},
    {"pathlib", kPathlibLibrary},
    {"posixpath", kOsPathLibrary},
    {"typing", kTypingLibrary},
    {"typing_extensions", kTypingLibrary},
    {"uuid", kUuidLibrary},
};
// clang-format on

// A name that only the real library could give a value: datetime.datetime.now.
Value SymbolOf(Runtime& python, const Arguments& call) {
  return python.SymbolFor(Runtime::Plain(call.args[0]).AsStr());
}

}  // namespace

void AddLibrary(Runtime& python) {
  for (const Library& library : kLibraries) python.DefineLibrary(library.name, library.source);
  for (const std::string_view* at = kSmallLibraries; !at->empty(); at += 2) {
    python.DefineLibrary(std::string(at[0]), at[1]);
  }
  Put(python.heap, python.builtins(), python.heap.Intern("__symbol__"),
      python.MakeBuiltin("__symbol__", SymbolOf));
}

}  // namespace migext::python
