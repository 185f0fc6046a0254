#include "schema/remake_columns.h"

namespace migext::schema {

RemakeColumns::RemakeColumns(const TableRemake& remake) {
  for (const CopiedColumn& copied : remake.copy) copies_.emplace(copied.column, &copied);
  for (const TableText::ColumnPart& part : remake.before.columns) {
    before_.emplace(part.column.name, &part);
  }
}

const CopiedColumn* RemakeColumns::CopyOf(std::string_view column) const {
  const auto found = copies_.find(column);
  return found == copies_.end() ? nullptr : found->second;
}

const TableText::ColumnPart* RemakeColumns::SourceOf(std::string_view column) const {
  const CopiedColumn* copied = CopyOf(column);
  return copied == nullptr || copied->source.empty() ? nullptr : Before(copied->source);
}

const TableText::ColumnPart* RemakeColumns::Before(std::string_view column) const {
  const auto found = before_.find(column);
  return found == before_.end() ? nullptr : found->second;
}

}  // namespace migext::schema
