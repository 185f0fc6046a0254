// The FROM of a query over models: the table of one model and those that its relations lead to.
//
//   TableJoins joins(comment);
//   const std::string post = joins.Join("t0", post_key, JoinKind::kOuter);  // "t1"
//   "SELECT " + post + ".\"title\" FROM " + joins.Sql()
#ifndef MIGEXT_RECOVER_DUMP_JOINS_H_
#define MIGEXT_RECOVER_DUMP_JOINS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "recover/dump_selection.h"
#include "recover/fixture_models.h"

namespace migext::recover {

enum class JoinKind : std::uint8_t { kInner, kOuter };

/// A column of a joined table.
struct JoinedColumn {
  std::string table;  ///< Its alias.
  const FixtureField* field = nullptr;

  std::string Sql() const;
};

class TableJoins {
 public:
  /// The root is "t0", its parents (multi-table inheritance) are joined to it.
  explicit TableJoins(const FixtureModel& root);

  /// The alias of the table that a key leads to, joined once.  REQUIRES: the key's target is known.
  std::string Join(const std::string& from, const FixtureField& key, JoinKind kind);
  /// The table between a model and a many-to-many field's target, and the target itself; gives the
  /// aliases of both.  SQLite keeps to the order of these joins.
  std::pair<std::string, std::string> JoinManyToMany(const FixtureModel& model,
                                                     const FixtureManyToMany& field);
  std::string Sql() const { return sql_; }

  /// Of a model that stands under an alias; also a parent's field, or "pk".  Nothing for a name
  /// that is none.
  std::optional<JoinedColumn> Find(const std::string& table, const FixtureModel& model,
                                   std::string_view name, JoinKind kind);

 private:
  void JoinParents(const std::string& table, const FixtureModel& model, JoinKind kind, int depth);
  std::string NewAlias() { return "t" + std::to_string(count_++); }

  std::string sql_;
  int count_ = 0;
  std::map<std::pair<std::string, const FixtureField*>, std::string> joined_;
};

/// The terms of ORDER BY that Django makes of the Meta.ordering of a model under an alias; empty
/// when it has none.  Throws Error for an expression that is not known.
std::vector<std::string> OrderingTerms(const DumpSource& source, const FixtureModel& model,
                                       const std::string& table, TableJoins& joins);

/// order_by(pk): through a key that is a relation by the ordering of what it leads to, and by the
/// key itself in any case.  REQUIRES: the model stands under "t0".
std::vector<std::string> PrimaryKeyTerms(const DumpSource& source, const FixtureModel& model,
                                         TableJoins& joins);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_DUMP_JOINS_H_
