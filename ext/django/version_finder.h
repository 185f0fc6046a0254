// Which Django a project runs on, told from what lies in its folder.
//
//   RequiredDjango("Django==5.2.10")    // {5, 2, "5.2.10"}
//
// A requirement says what is the least it may be, and a migration's header which Django wrote it;
// the newest of all these is the answer.
#ifndef MIGEXT_DJANGO_VERSION_FINDER_H_
#define MIGEXT_DJANGO_VERSION_FINDER_H_

#include <optional>
#include <string>
#include <string_view>

#include "django/module_finder.h"

namespace migext::django {

struct Version {
  int major = 0;
  int minor = 0;
  std::string text;  ///< As written: "5.2.10".

  bool IsNewerThan(const Version& other) const {
    return major != other.major ? major > other.major : minor > other.minor;
  }
};

/// The version at the start of a text, "v" and spaces before it allowed; nothing when there is
/// none.
std::optional<Version> ParseVersion(std::string_view text);

/// What a text of requirements says about Django: a line of requirements.txt, pyproject.toml,
/// Pipfile or setup.cfg, or a [[package]] of a lock file.  An exclusion (!=) and an upper bound say
/// nothing.
std::optional<Version> RequiredDjango(std::string_view text);

/// True if a text of requirements may well mean the distribution that brings a module:
/// "django-taggit" for taggit.  Lenient, since the names need not be alike.
bool MentionsDistribution(std::string_view text, std::string_view module_name);

struct FoundVersion {
  Version version;
  std::string origin;  ///< The file, relative to the root: "requirements/base.txt".
};

/// The newest that the requirement files below `root` ask for.
std::optional<FoundVersion> FindRequiredVersion(FolderModules& modules, const std::string& root);

/// The paths of the files that list what a project needs.
std::vector<std::string> RequirementFiles(FolderModules& modules, const std::string& root);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_VERSION_FINDER_H_
