// SQL text cut into tokens, as SQLite's tokenizer does, for reading CREATE TABLE statements.
//
//   Tokenize("a CHECK (b > 'x')")  // name a, name CHECK, '(' , name b, '>', string 'x', ')'
//
// Blanks and comments are left out.  Never fails: what is not closed ends with the text.
#ifndef MIGEXT_SQLITE_SQL_TOKENS_H_
#define MIGEXT_SQLITE_SQL_TOKENS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace migext::sqlite {

enum class TokenKind : std::uint8_t {
  kName,    // a keyword or a bare name
  kQuoted,  // "name", [name] or `name`; 'text' too, which SQLite takes for a name where one must be
  kNumber,
  kSymbol,  // one character
};

struct SqlToken {
  TokenKind kind = TokenKind::kSymbol;
  std::string text;       ///< Without quotes.
  std::size_t begin = 0;  ///< Bytes of the source it was made of.
  std::size_t end = 0;

  /// An unquoted word, in any case; or a symbol.
  bool Is(std::string_view word) const;
};

std::vector<SqlToken> Tokenize(std::string_view sql);

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_SQL_TOKENS_H_
