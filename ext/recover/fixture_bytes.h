// Bytes and ids as a fixture spells them.
//
//   FixtureBytes("aGVsbG8=")  // "hello"
//   HexOfInteger("255")       // "000000000000000000000000000000ff"
#ifndef MIGEXT_RECOVER_FIXTURE_BYTES_H_
#define MIGEXT_RECOVER_FIXTURE_BYTES_H_

#include <string>
#include <string_view>

namespace migext::recover {

/// base64.b64decode(), which passes over what is no digit; and repr() of bytes, which Django writes
/// for a key that leads to a binary one.  Throws Error in Python's words.
std::string FixtureBytes(std::string_view text);

/// The 32 hex digits of a number below 2**128; "" for a larger one.
std::string HexOfInteger(std::string_view digits);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_FIXTURE_BYTES_H_
