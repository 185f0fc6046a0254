// The rows of a table as they will be at some moment of a run, read from those that are there now.
//
//   RowViews views(live);
//   views.Follow(statement);              // for each statement of the run
//   views.Find("blog_post")->Sql()        // SELECT "id" AS migext_key_1, "title" AS "headline", …
//
// A rebuilt table's columns are made of the old ones; the view puts the two together.  Where code
// of the project comes in between, nothing can be told any more.
#ifndef MIGEXT_MIGRATE_ROW_VIEW_H_
#define MIGEXT_MIGRATE_ROW_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "schema/statement.h"
#include "schema/table_remake.h"
#include "sqlite/live_schema.h"

namespace migext::migrate {

enum class RowKnowledge : std::uint8_t {
  kNone,  ///< The run makes the table: there are no rows.
  kKnown,
  kUnknown,  ///< Code has been at them.
};

struct ViewedColumn {
  std::string name;
  std::string value;  ///< SQL over the live table; "" when it cannot be told.
  /// The live column, when the value is nothing else.
  const sqlite::LiveColumn* source = nullptr;
  /// The live column that the value is made of; nullptr for none.
  const sqlite::LiveColumn* origin = nullptr;
  bool is_constant = false;
  std::string generated;  ///< Of a generated column: SQL over the others.
  std::string type;       ///< As declared.
};

class RowView {
 public:
  RowView() = default;
  explicit RowView(const sqlite::LiveTable& table);

  RowKnowledge knowledge() const { return knowledge_; }
  const sqlite::LiveTable* table() const { return table_; }  ///< nullptr for one the run makes.
  const ViewedColumn* Find(std::string_view column) const;
  std::size_t KeySize() const { return key_.size(); }
  /// The rows: migext_key_1, …, and the columns by their names.
  std::string Sql() const;

  void ForgetRows() { knowledge_ = RowKnowledge::kUnknown; }
  void Rebuild(const schema::TableRemake& remake);
  void AddColumn(const schema::Statement& statement);
  void RenameColumn(std::string_view from, std::string_view to);
  void DropColumn(std::string_view column);

 private:
  ViewedColumn Copied(const schema::CopiedColumn& copied) const;
  void Replace(std::vector<ViewedColumn> columns);

  RowKnowledge knowledge_ = RowKnowledge::kNone;
  const sqlite::LiveTable* table_ = nullptr;
  std::vector<std::string> key_;  // SQL
  std::vector<ViewedColumn> columns_;
  std::unordered_map<std::string, std::size_t> places_;  // of columns_, by lower-case name
};

class RowViews {
 public:
  /// `live` must outlive the views.
  explicit RowViews(const sqlite::LiveSchema& live);

  /// nullptr for a table that is not there.
  RowView* Find(std::string_view table);
  void Follow(const schema::Statement& statement);

 private:
  std::map<std::string, RowView> views_;  // by lower-case name
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_ROW_VIEW_H_
