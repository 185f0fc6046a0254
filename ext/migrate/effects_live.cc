#include "migrate/effects_live.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "base/text.h"

namespace migext::migrate {
namespace {

/// "INTEGER  UNSIGNED" and "integer unsigned" are one type.
std::string Normalized(std::string_view type) {
  std::string out;
  for (const char c : Lower(Trim(type))) {
    if (c == ' ' && !out.empty() && out.back() == ' ') continue;
    out += c;
  }
  return ReplaceAll(ReplaceAll(out, ", ", ","), " (", "(");
}

class Matcher {
 public:
  Matcher(const Timeline& timeline, const sqlite::LiveSchema& live)
      : timeline_(timeline), live_(live), matches_(timeline.objects().size()) {
    tables_.resize(matches_.size(), nullptr);
  }

  std::vector<LiveMatch> Run() {
    ForEach(ObjectKind::kTable, &Matcher::MatchTable);
    ForEach(ObjectKind::kColumn, &Matcher::MatchColumn);
    ForEach(ObjectKind::kUnique, &Matcher::MatchUnique);
    ForEach(ObjectKind::kReference, &Matcher::MatchReference);
    ForEach(ObjectKind::kConstraint, &Matcher::MatchConstraint);
    MatchIndexes();
    return std::move(matches_);
  }

 private:
  using Accept = std::function<bool(const Shape&)>;

  const TimelineObject& At(ObjectId id) const { return timeline_.objects()[id]; }

  void ForEach(ObjectKind kind, void (Matcher::*match)(ObjectId)) {
    for (ObjectId id = 0; id < matches_.size(); ++id) {
      if (At(id).kind == kind) (this->*match)(id);
    }
  }

  /// Not there: matches the versions in which it should not be.
  void Missing(ObjectId id) {
    const std::vector<Version>& versions = At(id).versions;
    for (std::size_t version = 0; version < versions.size(); ++version) {
      if (!versions[version].shape) matches_[id].versions.insert(version);
    }
  }

  /// There: matches the versions that `accept` takes, or all of that name as different.
  void Found(ObjectId id, std::string name, std::string found, const Accept& same_name,
             const Accept& accept) {
    LiveMatch& match = matches_[id];
    match.exists = true;
    match.name = std::move(name);
    match.found = std::move(found);
    const std::vector<Version>& versions = At(id).versions;
    std::set<std::size_t> named;
    for (std::size_t version = 0; version < versions.size(); ++version) {
      const std::optional<Shape>& shape = versions[version].shape;
      if (!shape || !same_name(*shape)) continue;
      named.insert(version);
      if (accept(*shape)) match.versions.insert(version);
    }
    if (!match.versions.empty()) return;
    match.different = true;
    match.versions = std::move(named);
  }

  /// The newest name that the object had and that `exists`.  A name that another object has had as
  /// well is that one's, as long as an older name of this one is there.
  std::optional<std::string> NewestName(ObjectId id,
                                        const std::function<bool(const std::string&)>& exists) {
    const std::vector<Version>& versions = At(id).versions;
    std::optional<std::string> shared;
    for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
      if (!version->shape || !exists(version->shape->name)) continue;
      if (!IsShared(id, version->shape->name)) return version->shape->name;
      if (!shared || !EqualsIgnoringCase(*shared, version->shape->name)) {
        if (shared) return version->shape->name;
        shared = version->shape->name;
      }
    }
    return shared;
  }

  bool IsShared(ObjectId id, const std::string& name) const {
    for (ObjectId other = 0; other < matches_.size(); ++other) {
      const bool alike = At(other).kind == At(id).kind &&
                         (At(id).kind == ObjectKind::kTable || At(other).table == At(id).table);
      if (other != id && alike && HadName(other, name)) return true;
    }
    return false;
  }

  static Accept Named(const std::string& name) {
    return [name](const Shape& shape) { return EqualsIgnoringCase(shape.name, name); };
  }

  void MatchTable(ObjectId id) {
    const auto name = NewestName(id, [&](const std::string& candidate) {
      return live_.FindTable(candidate) != nullptr && !claimed_.contains(Lower(candidate));
    });
    if (!name) return Missing(id);
    claimed_.insert(Lower(*name));
    tables_[id] = live_.FindTable(*name);
    Found(id, tables_[id]->name, {}, Named(*name), [](const Shape&) { return true; });
  }

  void MatchColumn(ObjectId id) {
    const sqlite::LiveTable* table = tables_[At(id).table];
    if (table == nullptr) return Missing(id);
    const auto claim = [&](const std::string& candidate) {
      return std::to_string(At(id).table) + "." + Lower(candidate);
    };
    const auto name = NewestName(id, [&](const std::string& candidate) {
      return table->FindColumn(candidate) != nullptr && !claimed_.contains(claim(candidate));
    });
    if (!name) return Missing(id);
    claimed_.insert(claim(*name));
    const sqlite::LiveColumn& column = *table->FindColumn(*name);
    Found(id, column.name, column.type + (column.not_null ? " NOT NULL" : " NULL"), Named(*name),
          [&](const Shape& shape) {
            const bool type =
                shape.type.empty() || Normalized(shape.type) == Normalized(column.type);
            const bool null = shape.primary_key || column.primary_key > 0 || column.IsGenerated() ||
                              shape.null == !column.not_null;
            return type && null && shape.primary_key == (column.primary_key > 0);
          });
  }

  static bool Anything(const Shape&) { return true; }

  void MatchUnique(ObjectId id) {
    const sqlite::LiveTable* table = tables_[At(id).table];
    const std::string& column = matches_[At(id).column].name;
    if (table == nullptr || column.empty()) return Missing(id);
    const bool unique = std::any_of(
        table->indexes.begin(), table->indexes.end(), [&](const sqlite::LiveIndex& index) {
          return index.unique && !index.partial && index.parts.size() == 1 &&
                 index.origin != sqlite::LiveIndexOrigin::kPrimaryKey &&
                 EqualsIgnoringCase(index.parts.front().column, column);
        });
    if (!unique) return Missing(id);
    Found(id, column, {}, Anything, Anything);
  }

  void MatchReference(ObjectId id) {
    const sqlite::LiveTable* table = tables_[At(id).table];
    const std::string& column = matches_[At(id).column].name;
    if (table == nullptr || column.empty()) return Missing(id);
    const auto key = std::find_if(table->foreign_keys.begin(), table->foreign_keys.end(),
                                  [&](const sqlite::LiveForeignKey& foreign_key) {
                                    return foreign_key.columns.size() == 1 &&
                                           EqualsIgnoringCase(foreign_key.columns.front(), column);
                                  });
    if (key == table->foreign_keys.end()) return Missing(id);
    Found(id, column, key->table, Anything, [&](const Shape& shape) {
      return EqualsIgnoringCase(shape.name, key->table) || WereOne(shape.name, key->table);
    });
  }

  /// True if a table had both names in turn.
  bool WereOne(std::string_view a, std::string_view b) const {
    for (ObjectId id = 0; id < matches_.size(); ++id) {
      if (At(id).kind == ObjectKind::kTable && HadName(id, a) && HadName(id, b)) return true;
    }
    return false;
  }

  bool HadName(ObjectId id, std::string_view name) const {
    const std::vector<Version>& versions = At(id).versions;
    return std::any_of(versions.begin(), versions.end(), [&](const Version& version) {
      return version.shape && EqualsIgnoringCase(version.shape->name, name);
    });
  }

  /// True if the live columns are those of the shape, under the names that they have now.
  bool SameColumns(const Shape& shape, const std::vector<std::string>& columns) const {
    if (shape.columns.size() != columns.size()) return false;
    for (std::size_t place = 0; place < columns.size(); ++place) {
      if (!EqualsIgnoringCase(matches_[shape.columns[place]].name, columns[place])) return false;
    }
    return true;
  }

  void MatchConstraint(ObjectId id) {
    const sqlite::LiveTable* table = tables_[At(id).table];
    if (table == nullptr) return Missing(id);
    const auto name = NewestName(id, [&](const std::string& candidate) {
      return table->FindConstraint(candidate) != nullptr;
    });
    if (!name) return Missing(id);
    const sqlite::LiveConstraint& constraint = *table->FindConstraint(*name);
    Found(id, constraint.name, "(" + Join(constraint.columns, ", ") + ")", Named(*name),
          [&](const Shape& shape) {
            if (shape.check) return constraint.kind == sqlite::ConstraintKind::kCheck;
            return constraint.kind == sqlite::ConstraintKind::kUnique &&
                   SameColumns(shape, constraint.columns);
          });
  }

  /// Indexes with a name of their own first: those known by their columns take what is left.
  void MatchIndexes() {
    ForEach(ObjectKind::kIndex, &Matcher::MatchIndexByName);
    ForEach(ObjectKind::kIndex, &Matcher::MatchIndexByColumns);
  }

  void FoundIndex(ObjectId id, const sqlite::LiveIndex& index, const Accept& same_name) {
    claimed_.insert(IndexClaim(index.name));
    Found(id, index.name, "(" + Join(index.Columns(), ", ") + ")", same_name,
          [&](const Shape& shape) {
            return shape.unique == index.unique && shape.partial == index.partial &&
                   (shape.columns.empty() || SameColumns(shape, index.Columns()));
          });
  }

  static std::string IndexClaim(std::string_view name) { return "index " + Lower(name); }

  void MatchIndexByName(ObjectId id) {
    const sqlite::LiveTable* table = tables_[At(id).table];
    if (table == nullptr) return;
    const std::vector<Version>& versions = At(id).versions;
    for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
      if (!version->shape || !version->shape->named) continue;
      const sqlite::LiveIndex* index = table->FindIndex(version->shape->name);
      if (index == nullptr) continue;
      const Accept same_name = Named(version->shape->name);
      return FoundIndex(
          id, *index, [same_name](const Shape& shape) { return shape.named && same_name(shape); });
    }
  }

  void MatchIndexByColumns(ObjectId id) {
    if (matches_[id].exists) return;
    const sqlite::LiveTable* table = tables_[At(id).table];
    for (const Version& version : At(id).versions) {
      if (table == nullptr || !version.shape || version.shape->named) continue;
      const sqlite::LiveIndex* index = IndexOn(*table, *version.shape);
      if (index == nullptr) continue;
      return FoundIndex(id, *index, [](const Shape& shape) { return !shape.named; });
    }
    Missing(id);
  }

  const sqlite::LiveIndex* IndexOn(const sqlite::LiveTable& table, const Shape& shape) const {
    for (const sqlite::LiveIndex& index : table.indexes) {
      if (index.origin == sqlite::LiveIndexOrigin::kPrimaryKey || index.partial ||
          index.unique != shape.unique || claimed_.contains(IndexClaim(index.name))) {
        continue;
      }
      if (SameColumns(shape, index.Columns())) return &index;
    }
    return nullptr;
  }

  const Timeline& timeline_;
  const sqlite::LiveSchema& live_;
  std::vector<LiveMatch> matches_;
  std::vector<const sqlite::LiveTable*> tables_;
  std::set<std::string> claimed_;
};

}  // namespace

std::vector<LiveMatch> LiveMatches(const Timeline& timeline, const sqlite::LiveSchema& live) {
  return Matcher(timeline, live).Run();
}

}  // namespace migext::migrate
