// The zoo of the golden data: small apps and what each version of Django made of them.
//
//   for (const std::string& app : ZooApps("4.2")) {
//     const Json expected = ReadZoo("4.2", app);
//     ProjectBuilder tree;
//     auto project = Project::Read(tree.root(), ZooProject(tree, "4.2", expected));
#ifndef MIGEXT_TESTS_SUPPORT_GOLDEN_ZOO_H_
#define MIGEXT_TESTS_SUPPORT_GOLDEN_ZOO_H_

#include <string>
#include <vector>

#include "django/project.h"
#include "support/json.h"
#include "support/project_builder.h"

namespace migext::test {

/// The apps meant for this version, in the order of the manifest.
std::vector<std::string> ZooApps(const std::string& django_version);

/// expected/VERSION/APP.json; that of 5.2 where the version has none of its own.
Json ReadZoo(const std::string& django_version, const std::string& app);

/// False where that of 5.2 stands for it.
bool HasZoo(const std::string& django_version, const std::string& app);

/// sql/VERSION/APP.json: for each of the steps a list of its migrations' "executed" and
/// "sqlmigrate"; the latter is true where its statements are those executed.
Json ReadZooSql(const std::string& django_version, const std::string& app);

/// rows/VERSION/APP.json: for each of the steps the rows of the tables that Django writes to after
/// the migrations, by the table's name.
Json ReadZooRows(const std::string& django_version, const std::string& app);

/// tables/VERSION/APP.json: for each of the steps the tables that are not what they were after the
/// one before ("tables", with rows and the types of their cells), those that are "gone", and the
/// seeds that are run after it.
Json ReadZooTables(const std::string& django_version, const std::string& app);

/// The SQL of a seed: "APP/seed/MIGRATION.sql".
std::string ReadZooSeed(const std::string& path);

/// Writes manage.py and settings into `tree`; the apps themselves stay where they are and are found
/// over the search path.
django::ProjectOptions ZooProject(ProjectBuilder& tree, const std::string& django_version,
                                  const Json& expected);

}  // namespace migext::test

#endif  // MIGEXT_TESTS_SUPPORT_GOLDEN_ZOO_H_
