// What indexes the database has in the middle of a migration: those that were known before it, and
// what the statements since then made of them.
#ifndef MIGEXT_SCHEMA_INDEX_LEDGER_H_
#define MIGEXT_SCHEMA_INDEX_LEDGER_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/index_statement.h"
#include "schema/known_indexes.h"

namespace migext::schema {

class IndexLedger {
 public:
  /// `known` may be nullptr: then nothing is known of any table.
  explicit IndexLedger(const KnownIndexes* known) : known_(known) {}

  /// sqlmigrate runs nothing, so that the database stays as it is.
  void Freeze() { is_frozen_ = true; }

  std::optional<std::vector<KnownIndex>> Of(std::string_view table);
  /// False for a table that the database lacks and that nothing has made since.
  bool HasTable(std::string_view table) const;

  void Create(const IndexStatement& index);
  void Drop(std::string_view table, std::string_view name);
  void CreateTable(const EditedModel& model);
  void DropTable(std::string_view table);
  void RenameTable(std::string_view from, std::string_view to);
  void RenameColumn(std::string_view table, std::string_view from, std::string_view to);

 private:
  using Indexes = std::optional<std::vector<KnownIndex>>;

  Indexes& At(std::string_view table);

  const KnownIndexes* known_;
  bool is_frozen_ = false;
  std::map<std::string, Indexes, std::less<>> tables_;
};

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_INDEX_LEDGER_H_
