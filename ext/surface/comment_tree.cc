#include "surface/comment_tree.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "migrate/journal.h"
#include "surface/verb.h"
#include "tree/comment_tree.h"
#include "tree/drawing.h"
#include "tree/path.h"
#include "tree/scan.h"

namespace migext::surface {
namespace {

using sqlite::Arguments;
using sqlite::Cell;
using sqlite::Safety;

// (…, table, id_column, parent_column, level_column, path_column), from `first` on.
tree::TreeTable TableFrom(const Arguments& given, int first) {
  tree::TreeTable table;
  for (std::string* name : {&table.table, &table.id, &table.parent, &table.level, &table.path}) {
    if (given.Has(first)) *name = given.Text(first);
    ++first;
  }
  return table;
}

const std::vector<std::string> kTableArguments = {"of_table", "id_column", "parent_column",
                                                  "level_column", "path_column"};

tree::Id IdFrom(const Arguments& given) {
  if (!given.Has(0)) return {};
  if (given.IsInteger(0)) return given.Int(0);
  return given.Text(0);
}

std::string Count(std::int64_t number, const char* one, const char* many) {
  return std::to_string(number) + " " + (number == 1 ? one : many);
}

// Walks the drawing; a column is made when it is asked for, so a large tree stays small in memory.
class DrawnRows : public sqlite::RowSet {
 public:
  explicit DrawnRows(tree::Forest forest) : forest_(std::move(forest)), drawing_(forest_) {}

  std::size_t size() const override { return drawing_.size(); }
  Cell At(std::size_t row, std::size_t column) const override {
    const tree::Forest::Node node = drawing_.NodeAt(row);
    const bool placed = forest_.IsPlaced(node);
    switch (column) {
      case 0:
        return tree::ToCell(forest_.IdOf(node));
      case 1:
        return tree::ToCell(forest_.ParentId(node));
      case 2:
        return placed ? Cell(forest_.Level(node)) : Cell();
      case 3:
        return placed ? Cell(forest_.Path(node)) : Cell();
      case 4:
        return row + 1;
      case 5:
        return drawing_.ChildrenAt(row);
      case 6:
        return drawing_.DescendantsAt(row);
      default:
        return drawing_.LineAt(row);
    }
  }

 private:
  const tree::Forest forest_;
  const tree::Drawing drawing_;
};

// What a verb did, in its line, its report and the journal.
std::string Tell(Verb& verb, const char* name, const tree::TreeTable& table,
                 const tree::RebuildCounts& counts) {
  std::string done =
      "changed " + std::to_string(counts.changed) + " of " + Count(counts.rows, "row", "rows");
  if (counts.orphans > 0) {
    done += ", left " + std::to_string(counts.orphans) + " without a parent to hang on";
  }
  if (counts.circular > 0) done += ", left " + std::to_string(counts.circular) + " in circles";
  if (counts.orphans + counts.circular > 0) {
    verb.Report("the rows left are listed by: SELECT * FROM comment_tree_check;");
  }
  if (counts.changed == 0) return done;

  std::string undo;
  if (counts.kept > 0) {
    undo = tree::UndoStatement(verb.db(), table);
    verb.Report("kept " + Count(counts.kept, "old row", "old rows") + " in " + tree::kSavedRows +
                "; back by: " + undo + ";");
  }
  if (verb.session.settings().IsOn("journal")) {
    migrate::Journal(verb.db()).Write(
        {name, table.table, undo.empty() ? done : done + "; back by: " + undo, ""});
  }
  return done;
}

using TreeVerb = tree::RebuildCounts (*)(const sqlite::Connection&, const tree::TreeTable&);

sqlite::Function MakeTreeVerb(const SessionPtr& session, const char* name, TreeVerb work) {
  return MakeVerb(session, name, 0, 5, [name, work](Verb& verb) {
    const tree::TreeTable table = TableFrom(verb.given, 0);
    const tree::RebuildCounts counts = work(verb.db(), table);
    return Tell(verb, name, table, counts);
  });
}

// A pure function of one path; NULL for NULL and for the empty path.
sqlite::Function MakePathFunction(const char* name, Cell (*of_path)(std::string_view)) {
  return {name, 1, 1, Safety::kPure, [of_path](const Arguments& given) -> Cell {
            return given.Has(0) ? of_path(given.TextView(0)) : Cell();
          }};
}

}  // namespace

sqlite::Function CommentTreePath(const SessionPtr& session) {
  return {"comment_tree_path", 1, 4, Safety::kDirectOnly,
          [session](const Arguments& given) -> Cell {
            return tree::ExpectedPath(session->db(), TableFrom(given, 1), IdFrom(given));
          }};
}

sqlite::Function CommentTreeLevel(const SessionPtr& session) {
  return {"comment_tree_level", 1, 4, Safety::kDirectOnly,
          [session](const Arguments& given) -> Cell {
            return tree::ExpectedLevel(session->db(), TableFrom(given, 1), IdFrom(given));
          }};
}

sqlite::Table CommentTree(const SessionPtr& session) {
  return {
      "comment_tree",
      {"id", "parent_id", "level", "path", "position", "children", "descendants", "line"},
      {"of_table", "id_column", "parent_column"},
      [session](const Arguments& given) -> std::unique_ptr<sqlite::RowSet> {
        return std::make_unique<DrawnRows>(tree::ReadForest(session->db(), TableFrom(given, 0)));
      }};
}

sqlite::Table CommentTreeCheck(const SessionPtr& session) {
  using tree::Problem;
  return sqlite::MakeTable<Problem>({
      .name = "comment_tree_check",
      .arguments = kTableArguments,
      .columns = {{"id", [](const Problem& p) -> Cell { return tree::ToCell(p.id); }},
                  {"problem", [](const Problem& p) -> Cell { return p.problem; }},
                  {"expected", [](const Problem& p) -> Cell { return p.expected; }},
                  {"actual", [](const Problem& p) -> Cell { return p.actual; }}},
      .rows =
          [session](const Arguments& given) {
            std::vector<Problem> problems;
            tree::Check(session->db(), TableFrom(given, 0),
                        [&](const Problem& problem) { problems.push_back(problem); });
            return problems;
          },
  });
}

sqlite::Function CommentTreeRebuild(const SessionPtr& session) {
  return MakeTreeVerb(session, "comment_tree_rebuild", tree::Rebuild);
}

sqlite::Function CommentTreeReset(const SessionPtr& session) {
  return MakeTreeVerb(session, "comment_tree_reset", tree::Reset);
}

sqlite::Function TreeDepth(const SessionPtr&) {
  return MakePathFunction("tree_depth",
                          [](std::string_view path) -> Cell { return tree::PathDepth(path); });
}

sqlite::Function TreeParent(const SessionPtr&) {
  return MakePathFunction("tree_parent",
                          [](std::string_view path) -> Cell { return tree::PathParent(path); });
}

sqlite::Function TreeRoot(const SessionPtr&) {
  return MakePathFunction("tree_root",
                          [](std::string_view path) -> Cell { return tree::PathRoot(path); });
}

sqlite::Function TreeIsAncestor(const SessionPtr&) {
  return {"tree_is_ancestor", 2, 2, Safety::kPure, [](const Arguments& given) -> Cell {
            if (!given.Has(0) || !given.Has(1)) return {};
            return tree::PathIsAncestor(given.TextView(0), given.TextView(1));
          }};
}

sqlite::Function TreeKey(const SessionPtr&) {
  return MakePathFunction("tree_key",
                          [](std::string_view path) -> Cell { return tree::PathSortKey(path); });
}

}  // namespace migext::surface
