// A file that is there whole or not at all: written as PATH.partial and given its name when it is
// finished; rows of a database are for its owner alone to read.  Nothing is ever overwritten.
//
//   NewFile file("/srv/salvaged.sqlite3");
//   …                  // write file.partial_path()
//   file.Publish();    // on the disk, and under its name
//
// Without Publish() the part is removed again, with the journals that SQLite may have left.
#ifndef MIGEXT_RECOVER_NEW_FILE_H_
#define MIGEXT_RECOVER_NEW_FILE_H_

#include <cstdint>
#include <string>

namespace migext::recover {

enum class Readers : std::uint8_t {
  kOwner,
  kAsUsual,  ///< Whom the umask of the process lets.
};

class NewFile {
 public:
  /// Makes the part, empty.  Throws Error when either name is taken, or it cannot be made.
  explicit NewFile(const std::string& path, Readers readers = Readers::kOwner);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  const std::string& path() const { return path_; }
  const std::string& partial_path() const { return partial_path_; }

  /// REQUIRES: nobody has the part open.  Throws Error when the name was taken meanwhile.
  void Publish();

 private:
  std::string path_;
  std::string partial_path_;
  bool published_ = false;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_NEW_FILE_H_
