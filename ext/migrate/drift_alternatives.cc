#include "migrate/drift_alternatives.h"

#include <set>
#include <string>
#include <utility>

#include "django/dialect.h"
#include "migrate/replay.h"

namespace migext::migrate {
namespace {

void Intersect(const std::vector<Difference>& others, std::vector<Difference>& left) {
  std::set<std::pair<DifferenceKind, std::string>> known;
  for (const Difference& other : others) known.emplace(other.kind, other.id);
  std::erase_if(left, [&](const Difference& difference) {
    return !known.contains({difference.kind, difference.id});
  });
}

void FilterBy(const sqlite::LiveSchema& made, const PromisedTable& promised, const TableShape& live,
              std::vector<Difference>& differences) {
  const sqlite::LiveTable* table = made.FindTable(promised.name);
  const auto shape = table == nullptr ? std::nullopt : LiveShape(*table);
  if (shape) Intersect(Differences(*shape, live), differences);
}

}  // namespace

std::optional<TableShape> LiveShape(const sqlite::LiveTable& table) {
  std::vector<std::string> indexes;
  for (const sqlite::LiveIndex& index : table.indexes) {
    if (!index.sql.empty()) indexes.push_back(index.sql);
  }
  return ShapeOf(table.sql, indexes);
}

void DriftAlternatives::Filter(const PromisedTable& promised, const TableShape& live,
                               std::vector<Difference>& differences) {
  for (std::size_t other = 0; other < kVersions.size() && !differences.empty(); ++other) {
    const PromisedTable* table = InWordsOf(other).Find(promised.name);
    const auto shape = table == nullptr ? std::nullopt : table->Shape();
    if (shape) Intersect(Differences(*shape, live), differences);
  }
  if (!differences.empty()) FilterBy(Made(), promised, live, differences);
  if (!differences.empty() && Left()) FilterBy(*Left(), promised, live, differences);
}

const sqlite::LiveSchema& DriftAlternatives::Made() {
  if (!made_) made_ = Replay(graph_, context_);
  return *made_;
}

const std::optional<sqlite::LiveSchema>& DriftAlternatives::Left() {
  if (!left_) left_ = ReplayThereAndBack(graph_, context_);
  return *left_;
}

const PromisedSchema& DriftAlternatives::InWordsOf(std::size_t version) {
  std::unique_ptr<PromisedSchema>& schema = others_[version];
  if (!schema) {
    const django::Dialect dialect = django::DialectFor(kVersions[version]);
    schema::SchemaContext context = context_;
    context.dialect = &dialect;
    schema = std::make_unique<PromisedSchema>(state_, context);
  }
  return *schema;
}

}  // namespace migext::migrate
