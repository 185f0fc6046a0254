// What models.py tells and migrations do not: the order in which models and their fields are
// defined, and natural keys.
//
//   const ModelFiles files = ReadModelFiles(project.apps());
//   files.Find({"blog", "comment"})->attributes      // {"post", "author", "parent", "content", …}
//
// The text is read and not run: classes and what is assigned in them, along the imports between the
// project's own modules.  Django sorts fields by the moment of their creation, so that those of an
// abstract base stand where that base was defined.
#ifndef MIGEXT_DJANGO_MODEL_FILES_H_
#define MIGEXT_DJANGO_MODEL_FILES_H_

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "django/project.h"

namespace migext::django {

/// natural_key() as it is written: `return (self.codename,) + self.content_type.natural_key()`.
struct WrittenNaturalKey {
  /// A chain of attributes of self; one that is_nested goes on with the natural key of what it
  /// leads to.
  struct Part {
    std::vector<std::string> chain;
    bool is_nested = false;
  };
  std::vector<Part> parts;
  std::vector<std::string> dependencies;  ///< "contenttypes.contenttype"
  /// Why the parts are not known: "blog/models.py:12: natural_key() is no tuple of fields".
  std::string trouble;
};

/// A class that may be a model.
struct WrittenModel {
  /// Names assigned in the class and its bases, in the order in which they are assigned.  Those of
  /// bases outside the project are not among them.
  std::vector<std::string> attributes;
  /// Many-to-many fields whose rows stand for both directions; a migration does not say which.
  std::set<std::string> symmetrical;
  std::optional<WrittenNaturalKey> natural_key;
  std::size_t position = 0;  ///< Among all classes: that of its definition.
};

struct ModelFiles {
  std::map<ModelKey, WrittenModel> models;
  /// Files that could not be read, each with the reason: "blog/models.py:3:5: SyntaxError: …".
  std::vector<std::string> troubles;

  const WrittenModel* Find(const ModelKey& key) const;
};

/// Reads the models module of each app, in their order, and what these import from the project.
/// Apps without a folder of their own are passed over.
ModelFiles ReadModelFiles(const std::vector<App>& apps);

/// A model of django.contrib whose models.py has its fields in another order than its migrations;
/// nullptr for any other.
const WrittenModel* ContribModel(const ModelKey& key);

/// The natural keys of django.contrib's models; nothing for others.
const WrittenNaturalKey* ContribNaturalKey(const ModelKey& key);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_MODEL_FILES_H_
