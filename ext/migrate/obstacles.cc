#include "migrate/obstacles.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "django/operations/fields.h"
#include "migrate/prepared.h"
#include "schema/table_remake.h"
#include "sqlite/sql_tokens.h"

namespace migext::migrate {
namespace {

using django::ProjectState;
using schema::Statement;
using schema::StatementKind;

/// Code is taken to change rows alone; SQL says what it does.
bool MayChangeSchema(const PreparedOperation& operation) {
  static constexpr std::string_view kWords[] = {"CREATE", "DROP", "ALTER"};
  for (const Statement& statement : operation.statements) {
    if (statement.kind != StatementKind::kSql) continue;
    for (const sqlite::SqlToken& token : sqlite::Tokenize(statement.sql)) {
      if (std::any_of(std::begin(kWords), std::end(kWords),
                      [&](std::string_view word) { return token.Is(word); })) {
        return true;
      }
    }
  }
  return false;
}

/// The tables of the database as they will be while the plan is carried out.
class Tables {
 public:
  explicit Tables(const sqlite::Connection& db) : db_(db) {}

  bool Has(std::string_view table) {
    const Entry& entry = At(table);
    return entry.exists;
  }
  /// Of the database as it is now; a column made by the plan does not count.
  bool HasLiveColumn(std::string_view table, const std::string& column) {
    const Entry& entry = At(table);
    if (!entry.exists || entry.live.empty() || entry.freed.contains(Lower(column))) return false;
    return !db_.Value("SELECT 1 FROM pragma_table_xinfo(?) WHERE name = ? COLLATE NOCASE",
                      {entry.live, column})
                .IsNull();
  }
  void Create(std::string_view table) { entries_[Lower(table)] = {true, "", {}}; }
  void Drop(std::string_view table) { entries_[Lower(table)] = {}; }
  void Rename(std::string_view from, std::string_view to) {
    Entry moved = At(from);
    Drop(from);
    entries_[Lower(to)] = std::move(moved);
  }
  void Free(std::string_view table, std::string_view column) {
    At(table).freed.insert(Lower(column));
  }

 private:
  struct Entry {
    bool exists = false;
    std::string live;  ///< Its name in the database now; "" for one that the plan makes.
    std::set<std::string> freed;
  };

  Entry& At(std::string_view table) {
    const auto [it, is_new] = entries_.try_emplace(Lower(table));
    if (is_new && db_.HasTable(table)) it->second = {true, std::string(table), {}};
    return it->second;
  }

  const sqlite::Connection& db_;
  std::map<std::string, Entry> entries_;
};

std::string ColumnOf(const ProjectState& state, std::string_view app, std::string_view model,
                     std::string_view field) {
  const django::ModelState* found = state.Find(app, model);
  if (found == nullptr) return {};
  for (const django::NamedField& named : found->fields) {
    if (named.name == field) return schema::ColumnName(named);
  }
  return {};
}

class Walk {
 public:
  explicit Walk(const sqlite::Connection& db) : tables_(db) {}

  /// False when nothing more can be told.
  bool Step(const PreparedMigration& prepared) {
    for (const PreparedOperation& operation : prepared.operations) {
      if (MayChangeSchema(operation)) return false;
      Follow(*prepared.migration, prepared, operation);
      if (obstacle_) return false;
    }
    return true;
  }

  std::optional<Obstacle> obstacle() && { return std::move(obstacle_); }

 private:
  void Follow(const django::Migration& migration, const PreparedMigration& prepared,
              const PreparedOperation& prepared_operation) {
    const django::Operation& operation = *prepared_operation.operation;
    const std::string made = ColumnMade(prepared, operation);
    const std::string gone = ColumnGone(prepared, operation);
    for (const Statement& statement : prepared_operation.statements) {
      const bool changes_columns =
          statement.kind == StatementKind::kAddColumn ||
          (statement.remake && statement.kind == StatementKind::kCreateTable);
      const std::string& table =
          statement.table_remake ? statement.table_remake->table : statement.table;
      if (changes_columns && !made.empty() && !IsAutomaticKey(statement, operation, made) &&
          tables_.HasLiveColumn(table, made)) {
        obstacle_ = {&migration, &operation, table, made, "duplicate column name: " + made};
        return;
      }
      if (!gone.empty() && (changes_columns || statement.kind == StatementKind::kDropColumn ||
                            statement.kind == StatementKind::kRenameColumn)) {
        tables_.Free(table, gone);
      }
      if (!statement.remake) FollowTable(migration, operation, statement);
      if (obstacle_) return;
    }
  }

  /// Before 5.2 a model whose key is removed has an automatic one until it comes back.
  static bool IsAutomaticKey(const Statement& statement, const django::Operation& operation,
                             const std::string& column) {
    return statement.table_remake != nullptr &&
           dynamic_cast<const django::RemoveField*>(&operation) != nullptr &&
           statement.table_remake->before.FindColumn(column) != nullptr;
  }

  void FollowTable(const django::Migration& migration, const django::Operation& operation,
                   const Statement& statement) {
    if (statement.kind == StatementKind::kCreateTable) {
      if (tables_.Has(statement.table)) {
        obstacle_ = {&migration, &operation, statement.table, "",
                     "table " + schema::QuoteName(statement.table) + " already exists"};
      }
      tables_.Create(statement.table);
    } else if (statement.kind == StatementKind::kDropTable) {
      tables_.Drop(statement.table);
    } else if (statement.kind == StatementKind::kRenameTable) {
      if (tables_.Has(statement.renamed_to) &&
          Lower(statement.table) != Lower(statement.renamed_to)) {
        obstacle_ = {
            &migration, &operation, statement.renamed_to, "",
            "there is already another table or index with this name: " + statement.renamed_to};
      }
      tables_.Rename(statement.table, statement.renamed_to);
    }
  }

  /// The column that an operation makes in a table that is there, "" for none.
  static std::string ColumnMade(const PreparedMigration& prepared,
                                const django::Operation& operation) {
    const std::string& app = prepared.migration->key.app;
    if (const auto* add = dynamic_cast<const django::AddField*>(&operation)) {
      if (prepared.backwards) return {};
      return ColumnOf(prepared.after, app, add->model_name, add->name).empty()
                 ? schema::ColumnName({add->name, add->field})
                 : ColumnOf(prepared.after, app, add->model_name, add->name);
    }
    const auto* remove = dynamic_cast<const django::RemoveField*>(&operation);
    if (remove == nullptr || !prepared.backwards) return {};
    return ColumnOf(prepared.before, app, remove->model_name, remove->name);
  }

  static std::string ColumnGone(const PreparedMigration& prepared,
                                const django::Operation& operation) {
    const std::string& app = prepared.migration->key.app;
    const ProjectState& from = prepared.backwards ? prepared.after : prepared.before;
    if (const auto* remove = dynamic_cast<const django::RemoveField*>(&operation)) {
      return prepared.backwards ? "" : ColumnOf(from, app, remove->model_name, remove->name);
    }
    if (const auto* add = dynamic_cast<const django::AddField*>(&operation)) {
      return prepared.backwards ? ColumnOf(from, app, add->model_name, add->name) : "";
    }
    if (const auto* rename = dynamic_cast<const django::RenameField*>(&operation)) {
      return ColumnOf(from, app, rename->model_name,
                      prepared.backwards ? rename->new_name : rename->name);
    }
    if (const auto* alter = dynamic_cast<const django::AlterField*>(&operation)) {
      return ColumnOf(from, app, alter->model_name, alter->name);
    }
    return {};
  }

  Tables tables_;
  std::optional<Obstacle> obstacle_;
};

}  // namespace

std::optional<Obstacle> FirstObstacle(std::span<const PreparedMigration> steps,
                                      const sqlite::Connection& db) {
  Walk walk(db);
  for (const PreparedMigration& prepared : steps) {
    if (!walk.Step(prepared)) break;
  }
  return std::move(walk).obstacle();
}

}  // namespace migext::migrate
