#include "sqlite/table_function.h"

#include <array>
#include <new>
#include <span>

#include "base/error.h"
#include "base/text.h"
#include "sqlite/api.h"
#include "sqlite/connection.h"
#include "sqlite/result.h"

namespace migext::sqlite {
namespace {

constexpr std::size_t kMostArguments = 30;

using SharedTable = std::shared_ptr<const Table>;

// SQLite allocates nothing of ours: it hands back pointers to the bases.
struct VirtualTable : sqlite3_vtab {
  explicit VirtualTable(SharedTable of) : sqlite3_vtab{}, table(std::move(of)) {}
  SharedTable table;
};

struct Cursor : sqlite3_vtab_cursor {
  explicit Cursor(const Table& of) : sqlite3_vtab_cursor{}, table(of) {}
  const Table& table;
  std::unique_ptr<RowSet> rows;
  std::size_t at = 0;
  int given_mask = 0;
  std::vector<Cell> given;  // one per argument, NULL when left out
};

Cursor& CursorOf(sqlite3_vtab_cursor* cursor) { return *static_cast<Cursor*>(cursor); }

void SetMessage(sqlite3_vtab* table, const char* message) {
  sqlite3_free(table->zErrMsg);
  table->zErrMsg = sqlite3_mprintf("%s", message);
}

// Runs `work` and turns what it throws into a result code and a message for SQLite.
template <typename Work>
int Guarded(sqlite3_vtab* table, Work work) noexcept {
  try {
    work();
    return SQLITE_OK;
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  } catch (const std::exception& error) {
    SetMessage(table, error.what());
  } catch (...) {
    SetMessage(table, "internal error");
  }
  return SQLITE_ERROR;
}

std::string Declaration(const Table& table) {
  std::string sql = "CREATE TABLE x(";
  for (const std::string& column : table.columns) sql += SqlIdentifier(column) + ", ";
  for (const std::string& argument : table.arguments) sql += SqlIdentifier(argument) + " HIDDEN, ";
  sql.resize(sql.size() - 2);
  return sql + ")";
}

int Connect(sqlite3* connection, void* table, int /*count*/, const char* const* /*words*/,
            sqlite3_vtab** made, char** message) noexcept {
  try {
    const auto& shared = *static_cast<const SharedTable*>(table);
    const int code = sqlite3_declare_vtab(connection, Declaration(*shared).c_str());
    if (code != SQLITE_OK) return code;
    sqlite3_vtab_config(connection, SQLITE_VTAB_DIRECTONLY);
    *made = new VirtualTable(shared);
    return SQLITE_OK;
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  } catch (const std::exception& error) {
    *message = sqlite3_mprintf("%s", error.what());
    return SQLITE_ERROR;
  } catch (...) {
    *message = sqlite3_mprintf("internal error");
    return SQLITE_ERROR;
  }
}

int Disconnect(sqlite3_vtab* table) noexcept {
  delete static_cast<VirtualTable*>(table);
  return SQLITE_OK;
}

// idxNum says which arguments xFilter receives: bit n for the n-th one.  A plan in which an
// argument would come from a table that is read later is refused, so that joins feed arguments.
int BestIndex(sqlite3_vtab* table, sqlite3_index_info* info) noexcept {
  const Table& described = *static_cast<VirtualTable*>(table)->table;
  const int first_argument = static_cast<int>(described.columns.size());
  std::array<int, kMostArguments> constraint_of;
  constraint_of.fill(-1);
  bool all_usable = true;
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    const int argument = constraint.iColumn - first_argument;
    if (argument < 0 || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (constraint.usable == 0) {
      all_usable = false;
    } else {
      constraint_of[static_cast<std::size_t>(argument)] = i;
    }
  }
  if (!all_usable) return SQLITE_CONSTRAINT;

  int position = 0;
  for (std::size_t argument = 0; argument < described.arguments.size(); ++argument) {
    if (constraint_of[argument] < 0) continue;
    auto& usage = info->aConstraintUsage[constraint_of[argument]];
    usage.argvIndex = ++position;
    usage.omit = 1;
    info->idxNum |= 1 << argument;
  }
  // Reading is dear and rows are few: better the outer loop than the inner one, where the same rows
  // are walked again and again.
  info->estimatedRows = position > 0 ? 25 : 1000;
  info->estimatedCost = position > 0 ? 1000.0 : 10000.0;
  return SQLITE_OK;
}

int Open(sqlite3_vtab* table, sqlite3_vtab_cursor** made) noexcept {
  *made = new (std::nothrow) Cursor(*static_cast<VirtualTable*>(table)->table);
  return *made == nullptr ? SQLITE_NOMEM : SQLITE_OK;
}

int Close(sqlite3_vtab_cursor* cursor) noexcept {
  delete &CursorOf(cursor);
  return SQLITE_OK;
}

int Filter(sqlite3_vtab_cursor* base, int given_mask, const char* /*name*/, int count,
           sqlite3_value** values) noexcept {
  return Guarded(base->pVtab, [&] {
    Cursor& cursor = CursorOf(base);
    std::vector<sqlite3_value*> by_argument(cursor.table.arguments.size(), nullptr);
    int next = 0;
    for (std::size_t i = 0; i < by_argument.size(); ++i) {
      if ((given_mask >> i & 1) != 0 && next < count) by_argument[i] = values[next++];
    }
    const Arguments arguments(by_argument);
    std::vector<Cell> given;
    given.reserve(by_argument.size());
    for (int i = 0; i < arguments.size(); ++i) given.push_back(arguments.Get(i));
    cursor.at = 0;
    // The inner table of a join is filtered once per outer row, mostly with the same arguments.
    if (cursor.rows != nullptr && cursor.given_mask == given_mask && cursor.given == given) return;
    cursor.rows.reset();
    cursor.rows = cursor.table.open(arguments);
    cursor.given_mask = given_mask;
    cursor.given = std::move(given);
  });
}

int Next(sqlite3_vtab_cursor* cursor) noexcept {
  ++CursorOf(cursor).at;
  return SQLITE_OK;
}

int Eof(sqlite3_vtab_cursor* base) noexcept {
  const Cursor& cursor = CursorOf(base);
  return cursor.rows == nullptr || cursor.at >= cursor.rows->size() ? 1 : 0;
}

int ColumnAt(sqlite3_vtab_cursor* base, sqlite3_context* context, int column) noexcept {
  return Guarded(base->pVtab, [&] {
    const Cursor& cursor = CursorOf(base);
    const auto index = static_cast<std::size_t>(column);
    const std::size_t columns = cursor.table.columns.size();
    SetResult(context,
              index < columns ? cursor.rows->At(cursor.at, index) : cursor.given[index - columns]);
  });
}

int RowId(sqlite3_vtab_cursor* cursor, sqlite3_int64* row_id) noexcept {
  *row_id = static_cast<sqlite3_int64>(CursorOf(cursor).at);
  return SQLITE_OK;
}

// Without xCreate the table is there without CREATE VIRTUAL TABLE, and only so.
const sqlite3_module kModule = [] {
  sqlite3_module module{};
  module.xConnect = Connect;
  module.xBestIndex = BestIndex;
  module.xDisconnect = Disconnect;
  module.xOpen = Open;
  module.xClose = Close;
  module.xFilter = Filter;
  module.xNext = Next;
  module.xEof = Eof;
  module.xColumn = ColumnAt;
  module.xRowid = RowId;
  return module;
}();

void Drop(void* table) noexcept { delete static_cast<SharedTable*>(table); }

}  // namespace

Table MakeLines(std::string name, std::vector<std::string> arguments,
                std::function<std::vector<std::string>(const Arguments&)> lines) {
  return MakeTable<std::string>({
      .name = std::move(name),
      .arguments = std::move(arguments),
      .columns = {{"line", [](const std::string& line) -> Cell { return line; }}},
      .rows = std::move(lines),
  });
}

void Register(sqlite3* connection, Table table) {
  if (table.arguments.size() > kMostArguments) throw Error("too many arguments: " + table.name);
  const std::string name = table.name;
  auto* shared = new SharedTable(std::make_shared<const Table>(std::move(table)));
  // On failure SQLite has called Drop already.
  if (sqlite3_create_module_v2(connection, name.c_str(), &kModule, shared, Drop) != SQLITE_OK) {
    ThrowLastError(connection);
  }
}

}  // namespace migext::sqlite
