// JSON that was read, as text again: what Python's json.dumps makes of what json.loads gave.
//
//   PythonJson(node, JsonLetters::kAscii)  // {"title": "caf\u00e9", "rank": 1.0}
#ifndef MIGEXT_BASE_JSON_DUMP_H_
#define MIGEXT_BASE_JSON_DUMP_H_

#include <cstdint>
#include <string>

#include "base/json_reader.h"

namespace migext {

/// ensure_ascii.
enum class JsonLetters : std::uint8_t { kAscii, kAll };

std::string PythonJson(const JsonNode& node, JsonLetters letters);

/// repr(float(text)); "inf" and "nan" as json.dumps writes them.
std::string PythonReal(const std::string& text);

/// The digits of an integer without a sign that means nothing: "0" for "-0".
std::string PythonInteger(const std::string& text);

}  // namespace migext

#endif  // MIGEXT_BASE_JSON_DUMP_H_
