#include "recover/checkpoint.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/error.h"
#include "base/text.h"
#include "recover/locks.h"
#include "recover/locks_notes.h"

namespace migext::recover {
namespace {

constexpr std::array<std::string_view, 4> kModes = {"passive", "full", "restart", "truncate"};

/// The row that the pragma gives.
struct Outcome {
  bool was_blocked = false;
  std::int64_t frames = 0;
  std::int64_t copied = 0;
};

Outcome Run(const sqlite::Connection& connection, const std::string& mode) {
  sqlite::Statement pragma = connection.Prepare("PRAGMA main.wal_checkpoint(" + mode + ")");
  Outcome outcome;
  if (!pragma.Step()) return outcome;
  const sqlite::Row row = pragma.row();
  outcome.was_blocked = row.Int(0) != 0;
  outcome.frames = std::max<std::int64_t>(row.Int(1), 0);
  outcome.copied = std::max<std::int64_t>(row.Int(2), 0);
  return outcome;
}

std::string Frames(std::int64_t count) {
  return Grouped(count) + (count == 1 ? " frame" : " frames");
}

/// Who keeps a checkpoint from going to the end.
std::vector<std::string> Blockers(const sqlite::Connection& connection) {
  std::vector<std::string> lines;
  for (const DatabaseLock& lock : LocksOn(QuestionOf(connection))) {
    const bool is_of_wal = lock.kind == LockKind::kWalRead || lock.kind == LockKind::kWalWrite ||
                           lock.kind == LockKind::kWalCheckpoint;
    if (is_of_wal || lock.kind == LockKind::kExclusive) lines.push_back(HolderLine(lock));
  }
  return lines;
}

std::string_view WhatBecomesOfTheWal(std::string_view mode) {
  if (mode == "truncate") return "the -wal is empty";
  if (mode == "restart") return "the next that is written begins the -wal anew";
  return "the -wal keeps its size";
}

std::string Answer(const Outcome& before, const Outcome& after, std::string_view mode) {
  // A -wal that was emptied has no frames any more: those that it had are known from before.
  const std::int64_t frames = std::max(before.frames, after.frames);
  const std::int64_t copied =
      after.was_blocked ? after.copied : std::max(before.copied, after.copied);
  const std::string wal = "the -wal (" + Frames(frames) + ")";
  if (frames > copied) {
    return "of " + wal + " " + Grouped(copied) + " are in the database now, " +
           Grouped(frames - copied) + " could not be copied";
  }
  if (after.was_blocked) return "all of " + wal + " is in the database now, but it was not emptied";
  if (frames == 0) return "nothing to do: the -wal is empty";
  return "all of " + wal + " is in the database now, and " + std::string(WhatBecomesOfTheWal(mode));
}

}  // namespace

CheckpointResult Checkpoint(const sqlite::Connection& connection, std::string_view mode) {
  const std::string wanted = Lower(mode);
  if (std::find(kModes.begin(), kModes.end(), wanted) == kModes.end()) {
    throw Error("a checkpoint is 'passive', 'full', 'restart' or 'truncate', and not '" +
                std::string(mode) + "'");
  }
  if (!connection.IsAutocommit()) {
    throw Error("a checkpoint is not possible inside a transaction: COMMIT or ROLLBACK first");
  }
  const std::string journal = connection.Value("PRAGMA main.journal_mode").ToString();
  if (journal != "wal") {
    return {"nothing to do: the database is not in WAL mode (its journal mode is '" + journal +
                "'), so all of it is in its file",
            {}};
  }
  // Only before the -wal is emptied can its frames be counted.
  const Outcome before = Run(connection, "PASSIVE");
  const Outcome after = wanted == "passive" ? before : Run(connection, wanted);
  CheckpointResult result{Answer(before, after, wanted), {}};
  if (!after.was_blocked && after.copied >= after.frames) return result;
  result.report = Blockers(connection);
  if (!result.report.empty()) result.answer += ": " + result.report.front();
  return result;
}

}  // namespace migext::recover
