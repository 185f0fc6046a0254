#include "recover/salvage_schema.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "base/text.h"
#include "recover/salvage_carve.h"

namespace migext::recover {
namespace {

constexpr PageNumber kSchemaRoot = 1;

bool IsObject(const Fields& fields) {
  if (fields.size() != 5 || fields[1].Text() == nullptr || fields[2].Text() == nullptr)
    return false;
  const std::string* type = fields[0].Text();
  if (type == nullptr) return false;
  if (*type != "table" && *type != "index" && *type != "view" && *type != "trigger") return false;
  const std::int64_t* root = fields[3].Integer();
  if (root == nullptr || *root < 0 || *root > std::numeric_limits<PageNumber>::max()) return false;
  return fields[4].IsNull() || fields[4].Text() != nullptr;
}

/// Most of them: one that was damaged does not take the others along.
bool AreObjects(const std::vector<StoredRow>& rows) {
  const auto objects = std::count_if(rows.begin(), rows.end(),
                                     [](const StoredRow& row) { return IsObject(row.fields); });
  return static_cast<std::size_t>(objects) * 2 > rows.size();
}

SchemaObject ObjectOf(const Fields& fields) {
  return {*fields[0].Text(), *fields[1].Text(), *fields[2].Text(),
          static_cast<PageNumber>(*fields[3].Integer()), fields[4].ToString()};
}

/// Leaves that no interior page leads to any more.
void AddStrayLeaves(TreeReader& reader, std::map<std::int64_t, Fields>& rows) {
  for (PageNumber number = 2; number <= reader.pages().size(); ++number) {
    if (!reader.ledger().IsFree(number)) continue;
    const auto page = reader.PageAt(number);
    if (!page || page->kind() != PageKind::kTableLeaf || page->cell_count() == 0) continue;
    PageRows read = reader.RowsOf(*page);
    if (read.rows.empty() || !AreObjects(read.rows)) continue;
    reader.Claim(number, read);
    for (StoredRow& row : read.rows) rows.try_emplace(row.row_id, std::move(row.fields));
  }
}

}  // namespace

const SchemaObject* FoundSchema::Find(std::string_view name) const {
  const auto found = std::find_if(objects.begin(), objects.end(), [&](const SchemaObject& object) {
    return EqualsIgnoringCase(object.name, name);
  });
  return found == objects.end() ? nullptr : &*found;
}

FoundSchema ReadSchema(TreeReader& reader) {
  std::map<std::int64_t, Fields> rows;
  const TreeReader::Visit keep = [&](StoredRow& row) {
    rows.try_emplace(row.row_id, std::move(row.fields));
  };
  const TreeDamage damage = reader.ReadTable(kSchemaRoot, {AreObjects, keep, keep});
  if (!damage.IsWhole()) AddStrayLeaves(reader, rows);
  for (const Gap& gap : damage.gaps) {
    if (gap.page == 0) continue;
    for (StoredRow& row : CarveRows(reader, gap.page, [](const StoredRow& candidate) {
           return IsObject(candidate.fields);
         })) {
      rows.try_emplace(row.row_id, std::move(row.fields));
    }
  }
  FoundSchema schema;
  schema.is_whole = damage.IsWhole();
  for (const auto& [row_id, fields] : rows) {
    if (!IsObject(fields)) continue;
    SchemaObject object = ObjectOf(fields);
    if (schema.Find(object.name) == nullptr) schema.objects.push_back(std::move(object));
  }
  return schema;
}

}  // namespace migext::recover
