// The objects of a fixture file, one after the other.
//
//   FixtureReader reader("posts.json");
//   while (const FixtureObject* object = reader.Next()) {
//     object->model, object->pk, object->fields  // "blog.post", 5, {"title": "Hello"}
//   }
//
// .json is one array of objects, .jsonl one object after the other.  The file is read in pieces;
// one object at a time is held.
#ifndef MIGEXT_RECOVER_FIXTURE_READER_H_
#define MIGEXT_RECOVER_FIXTURE_READER_H_

#include <cstdio>
#include <memory>
#include <string>

#include "base/json_reader.h"

namespace migext::recover {

struct FixtureObject {
  JsonNode node;
  std::string model;             ///< As written.
  const JsonNode* pk = nullptr;  ///< nullptr when it is not given.
  const JsonNode* fields = nullptr;
};

class FixtureReader {
 public:
  /// Throws Error for what is no regular file, cannot be read, or has another format.
  explicit FixtureReader(const std::string& path);

  /// Nothing behind the last one.  Throws Error with the place of what is no JSON, or no object of
  /// a fixture.  What it gives lives until the next call.
  const FixtureObject* Next();

  const std::string& path() const { return path_; }
  /// The place of a value that was read.
  Place At(const JsonNode& node) const;

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  bool Advance();
  void ReadObject();

  std::string path_;
  bool is_lines_;
  std::unique_ptr<std::FILE, Close> file_;
  JsonReader json_;
  bool is_first_ = true;
  FixtureObject object_;
};

/// A value as Python's str() shows it: None, True, 'a' inside a list.
std::string PythonText(const JsonNode& node);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_FIXTURE_READER_H_
