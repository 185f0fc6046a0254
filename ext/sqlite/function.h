// SQL functions and table-valued functions written in C++.
//
//   Register(db, Function{"tree_depth", 1, 1, Safety::kPure,
//                         [](const Arguments& given) -> Cell { return Depth(given.Text(0)); }});
//
// A body throws Error for a failure: it becomes the error of the SQL statement, text and caret
// included.  Nothing that a body throws reaches SQLite.
#ifndef MIGEXT_SQLITE_FUNCTION_H_
#define MIGEXT_SQLITE_FUNCTION_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "sqlite/cell.h"
#include "sqlite/connection.h"

struct sqlite3;
struct sqlite3_value;

namespace migext::sqlite {

/// What a call was given.  Lives only during the call.
class Arguments {
 public:
  /// A null pointer stands for an argument that was left out.
  explicit Arguments(std::span<sqlite3_value* const> values) : values_(values) {}

  int size() const { return static_cast<int>(values_.size()); }
  /// True for an argument that was given and is not NULL.
  bool Has(int index) const;
  bool IsInteger(int index) const;
  bool IsText(int index) const;
  std::int64_t Int(int index) const;
  /// "" when left out or NULL; valid during the call.
  std::string_view TextView(int index) const;
  std::string Text(int index) const { return std::string(TextView(index)); }
  std::optional<std::string> OptionalText(int index) const;
  Cell Get(int index) const;
  /// What sqlite3_bind_pointer() passed under that type, else null.
  void* Pointer(int index, const char* type) const;
  /// The arguments from one on.
  Arguments From(int index) const {
    return Arguments(values_.subspan(static_cast<std::size_t>(index)));
  }

 private:
  std::span<sqlite3_value* const> values_;
};

enum class Safety : std::uint8_t {
  /// Reads nothing but its arguments: may be used in views and indexes (DETERMINISTIC, INNOCUOUS).
  kPure,
  /// The same with another result each time: may be used in defaults (INNOCUOUS).
  kRandom,
  /// Reads files or changes something: refused in the schema's views and triggers (DIRECTONLY).
  kDirectOnly,
};

struct Function {
  std::string name;
  int min_arguments = 0;
  int max_arguments = 0;  ///< -1: any number.
  Safety safety = Safety::kDirectOnly;
  std::function<Cell(const Arguments&)> body;
};

/// Makes the function callable on the connection, which keeps a copy until it closes.
void Register(sqlite3* connection, Function function);

/// True if the connection has a function of this name that takes so many arguments.
bool HasFunction(const Connection& connection, std::string_view name, int arguments);

/// Functions and virtual tables that the connection knows, in lower case; nothing where the host's
/// SQLite cannot list them.
std::set<std::string> KnownNames(const Connection& connection);

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_FUNCTION_H_
