// Python's str and bytes: positions are code points, texts are UTF-8 (a lone surrogate in three
// bytes).
#ifndef MIGEXT_PYTHON_STRINGS_H_
#define MIGEXT_PYTHON_STRINGS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "python/objects.h"

namespace migext::python {

class Runtime;

/// len(text): counted once per text.
std::size_t CodePoints(const StrObject& text);
bool IsAscii(const StrObject& text);
/// The byte at which a code point begins.
std::size_t ByteOffset(const StrObject& text, std::size_t code_point);
std::size_t CountCodePoints(std::string_view text);

/// repr() of a text, in the quotes Python picks.
std::string QuoteText(std::string_view text);
std::string QuoteBytes(std::string_view bytes);

/// text % values.
std::string FormatPercent(Runtime& python, std::string_view text, Value values);
/// text.format(*args, **keywords).
std::string FormatBraces(Runtime& python, std::string_view text, const Arguments& call);
/// format(value, spec) of a number, text or bool.
std::string FormatPlain(Runtime& python, Value value, std::string_view spec);

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_STRINGS_H_
