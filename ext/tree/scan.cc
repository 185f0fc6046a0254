#include "tree/scan.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "sqlite/callback.h"
#include "tree/path.h"

namespace migext::tree {
namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;

bool LevelIsRight(const Forest& forest, Forest::Node node, const sqlite::Arguments& row,
                  int index) {
  return row.IsInteger(index) && row.Int(index) == forest.Level(node);
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

  /// REQUIRES: `node` is the newest of the forest.
  bool IsRight(Forest::Node node, const sqlite::Arguments& row) {
    digests_.push_back(kUnknown);
    if (!forest_.IsPlaced(node)) return false;
    const std::string_view text = row.TextView(3);
    if (!PathIsRight(node, text)) return false;
    digests_.back() = Digest(text);
    return LevelIsRight(forest_, node, row, 2);
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
    const auto add = [&](std::uint64_t chunk) {
      digest = (digest ^ chunk) * key_;
      digest ^= digest >> 32U;
    };
    std::uint64_t chunk = 0;
    for (; text.size() >= sizeof(chunk); text.remove_prefix(sizeof(chunk))) {
      std::memcpy(&chunk, text.data(), sizeof(chunk));
      add(chunk);
    }
    chunk = 0;
    for (const char c : text) chunk = (chunk << 8U) | static_cast<unsigned char>(c);
    add(chunk);
    return digest == kUnknown ? 1 : digest;
  }

  const Forest& forest_;
  std::uint64_t key_ = 1;
  std::vector<std::uint64_t> digests_;
};

Forest::Node AddRow(Forest& forest, const sqlite::Arguments& row) {
  if (row.IsInteger(0)) {
    if (row.IsInteger(1)) return forest.AddChild(row.Int(0), row.Int(1));
    if (!row.Has(1)) return forest.AddRoot(row.Int(0));
  }
  return forest.Add(ReadId(row, 0), ReadId(row, 1));
}

// True if the id is the row id itself, so that a plain scan goes by in the order of ids.
bool IsRowId(const sqlite::Connection& db, const TreeTable& table) {
  const sqlite::Cell keys = db.Value(
      "SELECT max(pk) = 1 AND sum(pk > 0 AND name = ?2 COLLATE NOCASE AND type = 'INTEGER' COLLATE "
      "NOCASE) = 1 "
      "AND NOT EXISTS (SELECT 1 FROM pragma_index_list(?1) WHERE origin = 'pk') FROM "
      "pragma_table_xinfo(?1)",
      {table.table, table.id});
  return keys == sqlite::Cell(1);
}

// Hands (id, parent[, level, path]) of each row to `visit`, in the order of ids.  Where rows have
// to be sorted, the LIMIT keeps SQLite from dissolving the subquery, and with it the order
// (https://sqlite.org/optoverview.html, "Subquery Flattening").
void Visit(const sqlite::Connection& db, const TreeTable& table,
           const std::vector<std::string>& columns, const sqlite::Callback& visit) {
  std::string list;
  for (const std::string& column : columns) list += ", " + SqlIdentifier(column);
  std::string from = SqlIdentifier(table.table);
  if (IsRowId(db, table)) {
    from += " NOT INDEXED";
  } else {
    from = "(SELECT * FROM " + from + " ORDER BY " + SqlIdentifier(table.id) + " LIMIT -1)";
  }
  sqlite::Statement scan =
      db.Prepare("SELECT count(*) FROM " + from + " WHERE migext_call(?1" + list + ")");
  BindCallback(scan, 1, visit);
  scan.Step();
}

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

Id ReadId(const sqlite::Cell& cell) {
  if (cell.IsNull()) return {};
  if (const std::int64_t* number = cell.Integer()) return *number;
  if (const std::string* text = cell.Text()) return *text;
  if (const double* real = cell.Real()) {
    if (*real == std::floor(*real) && *real >= -kTwoTo63 && *real < kTwoTo63) {
      return static_cast<std::int64_t>(*real);
    }
  }
  throw Error("the id " + cell.ToSql() +
              " is neither an integer nor a text, so it can't be part of a path");
}

Id ReadId(const sqlite::Arguments& row, int index) {
  if (row.IsInteger(index)) return row.Int(index);
  return ReadId(row.Get(index));
}

sqlite::Cell ToCell(const Id& id) {
  if (const auto* number = std::get_if<std::int64_t>(&id)) return *number;
  if (const auto* text = std::get_if<std::string>(&id)) return *text;
  return {};
}

Forest ReadForest(const sqlite::Connection& db, const TreeTable& table) {
  const std::vector<std::string> columns = {table.id, table.parent};
  RequireColumns(db, table.table, columns);
  Forest forest;
  Visit(db, table, columns, [&](const sqlite::Arguments& row) -> sqlite::Cell {
    AddRow(forest, row);
    return {};
  });
  forest.Finish();
  return forest;
}

Scan ScanTable(const sqlite::Connection& db, const TreeTable& table) {
  const std::vector<std::string> columns = {table.id, table.parent, table.level, table.path};
  RequireColumns(db, table.table, columns);
  const std::string from = " FROM " + SqlIdentifier(table.table);
  Scan scan;
  Forest& forest = scan.forest;
  Judge judge(forest);
  std::vector<Forest::Node> unplaced;
  Visit(db, table, columns, [&](const sqlite::Arguments& row) -> sqlite::Cell {
    const Forest::Node node = AddRow(forest, row);
    if (!judge.IsRight(node, row)) (forest.IsPlaced(node) ? scan.wrong : unplaced).push_back(node);
    return {};
  });
  forest.Finish();

  const auto middle = static_cast<std::ptrdiff_t>(scan.wrong.size());
  sqlite::Statement one =
      db.Prepare("SELECT " + SqlIdentifier(table.level) + ", " + SqlIdentifier(table.path) + from +
                 " WHERE " + SqlIdentifier(table.id) + " = ?");
  for (const Forest::Node node : unplaced) {
    if (!forest.IsPlaced(node)) continue;
    one.Bind({ToCell(forest.IdOf(node))});
    if (!one.Step()) continue;
    const bool right = one.row().Get(0) == sqlite::Cell(forest.Level(node)) &&
                       forest.PathIs(node, one.row().TextView(1));
    if (!right) scan.wrong.push_back(node);
  }
  std::inplace_merge(scan.wrong.begin(), scan.wrong.begin() + middle, scan.wrong.end());
  return scan;
}

}  // namespace migext::tree
