// Every reference of the staged rows, checked before one of them is written.
#ifndef MIGEXT_RECOVER_LOAD_CHECK_H_
#define MIGEXT_RECOVER_LOAD_CHECK_H_

#include <string>
#include <vector>

#include "recover/load_staging.h"

namespace migext::recover {

/// Throws Error, in the words of Django's check_constraints(), with the place of the first row that
/// points at what neither the fixture nor the database has.  Relations without a constraint in the
/// database (db_constraint=False) may.
void RequireReferences(const Staging& staging);

/// Violations of foreign keys in the tables that a load touches, before and after it.
class ForeignKeyWatch {
 public:
  /// Notes those that are there.
  ForeignKeyWatch(const sqlite::Connection& db, std::vector<std::string> tables);
  ~ForeignKeyWatch();
  ForeignKeyWatch(const ForeignKeyWatch&) = delete;
  ForeignKeyWatch& operator=(const ForeignKeyWatch&) = delete;

  /// Throws Error when there are others now.
  void RequireNoNew() const;

 private:
  std::string Violations() const;

  const sqlite::Connection& db_;
  std::vector<std::string> tables_;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOAD_CHECK_H_
