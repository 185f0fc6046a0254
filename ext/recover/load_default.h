// What a field of a new object has when nobody gives it a value (Field.get_default()).
//
//   LoadDefault unnamed(db, models.Find("blog.post")->fields[3], edited, context);
//   unnamed.Get()  // 'draft'
#ifndef MIGEXT_RECOVER_LOAD_DEFAULT_H_
#define MIGEXT_RECOVER_LOAD_DEFAULT_H_

#include <optional>
#include <string>

#include "recover/load_staging.h"
#include "schema/edited_model.h"
#include "schema/table.h"
#include "sqlite/cell.h"
#include "sqlite/connection.h"

namespace migext::recover {

class LoadDefault {
 public:
  /// All must outlive this.  `edited` is the same field as the schema editor knows it.
  LoadDefault(const sqlite::Connection& db, const StagedColumn& column,
              const schema::EditedField& edited, const schema::SchemaContext& context);

  /// A function that is the default is called each time.  Throws Error for one that cannot be run.
  sqlite::Cell Get();

 private:
  sqlite::Cell Evaluate() const;

  const sqlite::Connection& db_;
  const StagedColumn& column_;
  schema::EditedField edited_;
  const schema::SchemaContext& context_;
  bool changes_ = false;
  std::optional<sqlite::Cell> known_;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOAD_DEFAULT_H_
