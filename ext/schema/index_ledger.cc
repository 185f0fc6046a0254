#include "schema/index_ledger.h"

#include <algorithm>

#include "base/text.h"
#include "schema/index.h"

namespace migext::schema {

IndexLedger::Indexes& IndexLedger::At(std::string_view table) {
  const std::string key = LowerUtf8(table);
  const auto found = tables_.find(key);
  if (found != tables_.end()) return found->second;
  return tables_[key] = known_ ? known_->IndexesOf(table) : std::nullopt;
}

std::optional<std::vector<KnownIndex>> IndexLedger::Of(std::string_view table) { return At(table); }

bool IndexLedger::HasTable(std::string_view table) const {
  return !is_frozen_ || !known_ || known_->HasTable(table);
}

void IndexLedger::Create(const IndexStatement& index) {
  if (is_frozen_) return;
  Indexes& indexes = At(index.table);
  if (indexes) indexes->push_back({index.Name(), index.columns, index.unique});
}

void IndexLedger::Drop(std::string_view table, std::string_view name) {
  if (is_frozen_) return;
  Indexes& indexes = At(table);
  if (!indexes) return;
  std::erase_if(*indexes, [&](const KnownIndex& index) { return index.name == name; });
}

void IndexLedger::CreateTable(const EditedModel& model) {
  if (is_frozen_ || !known_) return;
  std::vector<KnownIndex> indexes;
  for (const django::NamedIndex& constraint : model.constraints) {
    if (FormOf(constraint) != ConstraintForm::kTableUnique) continue;
    indexes.push_back({constraint.name, ColumnsOf(constraint.fields, model.NamedFields()), true});
  }
  At(model.table) = std::move(indexes);
}

void IndexLedger::DropTable(std::string_view table) {
  if (!is_frozen_ && known_) At(table) = std::vector<KnownIndex>();
}

void IndexLedger::RenameTable(std::string_view from, std::string_view to) {
  if (is_frozen_) return;
  Indexes moved = At(from);
  At(to) = std::move(moved);
  tables_.erase(LowerUtf8(from));
}

void IndexLedger::RenameColumn(std::string_view table, std::string_view from, std::string_view to) {
  if (is_frozen_) return;
  Indexes& indexes = At(table);
  if (!indexes) return;
  for (KnownIndex& index : *indexes) {
    std::replace(index.columns.begin(), index.columns.end(), std::string(from), std::string(to));
  }
}

}  // namespace migext::schema
