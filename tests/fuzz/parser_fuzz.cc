// Any bytes either parse or end in an Error with a place.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/error.h"
#include "python/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    migext::python::Parse("fuzz.py", std::string(data, data + size));
  } catch (const migext::Error& error) {
    if (error.place().line == 0) std::abort();
  }
  return 0;
}
