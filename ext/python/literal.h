// What number and string literals mean.
//
//   ast::Constant constant; ReadNumber("0x_ff", constant);  // integer 255
//   std::string out; DecodeEscapes("a\\tb", StringKind::kText, out);
#ifndef MIGEXT_PYTHON_LITERAL_H_
#define MIGEXT_PYTHON_LITERAL_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "python/arena.h"
#include "python/ast.h"

namespace migext::python {

struct LiteralError {
  std::size_t offset;  ///< In the text that was given.
  std::string message;
};

/// Fills in what `text`, as the lexer lets it through, stands for.
std::optional<LiteralError> ReadNumber(std::string_view text, Arena& arena,
                                       ast::Constant& constant);

enum class StringKind : bool { kText, kBytes };

/// Appends what `body`, the text between the quotes, stands for.
std::optional<LiteralError> DecodeEscapes(std::string_view body, StringKind kind, std::string& out);

/// The character of a name in \N{…}.  Only names in common use are known; 0 for the others.
char32_t CharacterNamed(std::string_view name);

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_LITERAL_H_
