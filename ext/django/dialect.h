// How the supported Django versions differ.  Each difference is a member named after the behaviour;
// no other file compares version numbers.
//
//   DialectFor("4.2.16").db_default  // false: Field() refuses the argument
#ifndef MIGEXT_DJANGO_DIALECT_H_
#define MIGEXT_DJANGO_DIALECT_H_

#include <string>
#include <string_view>

namespace migext::django {

/// Which neighbouring operations Operation.reduce() makes one of; all that are not named here are
/// the same in every version.
struct Reductions {
  /// RenameField is stopped by what names its old field (from 4.0).
  bool renames_guard_old_names = true;
  /// AlterField moves behind RenameField only without db_column (from 4.1).
  bool renames_keep_columns = true;
  /// AlterUniqueTogether and AlterIndexTogether of one model pass each other (from 4.1).
  bool together_pass_each_other = true;
  // CreateModel takes in …
  bool managers = true;              ///< AlterModelManagers (from 4.1)
  bool indexes = true;               ///< AddIndex and RemoveIndex (from 4.2)
  bool unnamed_indexes = false;      ///< RenameIndex(old_fields=) (4.2 and 5.0)
  bool constraints = true;           ///< AddConstraint and RemoveConstraint (from 5.1)
  bool tables = true;                ///< AlterModelTable and AlterModelTableComment (from 5.2)
  bool altered_constraints = false;  ///< AlterConstraint (from 6.0)
  /// AddIndex or AddConstraint and what removes or renames it, and two AlterField (from 5.0).
  bool repeated = true;
  /// An operation on a field is stopped by a GeneratedField that is made of it (from 6.0).
  bool generated_fields_count = false;
  /// preserve_default=False outlives the merging with AlterField or RenameField (from 6.0).
  bool preserve_default_stays = false;
};

struct Dialect {
  std::string version;  ///< "3.2", "4.2", "5.2", "6.0" or "6.1".

  /// DEFAULT_AUTO_FIELD when the settings do not say (BigAutoField from 6.0).
  bool big_auto_field_by_default = false;
  /// USE_TZ when the settings do not say (True from 5.0).
  bool use_tz_by_default = true;
  /// formatted_description() puts a category sign before describe() (from 5.1); used by merge
  /// output.
  bool operation_categories = true;
  /// A squashed migration may replace squashed ones (from 6.0).
  bool nested_squashes = false;
  /// The record of a squash is written with those it replaces (from 6.0), before at the end of the
  /// run.
  bool records_squash_with_its_parts = false;
  /// showmigrations marks a squash whose parts are applied and that is not recorded itself with
  /// [-] (from 4.0).
  bool marks_unrecorded_squashes = true;
  /// The name of a replaced migration is a target on a fresh database too (from 6.0).
  bool replaced_names_are_targets = false;
  /// index_together is still an option of models (before 5.1).
  bool index_together = false;

  /// CheckConstraint takes check= (before 6.0) and condition= (from 5.1).
  bool check_keyword = true;
  bool condition_keyword = true;
  /// UniqueConstraint takes expressions (from 4.0) and nulls_distinct= (from 5.0).
  bool unique_expressions = true;
  bool nulls_distinct = true;
  /// The operations RenameIndex (from 4.1), AlterModelTableComment (from 4.2), AlterConstraint
  /// (from 5.2).
  bool rename_index = true;
  bool table_comments = true;  ///< db_comment= of fields as well.
  bool alter_constraint = true;

  /// db_default, GeneratedField (from 5.0), CompositePrimaryKey (from 5.2), DB_CASCADE and others
  /// (from 6.1).
  bool db_default = true;
  bool composite_primary_key = true;
  bool database_on_delete = false;
  /// GeneratedField must be told db_persist (from 6.0: the signature says so; in 5.x a ValueError
  /// of its own).
  bool db_persist_in_signature = false;
  /// A CharField may lack max_length (from 5.2; before, the column type is varchar(None)).
  bool char_without_length = true;
  /// The column of a foreign key takes the collation of the column it points at (from 4.1).
  bool keys_inherit_collation = true;

  // ---- The schema editor

  /// Columns that SQLite can add or drop by ALTER TABLE are; before 4.0 (adding) and 4.1 (dropping)
  /// the table was always remade.
  bool adds_columns = true;
  bool drops_columns = true;
  /// Statements that are put off to the end, and ADD COLUMN, go through the conversion of percent
  /// signs (before 5.0).
  bool converts_deferred_sql = false;
  bool converts_added_columns = false;
  /// Removing the primary key leaves a table without one; before, a new `id` was made.
  bool removed_key_leaves_none = true;
  /// DROP INDEX takes a CREATE INDEX that is still put off from the list.
  bool forgets_removed_indexes = true;
  /// AlterUniqueTogether finds an index that is still put off, and in sqlmigrate the indexes of a
  /// table that the migration has renamed (from 6.1).
  bool takes_back_deferred_unique = false;
  bool finds_indexes_of_renamed_tables = false;
  /// Tables that point at an altered key by a hidden relation or through another key are remade
  /// with it (from 6.1).
  bool remakes_hidden_dependents = false;
  /// So are those that point at a key whose collation changes (from 4.1).
  bool collation_reaches_dependents = true;
  /// `choices` (before 4.1) and `on_delete` (from 6.1) count when two fields are compared.
  bool choices_change_the_table = false;
  bool on_delete_changes_the_table = false;
  /// Keys to models of the same table are alike (from 5.0).
  bool compares_tables_of_targets = true;
  /// RenameModel remakes the tables of keys to it from the state after it (from 5.0).
  bool renames_from_new_state = true;
  /// AlterUniqueTogether compares the option as it was written, not as the model has it (from 5.1).
  bool compares_written_together = true;
  /// sqlmigrate writes "-- (no-op)" under an operation without SQL (from 4.1).
  bool marks_no_ops = true;
  /// It says of an operation that it has no SQL below its description (from 4.1), before above it.
  bool warns_of_python_below = true;
  /// A change of a many-to-many field alters both keys of its table (from 4.1), before only the one
  /// to its target.
  bool alters_both_keys_of_throughs = true;
  /// Looking for the indexes of a table that is not there is an error of its own (before 4.0).
  bool names_missing_tables = false;
  /// RenameModel copies automatic many-to-many tables (from 4.2); before it renamed them.
  bool copies_renamed_throughs = true;

  // ---- The optimizer

  Reductions reductions;

  // ---- The autodetector and the writer

  /// Operations of an app are ordered with graphlib (from 5.0); before by layers.
  bool autodetector_sorts_with_graphlib = true;
  /// Dependencies are sorted, and plain imports stand before `from` ones (from 5.0).
  bool sorts_written_lines = true;
  /// Sets are written sorted (from 5.1).
  bool sorts_sets = true;
  /// The operations RunPython and RunSQL are written with elidable= (from 6.1).
  bool writes_elidable = false;
  /// `**{"not-a-name": 1}` of a call stays one, and functools.partial is written as a plain call
  /// (from 6.0).
  bool writes_partial_as_call = false;
  /// The fields of through= are written (from 5.2).
  bool writes_through_fields = true;
  /// A moment's time zone is written as the bare `utc` of django.utils.timezone (before 4.0).
  bool writes_bare_utc = false;
  /// UniqueConstraint is written with fields= even when it has none (before 4.0).
  bool writes_empty_fields = false;
  /// `~Q(…)` stands in a Q of its own (before 4.2).
  bool negation_wraps_q = false;
  /// JSONObject and JSONArray come from functions.json (from 5.2).
  bool json_functions_have_module = true;
  /// makemigrations names a migration after all its operations (from 4.0).
  bool names_all_operations = true;
  /// Arguments that an operation of the project takes by name alone are written (from 5.2).
  bool writes_keyword_only = true;
  /// Choices are lists of pairs, groups and all (from 5.0); before only the outer list is one.
  bool normalizes_choices = true;
  /// type(None) is written as types.NoneType (from 5.0).
  bool names_none_type = true;

  // ---- After the migrations

  /// New content types of an app are made in the order of their names (from 6.0).
  bool sorts_content_types = false;
  /// A content type that cannot be renamed with its model is worth a warning (from 6.1).
  bool warns_of_stale_content_types = false;
  /// RenameModel renames the permissions of the model (from 6.1).
  bool renames_permissions = false;

  // ---- Fixtures

  /// JSON ends with a line feed (from 6.0), before only when it is indented.
  bool json_ends_with_line_feed = false;
  /// An object whose natural key is empty is named by its primary key (from 6.1).
  bool empty_natural_keys_do_not_count = false;
  /// Texts of dates and times are first read as fromisoformat() does (from 4.0).
  bool reads_iso_formats = true;
  /// Decimals stored as integers keep all their digits, and texts are read (from 6.1).
  bool reads_stored_decimals_exactly = false;

  // ---- Expressions in SQL

  /// Decimal defaults are rounded to their field's digits (before 5.0).
  bool quantizes_decimals = false;
  /// A boolean in a condition is compared with 1 or 0 (from 6.1).
  bool compares_booleans = false;
  /// Decimals in expressions are cast: to what type, and whether in parentheses.
  std::string decimal_cast = "NUMERIC";
  bool wraps_values = false;  ///< Value() on the right of a comparison stands in parentheses.
  bool nests_casts = true;    ///< The cast stands in parentheses (from 5.0).
  /// `^` of more than two counts modulo two (from 5.0).
  bool counts_exclusive_or = true;
  bool right_has_length = true;  ///< Right() passes the length twice (from 5.0).
  /// A key of a JSONField that is null, true or false is read as its type (from 4.0).
  bool types_json_keys = true;
  bool nests_concat = true;  ///< Concat writes parentheses around each pair.
};

/// The dialect nearest to a version as people write it: "5.1.4" gives that of 5.2's line with the
/// differences of 5.1, and a version newer than all known ones that of the newest.  Throws Error
/// for a version before 3.2 or for what is not a version.
Dialect DialectFor(std::string_view version);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_DIALECT_H_
