#include "migrate/dropped_data.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "django/operations/fields.h"
#include "django/operations/special.h"
#include "schema/compile_expression.h"
#include "schema/default_value.h"
#include "schema/edited_model.h"
#include "schema/table_remake.h"

namespace migext::migrate {
namespace {

using schema::Statement;
using schema::StatementKind;

/// Goes through the statements of a run from the last to the first, so that each name that is known
/// behind a statement becomes the one before it.
class WayBack {
 public:
  explicit WayBack(const schema::SchemaContext& context) : context_(context) {}

  void Undo(std::size_t step, const PreparedMigration& prepared) {
    step_ = step;
    for (std::size_t i = prepared.operations.size(); i-- > 0;) {
      const PreparedOperation& operation = prepared.operations[i];
      position_ = operation.position;
      for (std::size_t j = operation.statements.size(); j-- > 0;) {
        Undo(operation.statements, j);
      }
      if (prepared.backwards) SetFallbacks(prepared, operation);
    }
  }

  const std::vector<Drop>& drops() const { return drops_; }

 private:
  void Undo(const std::vector<Statement>& statements, std::size_t index) {
    const Statement& statement = statements[index];
    switch (statement.kind) {
      case StatementKind::kCreateTable:
        if (statement.table_remake) return UndoRemake(*statement.table_remake);
        if (!statement.remake) Forget(statement.table);
        return;
      case StatementKind::kDropTable:
        if (!statement.remake) UndoDrop(statements, index);
        return;
      case StatementKind::kRenameTable:
        if (!statement.remake) Rename(statement.renamed_to, statement.table);
        return;
      case StatementKind::kAddColumn:
        std::erase_if(drops_, [&](const Drop& drop) {
          return IsIn(drop, statement.table) && EqualsIgnoringCase(drop.column, statement.column);
        });
        return;
      case StatementKind::kRenameColumn:
        for (Drop& drop : drops_) {
          if (IsIn(drop, statement.table) &&
              EqualsIgnoringCase(drop.column, statement.renamed_to)) {
            drop.column = statement.column;
          }
        }
        return;
      case StatementKind::kDropColumn:
        return Add(statement.table, statement.column);
      default:
        return;
    }
  }

  static bool IsIn(const Drop& drop, std::string_view table) {
    return EqualsIgnoringCase(drop.table, table);
  }

  void Forget(std::string_view table) {
    std::erase_if(drops_, [&](const Drop& drop) { return IsIn(drop, table); });
  }

  void Rename(std::string_view from, std::string_view to) {
    if (!EqualsIgnoringCase(from, to)) Forget(to);
    for (Drop& drop : drops_) {
      if (IsIn(drop, from)) drop.table = to;
    }
  }

  /// DatabaseSchemaEditor._alter_many_to_many() copies a table's rows into one of another name.
  void UndoDrop(const std::vector<Statement>& statements, std::size_t index) {
    const Statement& statement = statements[index];
    const Statement* before = index == 0 ? nullptr : &statements[index - 1];
    if (before != nullptr && before->kind == StatementKind::kCopyRows && !before->remake) {
      return Rename(before->table, statement.table);
    }
    Add(statement.table, "");
  }

  void UndoRemake(const schema::TableRemake& remake) {
    const auto source_of = [&](const std::string& column) -> std::string {
      for (const schema::CopiedColumn& copied : remake.copy) {
        if (EqualsIgnoringCase(copied.column, column)) return copied.source;
      }
      return {};
    };
    std::erase_if(drops_, [&](Drop& drop) {
      if (!IsIn(drop, remake.table) || drop.column.empty()) return false;
      drop.column = source_of(drop.column);
      return drop.column.empty();
    });
    for (const auto& part : remake.before.columns) {
      const std::string& name = part.column.name;
      const bool is_kept = std::any_of(remake.copy.begin(), remake.copy.end(),
                                       [&](const schema::CopiedColumn& copied) {
                                         return EqualsIgnoringCase(copied.source, name);
                                       });
      if (!is_kept && !part.column.generated) Add(remake.table, name);
    }
  }

  void Add(const std::string& table, const std::string& column) {
    const bool goes_with_its_table =
        std::any_of(drops_.begin(), drops_.end(), [&](const Drop& drop) {
          return drop.step == step_ && drop.column.empty() && IsIn(drop, table);
        });
    if (!goes_with_its_table) drops_.push_back({++last_id_, step_, position_, table, column, {}});
  }

  void SetFallbacks(const PreparedMigration& prepared, const PreparedOperation& operation) {
    for (Drop& drop : drops_) {
      const bool is_its_own = drop.step == step_ && drop.position == position_;
      if (is_its_own && !drop.column.empty()) drop.fallback = Fallback(prepared, operation);
    }
  }

  std::string Fallback(const PreparedMigration& prepared,
                       const PreparedOperation& prepared_operation) const {
    const auto* add = dynamic_cast<const django::AddField*>(prepared_operation.operation);
    if (add == nullptr) return {};
    const std::string& app = prepared.migration->key.app;
    django::ProjectState state = prepared.before;
    try {
      for (int i = 0; i < prepared_operation.position; ++i) {
        prepared.migration->operations[static_cast<std::size_t>(i)]->StateForwards(app, state);
      }
      add->StateForwards(app, state);
      const schema::EditedModel model =
          schema::ModelOf(state, {app, LowerUtf8(add->model_name)}, schema::Side::kAfter, context_);
      schema::EditedField field = model.GetField(add->name);
      field.named.field = add->field;
      if (add->field->db_default) return schema::CompileDatabaseDefault(model, field, context_);
      return schema::EffectiveDefault(field, context_).value_or("");
    } catch (const Error&) {
      // Whatever is in the column then counts as worth keeping.
      return {};
    }
  }

  const schema::SchemaContext& context_;
  std::size_t last_id_ = 0;
  std::size_t step_ = 0;
  int position_ = 0;
  std::vector<Drop> drops_;
};

bool HasCode(const std::vector<django::OperationPtr>& operations) {
  return std::any_of(operations.begin(), operations.end(), [](const auto& operation) {
    const auto* both = dynamic_cast<const django::SeparateDatabaseAndState*>(operation.get());
    if (both != nullptr) return HasCode(both->database_operations);
    const django::OperationKind kind = operation->Kind();
    return kind == django::OperationKind::kSql || kind == django::OperationKind::kPython ||
           kind == django::OperationKind::kCustom;
  });
}

bool RunsCode(const Statement& statement) {
  if (statement.kind == StatementKind::kPython) return !django::IsNoop(statement.code);
  return statement.kind == StatementKind::kSql;
}

bool RunsCode(const PreparedMigration& prepared) {
  return std::any_of(prepared.operations.begin(), prepared.operations.end(),
                     [](const PreparedOperation& operation) {
                       return std::any_of(
                           operation.statements.begin(), operation.statements.end(),
                           [](const Statement& statement) { return RunsCode(statement); });
                     });
}

std::vector<Drop> InOrder(std::vector<Drop> drops) {
  // They were found from the last to the first.
  std::reverse(drops.begin(), drops.end());
  return drops;
}

}  // namespace

DroppedData DroppedBy(std::span<const PreparedMigration> prepared,
                      const schema::SchemaContext& context) {
  DroppedData found;
  found.steps.resize(prepared.size());
  WayBack way(context);
  for (std::size_t i = prepared.size(); i-- > 0;) {
    way.Undo(i, prepared[i]);
    StepDrops& step = found.steps[i];
    step.migration = prepared[i].migration->key;
    step.has_code = HasCode(prepared[i].migration->operations);
    const bool runs_code = RunsCode(prepared[i]);
    for (const Drop& drop : way.drops()) {
      if (drop.step == i || runs_code) step.drops.push_back(drop);
    }
    step.drops = InOrder(std::move(step.drops));
  }
  found.all = InOrder(way.drops());
  return found;
}

}  // namespace migext::migrate
