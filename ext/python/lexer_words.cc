// The words of Python that are the same in every program: keywords and operators.
#include <array>

#include "python/lexer_internal.h"

namespace migext::python {
namespace {

constexpr std::array kKeywords = {
    Word{"False", TokenKind::kFalse},
    Word{"None", TokenKind::kNone},
    Word{"True", TokenKind::kTrue},
    Word{"and", TokenKind::kAnd},
    Word{"as", TokenKind::kAs},
    Word{"assert", TokenKind::kAssert},
    Word{"async", TokenKind::kAsync},
    Word{"await", TokenKind::kAwait},
    Word{"break", TokenKind::kBreak},
    Word{"class", TokenKind::kClass},
    Word{"continue", TokenKind::kContinue},
    Word{"def", TokenKind::kDef},
    Word{"del", TokenKind::kDel},
    Word{"elif", TokenKind::kElif},
    Word{"else", TokenKind::kElse},
    Word{"except", TokenKind::kExcept},
    Word{"finally", TokenKind::kFinally},
    Word{"for", TokenKind::kFor},
    Word{"from", TokenKind::kFrom},
    Word{"global", TokenKind::kGlobal},
    Word{"if", TokenKind::kIf},
    Word{"import", TokenKind::kImport},
    Word{"in", TokenKind::kIn},
    Word{"is", TokenKind::kIs},
    Word{"lambda", TokenKind::kLambda},
    Word{"nonlocal", TokenKind::kNonlocal},
    Word{"not", TokenKind::kNot},
    Word{"or", TokenKind::kOr},
    Word{"pass", TokenKind::kPass},
    Word{"raise", TokenKind::kRaise},
    Word{"return", TokenKind::kReturn},
    Word{"try", TokenKind::kTry},
    Word{"while", TokenKind::kWhile},
    Word{"with", TokenKind::kWith},
    Word{"yield", TokenKind::kYield},
};

// Sorted by their first character; of those that share it, the longer first.
constexpr std::array kOperators = {
    Word{"!=", TokenKind::kNotEqual},
    Word{"%=", TokenKind::kPercentEqual},
    Word{"%", TokenKind::kPercent},
    Word{"&=", TokenKind::kAmpersandEqual},
    Word{"&", TokenKind::kAmpersand},
    Word{"**=", TokenKind::kDoubleStarEqual},
    Word{"**", TokenKind::kDoubleStar},
    Word{"*=", TokenKind::kStarEqual},
    Word{"*", TokenKind::kStar},
    Word{"+=", TokenKind::kPlusEqual},
    Word{"+", TokenKind::kPlus},
    Word{",", TokenKind::kComma},
    Word{"-=", TokenKind::kMinusEqual},
    Word{"->", TokenKind::kArrow},
    Word{"-", TokenKind::kMinus},
    Word{"...", TokenKind::kEllipsis},
    Word{".", TokenKind::kDot},
    Word{"//=", TokenKind::kDoubleSlashEqual},
    Word{"//", TokenKind::kDoubleSlash},
    Word{"/=", TokenKind::kSlashEqual},
    Word{"/", TokenKind::kSlash},
    Word{":=", TokenKind::kColonEqual},
    Word{":", TokenKind::kColon},
    Word{";", TokenKind::kSemicolon},
    Word{"<<=", TokenKind::kLeftShiftEqual},
    Word{"<<", TokenKind::kLeftShift},
    Word{"<=", TokenKind::kLessEqual},
    Word{"<", TokenKind::kLess},
    Word{"==", TokenKind::kEqEqual},
    Word{"=", TokenKind::kEqual},
    Word{">>=", TokenKind::kRightShiftEqual},
    Word{">>", TokenKind::kRightShift},
    Word{">=", TokenKind::kGreaterEqual},
    Word{">", TokenKind::kGreater},
    Word{"@=", TokenKind::kAtEqual},
    Word{"@", TokenKind::kAt},
    Word{"^=", TokenKind::kCaretEqual},
    Word{"^", TokenKind::kCaret},
    Word{"|=", TokenKind::kPipeEqual},
    Word{"|", TokenKind::kPipe},
    Word{"~", TokenKind::kTilde},
};

// For each ASCII character, where the sorted words that begin with it begin; they end where the
// next character's do.
template <std::size_t size>
constexpr std::array<std::uint8_t, 129> FirstOf(const std::array<Word, size>& words) {
  std::array<std::uint8_t, 129> first{};
  for (std::size_t letter = 0; letter < first.size(); ++letter) {
    std::uint8_t i = 0;
    while (i < words.size() && static_cast<std::size_t>(words[i].text[0]) < letter) ++i;
    first[letter] = i;
  }
  return first;
}

constexpr auto kFirstKeyword = FirstOf(kKeywords);
constexpr auto kFirstOperator = FirstOf(kOperators);

}  // namespace

TokenKind KindOfName(std::string_view name) {
  const auto letter = static_cast<unsigned char>(name[0]);
  if (letter >= 0x80 || name.size() > 8) return TokenKind::kName;
  for (std::size_t i = kFirstKeyword[letter]; i < kFirstKeyword[letter + 1U]; ++i) {
    if (kKeywords[i].text == name) return kKeywords[i].kind;
  }
  return TokenKind::kName;
}

const Word* OperatorAt(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first >= 0x80) return nullptr;
  for (std::size_t i = kFirstOperator[first]; i < kFirstOperator[first + 1U]; ++i) {
    const std::string_view word = kOperators[i].text;
    std::size_t same = 1;
    while (same < word.size() && same < text.size() && text[same] == word[same]) ++same;
    if (same == word.size()) return &kOperators[i];
  }
  return nullptr;
}

}  // namespace migext::python
