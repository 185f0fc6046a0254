#include "sqlite/sql_tokens.h"

#include <algorithm>

#include "base/text.h"

namespace migext::sqlite {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '_' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view sql) : sql_(sql) {}

  std::vector<SqlToken> Run() {
    for (SkipBlanks(); at_ < sql_.size(); SkipBlanks()) tokens_.push_back(Next());
    return std::move(tokens_);
  }

 private:
  bool StartsWith(std::string_view text) const { return sql_.substr(at_).starts_with(text); }

  void SkipBlanks() {
    while (at_ < sql_.size()) {
      if (IsBlank(sql_[at_])) {
        ++at_;
      } else if (StartsWith("--")) {
        SkipPast("\n", at_);
      } else if (StartsWith("/*")) {
        SkipPast("*/", at_ + 2);
      } else {
        return;
      }
    }
  }

  void SkipPast(std::string_view end, std::size_t from) {
    const std::size_t found = sql_.find(end, from);
    at_ = found == std::string_view::npos ? sql_.size() : found + end.size();
  }

  SqlToken Next() {
    const char c = sql_[at_];
    if (c == '"' || c == '`' || c == '\'') return Quoted(c);
    if (c == '[') return Quoted(']');
    if (IsNameCharacter(c)) return Word(IsDigit(c) ? TokenKind::kNumber : TokenKind::kName);
    ++at_;
    return {TokenKind::kSymbol, std::string(1, c), at_ - 1, at_};
  }

  SqlToken Word(TokenKind kind) {
    const std::size_t begin = at_;
    while (at_ < sql_.size() &&
           (IsNameCharacter(sql_[at_]) || (kind == TokenKind::kNumber && sql_[at_] == '.'))) {
      ++at_;
    }
    return {kind, std::string(sql_.substr(begin, at_ - begin)), begin, at_};
  }

  SqlToken Quoted(char close) {
    SqlToken token{TokenKind::kQuoted, {}, at_, at_};
    for (++at_; at_ < sql_.size(); ++at_) {
      if (sql_[at_] == close) {
        const bool doubled = close != ']' && at_ + 1 < sql_.size() && sql_[at_ + 1] == close;
        if (!doubled) break;
        ++at_;
      }
      token.text += sql_[at_];
    }
    if (at_ < sql_.size()) ++at_;
    token.end = at_;
    return token;
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  std::vector<SqlToken> tokens_;
};

bool IsString(const SqlToken& token, std::string_view sql) {
  return token.kind == TokenKind::kQuoted && sql[token.begin] == '\'';
}

bool IsName(const SqlToken& token, std::string_view sql) {
  return token.kind == TokenKind::kName ||
         (token.kind == TokenKind::kQuoted && !IsString(token, sql));
}

}  // namespace

bool SqlToken::Is(std::string_view word) const {
  return (kind == TokenKind::kName || kind == TokenKind::kSymbol) && EqualsIgnoringCase(text, word);
}

std::vector<SqlToken> Tokenize(std::string_view sql) { return Tokenizer(sql).Run(); }

std::string NormalizedSql(std::span<const SqlToken> tokens, std::string_view sql) {
  std::string out;
  for (const SqlToken& token : tokens) {
    if (!out.empty()) out += ' ';
    out += IsString(token, sql) ? SqlLiteral(token.text) : Lower(token.text);
  }
  return out;
}

bool MentionsName(std::string_view sql, std::string_view name) {
  const std::vector<SqlToken> tokens = Tokenize(sql);
  return std::any_of(tokens.begin(), tokens.end(), [&](const SqlToken& token) {
    return IsName(token, sql) && EqualsIgnoringCase(token.text, name);
  });
}

std::string WithNameReplaced(std::string_view sql, std::string_view from, std::string_view to) {
  std::string out;
  std::size_t copied = 0;
  for (const SqlToken& token : Tokenize(sql)) {
    if (!IsName(token, sql) || !EqualsIgnoringCase(token.text, from)) continue;
    out += sql.substr(copied, token.begin - copied);
    out += SqlIdentifier(to);
    copied = token.end;
  }
  out += sql.substr(copied);
  return out;
}

}  // namespace migext::sqlite
