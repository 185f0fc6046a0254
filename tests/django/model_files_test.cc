#include "django/model_files.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"
#include "django/project.h"
#include "support/project_builder.h"

namespace migext::django {
namespace {

class ModelFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    given_.Apps({"shop", "core"}).Migration("shop.0001_initial").Migration("core.0001_initial");
  }

  ModelFiles Read() { return ReadModelFiles(Project::Read(given_.root(), {})->apps()); }

  /// "name price"
  static std::string Attributes(const ModelFiles& files, const ModelKey& key) {
    const WrittenModel* model = files.Find(key);
    return model == nullptr ? "(none)" : Join(model->attributes, " ");
  }

  /// "codename content_type+"
  static std::string Parts(const WrittenNaturalKey& key) {
    std::vector<std::string> parts;
    for (const WrittenNaturalKey::Part& part : key.parts) {
      parts.push_back(Join(part.chain, ".") + (part.is_nested ? "+" : ""));
    }
    return Join(parts, " ");
  }

  ProjectBuilder given_;
};

TEST_F(ModelFilesTest, FieldsComeAsTheyAreWritten) {
  given_.File("shop/models.py",
              "from django.db import models\n"
              "class Order(models.Model):\n"
              "    total: int = models.IntegerField()\n"
              "    name = models.TextField()\n"
              "    class Meta:\n"
              "        ordering = ['name']\n");
  EXPECT_EQ(Attributes(Read(), {"shop", "order"}), "total name");
}

TEST_F(ModelFilesTest, FieldsOfAnAbstractBaseStandWhereItWasDefined) {
  given_
      .File("core/models.py",
            "from django.db import models\n"
            "class Stamped(models.Model):\n"
            "    created = models.DateTimeField()\n"
            "    class Meta:\n"
            "        abstract = True\n")
      .File("shop/models.py",
            "from django.db import models\n"
            "class Priced(models.Model):\n"
            "    price = models.IntegerField()\n"
            "import core.models as base\n"
            "class Order(base.Stamped, Priced):\n"
            "    name = models.TextField()\n");
  EXPECT_EQ(Attributes(Read(), {"shop", "order"}), "price created name");
}

TEST_F(ModelFilesTest, APackageOfModelsIsReadAlongItsImports) {
  given_.Remove("shop/models.py")
      .File("shop/models/__init__.py",
            "from .second import *\n"
            "from . import first\n"
            "from .nowhere import Missing\n")
      .File("shop/models/first.py", "class First: a = 1\n")
      .File("shop/models/second.py",
            "try:\n"
            "    from .third import Third as Base\n"
            "except ImportError:\n"
            "    Base = object\n"
            "class Second(Base): b = 1\n")
      .File("shop/models/third.py", "class Third: c = 1\n");
  const ModelFiles files = Read();
  EXPECT_EQ(Attributes(files, {"shop", "second"}), "c b");
  ASSERT_NE(files.Find({"shop", "first"}), nullptr);
  EXPECT_LT(files.Find({"shop", "third"})->position, files.Find({"shop", "second"})->position);
  EXPECT_LT(files.Find({"shop", "second"})->position, files.Find({"shop", "first"})->position);
}

TEST_F(ModelFilesTest, MetaMayNameTheApp) {
  given_.File("shop/models.py",
              "class Elsewhere:\n"
              "    x = 1\n"
              "    class Meta:\n"
              "        app_label = 'core'\n");
  EXPECT_EQ(Attributes(Read(), {"core", "elsewhere"}), "x");
}

TEST_F(ModelFilesTest, WhatIsForTypeCheckersIsNotRun) {
  given_.File("shop/models.py",
              "from typing import TYPE_CHECKING\n"
              "if TYPE_CHECKING:\n"
              "    class Ghost: x = 1\n"
              "elif False:\n"
              "    class Other: y = 1\n");
  const ModelFiles files = Read();
  EXPECT_EQ(files.Find({"shop", "ghost"}), nullptr);
  EXPECT_NE(files.Find({"shop", "other"}), nullptr);
}

TEST_F(ModelFilesTest, NaturalKeysAreTuplesOfFields) {
  given_.File("shop/models.py",
              "class Order:\n"
              "    def natural_key(self):\n"
              "        '''Its number, and the shop.'''\n"
              "        return (self.number, self.shop.name) + self.owner.natural_key()\n"
              "    natural_key.dependencies = ['core.owner', 'core.shop']\n"
              "class Special(Order):\n"
              "    pass\n"
              "class Odd:\n"
              "    def natural_key(self):\n"
              "        return (f'{self.a}',)\n");
  const ModelFiles files = Read();
  const auto& key = files.Find({"shop", "order"})->natural_key;
  ASSERT_TRUE(key);
  EXPECT_EQ(Parts(*key), "number shop.name owner+");
  EXPECT_EQ(Join(key->dependencies, " "), "core.owner core.shop");
  EXPECT_EQ(Parts(*files.Find({"shop", "special"})->natural_key), "number shop.name owner+");
  EXPECT_EQ(files.Find({"shop", "odd"})->natural_key->trouble,
            "shop/models.py:9: natural_key() is more than a tuple of fields");
}

TEST_F(ModelFilesTest, AUserModelHasTheKeyOfItsUsername) {
  given_.File("core/models.py",
              "from django.contrib.auth.models import AbstractUser\n"
              "from django.contrib.auth import models as auth\n"
              "class User(AbstractUser):\n"
              "    USERNAME_FIELD = 'email'\n"
              "class Plain(auth.AbstractBaseUser):\n"
              "    pass\n");
  const ModelFiles files = Read();
  EXPECT_EQ(Parts(*files.Find({"core", "user"})->natural_key), "email");
  EXPECT_EQ(Parts(*files.Find({"core", "plain"})->natural_key), "username");
}

TEST_F(ModelFilesTest, AManyToManyFieldToSelfLeadsBothWaysUnlessItSaysOtherwise) {
  given_.File("shop/models.py",
              "from django.db import models\n"
              "class Person:\n"
              "    friends = models.ManyToManyField('self')\n"
              "    follows = models.ManyToManyField('self', symmetrical=False)\n"
              "    knows = models.ManyToManyField(to='self', blank=True)\n"
              "    likes = models.ManyToManyField('shop.Person')\n");
  const std::set<std::string> both_ways = {"friends", "knows"};
  EXPECT_EQ(Read().Find({"shop", "person"})->symmetrical, both_ways);
}

TEST_F(ModelFilesTest, ABrokenFileIsToldAndTheOthersAreRead) {
  given_.File("shop/models.py", "class (:\n").File("core/models.py", "class Shop: x = 1\n");
  const ModelFiles files = Read();
  ASSERT_EQ(files.troubles.size(), 1U);
  EXPECT_EQ(files.troubles.front().substr(0, 33), "shop/models.py:1:7: SyntaxError: ");
  EXPECT_NE(files.Find({"core", "shop"}), nullptr);
}

TEST_F(ModelFilesTest, CirclesEnd) {
  given_
      .File("shop/models.py",
            "from core.models import A\n"
            "class A(A): x = 1\n"
            "from shop.models import *\n")
      .File("core/models.py", "from shop.models import A\nclass B(A): y = 1\n");
  EXPECT_EQ(Attributes(Read(), {"shop", "a"}), "x");
}

}  // namespace
}  // namespace migext::django
