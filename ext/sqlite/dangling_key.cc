#include "sqlite/dangling_key.h"

#include "base/text.h"

namespace migext::sqlite {
namespace {

/// The column of `parent` that a key of one column points at; "" for a key of several.
std::string TargetOf(const LiveForeignKey& key, const LiveTable& parent) {
  if (key.columns.size() != 1) return {};
  if (!key.to.front().empty()) return key.to.front();
  std::string target;
  for (const LiveColumn& column : parent.columns) {
    if (column.primary_key == 0) continue;
    if (!target.empty()) return {};
    target = column.name;
  }
  return target;
}

std::string FreeName(const LiveSchema& live, const std::string& wanted) {
  std::string name = wanted;
  for (int number = 2; live.FindTable(name) != nullptr || live.FindView(name) != nullptr;
       ++number) {
    name = wanted + "_" + std::to_string(number);
  }
  return name;
}

}  // namespace

std::optional<DanglingKeyMend> MendDanglingKey(const LiveSchema& live, const LiveTable& table,
                                               const LiveForeignKey& key) {
  const LiveTable* parent = live.FindTable(key.table);
  const LiveColumn* column = table.FindColumn(key.columns.front());
  if (parent == nullptr || column == nullptr) return {};
  const std::string target = TargetOf(key, *parent);
  if (target.empty()) return {};
  const std::string name = SqlIdentifier(column->name);
  DanglingKeyMend mend;
  mend.condition = name + " IS NOT NULL AND NOT EXISTS (SELECT 1 FROM " +
                   SqlIdentifier(parent->name) + " AS parent WHERE parent." +
                   SqlIdentifier(target) + " = " + SqlIdentifier(table.name) + "." + name + ")";
  if (!column->not_null) {
    mend.sql = "UPDATE " + SqlIdentifier(table.name) + " SET " + name + " = NULL WHERE " +
               mend.condition + ";";
    return mend;
  }
  mend.kept_in = FreeName(live, "migext_orphans_" + table.name);
  mend.sql = "CREATE TABLE " + SqlIdentifier(mend.kept_in) + " AS SELECT * FROM " +
             SqlIdentifier(table.name) + " WHERE " + mend.condition + "; DELETE FROM " +
             SqlIdentifier(table.name) + " WHERE " + mend.condition + ";";
  return mend;
}

}  // namespace migext::sqlite
