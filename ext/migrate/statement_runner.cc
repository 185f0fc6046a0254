#include "migrate/statement_runner.h"

#include <algorithm>

#include "base/text.h"
#include "sqlite/sql_tokens.h"

namespace migext::migrate {
namespace {

using schema::Statement;
using schema::StatementKind;

/// "error in view v after drop column: no such column: x" says nothing of the way out.
std::string WayOut(const std::string& message) {
  const std::vector<sqlite::SqlToken> words = sqlite::Tokenize(message);
  if (words.size() < 4 || !words[0].Is("error") || !words[1].Is("in")) return {};
  for (const char* kind : {"VIEW", "TRIGGER", "INDEX"}) {
    if (!words[2].Is(kind)) continue;
    return "; DROP " + std::string(kind) + " " + SqlIdentifier(words[3].text) +
           " first, and make it anew afterwards as it should be";
  }
  return {};
}

/// A RunSQL of comments, or of nothing.
bool IsBlank(const std::string& sql) {
  const std::vector<sqlite::SqlToken> tokens = sqlite::Tokenize(sql);
  return std::all_of(tokens.begin(), tokens.end(), [](const auto& token) { return token.Is(";"); });
}

}  // namespace

StatementRunner::StatementRunner(const sqlite::Connection& db)
    : db_(db),
      renames_reach_everything_(db, sqlite::Flag::kLegacyAlterTable, false),
      objects_(db) {}

void StatementRunner::Run(const Statement& statement) {
  try {
    if (statement.table_remake || (remake_ && statement.remake && !statement.deferred)) {
      RunRemake(statement);
    } else {
      RunAlone(statement);
    }
  } catch (const sqlite::DatabaseError& error) {
    const std::string way_out = WayOut(error.message());
    if (way_out.empty()) throw;
    throw sqlite::DatabaseError(error.extended_code(), error.message() + way_out);
  }
}

void StatementRunner::Finish() { objects_.RequireAsBefore(gone_, dropped_); }

void StatementRunner::RunRemake(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kCreateTable:
      plan_ = statement.table_remake;
      remake_.emplace(db_, *plan_);
      if (remake_->ChangesColumns()) objects_.Note();
      remake_->CreateTable();
      return;
    case StatementKind::kCopyRows:
      copied_.push_back({plan_->table, remake_->CopyRows()});
      return;
    case StatementKind::kRenameTable:
      remake_->TakePlace(schema::SentSql(statement));
      gone_.insert(gone_.end(), remake_->gone().begin(), remake_->gone().end());
      remake_.reset();
      return;
    default:
      db_.Run(schema::SentSql(statement));
  }
}

void StatementRunner::RunAlone(const Statement& statement) {
  if (statement.kind == StatementKind::kDropTable) dropped_.push_back(statement.table);
  const std::string sql = schema::SentSql(statement);
  if (IsBlank(sql)) return;
  db_.Run(sql);
  if (statement.kind == StatementKind::kCopyRows) {
    copied_.push_back({statement.table, db_.Changes()});
  }
}

}  // namespace migext::migrate
