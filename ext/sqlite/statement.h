// A prepared statement and the row it stands on.
//
//   Statement select = db.Prepare("SELECT id, name FROM t WHERE parent_id = ?");
//   select.Bind({7});
//   for (const Row row : select) Use(row.Int(0), row.Text(1));
//
// What a Row gives as a view is valid until the next step.
#ifndef MIGEXT_SQLITE_STATEMENT_H_
#define MIGEXT_SQLITE_STATEMENT_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

#include "sqlite/cell.h"

struct sqlite3;
struct sqlite3_stmt;

namespace migext::sqlite {

/// How a value is stored.
enum class CellType : std::uint8_t { kNull, kInteger, kReal, kText, kBlob };

/// The row a statement stands on.  A handle: copies see the same row.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}

  CellType Type(int column) const;

  bool IsNull(int column) const;
  std::int64_t Int(int column) const;  ///< 0 for NULL; text is converted as SQLite does.
  bool IsInt(int column) const;        ///< Stored as an integer.
  double Real(int column) const;
  std::string_view TextView(int column) const;  ///< "" for NULL; valid until the next step.
  std::string Text(int column) const { return std::string(TextView(column)); }
  std::string_view BlobView(int column) const;  ///< Valid until the next step.
  Cell Get(int column) const;

 private:
  sqlite3_stmt* statement_;
};

class Statement {
 public:
  Statement(sqlite3* connection, sqlite3_stmt* statement);

  /// Replaces all parameters: those not given are NULL.  The statement starts afresh.
  Statement& Bind(std::initializer_list<Cell> parameters);
  /// Sets one parameter, counted from 1; text is copied.  REQUIRES: not standing on a row.
  void BindInt(int index, std::int64_t number);
  void BindText(int index, std::string_view text);
  void BindNull(int index);
  void BindCell(int index, const Cell& cell);

  /// On to the next row; false at the end.
  bool Step();
  /// Back to the start; parameters are kept.
  void Reset();
  Row row() const { return Row(statement_.get()); }

  sqlite3_stmt* handle() const { return statement_.get(); }
  int ColumnCount() const;
  std::string ColumnName(int column) const;
  /// What CREATE TABLE says of a result that is a plain column; "" for any other.
  std::string DeclaredType(int column) const;
  bool IsReadOnly() const;

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    using pointer = const Row*;
    using reference = Row;

    explicit Iterator(Statement* statement) : statement_(statement) {}
    Row operator*() const { return statement_->row(); }
    Iterator& operator++() {
      if (!statement_->Step()) statement_ = nullptr;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    Statement* statement_;
  };

  /// Starts afresh.
  Iterator begin();
  Iterator end() { return Iterator(nullptr); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  sqlite3* connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_STATEMENT_H_
