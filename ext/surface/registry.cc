#include "surface/registry.h"

#include <array>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "base/error.h"
#include "sqlite/despite_header.h"
#include "surface/about.h"
#include "surface/backup.h"
#include "surface/checksums.h"
#include "surface/comment_tree.h"
#include "surface/django_functions.h"
#include "surface/drift.h"
#include "surface/dump.h"
#include "surface/effects.h"
#include "surface/fresh_migrations.h"
#include "surface/health.h"
#include "surface/history.h"
#include "surface/lint.h"
#include "surface/load.h"
#include "surface/locks.h"
#include "surface/migrate.h"
#include "surface/models.h"
#include "surface/new_migrations.h"
#include "surface/operations.h"
#include "surface/optimize.h"
#include "surface/plan.h"
#include "surface/preflight.h"
#include "surface/project.h"
#include "surface/rebase.h"
#include "surface/rehearse.h"
#include "surface/report.h"
#include "surface/salvage.h"
#include "surface/script.h"
#include "surface/sql.h"
#include "surface/squash.h"
#include "surface/status.h"

namespace migext::surface {
namespace {

constexpr Entry Table(std::string_view signature, std::string_view summary,
                      std::string_view example, MakeTable make) {
  return {"table", signature, summary, example, make};
}

constexpr Entry Function(std::string_view signature, std::string_view summary,
                         std::string_view example, MakeFunction make) {
  return {"function", signature, summary, example, make};
}

constexpr Entry Verb(std::string_view signature, std::string_view summary, std::string_view example,
                     MakeFunction make) {
  return {"verb", signature, summary, example, make};
}

// clang-format off
constexpr std::array kRegistry = {
    // Finding the project
    Function("migration_project([root])", "binds this connection to a project's folder and scans it; without one, the folder that it is", "SELECT migration_project('.')", MigrationProject),
    Function("migext_setting(name[, value])", "reads or sets; an empty value goes back to the default", "SELECT migext_setting('journal', 'on')", MigextSetting),
    Table("migext_settings", "all settings: value, where it comes from, what it means", "SELECT * FROM migext_settings", MigextSettings),
    Table("migext_output", "the report of the last verb, line by line", "SELECT line FROM migext_output", MigextOutput),
    Table("migext_help", "every function and table, with an example that runs", "SELECT signature, summary FROM migext_help", MigextHelp),
    Function("migext_version()", "the version of migext, of SQLite, and the Django releases it follows", "SELECT migext_version()", MigextVersion),
    Function("migext_call(callback[, ...])", "for migext's own statements; refuses when called by hand", "SELECT migext_call(NULL)", MigextCall),
    Function("migext_debug()", "how this library was built, for a report of a fault", "SELECT migext_debug()", MigextDebug),

    // Looking
    Table("migration_apps", "the project's apps, where each was found, how much of it is applied", "SELECT label, migrations, applied, leaves FROM migration_apps", MigrationApps),
    Table("migration_files([app])", "every migration file with what it declares; unreadable ones with the reason", "SELECT app, name, error FROM migration_files WHERE status = 'unreadable'", MigrationFiles),
    Table("migration_operations([app[, name]])", "the operations of the files, in Django's words", "SELECT app, name, description FROM migration_operations WHERE kind = 'python'", MigrationOperations),
    Table("migration_dependencies([app])", "which migration needs which, and why", "SELECT parent_app, parent_name FROM migration_dependencies WHERE app = 'blog'", MigrationDependencies),
    Table("migration_status([app])", "where each migration stands, records without files included", "SELECT mark, app, name, note FROM migration_status WHERE state <> 'applied'", MigrationStatusTable),
    Table("migration_plan([app[, target]])", "what migrate would do, operation by operation", "SELECT step, direction, app, name, description FROM migration_plan", MigrationPlan),
    Table("migration_preflight([app[, target]])", "which rows do not fit what migrate would demand of them, and whether the disk has room", "SELECT severity, table_name, row_key, problem, remedy FROM migration_preflight", MigrationPreflight),
    Table("migration_sql(app, name[, 'backwards'])", "the statements that migrate would send for one migration, in order", "SELECT step, sql FROM migration_sql('blog', '0003')", MigrationSql),
    Table("migration_script([app[, target]])", "the run of migrate() as one SQL script that a sqlite3 shell without migext runs to the same end", "SELECT line FROM migration_script('blog')", MigrationScript),
    Table("migration_graph([format[, app]])", "the graph with what is applied, newest first: 'text' as git log --graph draws, 'mermaid' or 'dot'", "SELECT line FROM migration_graph('text')", MigrationGraph),
    Table("migration_models([app[, name]])", "models, fields and columns at the end, or after one migration", "SELECT model, field, db_type FROM migration_models WHERE app = 'blog'", MigrationModels),
    Table("migration_effects([app[, name]])", "what each operation should have left in this database, and what is there", "SELECT name, object, evidence FROM migration_effects WHERE effect <> 'present'", MigrationEffects),
    Table("migration_conflicts([app])", "what stands between project and database, with the SQL that clears it; worst first", "SELECT severity, code, app, name, remedy FROM migration_conflicts", MigrationConflicts),
    Table("migration_lint([app])", "what a careful colleague would say of the migrations before they are run on these rows; worst first", "SELECT severity, rule, app, name, line, message, advice FROM migration_lint", MigrationLint),
    Table("lint_rules", "what migration_lint looks for, with the codes of django-migration-linter", "SELECT rule, severity, codes, meaning FROM lint_rules", LintRules),
    Verb("lint_baseline(path)", "silences what migration_lint tells today, and writes it to a new file for the setting lint_baseline", "SELECT lint_baseline('lint_baseline.txt')", LintBaseline),
    Table("migration_drift([app])", "where the schema is not what the applied migrations promise, and the SQL that rebuilds the table with its rows; triggers, views and hand-made indexes as information", "SELECT table_name, object, expected, actual, detail, remedy FROM migration_drift", MigrationDrift),
    Table("migration_checksums([app])", "whether each applied migration still means what it meant when migext recorded it, and which operations differ", "SELECT app, name, detail FROM migration_checksums WHERE status = 'changed'", MigrationChecksums),
    Table("migext_journal", "what the verbs did to this database; a table of its own from the first verb on", "SELECT at, verb, target, detail FROM migext_journal", EmptyJournal),
    Verb("migration_report(path)", "writes status, graph, conflicts with their remedies, drift, lint and history as one HTML page that needs nothing else; never overwrites", "SELECT migration_report('report.html')", MigrationReport),

    // Django's own reports, line by line
    Table("showmigrations([app[, 'plan']])", "what manage.py showmigrations prints", "SELECT line FROM showmigrations", ShowMigrations),
    Table("migrate_plan([app[, target]])", "what manage.py migrate --plan prints", "SELECT line FROM migrate_plan", MigratePlan),
    Table("sqlmigrate(app, name[, 'backwards'])", "what manage.py sqlmigrate prints", "SELECT line FROM sqlmigrate('blog', '0003')", SqlMigrate),

    // Running migrations
    Verb("migrate([app[, target]])", "runs migrations forwards or backwards, each with its record or not at all; 'zero' takes all of an app back", "SELECT migrate()", Migrate),
    Verb("resume_migration(app, name)", "runs what is left of an interrupted migration, then records it", "SELECT resume_migration('blog', '0005')", ResumeMigration),
    Verb("rehearse([app[, target]])", "carries out migrate(app, target) and the way back on a throw-away copy; the line says whether it passed", "SELECT rehearse('blog')", RehearseVerb),
    Table("migration_rehearsal", "what the last rehearse() found, step by step; runs nothing itself", "SELECT step, app, name, milliseconds, rows_copied, status, detail FROM migration_rehearsal", MigrationRehearsal),

    Verb("rebuild_table(of_table)", "makes a table what the applied migrations promise, as its rows of migration_drift say; all of its rows, triggers, hand-made indexes and unknown columns are kept; no undo: make a backup first", "SELECT rebuild_table('blog_comment')", RebuildTable),

    // Changing the history
    Verb("fake_apply(app, name[, 'force'])", "records a migration as applied if the schema shows it, or nothing of it can be shown", "SELECT fake_apply('blog', '0003')", FakeApply),
    Verb("fake_unapply(app, name[, 'force'])", "removes the record of a migration that no applied one needs", "SELECT fake_unapply('blog', '0003')", FakeUnapply),
    Verb("fake_initial([app])", "records initial migrations whose tables and columns are all there", "SELECT fake_initial('blog')", FakeInitial),
    Verb("prune_history(app[, 'force'])", "removes records without a file", "SELECT prune_history('blog')", PruneHistory),
    Verb("fresh_history(app[, ...])", "where an app's files were written anew and the schema shows all that they do: puts their records in the place of the old ones", "SELECT fresh_history('blog')", FreshHistory),
    Verb("undo_last()", "takes back the last change of the history", "SELECT undo_last()", UndoLast),
    Verb("backup_history(path)", "writes the records to a new file, as SQL", "SELECT backup_history('history.sql')", BackupHistory),

    // Writing migrations
    Verb("merge_migrations(app[, 'write'])", "joins the ends of an app as makemigrations --merge does, and says first whether the branches touch the same things; without 'write' the file's text is in migext_output", "SELECT merge_migrations('blog')", MergeMigrations),
    Verb("empty_migration(app[, name[, 'write']])", "what makemigrations --empty --name writes: a file to put operations in, and the folder for an app's first; without a name, or with NULL, the one that Django makes up", "SELECT empty_migration('blog', 'fill_slugs')", EmptyMigration),
    Verb("squash_migrations(app, from, to[, 'write'][, option, ...])", "the migration that manage.py squashmigrations makes of these; from NULL is the first; options: 'no_optimize' keeps all operations, 'squashed_name=NAME' names it, 'as_django' writes it under its name even before functions are copied into it; without 'write' its text is in migext_output", "SELECT squash_migrations('blog', NULL, '0005')", SquashMigrations),
    Verb("optimize_migration(app, name[, 'write'][, 'as_django'])", "one migration with the fewest operations, as manage.py optimizemigration; the old file stays beside it; 'as_django' writes it under its name even before functions are copied into it", "SELECT optimize_migration('blog', '0005')", OptimizeMigration),
    Verb("fresh_migrations(app[, ...][, 'write'])", "begins apps anew: one 0001_initial as makemigrations writes it, or as many as relations in a circle need, for the same models; the old files move to a folder beside, and files of other apps that need them are pointed at the new ones; without 'write' it only shows the files, and what would get lost", "SELECT fresh_migrations('blog', 'newsletter')", FreshMigrations),
    Verb("rebase_migration(app, name[, 'write'])", "puts the branch of a migration behind the app's other branch: new numbers, new parent, max_migration.txt too; without 'write' it only says what would change", "SELECT rebase_migration('blog', '0004_b')", RebaseMigration),

    // Backups
    Verb("backup_database(path)", "a verified copy of the database while others work on it; 'folder/' names the file by time; never overwrites", "SELECT backup_database('before_0003.sqlite3')", BackupDatabase),
    Verb("restore_database(path[, 'force'])", "puts a backup in the place of this database, after a check and a safety copy; others see the old or the new", "SELECT restore_database('before_0003.sqlite3')", RestoreDatabase),
    Verb("prune_backups(folder, keep)", "removes this database's backups that backup_database('folder/') named, but for the newest", "SELECT prune_backups('backups', 7)", PruneBackups),
    Table("database_backups([folder])", "the databases of a folder, each checked: when it was taken, whether it is sound, which migrations it has", "SELECT path, taken_at, size, verified, migrations, note FROM database_backups", DatabaseBackups),

    // Emergencies
    Table("database_health([mode[, path]])", "what ails the database, worst first, with what helps; 'quick' leaves out the indexes, a path looks at another file without touching it", "SELECT \"check\", status, detail, remedy FROM database_health WHERE status <> 'ok'", DatabaseHealth),
    Function("database_file()", "the path of the database, told without reading it; NULL for one in memory", "SELECT database_file()", DatabaseFile),
    Table("database_locks([of_file])", "who holds which lock on the database, what that blocks, and what to do; no row: it is free", "SELECT pid, command, lock, note FROM database_locks", DatabaseLocks),
    Function("database_lock_holders([of_file])", "the same as text, one line each: works also while nobody can read the database", "SELECT database_lock_holders()", DatabaseLockHolders),
    Verb("wait_for_unlock(seconds)", "waits until a transaction could begin to write; else names who is in the way", "SELECT wait_for_unlock(30)", WaitForUnlock),
    Verb("terminate_lock_holder(pid[, 'kill'])", "asks one process that has a lock on the database to stop; 'kill' ends it when it does not", "SELECT terminate_lock_holder(4242)", TerminateLockHolder),
    Verb("checkpoint_database([mode])", "brings what is in the -wal into the database and empties it, or says who is in the way", "SELECT checkpoint_database()", CheckpointDatabase),
    Verb("salvage_database(path[, damaged])", "copies what can be read of this damaged database, or of that file, into a new one, says what was lost, and applies the missing migrations there", "SELECT salvage_database('salvaged.sqlite3')", SalvageDatabase),

    // Fixtures
    Verb("dumpdata(path[, app_or_model, ...][, option, ...])", "writes a Django fixture as manage.py dumpdata does (json, jsonl); options: indent=2, natural_foreign, natural_primary, exclude=auth.permission, format=jsonl, pks=1,5", "SELECT dumpdata('blog.json', 'blog', 'indent=2')", DumpDataVerb),
    Verb("loaddata(path[, path, ...][, 'ignorenonexistent'][, 'exclude=app.model'])", "loads Django fixtures (json, jsonl), all of them or nothing", "SELECT loaddata('blog.json')", LoadData),

    // Comment trees
    Table("comment_tree(of_table, id_column, parent_column)", "the tree depth first, with level and path as they should be, drawn with branches", "SELECT id, line FROM comment_tree", CommentTree),
    Table("comment_tree_check(of_table, id_column, parent_column, level_column, path_column)", "rows whose level or path is wrong, orphans, circles", "SELECT * FROM comment_tree_check", CommentTreeCheck),
    Verb("comment_tree_rebuild([of_table, id_column, parent_column, level_column, path_column])", "writes the right level and path where they differ; orphans and circles are left", "SELECT comment_tree_rebuild()", CommentTreeRebuild),
    Verb("comment_tree_reset([of_table, id_column, parent_column, level_column, path_column])", "makes every row a root: level 0, path its id, no parent; the old rows are kept", "SELECT comment_tree_reset()", CommentTreeReset),
    Function("comment_tree_path(id[, of_table, id_column, parent_column])", "the path a row should have, from its chain of parents; NULL for an orphan or in a circle", "SELECT id, path, comment_tree_path(id) FROM blog_comment", CommentTreePath),
    Function("comment_tree_level(id[, of_table, id_column, parent_column])", "the level a row should have", "SELECT id, level, comment_tree_level(id) FROM blog_comment", CommentTreeLevel),
    Function("tree_depth(path)", "the number of ancestors: 2 for '4/17/23'", "SELECT tree_depth('4/17/23')", TreeDepth),
    Function("tree_parent(path)", "the path of the parent: '4/17' for '4/17/23', NULL for a root", "SELECT tree_parent('4/17/23')", TreeParent),
    Function("tree_root(path)", "the path of the root: '4' for '4/17/23'", "SELECT tree_root('4/17/23')", TreeRoot),
    Function("tree_is_ancestor(a, b)", "1 if path b lies below path a", "SELECT tree_is_ancestor('4', '4/17/23')", TreeIsAncestor),
    Function("tree_key(path)", "a text that sorts as the tree does, numbers as numbers: '1/2' before '1/10'", "SELECT id FROM blog_comment ORDER BY tree_key(path)", TreeKey),
};
// clang-format on

// While a statement runs (SELECT load_extension(…)) SQLite replaces no function.  Failing half way
// would leave the connection with functions of a library that it has unloaded.
void RequireFreeNames(const sqlite::Connection& connection) {
  const std::set<std::string> taken = sqlite::KnownNames(connection);
  for (const Entry& entry : kRegistry) {
    if (!taken.contains(std::string(entry.Name()))) continue;
    throw Error("'" + std::string(entry.Name()) +
                "' is here already, of another extension; load migext on a connection of its own");
  }
}

}  // namespace

std::span<const Entry> Registry() { return kRegistry; }

// Django's functions are left to a host that has them.  A regexp() that does not search as
// Python's does, as that of the shell, gives way: constraints of Django's tables are written for
// Python's.
void RegisterDjangoFunctions(sqlite3* handle, const SessionPtr& session) {
  const sqlite::Connection connection = sqlite::Connection::Borrow(handle);
  for (const Entry& entry : DjangoFunctions()) {
    sqlite::Function function = std::get<MakeFunction>(entry.make)(session);
    if (sqlite::HasFunction(connection, function.name, function.max_arguments)) {
      if (entry.Name() != "regexp" || SearchesAsPython(connection)) continue;
    }
    try {
      sqlite::Register(handle, std::move(function));
    } catch (const sqlite::DatabaseError& error) {
      // A function is not replaced while a statement runs (SELECT load_extension(…)).
      if (!error.IsBusy()) throw;
    }
  }
}

void RegisterAll(sqlite3* handle) {
  RequireFreeNames(sqlite::Connection::Borrow(handle));
  const auto session = std::make_shared<Session>(handle);
  for (const Entry& entry : kRegistry) {
    if (const auto* make_table = std::get_if<MakeTable>(&entry.make)) {
      sqlite::Register(handle, (*make_table)(session));
    } else {
      sqlite::Register(handle, std::get<MakeFunction>(entry.make)(session));
    }
  }
  RegisterDjangoFunctions(handle, session);
  sqlite::ReadDespiteHeader(session->db());
}

}  // namespace migext::surface
