// The file that a dump writes: what stands between its objects, and a buffer in front of the disk.
//
//   FixtureFile file(options, dialect);
//   std::string& out = file.BeginObject();   // append the object
//   file.Finish();                           // the file has its name
#ifndef MIGEXT_RECOVER_FIXTURE_FILE_H_
#define MIGEXT_RECOVER_FIXTURE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "django/dialect.h"
#include "recover/dump_options.h"
#include "recover/json_layout.h"
#include "recover/new_file.h"

namespace migext::recover {

/// How the objects are laid out in themselves.
JsonLayout LayoutOf(const DumpOptions& options);

class FixtureFile {
 public:
  /// Makes the file.  Throws Error when it is there already or cannot be made.
  FixtureFile(const DumpOptions& options, const django::Dialect& dialect);
  ~FixtureFile();
  FixtureFile(const FixtureFile&) = delete;
  FixtureFile& operator=(const FixtureFile&) = delete;

  /// The text to append an object to.
  std::string& BeginObject();
  void Finish();
  std::int64_t objects() const { return objects_; }

 private:
  static constexpr std::size_t kFull = std::size_t{1} << 18U;

  void Flush();
  bool IsJson() const { return format_ == FixtureFormat::kJson; }

  FixtureFormat format_;
  bool is_indented_;  ///< Django takes --indent 0 for none, in what it writes itself.
  bool ends_with_line_feed_;
  NewFile file_;
  int descriptor_ = -1;
  std::string buffer_;
  std::int64_t objects_ = 0;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_FIXTURE_FILE_H_
