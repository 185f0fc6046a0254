// One SQL value: NULL, an integer, a real, text or a blob.
//
//   Cell cell = "blog";          // text
//   Cell none = std::nullopt;    // NULL
//   connection.Run("DELETE FROM t WHERE id = ?", {7});
#ifndef MIGEXT_SQLITE_CELL_H_
#define MIGEXT_SQLITE_CELL_H_

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace migext::sqlite {

struct Blob {
  std::string bytes;

  bool operator==(const Blob&) const = default;
};

class Cell {
 public:
  Cell() = default;
  Cell(std::nullopt_t) {}
  template <std::integral Number>
  Cell(Number number) : value_(static_cast<std::int64_t>(number)) {}
  Cell(double number) : value_(number) {}
  Cell(std::string text) : value_(std::move(text)) {}
  Cell(std::string_view text) : value_(std::string(text)) {}
  Cell(const char* text) : value_(std::string(text)) {}
  Cell(Blob blob) : value_(std::move(blob)) {}
  template <typename Inner>
  Cell(const std::optional<Inner>& maybe) {
    if (maybe) *this = Cell(*maybe);
  }

  bool IsNull() const { return std::holds_alternative<std::monostate>(value_); }
  const std::int64_t* Integer() const { return std::get_if<std::int64_t>(&value_); }
  const double* Real() const { return std::get_if<double>(&value_); }
  const std::string* Text() const { return std::get_if<std::string>(&value_); }
  const Blob* AsBlob() const { return std::get_if<Blob>(&value_); }

  /// As a shell in list mode prints it; NULL is "".
  std::string ToString() const;
  /// As SQL source: NULL, 12, 1.5, 'it''s', x'00ff'.
  std::string ToSql() const;

  bool operator==(const Cell&) const = default;

 private:
  std::variant<std::monostate, std::int64_t, double, std::string, Blob> value_;
};

/// Text, or NULL when it is empty: for columns in which nothing to say is NULL.
inline Cell TextOrNull(std::string_view text) { return text.empty() ? Cell() : Cell(text); }

}  // namespace migext::sqlite

#endif  // MIGEXT_SQLITE_CELL_H_
