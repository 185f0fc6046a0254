// What a database was before it is replaced, beside it and named by time.
//
//   SafetyCopy copy(input);          // db_before_restore_20251122_181500.sqlite3
//   …
//   copy.Keep();                     // else it is removed again
//
// A sound database is copied as a backup is.  A damaged one is copied byte by byte, with its -wal
// and -journal, for whoever wants to salvage it later.
#ifndef MIGEXT_RECOVER_SAFETY_COPY_H_
#define MIGEXT_RECOVER_SAFETY_COPY_H_

#include <string>
#include <vector>

#include "recover/backup.h"

namespace migext::recover {

class SafetyCopy {
 public:
  /// Throws Error when none can be made.
  explicit SafetyCopy(const BackupInput& input);
  ~SafetyCopy();
  SafetyCopy(const SafetyCopy&) = delete;
  SafetyCopy& operator=(const SafetyCopy&) = delete;

  void Keep() { is_kept_ = true; }
  const std::string& path() const { return files_.front(); }
  /// Why it is a copy of the bytes; "" for a sound one.
  const std::string& damage() const { return damage_; }

 private:
  void CopyBytes(const sqlite::Connection& db);
  void Remove();

  std::vector<std::string> files_;
  std::string damage_;
  bool is_kept_ = false;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_SAFETY_COPY_H_
