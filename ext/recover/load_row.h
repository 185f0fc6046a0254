// One row of a staging table in the making.
//
//   RowMaker row(staging, context, target, object, reader);
//   row.SetKey();
//   row.SetColumn(2, value);
//   row.Write(17, file);
#ifndef MIGEXT_RECOVER_LOAD_ROW_H_
#define MIGEXT_RECOVER_LOAD_ROW_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/error.h"
#include "recover/fixture_reader.h"
#include "recover/load_default.h"
#include "recover/load_staging.h"
#include "schema/table.h"
#include "sqlite/cell.h"

namespace migext::recover {

/// A model that objects go to.
struct LoadTarget {
  StagedModel* staged = nullptr;
  std::deque<LoadDefault> defaults;  ///< Of staged->columns.
};

class RowMaker {
 public:
  RowMaker(Staging& staging, const schema::SchemaContext& context, LoadTarget& target,
           const FixtureObject& object, const FixtureReader& reader)
      : staging_(staging),
        context_(context),
        target_(target),
        staged_(*target.staged),
        object_(object),
        reader_(reader),
        cells_(staged_.columns.size()),
        keys_(staged_.columns.size()),
        is_set_(staged_.columns.size(), false),
        lists_(staged_.lists.size(), nullptr) {}

  /// All that follow throw Error with the place of what cannot be stored.
  void SetKey();
  /// `index`: among the model's columns, or its lists.  `value` must live until Write().
  void SetColumn(std::size_t index, const JsonNode& value);
  void SetList(std::size_t index, const JsonNode& value) { lists_[index] = &value; }
  /// What was not set has the field's default, as Model.__init__() gives it.
  void Write(std::int64_t row, int file);

 private:
  sqlite::Cell Convert(const JsonNode& node, const django::Field& field, const JsonNode& shown);
  std::int64_t KeyOf(NaturalKeys& keys, const JsonNode& node);
  void FillIn();
  void RequireValue(std::size_t index) const;
  void WriteLists(std::int64_t row);

  Staging& staging_;
  const schema::SchemaContext& context_;
  LoadTarget& target_;
  StagedModel& staged_;
  const FixtureObject& object_;
  const FixtureReader& reader_;
  std::vector<sqlite::Cell> cells_;
  std::vector<sqlite::Cell> keys_;
  std::vector<bool> is_set_;
  std::vector<const JsonNode*> lists_;
  bool is_given_ = false;
};

/// "Problem installing fixture '…': …", at a place of the file.
Error LoadProblem(const FixtureReader& reader, const JsonNode& at, const std::string& message);

/// A text cut short where it is too long for a message.
std::string ShortenedForMessage(std::string text);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOAD_ROW_H_
