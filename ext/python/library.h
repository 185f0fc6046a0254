// The modules of Python's standard library that come with the evaluator, written in Python.
//
// They hold what migrations, settings and models use, and touch nothing outside: no files, no
// environment, no clock.  What a module lacks is a symbol.
#ifndef MIGEXT_PYTHON_LIBRARY_H_
#define MIGEXT_PYTHON_LIBRARY_H_

#include <string_view>

namespace migext::python {

extern const std::string_view kEnumLibrary;
extern const std::string_view kFunctoolsLibrary;
extern const std::string_view kItertoolsLibrary;
extern const std::string_view kCollectionsLibrary;
extern const std::string_view kContextlibLibrary;
extern const std::string_view kDataclassesLibrary;
extern const std::string_view kDatetimeLibrary;
extern const std::string_view kDecimalLibrary;
extern const std::string_view kOperatorLibrary;
extern const std::string_view kOsLibrary;
extern const std::string_view kOsPathLibrary;
extern const std::string_view kPathlibLibrary;
extern const std::string_view kTypingLibrary;
extern const std::string_view kUuidLibrary;
extern const std::string_view kSmallLibraries[];

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_LIBRARY_H_
