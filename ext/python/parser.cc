#include "python/parser.h"

#include <algorithm>
#include <utility>

#include "python/parser_internal.h"

namespace migext::python {

// ---- Names

std::string_view NameTable::Intern(std::string_view name) {
  if (name.empty()) return name;
  std::size_t hash = name.size();
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  hash ^= hash >> 29U;
  for (std::size_t step = 0; step < kMaxSteps; ++step) {
    std::string_view& slot = slots_[(hash + step) & (slots_.size() - 1)];
    if (slot == name) return slot;
    if (!slot.empty()) continue;
    slot = name;
    if (++used_ * 2 > slots_.size()) Grow();
    return name;
  }
  return *crowded_.insert(name).first;
}

void NameTable::Grow() {
  std::vector<std::string_view> old(slots_.size() * 4);
  old.swap(slots_);
  old.insert(old.end(), crowded_.begin(), crowded_.end());
  crowded_.clear();
  used_ = 0;
  for (const std::string_view name : old) Intern(name);
}

// ---- Tokens

bool Parser::AtSoftKeyword(std::string_view word) const {
  return At(Kind::kName) && TextOf(Current()) == word;
}

bool Parser::Accept(Kind kind) {
  if (!At(kind)) return false;
  Advance();
  return true;
}

void Parser::Expect(Kind kind) {
  if (!Accept(kind)) FailSyntax();
}

void Parser::Expect(Kind kind, const std::string& message) {
  if (!Accept(kind)) Fail(message);
}

void Parser::ExpectClose(Kind kind, const ast::Expression* last) {
  if (Accept(kind)) return;
  if (last != nullptr) SuggestComma(*last);
  FailSyntax();
}

std::string_view Parser::ExpectName() {
  if (!At(Kind::kName)) FailSyntax();
  const std::string_view name = names_.Intern(TextOf(Current()));
  Advance();
  return name;
}

std::size_t Parser::FindClose(std::size_t open) const {
  int depth = 0;
  for (std::size_t i = open; i < tokens_.size(); ++i) {
    switch (tokens_[i].kind) {
      case Kind::kLeftParen:
      case Kind::kLeftBracket:
      case Kind::kLeftBrace:
        ++depth;
        break;
      case Kind::kRightParen:
      case Kind::kRightBracket:
      case Kind::kRightBrace:
        if (--depth == 0) return i;
        break;
      default:
        break;
    }
  }
  return tokens_.size();
}

std::uint32_t Parser::PreviousEnd() const {
  std::size_t i = at_;
  while (i > 0 && tokens_[i - 1].kind >= Kind::kNewline && tokens_[i - 1].kind <= Kind::kDedent) {
    --i;
  }
  return i == 0 ? 0 : tokens_[i - 1].end;
}

// ---- Errors

// As CPython does, an open bracket on an earlier line is taken for the cause of what follows it.
void Parser::FailAt(std::uint32_t offset, const std::string& message) const {
  const Source& source = module_.source;
  if (unclosed_ && *unclosed_ < Begin() && message.starts_with("SyntaxError")) {
    const bool at_end = At(Kind::kNewline) || At(Kind::kEnd) || At(Kind::kDedent);
    if (at_end || source.LineAt(Begin()) > source.LineAt(*unclosed_)) {
      throw Error(source.PlaceAt(*unclosed_),
                  std::string("SyntaxError: '") + text_[*unclosed_] + "' was never closed");
    }
  }
  throw Error(source.PlaceAt(offset), message);
}

void Parser::FailSyntax() const {
  if (At(Kind::kIndent)) Fail("IndentationError: unexpected indent");
  if (At(Kind::kDedent)) Fail("IndentationError: unexpected unindent");
  Fail("SyntaxError: invalid syntax");
}

// Two expressions side by side inside brackets: `[AddField(…) RemoveField(…)]`.  When the second is
// wrong itself, that is the error.
void Parser::SuggestComma(const ast::Expression& last) {
  if (!AtExpressionStart() || At(Kind::kLambda)) return;
  if (last.Is<ast::Name>() && (At(Kind::kString) || At(Kind::kFStringStart))) return;
  ParseExpression();
  FailAt(last.begin, "SyntaxError: invalid syntax. Perhaps you forgot a comma?");
}

void Parser::CheckNotRepeated(std::span<const std::string_view> names, std::uint32_t offset,
                              std::string_view message, std::string_view after) {
  if (names.size() < 2) return;
  sorted_names_.assign(names.begin(), names.end());
  std::sort(sorted_names_.begin(), sorted_names_.end(),
            [](std::string_view a, std::string_view b) { return a.data() < b.data(); });
  const auto repeated = std::adjacent_find(
      sorted_names_.begin(), sorted_names_.end(),
      [](std::string_view a, std::string_view b) { return a.data() == b.data() && !a.empty(); });
  if (repeated == sorted_names_.end()) return;
  FailAt(offset,
         "SyntaxError: " + std::string(message) + std::string(*repeated) + std::string(after));
}

// ---- The module

Parser::Parser(ast::Module& module) : module_(module), text_(module.source.text()) {
  TokenList list = Tokenize(module.source);
  tokens_ = std::move(list.tokens);
  unclosed_ = list.unclosed;
}

void Parser::ParseModule() {
  const Scope scope(*this, false);
  Items<const ast::Statement*> body(*this);
  while (!At(Kind::kEnd)) ParseStatement(body);
  module_.body = body.Take();
  module_.docstring = DocstringOf(module_.body);
  CheckFutureImports();
}

// `from __future__` may follow nothing but the docstring and others of its kind.
void Parser::CheckFutureImports() const {
  bool is_head = true;
  for (const ast::Statement* statement : module_.body) {
    const auto* import = statement->If<ast::ImportFrom>();
    const bool is_future =
        import != nullptr && import->level == 0 && import->module == "__future__";
    if (is_future && !is_head) {
      FailAt(statement->begin,
             "SyntaxError: from __future__ imports must occur at the beginning of the file");
    }
    const bool is_docstring = statement == module_.body[0] && module_.docstring;
    is_head = is_head && (is_future || is_docstring);
  }
}

std::unique_ptr<const ast::Module> Parse(std::string file, std::string bytes) {
  auto module = std::make_unique<ast::Module>(std::move(file), std::move(bytes));
  Parser(*module).ParseModule();
  return module;
}

}  // namespace migext::python
