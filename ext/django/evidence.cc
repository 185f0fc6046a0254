#include "django/evidence.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "django/version_finder.h"

namespace migext::django {
namespace {

using python::Kind;
using python::Value;

constexpr int kDeepest = 16;
constexpr int kMostValues = 10'000;

constexpr std::string_view kStandardLibrary =
    " abc aifc annotationlib argparse array ast asynchat asyncio asyncore atexit audioop base64 "
    "bdb "
    "binascii binhex bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs "
    "codeop collections colorsys compileall compression concurrent configparser contextlib "
    "contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis "
    "distutils doctest dummy_threading email encodings ensurepip enum errno faulthandler fcntl "
    "filecmp fileinput fnmatch formatter fractions ftplib functools gc genericpath getopt getpass "
    "gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp "
    "importlib "
    "inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox "
    "mailcap marshal math mimetypes mmap modulefinder msilib multiprocessing netrc nis nntplib "
    "ntpath numbers opcode operator optparse os ossaudiodev parser pathlib pdb pickle pickletools "
    "pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd "
    "py_compile "
    "pyclbr pydoc pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched "
    "secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket "
    "socketserver spwd sqlite3 ssl stat statistics string stringprep struct subprocess sunau "
    "symbol "
    "symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios test textwrap this "
    "threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle "
    "types typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser "
    "wsgiref "
    "xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo "
    // What Django itself requires, in one version or another.
    "asgiref sqlparse pytz typing_extensions ";

/// "taggit" is named by "taggit" and by "taggit.apps.TaggitAppConfig".
bool NamesModule(std::string_view text, std::string_view module) {
  return text.starts_with(module) && (text.size() == module.size() || text[module.size()] == '.');
}

/// Looks at `values_left` values at most: a list may hold itself many times.
bool MentionsModule(Value value, std::string_view module, int& values_left, int depth = 0) {
  constexpr int kNested = 4;
  if (--values_left < 0) return false;
  if (value.IsStr()) return NamesModule(value.AsStr(), module);
  if (!value.IsSequence() || depth > kNested) return false;
  for (const Value item : value.Items()) {
    if (values_left < 0) return false;
    if (MentionsModule(item, module, values_left, depth + 1)) return true;
  }
  return false;
}

bool IsLeftOut(const FolderEntry& entry) {
  return entry.is_link || entry.name.starts_with('.') || entry.name == "migrations" ||
         entry.name == "node_modules" || entry.name == "site-packages" ||
         entry.name == "__pycache__";
}

std::string_view FirstName(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_first_of(" \t\r.,;#\\"));
}

}  // namespace

bool ComesWithPython(std::string_view module) {
  if (module.starts_with('_')) return true;
  const std::string word = " " + std::string(module) + " ";
  return kStandardLibrary.find(word) != std::string_view::npos;
}

void AddImportedNames(std::string_view text, std::set<std::string, std::less<>>& names) {
  constexpr std::string_view kFrom = "from ";
  constexpr std::string_view kImport = "import ";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.starts_with(kFrom)) {
      names.emplace(FirstName(line.substr(kFrom.size())));
    } else if (line.starts_with(kImport)) {
      for (const std::string& part : Split(line.substr(kImport.size()), ',')) {
        names.emplace(FirstName(part));
      }
    }
  }
}

bool Evidence::SpeaksFor(std::string_view module, const Settings& settings) {
  if (ComesWithPython(module)) return true;
  for (const std::string& app : settings.installed_apps) {
    if (NamesModule(app, module)) return true;
  }
  for (const auto& [name, value] : settings.values) {
    int values_left = kMostValues;
    if (MentionsModule(value, module, values_left)) return true;
  }
  return IsRequired(module) || IsInEnvironment(module) || IsImportedElsewhere(module);
}

bool Evidence::IsRequired(std::string_view module) {
  if (!requirements_) {
    requirements_.emplace();
    for (const std::string& path : RequirementFiles(modules_, root_)) {
      try {
        *requirements_ += modules_.Read(path);
      } catch (const Error&) {
        continue;  // A list that cannot be read says nothing.
      }
    }
  }
  return MentionsDistribution(*requirements_, module);
}

/// A virtual environment inside the project.
bool Evidence::IsInEnvironment(std::string_view module) {
  for (const std::string_view name : {".venv", "venv", "env"}) {
    const std::string lib = JoinPath(JoinPath(root_, name), "lib");
    if (!IsFolder(lib)) continue;
    const std::vector<FolderEntry> versions = modules_.List(lib);
    for (const FolderEntry& python : versions) {
      const std::string packages = JoinPath(JoinPath(lib, python.name), "site-packages");
      if (modules_.FindEntry(packages, module) != nullptr) return true;
      if (modules_.FindEntry(packages, std::string(module) + ".py") != nullptr) return true;
    }
  }
  return false;
}

bool Evidence::IsImportedElsewhere(std::string_view module) {
  if (!imported_) {
    imported_.emplace();
    CollectImports(root_, 0);
  }
  return imported_->contains(module);
}

/// Reads past `modules_`: a file that only gives evidence need not be watched.
void Evidence::CollectImports(const std::string& folder, int depth) {
  if (depth > kDeepest) return;
  std::vector<FolderEntry> entries;
  try {
    entries = ListFolder(folder);
  } catch (const Error&) {
    return;
  }
  const auto is_environment = [](const FolderEntry& entry) { return entry.name == "pyvenv.cfg"; };
  if (std::any_of(entries.begin(), entries.end(), is_environment)) return;
  for (const FolderEntry& entry : entries) {
    const std::string path = JoinPath(folder, entry.name);
    if (entry.kind == FileKind::kFolder && !IsLeftOut(entry)) CollectImports(path, depth + 1);
    if (entry.kind != FileKind::kFile || !entry.name.ends_with(".py")) continue;
    if (files_left_ == 0) return;
    --files_left_;
    try {
      AddImportedNames(ReadFile(path, kMaxSourceBytes), *imported_);
    } catch (const Error&) {
      continue;  // What cannot be read says nothing.
    }
  }
}

}  // namespace migext::django
