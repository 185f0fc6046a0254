// The encodings that a coding cookie (PEP 263) may name: UTF-8 and the common one-byte ones.
//
//   CanonicalEncoding("Latin_1")  // "latin-1"
//   DecodeToUtf8("latin-1", text)
#ifndef MIGEXT_PYTHON_ENCODING_H_
#define MIGEXT_PYTHON_ENCODING_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace migext::python {

/// The one name that stands for all aliases of an encoding; "" for an unknown one.
std::string CanonicalEncoding(std::string_view name);

/// Turns `text` into UTF-8; or leaves it and gives the offset of a byte that means nothing.
/// REQUIRES: `encoding` is canonical and not "utf-8".
std::optional<std::size_t> DecodeToUtf8(std::string_view encoding, std::string& text);

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_ENCODING_H_
