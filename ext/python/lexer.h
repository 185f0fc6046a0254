// Cuts Python source text into tokens, the pieces of f-strings included (PEP 701).
//
//   TokenList tokens = Tokenize(source);  // … kNewline, kDedent, kEnd
//
// Throws Error for what CPython's tokenizer refuses: unterminated strings, wrong brackets, broken
// numbers, inconsistent indentation.  A bracket that is still open at the end is no error here,
// since the parser may find a better one before it.
#ifndef MIGEXT_PYTHON_LEXER_H_
#define MIGEXT_PYTHON_LEXER_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "python/source.h"
#include "python/token.h"

namespace migext::python {

struct TokenList {
  std::vector<Token> tokens;
  std::optional<std::uint32_t> unclosed;  ///< The innermost bracket that nothing closes.
};

TokenList Tokenize(const Source& source);

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_LEXER_H_
