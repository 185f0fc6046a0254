// The life of every database object that a project's migrations touch: when it comes, what it looks
// like after each operation, and when it goes.
//
//   Timeline timeline;
//   timeline.BeginStep(0);                      // blog.0001, CreateModel Category
//   timeline.Change({.after = &category});
//   timeline.BeginStep(1);                      // blog.0008, RemoveField position
//   timeline.Change({.before = &category, .after = &without_position});
//   timeline.Facts(1)                           // column "position": version 2, gone
//
// An object keeps its identity through renames, so that what a first migration made can be found
// under the name that a later one gave it.  Objects are found by their name in the database, not by
// the model: a model that moves to another app keeps its table.
#ifndef MIGEXT_MIGRATE_EFFECTS_TIMELINE_H_
#define MIGEXT_MIGRATE_EFFECTS_TIMELINE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/table.h"

namespace migext::migrate {

enum class ObjectKind : std::uint8_t {
  kTable,
  kColumn,
  kUnique,     // of one column
  kReference,  // foreign key of one column
  kIndex,
  kConstraint,  // named, in CREATE TABLE
};

using ObjectId = std::size_t;

/// What an object looks like between two operations.
struct Shape {
  std::string name;  ///< Of a reference: the table it points at.
  std::string type;  ///< Column: "" when it is not known.
  bool null = false;
  bool primary_key = false;
  bool unique = false;       ///< Index.
  bool partial = false;      ///< Index.
  bool check = false;        ///< Constraint.
  std::string column_check;  ///< Column: the expression of its type's own CHECK.
  std::string collation;     ///< Column.
  std::string to_column;     ///< Reference.
  /// False for an index whose name Django makes up from table and columns: a rename of either may
  /// leave the old name, so the index is known by its columns.
  bool named = true;
  std::vector<ObjectId> columns;   ///< Index, constraint; empty when there are expressions.
  std::vector<bool> descending;    ///< Index.
  std::optional<ObjectId> target;  ///< Reference: the table, when the timeline knows it.
};

struct Version {
  int step = -1;               ///< The operation it begins with; -1: before all of them.
  std::optional<Shape> shape;  ///< Nothing: the object is not there.
};

/// Why an object that is not there, or not as it should be, proves nothing.
enum class Doubt : std::uint8_t {
  kNone,
  kRebuilt,   // Django may have dropped it when it rebuilt the table
  kDeferred,  // made by SQL that Django puts off to the end of the migration, after a rename
  kQuoted,    // Django does not double the quotes in its name
  kCycle,     // changed by migrations that need each other
  kGhost,     // recorded migrations without a file may have changed it
};

struct TimelineObject {
  ObjectKind kind = ObjectKind::kTable;
  ObjectId table = 0;   ///< Itself for a table.
  ObjectId column = 0;  ///< Of kUnique and kReference.
  std::vector<Version> versions;
  Doubt doubt = Doubt::kNone;
  int doubted_at = -1;  ///< The step from which on it is in doubt.

  bool IsLost() const { return doubt != Doubt::kNone; }

  /// The last shape that it had; REQUIRES: there was one.
  const Shape& LastShape() const;
};

/// An operation should have left this version of the object.
struct Fact {
  ObjectId object = 0;
  std::size_t version = 0;
};

/// What one operation does to one table.
struct TableChange {
  const schema::Table* before = nullptr;
  const schema::Table* after = nullptr;
  bool creates = false;  ///< Makes the table, even when it should be there already.
  /// Follows from a change elsewhere, and Django does not always carry it out: proves nothing.
  bool is_consequence = false;
  bool renames_index = false;  ///< The one index that goes and the one that comes are the same.
  std::optional<std::pair<std::string, std::string>> renamed_field;
  std::string added_field;  ///< Is made, even when it should be there already.
  /// A rebuild of the table does not make the indexes of index_together again.
  bool forgets_index_together = false;
};

class Timeline {
 public:
  /// Steps are counted from 0, one per operation.
  void BeginMigration(int first_step) { first_step_ = first_step; }
  void BeginStep(int step);
  void Change(const TableChange& change);
  /// The step relies on that table as it is now.
  void RelyOn(std::string_view table);
  /// Casts doubt on what several of these steps change: their order is not known.
  void Disorder(const std::map<int, std::size_t>& migration_of_step);

  const std::vector<TimelineObject>& objects() const { return objects_; }
  const std::vector<Fact>& Facts(int step) const;
  /// The table that has that name now, or had it when it was dropped.
  std::optional<ObjectId> FindTable(std::string_view name) const;

 private:
  using ColumnIds = std::map<std::string, ObjectId, std::less<>>;  // by lower-case name

  void Apply(const TableChange& change);
  /// Takes what the state has and no operation has made to have been there from the start.
  void Adopt(ObjectId table, const schema::Table& schema);
  void LosePartsOfLostColumns(ObjectId table);
  void CastDoubt(ObjectId object, Doubt doubt);
  void DoubtDeferredIndexes(ObjectId table, std::optional<ObjectId> column);
  void DoubtIndexTogether(ObjectId table, const schema::Table& schema);
  ObjectId FindOrAdd(ObjectKind kind, ObjectId table, const std::string& key);
  void Set(ObjectId object, std::optional<Shape> shape, bool is_fact);
  void Create(const schema::Table& table, bool is_fact);
  void Drop(const schema::Table& table);
  void DropColumn(ObjectId table, ObjectId column);
  void AddColumn(ObjectId table, const schema::Column& column, bool is_fact);
  void ChangeColumn(ObjectId table, ObjectId id, const schema::Column& before,
                    const schema::Column& after, bool asserted);
  void ChangeReference(ObjectId table, ObjectId id, const schema::Column& before,
                       const schema::Column& after, bool asserted);
  bool SameTarget(const schema::Reference& before, const schema::Reference& after) const;
  void ChangeColumns(ObjectId table, const TableChange& change);
  void ChangeIndexes(ObjectId table, const TableChange& change, const ColumnIds& ids_before);
  bool HasDroppedColumn(const Shape& shape) const;
  void ChangeConstraints(ObjectId table, const TableChange& change, const ColumnIds& ids_before);
  ColumnIds ColumnsOf(ObjectId table, const schema::Table& schema) const;
  Shape ReferenceShape(const schema::Reference& reference) const;

  int step_ = -1;
  int first_step_ = 0;  // of this migration
  bool is_consequence_ = false;
  std::vector<TimelineObject> objects_;
  std::map<int, std::vector<Fact>> facts_;
  std::map<std::string, ObjectId, std::less<>> tables_;  // by lower-case name
  std::map<std::pair<ObjectId, std::string>, ObjectId> parts_;
};

}  // namespace migext::migrate

#endif  // MIGEXT_MIGRATE_EFFECTS_TIMELINE_H_
