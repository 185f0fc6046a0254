#include "tree/comment_tree.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "sqlite/callback.h"
#include "tree/path.h"
#include "tree/scan.h"

namespace migext::tree {
namespace {

using sqlite::Connection;
using Fault = Forest::Fault;

std::string Where(const TreeTable& table) { return " WHERE " + SqlIdentifier(table.id) + " = "; }

// The ids from a row up to its root; empty when the chain has no end, or ends in a missing row.
std::vector<Id> ChainOf(const Connection& db, const TreeTable& table, const Id& id) {
  RequireColumns(db, table.table, {table.id, table.parent});
  sqlite::Statement parent_of = db.Prepare("SELECT " + SqlIdentifier(table.parent) + " FROM " +
                                           SqlIdentifier(table.table) + Where(table) + "?");
  std::vector<Id> chain;
  std::set<Id> seen;
  for (Id at = id; !std::holds_alternative<std::monostate>(at);) {
    if (!seen.insert(at).second) return {};
    parent_of.Bind({ToCell(at)});
    if (!parent_of.Step()) return {};
    chain.push_back(at);
    at = ReadId(parent_of.row().Get(0));
  }
  return chain;
}

// The N of a column declared varchar(N).
std::optional<std::size_t> DeclaredLength(const Connection& db, const TreeTable& table) {
  const sqlite::Cell type =
      db.Value("SELECT type FROM pragma_table_xinfo(?) WHERE name = ? COLLATE NOCASE",
               {table.table, table.path});
  const std::string* text = type.Text();
  const std::size_t open = text == nullptr ? std::string::npos : text->find('(');
  if (open == std::string::npos) return std::nullopt;
  std::size_t length = 0;
  for (const char c : std::string_view(*text).substr(open + 1)) {
    if (c < '0' || c > '9' || length > 100'000'000) break;
    length = length * 10 + static_cast<std::size_t>(c - '0');
  }
  if (length == 0) return std::nullopt;
  return length;
}

std::string DescribeCircle(const Forest& forest, Forest::Node node) {
  constexpr std::size_t kMostShown = 20;
  const std::vector<Forest::Node> circle = forest.CycleOf(node);
  std::string text;
  for (std::size_t i = 0; i < circle.size() && i < kMostShown; ++i) {
    text += ToString(forest.IdOf(circle[i])) + " -> ";
  }
  if (circle.size() > kMostShown) text += "... -> ";
  return text + ToString(forest.IdOf(circle.front()));
}

// Why a row has no path.
Problem FaultProblem(const Forest& forest, Forest::Node node) {
  const Id id = forest.IdOf(node);
  const Fault fault = forest.FaultOf(node);
  if (fault == Fault::kOrphan) {
    return {id, "orphan", std::nullopt,
            "parent " + ToString(forest.ParentId(node)) + " is missing"};
  }
  if (fault == Fault::kBelowOrphan) {
    Forest::Node top = node;
    while (forest.FaultOf(top) == Fault::kBelowOrphan) top = forest.Parent(top);
    return {id, "orphan", std::nullopt,
            "below " + ToString(forest.IdOf(top)) + ", whose parent " +
                ToString(forest.ParentId(top)) + " is missing"};
  }
  if (fault == Fault::kSelfParent) return {id, "self-parent", std::nullopt, "is its own parent"};
  const std::string circle = DescribeCircle(forest, node);
  return {id, "cycle", std::nullopt,
          fault == Fault::kCycle ? circle : "below the circle " + circle};
}

// What is wrong with the level and path of a row that should have both.
void CheckRow(const Forest& forest, Forest::Node node, const sqlite::Row& stored,
              const std::function<void(const Problem&)>& report) {
  const Id id = forest.IdOf(node);
  const sqlite::Cell level = stored.Get(0);
  if (level != sqlite::Cell(forest.Level(node))) {
    report({id, "wrong-level", std::to_string(forest.Level(node)),
            level.IsNull() ? std::nullopt : std::optional(level.ToString())});
  }
  const std::string_view path = stored.TextView(1);
  if (stored.IsNull(1) || path.empty()) {
    report({id, "null-path", forest.Path(node),
            stored.IsNull(1) ? std::nullopt : std::optional(std::string())});
  } else if (!forest.PathIs(node, path)) {
    report({id, "wrong-path", forest.Path(node), std::string(path)});
  }
}

void CreateSavedRows(const Connection& db) {
  db.Run(std::string("CREATE TABLE IF NOT EXISTS ") + kSavedRows +
         " (saved INTEGER NOT NULL, table_name TEXT NOT NULL, id, parent_id, level, path, "
         "PRIMARY KEY (saved, id)) WITHOUT ROWID");
}

// The number of the copy that is being made, one above all before.
sqlite::Cell NextCopy(const Connection& db) {
  return db.Value(std::string("SELECT coalesce(max(saved), 0) + 1 FROM ") + kSavedRows);
}

std::string SaveStatement(const TreeTable& table) {
  return std::string("INSERT INTO ") + kSavedRows +
         " (saved, table_name, id, parent_id, level, path) SELECT ?1, " + SqlLiteral(table.table) +
         ", " + SqlIdentifier(table.id) + ", " + SqlIdentifier(table.parent) + ", " +
         SqlIdentifier(table.level) + ", " + SqlIdentifier(table.path) + " FROM " +
         SqlIdentifier(table.table);
}

// Roots that are about to lose a path which named a parent.
std::int64_t SaveTellingPaths(const Connection& db, const TreeTable& table, const Scan& scan) {
  std::vector<Forest::Node> roots;
  for (const Forest::Node node : scan.wrong) {
    if (scan.forest.Level(node) == 0) roots.push_back(node);
  }
  sqlite::Statement path_of = db.Prepare("SELECT " + SqlIdentifier(table.path) + " FROM " +
                                         SqlIdentifier(table.table) + Where(table) + "?");
  std::vector<Forest::Node> telling;
  for (const Forest::Node node : roots) {
    path_of.Bind({ToCell(scan.forest.IdOf(node))});
    if (path_of.Step() && PathParent(path_of.row().TextView(0))) telling.push_back(node);
  }
  path_of.Reset();
  if (telling.empty()) return 0;
  CreateSavedRows(db);
  const sqlite::Cell copy = NextCopy(db);
  sqlite::Statement save = db.Prepare(SaveStatement(table) + Where(table) + "?2");
  for (const Forest::Node node : telling) {
    save.Bind({copy, ToCell(scan.forest.IdOf(node))});
    save.Step();
  }
  return static_cast<std::int64_t>(telling.size());
}

}  // namespace

std::optional<std::string> ExpectedPath(const Connection& db, const TreeTable& table,
                                        const Id& id) {
  const std::vector<Id> chain = ChainOf(db, table, id);
  if (chain.empty()) return std::nullopt;
  std::string path;
  for (auto at = chain.rbegin(); at != chain.rend(); ++at) {
    if (at != chain.rbegin()) path += kSeparator;
    path += ToString(*at);
  }
  return path;
}

std::optional<std::int64_t> ExpectedLevel(const Connection& db, const TreeTable& table,
                                          const Id& id) {
  const std::vector<Id> chain = ChainOf(db, table, id);
  if (chain.empty()) return std::nullopt;
  return static_cast<std::int64_t>(chain.size()) - 1;
}

void Check(const Connection& db, const TreeTable& table,
           const std::function<void(const Problem&)>& report) {
  const Scan scan = ScanTable(db, table);
  const Forest& forest = scan.forest;
  const std::optional<std::size_t> limit = DeclaredLength(db, table);
  sqlite::Statement stored =
      db.Prepare("SELECT " + SqlIdentifier(table.level) + ", " + SqlIdentifier(table.path) +
                 " FROM " + SqlIdentifier(table.table) + Where(table) + "?");
  auto wrong = scan.wrong.begin();
  for (Forest::Node node = 0; node < forest.size(); ++node) {
    if (forest.FaultOf(node) != Fault::kNone) {
      report(FaultProblem(forest, node));
      continue;
    }
    if (wrong != scan.wrong.end() && *wrong == node) {
      ++wrong;
      stored.Bind({ToCell(forest.IdOf(node))});
      if (stored.Step()) CheckRow(forest, node, stored.row(), report);
    }
    const std::size_t size = limit ? forest.PathSize(node) : 0;
    if (limit && size > *limit) {
      report({forest.IdOf(node), "path-too-long", "at most " + std::to_string(*limit) + " letters",
              std::to_string(size) + " letters"});
    }
  }
}

namespace {

// Columns named by mistake would be overwritten for good.
void RequireOwnColumns(const Connection& db, const TreeTable& table) {
  const std::array<const std::string*, 4> columns = {&table.id, &table.parent, &table.level,
                                                     &table.path};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (!EqualsIgnoringCase(*columns[i], *columns[k])) continue;
      throw Error("the column \"" + *columns[i] +
                  "\" is named twice; a tree needs an id, a parent, a level "
                  "and a path of their own");
    }
  }
  if (table.path == TreeTable().path) return;
  const std::string path = SqlIdentifier(table.path);
  const sqlite::Cell other = db.Value("SELECT " + path + " FROM " + SqlIdentifier(table.table) +
                                      " WHERE " + path + " GLOB '*[^-0-9A-Za-z_/.]*' LIMIT 1");
  if (other.IsNull()) return;
  throw Error("the column \"" + table.path + "\" of \"" + table.table + "\" holds " +
              other.ToSql().substr(0, 80) +
              ", which is no path, and would be overwritten; name the column of the paths");
}

void CountFaults(const Forest& forest, RebuildCounts& counts) {
  for (Forest::Node node = 0; node < forest.size(); ++node) {
    const Fault fault = forest.FaultOf(node);
    if (fault == Fault::kNone) continue;
    const bool orphan = fault == Fault::kOrphan || fault == Fault::kBelowOrphan;
    ++(orphan ? counts.orphans : counts.circular);
  }
}

// Finds the wrong rows again by their ids.  They are asked for in ascending order, each several
// times.
class WrongRows {
 public:
  explicit WrongRows(const Scan& scan) : scan_(scan) {}

  /// Nothing for a row that is right, or has no place.
  std::optional<Forest::Node> Find(const Id& id) {
    const std::vector<Forest::Node>& wrong = scan_.wrong;
    const Forest::Node node = scan_.forest.Find(id);
    while (next_ < wrong.size() && wrong[next_] < node) ++next_;
    if (next_ < wrong.size() && wrong[next_] == node) return node;
    // Texts may be walked over in another order than they were read in.
    if (!std::binary_search(wrong.begin(), wrong.end(), node)) return std::nullopt;
    next_ = static_cast<std::size_t>(std::lower_bound(wrong.begin(), wrong.end(), node) -
                                     wrong.begin());
    return node;
  }
  /// The row found last.
  Forest::Node Last() const { return scan_.wrong[std::min(next_, scan_.wrong.size() - 1)]; }

 private:
  const Scan& scan_;
  std::size_t next_ = 0;
};

// OR FAIL: what fails is undone by the caller's savepoint.  With the usual OR ABORT, SQLite would
// keep a second journal of all pages touched, to undo the statement alone
// (https://sqlite.org/tempfiles.html, "Statement Journal Files").
void WriteRows(const Connection& db, const TreeTable& table, const Scan& scan) {
  WrongRows wrong(scan);
  const sqlite::Callback level = [&](const sqlite::Arguments& row) -> sqlite::Cell {
    const std::optional<Forest::Node> node = wrong.Find(ReadId(row, 0));
    return node ? sqlite::Cell(scan.forest.Level(*node)) : sqlite::Cell();
  };
  const sqlite::Callback path = [&](const sqlite::Arguments& row) -> sqlite::Cell {
    const std::optional<Forest::Node> node = wrong.Find(ReadId(row, 0));
    return node ? sqlite::Cell(scan.forest.Path(*node)) : sqlite::Cell();
  };
  const std::string id = SqlIdentifier(table.id);
  sqlite::Statement update = db.Prepare("UPDATE OR FAIL " + SqlIdentifier(table.table) + " SET " +
                                        SqlIdentifier(table.level) + " = migext_call(?1, " + id +
                                        "), " + SqlIdentifier(table.path) + " = migext_call(?2, " +
                                        id + ") WHERE migext_call(?1, " + id + ") IS NOT NULL");
  BindCallback(update, 1, level);
  BindCallback(update, 2, path);
  try {
    update.Step();
  } catch (const sqlite::DatabaseError& error) {
    const Forest::Node node = wrong.Last();
    throw sqlite::DatabaseError(
        error.extended_code(),
        "row " + scan.forest.Name(node) + " of \"" + table.table + "\" can't take level " +
            std::to_string(scan.forest.Level(node)) + " and path '" + scan.forest.Path(node) +
            "': " + error.message() + "; nothing was changed");
  }
}

}  // namespace

RebuildCounts Rebuild(const Connection& db, const TreeTable& table) {
  RequireColumns(db, table.table, {table.id, table.parent, table.level, table.path});
  RequireOwnColumns(db, table);
  const Scan scan = ScanTable(db, table);
  RebuildCounts counts;
  counts.rows = scan.forest.size();
  CountFaults(scan.forest, counts);
  if (scan.wrong.empty()) return counts;
  counts.kept = SaveTellingPaths(db, table, scan);
  WriteRows(db, table, scan);
  counts.changed = db.Changes();
  return counts;
}

RebuildCounts Reset(const Connection& db, const TreeTable& table) {
  RequireColumns(db, table.table, {table.id, table.parent, table.level, table.path});
  RequireOwnColumns(db, table);
  const std::string differs = " WHERE " + SqlIdentifier(table.parent) + " IS NOT NULL OR " +
                              SqlIdentifier(table.level) + " IS NOT 0 OR " +
                              SqlIdentifier(table.path) + " IS NOT CAST(" +
                              SqlIdentifier(table.id) + " AS TEXT)";
  RebuildCounts counts;
  const std::string quoted = SqlIdentifier(table.table);
  counts.rows = *db.Value("SELECT count(*) FROM " + quoted).Integer();
  if (*db.Value("SELECT EXISTS (SELECT 1 FROM " + quoted + differs + ")").Integer() == 0)
    return counts;
  CreateSavedRows(db);
  db.Run(SaveStatement(table) + differs, {NextCopy(db)});
  counts.kept = db.Changes();
  db.Run("UPDATE " + quoted + " SET " + SqlIdentifier(table.parent) + " = NULL, " +
         SqlIdentifier(table.level) + " = 0, " + SqlIdentifier(table.path) + " = CAST(" +
         SqlIdentifier(table.id) + " AS TEXT)" + differs);
  counts.changed = counts.kept;
  return counts;
}

std::string UndoStatement(const Connection& db, const TreeTable& table) {
  if (!db.HasTable(kSavedRows)) return {};
  const sqlite::Cell copy = db.Value(
      std::string("SELECT max(saved) FROM ") + kSavedRows + " WHERE table_name = ?", {table.table});
  if (copy.IsNull()) return {};
  const std::string saved = std::string("(SELECT s.parent_id, s.level, s.path FROM ") + kSavedRows +
                            " s WHERE s.saved = " + copy.ToString() +
                            " AND s.id = " + SqlIdentifier(table.table) + "." +
                            SqlIdentifier(table.id) + ")";
  return "UPDATE " + SqlIdentifier(table.table) + " SET (" + SqlIdentifier(table.parent) + ", " +
         SqlIdentifier(table.level) + ", " + SqlIdentifier(table.path) + ") = " + saved +
         " WHERE " + SqlIdentifier(table.id) + " IN (SELECT id FROM " + kSavedRows +
         " WHERE saved = " + copy.ToString() + ")";
}

}  // namespace migext::tree
