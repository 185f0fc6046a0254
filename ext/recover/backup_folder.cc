#include "recover/backup_folder.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "recover/locks_system.h"
#include "sqlite/file_header.h"

namespace migext::recover {
namespace {

namespace chrono = std::chrono;

constexpr std::string_view kExtension = ".sqlite3";
constexpr std::string_view kPartial = ".partial";
constexpr std::string_view kMagic("SQLite format 3\0", 16);

/// The numbers of a time in UTC: 2025, 11, 22, 3, 0, 0.
std::string Written(chrono::system_clock::time_point time, const char* format) {
  const auto day = chrono::floor<chrono::days>(time);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss clock(chrono::floor<chrono::seconds>(time - day));
  char text[32] = {};
  std::snprintf(text, sizeof text, format, static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

std::string Shown(chrono::system_clock::time_point time) {
  return Written(time, "%04d-%02u-%02u %02d:%02d:%02d");
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// What TimedName() puts into a name; orders as the backups were taken.
struct NameParts {
  std::string stem;
  std::string time;  ///< "20251122_030000"
  int number = 1;
};

/// Nothing for a name that is not of this form.
std::optional<NameParts> PartsOf(std::string_view name) {
  constexpr std::size_t kTimeLength = 15;
  if (!name.ends_with(kExtension)) return std::nullopt;
  name.remove_suffix(kExtension.size());
  NameParts parts;
  std::size_t last = name.rfind('_');
  if (last == std::string_view::npos) return std::nullopt;
  const std::string_view tail = name.substr(last + 1);
  if (tail.empty() || !std::all_of(tail.begin(), tail.end(), IsDigit)) return std::nullopt;
  if (tail.size() < 6) {
    parts.number = std::stoi(std::string(tail));
    name = name.substr(0, last);
  }
  if (name.size() < kTimeLength + 2) return std::nullopt;
  const std::string_view time = name.substr(name.size() - kTimeLength);
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (i == 8 ? time[i] != '_' : !IsDigit(time[i])) return std::nullopt;
  }
  if (name[name.size() - kTimeLength - 1] != '_') return std::nullopt;
  parts.stem = name.substr(0, name.size() - kTimeLength - 1);
  parts.time = time;
  return parts;
}

/// "2025-11-22 03:00:00" of "20251122_030000"
std::string Shown(const std::string& time) {
  return time.substr(0, 4) + "-" + time.substr(4, 2) + "-" + time.substr(6, 2) + " " +
         time.substr(9, 2) + ":" + time.substr(11, 2) + ":" + time.substr(13, 2);
}

std::string WrittenAt(const std::string& path) {
  std::error_code error;
  const auto time = std::filesystem::last_write_time(path, error);
  if (error) return {};
  return Shown(
      chrono::time_point_cast<chrono::system_clock::duration>(chrono::file_clock::to_sys(time)));
}

std::string Note(const CopyFacts& facts) {
  std::vector<std::string> notes;
  if (!facts.damage.empty()) notes.push_back("damaged: " + facts.damage);
  if (!facts.unknown.empty()) notes.push_back("not verified: " + facts.unknown);
  if (facts.not_django) notes.push_back(*facts.not_django);
  for (const std::string& line : facts.dangling) notes.push_back(line);
  for (const std::string& rule : facts.broken_rules) notes.push_back(rule);
  constexpr std::size_t kMost = 5;
  if (notes.size() > kMost) {
    const std::size_t more = notes.size() - kMost;
    notes.resize(kMost);
    notes.push_back("and " + std::to_string(more) + " more");
  }
  return Join(notes, "; ");
}

BackupFile Look(const std::string& path, const PrepareConnection& prepare) {
  BackupFile file;
  file.path = path;
  const std::optional<NameParts> parts = PartsOf(BaseName(path));
  file.taken_at = parts ? Shown(parts->time) : WrittenAt(path);
  if (path.ends_with(kPartial)) {
    file.size = static_cast<std::int64_t>(StampOf(path).size);
    file.verified = false;
    file.note = "unfinished: a backup is being made, or was interrupted; remove it if none is";
    return file;
  }
  const CopyFacts facts = CheckCopy(path, prepare);
  file.size = facts.size;
  file.migrations = Join(facts.heads, ", ");
  file.note = Note(facts);
  if (facts.unknown.empty()) file.verified = facts.damage.empty();
  return file;
}

/// Opens nothing that this process has open: closing it would drop its locks.
std::string BeginningOf(const std::string& path) {
  const std::optional<FileIdentity> file = IdentityOf(path);
  if (!file) return {};
  if (const auto open = BorrowedDescriptor::On(*file)) return open->ReadBeginning(kMagic.size());
  return ReadBeginning(path, kMagic.size()).value_or("");
}

/// A damaged one is told by its name.
bool LooksLikeBackup(const std::string& path) {
  if (path.ends_with(kPartial) || PartsOf(BaseName(path))) return true;
  return !sqlite::IsPartOfADatabase(path) && BeginningOf(path) == kMagic;
}

void Remove(const std::string& path, const Pruned& pruned) {
  std::error_code error;
  if (std::filesystem::remove(path, error) && !error) return;
  throw Error("cannot remove '" + path +
              "': " + (error ? error.message() : std::string("it is gone already")) +
              "; removed before it: " + std::to_string(pruned.removed.size()));
}

}  // namespace

std::string StemOf(const std::string& database_file) {
  if (database_file.empty()) return "memory";
  const std::string stem = std::filesystem::path(database_file).stem().string();
  return stem.empty() ? "database" : stem;
}

std::string TimeForName(chrono::system_clock::time_point time) {
  return Written(time, "%04d%02u%02u_%02d%02d%02d");
}

std::string TimedName(const std::string& folder, std::string_view stem,
                      chrono::system_clock::time_point time) {
  const std::string base = JoinPath(folder, std::string(stem) + "_" + TimeForName(time));
  std::string path = base + std::string(kExtension);
  for (int number = 2; KindOf(path) != FileKind::kMissing ||
                       KindOf(path + std::string(kPartial)) != FileKind::kMissing;
       ++number) {
    path = base + "_" + std::to_string(number) + std::string(kExtension);
  }
  return path;
}

std::vector<BackupFile> BackupsIn(const std::string& folder, const std::string& database_file,
                                  const PrepareConnection& prepare) {
  std::vector<BackupFile> files;
  for (const FolderEntry& entry : ListFolder(folder)) {
    const std::string path = JoinPath(folder, entry.name);
    if (entry.kind != FileKind::kFile || AreSameFile(path, database_file)) continue;
    if (LooksLikeBackup(path)) files.push_back(Look(path, prepare));
  }
  std::sort(files.begin(), files.end(), [](const BackupFile& a, const BackupFile& b) {
    return std::tie(b.taken_at, b.path) < std::tie(a.taken_at, a.path);
  });
  return files;
}

Pruned PruneBackups(const std::string& folder, std::string_view stem, std::int64_t keep,
                    const PrepareConnection& prepare) {
  if (keep < 1) throw Error("at least one backup is kept; give how many, 7 for a week of days");
  std::vector<std::pair<NameParts, std::string>> found;
  for (const FolderEntry& entry : ListFolder(folder)) {
    std::optional<NameParts> parts = PartsOf(entry.name);
    if (entry.kind != FileKind::kFile || entry.is_link || !parts || parts->stem != stem) continue;
    found.emplace_back(*std::move(parts), JoinPath(folder, entry.name));
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tie(b.first.time, b.first.number) < std::tie(a.first.time, a.first.number);
  });
  Pruned pruned;
  for (const auto& [parts, path] : found) {
    if (std::cmp_greater_equal(pruned.kept.size(), keep)) {
      Remove(path, pruned);
      pruned.removed.push_back(path);
      continue;
    }
    // A copy of a database that somebody has emptied must not push out those with the data.
    const CopyFacts facts = CheckCopy(path, prepare);
    const bool counts = facts.IsSound() && !facts.not_django;
    (counts ? pruned.kept : pruned.unusable).push_back(path);
  }
  return pruned;
}

}  // namespace migext::recover
