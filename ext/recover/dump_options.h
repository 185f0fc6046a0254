// What a person asks of dumpdata(), in Django's spelling or a shorter one.
//
//   ReadDumpOptions("blog.json", {"blog", "--exclude", "blog.comment", "indent=2"})
//
// Takes what `manage.py dumpdata` takes: labels of apps and models, --natural-foreign, --indent 2,
// --indent=2, -e auth; the same without dashes (natural_foreign, indent=2, exclude=auth).
#ifndef MIGEXT_RECOVER_DUMP_OPTIONS_H_
#define MIGEXT_RECOVER_DUMP_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace migext::recover {

enum class FixtureFormat : std::uint8_t { kJson, kJsonLines };

struct DumpOptions {
  std::string path;
  std::vector<std::string> labels;
  std::vector<std::string> excludes;
  FixtureFormat format = FixtureFormat::kJson;
  std::optional<int> indent;
  bool natural_foreign = false;
  bool natural_primary = false;
  std::vector<std::string> primary_keys;  ///< Empty: all.
};

/// The format is that of the path's ending unless a word says another.  Throws Error for what is
/// no option, in Django's words where it has them.
DumpOptions ReadDumpOptions(const std::string& path, const std::vector<std::string>& words);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_DUMP_OPTIONS_H_
