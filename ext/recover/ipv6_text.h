// IPv6 addresses in their shortest form, as Django keeps them.
//
//   CleanIpv6("2001:0DB8::0:1", false)  // "2001:db8::1"
#ifndef MIGEXT_RECOVER_IPV6_TEXT_H_
#define MIGEXT_RECOVER_IPV6_TEXT_H_

#include <optional>
#include <string>
#include <string_view>

namespace migext::recover {

/// clean_ipv6_address(); nothing for what is no address.
std::optional<std::string> CleanIpv6(std::string_view text, bool unpack_ipv4);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_IPV6_TEXT_H_
