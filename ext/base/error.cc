#include "base/error.h"

#include <utility>

#include "base/text.h"

namespace migext {
namespace {

// A line longer than this is data, not something a caret helps with.
constexpr std::size_t kLongestShownLine = 200;

std::string Render(const Place& place, const std::string& message) {
  std::string out = Describe(place);
  if (!out.empty()) out += ": ";
  out += message;
  const auto column = static_cast<std::size_t>(place.column);
  if (place.column < 1 || place.text.empty() || place.text.size() > kLongestShownLine ||
      column > place.text.size() + 1) {
    return out;
  }
  // The caret line repeats the tabs of the source line, so that both expand alike.
  std::string caret = "    ";
  for (const char c : place.text.substr(0, column - 1)) {
    if (IsUtf8Continuation(c)) continue;
    caret += c == '\t' ? '\t' : ' ';
  }
  return out + "\n    " + place.text + "\n" + caret + "^";
}

}  // namespace

std::string Describe(const Place& place) {
  std::string out = place.file;
  if (place.line < 1) return out;
  out += ":" + std::to_string(place.line);
  if (place.column > 0) out += ":" + std::to_string(place.column);
  return out;
}

Error::Error(const std::string& message) : std::runtime_error(message), message_(message) {}

Error::Error(Place place, const std::string& message)
    : std::runtime_error(Render(place, message)), place_(std::move(place)), message_(message) {}

}  // namespace migext
