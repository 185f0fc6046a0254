#include "python/lexer.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "python/lexer_internal.h"

namespace migext::python {
namespace {

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
  while (IsBlank(Peek())) ++at_;
  if (AtEnd()) return;
  const char c = text_[at_];
  if (c == '\n') {
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

void Lexer::LexOperator() {
  switch (Peek()) {
    case '(':
      return OpenBracket(TokenKind::kLeftParen);
    case '[':
      return OpenBracket(TokenKind::kLeftBracket);
    case '{':
      return OpenBracket(TokenKind::kLeftBrace);
    case ')':
      return CloseBracket(TokenKind::kRightParen);
    case ']':
      return CloseBracket(TokenKind::kRightBracket);
    case '}':
      return CloseBracket(TokenKind::kRightBrace);
    default:
      break;
  }
  if (const Word* word = OperatorAt(text_.substr(at_))) return Take(word->kind, word->text.size());
  const auto c = static_cast<unsigned char>(Peek());
  if (c < 0x20 || c == 0x7F) {
    Fail(at_, "SyntaxError: invalid non-printable character " + CodePointName(c));
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
  if (brackets_.empty() || brackets_.back().open != OpenerOf(kind)) FailClose();
  if (LeavesField()) modes_.pop_back();
  brackets_.pop_back();
  Take(kind, 1);
}

void Lexer::FailClose() const {
  const std::string where = InField() ? "SyntaxError: f-string: " : "SyntaxError: ";
  const std::string close(1, Peek());
  if (brackets_.empty() || LeavesField()) Fail(at_, where + "unmatched '" + close + "'");
  const Bracket& open = brackets_.back();
  std::string message = where + "closing parenthesis '" + close +
                        "' does not match opening parenthesis '" + open.open + "'";
  const int line = source_.LineAt(open.offset);
  if (line != source_.LineAt(at_)) message += " on line " + std::to_string(line);
  Fail(at_, message);
}

TokenList Tokenize(const Source& source) { return Lexer(source).Run(); }

}  // namespace migext::python
