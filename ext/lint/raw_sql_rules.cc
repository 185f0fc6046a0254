// Rules about the SQL that a pending migration brings along.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "django/operations/special.h"
#include "lint/parts.h"
#include "lint/raw_sql.h"
#include "lint/run.h"

namespace migext::lint {
namespace {

class RawSqlLint {
 public:
  RawSqlLint(Run& run, Findings& findings) : run_(run), findings_(findings) {}

  void Step(const migrate::PreparedMigration& prepared) {
    subject_ = &run_.SubjectOf(prepared.migration->key);
    for (const migrate::PreparedOperation& operation : prepared.operations) {
      position_ = operation.position;
      ForEachPart(*operation.operation, [&](const django::Operation& part) {
        if (const auto* sql = dynamic_cast<const django::RunSql*>(&part)) Look(*sql);
      });
    }
  }

 private:
  void Look(const django::RunSql& sql) {
    acts_ = ActsOf(sql.sql());
    for (const SqlAct& act : acts_) Look(act);
  }

  void Look(const SqlAct& act) {
    if (act.every_row) return LookAtChange(*act.every_row);
    const std::int64_t rows = act.table.empty() ? 0 : run_.rows.Of(act.table);
    switch (act.kind) {
      case SqlActKind::kReindex:
        Add("reindex", "says " + act.verb + " " + act.object, "run it when nobody else writes");
        return;
      case SqlActKind::kDropTable:
        if (rows > 0) DropTable(act, rows);
        return;
      case SqlActKind::kDropColumn:
        if (rows > 0) DropColumn(act);
        return;
      case SqlActKind::kRenameTable:
        if (rows > 0) {
          Add("rename-table",
              "renames the table " + act.table + " (" + Rows(rows) + ") to " + act.object,
              "code that uses the old name fails from then on");
        }
        return;
      case SqlActKind::kRenameColumn:
        if (rows > 0) {
          Add("rename-column", "renames a column of " + act.table + " to " + act.object,
              "code that uses the old name fails from then on");
        }
        return;
      case SqlActKind::kCreateIndex:
        if (rows >= kLargeTable) {
          Add("create-index",
              "builds the index " + act.object + " of " + act.table + " (" + Rows(rows) + ")",
              "nobody else can write meanwhile: run it when that does no harm");
        }
        return;
      default:
        return;
    }
  }

  void LookAtChange(const EveryRow& change) {
    const std::int64_t rows = run_.rows.Of(change.table);
    const std::string without = ": it has no WHERE";
    if (change.deletes && rows > 0) {
      Add("sql-without-where", "deletes " + All(rows) + " of " + change.table + without,
          "say in a WHERE which ones; SELECT backup_database('backups/') first if it is all");
      return;
    }
    for (const std::string& column : change.set) {
      // A column that is new, or empty so far, is filled and not overwritten.
      const sqlite::LiveTable* table = run_.live.FindTable(change.table);
      if (table == nullptr || table->FindColumn(column) == nullptr) continue;
      const std::int64_t values =
          run_.rows.Where(change.table, SqlIdentifier(column) + " IS NOT NULL");
      if (values == 0) continue;
      Add("sql-without-where",
          "sets " + change.table + "." + column + " in " + All(rows) + ", " + Grouped(values) +
              " of which " + (values == 1 ? "has" : "have") + " a value" + without,
          "say in a WHERE which ones; SELECT backup_database('backups/') first if it is all");
    }
  }

  static std::string All(std::int64_t rows) {
    return rows == 1 ? "the only row" : "all " + Rows(rows);
  }

  void DropTable(const SqlAct& act, std::int64_t rows) {
    Finding& finding =
        Add("drop-table", "drops the table " + act.table + " with " + Rows(rows),
            "SELECT backup_database('backups/') first; and stop code that still reads it");
    // A rebuild by hand: copy, drop, rename.
    const bool is_made_again = std::any_of(acts_.begin(), acts_.end(), [&](const SqlAct& other) {
      return other.kind == SqlActKind::kRenameTable && EqualsIgnoringCase(other.object, act.table);
    });
    if (!is_made_again) return;
    finding.severity = Severity::kWarning;
    finding.message += ", and gives its name to a copy";
  }

  void DropColumn(const SqlAct& act) {
    const std::int64_t values =
        run_.rows.Where(act.table, SqlIdentifier(act.object) + " IS NOT NULL");
    if (values == 0) return;
    Add("drop-column",
        "drops the column " + act.table + "." + act.object + " with " + Grouped(values) +
            (values == 1 ? " value" : " values"),
        "SELECT backup_database('backups/') first; and stop code that still reads it");
  }

  Finding& Add(std::string_view rule, std::string message, std::string advice) {
    return findings_.Add(rule, *subject_, position_, "the RunSQL " + std::move(message),
                         std::move(advice));
  }

  Run& run_;
  Findings& findings_;
  const Subject* subject_ = nullptr;
  int position_ = 0;
  std::vector<SqlAct> acts_;
};

}  // namespace

void LintRawSql(Run& run, Findings& findings) {
  RawSqlLint lint(run, findings);
  for (const migrate::PreparedMigration& prepared : run.steps) lint.Step(prepared);
}

}  // namespace migext::lint
