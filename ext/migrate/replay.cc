#include "migrate/replay.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "migrate/live_indexes.h"
#include "migrate/prepared.h"
#include "migrate/promised_schema.h"
#include "schema/statement.h"
#include "sqlite/connection.h"
#include "sqlite/function.h"

namespace migext::migrate {
namespace {

using django::MigrationKey;
using django::ProjectState;

/// The indexes of the database as it is when one is asked for.
class IndexesNow final : public schema::KnownIndexes {
 public:
  explicit IndexesNow(const sqlite::Connection& db) : db_(db) {}

  bool HasTable(std::string_view table) const override { return db_.HasTable(table); }
  std::optional<std::vector<schema::KnownIndex>> IndexesOf(std::string_view table) const override {
    return LiveIndexes(sqlite::LiveSchema::ReadTable(db_, table), MissingTable::kHasNoIndexes)
        .IndexesOf(table);
  }

 private:
  const sqlite::Connection& db_;
};

class Replayer {
 public:
  explicit Replayer(const schema::SchemaContext& context)
      : context_(context), db_(sqlite::Connection::Open(":memory:", sqlite::OpenMode::kCreate)) {
    db_.Run("PRAGMA foreign_keys = OFF");
    db_.Run("PRAGMA trusted_schema = ON");
  }

  /// False when Django would refuse it: then it has not been run, whatever is recorded.
  bool Follow(const django::Migration& migration) {
    const ProjectState before = state_;
    try {
      for (const django::OperationPtr& operation : migration.operations) {
        operation->StateForwards(migration.key.app, state_);
      }
    } catch (const Error&) {
      state_ = before;
      return false;
    }
    return Execute(migration, false, before);
  }

  /// False when it cannot be taken back.
  bool TakeBack(const django::Migration& migration, const ProjectState& before) {
    return Execute(migration, true, before);
  }

  const ProjectState& state() const { return state_; }
  /// A statement has failed.
  bool has_failed() const { return has_failed_; }
  sqlite::LiveSchema Read() const { return sqlite::LiveSchema::Read(db_); }

 private:
  bool Execute(const django::Migration& migration, bool backwards, const ProjectState& before) {
    try {
      const IndexesNow indexes(db_);
      const PreparedMigration prepared =
          Prepare({migration, backwards, before, context_, &indexes});
      for (const PreparedOperation& operation : prepared.operations) RunAll(operation.statements);
      RunAll(prepared.deferred);
      return true;
    } catch (const Error&) {
      return false;
    }
  }

  void RunAll(const std::vector<schema::Statement>& statements) {
    for (const schema::Statement& statement : statements) {
      if (statement.kind != schema::StatementKind::kPython) Run(schema::SentSql(statement));
    }
  }

  void Run(const std::string& sql) {
    constexpr std::string_view kUnknown = "no such function: ";
    constexpr int kMostFunctions = 20;
    for (int attempt = 0; attempt < kMostFunctions; ++attempt) {
      try {
        db_.Execute(sql);
        return;
      } catch (const sqlite::DatabaseError& error) {
        const std::size_t place = error.words().find(kUnknown);
        if (place == std::string::npos) break;
        Define(error.words().substr(place + kUnknown.size()));
      }
    }
    has_failed_ = true;
  }

  /// A stand-in: the tables stay empty, so that nothing is computed.
  void Define(std::string name) {
    sqlite::Register(db_.handle(), {std::move(name), 0, -1, sqlite::Safety::kPure,
                                    [](const sqlite::Arguments&) { return sqlite::Cell(); }});
  }

  const schema::SchemaContext& context_;
  sqlite::Connection db_;
  ProjectState state_;
  bool has_failed_ = false;
};

}  // namespace

sqlite::LiveSchema Replay(const django::Graph& graph, const schema::SchemaContext& context) {
  Replayer replayer(context);
  for (const MigrationKey& key : AppliedPlan(graph)) replayer.Follow(*graph.Find(key));
  return replayer.Read();
}

std::optional<sqlite::LiveSchema> ReplayThereAndBack(const django::Graph& graph,
                                                     const schema::SchemaContext& context) {
  std::vector<MigrationKey> others = WholePlan(graph);
  std::erase_if(others, [&](const MigrationKey& key) { return graph.applied().contains(key); });
  if (others.empty()) return std::nullopt;
  Replayer replayer(context);
  for (const MigrationKey& key : AppliedPlan(graph)) replayer.Follow(*graph.Find(key));
  std::vector<std::pair<const django::Migration*, ProjectState>> taken;
  for (const MigrationKey& key : others) {
    const django::Migration* migration = graph.Find(key);
    if (migration == nullptr) return std::nullopt;
    taken.emplace_back(migration, replayer.state());
    if (!replayer.Follow(*migration)) return std::nullopt;
  }
  std::reverse(taken.begin(), taken.end());
  for (const auto& [migration, before] : taken) {
    if (!replayer.TakeBack(*migration, before)) return std::nullopt;
  }
  if (replayer.has_failed()) return std::nullopt;
  return replayer.Read();
}

}  // namespace migext::migrate