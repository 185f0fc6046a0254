// The lexer's state, shared by the files that implement it: lines and names (lexer.cc), numbers
// (lexer_numbers.cc), strings and f-strings (lexer_strings.cc), keywords and operators
// (lexer_words.cc).
#ifndef MIGEXT_PYTHON_LEXER_INTERNAL_H_
#define MIGEXT_PYTHON_LEXER_INTERNAL_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "python/lexer.h"

namespace migext::python {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\f'; }
constexpr bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Asked for most characters of a file, hence a table.
inline constexpr auto kNameParts = [] {
  std::array<bool, 256> parts{};
  for (std::size_t c = 0; c < parts.size(); ++c) {
    parts[c] = IsNameStart(static_cast<char>(c)) || IsDigit(static_cast<char>(c));
  }
  return parts;
}();
constexpr bool IsNamePart(char c) { return kNameParts[static_cast<unsigned char>(c)]; }

struct Word {
  std::string_view text;
  TokenKind kind;
};

/// kName for what is no keyword.
TokenKind KindOfName(std::string_view name);
/// The longest operator that `text` begins with, null if none; brackets are not among them.
const Word* OperatorAt(std::string_view text);

class Lexer {
 public:
  explicit Lexer(const Source& source) : source_(source), text_(source.text()) {}
  TokenList Run();

 private:
  // CPython's MAXLEVEL, MAXINDENT and MAXFSTRINGLEVEL.
  static constexpr std::size_t kMaxBrackets = 200;
  static constexpr std::size_t kMaxIndents = 100;
  static constexpr std::size_t kMaxFStrings = 150;

  struct Bracket {
    char open;
    std::uint32_t offset;
    bool in_field;  // opened inside {…} of an f-string, or is that { itself
  };

  // Blanks count to multiples of 8 for tabs, and once more with tabs as one: they must agree.
  struct Indent {
    std::uint32_t column;
    std::uint32_t strict_column;
  };

  // Where we are inside f-strings, innermost last.
  struct Mode {
    enum class Kind : std::uint8_t { kText, kField, kSpec };
    Kind kind;
    char quote;
    bool triple;
    bool raw;
    std::uint32_t begin;   // of the f-string
    std::size_t brackets;  // kField: how many are open, its own { included
  };

  // ---- lexer.cc
  char Peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool AtEnd() const { return at_ >= text_.size(); }
  std::uint32_t Offset() const { return static_cast<std::uint32_t>(at_); }
  void Emit(TokenKind kind, std::size_t begin);
  [[noreturn]] void Fail(std::size_t offset, const std::string& message) const;

  void BeginLine();
  Indent MeasureIndent();
  void ChangeIndent(Indent indent);
  void SkipComment();
  void ContinueLine();
  void LexToken();
  void LexNewline();
  void LexName();
  void CheckIdentifier(std::size_t begin) const;
  void LexOperator();
  void Take(TokenKind kind, std::size_t length);
  void OpenBracket(TokenKind kind);
  void CloseBracket(TokenKind kind);
  [[noreturn]] void FailClose() const;
  void Finish();

  // ---- lexer_numbers.cc
  void LexNumber();
  void LexRadix(int radix, std::string_view name);
  bool SkipDigits(std::string_view name);
  void LexFraction();
  bool LexExponent();
  void CheckEndOfNumber(std::string_view name);

  // ---- lexer_strings.cc
  bool LexStringAfterPrefix(std::size_t begin, std::size_t prefix_end);
  void LexString(std::size_t begin, bool is_triple, char quote);
  void BeginFString(std::size_t begin, bool is_triple, bool raw);
  void LexFStringText();
  bool AtClosingQuote(const Mode& mode) const;
  void SkipFStringEscape(const Mode& mode);
  void EndFStringText(std::size_t begin);
  void OpenField();
  bool LexFieldPunctuation();
  [[noreturn]] void FailUnterminated(std::size_t begin, bool is_triple, bool is_fstring,
                                     char prefix = 'f') const;

  bool InField() const { return !modes_.empty() && modes_.back().kind == Mode::Kind::kField; }
  /// Whether the innermost bracket is the { of an f-string's field.
  bool LeavesField() const { return InField() && brackets_.size() == modes_.back().brackets; }

  const Source& source_;
  std::string_view text_;
  std::size_t at_ = 0;
  bool at_line_begin_ = true;
  std::vector<Token> tokens_;
  std::vector<Bracket> brackets_;
  std::vector<Indent> indents_;
  std::vector<Mode> modes_;
};

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_LEXER_INTERNAL_H_
