#include "recover/fixture_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace migext::recover {

JsonLayout LayoutOf(const DumpOptions& options) {
  if (options.format == FixtureFormat::kJsonLines) return {.item_separator = ","};
  if (!options.indent) return {};
  return {.indent = std::max(*options.indent, 0)};
}

FixtureFile::FixtureFile(const DumpOptions& options, const django::Dialect& dialect)
    : format_(options.format),
      is_indented_(options.indent.value_or(0) != 0),
      ends_with_line_feed_(dialect.json_ends_with_line_feed || is_indented_),
      file_(options.path) {
  descriptor_ = open(file_.partial_path().c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor_ < 0) {
    throw Error("cannot write '" + file_.partial_path() + "': " + std::strerror(errno));
  }
  buffer_.reserve(2 * kFull);
  if (IsJson()) buffer_ += '[';
}

FixtureFile::~FixtureFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::string& FixtureFile::BeginObject() {
  if (buffer_.size() >= kFull) Flush();
  if (!IsJson()) {
    if (objects_ > 0) buffer_ += '\n';
  } else {
    if (objects_ > 0) buffer_ += is_indented_ ? "," : ", ";
    if (is_indented_) buffer_ += '\n';
  }
  ++objects_;
  return buffer_;
}

void FixtureFile::Finish() {
  if (IsJson()) {
    if (is_indented_) buffer_ += '\n';
    buffer_ += ']';
    if (ends_with_line_feed_) buffer_ += '\n';
  } else if (objects_ > 0) {
    buffer_ += '\n';
  }
  Flush();
  const int descriptor = descriptor_;
  descriptor_ = -1;
  if (close(descriptor) != 0) {
    throw Error("cannot write '" + file_.partial_path() + "': " + std::strerror(errno));
  }
  file_.Publish();
}

void FixtureFile::Flush() {
  std::size_t written = 0;
  while (written < buffer_.size()) {
    const ssize_t count = write(descriptor_, buffer_.data() + written, buffer_.size() - written);
    if (count >= 0) {
      written += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      throw Error("cannot write '" + file_.partial_path() + "': " + std::strerror(errno));
    }
  }
  buffer_.clear();
}

}  // namespace migext::recover
