#include "recover/locks_process.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "recover/locks_system.h"

namespace migext::recover {
namespace {

// What is larger is cut: enough for any process as it is, whatever it writes there.
constexpr std::size_t kMostBytes = 1 << 16;
constexpr std::size_t kMostBytesOfLocks = 64 << 20;
constexpr std::size_t kLongestCommand = 200;
constexpr std::int64_t kLatest = 100'000'000'000;  // Seconds: in the year 5138.

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); }

template <typename Number>
Number NumberOr0(std::string_view word) {
  Number number = 0;
  std::from_chars(word.data(), word.data() + word.size(), number);
  return number;
}

/// The second of the system's start; 0 when it is not told.
std::int64_t BootSecond(const std::string& stat) {
  constexpr std::string_view kKey = "\nbtime ";
  const std::size_t at = stat.find(kKey);
  if (at == std::string::npos) return 0;
  return NumberOr0<std::int64_t>(std::string_view(stat).substr(at + kKey.size()));
}

std::string UtcText(std::int64_t second) {
  using std::chrono::floor;
  const std::chrono::sys_seconds time{std::chrono::seconds(second)};
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<std::chrono::seconds> clock(time - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

bool IsPrintable(char32_t c) { return c >= 0x20 && (c < 0x7F || c > 0x9F); }

bool IsScalarValue(char32_t c) { return c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF); }

/// Entries of /proc that are processes, descriptors of a process, …: numbers.
std::vector<std::string> NumbersIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    std::string name = it->path().filename().string();
    if (std::all_of(name.begin(), name.end(), IsDigit)) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

std::string CommandIn(std::string_view cmdline) {
  while (!cmdline.empty() && cmdline.back() == '\0') cmdline.remove_suffix(1);
  std::string line;
  std::size_t shown = 0;
  for (std::size_t offset = 0; offset < cmdline.size();) {
    if (++shown > kLongestCommand) return line + "…";
    const char32_t c = NextUtf8(cmdline, offset);
    AppendUtf8(line, !IsScalarValue(c) ? 0xFFFD : IsPrintable(c) ? c : ' ');
  }
  return line;
}

std::string ContainerIn(std::string_view cgroup) {
  constexpr std::size_t kIdLength = 64;
  constexpr std::size_t kShown = 12;  // As docker ps shows it.
  std::size_t digits = 0;
  for (std::size_t i = 0; i < cgroup.size(); ++i) {
    digits = IsHexDigit(cgroup[i]) ? digits + 1 : 0;
    if (digits == kIdLength) return std::string(cgroup.substr(i + 1 - kIdLength, kShown));
  }
  for (const std::string_view prefix : {"/lxc.payload.", "/lxc/", "/machine.slice/"}) {
    const std::size_t at = cgroup.find(prefix);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = cgroup.substr(at + prefix.size());
    return CommandIn(rest.substr(0, rest.find_first_of("/\n")));
  }
  return {};
}

std::string ProcFolder::Of(std::int64_t pid, std::string_view name) const {
  return folder_ + "/" + std::to_string(pid) + "/" + std::string(name);
}

std::optional<Process> ProcFolder::Read(std::int64_t pid) const {
  const auto stat = ReadBeginning(Of(pid, "stat"), kMostBytes);
  if (!stat) return std::nullopt;
  // "4242 (name) S parent …": the name may hold blanks and parentheses.
  const std::size_t name_begin = stat->find('(');
  const std::size_t name_end = stat->rfind(')');
  if (name_begin == std::string::npos || name_end == std::string::npos || name_end < name_begin) {
    return std::nullopt;
  }
  const std::vector<std::string> fields =
      Split(std::string_view(*stat).substr(std::min(name_end + 2, stat->size())), ' ');
  constexpr std::size_t kState = 0;
  constexpr std::size_t kParent = 1;
  constexpr std::size_t kStart = 19;
  if (fields.size() <= kStart) return std::nullopt;

  Process process;
  process.pid = pid;
  process.is_stopped = fields[kState] == "T" || fields[kState] == "t";
  process.has_ended = fields[kState] == "Z" || fields[kState] == "X";
  process.parent = NumberOr0<std::int64_t>(fields[kParent]);
  process.start_ticks = NumberOr0<std::uint64_t>(fields[kStart]);
  process.command = CommandIn(ReadBeginning(Of(pid, "cmdline"), kMostBytes).value_or(""));
  if (process.command.empty()) {
    // Daemons may wipe it out; the name is left.
    process.command =
        "[" + CommandIn(std::string_view(*stat).substr(name_begin + 1, name_end - name_begin - 1)) +
        "]";
  }
  process.container = ContainerIn(ReadBeginning(Of(pid, "cgroup"), kMostBytes).value_or(""));
  const std::int64_t boot =
      BootSecond(ReadBeginning(folder_ + "/stat", kMostBytesOfLocks).value_or(""));
  const std::uint64_t since_boot = process.start_ticks / TicksPerSecond();
  if (boot > 0 && boot < kLatest && since_boot < kLatest) {
    process.started_at = UtcText(boot + static_cast<std::int64_t>(since_boot));
  }
  return process;
}

std::optional<std::vector<KernelLock>> ProcFolder::Locks() const {
  const auto text = ReadBeginning(folder_ + "/locks", kMostBytesOfLocks);
  if (!text) return std::nullopt;
  return ParseKernelLocks(*text);
}

std::vector<std::string> ProcFolder::DescriptorsOn(std::int64_t pid,
                                                   const std::string& path) const {
  std::vector<std::string> found;
  const std::string folder = Of(pid, "fd");
  for (const std::string& number : NumbersIn(folder)) {
    // The entry stands for the file itself, also when it was renamed, or is in another container.
    if (AreSameFile(folder + "/" + number, path)) found.push_back(number);
  }
  return found;
}

bool ProcFolder::HasOpen(std::int64_t pid, const std::string& path) const {
  return !DescriptorsOn(pid, path).empty();
}

std::vector<KernelLock> ProcFolder::OpenFileDescriptionLocks(const std::string& path) const {
  constexpr std::string_view kKey = "lock:";
  std::vector<KernelLock> locks;
  for (const std::string& name : NumbersIn(folder_)) {
    const auto pid = NumberOr0<std::int64_t>(name);
    for (const std::string& number : DescriptorsOn(pid, path)) {
      const auto info = ReadBeginning(Of(pid, "fdinfo/") + number, kMostBytes);
      for (const std::string& line : Split(info.value_or(""), '\n')) {
        if (!line.starts_with(kKey)) continue;
        auto lock = ParseKernelLock(std::string_view(line).substr(kKey.size()));
        if (!lock || lock->kind != KernelLock::Kind::kOpenFileDescription) continue;
        lock->pid = pid;
        locks.push_back(*lock);
      }
    }
  }
  return locks;
}

}  // namespace migext::recover
