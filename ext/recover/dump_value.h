// What one value of a fixture's object is made of: a column, or the columns of a natural key.
//
//   DumpValue value = DumpValue::OfColumn(columns, {"t0", field}, "blog_post");
//   sqlite::Statement rows = db.Prepare("SELECT " + columns.Sql() + …);
//   value.Prepare(rows, style.format);
//   value.Append(rows.row(), 2, key, notes, out);
#ifndef MIGEXT_RECOVER_DUMP_VALUE_H_
#define MIGEXT_RECOVER_DUMP_VALUE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "recover/dump_joins.h"
#include "recover/fixture_value.h"
#include "sqlite/statement.h"

namespace migext::recover {

/// What the objects of a dump have in common.
struct DumpStyle {
  ValueFormat format;
  bool natural_foreign = false;
  bool natural_primary = false;
  std::vector<std::string> primary_keys = {};  ///< Empty: all.

  bool HasNaturalKey(const FixtureModel& model) const;
};

/// The results of a SELECT.
class SelectList {
 public:
  /// Gives the place of the column.
  int Add(std::string sql);
  std::string Sql() const;

 private:
  std::vector<std::string> columns_;
};

/// Where a row is: for messages.
struct RowKey {
  std::string table;
  std::vector<std::pair<std::string, int>> columns;  ///< Name, and place among the results.

  std::string Condition(const sqlite::Row& row) const;  ///< "id" = 5
};

/// What a person should know of a dump.
struct DumpNotes {
  struct Unreadable {
    std::int64_t count = 0;
    std::string first;  ///< '"id" = 5 holds 'soon''
  };
  std::vector<std::string> lines;
  std::map<std::string, Unreadable> unreadable;  ///< By table and column.

  /// All of them as lines.
  std::vector<std::string> Report() const;
};

class DumpValue {
 public:
  DumpValue() = default;
  static DumpValue OfColumn(SelectList& columns, const JoinedColumn& column,
                            const FixtureModel& owner);
  /// The natural key of a model under an alias.  `key`: the foreign key that leads there, if one
  /// does.  Throws Error when the natural key is not known.
  static DumpValue OfNaturalKey(SelectList& columns, TableJoins& joins, const FixtureModel& model,
                                const std::string& table, const std::optional<JoinedColumn>& key);

  void Prepare(const sqlite::Statement& rows, const ValueFormat& format);
  /// Appends JSON.  `depth`: how many containers are around it.  Throws Error that names the cell.
  void Append(const sqlite::Row& row, int depth, const RowKey& key, DumpNotes& notes,
              std::string& out) const;

 private:
  struct Part {
    int column = 0;
    std::string table;
    std::string name;  ///< Of the column.
    const django::Field* field = nullptr;
    ValueUse use = ValueUse::kField;
    std::optional<ValueWriter> writer = {};
  };

  void AppendPart(const Part& part, const sqlite::Row& row, int depth, const RowKey& key,
                  DumpNotes& notes, std::string& out) const;
  void RequireFound(const sqlite::Row& row, const RowKey& key) const;

  std::vector<Part> parts_;
  bool is_natural_key_ = false;
  int key_column_ = -1;          // of the foreign key
  std::vector<int> must_exist_;  // keys of the rows that the natural key is read from
  std::string natural_key_of_;   // "blog.post"
  const JsonLayout* layout_ = nullptr;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_DUMP_VALUE_H_
