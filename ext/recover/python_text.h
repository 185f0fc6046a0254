// Values as the text that Python's json module makes of them.  Everything is appended to
// a text that the caller keeps: a dump writes millions of them.
//
//   AppendJsonText("naïve \"quote\"", out)   // "naïve \"quote\""
//   AppendFloat(1e16, out)                   // 1e+16
#ifndef MIGEXT_RECOVER_PYTHON_TEXT_H_
#define MIGEXT_RECOVER_PYTHON_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace migext::recover {

/// A text in double quotes, letters beyond ASCII as they are (ensure_ascii=False).  False, with
/// nothing appended, when it is not UTF-8.
bool AppendJsonText(std::string_view text, std::string& out);

void AppendInteger(std::int64_t number, std::string& out);

/// At least so many digits, zeros in front.  REQUIRES: number ≥ 0, width ≤ 9.
void AppendPadded(std::int64_t number, int width, std::string& out);

/// repr() of a finite float; else the words of json.dumps(): Infinity, -Infinity, NaN.
void AppendFloat(double number, std::string& out);

/// b64encode().
void AppendBase64(std::string_view bytes, std::string& out);

/// The 32 digits, in lower case, of what uuid.UUID() takes; nothing for any other text.
std::optional<std::string> UuidDigits(std::string_view text);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_PYTHON_TEXT_H_
