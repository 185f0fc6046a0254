#include "support/database.h"

#include <sqlite3.h>

#include <stdexcept>

struct sqlite3_api_routines;

namespace migext::sqlite {
void UseApi(const sqlite3_api_routines* api);
}

namespace migext::testing {
namespace {

// SQLite hands its API table to what is registered here, as it does to a loaded extension.
int TakeApi(sqlite3* /*handle*/, char** /*message*/, const sqlite3_api_routines* api) {
  sqlite::UseApi(api);
  return SQLITE_OK;
}

void RegisterOnce() {
  static const int registered = [] {
    return sqlite3_auto_extension(reinterpret_cast<void (*)()>(&TakeApi));
  }();
  if (registered != SQLITE_OK) throw std::runtime_error("sqlite3_auto_extension failed");
}

}  // namespace

Database::Database(const std::string& path) {
  RegisterOnce();
  if (sqlite3_open(path.c_str(), &handle_) != SQLITE_OK) {
    throw std::runtime_error("cannot open " + path);
  }
}

Database::~Database() { sqlite3_close_v2(handle_); }

void Database::Execute(const std::string& script) {
  const std::string error = ErrorOf(script);
  if (!error.empty()) throw std::runtime_error(error + "\nin: " + script);
}

std::string Database::ErrorOf(const std::string& script) {
  char* message = nullptr;
  sqlite3_exec(handle_, script.c_str(), nullptr, nullptr, &message);
  std::string text = message == nullptr ? "" : message;
  sqlite3_free(message);
  return text;
}

void Database::DefineFunction(const std::string& name) {
  const auto give_null = [](sqlite3_context* context, int, sqlite3_value**) {
    sqlite3_result_null(context);
  };
  const int any_count = -1;
  const int result = sqlite3_create_function_v2(handle_, name.c_str(), any_count,
                                                SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                                give_null, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) throw std::runtime_error("cannot define " + name);
}

std::string Database::Rows(const std::string& sql) {
  std::string grid;
  const auto add_row = [](void* out, int count, char** values, char** /*names*/) {
    auto& text = *static_cast<std::string*>(out);
    for (int i = 0; i < count; ++i) {
      if (i > 0) text += '|';
      if (values[i] != nullptr) text += values[i];
    }
    text += '\n';
    return 0;
  };
  char* message = nullptr;
  if (sqlite3_exec(handle_, sql.c_str(), add_row, &grid, &message) != SQLITE_OK) {
    const std::string error = message == nullptr ? "failed" : message;
    sqlite3_free(message);
    throw std::runtime_error(error + "\nin: " + sql);
  }
  return grid;
}

}  // namespace migext::testing
