// From two project states and the operation between them to the SQL that Django's schema editor for
// SQLite would run.  One editor per migration, as Django opens one session per migration: what is
// put off waits in it.
//
//   SchemaEditor editor(context);
//   for (const OperationPtr& operation : migration.operations) {
//     ProjectState before = state;
//     operation->StateForwards(app, state);
//     editor.Apply(*operation, app, before, state);
//   }
//   editor.Finish();
//   editor.statements()  // CREATE TABLE …, CREATE INDEX …
//
// Pure: reads no database.  What Django refuses is an Error in its words.
#ifndef MIGEXT_SCHEMA_EDITOR_H_
#define MIGEXT_SCHEMA_EDITOR_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "django/operation.h"
#include "schema/known_indexes.h"
#include "schema/statement.h"
#include "schema/table.h"

namespace migext::schema {

/// Whether all models were rendered before the first operation, as migrate does, or are when one is
/// first asked for, as in sqlmigrate.  It shows in the order of a remade table's columns: the
/// fields of models that were rendered later stand further back.
enum class Rendering : std::uint8_t { kAtOnce, kWhenNeeded };

class TableEditor;

class SchemaEditor {
 public:
  explicit SchemaEditor(const SchemaContext& context, const KnownIndexes* known = nullptr,
                        Rendering rendering = Rendering::kAtOnce);
  ~SchemaEditor();
  SchemaEditor(const SchemaEditor&) = delete;
  SchemaEditor& operator=(const SchemaEditor&) = delete;

  /// `before` is the state without the operation, `after` the one with it, in both directions.
  void Apply(const django::Operation& operation, std::string_view app,
             const django::ProjectState& before, const django::ProjectState& after);
  void Unapply(const django::Operation& operation, std::string_view app,
               const django::ProjectState& before, const django::ProjectState& after);

  /// Appends what was put off.
  void Finish();
  /// True while something is put off: Django then records the migration after its transaction.
  bool HasDeferred() const;
  const std::vector<Statement>& statements() const;

 private:
  class Run;

  std::unique_ptr<TableEditor> tables_;
  /// The state at hand has been rendered.
  bool is_rendered_;
};

}  // namespace migext::schema

#endif  // MIGEXT_SCHEMA_EDITOR_H_
