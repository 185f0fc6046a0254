#include "migrate/promised_schema.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/text.h"

namespace migext::migrate {

using django::MigrationKey;
using django::ProjectState;
using schema::EditedModel;
using schema::Unrenderable;

std::string PlainName(std::string_view name) {
  const bool is_quoted = name.size() >= 2 && name.starts_with('"') && name.ends_with('"');
  return std::string(is_quoted ? name.substr(1, name.size() - 2) : name);
}

std::vector<std::string> PromisedTable::IndexSql() const {
  std::vector<std::string> texts;
  for (const schema::IndexStatement& index : indexes) texts.push_back(index.Sql());
  return texts;
}

std::optional<TableShape> PromisedTable::Shape() const { return ShapeOf(Sql(), IndexSql()); }

PromisedSchema::PromisedSchema(const ProjectState& state, const schema::SchemaContext& context) {
  for (const auto& model : state.models()) {
    if (HasNoTable(*model, context)) {
      if (!model->IsProxy()) unmanaged_.insert(Lower(PlainName(model->DbTable())));
      continue;
    }
    EditedModel edited = ModelOf(state, model->key(), schema::Side::kAfter, context);
    std::vector<schema::EditedField> many_to_many = edited.many_to_many;
    Add(std::move(edited), context);
    for (const schema::EditedField& field : many_to_many) {
      if (auto through = ThroughOf(field, context)) Add(*std::move(through), context);
    }
  }
}

void PromisedSchema::Add(EditedModel model, const schema::SchemaContext& context) {
  PromisedTable table;
  table.name = PlainName(model.table);
  try {
    table.text = TableTextOf(model, context);
    table.indexes = IndexStatementsOf(model, context);
  } catch (const Error& error) {
    table.trouble = error.message();
    table.text = TableTextOf(model, context, Unrenderable::kLeftOut);
    table.indexes = IndexStatementsOf(model, context, Unrenderable::kLeftOut);
  }
  for (const auto& part : table.text.columns) {
    if (!part.column.type.empty()) continue;
    table.trouble = "the type of field \"" + part.column.field +
                    "\" is not known; SELECT migext_setting('field_types', …) names it";
  }
  table.model = std::move(model);
  places_.try_emplace(Lower(table.name), tables_.size());
  tables_.push_back(std::move(table));
}

const PromisedTable* PromisedSchema::Find(std::string_view table) const {
  const auto found = places_.find(Lower(table));
  return found == places_.end() ? nullptr : &tables_[found->second];
}

bool PromisedSchema::IsUnmanaged(std::string_view table) const {
  return unmanaged_.contains(Lower(table));
}

std::vector<MigrationKey> WholePlan(const django::Graph& graph) {
  // In a cycle there is no leaf node.
  std::vector<MigrationKey> targets = graph.LeafNodes();
  for (MigrationKey& node : graph.Nodes()) targets.push_back(std::move(node));
  return graph.ForwardsPlan(targets);
}

std::vector<MigrationKey> AppliedPlan(const django::Graph& graph) {
  std::vector<MigrationKey> plan = WholePlan(graph);
  std::erase_if(plan, [&](const MigrationKey& key) {
    return !graph.applied().contains(key) || graph.Find(key) == nullptr;
  });
  return plan;
}

ProjectState StateOf(const django::Graph& graph, const std::vector<MigrationKey>& migrations) {
  ProjectState state;
  for (const MigrationKey& key : migrations) {
    const django::Migration* migration = graph.Find(key);
    if (migration == nullptr) continue;
    for (const django::OperationPtr& operation : migration->operations) {
      ProjectState next = state;
      try {
        operation->StateForwards(key.app, next);
        state = std::move(next);
      } catch (const Error&) {
        // It needs what a migration makes that is not among them.
      }
    }
  }
  return state;
}

}  // namespace migext::migrate
