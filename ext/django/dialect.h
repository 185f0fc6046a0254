// How the supported Django versions differ.  Each difference is a member named after the behaviour;
// no other file compares version numbers.
//
//   DialectFor("4.2.16").db_default  // false: Field() refuses the argument
#ifndef MIGEXT_DJANGO_DIALECT_H_
#define MIGEXT_DJANGO_DIALECT_H_

#include <string>
#include <string_view>

namespace migext::django {

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
};

/// The dialect nearest to a version as people write it: "5.1.4" gives that of 5.2's line with the
/// differences of 5.1, and a version newer than all known ones that of the newest.  Throws Error
/// for a version before 3.2 or for what is not a version.
Dialect DialectFor(std::string_view version);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_DIALECT_H_
