#include "schema/fold.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "base/text.h"
#include "schema/compose.h"
#include "schema/table_remake.h"

namespace migext::schema {
namespace {

constexpr std::size_t kSteps = 4;  ///< Of a remake: make, copy, drop, rename.

class Folder {
 public:
  explicit Folder(std::span<std::vector<Statement>* const> groups) : groups_(groups) {
    for (std::vector<Statement>* group : groups) {
      for (Statement& statement : *group) all_.push_back(&statement);
    }
    goes_.resize(all_.size());
  }

  void Run() {
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (IsRemake(i)) FoldIntoNext(i);
    }
    RemoveGone();
  }

 private:
  bool IsRemake(std::size_t i) const {
    return all_[i]->table_remake && i + kSteps <= all_.size() &&
           all_[i + 1]->kind == StatementKind::kCopyRows &&
           all_[i + 2]->kind == StatementKind::kDropTable &&
           all_[i + 3]->kind == StatementKind::kRenameTable;
  }

  /// The next remake of the same table, if what is between leaves the table alone but for indexes.
  std::optional<std::size_t> Next(std::size_t first, std::vector<std::size_t>& indexes) const {
    const std::string& table = all_[first]->table_remake->table;
    for (std::size_t i = first + kSteps; i < all_.size(); ++i) {
      if (IsRemake(i)) {
        if (EqualsIgnoringCase(all_[i]->table_remake->table, table)) return i;
        i += kSteps - 1;
        continue;
      }
      if (goes_[i]) continue;
      const Statement& statement = *all_[i];
      const bool is_own = EqualsIgnoringCase(statement.table, table);
      switch (statement.kind) {
        case StatementKind::kCreateIndex:
          if (is_own) indexes.push_back(i);
          break;
        case StatementKind::kAddColumn:
        case StatementKind::kRenameColumn:
        case StatementKind::kDropColumn:
        case StatementKind::kDropIndex:
          if (is_own) return std::nullopt;
          break;
        default:
          // Code may look at the table; a new table may want the name of an index that goes.
          return std::nullopt;
      }
    }
    return std::nullopt;
  }

  void FoldIntoNext(std::size_t first) {
    std::vector<std::size_t> indexes;
    const std::optional<std::size_t> second = Next(first, indexes);
    if (!second) return;
    std::vector<std::string> index_sql;
    for (const std::size_t i : indexes) index_sql.push_back(all_[i]->sql);
    std::optional<TableRemake> both =
        Compose(*all_[first]->table_remake, *all_[*second]->table_remake, index_sql);
    if (!both) return;
    for (std::size_t i = 0; i < kSteps; ++i) goes_[first + i] = true;
    for (const std::size_t i : indexes) goes_[i] = true;
    all_[*second + 1]->sql = CopyRowsSql(*both);
    all_[*second]->table_remake = std::make_shared<const TableRemake>(std::move(*both));
  }

  void RemoveGone() {
    std::size_t at = 0;
    for (std::vector<Statement>* group : groups_) {
      std::vector<Statement> stays;
      for (Statement& statement : *group) {
        if (!goes_[at++]) stays.push_back(std::move(statement));
      }
      *group = std::move(stays);
    }
  }

  std::span<std::vector<Statement>* const> groups_;
  std::vector<Statement*> all_;
  std::vector<bool> goes_;
};

}  // namespace

void FoldRemakes(std::span<std::vector<Statement>* const> groups) { Folder(groups).Run(); }

}  // namespace migext::schema
