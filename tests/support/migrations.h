// Migrations made in memory, for tests of the graph and what stands on it.
//
//   Migrations given;
//   given.Add("shop.0001_initial").Add("shop.0002_price", {"shop.0001_initial"});
//   EXPECT_EQ(Names(given.graph().LeafNodes("shop")), "shop.0002_price");
#ifndef MIGEXT_TESTS_SUPPORT_MIGRATIONS_H_
#define MIGEXT_TESTS_SUPPORT_MIGRATIONS_H_

#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "django/graph.h"

namespace migext::test {

/// "shop.0001_initial" -> {"shop", "0001_initial"}
inline django::MigrationKey Key(std::string_view text) {
  const std::size_t dot = text.find('.');
  return {std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

inline std::vector<django::MigrationKey> Keys(const std::vector<std::string>& texts) {
  std::vector<django::MigrationKey> keys;
  for (const std::string& text : texts) keys.push_back(Key(text));
  return keys;
}

inline django::AppliedSet Set(const std::vector<std::string>& texts) {
  const std::vector<django::MigrationKey> keys = Keys(texts);
  return {keys.begin(), keys.end()};
}

/// "shop.0001_initial shop.0002_price"
inline std::string Names(std::span<const django::MigrationKey> keys) {
  std::vector<std::string> names;
  for (const django::MigrationKey& key : keys) names.push_back(key.ToString());
  return Join(names, " ");
}

class Migrations {
 public:
  /// Adds a migration, and its app when it is new.
  Migrations& Add(std::string_view key, const std::vector<std::string>& dependencies = {}) {
    auto migration = std::make_shared<django::Migration>();
    migration->key = Key(key);
    for (const std::string& parent : dependencies) {
      migration->dependencies.push_back({Key(parent), false});
    }
    App(migration->key.app).has_migrations = true;
    last_ = migration;
    migrations_[migration->key] = std::move(migration);
    return *this;
  }
  // Of the migration added last.
  Migrations& Replaces(const std::vector<std::string>& keys) {
    last_->replaces = Keys(keys);
    return *this;
  }
  Migrations& RunBefore(const std::vector<std::string>& keys) {
    last_->run_before = Keys(keys);
    return *this;
  }
  Migrations& Swappable(std::string_view key) {
    last_->dependencies.push_back({Key(key), true});
    return *this;
  }
  Migrations& Operations(std::vector<django::OperationPtr> operations) {
    last_->operations = std::move(operations);
    return *this;
  }

  Migrations& Unreadable(std::string_view key, std::string error) {
    App(Key(key).app).has_migrations = true;
    unreadable_[Key(key)] = {Key(key), std::string(key) + ".py", {}, std::move(error)};
    return *this;
  }
  /// An app as it is installed, to be changed by the caller; made when it is new.
  django::App& App(std::string_view label) {
    for (django::App& app : apps_) {
      if (app.label == label) return app;
    }
    django::App& app = apps_.emplace_back();
    app.label = app.package = label;
    return app;
  }
  django::Dialect& Dialect() { return dialect_; }

  django::MigrationSource source() const {
    return {apps_, &migrations_, &unreadable_, dialect_, apps_knowledge_};
  }
  /// The graph as it is with these applied.
  django::Graph graph(const std::vector<std::string>& applied = {}) const {
    const django::AppliedSet set = Set(applied);
    return django::Graph::Build(source(), &set);
  }

 private:
  std::vector<django::App> apps_;
  std::map<django::MigrationKey, std::shared_ptr<const django::Migration>> migrations_;
  std::map<django::MigrationKey, django::UnreadableMigration> unreadable_;
  std::shared_ptr<django::Migration> last_;
  django::Dialect dialect_;
  django::AppsKnowledge apps_knowledge_;
};

}  // namespace migext::test

#endif  // MIGEXT_TESTS_SUPPORT_MIGRATIONS_H_
