// Reads one function of a RunPython, and the functions of its file that it calls, into facts.
//
//   ReadFunction(module, function, facts);   // facts.models, facts.row_uses, …
#ifndef MIGEXT_LINT_FUNCTION_READER_H_
#define MIGEXT_LINT_FUNCTION_READER_H_

#include "lint/function_facts.h"
#include "python/ast.h"

namespace migext::lint {

/// REQUIRES: the function is one of the module's.
void ReadFunction(const python::ast::Module& module, const python::ast::FunctionDef& function,
                  FunctionFacts& facts);

}  // namespace migext::lint

#endif  // MIGEXT_LINT_FUNCTION_READER_H_
