// The names that models and fields had at other levels of the migrations.
//
//   const FixtureLevels levels(graph, graph.applied());
//   levels.Match("blog.postrevision", {"body", "post"})->fields  // {"body": "content", …}
//
// A fixture that was written at another level names what the tables of this one do not have.  Where
// the migrations between the two say what became of it (RenameField, RenameModel, RemoveField, …)
// the answer is theirs; nothing is guessed.
#ifndef MIGEXT_RECOVER_LOAD_LEVELS_H_
#define MIGEXT_RECOVER_LOAD_LEVELS_H_

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "django/graph.h"
#include "django/migration.h"

namespace migext::recover {

/// What an object of another level is here.
struct LevelMatch {
  std::string label;  ///< "" when there is no such model here: objects are left out.
  /// By their names in the fixture; "" for what is not here.
  std::map<std::string, std::string, std::less<>> fields;
  std::string level;  ///< "before blog.0008_rename…", as a person would say it.

  /// The same but for where it was found.
  bool Agrees(const LevelMatch& other) const {
    return label == other.label && fields == other.fields;
  }
};

class FixtureLevels {
 public:
  /// `applied` are the migrations whose state the database has.
  FixtureLevels(const django::Graph& graph, const django::AppliedSet& applied);

  /// Nothing when no level has a model of this label with all these fields, or several have that
  /// do not agree.
  std::optional<LevelMatch> Match(std::string_view label, const std::set<std::string>& names) const;

 private:
  friend class LevelWalk;

  using Names = std::map<std::string, int, std::less<>>;  // a field by its name at some level

  /// A model as it is called and built over a stretch of migrations.
  struct Epoch {
    int model = 0;  ///< The same under all its names.
    Names fields;
    bool is_ahead = false;  ///< It begins behind what is applied.
    std::string since;      ///< The migration that it begins with.
    std::string until;      ///< The one that it ends before; "" for the last.
  };

  LevelMatch MatchOf(const Epoch& epoch, const std::set<std::string>& names) const;

  std::map<std::string, std::vector<Epoch>, std::less<>> epochs_;  // by label
  std::map<int, std::string> labels_;                              // here
  std::map<int, std::string> fields_;                              // here
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOAD_LEVELS_H_
