// The blog project of the golden data: its trees, its databases and its transcripts.
//
//   ProjectBuilder tree;
//   LayOutBlog(tree, "two_leaves", "5.2");
//   const std::string copy = CopyBlogDatabase("at_0003", tree.Path("db.sqlite3"));
#ifndef MIGEXT_TESTS_SUPPORT_GOLDEN_BLOG_H_
#define MIGEXT_TESTS_SUPPORT_GOLDEN_BLOG_H_

#include <string>
#include <string_view>
#include <vector>

#include "support/json.h"
#include "support/project_builder.h"

namespace migext::test {

/// Writes the tree of the variant (of the project, for any other name, as of a database's state),
/// spelled as this version of Django wants it.
void LayOutBlog(ProjectBuilder& tree, const std::string& variant, std::string_view django_version);

/// Copies a database of golden/blog/db with its journals to `target`.
void CopyBlogDatabase(const std::string& state, const std::string& target);

/// expected/VERSION/project/NAME.json, "permissions" or what begins so; that of 5.2 where the
/// version has none of its own.
Json ReadBlogPermissions(std::string_view django_version, const std::string& name);

/// expected/VERSION/VARIANT/schema/steps.json: how each step of the way up and down changes
/// sqlite_master; that of 5.2 where the version has none of its own.
Json ReadBlogSteps(std::string_view django_version, const std::string& variant);

/// States and variants that have a transcript for this version, sorted.
std::vector<std::string> BlogTranscripts(std::string_view django_version);
std::string BlogTranscriptPath(std::string_view django_version, std::string_view name);
/// expected/VERSION/FILE
std::string BlogExpectedPath(std::string_view django_version, std::string_view file);

}  // namespace migext::test

#endif  // MIGEXT_TESTS_SUPPORT_GOLDEN_BLOG_H_
