#include "migrate/prepared.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "schema/editor.h"
#include "schema/fold.h"
#include "schema/sqlmigrate.h"

namespace migext::migrate {
namespace {

using django::OperationPtr;
using django::ProjectState;
using schema::Statement;

class Preparation {
 public:
  explicit Preparation(const PrepareInput& input)
      : input_(input), editor_(input.context, input.known) {
    prepared_.migration = &input.migration;
    prepared_.backwards = input.backwards;
    prepared_.before = input.before;
  }

  PreparedMigration Make() {
    input_.backwards ? Backwards() : Forwards();
    editor_.Finish();
    prepared_.deferred = NewStatements();
    return std::move(prepared_);
  }

 private:
  void Forwards() {
    ProjectState state = input_.before;
    for (std::size_t i = 0; i < input_.migration.operations.size(); ++i) {
      const ProjectState before = state;
      input_.migration.operations[i]->StateForwards(input_.migration.key.app, state);
      Add(i, before, state);
    }
    prepared_.after = std::move(state);
  }

  void Backwards() {
    schema::RequireReversible(input_.migration);
    std::vector<ProjectState> states = {input_.before};
    for (const OperationPtr& operation : input_.migration.operations) {
      states.push_back(states.back());
      operation->StateForwards(input_.migration.key.app, states.back());
    }
    prepared_.after = states.back();
    for (std::size_t i = input_.migration.operations.size(); i-- > 0;) {
      Add(i, states[i], states[i + 1]);
    }
  }

  void Add(std::size_t position, const ProjectState& before, const ProjectState& after) {
    if (input_.done != nullptr && input_.done->contains(static_cast<int>(position))) return;
    const django::Operation& operation = *input_.migration.operations[position];
    try {
      if (input_.backwards) {
        editor_.Unapply(operation, input_.migration.key.app, before, after);
      } else {
        editor_.Apply(operation, input_.migration.key.app, before, after);
      }
    } catch (const Error& error) {
      if (error.place().line != 0) throw;
      throw Error(operation.position().ToPlace(), error.message());
    }
    prepared_.operations.push_back({&operation, static_cast<int>(position), NewStatements()});
  }

  std::vector<Statement> NewStatements() {
    const std::vector<Statement>& all = editor_.statements();
    std::vector<Statement> fresh(all.begin() + static_cast<std::ptrdiff_t>(taken_), all.end());
    taken_ = all.size();
    return fresh;
  }

  const PrepareInput& input_;
  schema::SchemaEditor editor_;
  std::size_t taken_ = 0;
  PreparedMigration prepared_;
};

}  // namespace

bool PreparedOperation::HasCode() const {
  return std::any_of(statements.begin(), statements.end(), [](const Statement& statement) {
    return statement.kind == schema::StatementKind::kPython;
  });
}

PreparedMigration Prepare(const PrepareInput& input) { return Preparation(input).Make(); }

void FoldRemakes(PreparedMigration& prepared) {
  std::vector<std::vector<Statement>*> groups;
  for (PreparedOperation& operation : prepared.operations) groups.push_back(&operation.statements);
  groups.push_back(&prepared.deferred);
  schema::FoldRemakes(groups);
}

std::vector<PreparedMigration> PrepareAll(const PlannedRun& run,
                                          const schema::SchemaContext& context) {
  std::vector<PreparedMigration> prepared;
  prepared.reserve(run.steps.size());
  try {
    for (std::size_t i = 0; i < run.steps.size(); ++i) {
      const PlanStep& step = run.steps[i];
      prepared.push_back(Prepare({*step.migration, step.backwards, run.before[i], context}));
    }
  } catch (const Error&) {
    // What is before it is carried out.
  }
  return prepared;
}

}  // namespace migext::migrate
