#include "sqlite/create_table.h"

#include <utility>

#include "sqlite/sql_tokens.h"

namespace migext::sqlite {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view sql) : sql_(sql), tokens_(Tokenize(sql)) {}

  CreateTable Run() {
    while (!AtEnd() && !Now().Is("(")) {
      if (Now().Is("AS")) return table_;  // CREATE TABLE … AS SELECT keeps no such text
      ++at_;
    }
    if (AtEnd()) return table_;
    ++at_;
    while (!AtEnd() && !Now().Is(")")) {
      ReadItem();
      if (!AtEnd() && Now().Is(",")) ++at_;
    }
    for (; !AtEnd(); ++at_) {
      if (Now().Is("WITHOUT")) table_.without_rowid = true;
      if (Now().Is("STRICT")) table_.strict = true;
    }
    return table_;
  }

 private:
  bool AtEnd() const { return at_ >= tokens_.size(); }
  const SqlToken& Now() const { return tokens_[at_]; }
  bool NextIs(std::string_view word) const {
    return at_ + 1 < tokens_.size() && tokens_[at_ + 1].Is(word);
  }
  bool AtItemEnd() const { return AtEnd() || Now().Is(",") || Now().Is(")"); }

  bool StartsTableConstraint() const {
    return Now().Is("CONSTRAINT") || Now().Is("CHECK") || Now().Is("UNIQUE") ||
           Now().Is("PRIMARY") || Now().Is("FOREIGN");
  }

  void ReadItem() {
    column_.clear();
    if (!StartsTableConstraint()) {
      column_ = Now().text;
      ++at_;
    }
    while (!AtItemEnd()) ReadClause();
    name_.clear();
  }

  void ReadClause() {
    if (Now().Is("CONSTRAINT")) {
      ++at_;
      if (!AtItemEnd()) name_ = tokens_[at_++].text;
    } else if (Now().Is("CHECK") && NextIs("(")) {
      ++at_;
      Add(ConstraintKind::kCheck).expression = SkipParentheses();
    } else if (Now().Is("UNIQUE")) {
      ++at_;
      ReadColumns(Add(ConstraintKind::kUnique));
    } else if (Now().Is("PRIMARY") && NextIs("KEY")) {
      at_ += 2;
      ReadColumns(Add(ConstraintKind::kPrimaryKey));
    } else if (Now().Is("FOREIGN") && NextIs("KEY")) {
      at_ += 2;
      ReadColumns(Add(ConstraintKind::kForeignKey));
    } else if (Now().Is("REFERENCES")) {
      ++at_;
      // Behind FOREIGN KEY (…) it belongs to that one.
      if (!column_.empty()) Add(ConstraintKind::kForeignKey);
    } else if (Now().Is("COLLATE")) {
      ++at_;
      if (!AtItemEnd()) table_.collations.emplace_back(column_, tokens_[at_++].text);
    } else {
      ReadWord();
    }
  }

  void ReadWord() {
    if (Now().Is("(")) {
      SkipParentheses();
      return;
    }
    if (Now().Is("AUTOINCREMENT")) table_.autoincrement = true;
    if (Now().Is("INITIALLY") && NextIs("DEFERRED") && !table_.constraints.empty()) {
      table_.constraints.back().deferred = true;
    }
    ++at_;
  }

  LiveConstraint& Add(ConstraintKind kind) {
    LiveConstraint& added = table_.constraints.emplace_back();
    added.kind = kind;
    added.name = std::exchange(name_, {});
    added.of_column = !column_.empty();
    if (added.of_column) added.columns = {column_};
    return added;
  }

  // "(a, b COLLATE x DESC)" gives a and b; nothing is read where there is no parenthesis.
  void ReadColumns(LiveConstraint& constraint) {
    if (AtEnd() || !Now().Is("(") || constraint.of_column) return;
    int depth = 0;
    bool expect_name = true;
    for (; !AtEnd(); ++at_) {
      if (Now().Is("(")) {
        ++depth;
      } else if (Now().Is(")")) {
        if (--depth == 0) break;
      } else if (depth == 1 && Now().Is(",")) {
        expect_name = true;
      } else if (depth == 1 && expect_name) {
        constraint.columns.push_back(Now().text);
        expect_name = false;
      } else if (depth == 1 && Now().Is("AUTOINCREMENT")) {
        table_.autoincrement = true;
      }
    }
    if (!AtEnd()) ++at_;
  }

  // Moves behind the parenthesis that closes this one and gives the text between them.
  std::string SkipParentheses() {
    const std::size_t begin = Now().end;
    std::size_t end = sql_.size();
    int depth = 0;
    for (; !AtEnd(); ++at_) {
      if (Now().Is("(")) ++depth;
      if (Now().Is(")") && --depth == 0) {
        end = Now().begin;
        ++at_;
        break;
      }
    }
    return std::string(sql_.substr(begin, end - begin));
  }

  std::string_view sql_;
  std::vector<SqlToken> tokens_;
  std::size_t at_ = 0;
  std::string column_;  // whose definition is read; "" in a table constraint
  std::string name_;    // of the constraint to come
  CreateTable table_;
};

}  // namespace

CreateTable ReadCreateTable(std::string_view sql) { return Reader(sql).Run(); }

}  // namespace migext::sqlite
