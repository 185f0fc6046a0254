// Django's schema editor for SQLite: what is to change in, a list of statements out.  Mirrors
// DatabaseSchemaEditor; one editor lives as long as one migration.
//
//   TableEditor editor(context, nullptr);
//   editor.CreateModel(ModelOf(state, {"blog", "post"}, Side::kAfter, context));
//   editor.Finish();
//   editor.statements()
#ifndef MIGEXT_SCHEMA_TABLE_EDITOR_H_
#define MIGEXT_SCHEMA_TABLE_EDITOR_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/edited_model.h"
#include "schema/index_ledger.h"
#include "schema/index_statement.h"
#include "schema/known_indexes.h"
#include "schema/statement.h"
#include "schema/table_remake.h"

namespace migext::schema {

class TableEditor {
 public:
  using Groups = std::vector<std::vector<std::string>>;

  /// `known` may be nullptr; what is given must outlive the editor.
  TableEditor(const SchemaContext& context, const KnownIndexes* known)
      : context_(context), indexes_(known) {}

  /// For sqlmigrate: what is looked up is the database as it is before all statements.
  bool RunsStatements() const { return runs_; }
  void RunNothing() {
    runs_ = false;
    indexes_.Freeze();
  }

  const SchemaContext& context() const { return context_; }

  /// Which of the two states' models were rendered later: theirs are the younger fields, and a
  /// remade table has its columns by the age of their fields.
  void SetYoungerSide(Side side) { younger_ = side; }

  void CreateModel(const EditedModel& model);
  void DeleteModel(const EditedModel& model);
  void RenameTable(std::string_view from, std::string_view to);
  void AddField(const EditedModel& model, const EditedField& field);
  void RemoveField(const EditedModel& model, const EditedField& field);
  void AlterField(const EditedModel& model, const EditedField& from, const EditedField& to);
  /// _alter_many_to_many().  REQUIRES: both have an automatic table.
  void AlterManyToMany(const EditedField& from, const EditedField& to);
  void AlterUniqueTogether(const EditedModel& model, const Groups& from, const Groups& to);
  void AlterIndexTogether(const EditedModel& model, const Groups& from, const Groups& to);
  void AddIndex(const EditedModel& model, const django::NamedIndex& index);
  void RemoveIndex(const EditedModel& model, const django::NamedIndex& index);
  void AddConstraint(const EditedModel& model, const django::NamedIndex& constraint);
  void RemoveConstraint(const EditedModel& model, const django::NamedIndex& constraint);
  void Execute(Statement statement);

  /// Names of the indexes on exactly these columns.
  std::vector<std::string> FindIndexes(const EditedModel& model,
                                       const std::vector<std::string>& columns, bool unique);

  /// Runs what was put off.  Nothing may follow.
  void Finish();
  bool HasDeferred() const { return !deferred_.empty(); }
  const std::vector<Statement>& statements() const { return statements_; }

 private:
  /// What a remake does beyond writing the table anew.
  struct Change {
    const EditedField* create = nullptr;
    const EditedField* remove = nullptr;
    std::vector<std::pair<EditedField, EditedField>> alter = {};
    /// The model as the table was made from, where that is not the one that is remade.
    const EditedModel* before = nullptr;
  };
  class Remake;

  /// `remake` is filled and goes with the statement.
  void MakeTable(const EditedModel& model, std::shared_ptr<TableRemake> remake);
  void RemakeTable(const EditedModel& model, const Change& change);
  void AlterColumn(const EditedModel& model, const EditedField& from, const EditedField& to);
  void RemakeDependents(const EditedModel& model, const EditedField& from, const EditedField& to);
  void CopyThrough(const EditedModel& from_table, const EditedModel& to_table);
  void DropTable(const EditedModel& model);
  void DeleteTogetherIndex(const EditedModel& model, const std::vector<std::string>& group,
                           bool unique);
  void RunDeferred(Percent percent, bool remake);
  void SendIndex(const IndexStatement& index, Percent percent);
  void SendDropIndex(const EditedModel& model, const std::string& name);
  void Send(StatementKind kind, std::string_view table, std::string sql, Percent percent);

  const SchemaContext& context_;
  IndexLedger indexes_;
  bool runs_ = true;
  Side younger_ = Side::kAfter;
  DeferredIndexes deferred_;
  std::vector<Statement> statements_;
  /// sqlmigrate's: renamed tables by their new names, with those they have in the database.
  std::vector<std::pair<std::string, std::string>> renamed_;
  int remakes_ = 0;  ///< Under way.
};

/// True if changing the one field into the other changes the table (_field_should_be_altered).
bool FieldShouldBeAltered(const EditedModel& model, const EditedField& from, const EditedField& to,
                          const SchemaContext& context);

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_TABLE_EDITOR_H_
