// SQL text cut into tokens, as SQLite's tokenizer does, for reading CREATE TABLE statements.
//
//   Tokenize("a CHECK (b > 'x')")  // name a, name CHECK, '(' , name b, '>', string 'x', ')'
//
// Blanks and comments are left out.  Never fails: what is not closed ends with the text.
#ifndef MIGEXT_SQLITE_SQL_TOKENS_H_
#define MIGEXT_SQLITE_SQL_TOKENS_H_

#include <cstddef>
#include <cstdint>
#include <span>
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

/// Names in lower case and without quotes, one blank between tokens.
std::string NormalizedSql(std::span<const SqlToken> tokens, std::string_view sql);

/// True if the text uses the name, quoted or not; not as a string in single quotes.
bool MentionsName(std::string_view sql, std::string_view name);

/// The text with one name for another wherever it stands as a name, in double quotes.
std::string WithNameReplaced(std::string_view sql, std::string_view from, std::string_view to);

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_SQL_TOKENS_H_
