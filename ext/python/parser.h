// Reads Python source text into a syntax tree (python/ast.h).
//
//   std::unique_ptr<const ast::Module> module = Parse("shop/migrations/0001_initial.py", bytes);
//
// The grammar is the union of Python 3.8 to 3.14.  What is wrong is an Error with its place, in
// CPython 3.12's words where they are known: "SyntaxError: '(' was never closed".
#ifndef MIGEXT_PYTHON_PARSER_H_
#define MIGEXT_PYTHON_PARSER_H_

#include <memory>
#include <string>

#include "python/ast.h"

namespace migext::python {

/// `file` is shown in places, `bytes` are as on disk.  Throws Error.
std::unique_ptr<const ast::Module> Parse(std::string file, std::string bytes);

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_PARSER_H_
