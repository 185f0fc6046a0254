#include "rewrite/initial_operations.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "django/operations/fields.h"
#include "django/operations/indexes.h"
#include "django/operations/models.h"

namespace migext::rewrite {
namespace {

using django::ModelKey;
using django::ModelState;
using django::NamedField;
using django::OperationHead;

OperationHead Head(std::string_view class_name) {
  OperationHead head;
  head.class_name = class_name;
  return head;
}

/// DEFAULT_NAMES of django/db/models/options.py: in this order a model's Meta is read.
constexpr std::array<std::string_view, 23> kMetaNames = {"verbose_name",
                                                         "verbose_name_plural",
                                                         "db_table",
                                                         "db_table_comment",
                                                         "ordering",
                                                         "permissions",
                                                         "get_latest_by",
                                                         "order_with_respect_to",
                                                         "app_label",
                                                         "db_tablespace",
                                                         "abstract",
                                                         "managed",
                                                         "proxy",
                                                         "swappable",
                                                         "auto_created",
                                                         "apps",
                                                         "default_permissions",
                                                         "select_on_save",
                                                         "default_related_name",
                                                         "required_db_features",
                                                         "required_db_vendor",
                                                         "base_manager_name",
                                                         "default_manager_name"};

/// Options that later operations have set to None are as if they were not given.
void SortOptions(ModelState& model) {
  std::erase_if(model.options, [](const auto& option) {
    return option.second.IsNone() &&
           (option.first == "db_table" || option.first == "db_table_comment" ||
            option.first == "order_with_respect_to");
  });
  model.option_order.clear();
  for (const auto& [name, value] : model.options) model.option_order.push_back(name);
  std::ranges::stable_sort(model.option_order, {}, [](const std::string& name) {
    return std::distance(kMetaNames.begin(), std::ranges::find(kMetaNames, name));
  });
}

// ---- The order of fields

/// As ModelState.from_model() lists them: what Django adds by itself, the others as models.py
/// defines them, many-to-many fields behind.
void SortFields(ModelState& model, const django::ModelFiles* order) {
  const django::WrittenModel* written = order ? order->Find(model.key()) : nullptr;
  const auto place = [&](const NamedField& named) {
    const std::ptrdiff_t group = named.field->IsManyToMany() ? 2
                                 : named.field->auto_created ? 0
                                                             : 1;
    std::ptrdiff_t among = 0;
    if (written) {
      const auto found = std::ranges::find(written->attributes, named.name);
      among = std::distance(written->attributes.begin(), found);
      // Without one in models.py Django puts a key of its own in front.
      if (found == written->attributes.end() && named.field->primary_key) among = -1;
    }
    return std::pair(group, among);
  };
  std::ranges::stable_sort(model.fields, {}, place);
}

// ---- What models need

/// "app.Model" of a base, or nothing for a class.
std::optional<ModelKey> BaseModel(python::Value base) {
  if (!base.IsStr()) return std::nullopt;
  const std::string_view text = base.AsStr();
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  return ModelKey{std::string(text.substr(0, dot)), LowerUtf8(text.substr(dot + 1))};
}

std::vector<Need> NeedsOfBases(const ModelState& model) {
  std::vector<Need> needs;
  for (const python::Value base : model.bases) {
    if (const auto key = BaseModel(base)) needs.push_back({*key});
  }
  return needs;
}

/// _get_dependencies_for_foreign_key()
std::vector<Need> NeedsOfRelation(const django::Relation& relation) {
  std::vector<Need> needs = {{relation.to, {}, !relation.swappable_setting.empty()}};
  if (relation.through) needs.push_back({*relation.through});
  return needs;
}

/// A field that is added once the other model is there.
bool IsAddedLater(const django::Field& field) {
  if (!field.relation) return false;
  return field.relation->through || (!field.primary_key && !field.relation->parent_link);
}

// ---- The order of models

/// MigrationAutodetector.swappable_first_key()
ModelKey SwappableFirst(const ModelState& model, const std::string& auth_user_model) {
  const ModelKey key = model.key();
  bool first =
      model.Option("swappable").has_value() || key.ToString() == LowerUtf8(auth_user_model);
  for (const python::Value base : model.bases) {
    const std::string name = python::DottedName(base);
    first = first || name.ends_with("AbstractUser") || name.ends_with("AbstractBaseUser");
  }
  return first ? ModelKey{"___" + key.app, "___" + key.model} : key;
}

using Models = std::vector<const ModelState*>;

Models Where(const InitialMigrationsInput& input, bool (*wanted)(const ModelState&)) {
  Models models;
  for (const auto& model : input.state.models()) {
    if (std::ranges::find(input.apps, model->app) != input.apps.end() && wanted(*model)) {
      models.push_back(model.get());
    }
  }
  return models;
}

// ---- The operations

class Planner {
 public:
  explicit Planner(const InitialMigrationsInput& input) : input_(input) {}

  std::map<std::string, std::vector<PlannedOperation>> Plan() {
    // Django lists each kind backwards and puts every new model before those that it has.
    const auto backwards = [&](Models models) {
      std::ranges::sort(models, std::greater{}, [&](const ModelState* model) {
        return SwappableFirst(*model, input_.fields.auth_user_model);
      });
      for (const ModelState* model : models) Create(*model);
    };
    backwards(Where(input_, [](const ModelState& m) { return m.IsManaged() && !m.IsProxy(); }));
    backwards(Where(input_, [](const ModelState& m) { return !m.IsManaged(); }));
    Models proxies =
        Where(input_, [](const ModelState& m) { return m.IsManaged() && m.IsProxy(); });
    std::ranges::sort(proxies, {}, &ModelState::key);
    for (const ModelState* proxy : proxies) CreateProxy(*proxy);
    return std::move(planned_);
  }

 private:
  void Append(const ModelState& model, django::OperationPtr operation, std::vector<Need> needs) {
    planned_[model.app].push_back({std::move(operation), std::move(needs)});
  }

  static django::OperationPtr CreationOf(ModelState model) {
    model.app.clear();
    return std::make_shared<django::CreateModel>(Head("CreateModel"), std::move(model));
  }

  /// The model without what may point at others, and as options without what names its fields.
  ModelState Bare(const ModelState& model) const {
    ModelState bare = model;
    SortFields(bare, input_.order);
    std::erase_if(bare.fields, [](const NamedField& named) { return IsAddedLater(*named.field); });
    bare.indexes.clear();
    bare.constraints.clear();
    bare.unique_together.reset();
    bare.index_together.reset();
    bare.DropOption("order_with_respect_to");
    SortOptions(bare);
    return bare;
  }

  void Create(const ModelState& model) {
    std::vector<Need> needs = NeedsOfBases(model);
    for (const NamedField& named : model.fields) {
      const auto& relation = named.field->relation;
      if (relation && named.field->primary_key) needs.push_back({relation->to});
    }
    std::vector<PlannedOperation>& operations = planned_[model.app];
    operations.insert(operations.begin(), {CreationOf(Bare(model)), std::move(needs)});
    if (!model.IsManaged()) return;
    const std::vector<std::string> related = AddRelations(model);
    AddOptions(model, related);
  }

  /// Gives back the names of the fields that it adds.
  std::vector<std::string> AddRelations(const ModelState& model) {
    std::map<std::string, django::FieldPtr> related;
    for (const NamedField& named : model.fields) {
      if (IsAddedLater(*named.field)) related.emplace(named.name, named.field);
    }
    std::vector<std::string> names;
    for (const auto& [name, field] : related) {
      std::vector<Need> needs = NeedsOfRelation(*field->relation);
      needs.push_back({model.key()});
      Append(model,
             std::make_shared<django::AddField>(Head("AddField"), model.key().model, name, field,
                                                true),
             std::move(needs));
      names.push_back(name);
    }
    return names;
  }

  void AddOptions(const ModelState& model, const std::vector<std::string>& related) {
    const std::string name = model.key().model;
    if (const auto order = model.Option("order_with_respect_to"); order && order->IsStr()) {
      Append(model,
             std::make_shared<django::AlterOrderWithRespectTo>(Head("AlterOrderWithRespectTo"),
                                                               name, *order),
             {{model.key(), std::string(order->AsStr())}, {model.key()}});
    }
    std::vector<Need> needs;
    for (const std::string& field : related) needs.push_back({model.key(), field});
    needs.push_back({model.key()});
    for (const django::NamedIndex& index : model.indexes) {
      Append(model, std::make_shared<django::AddIndex>(Head("AddIndex"), name, index), needs);
    }
    for (const django::NamedIndex& constraint : model.constraints) {
      Append(model,
             std::make_shared<django::AddConstraint>(Head("AddConstraint"), name, constraint),
             needs);
    }
    AddTogether(model, true, model.unique_together, needs);
    AddTogether(model, false, model.index_together, needs);
  }

  void AddTogether(const ModelState& model, bool unique,
                   const std::optional<django::Together>& together,
                   const std::vector<Need>& needs) {
    if (!together || together->groups.empty()) return;
    Append(model,
           std::make_shared<django::AlterTogether>(
               Head(unique ? "AlterUniqueTogether" : "AlterIndexTogether"), model.key().model,
               unique, django::Together{together->groups}),
           needs);
  }

  void CreateProxy(const ModelState& model) {
    ModelState proxy = model;
    proxy.fields.clear();
    SortOptions(proxy);
    // Lists that are not taken out of a proxy's options, as they are of others'.
    for (const std::string_view list : {"indexes", "constraints"}) {
      std::erase(proxy.option_order, list);
      proxy.option_order.emplace_back(list);
    }
    Append(model, CreationOf(std::move(proxy)), NeedsOfBases(model));
  }

  const InitialMigrationsInput& input_;
  std::map<std::string, std::vector<PlannedOperation>> planned_;
};

}  // namespace

bool Meets(const django::Operation& operation, const Need& need) {
  if (const auto* create = dynamic_cast<const django::CreateModel*>(&operation)) {
    if (LowerUtf8(create->model.name) != need.model.model) return false;
    return need.field.empty() || create->model.FindField(need.field) != nullptr;
  }
  const auto* add = dynamic_cast<const django::AddField*>(&operation);
  return add != nullptr && !need.field.empty() && LowerUtf8(add->model_name) == need.model.model &&
         LowerUtf8(add->name) == LowerUtf8(need.field);
}

std::map<std::string, std::vector<PlannedOperation>> InitialOperations(
    const InitialMigrationsInput& input) {
  return Planner(input).Plan();
}

}  // namespace migext::rewrite
