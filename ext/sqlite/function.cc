#include "sqlite/function.h"

#include <memory>
#include <new>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "sqlite/api.h"
#include "sqlite/connection.h"
#include "sqlite/result.h"

namespace migext::sqlite {
namespace {

using SharedFunction = std::shared_ptr<const Function>;

void Call(sqlite3_context* context, int count, sqlite3_value** values) noexcept {
  try {
    const auto& function = *static_cast<const SharedFunction*>(sqlite3_user_data(context));
    const std::span<sqlite3_value* const> given(values, static_cast<std::size_t>(count));
    SetResult(context, function->body(Arguments(given)));
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  } catch (const std::exception& error) {
    sqlite3_result_error(context, error.what(), -1);
  } catch (...) {
    sqlite3_result_error(context, "internal error", -1);
  }
}

int FlagsOf(Safety safety) {
  switch (safety) {
    case Safety::kPure:
      return SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    case Safety::kRandom:
      return SQLITE_INNOCUOUS;
    case Safety::kDirectOnly:
      break;
  }
  return SQLITE_DIRECTONLY;
}

void Drop(void* function) noexcept { delete static_cast<SharedFunction*>(function); }

}  // namespace

void SetResult(sqlite3_context* context, const Cell& cell) {
  if (const auto* number = cell.Integer()) {
    sqlite3_result_int64(context, *number);
  } else if (const auto* real = cell.Real()) {
    sqlite3_result_double(context, *real);
  } else if (const auto* text = cell.Text()) {
    sqlite3_result_text64(context, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  } else if (const auto* blob = cell.AsBlob()) {
    sqlite3_result_blob64(context, blob->bytes.data(), blob->bytes.size(), SQLITE_TRANSIENT);
  } else {
    sqlite3_result_null(context);
  }
}

bool Arguments::Has(int index) const {
  if (index < 0 || index >= size()) return false;
  sqlite3_value* value = values_[static_cast<std::size_t>(index)];
  return value != nullptr && sqlite3_value_type(value) != SQLITE_NULL;
}

bool Arguments::IsInteger(int index) const {
  if (index < 0 || index >= size()) return false;
  sqlite3_value* value = values_[static_cast<std::size_t>(index)];
  return value != nullptr && sqlite3_value_type(value) == SQLITE_INTEGER;
}

bool Arguments::IsText(int index) const {
  if (index < 0 || index >= size()) return false;
  sqlite3_value* value = values_[static_cast<std::size_t>(index)];
  return value != nullptr && sqlite3_value_type(value) == SQLITE_TEXT;
}

std::int64_t Arguments::Int(int index) const {
  if (index < 0 || index >= size()) return 0;
  sqlite3_value* value = values_[static_cast<std::size_t>(index)];
  return value == nullptr ? 0 : sqlite3_value_int64(value);
}

std::string_view Arguments::TextView(int index) const {
  if (!Has(index)) return {};
  sqlite3_value* value = values_[static_cast<std::size_t>(index)];
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  if (text == nullptr) throw std::bad_alloc();
  return {text, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

std::optional<std::string> Arguments::OptionalText(int index) const {
  if (!Has(index)) return std::nullopt;
  return Text(index);
}

void* Arguments::Pointer(int index, const char* type) const {
  if (index < 0 || index >= size()) return nullptr;
  return sqlite3_value_pointer(values_[static_cast<std::size_t>(index)], type);
}

Cell Arguments::Get(int index) const {
  if (!Has(index)) return {};
  sqlite3_value* value = values_[static_cast<std::size_t>(index)];
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return Int(index);
    case SQLITE_FLOAT:
      return sqlite3_value_double(value);
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
      const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
      return Blob{bytes == nullptr ? std::string() : std::string(bytes, size)};
    }
    default:
      return Text(index);
  }
}

void Register(sqlite3* connection, Function function) {
  const int flags = SQLITE_UTF8 | FlagsOf(function.safety);
  const auto shared = std::make_shared<const Function>(std::move(function));
  // One entry per number of arguments, so that a wrong number is refused in SQLite's own words.
  const int first = shared->max_arguments < 0 ? -1 : shared->min_arguments;
  for (int count = first; count <= shared->max_arguments; ++count) {
    // On failure SQLite has called Drop already.
    if (sqlite3_create_function_v2(connection, shared->name.c_str(), count, flags,
                                   new SharedFunction(shared), Call, nullptr, nullptr,
                                   Drop) != SQLITE_OK) {
      ThrowLastError(connection);
    }
  }
}

bool HasFunction(const Connection& connection, std::string_view name, int arguments) {
  std::string call = "SELECT " + std::string(name) + "(";
  for (int i = 0; i < arguments; ++i) call += i == 0 ? "NULL" : ", NULL";
  try {
    connection.Prepare(call + ")");
    return true;
  } catch (const DatabaseError&) {
    return false;
  }
}

// The statements, not the tables of the same names: to find a table SQLite reads the schema, and
// rolls a hot journal back before.
std::set<std::string> KnownNames(const Connection& connection) {
  std::set<std::string> names;
  try {
    for (const char* list : {"PRAGMA function_list", "PRAGMA module_list"}) {
      Statement rows = connection.Prepare(list);
      for (const Row row : rows) names.insert(Lower(row.TextView(0)));
    }
  } catch (const Error&) {
    // Compiled without introspection.
    names.clear();
  }
  return names;
}

}  // namespace migext::sqlite
