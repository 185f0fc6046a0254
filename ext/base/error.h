// The one failure type of migext, and the place in a source file it can point at.
//
//   throw Error(place, "expected ')' to close 'dependencies', got end of file");
//
// is shown to the person at the shell as
//
//   shop/migrations/0002_price.py:7:20: expected ')' to close 'dependencies', got end of file
//       dependencies = [
//                      ^
//
// Failures are exceptions and are caught in one place, the trampolines of sqlite/.  Findings (a
// conflict, an unreadable file) are not failures: they are rows.
#ifndef MIGEXT_BASE_ERROR_H_
#define MIGEXT_BASE_ERROR_H_

#include <stdexcept>
#include <string>

namespace migext {

/// A point in a source file, 1-based as editors count.  Line 0 means "no place".
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
  std::string text;  ///< The whole source line, for the caret; may be empty.

  bool operator==(const Place&) const = default;
};

/// "file:line:column", without the parts that are missing.
std::string Describe(const Place& place);

class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message);
  Error(Place place, const std::string& message);

  /// what() is the whole rendering: place, message, source line and caret.
  const Place& place() const { return place_; }
  const std::string& message() const { return message_; }

 private:
  Place place_;
  std::string message_;
};

}  // namespace migext

#endif  // MIGEXT_BASE_ERROR_H_
