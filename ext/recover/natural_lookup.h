// SQL that compares natural keys, of staged rows and of those in the database.
//
//   "SELECT l.id FROM main.auth_group l WHERE " + PartsEqual(staging, group, "l", "k")
#ifndef MIGEXT_RECOVER_NATURAL_LOOKUP_H_
#define MIGEXT_RECOVER_NATURAL_LOOKUP_H_

#include <string>
#include <string_view>

#include "recover/load_staging.h"

namespace migext::recover {

/// True if the model has a natural key whose parts are known.
bool KnowsNaturalKey(const FixtureModel& model);

/// SQL for the value of a part, of the row under `alias`.  Rows on the way to it are those of the
/// fixture where it has them.
std::string PartSql(const Staging& staging, const NaturalKeyPart& part, std::string_view alias);

/// part0(alias) = values.part0 AND …: `values` names what holds part0, part1, …
std::string PartsEqual(const Staging& staging, const FixtureModel& model, std::string_view alias,
                       std::string_view values);

/// The same natural key under two aliases.
std::string SameNaturalKey(const Staging& staging, const FixtureModel& model, std::string_view left,
                           std::string_view right);

/// True for the row under `alias` when a part of its natural key is still to be found.
std::string HasPendingPart(const StagedModel& staged, std::string_view alias);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_NATURAL_LOOKUP_H_
