// What the function of a RunPython, and the functions of its file that it calls, do with models.
//
//   const FunctionFacts* facts = functions.Of(run_python.code());
//   facts->models.at("Item")          // "shop", "Item": Item = apps.get_model("shop", "Item")
//   facts->imported_uses              // User, line 12: a model that is imported and then queried
#ifndef MIGEXT_LINT_FUNCTION_FACTS_H_
#define MIGEXT_LINT_FUNCTION_FACTS_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "python/ast.h"
#include "python/value.h"

namespace migext::lint {

/// apps.get_model("shop", "Item")
struct ModelCall {
  std::string app;
  std::string model;
  std::string variable;  ///< That it is assigned to; "" for none.
  int line = 0;
  bool guarded = false;
};

struct ImportedUse {
  std::string name;  ///< "User"
  std::string from;  ///< "accounts.models"
  int line = 0;
};

/// Item.objects.get(…), Item.objects.first().name, Item.objects.all()[0], not guarded.
struct RowUse {
  std::string variable;  ///< "Item"
  std::string what;      ///< "get()"
  int line = 0;
};

/// row.parent.level, of `for row in Item.objects…`.
struct ValueUse {
  std::string variable;  ///< "Item"
  std::string field;     ///< "parent"
  int line = 0;
};

/// row.price, F("price"), Item.objects.filter(price__gt=0).
struct FieldRead {
  std::string variable;  ///< "Item" where it is known of which model, else "".
  std::string field;     ///< "price"
};

struct FunctionFacts {
  std::string name;
  std::vector<std::string> parameters;
  std::size_t required = 0;  ///< Those at the beginning that have no default.
  bool takes_more = false;   ///< *args
  std::vector<ModelCall> models;
  std::vector<ImportedUse> imported_uses;
  std::vector<RowUse> row_uses;
  std::vector<ValueUse> value_uses;
  std::vector<FieldRead> field_reads;
  std::vector<std::string> texts;  ///< What it has in quotes: SQL, maybe.
  std::set<std::string> fetched;   ///< Variables whose rows it looks at.
  std::set<std::string> queried;   ///< Variables whose manager is used.
  std::set<std::string> made;      ///< Variables whose rows it makes itself.
};

/// Parses each file once.
class Functions {
 public:
  Functions();
  ~Functions();
  /// Null for what is no function of a file, as functools.partial.
  const FunctionFacts* Of(python::Value code);

 private:
  class File;
  std::map<const python::Source*, std::unique_ptr<File>> files_;
  std::map<const python::Object*, std::unique_ptr<FunctionFacts>> facts_;
};

}  // namespace migext::lint

#endif  // MIGEXT_LINT_FUNCTION_FACTS_H_
