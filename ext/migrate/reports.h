// What Django's own commands print about migrations, line by line and byte for byte:
// showmigrations, showmigrations --plan and migrate --plan.
//
//   ShowMigrations(graph, records, {"blog"})  ->  blog
//                                                  [X] 0001_initial
//                                                  [ ] 0002_tags
//
// Throws Error, in Django's words, where the command would fail.
#ifndef MIGEXT_MIGRATE_REPORTS_H_
#define MIGEXT_MIGRATE_REPORTS_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "django/graph.h"
#include "migrate/history.h"
#include "migrate/plan.h"

namespace migext::migrate {

/// How much of it to print: `-v 1` is Django's default.
enum class Verbosity : std::uint8_t { kNormal, kDetailed };

/// What is recorded, and when it was applied: the text that `-v 2` shows ("2025-06-10 08:45:03"),
/// or "".
using AppliedTimes = std::map<django::MigrationKey, std::string>;
AppliedTimes AppliedTimesOf(const History& history);

/// `showmigrations [app…]`; no apps means all that have migrations.
std::vector<std::string> ShowMigrations(const django::Graph& graph, const AppliedTimes& recorded,
                                        std::span<const std::string> apps = {},
                                        Verbosity verbosity = Verbosity::kNormal);

/// `showmigrations --plan [app…]`; with kDetailed each line names the migrations it needs.
std::vector<std::string> ShowPlan(const django::Graph& graph,
                                  std::span<const std::string> apps = {},
                                  Verbosity verbosity = Verbosity::kNormal);

/// `migrate --plan`.
std::vector<std::string> PlannedOperations(const Plan& plan);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_REPORTS_H_
