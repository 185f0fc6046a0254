#include "base/free_memory.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace migext {
namespace {

/// MemAvailable: what is free, and what the caches would give back.
std::optional<std::uint64_t> AvailableOnMachine() {
  constexpr std::uint64_t kKilobyte = 1024;
  std::ifstream file("/proc/meminfo");
  std::string name;
  std::uint64_t kilobytes = 0;
  for (std::string unit; file >> name >> kilobytes; std::getline(file, unit)) {
    if (name == "MemAvailable:") return kilobytes * kKilobyte;
  }
  return {};
}

/// "max" stands for no limit.
std::optional<std::uint64_t> NumberIn(const char* path) {
  std::ifstream file(path);
  std::uint64_t number = 0;
  if (!(file >> number)) return {};
  return number;
}

/// Control groups, version 2: https://docs.kernel.org/admin-guide/cgroup-v2.html#memory
std::optional<std::uint64_t> AvailableInContainer() {
  const auto limit = NumberIn("/sys/fs/cgroup/memory.max");
  const auto used = NumberIn("/sys/fs/cgroup/memory.current");
  if (!limit || !used) return {};
  return *limit - std::min(*limit, *used);
}

}  // namespace

std::optional<std::uint64_t> FreeMemory() {
  const auto machine = AvailableOnMachine();
  const auto container = AvailableInContainer();
  if (!machine || !container) return machine;
  return std::min(*machine, *container);
}

}  // namespace migext
