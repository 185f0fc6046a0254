// The words of Python source text, as the lexer hands them to the parser.
#ifndef MIGEXT_PYTHON_TOKEN_H_
#define MIGEXT_PYTHON_TOKEN_H_

#include <cstdint>

namespace migext::python {

enum class TokenKind : std::uint8_t {
  kEnd,
  kNewline,
  kIndent,
  kDedent,
  kName,  // soft keywords (match, case, type, _) included
  kNumber,
  kString,  // plain or bytes: prefix and quotes included
  // f"a{b!r:c}" is Start Middle { Name ! Name : Middle } End; a t-string likewise.
  kFStringStart,
  kFStringMiddle,
  kFStringEnd,

  kLeftParen,
  kRightParen,
  kLeftBracket,
  kRightBracket,
  kLeftBrace,
  kRightBrace,
  kComma,
  kColon,
  kSemicolon,
  kDot,
  kEllipsis,
  kArrow,
  kExclamation,  // only before the conversion of an f-string
  kColonEqual,
  kEqual,

  kPlus,
  kMinus,
  kStar,
  kSlash,
  kAt,
  kPercent,
  kDoubleStar,
  kLeftShift,
  kRightShift,
  kPipe,
  kCaret,
  kAmpersand,
  kDoubleSlash,
  kTilde,
  // In the order of the operators above, kPlus to kDoubleSlash.
  kPlusEqual,
  kMinusEqual,
  kStarEqual,
  kSlashEqual,
  kAtEqual,
  kPercentEqual,
  kDoubleStarEqual,
  kLeftShiftEqual,
  kRightShiftEqual,
  kPipeEqual,
  kCaretEqual,
  kAmpersandEqual,
  kDoubleSlashEqual,

  kEqEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,

  kAnd,
  kAs,
  kAssert,
  kAsync,
  kAwait,
  kBreak,
  kClass,
  kContinue,
  kDef,
  kDel,
  kElif,
  kElse,
  kExcept,
  kFalse,
  kFinally,
  kFor,
  kFrom,
  kGlobal,
  kIf,
  kImport,
  kIn,
  kIs,
  kLambda,
  kNone,
  kNonlocal,
  kNot,
  kOr,
  kPass,
  kRaise,
  kReturn,
  kTrue,
  kTry,
  kWhile,
  kWith,
  kYield,
};

/// [begin, end) are offsets of Source::text().
struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_TOKEN_H_
