// How much memory this process may still take without the system beginning to swap.
//
//   if (const auto free = FreeMemory(); free && size <= *free / 2) …   // in memory
//
// Linux tells it (/proc/meminfo, and the limit of a container); elsewhere nothing is known.
#ifndef MIGEXT_BASE_FREE_MEMORY_H_
#define MIGEXT_BASE_FREE_MEMORY_H_

#include <cstdint>
#include <optional>

namespace migext {

/// In bytes; nothing where the system does not tell.
std::optional<std::uint64_t> FreeMemory();

}  // namespace migext

#endif  // MIGEXT_BASE_FREE_MEMORY_H_
