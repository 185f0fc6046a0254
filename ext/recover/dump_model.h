// The objects of one model as a fixture holds them.
//
//   ModelDump comments(db, source, *model, style, notes);
//   while (comments.Next()) comments.Append(file.BeginObject());
//
// One query gives the rows with all that natural keys need, and one more for each many-to-many
// field gives its values in the order of those rows, so that both are read side by side.
#ifndef MIGEXT_RECOVER_DUMP_MODEL_H_
#define MIGEXT_RECOVER_DUMP_MODEL_H_

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "recover/dump_joins.h"
#include "recover/dump_value.h"
#include "sqlite/connection.h"

namespace migext::recover {

class ModelDump {
 public:
  /// What is given must outlive this.  Throws Error when the tables are not those of the
  /// migrations.
  ModelDump(const sqlite::Connection& db, const DumpSource& source, const FixtureModel& model,
            const DumpStyle& style, DumpNotes& notes);

  /// On to the next object; false behind the last.
  bool Next() { return rows_->Step(); }
  void Append(std::string& out);

 private:
  /// What stands in front of a value, and the value: of a column, or the keys of a many-to-many
  /// field.
  struct Part {
    std::string lead;
    DumpValue value;
    int many_to_many = -1;
  };
  struct ManyToMany {
    DumpValue value;
    std::optional<sqlite::Statement> rows;
    RowKey key;  ///< That of the model's row, among the results of `rows`.
    bool has_row = false;
  };

  /// What tail_ holds becomes the part's lead.
  void AddPart(DumpValue value, int many_to_many = -1);
  void AddPrimaryKey(SelectList& columns);
  void AddFields(SelectList& columns, TableJoins& joins);
  void AddManyToMany(const FixtureManyToMany& field);
  void AppendManyToMany(ManyToMany& many, std::string& out);
  std::string Where() const;
  sqlite::Statement Prepare(const std::string& sql) const;

  const sqlite::Connection& db_;
  const DumpSource& source_;
  const FixtureModel& model_;
  const DumpStyle& style_;
  DumpNotes& notes_;
  RowKey key_;
  std::vector<Part> parts_;
  std::string tail_;  // behind the last part
  std::deque<ManyToMany> many_to_many_;
  std::optional<sqlite::Statement> rows_;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_DUMP_MODEL_H_
