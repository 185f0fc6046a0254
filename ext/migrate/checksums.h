// The table migext_checksums: what each migration meant when it was recorded, so that an edit of an
// applied one shows.
//
//   ChecksumBook book(db, graph.source(), journal_on);
//   Recorder(db, &book).RecordApplied({"blog", "0003_x"});   // writes its checksum along
//   for (const ChecksumRow& row : CompareChecksums(db, graph, history)) …   // 'changed'
//
// A checksum is that of the migration's canonical text (django/canonical_text.h), which is kept
// beside it to tell which operations differ.  It counts only for the record that it was written
// with: what Django itself has recorded since has none.
#ifndef MIGEXT_MIGRATE_CHECKSUMS_H_
#define MIGEXT_MIGRATE_CHECKSUMS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "django/graph.h"
#include "migrate/history.h"
#include "sqlite/connection.h"

namespace migext::migrate {

inline constexpr std::string_view kChecksumTable = "migext_checksums";

/// How the undo of Renew() begins.
inline constexpr std::string_view kChecksumUpdate = R"(UPDATE "main"."migext_checksums" SET )";

class ChecksumBook {
 public:
  /// `writes` false keeps nothing.  What is given must outlive it.
  ChecksumBook(const sqlite::Connection& db, const django::MigrationSource& source, bool writes)
      : db_(db), source_(source), writes_(writes) {}

  /// Of a migration that is recorded already; nothing for one without a file.
  void Write(const django::MigrationKey& key) const;
  void Remove(const django::MigrationKey& key) const;
  /// Write() over the one that is there; says it as the SQL that takes it back, "" for nothing.
  std::string Renew(const django::MigrationKey& key) const;
  /// Brings it in line with records that came and went.
  void Follow(const History& before, const History& after) const;

 private:
  const sqlite::Connection& db_;
  const django::MigrationSource& source_;
  bool writes_;
};

enum class ChecksumStatus : std::uint8_t {
  kUnchanged,
  kChanged,
  kNotRecorded,  ///< Recorded without a checksum.
  kPending,
  kUnreadable,
  kGhost,  ///< Recorded without a file.
};
std::string_view ChecksumStatusName(ChecksumStatus status);  ///< 'unchanged', 'changed', …

struct ChecksumRow {
  django::MigrationKey key;
  std::string checksum;  ///< Of the file; "" when there is none to read.
  std::string recorded;  ///< "" without one.
  ChecksumStatus status = ChecksumStatus::kPending;
  std::string detail;            ///< kChanged: what differs.
  bool same_operations = false;  ///< kChanged: in its dependencies alone.
};

/// Every migration with a file or a record, by app and name.
std::vector<ChecksumRow> CompareChecksums(const sqlite::Connection& db, const django::Graph& graph,
                                          const History& history);

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_CHECKSUMS_H_
