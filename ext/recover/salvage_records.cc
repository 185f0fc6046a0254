#include "recover/salvage_records.h"

#include <optional>
#include <string>

namespace migext::recover {
namespace {

constexpr std::size_t kFields = 4;  // id, app, name, applied

/// "2025-06-10 08:45:03.123456"
bool LooksLikeTime(const std::string& text) {
  return text.size() >= 19 && text[4] == '-' && text[7] == '-' && text[13] == ':';
}

bool IsRecord(const Fields& fields) {
  if (fields.size() != kFields || !fields[0].IsNull()) return false;
  for (std::size_t i = 1; i < kFields; ++i) {
    if (fields[i].Text() == nullptr) return false;
  }
  return LooksLikeTime(*fields[3].Text());
}

}  // namespace

django::AppliedSet RecordsOnPages(const TreeReader& reader) {
  django::AppliedSet records;
  for (PageNumber number = 2; number <= reader.pages().size(); ++number) {
    const std::optional<BtreePage> page = reader.PageAt(number);
    if (!page || page->kind() != PageKind::kTableLeaf) continue;
    for (const StoredRow& row : reader.RowsOf(*page).rows) {
      if (IsRecord(row.fields)) records.insert({*row.fields[1].Text(), *row.fields[2].Text()});
    }
  }
  return records;
}

}  // namespace migext::recover
