// Rules that need the project state an operation meets: the migrations are followed in the order
// of the plan.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "django/operations/fields.h"
#include "django/operations/special.h"
#include "lint/code.h"
#include "lint/lint.h"
#include "lint/parts.h"
#include "lint/raw_sql.h"
#include "lint/run.h"
#include "lint/spare_indexes.h"

namespace migext::lint {
namespace {

using django::ModelState;
using django::Operation;
using django::OperationPtr;
using django::ProjectState;

bool ChangesRows(const Operation& operation) {
  if (const auto* code = dynamic_cast<const django::RunPython*>(&operation)) {
    return !django::IsNoop(code->code());
  }
  const auto* sql = dynamic_cast<const django::RunSql*>(&operation);
  if (sql == nullptr) return false;
  const std::vector<SqlAct> acts = ActsOf(sql->sql());
  return std::any_of(acts.begin(), acts.end(),
                     [](const SqlAct& act) { return act.kind == SqlActKind::kRows; });
}

bool ChangesRowsSomewhere(const django::Migration& migration) {
  bool changes = false;
  for (const OperationPtr& operation : migration.operations) {
    ForEachPart(*operation, [&](const Operation& part) { changes = changes || ChangesRows(part); });
  }
  return changes;
}

/// A field as its column shows it.
struct Shown {
  std::string column;
  std::optional<std::string> type;
  bool null = false;
  bool unique = false;
  bool db_index = false;
  std::string target;

  bool operator==(const Shown&) const = default;
};

std::optional<Shown> ShownOf(const ProjectState& state, const std::string& app,
                             const django::AlterField& alter,
                             const schema::SchemaContext& context) {
  const ModelState* model = state.Find(app, alter.model_name);
  const django::Field* field = model == nullptr ? nullptr : model->FindField(alter.name);
  if (field == nullptr) return {};
  const django::NamedField named{alter.name, std::make_shared<const django::Field>(*field)};
  return Shown{schema::ColumnName(named),
               schema::ColumnType(state, *model, named, context),
               field->null,
               field->unique,
               field->db_index,
               field->relation ? field->relation->to.ToString() : std::string()};
}

class StateLint {
 public:
  StateLint(const LintInput& input, Run* run, Findings& findings)
      : input_(input),
        context_(schema::ContextOf(input.project)),
        is_whole_(input.graph.failures().empty()),
        findings_(findings),
        code_(input, run, findings),
        indexes_(context_, findings) {}

  void Look(const Subject& subject) {
    subject_ = &subject;
    rows_at_.reset();
    schema_at_.reset();
    const django::Migration& migration = *subject.migration;
    changes_rows_ = subject.own && ChangesRowsSomewhere(migration);
    for (std::size_t i = 0; i < migration.operations.size(); ++i) {
      position_ = static_cast<int>(i);
      Follow(*migration.operations[i]);
    }
    if (rows_at_ && schema_at_) DataAndSchema();
  }

  void Finish() { indexes_.Finish(state_); }

 private:
  void Follow(const Operation& operation) {
    const std::string& app = subject_->migration->key.app;
    ForEachPart(operation, [&](const Operation& part) { Part(part); });
    try {
      operation.StateForwards(app, state_);
    } catch (const Error& error) {
      if (subject_->applied || !is_whole_) return;
      AddFailure(input_, *subject_, position_, error.message(), findings_);
    }
    if (subject_->own) indexes_.Follow(*subject_, position_, operation);
  }

  void Part(const Operation& part) {
    if (const auto* code = dynamic_cast<const django::RunPython*>(&part)) {
      code_.Look(*subject_, position_, *code, state_);
    } else if (dynamic_cast<const django::RunSql*>(&part) != nullptr) {
      code_.LookAtSql(*subject_);
    }
    if (!changes_rows_) return;
    if (ChangesRows(part)) {
      if (!rows_at_) rows_at_ = position_;
    } else if (!schema_at_ && part.Kind() == django::OperationKind::kSchema && Alters(part)) {
      schema_at_ = position_;
    }
  }

  /// False for an AlterField of which the table shows nothing: choices, a help text.
  bool Alters(const Operation& operation) const {
    const auto* alter = dynamic_cast<const django::AlterField*>(&operation);
    if (alter == nullptr) return true;
    const std::string& app = subject_->migration->key.app;
    ProjectState after = state_;
    try {
      alter->StateForwards(app, after);
    } catch (const Error&) {
      return true;
    }
    return ShownOf(state_, app, *alter, context_) != ShownOf(after, app, *alter, context_);
  }

  void DataAndSchema() {
    const auto& operations = subject_->migration->operations;
    const Operation& rows = *operations[static_cast<std::size_t>(*rows_at_)];
    const Operation& schema = *operations[static_cast<std::size_t>(*schema_at_)];
    findings_.Add(
        "data-and-schema", *subject_, *rows_at_,
        "changes rows (" + rows.ClassName() + ") and schema (" + schema.Describe() +
            ") in one migration",
        "make two of it: when one half fails the other can be told apart, and can be run again");
  }

  const LintInput& input_;
  schema::SchemaContext context_;
  bool is_whole_;  ///< No migration is missing from the states.
  Findings& findings_;
  CodeLint code_;
  SpareIndexes indexes_;
  ProjectState state_;
  const Subject* subject_ = nullptr;
  int position_ = 0;
  bool changes_rows_ = false;
  std::optional<int> rows_at_;
  std::optional<int> schema_at_;
};

}  // namespace

void LintStates(const LintInput& input, std::span<const Subject> subjects, Run* run,
                Findings& findings) {
  StateLint lint(input, run, findings);
  for (const Subject& subject : subjects) lint.Look(subject);
  lint.Finish();
}

}  // namespace migext::lint
