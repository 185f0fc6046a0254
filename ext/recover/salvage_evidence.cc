#include "recover/salvage_evidence.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace migext::recover {
namespace {

using sqlite::Cell;

/// For each part of an entry the place of its column in the table's record; nothing for an
/// expression.
using Parts = std::vector<std::optional<std::size_t>>;

Parts PartsOf(const sqlite::Connection& db, const std::string& index, const TableShape& shape) {
  Parts parts;
  sqlite::Statement columns =
      db.Prepare("SELECT cid FROM pragma_index_xinfo(?) WHERE cid <> -1 ORDER BY seqno");
  columns.Bind({index});
  for (const sqlite::Row row : columns) {
    std::optional<std::size_t> place;
    for (std::size_t i = 0; i < shape.columns.size(); ++i) {
      if (static_cast<std::int64_t>(shape.columns[i].position) == row.Int(0)) place = i;
    }
    parts.push_back(place);
  }
  return parts;
}

bool IsPartial(const sqlite::Connection& db, const std::string& table, const std::string& index) {
  return db.Value("SELECT partial FROM pragma_index_list(?) WHERE name = ?", {table, index}) !=
         Cell(0);
}

std::optional<double> Number(const Cell& cell) {
  if (const auto* number = cell.Integer()) return static_cast<double>(*number);
  if (const auto* number = cell.Real()) return *number;
  return std::nullopt;
}

/// A real may be stored as an integer.
bool SameValue(const Cell& a, const Cell& b) {
  return a == b || (Number(a) && Number(a) == Number(b));
}

}  // namespace

Evidence Evidence::Read(TreeReader& reader, const FoundSchema& schema, const sqlite::Connection& db,
                        RowWriter& writer) {
  Evidence evidence;
  if (writer.shape().without_rowid) return evidence;
  for (const SchemaObject& object : schema.objects) {
    if (object.type != "index" || object.root == 0) continue;
    if (!EqualsIgnoringCase(object.table, writer.shape().table)) continue;
    evidence.ReadIndex(reader, db, object, writer);
  }
  return evidence;
}

void Evidence::ReadIndex(TreeReader& reader, const sqlite::Connection& db,
                         const SchemaObject& index, RowWriter& writer) {
  const TableShape& shape = writer.shape();
  const Parts parts = PartsOf(db, index.name, shape);
  if (parts.empty()) return;
  std::size_t entries = 0;
  const TreeDamage damage = reader.ReadIndex(index.root, [&](const StoredRow& entry) {
    const std::int64_t* row_id =
        entry.fields.size() == parts.size() + 1 ? entry.fields.back().Integer() : nullptr;
    if (row_id == nullptr) return;
    ++entries;
    if (writer.HasRow(*row_id)) return;
    KnownFields& known = missing_[*row_id];
    known.resize(shape.columns.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (parts[i]) known[*parts[i]] = entry.fields[i];
    }
  });
  if (IsPartial(db, shape.table, index.name)) return;
  row_count_ = std::max(row_count_, entries + damage.lost_cells);
  has_whole_index_ |= damage.IsWhole();
  is_exact_ |= !damage.lost_pages;
}

Verdict Evidence::Judge(const StoredRow& row) const {
  const auto found = missing_.find(row.row_id);
  if (found == missing_.end()) return has_whole_index_ ? Verdict::kContradicted : Verdict::kUnknown;
  for (std::size_t i = 0; i < row.fields.size() && i < found->second.size(); ++i) {
    const std::optional<Cell>& known = found->second[i];
    if (known && !SameValue(*known, row.fields[i])) return Verdict::kContradicted;
  }
  return Verdict::kConfirmed;
}

}  // namespace migext::recover
