#include "migrate/preflight.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "migrate/row_demand.h"
#include "migrate/row_view.h"
#include "migrate/table_size.h"
#include "sqlite/live_schema.h"

namespace migext::migrate {
namespace {

using schema::Statement;
using schema::StatementKind;
using sqlite::LiveColumn;
using sqlite::LiveSchema;
using sqlite::LiveTable;

constexpr std::array<std::string_view, 3> kSeverities = {"error", "warning", "info"};
constexpr std::array<std::string_view, 4> kProblems = {"null-in-not-null", "check-fails",
                                                       "duplicate", "too-long"};

constexpr std::string_view kAfterCode =
    "code of the project runs before it, on rows as they are then";

std::string Rows(std::int64_t count, const std::string& table) {
  return Grouped(count) + (count == 1 ? " row of " : " rows of ") + table;
}

bool IsText(const LiveColumn& column) {
  const std::string type = Lower(column.type);
  return type.find("char") != std::string::npos || type.find("text") != std::string::npos;
}

bool IsNumber(const LiveColumn& column) {
  const std::string type = Lower(column.type);
  return type.find("int") != std::string::npos || type.find("real") != std::string::npos ||
         type.find("decimal") != std::string::npos || type.find("bool") != std::string::npos;
}

bool IsReference(const LiveTable& table, std::string_view column) {
  return std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(), [&](const auto& key) {
    return std::any_of(key.columns.begin(), key.columns.end(),
                       [&](const std::string& name) { return EqualsIgnoringCase(name, column); });
  });
}

/// The one column of the key; "" when there are several.
std::string KeyColumn(const LiveTable& table) {
  std::string key;
  for (const LiveColumn& column : table.columns) {
    if (column.primary_key > 1) return {};
    if (column.primary_key == 1) key = column.name;
  }
  return key;
}

class Checks {
 public:
  Checks(const sqlite::Connection& db, const LiveSchema& live) : db_(db), views_(live) {}

  void Step(const PreparedMigration& prepared) {
    migration_ = &prepared.migration->key;
    for (const PreparedOperation& operation : prepared.operations) {
      position_ = operation.position;
      for (const Statement& statement : operation.statements) Look(statement);
    }
    position_.reset();
    for (const Statement& statement : prepared.deferred) Look(statement);
  }

  std::vector<PreflightRow> rows() && { return std::move(rows_); }

 private:
  void Look(const Statement& statement) {
    if (statement.table_remake) return LookAtRemake(statement);
    if (statement.kind == StatementKind::kCreateIndex) {
      const RowView* view = views_.Find(statement.table);
      if (view != nullptr && view->table() != nullptr) {
        Ask(*view, DemandsOf(statement, *view), statement.table);
      }
    }
    views_.Follow(statement);
  }

  void LookAtRemake(const Statement& statement) {
    const RowView* known = views_.Find(statement.table_remake->table);
    if (known == nullptr || known->table() == nullptr) return views_.Follow(statement);
    const RowView before = *known;
    views_.Follow(statement);
    Ask(*known, DemandsOf(*statement.table_remake, before, *known),
        statement.table_remake->NewTable());
  }

  /// `called`: the table as SQLite would call it.
  void Ask(const RowView& view, const std::vector<Demand>& demands, const std::string& called) {
    for (const Demand& demand : demands) {
      if (!asked_.insert(Signature(view, demand)).second) continue;
      const bool after_code = view.knowledge() == RowKnowledge::kUnknown;
      if (after_code && !AreThereNow(view, demand)) {
        CannotTell(view, demand, std::string(kAfterCode));
        continue;
      }
      try {
        const Offenders offenders = FindOffenders(db_, view, demand);
        for (const Offender& offender : offenders.rows) {
          rows_.push_back(RowOf(view, demand, offender, offenders.total, called));
          if (after_code) MayChange(rows_.back());
        }
        if (after_code && offenders.rows.empty()) {
          CannotTell(view, demand, std::string(kAfterCode));
        }
      } catch (const Error& error) {
        CannotTell(view, demand, error.message());
      }
    }
  }

  /// Columns that hold now what the code will find in them.  To fill those that shall not be NULL
  /// is what such code is for.
  static bool AreThereNow(const RowView& view, const Demand& demand) {
    return !demand.columns.empty() && demand.kind != DemandKind::kNotNull &&
           std::all_of(demand.columns.begin(), demand.columns.end(), [&](const auto& name) {
             const ViewedColumn* column = view.Find(name);
             return column != nullptr && column->origin != nullptr;
           });
  }

  static void MayChange(PreflightRow& row) {
    row.severity = PreflightSeverity::kWarning;
    row.doubt = "so it is now, and code of the project that runs before may change it";
    row.words.clear();
  }

  /// A table that is rebuilt again is not asked again.
  static std::string Signature(const RowView& view, const Demand& demand) {
    std::vector<std::string> parts = {view.table()->name,
                                      std::to_string(static_cast<int>(demand.kind)),
                                      std::to_string(demand.length), demand.condition};
    parts.insert(parts.end(), demand.expressions.begin(), demand.expressions.end());
    for (const std::string& name : demand.columns) {
      const ViewedColumn* column = view.Find(name);
      parts.push_back(column == nullptr ? name : column->value + column->generated);
    }
    return Join(parts, "\n");
  }

  void CannotTell(const RowView& view, const Demand& demand, const std::string& why) {
    const std::string& table = view.table()->name;
    const bool has_rows =
        !db_.Value("SELECT 1 FROM \"main\"." + SqlIdentifier(table) + " LIMIT 1").IsNull();
    if (!has_rows) return;
    PreflightRow row;
    row.severity = PreflightSeverity::kInfo;
    row.migration = *migration_;
    row.position = position_;
    row.table = table;
    row.problem = "cannot-be-told";
    row.object = demand.object;
    row.detail = "whether " + Wish(demand) + " cannot be told before: " + why;
    rows_.push_back(std::move(row));
  }

  static std::string Wish(const Demand& demand) {
    switch (demand.kind) {
      case DemandKind::kNotNull:
        return "\"" + demand.object + "\" has no NULL";
      case DemandKind::kCheck:
        return "the check " + demand.expressions.front() + " holds";
      case DemandKind::kUnique:
        return Join(demand.expressions, ", ") + " is unique";
      case DemandKind::kLength:
        return "\"" + demand.object + "\" has at most " + std::to_string(demand.length) +
               " characters";
    }
    return {};
  }

  PreflightRow RowOf(const RowView& view, const Demand& demand, const Offender& offender,
                     std::int64_t total, const std::string& called) const {
    const LiveTable& table = *view.table();
    PreflightRow row;
    row.severity = demand.kind == DemandKind::kLength ? PreflightSeverity::kWarning
                                                      : PreflightSeverity::kError;
    row.migration = *migration_;
    row.position = position_;
    row.table = table.name;
    row.row_key = offender.key;
    row.problem = kProblems[static_cast<std::size_t>(demand.kind)];
    row.object = demand.object;
    row.detail = Detail(demand, offender, Rows(total, table.name));
    row.remedy = Remedy(view, demand, offender);
    row.words = Words(demand, called);
    return row;
  }

  static std::string Detail(const Demand& demand, const Offender& offender,
                            const std::string& rows) {
    switch (demand.kind) {
      case DemandKind::kNotNull:
        return "\"" + demand.object + "\" is to be NOT NULL, and is NULL in " + rows;
      case DemandKind::kCheck:
        return "the check " + demand.expressions.front() + " is to hold (" + demand.object +
               "), and fails for " + rows;
      case DemandKind::kUnique:
        return Join(demand.expressions, ", ") + " is to be unique (" + demand.object +
               "), and is not in " + rows + ": here it is " + offender.values;
      case DemandKind::kLength:
        return "\"" + demand.object + "\" is to take " + std::to_string(demand.length) +
               " characters, and has more in " + rows +
               "; SQLite does not mind, other databases and forms do";
    }
    return {};
  }

  /// A check without a name goes by its text, from which SQLite takes the quotes: "a" >= 0 is a.
  static std::string CheckName(const Demand& demand) {
    if (demand.columns.empty()) return demand.object;
    const std::string& text = demand.expressions.front();
    return text.starts_with('"') ? text.substr(1, text.find('"', 1) - 1) : text;
  }

  static std::string Words(const Demand& demand, const std::string& called) {
    std::vector<std::string> columns;
    for (const std::string& column : demand.columns) columns.push_back(called + "." + column);
    switch (demand.kind) {
      case DemandKind::kNotNull:
        return "NOT NULL constraint failed: " + columns.front();
      case DemandKind::kCheck:
        return "CHECK constraint failed: " + CheckName(demand);
      case DemandKind::kUnique:
        return "UNIQUE constraint failed: " +
               (columns.empty() ? "index '" + demand.object + "'" : Join(columns, ", "));
      case DemandKind::kLength:
        return {};
    }
    return {};
  }

  /// A statement for this row, where its values say which.
  static std::string Remedy(const RowView& view, const Demand& demand, const Offender& offender) {
    const LiveTable& table = *view.table();
    const std::string key = KeyColumn(table);
    if (key.empty() || demand.columns.empty()) return {};
    const ViewedColumn* viewed = view.Find(demand.columns.back());
    const LiveColumn* column = viewed == nullptr ? nullptr : viewed->origin;
    if (column == nullptr || IsReference(table, column->name)) return {};
    const std::string name = SqlIdentifier(column->name);
    std::string value;
    if (demand.kind == DemandKind::kNotNull) {
      value = IsText(*column) ? "''" : IsNumber(*column) ? "0" : "";
    } else if (demand.kind == DemandKind::kUnique && !offender.is_first && IsText(*column)) {
      value = name + " || '-' || " + SqlIdentifier(key);
    }
    if (value.empty()) return {};
    return "UPDATE " + SqlIdentifier(table.name) + " SET " + name + " = " + value + " WHERE " +
           SqlIdentifier(key) + " = " + offender.key.ToSql() + ";";
  }

  const sqlite::Connection& db_;
  RowViews views_;
  const django::MigrationKey* migration_ = nullptr;
  std::optional<int> position_;
  std::set<std::string> asked_;
  std::vector<PreflightRow> rows_;
};

/// Tables that a remake copies, with the migration that does so first.
std::map<std::string, const django::MigrationKey*> RebuiltTables(
    std::span<const PreparedMigration> steps) {
  std::map<std::string, const django::MigrationKey*> tables;
  for (const PreparedMigration& prepared : steps) {
    for (const PreparedOperation& operation : prepared.operations) {
      for (const Statement& statement : operation.statements) {
        if (!statement.table_remake) continue;
        tables.emplace(statement.table_remake->table, &prepared.migration->key);
      }
    }
  }
  return tables;
}

std::uint64_t Number(const sqlite::Connection& db, const std::string& sql,
                     std::initializer_list<sqlite::Cell> parameters = {}) {
  const sqlite::Cell cell = db.Value(sql, parameters);
  return cell.Integer() == nullptr || *cell.Integer() < 0
             ? 0
             : static_cast<std::uint64_t>(*cell.Integer());
}

std::string Megabytes(std::uint64_t bytes) {
  constexpr std::uint64_t kMega = 1'000'000;
  return Grouped(static_cast<std::int64_t>((bytes + kMega - 1) / kMega)) + " MB";
}

}  // namespace

std::string_view SeverityName(PreflightSeverity severity) {
  return kSeverities[static_cast<std::size_t>(severity)];
}

std::vector<PreflightRow> Preflight(std::span<const PreparedMigration> steps,
                                    const sqlite::Connection& db) {
  return Preflight(steps, db, FreeSpaceFor(db));
}

std::vector<PreflightRow> Preflight(std::span<const PreparedMigration> steps,
                                    const sqlite::Connection& db,
                                    std::optional<std::uint64_t> free) {
  if (steps.empty()) return {};
  const LiveSchema live = LiveSchema::Read(db);
  Checks checks(db, live);
  for (const PreparedMigration& prepared : steps) checks.Step(prepared);
  std::vector<PreflightRow> rows = std::move(checks).rows();
  if (free) {
    std::optional<PreflightRow> missing = SpaceMissing(steps, db, *free);
    if (missing) rows.push_back(std::move(*missing));
  }
  std::stable_sort(rows.begin(), rows.end(), [](const PreflightRow& a, const PreflightRow& b) {
    return a.severity < b.severity;
  });
  return rows;
}

std::optional<std::uint64_t> FreeSpaceFor(const sqlite::Connection& db) {
  const std::string file = db.FileName();
  if (file.empty()) return {};
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(file, error);
  if (error) return {};
  return space.available;
}

std::optional<PreflightRow> SpaceMissing(std::span<const PreparedMigration> steps,
                                         const sqlite::Connection& db, std::uint64_t free) {
  constexpr std::uint64_t kCopies = 2;
  const std::uint64_t page = Number(db, "PRAGMA \"main\".page_size");
  const std::uint64_t database = Number(db, "PRAGMA \"main\".page_count") * page;
  // No table is larger than the database: mostly that settles it, without reading any.
  if (database * kCopies <= free) return {};
  PreflightRow row;
  std::uint64_t largest = 0;
  for (const auto& [table, migration] : RebuiltTables(steps)) {
    const std::uint64_t size = TableSize(db, table).value_or(database);
    if (size <= largest) continue;
    largest = size;
    row.table = table;
    row.migration = *migration;
  }
  if (largest * kCopies <= free) return {};
  row.problem = "disk-space";
  row.detail = "rebuilding " + row.table + " takes about " + Megabytes(largest * kCopies) + ": " +
               Megabytes(largest) + " for its copy and as much for the journal; " +
               Megabytes(free) + " are free";
  row.words = "database or disk is full";
  return row;
}

std::string ErrorsIn(std::span<const PreflightRow> rows) {
  constexpr std::size_t kShownKeys = 5;
  std::string text;
  for (std::size_t i = 0; i < rows.size();) {
    const PreflightRow& first = rows[i];
    std::vector<std::string> keys;
    std::size_t next = i;
    const auto is_alike = [&](const PreflightRow& row) {
      return row.migration == first.migration && row.table == first.table &&
             row.problem == first.problem && row.object == first.object;
    };
    for (; next < rows.size() && is_alike(rows[next]); ++next) {
      if (!rows[next].row_key.IsNull()) keys.push_back(rows[next].row_key.ToSql());
    }
    i = next;
    if (first.severity != PreflightSeverity::kError) continue;
    if (!text.empty()) text += "\n";
    text += first.words + ": " + first.migration.ToString() + ": " + first.detail;
    const bool has_more = keys.size() > kShownKeys;
    if (has_more) keys.resize(kShownKeys);
    if (!keys.empty()) text += "; primary key " + Join(keys, ", ") + (has_more ? ", …" : "");
  }
  return text;
}

}  // namespace migext::migrate
