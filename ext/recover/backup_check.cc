#include "recover/backup_check.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "django/contrib.h"
#include "recover/locks_system.h"

namespace migext::recover {
namespace {

using django::MigrationKey;
using sqlite::Connection;
using sqlite::Row;

constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr std::size_t kHeaderSize = 100;

std::uint32_t BigEndian(std::string_view bytes, std::size_t offset, int count) {
  std::uint32_t number = 0;
  for (int i = 0; i < count; ++i) {
    number = number << 8U | static_cast<unsigned char>(bytes[offset + static_cast<std::size_t>(i)]);
  }
  return number;
}

/// What PRAGMA integrity_check says of rows ("NULL value in t.c", "TEXT value in t.c"), not of
/// pages: the copy has them as the source had.
bool IsAboutRows(const std::string& finding) {
  return finding.starts_with("CHECK constraint failed in ") ||
         finding.find(" value in ") != std::string::npos;
}

/// "3 rows of blog_comment point at no blog_post"
std::string DanglingLine(const std::string& table, const std::string& parent, std::int64_t count) {
  return std::to_string(count) + (count == 1 ? " row of " : " rows of ") + table +
         (count == 1 ? " points" : " point") + " at no " + parent;
}

class Checker {
 public:
  explicit Checker(const std::string& path) : path_(path) {}

  CopyFacts Run(const PrepareConnection& prepare) {
    const std::optional<FileIdentity> file = IdentityOf(path_);
    if (file && BorrowedDescriptor::On(*file)) {
      // Closing a second handle of this process would drop its locks.
      facts_.unknown = "this process has it open as a database";
      return std::move(facts_);
    }
    ReadHeader();
    RequireNothingBeside();
    if (!facts_.IsSound()) return std::move(facts_);
    try {
      const Connection db = Connection::Open(path_, sqlite::OpenMode::kImmutable);
      prepare(db);
      ReadRecords(db);
      CheckPages(db);
      CheckForeignKeys(db);
    } catch (const sqlite::DatabaseError& error) {
      (error.IsDamage() ? facts_.damage : facts_.unknown) = error.words();
    }
    return std::move(facts_);
  }

 private:
  void ReadHeader() {
    facts_.size = static_cast<std::int64_t>(StampOf(path_).size);
    const std::optional<std::string> header = ReadBeginning(path_, kHeaderSize);
    if (!header) {
      facts_.unknown = IsFile(path_) ? "it cannot be read" : "there is no such file";
    } else if (header->empty()) {
      facts_.damage = "it is empty";
    } else if (header->size() < kHeaderSize || !header->starts_with(kMagic)) {
      facts_.damage = "it is no SQLite database";
    } else {
      ReadHeader(*header);
    }
  }

  void ReadHeader(const std::string& header) {
    const std::uint32_t page_size = BigEndian(header, 16, 2);
    facts_.page_size = page_size == 1 ? 65536 : page_size;
    facts_.is_wal = header[18] == 2;
    // The count is kept by every writer since 3.7.0, which copies the change counter next to it.
    const std::int64_t pages = BigEndian(header, 28, 4);
    const bool is_kept = BigEndian(header, 24, 4) == BigEndian(header, 92, 4);
    const std::int64_t expected = pages * facts_.page_size;
    if (is_kept && facts_.size < expected) {
      facts_.damage =
          "it ends after " + std::to_string(facts_.size) + " bytes of " + std::to_string(expected);
    }
  }

  void RequireNothingBeside() {
    for (const char* suffix : {"-wal", "-journal"}) {
      if (!facts_.IsSound() || StampOf(path_ + suffix).size == 0) continue;
      facts_.unknown = "beside it is its " + std::string(suffix) +
                       ", and the two belong together: make one file of them with sqlite3 " +
                       SqlLiteral(path_) + " \"VACUUM INTO " + SqlLiteral(path_ + ".whole") + "\"";
    }
  }

  void ReadRecords(const Connection& db) {
    if (!db.HasTable("django_migrations")) {
      facts_.not_django = "no table django_migrations: not the database of a Django project";
      return;
    }
    std::vector<MigrationKey> recorded;
    sqlite::Statement select = db.Prepare("SELECT app, name FROM main.django_migrations");
    for (const Row row : select) recorded.push_back({row.Text(0), row.Text(1)});
    facts_.applied.insert(recorded.begin(), recorded.end());
    facts_.heads = HeadsOf(recorded);
  }

  void CheckPages(const Connection& db) {
    sqlite::Statement check = db.Prepare("PRAGMA main.integrity_check");
    for (const Row row : check) {
      const std::string finding = row.Text(0);
      if (finding == "ok") continue;
      if (IsAboutRows(finding)) {
        facts_.broken_rules.push_back(finding);
      } else if (facts_.damage.empty()) {
        // The first line may be a title: "*** in database main ***".
        facts_.damage = std::string(Trim(ReplaceAll(finding, "*** in database main ***", "")));
        facts_.damage = ReplaceAll(facts_.damage, "\n", "; ");
      }
    }
  }

  void CheckForeignKeys(const Connection& db) {
    std::map<std::pair<std::string, std::string>, std::int64_t> counts;
    try {
      sqlite::Statement check = db.Prepare("PRAGMA main.foreign_key_check");
      for (const Row row : check) ++counts[{row.Text(0), row.Text(2)}];
    } catch (const sqlite::DatabaseError& error) {
      // "foreign key mismatch": a reference to columns that are no key, so that none can be looked
      // up.
      if (error.IsDamage()) throw;
      facts_.dangling.push_back("foreign_key_check stops: " + error.words());
    }
    for (const auto& [tables, count] : counts) {
      facts_.dangling_rows += count;
      facts_.dangling.push_back(DanglingLine(tables.first, tables.second, count));
    }
  }

  const std::string& path_;
  CopyFacts facts_;
};

bool BeginsWithDigit(const std::string& name) {
  return !name.empty() && name.front() >= '0' && name.front() <= '9';
}

}  // namespace

CopyFacts CheckCopy(const std::string& path, const PrepareConnection& prepare) {
  return Checker(path).Run(prepare);
}

std::vector<std::string> HeadsOf(const std::vector<MigrationKey>& recorded) {
  std::map<std::string, std::vector<std::string>> names;
  for (const MigrationKey& key : recorded) names[key.app].push_back(key.name);
  std::vector<std::string> heads;
  for (const auto& [app, of_app] : names) {
    const bool numbered = std::all_of(of_app.begin(), of_app.end(), BeginsWithDigit);
    const std::string& last =
        numbered ? *std::max_element(of_app.begin(), of_app.end()) : of_app.back();
    heads.push_back(app + "." + last);
  }
  return heads;
}

std::string HeadsLine(const std::vector<std::string>& heads) {
  constexpr std::size_t kMost = 3;
  if (heads.empty()) return "none";
  std::vector<std::string> shown;
  for (const std::string& head : heads) {
    if (!django::IsContribLabel(head.substr(0, head.find('.')))) shown.push_back(head);
  }
  if (shown.empty()) shown = heads;
  if (shown.size() > kMost) shown.resize(kMost);
  const std::size_t more = heads.size() - shown.size();
  return Join(shown, ", ") + (more == 0 ? "" : " and " + std::to_string(more) + " more");
}

}  // namespace migext::recover
