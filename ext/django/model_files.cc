#include "django/model_files.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/text.h"
#include "django/model_classes.h"
#include "django/natural_key_reader.h"

namespace migext::django {
namespace {

/// Deeper inheritance than this is a circle.
constexpr int kMaxBases = 64;

/// Bases of django.contrib that bring a natural key.
constexpr std::array<std::string_view, 3> kUserBases = {
    "django.contrib.auth.models.AbstractUser",
    "django.contrib.auth.models.AbstractBaseUser",
    "django.contrib.auth.base_user.AbstractBaseUser",
};

/// The folder on sys.path that holds a package: "/srv/site" for shop.orders in
/// /srv/site/shop/orders.  "" where the folder is named otherwise than the package.
std::string PathEntryOf(const App& app) {
  std::string folder = app.directory;
  const std::vector<std::string> parts = Split(app.package, '.');
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (BaseName(folder) != *part) return {};
    folder = ParentPath(folder);
  }
  return folder;
}

/// Reads off one class and its bases what the models need.
class ClassReader {
 public:
  explicit ClassReader(const ModelClasses& classes) : classes_(classes) {}

  WrittenModel Read(const ModelClass& model) {
    WrittenModel written;
    Visit(model, 0, written);
    std::sort(attributes_.begin(), attributes_.end(),
              [](const auto& a, const auto& b) { return a.second < b.second; });
    for (const auto& [name, moment] : attributes_) written.attributes.emplace_back(name);
    if (method_ != nullptr) {
      written.natural_key =
          ReadNaturalKey(*method_->natural_key, *method_->source, UsernameField());
      written.natural_key->dependencies = method_->natural_key_dependencies;
    } else if (is_user_) {
      written.natural_key = WrittenNaturalKey{{{{std::string(UsernameField())}}}, {}, {}};
    }
    return written;
  }

 private:
  // What a class says comes before what its bases say.
  void Visit(const ModelClass& model, int depth, WrittenModel& written) {
    if (depth > kMaxBases || !visited_.insert(&model).second) return;
    for (const auto& attribute : model.attributes) {
      if (!named_.insert(attribute.first).second) continue;
      attributes_.push_back(attribute);
      if (model.symmetrical.contains(attribute.first)) {
        written.symmetrical.emplace(attribute.first);
      }
    }
    if (username_field_.empty()) username_field_ = model.username_field;
    if (method_ == nullptr && !is_user_ && model.natural_key != nullptr) method_ = &model;
    for (const std::string& base : model.bases) {
      if (const ModelClass* found = classes_.Find(base)) {
        Visit(*found, depth + 1, written);
      } else if (method_ == nullptr && std::ranges::find(kUserBases, base) != kUserBases.end()) {
        is_user_ = true;
      }
    }
  }

  std::string_view UsernameField() const {
    return username_field_.empty() ? std::string_view("username") : username_field_;
  }

  const ModelClasses& classes_;
  std::set<const ModelClass*> visited_;
  std::set<std::string_view> named_;
  std::vector<std::pair<std::string_view, std::size_t>> attributes_;
  const ModelClass* method_ = nullptr;  // the class whose natural_key() it is
  std::string_view username_field_;
  bool is_user_ = false;
};

/// The app that holds a module (apps.get_containing_app_config): the one with the longest package.
std::string AppOf(const std::vector<App>& apps, const std::string& module) {
  const App* best = nullptr;
  for (const App& app : apps) {
    const bool holds = module == app.package || module.starts_with(app.package + ".");
    if (holds && (best == nullptr || app.package.size() > best->package.size())) best = &app;
  }
  return best == nullptr ? std::string() : best->label;
}

}  // namespace

const WrittenModel* ModelFiles::Find(const ModelKey& key) const {
  const auto found = models.find(key);
  return found == models.end() ? nullptr : &found->second;
}

ModelFiles ReadModelFiles(const std::vector<App>& apps) {
  FolderModules modules;
  for (const App& app : apps) {
    const std::string folder = app.directory.empty() ? std::string() : PathEntryOf(app);
    if (!folder.empty()) modules.AddFolder(folder, FolderModules::Role::kProject);
  }
  if (!modules.folders().empty()) modules.SetRoot(modules.folders().front().first);
  ModelClasses classes(modules);
  for (const App& app : apps) {
    if (!app.directory.empty()) classes.Walk(app.package + ".models");
  }

  ModelFiles files;
  files.troubles = classes.troubles();
  std::size_t position = 0;
  for (const ModelClass& model : classes.all()) {
    const std::string app = model.app_label.empty() ? AppOf(apps, model.module) : model.app_label;
    if (app.empty()) continue;
    WrittenModel written = ClassReader(classes).Read(model);
    written.position = position++;
    files.models.insert_or_assign(ModelKey{app, Lower(model.name)}, std::move(written));
  }
  return files;
}

const WrittenModel* ContribModel(const ModelKey& key) {
  static const WrittenModel kLogEntry = {{"action_time", "user", "content_type", "object_id",
                                          "object_repr", "action_flag", "change_message"},
                                         {},
                                         {},
                                         0};
  return key == ModelKey{"admin", "logentry"} ? &kLogEntry : nullptr;
}

const WrittenNaturalKey* ContribNaturalKey(const ModelKey& key) {
  static const std::map<ModelKey, WrittenNaturalKey> kKeys = {
      {{"auth", "group"}, {{{{"name"}}}, {}, {}}},
      {{"auth", "permission"},
       {{{{"codename"}}, {{"content_type"}, true}}, {"contenttypes.contenttype"}, {}}},
      {{"auth", "user"}, {{{{"username"}}}, {}, {}}},
      {{"contenttypes", "contenttype"}, {{{{"app_label"}}, {{"model"}}}, {}, {}}},
      {{"sites", "site"}, {{{{"domain"}}}, {}, {}}},
  };
  const auto found = kKeys.find(key);
  return found == kKeys.end() ? nullptr : &found->second;
}

}  // namespace migext::django
