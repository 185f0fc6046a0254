#include "tree/scan.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "tree/path.h"

namespace migext::tree {
namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;

bool LevelIsRight(const Forest& forest, Forest::Node node, const sqlite::Row& row, int column) {
  // Only 0 can be read from what is no number at all.
  const std::int32_t level = forest.Level(node);
  return row.Int(column) == level && (level != 0 || row.IsInt(column));
}

// Judges rows as they go by.  A path is right when it is its parent's right path, a separator and
// the row's own name; parents' paths are held as keyed 64-bit digests, so a row costs one look-up
// and not a walk to the root.  The key is drawn for each scan: no table can be made so that a wrong
// path passes, and by accident one in 2^64 does.
class Judge {
 public:
  explicit Judge(const Forest& forest) : forest_(forest) {
    std::random_device random;
    key_ =
        (std::uint64_t{random()} << 32U) | random() | 1U;  // odd: multiplying by it loses nothing
  }

  void Reserve(std::size_t rows) { digests_.reserve(rows); }

  /// REQUIRES: `node` is the newest of the forest.
  bool IsRight(Forest::Node node, const sqlite::Row& row, int level, int path) {
    digests_.resize(static_cast<std::size_t>(forest_.size()), kUnknown);
    if (!forest_.IsPlaced(node)) return false;
    const std::string_view text = row.TextView(path);
    if (!PathIsRight(node, text)) return false;
    digests_.back() = Digest(text);
    return LevelIsRight(forest_, node, row, level);
  }

 private:
  static constexpr std::uint64_t kUnknown = 0;

  bool PathIsRight(Forest::Node node, std::string_view path) const {
    const Forest::Node parent = forest_.Parent(node);
    const std::uint64_t above =
        parent == Forest::kNoParent ? kUnknown : digests_[static_cast<std::size_t>(parent)];
    if (above == kUnknown) return forest_.PathIs(node, path);
    return forest_.RemoveName(node, path) && path.ends_with(kSeparator) &&
           Digest(path.substr(0, path.size() - 1)) == above;
  }

  // Each step is a bijection of what came before and of its eight bytes, so paths of one length
  // that differ in one place always differ in their digests.
  std::uint64_t Digest(std::string_view text) const {
    std::uint64_t digest = key_ ^ text.size();
    while (!text.empty()) {
      std::uint64_t chunk = 0;
      const std::size_t size = std::min(text.size(), sizeof(chunk));
      std::memcpy(&chunk, text.data(), size);
      text.remove_prefix(size);
      digest = (digest ^ chunk) * key_;
      digest ^= digest >> 32U;
    }
    return digest == kUnknown ? 1 : digest;
  }

  const Forest& forest_;
  std::uint64_t key_ = 1;
  std::vector<std::uint64_t> digests_;
};

// Level and path of one row that went by before its parents did.
bool IsRight(const Forest& forest, Forest::Node node, const sqlite::Row& row, int level, int path) {
  return LevelIsRight(forest, node, row, level) && forest.PathIs(node, row.TextView(path));
}

Forest::Node AddRow(Forest& forest, const sqlite::Row& row) {
  if (row.IsInt(0)) {
    if (row.IsInt(1)) return forest.AddChild(row.Int(0), row.Int(1));
    if (row.IsNull(1)) return forest.AddRoot(row.Int(0));
  }
  return forest.Add(ReadId(row, 0), ReadId(row, 1));
}

std::string Quoted(const std::string& name) { return SqlIdentifier(name); }

}  // namespace

void RequireColumns(const sqlite::Connection& db, const std::string& table,
                    const std::vector<std::string>& columns) {
  sqlite::Statement info = db.Prepare("SELECT name FROM pragma_table_xinfo(?)");
  info.Bind({table});
  std::vector<std::string> present;
  for (const sqlite::Row row : info) present.push_back(row.Text(0));
  if (present.empty()) {
    throw Error("there is no table \"" + table +
                "\"; name another as the table argument: comment_tree_check('app_model', 'id', "
                "'parent_id')");
  }
  for (const std::string& column : columns) {
    const bool found = std::any_of(present.begin(), present.end(), [&](const std::string& name) {
      return EqualsIgnoringCase(name, column);
    });
    if (found) continue;
    throw Error("table \"" + table + "\" has no column \"" + column + "\", only " +
                Join(present, ", ") + "; name its columns after the table: ('" + table +
                "', 'id', 'parent_id', 'level', 'path')");
  }
}

Id ReadId(const sqlite::Row& row, int column) {
  if (row.IsInt(column)) return row.Int(column);
  const sqlite::Cell cell = row.Get(column);
  if (cell.IsNull()) return {};
  if (const std::string* text = cell.Text()) return *text;
  if (const double* real = cell.Real()) {
    if (*real == std::floor(*real) && *real >= -kTwoTo63 && *real < kTwoTo63) {
      return static_cast<std::int64_t>(*real);
    }
  }
  throw Error("the id " + cell.ToSql() +
              " is neither an integer nor a text, so it can't be part of a path");
}

sqlite::Cell ToCell(const Id& id) {
  if (const auto* number = std::get_if<std::int64_t>(&id)) return *number;
  if (const auto* text = std::get_if<std::string>(&id)) return *text;
  return {};
}

Forest ReadForest(const sqlite::Connection& db, const TreeTable& table) {
  RequireColumns(db, table.table, {table.id, table.parent});
  const std::string id = Quoted(table.id);
  Forest forest;
  sqlite::Statement rows = db.Prepare("SELECT " + id + ", " + Quoted(table.parent) + " FROM " +
                                      Quoted(table.table) + " ORDER BY " + id);
  for (const sqlite::Row row : rows) AddRow(forest, row);
  forest.Finish();
  return forest;
}

Scan ScanTable(const sqlite::Connection& db, const TreeTable& table) {
  RequireColumns(db, table.table, {table.id, table.parent, table.level, table.path});
  const std::string id = Quoted(table.id);
  const std::string from =
      Quoted(table.level) + ", " + Quoted(table.path) + " FROM " + Quoted(table.table);
  const auto rows =
      static_cast<std::size_t>(*db.Value("SELECT count(*) FROM " + Quoted(table.table)).Integer());
  Scan scan;
  Forest& forest = scan.forest;
  Judge judge(forest);
  forest.Reserve(rows);
  judge.Reserve(rows);
  std::vector<Forest::Node> unplaced;
  sqlite::Statement all =
      db.Prepare("SELECT " + id + ", " + Quoted(table.parent) + ", " + from + " ORDER BY " + id);
  for (const sqlite::Row row : all) {
    const Forest::Node node = AddRow(forest, row);
    if (judge.IsRight(node, row, 2, 3)) continue;
    (forest.IsPlaced(node) ? scan.wrong : unplaced).push_back(node);
  }
  forest.Finish();

  const auto middle = static_cast<std::ptrdiff_t>(scan.wrong.size());
  sqlite::Statement one = db.Prepare("SELECT " + from + " WHERE " + id + " = ?");
  for (const Forest::Node node : unplaced) {
    if (!forest.IsPlaced(node)) continue;
    one.Bind({ToCell(forest.IdOf(node))});
    if (one.Step() && !IsRight(forest, node, one.row(), 0, 1)) scan.wrong.push_back(node);
  }
  std::inplace_merge(scan.wrong.begin(), scan.wrong.begin() + middle, scan.wrong.end());
  return scan;
}

}  // namespace migext::tree
