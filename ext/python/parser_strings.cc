#include <algorithm>
#include <string>

#include "base/text.h"
#include "python/parser_internal.h"

namespace migext::python {
namespace {

struct StringToken {
  std::string_view body;
  bool raw = false;
  bool is_bytes = false;
};

bool HasLetter(std::string_view prefix, char lower) {
  return std::any_of(prefix.begin(), prefix.end(), [=](char c) { return (c | 0x20) == lower; });
}

std::string_view PrefixOf(std::string_view token) {
  std::size_t size = 0;
  while (token[size] != '\'' && token[size] != '"') ++size;
  return token.substr(0, size);
}

StringToken Take(std::string_view token) {
  const std::string_view prefix = PrefixOf(token);
  std::string_view body = token.substr(prefix.size());
  const bool is_triple = body.size() >= 6 && body[1] == body[0] && body[2] == body[0];
  const std::size_t quotes = is_triple ? 3 : 1;
  body = body.substr(quotes, body.size() - 2 * quotes);
  return {body, HasLetter(prefix, 'r'), HasLetter(prefix, 'b')};
}

// '{{' and '}}' stand for one brace each.
std::string UndoubleBraces(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if ((text[i] == '{' || text[i] == '}') && i + 1 < text.size() && text[i + 1] == text[i]) ++i;
  }
  return out;
}

}  // namespace

// Adjacent literals are one string.
const ast::Expression* Parser::ParseStrings() {
  const std::uint32_t begin = Begin();
  bool is_bytes = false;
  bool is_text = false;
  std::size_t i = at_;
  for (; tokens_[i].kind == Kind::kString; ++i) {
    (Take(TextOf(tokens_[i])).is_bytes ? is_bytes : is_text) = true;
  }
  const bool is_formatted = tokens_[i].kind == Kind::kFStringStart;
  if (is_bytes && (is_text || is_formatted)) {
    Fail("SyntaxError: cannot mix bytes and nonbytes literals");
  }
  if (!is_formatted) return ParsePlainStrings(is_bytes);

  StringParts parts(*this);
  bool has_plain = false;
  while (At(Kind::kString) || At(Kind::kFStringStart)) {
    if (parts.text.empty()) parts.text_begin = Begin();
    if (At(Kind::kFStringStart)) {
      AddFString(parts);
    } else {
      has_plain = true;
      AddPlainString(Current(), false, parts.text);
      Advance();
    }
  }
  FlushText(parts);
  if (parts.is_template) {
    if (has_plain) {
      FailAt(begin, "SyntaxError: cannot mix t-string literals with string or bytes literals");
    }
    auto& node = New<ast::TemplateStr>(begin);
    node.values = parts.values.Take();
    return Done(node);
  }
  auto& node = New<ast::JoinedStr>(begin);
  node.values = parts.values.Take();
  return Done(node);
}

const ast::Expression* Parser::ParsePlainStrings(bool is_bytes) {
  auto& node = New<ast::Constant>(Begin());
  node.type = is_bytes ? ast::Constant::Type::kBytes : ast::Constant::Type::kStr;
  const StringToken first = Take(TextOf(Current()));
  const bool is_verbatim = first.raw || first.body.find('\\') == std::string_view::npos;
  if (PeekKind(1) != Kind::kString && is_verbatim && !is_bytes) {
    node.text = first.body;
    Advance();
    return Done(node);
  }
  std::string text;
  for (; At(Kind::kString); Advance()) AddPlainString(Current(), is_bytes, text);
  node.text = module_.arena.CopyText(text);
  return Done(node);
}

void Parser::AddPlainString(const Token& token, bool is_bytes, std::string& out) {
  const StringToken string = Take(TextOf(token));
  if (string.is_bytes != is_bytes) Fail("SyntaxError: cannot mix bytes and nonbytes literals");
  if (is_bytes && std::any_of(string.body.begin(), string.body.end(),
                              [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    Fail("SyntaxError: bytes can only contain ASCII literal characters");
  }
  if (string.raw) {
    out += string.body;
  } else {
    Decode(string.body, is_bytes ? StringKind::kBytes : StringKind::kText, out);
  }
}

void Parser::Decode(std::string_view body, StringKind kind, std::string& out) {
  if (const auto error = DecodeEscapes(body, kind, out)) Fail(error->message);
}

// ---- f-strings and t-strings

void Parser::AddFString(StringParts& parts) {
  const std::string_view prefix = PrefixOf(TextOf(Current()));
  const bool raw = HasLetter(prefix, 'r');
  parts.is_template = HasLetter(prefix, 't');
  Advance();
  while (!Accept(Kind::kFStringEnd)) {
    if (At(Kind::kFStringMiddle)) {
      AddFStringText(parts, raw, false);
    } else {
      AddField(parts, raw);
    }
  }
}

void Parser::AddFStringText(StringParts& parts, bool raw, bool in_spec) {
  if (parts.text.empty()) parts.text_begin = Begin();
  const std::string_view text = TextOf(Current());
  const std::string plain = in_spec ? std::string(text) : UndoubleBraces(text);
  if (raw) {
    parts.text += plain;
  } else {
    Decode(plain, StringKind::kText, parts.text);
  }
  Advance();
}

void Parser::FlushText(StringParts& parts) {
  if (parts.text.empty()) return;
  auto& node = New<ast::Constant>(parts.text_begin);
  node.type = ast::Constant::Type::kStr;
  node.text = module_.arena.CopyText(parts.text);
  parts.values.Add(Done(node));
  parts.text.clear();
}

// {value = !r : spec}
void Parser::AddField(StringParts& parts, bool raw) {
  const std::uint32_t begin = Begin();
  Expect(Kind::kLeftBrace);
  const std::uint32_t value_begin = PreviousEnd();
  const ast::Expression* value = ParseFieldValue();
  const std::string_view text = text_.substr(value_begin, PreviousEnd() - value_begin);
  const bool shows_itself = Accept(Kind::kEqual);
  if (shows_itself) parts.text += text_.substr(value_begin, Begin() - value_begin);
  char conversion = At(Kind::kExclamation) ? ParseConversion() : '\0';
  const bool is_template = parts.is_template;
  const ast::JoinedStr* spec = Accept(Kind::kColon) ? ParseFormatSpec(raw) : nullptr;
  if (shows_itself && conversion == '\0' && spec == nullptr) conversion = 'r';
  if (!Accept(Kind::kRightBrace)) {
    if (conversion != '\0' || spec != nullptr) Fail("SyntaxError: f-string: expecting '}'");
    SuggestComma(*value);
    Fail("SyntaxError: f-string: expecting '=', or '!', or ':', or '}'");
  }
  FlushText(parts);
  if (is_template) {
    auto& node = New<ast::Interpolation>(begin);
    node.value = value;
    node.text = Trim(text);
    node.conversion = conversion;
    node.format_spec = spec;
    return parts.values.Add(Done(node));
  }
  auto& node = New<ast::FormattedValue>(begin);
  node.value = value;
  node.conversion = conversion;
  node.format_spec = spec;
  parts.values.Add(Done(node));
}

const ast::Expression* Parser::ParseFieldValue() {
  switch (Current().kind) {
    case Kind::kRightBrace:
    case Kind::kExclamation:
    case Kind::kColon:
    case Kind::kEqual:
      Fail("SyntaxError: f-string: valid expression required before '" +
           std::string(TextOf(Current())) + "'");
    default:
      return ParseYieldOrStarExpressions();
  }
}

char Parser::ParseConversion() {
  Advance();
  if (At(Kind::kRightBrace) || At(Kind::kColon)) {
    Fail("SyntaxError: f-string: missing conversion character");
  }
  if (!At(Kind::kName)) Fail("SyntaxError: f-string: invalid conversion character");
  if (Begin() != PreviousEnd()) {
    Fail("SyntaxError: f-string: conversion type must come right after the exclamation mark");
  }
  const std::string_view name = TextOf(Current());
  if (name != "s" && name != "r" && name != "a") {
    Fail("SyntaxError: f-string: invalid conversion character '" + std::string(name) +
         "': expected 's', 'r', or 'a'");
  }
  Advance();
  return name[0];
}

const ast::JoinedStr* Parser::ParseFormatSpec(bool raw) {
  auto& node = New<ast::JoinedStr>(Begin());
  StringParts parts(*this);
  while (!At(Kind::kRightBrace)) {
    if (At(Kind::kFStringMiddle)) {
      AddFStringText(parts, raw, true);
    } else {
      AddField(parts, raw);
    }
  }
  FlushText(parts);
  node.values = parts.values.Take();
  return Done(node);
}

}  // namespace migext::python
