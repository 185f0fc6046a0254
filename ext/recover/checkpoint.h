// Bringing what is in the -wal into the database's file.
//
//   Checkpoint(db, "truncate").answer  // "all of the -wal (812 frames) is in the database now, …"
//
// https://sqlite.org/pragma.html#pragma_wal_checkpoint
#ifndef MIGEXT_RECOVER_CHECKPOINT_H_
#define MIGEXT_RECOVER_CHECKPOINT_H_

#include <string>
#include <string_view>
#include <vector>

#include "sqlite/connection.h"

namespace migext::recover {

struct CheckpointResult {
  std::string answer;
  std::vector<std::string> report;  ///< Who kept it from doing all of it.
};

/// `mode` is passive, full, restart or truncate.  Throws Error inside a transaction, and when the
/// database cannot be read.
CheckpointResult Checkpoint(const sqlite::Connection& connection, std::string_view mode);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_CHECKPOINT_H_
