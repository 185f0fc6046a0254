#include "python/lexer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "python/lexer_internal.h"

namespace migext::python {
namespace {

struct Keyword {
  std::string_view text;
  TokenKind kind;
};

// Sorted, so that the ones with a given first letter are neighbours.
constexpr std::array kKeywords = {
    Keyword{"False", TokenKind::kFalse},
    Keyword{"None", TokenKind::kNone},
    Keyword{"True", TokenKind::kTrue},
    Keyword{"and", TokenKind::kAnd},
    Keyword{"as", TokenKind::kAs},
    Keyword{"assert", TokenKind::kAssert},
    Keyword{"async", TokenKind::kAsync},
    Keyword{"await", TokenKind::kAwait},
    Keyword{"break", TokenKind::kBreak},
    Keyword{"class", TokenKind::kClass},
    Keyword{"continue", TokenKind::kContinue},
    Keyword{"def", TokenKind::kDef},
    Keyword{"del", TokenKind::kDel},
    Keyword{"elif", TokenKind::kElif},
    Keyword{"else", TokenKind::kElse},
    Keyword{"except", TokenKind::kExcept},
    Keyword{"finally", TokenKind::kFinally},
    Keyword{"for", TokenKind::kFor},
    Keyword{"from", TokenKind::kFrom},
    Keyword{"global", TokenKind::kGlobal},
    Keyword{"if", TokenKind::kIf},
    Keyword{"import", TokenKind::kImport},
    Keyword{"in", TokenKind::kIn},
    Keyword{"is", TokenKind::kIs},
    Keyword{"lambda", TokenKind::kLambda},
    Keyword{"nonlocal", TokenKind::kNonlocal},
    Keyword{"not", TokenKind::kNot},
    Keyword{"or", TokenKind::kOr},
    Keyword{"pass", TokenKind::kPass},
    Keyword{"raise", TokenKind::kRaise},
    Keyword{"return", TokenKind::kReturn},
    Keyword{"try", TokenKind::kTry},
    Keyword{"while", TokenKind::kWhile},
    Keyword{"with", TokenKind::kWith},
    Keyword{"yield", TokenKind::kYield},
};

// For each ASCII letter, the first keyword that does not sort before it.
constexpr auto kFirstKeyword = [] {
  std::array<std::uint8_t, 129> first{};
  for (std::size_t letter = 0; letter < first.size(); ++letter) {
    std::uint8_t i = 0;
    while (i < kKeywords.size() && static_cast<std::size_t>(kKeywords[i].text[0]) < letter) ++i;
    first[letter] = i;
  }
  return first;
}();

TokenKind KindOfName(std::string_view name) {
  const auto letter = static_cast<unsigned char>(name[0]);
  if (letter >= 0x80 || name.size() > 8) return TokenKind::kName;
  for (std::size_t i = kFirstKeyword[letter]; i < kFirstKeyword[letter + 1U]; ++i) {
    if (kKeywords[i].text == name) return kKeywords[i].kind;
  }
  return TokenKind::kName;
}

struct CodePointRange {
  char32_t first;
  char32_t last;
};

// What a text editor or a web page slips into code and no identifier may hold.  The rest beyond
// ASCII is taken as a letter: telling them all apart needs Unicode's tables.
constexpr CodePointRange kNoLetters[] = {
    {0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB6},     {0xB8, 0xB9},       {0xBB, 0xBF},
    {0xD7, 0xD7},     {0xF7, 0xF7},     {0x2000, 0x203E}, {0x2041, 0x2053},   {0x2055, 0x206F},
    {0x20A0, 0x20CF}, {0x2190, 0x2BFF}, {0x3000, 0x3004}, {0x3008, 0x3020},   {0xD800, 0xF8FF},
    {0xFF01, 0xFF0F}, {0xFF1A, 0xFF20}, {0xFFF0, 0xFFFF}, {0x1F000, 0x1FAFF},
};

bool IsNoLetter(char32_t code_point) {
  return std::any_of(std::begin(kNoLetters), std::end(kNoLetters), [=](CodePointRange range) {
    return code_point >= range.first && code_point <= range.last;
  });
}

bool IsPrintable(char32_t code_point) {
  return !(code_point <= 0xA0 || code_point == 0xAD ||
           (code_point >= 0x2000 && code_point <= 0x200F) ||
           (code_point >= 0x2028 && code_point <= 0x202F) ||
           (code_point >= 0x205F && code_point <= 0x206F) || code_point == 0x3000 ||
           (code_point >= 0xD800 && code_point <= 0xF8FF));
}

std::string CodePointName(char32_t code_point) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string digits;
  for (char32_t rest = code_point; rest > 0 || digits.size() < 4; rest >>= 4U) {
    digits.insert(digits.begin(), kDigits[rest & 0xFU]);
  }
  return "U+" + digits;
}

char OpenerOf(TokenKind close) {
  switch (close) {
    case TokenKind::kRightParen:
      return '(';
    case TokenKind::kRightBracket:
      return '[';
    default:
      return '{';
  }
}

}  // namespace

void Lexer::Emit(TokenKind kind, std::size_t begin) {
  tokens_.push_back({kind, static_cast<std::uint32_t>(begin), Offset()});
}

void Lexer::Fail(std::size_t offset, const std::string& message) const {
  throw Error(source_.PlaceAt(offset), message);
}

TokenList Lexer::Run() {
  tokens_.reserve(text_.size() / 4 + 8);
  indents_.push_back({0, 0});
  while (!AtEnd()) {
    if (!modes_.empty() && modes_.back().kind != Mode::Kind::kField) {
      LexFStringText();
    } else if (at_line_begin_) {
      BeginLine();
    } else {
      LexToken();
    }
  }
  Finish();
  TokenList list{std::move(tokens_), std::nullopt};
  if (!brackets_.empty()) list.unclosed = brackets_.back().offset;
  return list;
}

// ---- Lines

void Lexer::BeginLine() {
  const Indent indent = MeasureIndent();
  if (Peek() == '#') SkipComment();
  if (AtEnd()) return;
  if (Peek() == '\n') {  // a blank line says nothing about indentation
    ++at_;
    return;
  }
  at_line_begin_ = false;
  ChangeIndent(indent);
}

Lexer::Indent Lexer::MeasureIndent() {
  Indent indent{0, 0};
  std::optional<Indent> continued;
  for (; !AtEnd(); ++at_) {
    const char c = text_[at_];
    if (c == ' ') {
      ++indent.column;
      ++indent.strict_column;
    } else if (c == '\t') {
      indent.column = (indent.column / 8 + 1) * 8;
      ++indent.strict_column;
    } else if (c == '\f') {
      indent = {0, 0};
    } else if (c == '\\' && Peek(1) == '\n') {
      // The first physical line of several decides.
      if (!continued) continued = indent;
      ++at_;
      indent = {0, 0};
    } else {
      break;
    }
  }
  return continued.value_or(indent);
}

void Lexer::ChangeIndent(Indent indent) {
  constexpr const char* kTabs = "TabError: inconsistent use of tabs and spaces in indentation";
  if (indent.column > indents_.back().column) {
    if (indent.strict_column <= indents_.back().strict_column) Fail(at_, kTabs);
    if (indents_.size() >= kMaxIndents) {
      Fail(at_, "IndentationError: too many levels of indentation");
    }
    indents_.push_back(indent);
    return Emit(TokenKind::kIndent, at_);
  }
  while (indent.column < indents_.back().column) {
    indents_.pop_back();
    Emit(TokenKind::kDedent, at_);
  }
  if (indent.column != indents_.back().column) {
    Fail(at_, "IndentationError: unindent does not match any outer indentation level");
  }
  if (indent.strict_column != indents_.back().strict_column) Fail(at_, kTabs);
}

void Lexer::SkipComment() { at_ = std::min(text_.find('\n', at_), text_.size()); }

void Lexer::ContinueLine() {
  if (at_ + 1 >= text_.size() || (Peek(1) == '\n' && at_ + 2 >= text_.size())) {
    Fail(at_, "SyntaxError: unexpected EOF while parsing");
  }
  if (Peek(1) != '\n') {
    Fail(at_, "SyntaxError: unexpected character after line continuation character");
  }
  at_ += 2;
}

void Lexer::LexNewline() {
  ++at_;
  if (!brackets_.empty()) return;
  at_line_begin_ = true;
  tokens_.push_back({TokenKind::kNewline, Offset() - 1, Offset()});
}

void Lexer::Finish() {
  if (!modes_.empty() && modes_.back().kind != Mode::Kind::kField) {
    FailUnterminated(modes_.back().begin, modes_.back().triple, true, text_[modes_.back().begin]);
  }
  if (!tokens_.empty() && !at_line_begin_) Emit(TokenKind::kNewline, at_);
  for (std::size_t i = 1; i < indents_.size(); ++i) Emit(TokenKind::kDedent, at_);
  Emit(TokenKind::kEnd, at_);
}

// ---- Tokens

void Lexer::LexToken() {
  const char c = text_[at_];
  if (c == ' ' || c == '\t' || c == '\f') {
    ++at_;
  } else if (c == '\n') {
    LexNewline();
  } else if (c == '#') {
    SkipComment();
  } else if (c == '\\') {
    ContinueLine();
  } else if (IsNameStart(c)) {
    LexName();
  } else if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) {
    LexNumber();
  } else if (c == '"' || c == '\'') {
    LexStringAfterPrefix(at_, at_);
  } else if (!InField() || !LexFieldPunctuation()) {
    LexOperator();
  }
}

void Lexer::LexName() {
  const std::size_t begin = at_;
  unsigned char seen = 0;
  std::size_t end = at_;
  while (end < text_.size() && IsNamePart(text_[end])) {
    seen = static_cast<unsigned char>(seen | static_cast<unsigned char>(text_[end++]));
  }
  if (end - begin <= 2 && end < text_.size() && (text_[end] == '"' || text_[end] == '\'') &&
      LexStringAfterPrefix(begin, end)) {
    return;
  }
  if (seen >= 0x80) CheckIdentifier(begin);
  at_ = end;
  Emit(KindOfName(text_.substr(begin, end - begin)), begin);
}

void Lexer::CheckIdentifier(std::size_t begin) const {
  for (std::size_t at = begin; at < text_.size() && IsNamePart(text_[at]);) {
    const std::size_t letter = at;
    const char32_t code_point = NextUtf8(text_, at);
    if (code_point < 0x80 || !IsNoLetter(code_point)) continue;
    if (!IsPrintable(code_point)) {
      Fail(letter, "SyntaxError: invalid non-printable character " + CodePointName(code_point));
    }
    Fail(letter, "SyntaxError: invalid character '" +
                     std::string(text_.substr(letter, at - letter)) + "' (" +
                     CodePointName(code_point) + ")");
  }
}

void Lexer::Take(TokenKind kind, std::size_t length) {
  const std::size_t begin = at_;
  at_ += length;
  Emit(kind, begin);
}

// Operators that may be doubled, followed by '=', or both.
void Lexer::LexOperator() {
  using enum TokenKind;
  const char c = text_[at_];
  const char next = Peek(1);
  const auto assigned = [&](TokenKind plain, TokenKind with_equal) {
    next == '=' ? Take(with_equal, 2) : Take(plain, 1);
  };
  const auto doubled = [&](TokenKind twice, TokenKind twice_equal, TokenKind plain,
                           TokenKind with_equal) {
    if (next != c) return assigned(plain, with_equal);
    Peek(2) == '=' ? Take(twice_equal, 3) : Take(twice, 2);
  };
  switch (c) {
    case '(':
      return OpenBracket(kLeftParen);
    case '[':
      return OpenBracket(kLeftBracket);
    case '{':
      return OpenBracket(kLeftBrace);
    case ')':
      return CloseBracket(kRightParen);
    case ']':
      return CloseBracket(kRightBracket);
    case '}':
      return CloseBracket(kRightBrace);
    case ',':
      return Take(kComma, 1);
    case ';':
      return Take(kSemicolon, 1);
    case '~':
      return Take(kTilde, 1);
    case ':':
      return assigned(kColon, kColonEqual);
    case '=':
      return assigned(kEqual, kEqEqual);
    case '+':
      return assigned(kPlus, kPlusEqual);
    case '@':
      return assigned(kAt, kAtEqual);
    case '%':
      return assigned(kPercent, kPercentEqual);
    case '|':
      return assigned(kPipe, kPipeEqual);
    case '^':
      return assigned(kCaret, kCaretEqual);
    case '&':
      return assigned(kAmpersand, kAmpersandEqual);
    case '*':
      return doubled(kDoubleStar, kDoubleStarEqual, kStar, kStarEqual);
    case '/':
      return doubled(kDoubleSlash, kDoubleSlashEqual, kSlash, kSlashEqual);
    case '<':
      return doubled(kLeftShift, kLeftShiftEqual, kLess, kLessEqual);
    case '>':
      return doubled(kRightShift, kRightShiftEqual, kGreater, kGreaterEqual);
    case '-':
      return next == '>' ? Take(kArrow, 2) : assigned(kMinus, kMinusEqual);
    case '.':
      return next == '.' && Peek(2) == '.' ? Take(kEllipsis, 3) : Take(kDot, 1);
    case '!':
      if (next == '=') return Take(kNotEqual, 2);
      break;
    default:
      break;
  }
  if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
    Fail(at_, "SyntaxError: invalid non-printable character " +
                  CodePointName(static_cast<unsigned char>(c)));
  }
  Fail(at_, "SyntaxError: invalid syntax");
}

void Lexer::OpenBracket(TokenKind kind) {
  if (brackets_.size() >= kMaxBrackets) {
    Fail(at_, "SyntaxError: too many nested parentheses");
  }
  brackets_.push_back({text_[at_], Offset(), !modes_.empty()});
  Take(kind, 1);
}

void Lexer::CloseBracket(TokenKind kind) {
  const std::string close(1, text_[at_]);
  const bool leaves_field = InField() && brackets_.size() == modes_.back().brackets;
  const std::string where = InField() ? "SyntaxError: f-string: " : "SyntaxError: ";
  if (brackets_.empty() || (leaves_field && kind != TokenKind::kRightBrace)) {
    Fail(at_, where + "unmatched '" + close + "'");
  }
  const Bracket open = brackets_.back();
  if (open.open != OpenerOf(kind)) {
    std::string message = where + "closing parenthesis '" + close +
                          "' does not match opening parenthesis '" + open.open + "'";
    const int line = source_.LineAt(open.offset);
    if (line != source_.LineAt(at_)) message += " on line " + std::to_string(line);
    Fail(at_, message);
  }
  brackets_.pop_back();
  if (leaves_field) modes_.pop_back();
  Take(kind, 1);
}

TokenList Tokenize(const Source& source) { return Lexer(source).Run(); }

}  // namespace migext::python
