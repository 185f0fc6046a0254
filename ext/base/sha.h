// SHA-1 and SHA-2 (FIPS 180-4), which Django gives to SQL.  Digests in lower-case hexadecimal
// digits.
//
//   Sha256Hex("abc")  // "ba7816bf…"
#ifndef MIGEXT_BASE_SHA_H_
#define MIGEXT_BASE_SHA_H_

#include <string>
#include <string_view>

namespace migext {

std::string Sha1Hex(std::string_view bytes);
std::string Sha224Hex(std::string_view bytes);
std::string Sha256Hex(std::string_view bytes);
std::string Sha384Hex(std::string_view bytes);
std::string Sha512Hex(std::string_view bytes);

}  // namespace migext

#endif  // MIGEXT_BASE_SHA_H_
