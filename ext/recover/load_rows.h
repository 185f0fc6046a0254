// From objects of a fixture to rows of the staging tables.
//
//   RowLoader loader(staging, source, options);
//   loader.Load(object, reader);
//
// Every value is converted here and every name looked up, so that whatever is wrong with an object
// by itself is said with its place in the file.
#ifndef MIGEXT_RECOVER_LOAD_ROWS_H_
#define MIGEXT_RECOVER_LOAD_ROWS_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "recover/fixture_models.h"
#include "recover/fixture_reader.h"
#include "recover/load_levels.h"
#include "recover/load_row.h"
#include "recover/load_staging.h"

namespace migext::recover {

struct LoadOptions {
  bool ignore_nonexistent = false;
  std::set<std::string> excluded;  ///< Labels of apps ("auth") and models ("auth.permission").
};

/// What the models of a fixture are, and how their values are stored.  All must outlive a load.
struct LoadSource {
  const FixtureModels& models;
  const django::ProjectState& state;
  const schema::SchemaContext& context;
  std::function<const FixtureLevels&()> levels;  ///< Asked only for what is of another level.
};

class RowLoader {
 public:
  RowLoader(Staging& staging, const LoadSource& source, const LoadOptions& options);
  RowLoader(const RowLoader&) = delete;
  RowLoader& operator=(const RowLoader&) = delete;

  /// Throws Error with the place of what cannot be loaded.
  void Load(const FixtureObject& object, const FixtureReader& reader, int file);

  std::int64_t installed() const { return installed_; }
  std::int64_t seen() const { return seen_; }  ///< Those that were left out too.
  /// What was left out or read under another name.
  std::vector<std::string> Notes() const;

 private:
  /// What the members of objects with the same model and the same names are here.
  struct Binding {
    enum class Kind : std::uint8_t { kColumn, kList, kNowhere };
    struct Member {
      Kind kind = Kind::kNowhere;
      std::size_t index = 0;
    };

    LoadTarget* target = nullptr;  ///< nullptr: the objects are left out.
    bool is_counted = true;
    std::vector<Member> members;  ///< Of "fields", in their order.
    std::string note;
  };

  bool IsExcluded(const FixtureObject& object) const;
  const Binding& BindingOf(const FixtureObject& object, const FixtureReader& reader);
  void Bind(Binding& binding, const FixtureObject& object, const FixtureReader& reader);
  std::vector<std::string> BindMembers(Binding& binding, const FixtureObject& object,
                                       const LevelMatch* match, const FixtureReader& reader) const;
  static Binding::Member PlaceOf(const StagedModel& staged, const std::string& name);
  std::optional<LevelMatch> MatchLevel(const FixtureModel* model,
                                       const FixtureObject& object) const;
  const FixtureModel* FindModel(const std::string& label) const;
  LoadTarget& TargetOf(const FixtureModel& model);

  Staging& staging_;
  const LoadSource& source_;
  const LoadOptions& options_;
  std::map<std::string, Binding, std::less<>> bindings_;  // by model and names
  std::deque<LoadTarget> targets_;
  std::map<std::string, std::int64_t> notes_;
  std::int64_t installed_ = 0;
  std::int64_t seen_ = 0;
  std::int64_t last_row_ = 0;
};

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_LOAD_ROWS_H_
