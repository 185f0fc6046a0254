#include "schema/sqlmigrate.h"

#include <span>

#include "base/error.h"
#include "django/operations/special.h"
#include "schema/editor.h"

namespace migext::schema {
namespace {

using django::Operation;
using django::OperationPtr;
using django::ProjectState;

class Text {
 public:
  Text(const std::string& app, const SchemaContext& context, const KnownIndexes* known)
      : app_(app), context_(context), editor_(context, known, Rendering::kWhenNeeded) {}

  void Add(const Operation& operation, const ProjectState& before, const ProjectState& after,
           bool backwards) {
    if (!AddHead(operation)) return;
    const std::size_t lines_before = lines_.size();
    if (backwards) {
      editor_.Unapply(operation, app_, before, after);
    } else {
      editor_.Apply(operation, app_, before, after);
    }
    AddStatements();
    if (context_.dialect->marks_no_ops && lines_.size() == lines_before) {
      lines_.push_back("-- (no-op)");
    }
  }

  std::vector<std::string> Finish() {
    editor_.Finish();
    AddStatements();
    return std::move(lines_);
  }

 private:
  /// False for an operation without SQL.
  bool AddHead(const Operation& operation) {
    const bool has_sql = operation.ReducesToSql();
    const bool warns_first = !context_.dialect->warns_of_python_below;
    lines_.push_back("--");
    if (!has_sql && warns_first) {
      lines_.push_back("-- MIGRATION NOW PERFORMS OPERATION THAT CANNOT BE WRITTEN AS SQL:");
    }
    lines_.push_back("-- " + operation.Describe());
    lines_.push_back("--");
    if (!has_sql && !warns_first) lines_.push_back("-- THIS OPERATION CANNOT BE WRITTEN AS SQL");
    return has_sql;
  }

  void AddStatements() {
    const std::vector<Statement>& statements = editor_.statements();
    for (; shown_ < statements.size(); ++shown_) {
      if (statements[shown_].kind == StatementKind::kPython) continue;
      lines_.push_back(ShownSql(statements[shown_]));
    }
  }

  const std::string& app_;
  const SchemaContext& context_;
  SchemaEditor editor_;
  std::size_t shown_ = 0;
  std::vector<std::string> lines_;
};

/// repr() of an argument of an operation, without the address that a function's shows.
std::string Shown(python::Value value) {
  const bool is_function = django::IsNoop(value) || value.Is(python::Kind::kFunction);
  if (!is_function) return python::Repr(value);
  return "<function " +
         (django::IsNoop(value) ? "RunPython.noop"
                                : std::string(python::View(value.AsFunction()).qualname)) +
         ">";
}

/// Operation.__repr__(): "<RunSQL 'DROP …'>".
std::string Shown(const Operation& operation) {
  std::string args;
  std::string keywords;
  const auto add = [&](std::span<const python::Value> values,
                       std::span<const python::Keyword> named) {
    for (const python::Value value : values) {
      if (!args.empty()) args += ", ";
      args += Shown(value);
    }
    for (const python::Keyword& keyword : named) {
      if (!keywords.empty()) keywords += ",";
      keywords += " " + std::string(keyword.name) + "=" + Shown(keyword.value);
    }
  };
  const python::Value value = operation.head().value;
  if (value.Is(python::Kind::kCall)) {
    const python::CallView call = python::View(value.AsCall());
    add(call.args, call.keywords);
  } else if (value.Is(python::Kind::kInstance)) {
    const python::InstanceView instance = python::View(value.AsInstance());
    add(instance.args, instance.keywords);
  }
  return "<" + operation.ClassName() + " " + args + keywords + ">";
}

void AddBackwards(Text& text, const django::Migration& migration, const ProjectState& state) {
  RequireReversible(migration);
  std::vector<ProjectState> states = {state};
  for (const OperationPtr& operation : migration.operations) {
    states.push_back(states.back());
    operation->StateForwards(migration.key.app, states.back());
  }
  for (std::size_t i = migration.operations.size(); i-- > 0;) {
    text.Add(*migration.operations[i], states[i], states[i + 1], true);
  }
}

}  // namespace

void RequireReversible(const django::Migration& migration) {
  for (const OperationPtr& operation : migration.operations) {
    if (operation->Reversible()) continue;
    throw Error(operation->position().ToPlace(),
                "django.db.migrations.exceptions.IrreversibleError: Operation " +
                    Shown(*operation) + " in " + migration.key.ToString() + " is not reversible");
  }
}

std::vector<std::string> SqlMigrate(const django::Migration& migration, const ProjectState& state,
                                    bool backwards, const SchemaContext& context,
                                    const KnownIndexes* known) {
  Text text(migration.key.app, context, known);
  if (backwards) {
    AddBackwards(text, migration, state);
  } else {
    ProjectState after = state;
    for (const OperationPtr& operation : migration.operations) {
      const ProjectState before = after;
      operation->StateForwards(migration.key.app, after);
      text.Add(*operation, before, after, false);
    }
  }
  std::vector<std::string> lines = text.Finish();
  if (!migration.atomic || lines.empty()) return lines;
  lines.insert(lines.begin(), "BEGIN;");
  lines.push_back("COMMIT;");
  return lines;
}

}  // namespace migext::schema
