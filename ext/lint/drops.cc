// Rules about the tables and columns that a run drops with what is in them.
#include <algorithm>
#include <string>

#include "base/text.h"
#include "lint/function_facts.h"
#include "lint/parts.h"
#include "lint/raw_sql.h"
#include "lint/run.h"
#include "migrate/dropped_data.h"

namespace migext::lint {
namespace {

using migrate::PreparedMigration;
using migrate::PreparedOperation;
using schema::Statement;
using schema::StatementKind;

/// What a drop is to the code of the project.
struct Target {
  std::string app;
  std::string model;
  std::string field;  ///< "" when the whole model goes.
};

/// An operation may have several parts: that which the name of the column or table speaks for, else
/// the last.
Target TargetOf(const migrate::Drop& drop, const PreparedMigration& dropping) {
  Target target{dropping.migration->key.app, {}, {}};
  bool is_sure = false;
  const auto is_it = [&](const django::Operation& part) {
    if (drop.column.empty()) return Lower(drop.table).ends_with("_" + Lower(part.ModelName()));
    const std::string field = Lower(part.FieldName());
    return Lower(drop.column) == field || Lower(drop.column) == field + "_id";
  };
  for (const PreparedOperation& operation : dropping.operations) {
    if (operation.position != drop.position) continue;
    ForEachPart(*operation.operation, [&](const django::Operation& part) {
      if (is_sure) return;
      is_sure = is_it(part);
      target.model = part.ModelName();
      target.field = part.FieldName();
    });
  }
  return target;
}

bool IsModel(const ModelCall& call, const Target& target) {
  return EqualsIgnoringCase(call.app, target.app) && EqualsIgnoringCase(call.model, target.model);
}

/// The function asks for the model, and looks at rows of it.
bool Fetches(const FunctionFacts& facts, const Target& target) {
  return std::any_of(facts.models.begin(), facts.models.end(), [&](const ModelCall& call) {
    return IsModel(call, target) && facts.fetched.contains(call.variable);
  });
}

/// The function asks for the model, and reads a field of this name, not known to be another's.
bool Reads(const FunctionFacts& facts, const Target& target, const std::string& column) {
  const auto asks_for_it = [&](const std::string& variable) {
    return std::any_of(facts.models.begin(), facts.models.end(), [&](const ModelCall& call) {
      return IsModel(call, target) && (variable.empty() || variable == call.variable);
    });
  };
  return std::any_of(
      facts.field_reads.begin(), facts.field_reads.end(), [&](const FieldRead& read) {
        return (read.field == target.field || read.field == column) && asks_for_it(read.variable);
      });
}

class DropLint {
 public:
  DropLint(Run& run, Findings& findings) : run_(run), findings_(findings) {}

  void Look(const migrate::Drop& drop) {
    const PreparedMigration& prepared = run_.steps[drop.step];
    const sqlite::LiveTable* table = run_.live.FindTable(drop.table);
    if (table == nullptr || run_.rows.Of(drop.table) == 0) return;
    const std::int64_t rows = run_.rows.Of(drop.table);
    std::string message;
    bool is_worthless = false;
    if (drop.column.empty()) {
      message = "drops the table " + drop.table + " with " + Rows(rows);
    } else {
      const std::string column = SqlIdentifier(drop.column);
      const std::int64_t values = run_.rows.Where(drop.table, column + " IS NOT NULL");
      if (values == 0) return;
      message = "drops the column " + drop.table + "." + drop.column + " with " + Grouped(values) +
                (values == 1 ? " value" : " values");
      is_worthless = rows > 1 && AreAlike(drop.table, column);
      if (is_worthless) message += ", all alike";
    }
    const bool is_carried = IsCarriedOver(drop, prepared);
    if (is_carried) message += "; code that runs before it reads it, and may carry it over";
    Finding& finding = findings_.Add(
        drop.column.empty() ? "drop-table" : "drop-column", run_.SubjectOf(prepared.migration->key),
        drop.position, message,
        "SELECT backup_database('backups/') first; and stop code that still reads it");
    if (is_carried || is_worthless) finding.severity = Severity::kWarning;
  }

 private:
  bool AreAlike(const std::string& table, const std::string& column) {
    return run_.rows.Where(table, column + " IS NOT (SELECT " + column + " FROM \"main\"." +
                                      SqlIdentifier(table) + " LIMIT 1)") == 0;
  }

  /// Code or SQL of the project that runs before it reads the values.
  bool IsCarriedOver(const migrate::Drop& drop, const PreparedMigration& dropping) {
    const Target target = TargetOf(drop, dropping);
    for (std::size_t step = 0; step <= drop.step; ++step) {
      for (const PreparedOperation& operation : run_.steps[step].operations) {
        if (step == drop.step && operation.position >= drop.position) break;
        for (const Statement& statement : operation.statements) {
          if (IsReadBy(statement, target, drop)) return true;
        }
      }
    }
    return false;
  }

  bool IsReadBy(const Statement& statement, const Target& target, const migrate::Drop& drop) {
    if (statement.kind == StatementKind::kSql) {
      return ReadsFrom(statement.sql, drop.table, drop.column);
    }
    if (statement.kind != StatementKind::kPython) return false;
    const FunctionFacts* facts = functions_.Of(statement.code);
    if (facts == nullptr) return false;
    const bool has_sql = std::any_of(
        facts->texts.begin(), facts->texts.end(),
        [&](const std::string& text) { return ReadsFrom(text, drop.table, drop.column); });
    if (has_sql) return true;
    return target.field.empty() ? Fetches(*facts, target) : Reads(*facts, target, drop.column);
  }

  Run& run_;
  Findings& findings_;
  Functions functions_;
};

}  // namespace

void LintDrops(Run& run, Findings& findings) {
  DropLint drops(run, findings);
  for (const migrate::Drop& drop : migrate::DroppedBy(run.steps, run.context).all) drops.Look(drop);
}

}  // namespace migext::lint
