// Where a migration file names other migrations: the pairs in its dependencies, run_before and
// replaces, each with the place of the name, so that one name can be changed and nothing else.
//
//   MigrationFile file("/srv/site/blog/migrations/0004_b.py");
//   file.Rename({{{"blog", "0003_a"}, "0005_a"}});
//   file.Text()   // the file with the new name in the place of the old, its line ends as they were
//
// Only pairs that are written out are found: a list that is computed has none.
#ifndef MIGEXT_REWRITE_KEY_LITERALS_H_
#define MIGEXT_REWRITE_KEY_LITERALS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "django/migration.h"
#include "django/project.h"

namespace migext::rewrite {

struct KeyLiteral {
  std::string attribute;  ///< "dependencies", "run_before" or "replaces".
  django::MigrationKey key;
  std::uint32_t begin = 0;  ///< Of the name with its quotes, in the decoded text.
  std::uint32_t end = 0;
};

class MigrationFile {
 public:
  /// Throws Error for a file that cannot be read, is no Python, or could not be written back as it
  /// was (another encoding, mixed line ends).
  explicit MigrationFile(const std::string& path);

  const std::string& path() const { return path_; }
  const std::vector<KeyLiteral>& keys() const { return keys_; }
  /// The keys of one attribute, in the order written.
  std::vector<django::MigrationKey> KeysOf(std::string_view attribute) const;

  /// Gives each of these keys its new name, wherever it stands.
  void Rename(const std::map<django::MigrationKey, std::string>& names);
  /// The same for one key in one attribute, the first time it stands there.
  void RenameFirst(std::string_view attribute, const django::MigrationKey& from,
                   const std::string& to);

  std::string Text() const;

 private:
  void Find();
  /// Leaves the places in keys_ behind those that are changed as they were.
  void Put(const KeyLiteral& literal, const std::string& name);

  std::string path_;
  std::string text_;  // With plain line ends.
  bool has_crlf_ = false;
  std::vector<KeyLiteral> keys_;
};

/// The keys of the dependencies that name a migration, and no setting.
std::vector<django::MigrationKey> WrittenOut(const std::vector<django::Dependency>& dependencies);

/// The file of a migration that is to be changed.  Throws Error for one of Django's or of an
/// installed package, and where what it says in words is not what Python makes of it.
MigrationFile OpenToChange(const django::Project& project, const django::Migration& migration);

/// Paths of the project's files are told from its root.
std::string PathOnDisk(const django::Project& project, const std::string& path);

}  // namespace migext::rewrite

#endif  // MIGEXT_REWRITE_KEY_LITERALS_H_
