#include <algorithm>
#include <string>

#include "python/lexer_internal.h"

namespace migext::python {
namespace {

struct Prefix {
  bool valid = true;
  bool raw = false;
  bool formatted = false;  // f or t
};

Prefix PrefixOf(std::string_view text) {
  Prefix prefix;
  if (text.empty()) return prefix;
  std::string letters;
  for (const char c : text) letters += static_cast<char>(c | 0x20);
  std::sort(letters.begin(), letters.end());
  prefix.raw = letters.find('r') != std::string::npos;
  prefix.formatted = letters.find_first_of("ft") != std::string::npos;
  constexpr std::string_view kPrefixes[] = {"", "b", "f", "r", "t", "u", "br", "fr", "rt"};
  prefix.valid =
      std::find(std::begin(kPrefixes), std::end(kPrefixes), letters) != std::end(kPrefixes);
  return prefix;
}

}  // namespace

// Lexes the string whose prefix is [begin, prefix_end); false when that is no prefix.
bool Lexer::LexStringAfterPrefix(std::size_t begin, std::size_t prefix_end) {
  const Prefix prefix = PrefixOf(text_.substr(begin, prefix_end - begin));
  if (!prefix.valid) return false;
  at_ = prefix_end;
  const char quote = Peek();
  const bool is_triple = Peek(1) == quote && Peek(2) == quote;
  at_ += is_triple ? 3 : 1;
  if (prefix.formatted) {
    BeginFString(begin, is_triple, prefix.raw);
  } else {
    LexString(begin, is_triple, quote);
  }
  return true;
}

void Lexer::LexString(std::size_t begin, bool is_triple, char quote) {
  while (!AtEnd()) {
    const char c = text_[at_];
    if (c == '\\') {
      at_ += 2;
    } else if (c == '\n' && !is_triple) {
      break;
    } else if (c != quote || (is_triple && (Peek(1) != quote || Peek(2) != quote))) {
      ++at_;
    } else {
      at_ += is_triple ? 3 : 1;
      return Emit(TokenKind::kString, begin);
    }
  }
  at_ = std::min(at_, text_.size());
  if (InField() && modes_.back().quote == quote && modes_.back().triple == is_triple) {
    Fail(begin, "SyntaxError: f-string: expecting '}'");
  }
  FailUnterminated(begin, is_triple, false);
}

void Lexer::FailUnterminated(std::size_t begin, bool is_triple, bool is_fstring,
                             char prefix) const {
  const bool is_template = is_fstring && (prefix == 't' || prefix == 'T');
  // CPython counts the line after a final line end as well only when there is one.
  std::size_t last = std::min(at_, text_.size());
  if (is_triple && last > begin && text_[last - 1] == '\n') --last;
  Fail(begin, std::string("SyntaxError: unterminated ") + (is_triple ? "triple-quoted " : "") +
                  (is_template  ? "t-string"
                   : is_fstring ? "f-string"
                                : "string") +
                  " literal (detected at line " + std::to_string(source_.LineAt(last)) + ")");
}

// ---- f-strings

void Lexer::BeginFString(std::size_t begin, bool is_triple, bool raw) {
  if (modes_.size() >= 2 * kMaxFStrings) {
    Fail(begin, "SyntaxError: too many nested f-strings");
  }
  Emit(TokenKind::kFStringStart, begin);
  modes_.push_back(
      {Mode::Kind::kText, text_[at_ - 1], is_triple, raw, static_cast<std::uint32_t>(begin), 0});
}

bool Lexer::AtClosingQuote(const Mode& mode) const {
  if (Peek() != mode.quote) return false;
  return !mode.triple || (Peek(1) == mode.quote && Peek(2) == mode.quote);
}

// Passes over text up to the next field, the end of the string or of the format spec.
void Lexer::LexFStringText() {
  const Mode mode = modes_.back();
  const std::size_t begin = at_;
  for (; !AtEnd(); ++at_) {
    const char c = text_[at_];
    if (AtClosingQuote(mode)) {
      if (mode.kind == Mode::Kind::kSpec) Fail(at_, "SyntaxError: f-string: expecting '}'");
      EndFStringText(begin);
      modes_.pop_back();
      return Take(TokenKind::kFStringEnd, mode.triple ? 3 : 1);
    }
    if (c == '\n' && !mode.triple) FailUnterminated(mode.begin, false, true, text_[mode.begin]);
    if (c == '\\') {
      SkipFStringEscape(mode);
    } else if (c == '{') {
      if (mode.kind == Mode::Kind::kText && Peek(1) == '{') {
        ++at_;
        continue;
      }
      EndFStringText(begin);
      return OpenField();
    } else if (c == '}') {
      if (mode.kind == Mode::Kind::kSpec) {
        EndFStringText(begin);
        modes_.pop_back();
        return;
      }
      if (Peek(1) != '}') Fail(at_, "SyntaxError: f-string: single '}' is not allowed");
      ++at_;
    }
  }
}

// At a backslash; leaves at_ on the last byte of what belongs to it.
void Lexer::SkipFStringEscape(const Mode& mode) {
  const char next = Peek(1);
  if (next == '{' || next == '}' || next == '\0') return;
  ++at_;
  if (mode.raw || next != 'N' || Peek(1) != '{') return;
  // No name holds any of these: whatever follows is looked through once.
  const std::size_t close = text_.find_first_of("{}\\\n\"'", at_ + 2);
  if (close != std::string_view::npos && text_[close] == '}') at_ = close;
}

void Lexer::EndFStringText(std::size_t begin) {
  if (at_ > begin) Emit(TokenKind::kFStringMiddle, begin);
}

void Lexer::OpenField() {
  OpenBracket(TokenKind::kLeftBrace);
  Mode field = modes_.back();
  field.kind = Mode::Kind::kField;
  field.brackets = brackets_.size();
  modes_.push_back(field);
}

// ':' and '!' directly inside {…} belong to the f-string, not to the expression.
bool Lexer::LexFieldPunctuation() {
  if (!LeavesField()) return false;
  if (Peek() == ':') {
    Take(TokenKind::kColon, 1);
    Mode spec = modes_.back();
    spec.kind = Mode::Kind::kSpec;
    modes_.push_back(spec);
    return true;
  }
  if (Peek() == '!' && Peek(1) != '=') {
    Take(TokenKind::kExclamation, 1);
    return true;
  }
  return false;
}

}  // namespace migext::python
