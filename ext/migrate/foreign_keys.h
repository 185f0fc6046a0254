// Rows that point nowhere: those that were there before, and those that a migration makes.
//
//   ForeignKeyWatch watch(db);          // what is wrong already
//   …                                   // the statements of a migration
//   watch.RequireNoNew();               // throws in Django's words for a violation that is new
//
// Django checks the whole database after each migration and stops at any violation, however old.
// Here only what is new counts.
#ifndef MIGEXT_MIGRATE_FOREIGN_KEYS_H_
#define MIGEXT_MIGRATE_FOREIGN_KEYS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sqlite/connection.h"

namespace migext::migrate {

class ForeignKeyWatch {
 public:
  explicit ForeignKeyWatch(const sqlite::Connection& db) : db_(db), known_(Read()) {}

  /// From now on known by another name.
  void Rename(std::string_view from, std::string_view to);

  /// Throws Error for the first violation that is new.  When there is none, what is there now is
  /// what is known.
  void RequireNoNew();
  /// The same for the rows of these tables and of those that point at them.
  void RequireNoNewIn(const std::set<std::string>& tables);

  /// "12 rows of blog_comment point at rows of auth_user that are not there"
  std::vector<std::string> Known() const;
  /// How many they are.
  std::int64_t CountKnown() const;

 private:
  /// The table, the one that it points at, and the row; in lower case.
  struct Key {
    std::string table;
    std::string parent;
    std::string row;

    auto operator<=>(const Key&) const = default;
  };
  using Violations = std::map<Key, int>;

  Violations Read() const;
  void ReadTable(std::string_view table, Violations& found) const;
  void Compare(const Violations& now) const;
  [[noreturn]] void Fail(const Key& key) const;

  const sqlite::Connection& db_;
  Violations known_;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_FOREIGN_KEYS_H_
