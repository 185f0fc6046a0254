#include "migrate/effects_evidence.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace migext::migrate {
namespace {

constexpr std::size_t kMostSentences = 6;

std::string_view KindName(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kTable:
      return "table";
    case ObjectKind::kIndex:
      return "index";
    case ObjectKind::kConstraint:
      return "constraint";
    default:
      return "column";
  }
}

std::string Expected(const Shape& shape) {
  return shape.type + (shape.null && !shape.primary_key ? " NULL" : " NOT NULL");
}

class Teller {
 public:
  Teller(const Effects& effects, const Fact& fact)
      : effects_(effects),
        fact_(fact),
        object_(effects.timeline().objects()[fact.object]),
        match_(effects.matches()[fact.object]) {}

  std::string Name() const {
    const Shape* shape = ShapeOrBefore();
    switch (object_.kind) {
      case ObjectKind::kTable:
      case ObjectKind::kIndex:
      case ObjectKind::kConstraint:
        return match_.name.empty() ? (shape == nullptr ? "" : shape->name) : match_.name;
      case ObjectKind::kColumn:
        return TableName() + "." + ColumnName(fact_.object, shape);
      default:
        return TableName() + "." + ColumnName(object_.column, nullptr);
    }
  }

  std::string Present() const {
    const std::string what = std::string(KindName(object_.kind)) + " " + Name();
    if (!NewShape()) return what + " is gone";
    switch (object_.kind) {
      case ObjectKind::kColumn:
        return what + " " + match_.found + " exists" + RenamedFrom();
      case ObjectKind::kUnique:
        return what + " is unique";
      case ObjectKind::kReference:
        return what + " references " + match_.found;
      case ObjectKind::kIndex:
        return what + " " + match_.found + " exists" + RenamedFrom();
      default:
        return what + " exists" + RenamedFrom();
    }
  }

  std::string Absent() const {
    if (object_.kind != ObjectKind::kTable && !TableExists()) {
      return "table " + TableNameThen() + " missing";
    }
    const std::string what = std::string(KindName(object_.kind)) + " ";
    const Shape* shape = NewShape();
    if (shape == nullptr) {
      return what + Name() + (match_.exists ? " is still there" : " has not been made yet");
    }
    if (!match_.exists) return Missing(*shape);
    if (!EqualsIgnoringCase(match_.name, shape->name) && object_.kind != ObjectKind::kReference) {
      return what + Name() + " is there, not renamed to " + shape->name;
    }
    return Different();
  }

  std::string Different() const {
    const Shape* shape = NewShape();
    const std::string what = std::string(KindName(object_.kind)) + " " + Name();
    if (shape == nullptr) return what + " is still there";
    switch (object_.kind) {
      case ObjectKind::kColumn:
        return what + " is " + match_.found + ", not " + Expected(*shape);
      case ObjectKind::kReference:
        return what + " references " + match_.found + ", not " + shape->name;
      default:
        return what + " " + match_.found + " is not as it should be";
    }
  }

  std::string Unknown(const JudgedFact& judged) const {
    const std::string what = std::string(KindName(object_.kind)) + " " + Name();
    if (judged.overwritten_by >= 0) {
      return what + " was changed again by " + effects_.MigrationOf(judged.overwritten_by);
    }
    switch (judged.doubt) {
      case Doubt::kDeferred:
        return what + " is made after a rename of what it is on, by SQL with the old name";
      case Doubt::kQuoted:
        return what + ": Django does not double the quotes in its name";
      case Doubt::kCycle:
        return what + " is changed by migrations that need each other, in no known order";
      case Doubt::kGhost:
        return what + " may have been changed by a recorded migration without a file";
      default:
        return what + ": what is there fits both, done and not done";
    }
  }

 private:
  const Shape* NewShape() const {
    const auto& shape = object_.versions[fact_.version].shape;
    return shape ? &*shape : nullptr;
  }

  /// For what goes: as it was.
  const Shape* ShapeOrBefore() const {
    for (std::size_t version = fact_.version + 1; version-- > 0;) {
      if (object_.versions[version].shape) return &*object_.versions[version].shape;
    }
    return nullptr;
  }

  bool TableExists() const { return effects_.matches()[object_.table].exists; }

  std::string TableName() const {
    const LiveMatch& table = effects_.matches()[object_.table];
    return table.exists ? table.name
                        : effects_.timeline().objects()[object_.table].LastShape().name;
  }

  /// As it should be called after the operation.
  std::string TableNameThen() const {
    const int step = object_.versions[fact_.version].step;
    const TimelineObject& table = effects_.timeline().objects()[object_.table];
    std::string name = table.LastShape().name;
    for (const Version& version : table.versions) {
      if (version.shape && version.step <= step) name = version.shape->name;
    }
    return name;
  }

  std::string ColumnName(ObjectId column, const Shape* shape) const {
    const LiveMatch& match = effects_.matches()[column];
    if (!match.name.empty()) return match.name;
    return shape != nullptr ? shape->name : effects_.timeline().objects()[column].LastShape().name;
  }

  std::string Missing(const Shape& shape) const {
    switch (object_.kind) {
      case ObjectKind::kUnique:
        return "column " + Name() + " is not unique";
      case ObjectKind::kReference:
        return "column " + Name() + " does not reference " + shape.name;
      default:
        return std::string(KindName(object_.kind)) + " " + Name() + " missing";
    }
  }

  std::string RenamedFrom() const {
    const Shape& shape = *NewShape();
    if (!shape.named || EqualsIgnoringCase(shape.name, match_.name)) return {};
    return ", renamed from " + shape.name;
  }

  const Effects& effects_;
  const Fact& fact_;
  const TimelineObject& object_;
  const LiveMatch& match_;
};

std::string Counted(std::size_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

/// "table blog_tag exists with 3 columns and 1 index"
std::string WholeTable(const Effects& effects, const std::vector<const JudgedFact*>& present) {
  std::size_t columns = 0;
  std::size_t indexes = 0;
  for (const JudgedFact* fact : present) {
    const ObjectKind kind = effects.timeline().objects()[fact->fact.object].kind;
    columns += kind == ObjectKind::kColumn ? 1 : 0;
    indexes += kind == ObjectKind::kIndex ? 1 : 0;
  }
  std::string text = Sentence(effects, *present.front());
  if (columns > 0) text += " with " + Counted(columns, "column", "columns");
  if (indexes > 0) text += " and " + Counted(indexes, "index", "indexes");
  return text;
}

std::string Listed(std::vector<std::string> sentences) {
  const auto last = std::unique(sentences.begin(), sentences.end());
  sentences.erase(last, sentences.end());
  const std::size_t all = sentences.size();
  if (all > kMostSentences) {
    sentences.resize(kMostSentences);
    sentences.push_back("and " + std::to_string(all - kMostSentences) + " more");
  }
  return Join(sentences, "; ");
}

}  // namespace

std::string ObjectName(const Effects& effects, const Fact& fact) {
  return Teller(effects, fact).Name();
}

std::string Sentence(const Effects& effects, const JudgedFact& fact) {
  const Teller teller(effects, fact.fact);
  switch (fact.effect) {
    case Effect::kPresent:
      return teller.Present();
    case Effect::kAbsent:
      return teller.Absent();
    case Effect::kDifferent:
      return teller.Different();
    default:
      return teller.Unknown(fact);
  }
}

std::string Summary(const Effects& effects, const OperationEffect& operation) {
  std::vector<const JudgedFact*> present;
  std::vector<std::string> wrong;
  std::vector<std::string> open;
  for (const JudgedFact& fact : operation.facts) {
    if (fact.effect == Effect::kPresent) {
      present.push_back(&fact);
    } else if (fact.effect == Effect::kUnknown) {
      open.push_back(Sentence(effects, fact));
    } else {
      wrong.push_back(Sentence(effects, fact));
    }
  }
  if (!wrong.empty()) {
    std::string text = Listed(std::move(wrong));
    if (!present.empty()) text += "; the rest is there";
    return text;
  }
  if (present.empty()) return Listed(std::move(open));
  const TimelineObject& first = effects.timeline().objects()[present.front()->fact.object];
  if (first.kind == ObjectKind::kTable && present.size() > 1) return WholeTable(effects, present);
  std::vector<std::string> sentences;
  for (const JudgedFact* fact : present) sentences.push_back(Sentence(effects, *fact));
  return Listed(std::move(sentences));
}

}  // namespace migext::migrate
