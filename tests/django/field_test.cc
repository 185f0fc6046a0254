#include "django/field.h"

#include <gtest/gtest.h>

#include "support/migration_text.h"

namespace migext::django {
namespace {

using test::MessageOf;
using test::MigrationText;

class FieldTest : public testing::Test {
 protected:
  FieldPtr Read(std::string_view expression) {
    return ReadField(given.Eval(expression), given.context());
  }
  std::string Refusal(std::string_view expression) {
    return MessageOf([&] { Read(expression); });
  }

  MigrationText given;
};

TEST_F(FieldTest, OptionsAreReadByNameAndByPosition) {
  const FieldPtr field = Read("models.CharField('Title', 'title', False, 80, True, null=True)");

  EXPECT_EQ(field->type, FieldType::kChar);
  EXPECT_EQ(field->class_path, "django.db.models.CharField");
  EXPECT_EQ(field->max_length, 80);
  EXPECT_TRUE(field->unique);
  EXPECT_TRUE(field->null);
  EXPECT_EQ(field->kwargs.front().first, "verbose_name");
}

TEST_F(FieldTest, ClassesBringTheirOwnDefaults) {
  EXPECT_EQ(Read("models.EmailField()")->max_length, 254);
  EXPECT_EQ(Read("models.URLField()")->max_length, 200);
  EXPECT_EQ(Read("models.FileField(upload_to='x')")->max_length, 100);
  EXPECT_EQ(Read("models.FilePathField(max_length=7)")->max_length, 7);
  EXPECT_EQ(Read("models.SlugField()")->max_length, 50);
  EXPECT_TRUE(Read("models.SlugField()")->db_index);
  EXPECT_FALSE(Read("models.SlugField(db_index=False)")->db_index);
  EXPECT_EQ(Read("models.GenericIPAddressField(max_length=3)")->max_length, 39);
  EXPECT_TRUE(Read("models.NullBooleanField()")->null);
}

TEST_F(FieldTest, AClassIsKnownByEachNameItCanBeImportedBy) {
  for (const char* path : {"models.fields.CharField", "models.fields.related.ForeignKey",
                           "models.fields.json.JSONField", "models.fields.files.ImageField"}) {
    const std::string call = std::string(path) + "(to='a.B', on_delete=models.CASCADE)";
    const bool is_key = std::string_view(path).ends_with("ForeignKey");
    const FieldPtr field = Read(is_key ? call : std::string(path) + "()");
    EXPECT_NE(field->type, FieldType::kUnknown) << path;
    EXPECT_EQ(field->class_path, "django.db.models." + field->class_name) << path;
  }
}

TEST_F(FieldTest, DecimalAndAddressTakePositionalArgumentsOfTheirOwn) {
  const FieldPtr price = Read("models.DecimalField('price', None, 10, 2)");
  EXPECT_EQ(price->max_digits, 10);
  EXPECT_EQ(price->decimal_places, 2);
  EXPECT_TRUE(Read("models.GenericIPAddressField('a', 'b', 'ipv4', False, True)")->primary_key);
}

TEST_F(FieldTest, ACloneIsTheFieldItself) {
  EXPECT_EQ(Read("models.IntegerField(null=True).clone().clone()")->type, FieldType::kInteger);
}

TEST_F(FieldTest, ADefaultThatIsNotProvidedIsNone) {
  EXPECT_FALSE(Read("models.IntegerField(default=models.NOT_PROVIDED)")->has_default);
  EXPECT_TRUE(Read("models.IntegerField(default=None)")->has_default);
}

// ---- Relations

TEST_F(FieldTest, AForeignKeyNamesItsModelInEachWay) {
  given.context().model = "order";
  given.context().swappable = {{"SHOP_CART_MODEL", "carts.Cart"}};
  const std::pair<const char*, const char*> cases[] = {
      {"'blog.Category'", "blog.category"},
      {"'Item'", "shop.item"},
      {"'self'", "shop.order"},
      {"settings.AUTH_USER_MODEL", "auth.user"},
      {"settings.SHOP_CART_MODEL", "carts.cart"},
  };
  for (const auto& [to, key] : cases) {
    const FieldPtr field =
        Read("models.ForeignKey(" + std::string(to) + ", on_delete=models.PROTECT)");
    EXPECT_EQ(field->relation->to.ToString(), key) << to;
    EXPECT_EQ(field->relation->on_delete, "PROTECT") << to;
    EXPECT_TRUE(field->db_index) << to;
  }
}

TEST_F(FieldTest, AKeyToASettingRemembersTheSetting) {
  given.context().auth_user_model = "accounts.Person";
  const FieldPtr field = Read("models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)");

  EXPECT_EQ(field->relation->to_as_written, "accounts.Person");
  EXPECT_EQ(field->relation->swappable_setting, "AUTH_USER_MODEL");
}

TEST_F(FieldTest, AModelGivenAsClassIsLabelledByItsPackage) {
  given.Before(
      "from django.contrib.auth.models import User\n"
      "from company.shop.orders.models.paid import Invoice\n");
  given.context().app_labels = {{"company.shop.orders", "ordering"}};

  EXPECT_EQ(Read("models.ForeignKey(User, models.CASCADE)")->relation->to.ToString(), "auth.user");
  EXPECT_EQ(Read("models.OneToOneField(Invoice, models.CASCADE)")->relation->to.ToString(),
            "ordering.invoice");
}

TEST_F(FieldTest, AManyToManyFieldHasNoColumn) {
  const FieldPtr field = Read("models.ManyToManyField('blog.Tag', through='shop.Tagging')");

  EXPECT_TRUE(field->IsManyToMany());
  EXPECT_FALSE(field->concrete);
  EXPECT_EQ(field->relation->through->ToString(), "shop.tagging");
}

TEST_F(FieldTest, AOneToOneFieldIsUnique) {
  EXPECT_TRUE(Read("models.OneToOneField('blog.Tag', models.CASCADE)")->unique);
}

// ---- What Django refuses

TEST_F(FieldTest, ArgumentsThatPythonRefusesAreRefusedInItsWords) {
  const std::pair<const char*, const char*> cases[] = {
      {"models.IntegerField(nonsense=1)",
       "TypeError: Field.__init__() got an unexpected keyword argument 'nonsense'"},
      {"models.ForeignKey('a.B')",
       "TypeError: ForeignKey.__init__() missing 1 required positional argument: 'on_delete'"},
      {"models.ForeignKey()",
       "TypeError: ForeignKey.__init__() missing 2 required positional arguments: 'to' and "
       "'on_delete'"},
      {"models.ForeignKey('a.B', None)", "TypeError: on_delete must be callable."},
      {"models.ForeignKey(5, models.CASCADE)",
       "TypeError: ForeignKey(5) is invalid. First parameter to ForeignKey must be either a "
       "model, a model name, or the string 'self'"},
      {"models.ForeignKey('a.b.C', models.CASCADE)",
       "ValueError: Invalid model reference 'a.b.C'. String model references must be of the form "
       "'app_label.ModelName'."},
      {"models.ForeignKey('a.B', on_delete=models.CASCADE, to='x')",
       "TypeError: ForeignKey.__init__() got multiple values for argument 'to'"},
      {"models.CharField('a', verbose_name='b')",
       "TypeError: Field.__init__() got multiple values for argument 'verbose_name'"},
      {"models.DecimalField('v', 'n', 5, 2, 7)",
       "TypeError: DecimalField.__init__() takes from 1 to 5 positional arguments but 6 were "
       "given"},
      {"models.UUIDField('v', 'n')",
       "TypeError: UUIDField.__init__() takes from 1 to 2 positional arguments but 3 were given"},
      {"models.BooleanField(*range(30))",
       "TypeError: Field.__init__() takes from 1 to 25 positional arguments but 31 were given"},
      {"models.ManyToManyField('a.B', through='x.Y', db_table='z')",
       "ValueError: Cannot specify a db_table if an intermediary model is used."},
      {"models.GeneratedField()",
       "TypeError: GeneratedField.__init__() missing 2 required keyword-only arguments: "
       "'expression' and 'output_field'"},
      {"models.GeneratedField(expression=1, output_field=models.IntegerField())",
       "ValueError: GeneratedField.db_persist must be True or False."},
      {"models.CompositePrimaryKey('a')",
       "ValueError: CompositePrimaryKey must include at least two fields."},
      {"models.CompositePrimaryKey('a', 'a')",
       "ValueError: CompositePrimaryKey args must be unique strings."},
      {"models.NoSuchField()",
       "AttributeError: module 'django.db.models' has no attribute 'NoSuchField'"},
      {"models.ForeignKey('a.B', models.DB_CASCADE)",
       "AttributeError: module 'django.db.models' has no attribute 'DB_CASCADE'"},
  };
  for (const auto& [expression, message] : cases) {
    EXPECT_EQ(Refusal(expression), message) << expression;
  }
}

TEST_F(FieldTest, ARefusalNamesThePlaceOfTheCall) {
  try {
    Read("models.CharField(max_len=5)");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(Describe(error.place()), "shop/migrations/0001_initial.py:3:9");
  }
}

TEST_F(FieldTest, WhatAnOlderDjangoLacksIsRefusedAsThere) {
  MigrationText old("4.2");
  const auto refusal = [&](std::string_view expression) {
    return MessageOf([&] { ReadField(old.Eval(expression), old.context()); });
  };

  EXPECT_EQ(refusal("models.IntegerField(db_default=1)"),
            "TypeError: Field.__init__() got an unexpected keyword argument 'db_default'");
  EXPECT_EQ(refusal("models.GeneratedField(expression=1)"),
            "AttributeError: module 'django.db.models' has no attribute 'GeneratedField'");
  EXPECT_EQ(refusal("models.CharField(db_comment='x')"), "");
}

TEST_F(FieldTest, WhatIsNoFieldIsRefused) {
  EXPECT_EQ(Refusal("5"), "a value of type 'int' stands where a field belongs");
  EXPECT_EQ(Refusal("models.CharField"),
            "'django.db.models.CharField' stands where a field belongs; call it: "
            "django.db.models.CharField()");
}

// ---- Classes of the project and of others

TEST_F(FieldTest, AClassOfTheProjectIsFollowedToItsDjangoField) {
  given.Before(
      "class Money(models.DecimalField):\n"
      "    def __init__(self, *args, **kwargs):\n"
      "        kwargs.setdefault('max_digits', 12)\n"
      "        super().__init__(*args, **kwargs)\n"
      "class Price(Money):\n"
      "    pass\n");
  const FieldPtr field = Read("Price(null=True)");

  EXPECT_EQ(field->type, FieldType::kDecimal);
  EXPECT_EQ(field->class_name, "Price");
  EXPECT_EQ(field->max_digits, 12);
  EXPECT_TRUE(field->null);
}

TEST_F(FieldTest, OwnDbTypeIsCalledAsOnSqlite) {
  given.Before(
      "class Point(models.Field):\n"
      "    def db_type(self, connection):\n"
      "        return 'point_%s' % connection.vendor\n");
  const FieldPtr field = Read("Point()");

  EXPECT_EQ(field->custom_db_type, "point_sqlite");
  EXPECT_TRUE(field->concrete);
}

TEST_F(FieldTest, OwnInternalTypeIsTheTypeOfTheColumn) {
  given.Before(
      "class Json(models.Field):\n"
      "    def get_internal_type(self):\n"
      "        return 'TextField'\n");

  EXPECT_EQ(Read("Json()")->type, FieldType::kText);
}

TEST_F(FieldTest, ADbTypeThatCannotBeToldLeavesTheTypeOpen) {
  given.Before(
      "from elsewhere import helper\n"
      "class Odd(models.CharField):\n"
      "    def db_type(self, connection):\n"
      "        return helper(connection)\n");
  const FieldPtr field = Read("Odd(max_length=3)");

  EXPECT_EQ(field->type, FieldType::kUnknown);
  EXPECT_TRUE(field->concrete);
}

TEST_F(FieldTest, AClassOfAnotherPackageKeepsItsOptions) {
  given.Before("from djmoney.fields import MoneyField\n");
  const FieldPtr field = Read("MoneyField('x', max_digits=9, null=True, currency='EUR')");

  EXPECT_EQ(field->type, FieldType::kUnknown);
  EXPECT_EQ(field->class_path, "djmoney.fields.MoneyField");
  EXPECT_TRUE(field->null);
  EXPECT_TRUE(field->concrete);
  EXPECT_TRUE(field->Option("currency").has_value());
  EXPECT_EQ(field->args.size(), 1U);
}

TEST_F(FieldTest, AClassOfAnotherPackageCanBeMapped) {
  given.Before(
      "from djmoney.fields import MoneyField\n"
      "from taggit.managers import TaggableManager\n");
  given.context().field_types = {{"djmoney.fields.MoneyField", "DecimalField"},
                                 {"taggit.managers.TaggableManager", "ManyToManyField"}};

  EXPECT_EQ(Read("MoneyField(max_digits=9, currency='EUR')")->type, FieldType::kDecimal);
  EXPECT_TRUE(Read("TaggableManager(to='taggit.Tag', manager=5)")->IsManyToMany());
}

TEST_F(FieldTest, OnDeleteBetraysAForeignKey) {
  given.Before("from mptt.fields import TreeForeignKey\n");
  const FieldPtr field = Read("TreeForeignKey(to='shop.Item', on_delete=models.CASCADE, mptt=1)");

  EXPECT_TRUE(field->IsForeignKey());
  EXPECT_EQ(field->class_path, "mptt.fields.TreeForeignKey");
}

TEST_F(FieldTest, PostgresFieldsNameTheirTypeForEveryDatabase) {
  given.Before("from django.contrib.postgres.fields import HStoreField\n");

  EXPECT_EQ(Read("HStoreField()")->custom_db_type, "hstore");
}

}  // namespace
}  // namespace migext::django
