// Where the rows of fixtures wait, converted, until every one of them has been checked: a temporary
// table for each model, with the columns of the model's own table.
//
//   Staging staging(db);
//   StagedModel& posts = staging.Of(*models.Find("blog.post"));
//   posts.table        // temp."migext_load_1"
//   posts.columns[0]   // "id", of FixtureField id
//
// Beside the columns stand migext_row, which counts up in the order of the files; the place of the
// object (migext_file, migext_line, migext_column); whether it names its own key (migext_given: 1,
// or 2 once one was found for it); whether the database has a row of that key (migext_live); and
// for each key that was written as a natural one the row of NaturalKeys that
// holds it; the values of many-to-many fields are in tables of their own.  Temporary tables live in
// a file of SQLite's: a fixture may be larger than memory.
#ifndef MIGEXT_RECOVER_LOAD_STAGING_H_
#define MIGEXT_RECOVER_LOAD_STAGING_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "recover/fixture_models.h"
#include "sqlite/connection.h"

namespace migext::recover {

/// Takes a line for the person who loads.
using Report = std::function<void(std::string line)>;

/// Natural keys that lead to rows of one model.
struct NaturalKeys {
  const FixtureModel* target = nullptr;
  const FixtureField* wanted = nullptr;  ///< Of the target: the value that the key stands for.
  std::string table;  ///< (id, text, part0 …, value); value is NULL until it is found.
  std::optional<sqlite::Statement> find;
  std::optional<sqlite::Statement> add;
};

struct StagedColumn {
  const FixtureField* field = nullptr;
  const django::Field* value_field = nullptr;  ///< FixtureField::ValueField()
  bool not_null = false;                       ///< In the database.
  std::string default_sql;                     ///< DEFAULT of the database, "" without.
  NaturalKeys* keys = nullptr;                 ///< Of a relation to a model that has natural keys.
  std::string key_column;                      ///< Of the staging table: a row of `keys`.

  const std::string& name() const { return field->column; }
};

struct StagedList {
  const FixtureManyToMany* field = nullptr;
  const FixtureField* target_key = nullptr;
  NaturalKeys* keys = nullptr;
  std::string table;         ///< (row, position, value, key)
  std::string named_column;  ///< Of the staging table: the object names the field.
  std::optional<sqlite::Statement> add;
};

struct StagedModel {
  const FixtureModel* model = nullptr;
  std::string table;
  std::deque<StagedColumn> columns;  ///< Without those that SQLite computes.
  std::deque<StagedList> lists;
  std::int64_t rows = 0;
  std::optional<sqlite::Statement> add;

  const StagedColumn* Find(const FixtureField* field) const;
  std::string LiveTable() const;  ///< main."blog_post"
};

class Staging {
 public:
  /// `db` must outlive this.  REQUIRES: a transaction whose rollback takes the tables away again.
  explicit Staging(const sqlite::Connection& db) : db_(db) {}

  /// Makes the table when it is asked for first.  Throws Error when the database lacks the model's
  /// table or a column of it.
  StagedModel& Of(const FixtureModel& model);
  /// nullptr for a model of which no object was loaded.
  const StagedModel* Find(const FixtureModel* model) const;
  std::deque<StagedModel>& models() { return models_; }
  const std::deque<StagedModel>& models() const { return models_; }
  std::deque<NaturalKeys>& keys() { return keys_; }

  int AddFile(std::string path);
  /// Of the object in a row of a staging table.
  Place PlaceOf(const StagedModel& staged, std::int64_t row) const;

  /// Ends all statements, so that tables can be changed and dropped.
  void Rest();
  void Drop();

  const sqlite::Connection& db() const { return db_; }

 private:
  NaturalKeys* KeysTo(const FixtureModel* target, const FixtureField* wanted);
  void AddColumns(StagedModel& staged);
  void AddLists(StagedModel& staged);
  void Create(StagedModel& staged);
  std::string NewTable();

  const sqlite::Connection& db_;
  std::deque<StagedModel> models_;
  std::deque<NaturalKeys> keys_;
  std::vector<std::string> files_;
  std::vector<std::string> tables_;
};

/// s."id" = l."id" AND …: the primary keys of the model's rows under two aliases.
std::string SameKey(const FixtureModel& model, std::string_view left, std::string_view right);

/// alias."name"
std::string ColumnOf(std::string_view alias, std::string_view name);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOAD_STAGING_H_
