// CREATE INDEX as a value whose names follow when its table is renamed, and the list of those that
// are put off.  Mirrors ddl_references.Statement.
//
//   IndexStatement index = FieldIndex(model, field);
//   index.RenameTable("new__blog_post", "blog_post");
//   index.Sql()  // CREATE INDEX "blog_post_slug_…" ON "blog_post" ("slug")
#ifndef MIGEXT_SCHEMA_INDEX_STATEMENT_H_
#define MIGEXT_SCHEMA_INDEX_STATEMENT_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/edited_model.h"

namespace migext::schema {

struct IndexStatement {
  bool unique = false;
  std::string table;
  std::string name;                  ///< "": made of table, columns and suffix when it is needed.
  std::string suffix;                ///< "_uniq", "_idx" or "".
  std::vector<std::string> columns;  ///< Those that it names, for an index on fields.
  std::string column_list;           ///< What stands in the parentheses.
  std::string tail;                  ///< Behind them: a blank for a tablespace, WHERE.

  std::string Name() const;
  std::string Sql() const;
  bool NamesColumn(std::string_view of_table, std::string_view column) const;
};

/// db_index=True.
IndexStatement FieldIndex(const EditedModel& model, const EditedField& field);

/// One group of unique_together (suffix "_uniq") or index_together ("_idx").  Throws Error with
/// FieldDoesNotExist.
IndexStatement TogetherStatement(const EditedModel& model, const std::vector<std::string>& group,
                                 bool unique);

/// A member of Meta.indexes.
IndexStatement MetaIndex(const EditedModel& model, const django::NamedIndex& index,
                         const SchemaContext& context);

/// A UniqueConstraint that becomes an index.
IndexStatement UniqueIndex(const EditedModel& model, const django::NamedIndex& constraint,
                           const SchemaContext& context);

/// All that Django makes for a model beside its table, in its order: those of unique_together, of
/// constraints, of fields, of index_together where the version has it, of Meta.indexes.
std::vector<IndexStatement> IndexStatementsOf(const EditedModel& model,
                                              const SchemaContext& context,
                                              Unrenderable policy = Unrenderable::kRefused);

/// Statements that wait for the end of the migration or for the next remake.
class DeferredIndexes {
 public:
  void Add(IndexStatement index) { list_.push_back(std::move(index)); }
  void RenameTable(std::string_view from, std::string_view to);
  void ForgetTable(std::string_view table);
  void ForgetColumn(std::string_view table, std::string_view column);
  void ForgetIndex(std::string_view table, std::string_view name);
  /// Drops the first one on exactly these columns of the table; false when there is none.
  bool ForgetColumns(std::string_view table, const std::vector<std::string>& columns);
  /// Those that wait, which do not any more.
  std::vector<IndexStatement> Take() { return std::exchange(list_, {}); }
  bool empty() const { return list_.empty(); }

 private:
  std::vector<IndexStatement> list_;
};

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_INDEX_STATEMENT_H_
