// MD5 (RFC 1321), which Django uses to shorten index names.  Not for secrets.
#ifndef MIGEXT_BASE_MD5_H_
#define MIGEXT_BASE_MD5_H_

#include <string>
#include <string_view>

namespace migext {

/// The digest in 32 lower-case hexadecimal digits.
std::string Md5Hex(std::string_view bytes);

}  // namespace migext

#endif  // MIGEXT_BASE_MD5_H_
