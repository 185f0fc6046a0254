// The tables that a project state promises: their text and their indexes as Django would make them.
//
//   const PromisedSchema promised(StateOf(graph, AppliedPlan(graph)), context);
//   promised.tables()[0].text.Sql("blog_comment")   // CREATE TABLE "blog_comment" (…)
//
// Pure: reads no database.
#ifndef MIGEXT_MIGRATE_PROMISED_SCHEMA_H_
#define MIGEXT_MIGRATE_PROMISED_SCHEMA_H_

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "django/graph.h"
#include "django/state.h"
#include "migrate/table_shape.h"
#include "schema/create_table.h"
#include "schema/edited_model.h"
#include "schema/index_statement.h"

namespace migext::migrate {

struct PromisedTable {
  std::string name;  ///< As SQLite knows it: without the quotes of db_table='"name"'.
  schema::EditedModel model;
  schema::TableText text;
  std::vector<schema::IndexStatement> indexes;
  /// "" when all of it could be written; else what could not, in Django's words or ours: then the
  /// text lacks a type, a constraint or an index.
  std::string trouble;

  const std::string& app() const { return model.key.app; }
  std::string Sql() const { return text.Sql(model.table); }
  std::vector<std::string> IndexSql() const;
  /// Nothing where SQLite would not read the text.
  std::optional<TableShape> Shape() const;
};

class PromisedSchema {
 public:
  PromisedSchema(const django::ProjectState& state, const schema::SchemaContext& context);

  /// In the order of the models, many-to-many tables behind the model that has the field.
  const std::vector<PromisedTable>& tables() const { return tables_; }
  const PromisedTable* Find(std::string_view table) const;
  /// True for the table of a model that Django leaves alone: managed = False, another vendor's.
  bool IsUnmanaged(std::string_view table) const;

 private:
  void Add(schema::EditedModel model, const schema::SchemaContext& context);

  std::vector<PromisedTable> tables_;
  std::map<std::string, std::size_t, std::less<>> places_;  // by lower-case name
  std::set<std::string, std::less<>> unmanaged_;
};

/// The full plan, and behind it what no leaf node leads to.
std::vector<django::MigrationKey> WholePlan(const django::Graph& graph);
/// Those of them that are recorded and have a file.
std::vector<django::MigrationKey> AppliedPlan(const django::Graph& graph);

/// The state after these migrations.  What needs one that is not among them is left out.
django::ProjectState StateOf(const django::Graph& graph,
                             const std::vector<django::MigrationKey>& migrations);

/// "name" without the quotes that Django leaves as they are.
std::string PlainName(std::string_view name);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_PROMISED_SCHEMA_H_
