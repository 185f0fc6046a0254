#include "django/field_class.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace migext::django {
namespace {

using Names = std::vector<std::string_view>;

/// Field.__init__, in order; db_comment and db_default came later and are checked apart.
constexpr std::array kFieldParameters = {
    std::string_view("verbose_name"),
    std::string_view("name"),
    std::string_view("primary_key"),
    std::string_view("max_length"),
    std::string_view("unique"),
    std::string_view("blank"),
    std::string_view("null"),
    std::string_view("db_index"),
    std::string_view("rel"),
    std::string_view("default"),
    std::string_view("editable"),
    std::string_view("serialize"),
    std::string_view("unique_for_date"),
    std::string_view("unique_for_month"),
    std::string_view("unique_for_year"),
    std::string_view("choices"),
    std::string_view("help_text"),
    std::string_view("db_column"),
    std::string_view("db_tablespace"),
    std::string_view("auto_created"),
    std::string_view("validators"),
    std::string_view("error_messages"),
    std::string_view("db_comment"),
    std::string_view("db_default"),
};

/// A class whose __init__ is Field's, or passes all positional arguments on to it.
FieldClass Plain(std::string_view name, FieldType type) {
  return {.name = name, .type = type, .init_owner = "Field"};
}

/// A class with own parameters behind verbose_name and name, passed on by name.
FieldClass WithOwn(std::string_view name, FieldType type, std::string_view owner,
                   const Names& own = {}) {
  Names positional = {"verbose_name", "name"};
  positional.insert(positional.end(), own.begin(), own.end());
  return {.name = name,
          .type = type,
          .init_owner = owner,
          .positional = positional,
          .rest_begins_at = FieldClass::kNoMore};
}

FieldClass WithKeywords(std::string_view name, FieldType type, const Names& keyword_only,
                        std::optional<std::int64_t> max_length = std::nullopt) {
  return {.name = name,
          .type = type,
          .init_owner = "Field",
          .keyword_only = keyword_only,
          .max_length = max_length};
}

FieldClass WithConstantType(std::string_view name, FieldType type, std::string_view db_type,
                            const Names& keyword_only = {}) {
  FieldClass result = WithKeywords(name, type, keyword_only);
  result.constant_db_type = db_type;
  return result;
}

FieldClass WithDefaultLength(FieldClass field_class, std::int64_t max_length) {
  field_class.max_length = max_length;
  return field_class;
}

FieldClass WithFixedLength(FieldClass field_class, std::int64_t max_length) {
  field_class.fixed_max_length = max_length;
  return field_class;
}

const Names kForeignKeyParameters = {
    "to",          "on_delete", "related_name", "related_query_name", "limit_choices_to",
    "parent_link", "to_field",  "db_constraint"};

void AddPlainClasses(std::vector<FieldClass>& classes) {
  using enum FieldType;
  static constexpr std::pair<std::string_view, FieldType> kPlain[] = {
      {"AutoField", kAuto},
      {"BigAutoField", kBigAuto},
      {"BigIntegerField", kBigInteger},
      {"BinaryField", kBinary},
      {"BooleanField", kBoolean},
      {"DurationField", kDuration},
      {"Field", kUnknown},
      {"FloatField", kFloat},
      {"IntegerField", kInteger},
      {"NullBooleanField", kNullBoolean},
      {"OrderWrt", kInteger},
      {"PositiveBigIntegerField", kPositiveBigInteger},
      {"PositiveIntegerField", kPositiveInteger},
      {"PositiveSmallIntegerField", kPositiveSmallInteger},
      {"SmallAutoField", kSmallAuto},
      {"SmallIntegerField", kSmallInteger},
  };
  for (const auto& [name, type] : kPlain) classes.push_back(Plain(name, type));
}

void AddTextClasses(std::vector<FieldClass>& classes) {
  using enum FieldType;
  classes.push_back(WithKeywords("CharField", kChar, {"db_collation"}));
  classes.push_back(
      WithKeywords("CommaSeparatedIntegerField", kCommaSeparatedInteger, {"db_collation"}));
  classes.push_back(WithKeywords("EmailField", kEmail, {"db_collation"}, 254));
  FieldClass slug = WithKeywords("SlugField", kSlug, {"allow_unicode", "db_collation"}, 50);
  slug.db_index = true;
  classes.push_back(slug);
  classes.push_back(WithKeywords("TextField", kText, {"db_collation"}));
  FieldClass url = WithDefaultLength(WithOwn("URLField", kUrl, "URLField"), 200);
  url.keyword_only = {"db_collation"};
  classes.push_back(url);
  classes.push_back(WithFixedLength(Plain("IPAddressField", kIPAddress), 15));
  FieldClass address =
      WithFixedLength(WithOwn("GenericIPAddressField", kGenericIPAddress, "GenericIPAddressField",
                              {"protocol", "unpack_ipv4"}),
                      39);
  address.rest_begins_at = 2;
  classes.push_back(address);
  FieldClass uuid = WithFixedLength(WithOwn("UUIDField", kUuid, "UUIDField"), 32);
  uuid.positional = {"verbose_name"};
  classes.push_back(uuid);
}

void AddOtherClasses(std::vector<FieldClass>& classes) {
  using enum FieldType;
  const Names now = {"auto_now", "auto_now_add"};
  classes.push_back(WithOwn("DateField", kDate, "DateField", now));
  classes.push_back(WithOwn("DateTimeField", kDateTime, "DateField", now));
  classes.push_back(WithOwn("TimeField", kTime, "TimeField", now));
  classes.push_back(
      WithOwn("DecimalField", kDecimal, "DecimalField", {"max_digits", "decimal_places"}));
  classes.push_back(WithOwn("JSONField", kJson, "JSONField", {"encoder", "decoder"}));
  classes.push_back(
      WithDefaultLength(WithOwn("FileField", kFile, "FileField", {"upload_to", "storage"}), 100));
  FieldClass image = WithDefaultLength(
      WithOwn("ImageField", kImage, "ImageField", {"width_field", "height_field"}), 100);
  image.keyword_only = {"upload_to", "storage"};
  classes.push_back(image);
  classes.push_back(
      WithDefaultLength(WithOwn("FilePathField", kFilePath, "FilePathField",
                                {"path", "match", "recursive", "allow_files", "allow_folders"}),
                        100));
  classes.push_back({.name = "GeneratedField",
                     .type = kGenerated,
                     .init_owner = "GeneratedField",
                     .keyword_only = {"expression", "output_field", "db_persist"},
                     .rest_begins_at = FieldClass::kNoMore});
  classes.push_back(
      {.name = "CompositePrimaryKey", .type = kCompositePrimaryKey, .init_owner = "Field"});
}

void AddRelationClasses(std::vector<FieldClass>& classes) {
  using enum FieldType;
  classes.push_back({.name = "ForeignKey",
                     .type = kForeignKey,
                     .init_owner = "ForeignKey",
                     .positional = kForeignKeyParameters,
                     .required = 2,
                     .rest_begins_at = FieldClass::kNoMore,
                     .db_index = true});
  classes.push_back({.name = "OneToOneField",
                     .type = kOneToOne,
                     .init_owner = "OneToOneField",
                     .positional = {"to", "on_delete", "to_field"},
                     .required = 2,
                     .keyword_only = kForeignKeyParameters,
                     .rest_begins_at = FieldClass::kNoMore,
                     .db_index = true});
  classes.push_back(
      {.name = "ManyToManyField",
       .type = kManyToMany,
       .init_owner = "ManyToManyField",
       .positional = {"to", "related_name", "related_query_name", "limit_choices_to", "symmetrical",
                      "through", "through_fields", "db_constraint", "db_table", "swappable"},
       .required = 1,
       .rest_begins_at = FieldClass::kNoMore});
}

/// django.contrib.postgres: the classes name a type without asking which database it is for.
void AddPostgresClasses(std::vector<FieldClass>& classes) {
  using enum FieldType;
  classes.push_back(WithConstantType("HStoreField", kUnknown, "hstore"));
  classes.push_back(WithConstantType("SearchVectorField", kUnknown, "tsvector"));
  classes.push_back(WithConstantType("SearchQueryField", kUnknown, "tsquery"));
  classes.push_back(WithConstantType("CICharField", kChar, "citext", {"db_collation"}));
  classes.push_back(WithConstantType("CIEmailField", kEmail, "citext", {"db_collation"}));
  classes.push_back(WithConstantType("CITextField", kText, "citext", {"db_collation"}));
  static constexpr std::pair<std::string_view, std::string_view> kRanges[] = {
      {"IntegerRangeField", "int4range"},  {"BigIntegerRangeField", "int8range"},
      {"DecimalRangeField", "numrange"},   {"DateRangeField", "daterange"},
      {"DateTimeRangeField", "tstzrange"},
  };
  for (const auto& [name, db_type] : kRanges) {
    classes.push_back(WithConstantType(name, kUnknown, db_type, {"default_bounds"}));
  }
}

const std::vector<FieldClass>& Classes() {
  static const std::vector<FieldClass> classes = [] {
    std::vector<FieldClass> all;
    AddPlainClasses(all);
    AddTextClasses(all);
    AddOtherClasses(all);
    AddRelationClasses(all);
    AddPostgresClasses(all);
    std::sort(all.begin(), all.end(),
              [](const FieldClass& a, const FieldClass& b) { return a.name < b.name; });
    return all;
  }();
  return classes;
}

bool IsPostgresOnly(const FieldClass& field_class) { return !field_class.constant_db_type.empty(); }

bool StartsWithModule(std::string_view module, std::string_view package) {
  return module.starts_with(package) &&
         (module.size() == package.size() || module[package.size()] == '.');
}

}  // namespace

const FieldClass* FindFieldClassByName(std::string_view name) {
  const std::vector<FieldClass>& classes = Classes();
  const auto found = std::lower_bound(classes.begin(), classes.end(), name,
                                      [](const FieldClass& field_class, std::string_view wanted) {
                                        return field_class.name < wanted;
                                      });
  return found != classes.end() && found->name == name ? &*found : nullptr;
}

const FieldClass* FindFieldClass(std::string_view dotted_name) {
  const std::size_t dot = dotted_name.rfind('.');
  if (dot == std::string_view::npos) return nullptr;
  const std::string_view module = dotted_name.substr(0, dot);
  const FieldClass* found = FindFieldClassByName(dotted_name.substr(dot + 1));
  if (!found) return nullptr;
  if (StartsWithModule(module, "django.contrib.postgres")) {
    return IsPostgresOnly(*found) || found->type == FieldType::kJson ? found : nullptr;
  }
  const bool is_models = StartsWithModule(module, "django.db.models") ||
                         StartsWithModule(module, "django.contrib.gis.db.models");
  return is_models && !IsPostgresOnly(*found) ? found : nullptr;
}

bool HasFieldClass(const Dialect& dialect, const FieldClass& field_class) {
  if (field_class.type == FieldType::kGenerated) return dialect.db_default;
  if (field_class.type == FieldType::kCompositePrimaryKey) return dialect.composite_primary_key;
  return true;
}

std::span<const std::string_view> FieldParameters(const Dialect& dialect) {
  std::size_t count = kFieldParameters.size();
  if (!dialect.db_default) --count;
  if (!dialect.table_comments) --count;
  return std::span(kFieldParameters).first(count);
}

}  // namespace migext::django
