#include "migrate/migration_runner.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "django/operations/special.h"
#include "migrate/checksums.h"
#include "migrate/history.h"
#include "migrate/journal.h"
#include "sqlite/sql_tokens.h"
#include "sqlite/transaction.h"

namespace migext::migrate {
namespace {

using django::Migration;
using django::MigrationKey;
using schema::Statement;
using schema::StatementKind;

constexpr std::string_view kMigrateVerb = "migrate";
constexpr std::string_view kStepDetail = "operation ";

bool MakesNewRows(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kCopyRows:
    case StatementKind::kDropTable:
    case StatementKind::kRenameTable:
    case StatementKind::kAddColumn:
    case StatementKind::kSql:
    case StatementKind::kPython:
      return true;
    default:
      return false;
  }
}

/// It changes nothing that a query could see.
bool IsVacuum(std::string_view sql) {
  const std::vector<sqlite::SqlToken> tokens = sqlite::Tokenize(sql);
  return !tokens.empty() && tokens.front().Is("VACUUM") &&
         std::none_of(tokens.begin(), tokens.end(),
                      [](const sqlite::SqlToken& token) { return token.Is("INTO"); });
}

std::string Shortened(const std::string& sql) {
  constexpr std::size_t kLongest = 300;
  if (sql.size() <= kLongest) return sql;
  std::size_t end = kLongest;
  while (end > 0 && IsUtf8Continuation(sql[end])) --end;
  return sql.substr(0, end) + "…";
}

/// With the operation and its place.
Error FailureOf(const PreparedMigration& prepared, const PreparedOperation& operation,
                const std::string& message) {
  return {operation.operation->position().ToPlace(),
          prepared.migration->key.ToString() + ", operation " + std::to_string(operation.position) +
              " (" + operation.operation->Describe() + "): " + message};
}

}  // namespace

MigrationRunner::MigrationRunner(const RunnerInput& input)
    : input_(input), code_(input_.db, input_.project), foreign_keys_(input_.db) {}

void MigrationRunner::Run(const PreparedMigration& prepared) {
  code_.RequireAll(prepared);
  statements_.emplace(input_.db);
  const bool stepwise = !prepared.migration->atomic && input_.db.IsAutocommit();
  stepwise ? RunStepwise(prepared) : RunWhole(prepared);
  copied_ = statements_->copied();
  statements_.reset();
}

void MigrationRunner::RequireSameHistory() const {
  if (HistoryMark(input_.db) == input_.history_mark) return;
  throw Error(
      "another connection has changed django_migrations since the plan was made; look again with "
      "SELECT * FROM migration_status and call again");
}

void MigrationRunner::RunWhole(const PreparedMigration& prepared) {
  sqlite::Transaction transaction(input_.db);
  RequireSameHistory();
  if (input_.quarantine != nullptr) input_.quarantine->Before(prepared);
  for (const PreparedOperation& operation : prepared.operations) {
    RunOperation(prepared, operation);
  }
  Finish(prepared);
  Journal(prepared, prepared.backwards ? "taken back" : "applied");
  transaction.Commit();
}

void MigrationRunner::RunStepwise(const PreparedMigration& prepared) {
  const std::size_t total = prepared.migration->operations.size();
  std::size_t count = total - prepared.operations.size();
  {
    sqlite::Transaction transaction(input_.db);
    RequireSameHistory();
    if (input_.quarantine != nullptr) input_.quarantine->Before(prepared);
    transaction.Commit();
  }
  for (const PreparedOperation& operation : prepared.operations) {
    // Its text may hold what works in no transaction.
    const bool needs_none = dynamic_cast<const django::RunSql*>(operation.operation) != nullptr;
    std::optional<sqlite::Transaction> transaction;
    if (!needs_none) transaction.emplace(input_.db);
    RunOperation(prepared, operation);
    ++count;
    const std::string detail = std::string(kStepDetail) + std::to_string(operation.position) +
                               " (" + std::to_string(count) + " of " + std::to_string(total) +
                               "; not atomic)";
    Journal(prepared, prepared.backwards ? "took back " + detail : detail);
    if (transaction) transaction->Commit();
  }
  sqlite::Transaction transaction(input_.db);
  Finish(prepared);
  Journal(prepared, prepared.backwards ? "taken back" : "applied");
  transaction.Commit();
}

void MigrationRunner::RunOperation(const PreparedMigration& prepared,
                                   const PreparedOperation& operation) {
  const Statement* running = nullptr;
  try {
    for (const Statement& statement : operation.statements) {
      running = &statement;
      RunStatement(prepared, operation, statement);
    }
    RenameContentType(prepared, operation);
  } catch (const sqlite::DatabaseError& error) {
    throw FailureOf(prepared, operation,
                    error.message() + "\n  in " + Shortened(schema::SentSql(*running)));
  } catch (const Error& error) {
    if (error.place().line != 0) throw;
    throw FailureOf(prepared, operation, error.message());
  }
}

void MigrationRunner::RenameContentType(const PreparedMigration& prepared,
                                        const PreparedOperation& operation) {
  if (input_.renames == nullptr) return;
  std::string warning = input_.renames->AfterOperation(input_.db, *prepared.migration,
                                                       *operation.operation, prepared.backwards);
  if (!warning.empty()) warnings_.push_back(std::move(warning));
}

void MigrationRunner::RunStatement(const PreparedMigration& prepared,
                                   const PreparedOperation& operation, const Statement& statement) {
  if (statement.kind == StatementKind::kPython) {
    code_.Run(prepared, operation, statement.code);
  } else if (statement.kind == StatementKind::kSql) {
    const std::string sql = schema::SentSql(statement);
    if (input_.db.IsAutocommit() && IsVacuum(sql)) {
      warnings_.push_back(
          "VACUUM was left out, as it cannot run inside a function; run it yourself");
    } else if (input_.db.IsAutocommit()) {
      input_.db.Execute(sql);
    } else {
      RunProjectSql(input_.db, sql, prepared.migration->key.ToString() + ", RunSQL");
    }
  } else {
    statements_->Run(statement);
    if (statement.kind == StatementKind::kRenameTable && !statement.remake) {
      foreign_keys_.Rename(statement.table, statement.renamed_to);
    }
  }
}

void MigrationRunner::Finish(const PreparedMigration& prepared) {
  for (const Statement& statement : prepared.deferred) statements_->Run(statement);
  statements_->Finish();
  if (input_.quarantine != nullptr) input_.quarantine->After(prepared);
  Record(prepared);
  input_.history_mark = HistoryMark(input_.db);
  CheckForeignKeys(prepared);
}

// MigrationExecutor.record_migration(): before 6.0 a squash is recorded by what it replaces, and
// its own record is written at the end of the run (check_replacements).
void MigrationRunner::Record(const PreparedMigration& prepared) {
  RecordWithParts(prepared.migration->key, prepared.backwards);
}

void MigrationRunner::RecordWithParts(const MigrationKey& key, bool backwards) {
  const django::MigrationSource source = SourceOf(input_.project);
  const ChecksumBook checksums(input_.db, source, input_.journal);
  const Recorder recorder(input_.db, &checksums);
  const django::Dialect& dialect = *input_.context.dialect;
  const Migration* migration = input_.project.FindMigration(key);
  const bool is_squash = migration != nullptr && !migration->replaces.empty();
  if (is_squash) {
    for (const MigrationKey& part : migration->replaces) {
      if (dialect.nested_squashes) {
        RecordWithParts(part, backwards);
      } else {
        backwards ? recorder.RecordUnapplied(part) : recorder.RecordApplied(part);
      }
    }
  }
  if (backwards) {
    recorder.RecordUnapplied(key);
  } else if (!is_squash || dialect.records_squash_with_its_parts) {
    recorder.RecordApplied(key);
  }
}

void MigrationRunner::CheckForeignKeys(const PreparedMigration& prepared) {
  std::set<std::string> tables;
  bool all = false;
  const auto look = [&](const Statement& statement) {
    if (!MakesNewRows(statement)) return;
    if (statement.kind == StatementKind::kSql || statement.kind == StatementKind::kPython) {
      all = true;
    }
    tables.insert(statement.table);
    if (!statement.renamed_to.empty()) tables.insert(statement.renamed_to);
  };
  for (const PreparedOperation& operation : prepared.operations) {
    std::for_each(operation.statements.begin(), operation.statements.end(), look);
  }
  if (all) {
    foreign_keys_.RequireNoNew();
  } else if (!tables.empty()) {
    foreign_keys_.RequireNoNewIn(tables);
  }
}

void MigrationRunner::Journal(const PreparedMigration& prepared, const std::string& detail) const {
  if (!input_.journal) return;
  migrate::Journal(input_.db).Write(
      {std::string(kMigrateVerb), prepared.migration->key.ToString(), detail, ""});
}

std::set<int> MigrationRunner::DoneBefore(const MigrationKey& key) const {
  std::set<int> done;
  if (!input_.db.HasTable(kJournalTable)) return done;
  sqlite::Statement entries = input_.db.Prepare(
      R"(SELECT "detail" FROM "main"."migext_journal" WHERE "verb" = ? AND "target" = ? )"
      R"(ORDER BY "id")");
  entries.Bind({kMigrateVerb, key.ToString()});
  while (entries.Step()) {
    const std::string_view detail = entries.row().TextView(0);
    if (!detail.starts_with(kStepDetail)) {
      done.clear();  // That run came to its end.
      continue;
    }
    int position = 0;
    const std::string_view number = detail.substr(kStepDetail.size());
    std::from_chars(number.data(), number.data() + number.size(), position);
    done.insert(position);
  }
  return done;
}

}  // namespace migext::migrate
