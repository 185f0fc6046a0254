#include "sqlite/statement.h"

#include "sqlite/api.h"
#include "sqlite/connection.h"

namespace migext::sqlite {

CellType Row::Type(int column) const {
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER:
      return CellType::kInteger;
    case SQLITE_FLOAT:
      return CellType::kReal;
    case SQLITE_TEXT:
      return CellType::kText;
    case SQLITE_BLOB:
      return CellType::kBlob;
    default:
      return CellType::kNull;
  }
}

bool Row::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

bool Row::IsInt(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_INTEGER;
}

std::int64_t Row::Int(int column) const { return sqlite3_column_int64(statement_, column); }

double Row::Real(int column) const { return sqlite3_column_double(statement_, column); }

std::string_view Row::TextView(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string_view Row::BlobView(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Cell Row::Get(int column) const {
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER:
      return Int(column);
    case SQLITE_FLOAT:
      return Real(column);
    case SQLITE_TEXT:
      return Text(column);
    case SQLITE_BLOB:
      return Blob{std::string(BlobView(column))};
    default:
      return {};
  }
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement::Statement(sqlite3* connection, sqlite3_stmt* statement)
    : connection_(connection), statement_(statement) {}

Statement& Statement::Bind(std::initializer_list<Cell> parameters) {
  Reset();
  sqlite3_clear_bindings(statement_.get());
  int index = 0;
  for (const Cell& cell : parameters) BindCell(++index, cell);
  return *this;
}

void Statement::BindInt(int index, std::int64_t number) {
  if (sqlite3_bind_int64(statement_.get(), index, number) != SQLITE_OK) ThrowLastError(connection_);
}

void Statement::BindText(int index, std::string_view text) {
  const char* begin = text.data() == nullptr ? "" : text.data();
  if (sqlite3_bind_text64(statement_.get(), index, begin, text.size(), SQLITE_TRANSIENT,
                          SQLITE_UTF8) != SQLITE_OK) {
    ThrowLastError(connection_);
  }
}

void Statement::BindNull(int index) {
  if (sqlite3_bind_null(statement_.get(), index) != SQLITE_OK) ThrowLastError(connection_);
}

void Statement::BindCell(int index, const Cell& cell) {
  if (const auto* number = cell.Integer()) return BindInt(index, *number);
  if (const auto* text = cell.Text()) return BindText(index, *text);
  if (cell.IsNull()) return BindNull(index);
  const int code = cell.Real() != nullptr
                       ? sqlite3_bind_double(statement_.get(), index, *cell.Real())
                       : sqlite3_bind_blob64(statement_.get(), index, cell.AsBlob()->bytes.data(),
                                             cell.AsBlob()->bytes.size(), SQLITE_TRANSIENT);
  if (code != SQLITE_OK) ThrowLastError(connection_);
}

bool Statement::Step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  // The message is read before the statement is reset, which would replace it.
  ThrowLastError(connection_);
}

void Statement::Reset() { sqlite3_reset(statement_.get()); }

int Statement::ColumnCount() const { return sqlite3_column_count(statement_.get()); }

std::string Statement::ColumnName(int column) const {
  const char* name = sqlite3_column_name(statement_.get(), column);
  return name == nullptr ? "" : name;
}

std::string Statement::DeclaredType(int column) const {
  const char* type = sqlite3_column_decltype(statement_.get(), column);
  return type == nullptr ? "" : type;
}

bool Statement::IsReadOnly() const { return sqlite3_stmt_readonly(statement_.get()) != 0; }

Statement::Iterator Statement::begin() {
  Reset();
  return Iterator(Step() ? this : nullptr);
}

}  // namespace migext::sqlite
