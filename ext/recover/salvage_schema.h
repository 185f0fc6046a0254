// The table sqlite_schema of a file that may be damaged.
//
//   const FoundSchema schema = ReadSchema(reader);
//   schema.objects  // {"table", "blog_post", "blog_post", 12, "CREATE TABLE …"}, …
//
// Where its own tree is broken, its rows are looked for on the pages that no tree leads to.
#ifndef MIGEXT_RECOVER_SALVAGE_SCHEMA_H_
#define MIGEXT_RECOVER_SALVAGE_SCHEMA_H_

#include <string>
#include <string_view>
#include <vector>

#include "recover/salvage_tree.h"

namespace migext::recover {

struct SchemaObject {
  std::string type;  ///< "table", "index", "view", "trigger"
  std::string name;
  std::string table;  ///< That an index or trigger is for.
  PageNumber root = 0;
  std::string sql;  ///< "" for the index of a constraint.
};

struct FoundSchema {
  std::vector<SchemaObject> objects;  ///< In the order of their rows; each name once.
  bool is_whole = true;

  const SchemaObject* Find(std::string_view name) const;
};

FoundSchema ReadSchema(TreeReader& reader);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_SALVAGE_SCHEMA_H_
