#include "recover/fixture_models.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "django/graph.h"
#include "django/project.h"
#include "support/golden_blog.h"
#include "support/project_builder.h"

namespace migext::recover {
namespace {

class FixtureModelsTest : public ::testing::Test {
 protected:
  const FixtureModels& Read() {
    project_ = django::Project::Read(given_.root(), {});
    const django::Graph graph = django::Graph::Build(*project_, {});
    models_ = std::make_unique<FixtureModels>(*project_, graph.FinalState());
    return *models_;
  }

  static std::string Labels(const FixtureModels& models) {
    std::vector<std::string> labels;
    for (const FixtureModel& model : models.all()) labels.push_back(model.label);
    return Join(labels, " ");
  }

  /// Those in "fields", as Django orders them.
  static std::string Fields(const FixtureModel& model) {
    std::vector<std::string> names;
    for (const FixtureField& field : model.fields) {
      if (field.is_serialized) names.push_back(field.name);
    }
    for (const FixtureManyToMany& field : model.many_to_many) names.push_back(field.name);
    return Join(names, " ");
  }

  /// "codename content_type.app_label"
  static std::string Key(const FixtureModel& model) {
    std::vector<std::string> parts;
    for (const NaturalKeyPart& part : model.natural_key->parts) {
      std::vector<std::string> names;
      for (const FixtureField* field : part.path) names.push_back(field->name);
      parts.push_back(Join(names, "."));
    }
    return Join(parts, " ");
  }

  ProjectBuilder given_;
  std::shared_ptr<const django::Project> project_;
  std::unique_ptr<FixtureModels> models_;
};

TEST_F(FixtureModelsTest, TheBlogIsInTheOrderOfItsModels) {
  test::LayOutBlog(given_, "project", "5.2");
  const FixtureModels& models = Read();
  EXPECT_EQ(Labels(models),
            "admin.logentry auth.permission auth.group auth.user contenttypes.contenttype "
            "sessions.session newsletter.subscriber newsletter.issue newsletter.delivery "
            "blog.category blog.tag blog.post blog.comment blog.commentlike blog.collaboration "
            "blog.revision");
  EXPECT_EQ(Fields(*models.Find("blog.Post")),
            "author category title slug excerpt body status view_count created_at updated_at "
            "published_at featured_in metadata rating tags");
  EXPECT_EQ(Fields(*models.Find("blog.comment")),
            "post author parent content created_at is_approved is_pinned level path");
  EXPECT_TRUE(models.notes().empty());
}

TEST_F(FixtureModelsTest, NaturalKeysLeadToColumns) {
  test::LayOutBlog(given_, "project", "5.2");
  const FixtureModels& models = Read();
  EXPECT_EQ(Key(*models.Find("auth.permission")),
            "codename content_type.app_label content_type.model");
  EXPECT_EQ(models.Find("auth.permission")->natural_key->dependencies.front()->label,
            "contenttypes.contenttype");
  EXPECT_EQ(Key(*models.Find("auth.user")), "username");
  EXPECT_FALSE(models.Find("blog.post")->natural_key);
}

TEST_F(FixtureModelsTest, RelationsLeadToTheFieldTheyRepeat) {
  test::LayOutBlog(given_, "project", "5.2");
  const FixtureModels& models = Read();
  const FixtureField* featured = models.Find("blog.post")->FindField("featured_in");
  EXPECT_EQ(featured->column, "featured_in_id");
  EXPECT_EQ(featured->target->label, "newsletter.issue");
  EXPECT_EQ(featured->target_field->name, "number");
  const FixtureManyToMany* tags = models.Find("blog.post")->FindManyToMany("tags");
  EXPECT_EQ(tags->table + " " + tags->own_column + " " + tags->other_column,
            "blog_post_tags post_id tag_id");
  EXPECT_EQ(tags->target->label, "blog.tag");
}

TEST_F(FixtureModelsTest, AChildOfAnotherModelHasItsOwnFieldsAndALink) {
  given_.Apps({"shop"}).Migration(
      "shop.0001_initial", {},
      "migrations.CreateModel('Place', fields=[('id', models.AutoField(primary_key=True)),"
      " ('name', models.TextField())]),"
      "migrations.CreateModel('Cafe', fields=[('place_ptr', models.OneToOneField(auto_created=True,"
      " on_delete=models.CASCADE, parent_link=True, primary_key=True, serialize=False,"
      " to='shop.place')), ('tea', models.BooleanField())], bases=('shop.place',)),"
      "migrations.CreateModel('Corner', fields=[], options={'proxy': True},"
      " bases=('shop.cafe',)),"
      "migrations.CreateModel('Visit', fields=[('cafe', models.ForeignKey('shop.corner',"
      " models.CASCADE))])");
  given_.File("shop/models.py",
              "from django.db import models\n"
              "class Place(models.Model):\n"
              "    name = models.TextField()\n"
              "    def natural_key(self):\n"
              "        return (self.name,)\n"
              "class Cafe(Place):\n"
              "    tea = models.BooleanField()\n");
  const FixtureModels& models = Read();
  EXPECT_EQ(Labels(models), "shop.place shop.cafe shop.visit");
  EXPECT_EQ(models.proxies(), std::vector<std::string>{"shop.Corner"});
  const FixtureModel& cafe = *models.Find("shop.cafe");
  EXPECT_EQ(Fields(cafe), "tea");
  EXPECT_EQ(cafe.parents.front()->label, "shop.place");
  EXPECT_EQ(Key(cafe), "place_ptr.name");
  EXPECT_EQ(cafe.FindField("name")->column, "name");
  const FixtureField* visited = models.Find("shop.visit")->FindField("cafe");
  EXPECT_EQ(visited->target->label, "shop.cafe");
  EXPECT_EQ(visited->ValueField().type, django::FieldType::kAuto);
}

TEST_F(FixtureModelsTest, ACompositeKeyHasItsMembers) {
  given_.Apps({"shop"})
      .File("requirements.txt", "django==5.2\n")
      .Migration(
          "shop.0001_initial", {},
          "migrations.CreateModel('Line', fields=[('pk', models.CompositePrimaryKey('a', 'b')),"
          " ('a', models.IntegerField()), ('b', models.IntegerField())])");
  const FixtureModel& line = *Read().Find("shop.line");
  EXPECT_TRUE(line.has_composite_key);
  ASSERT_EQ(line.pk.size(), 2U);
  EXPECT_EQ(line.pk[1]->column, "b");
}

TEST_F(FixtureModelsTest, WithoutModelsTheOrderIsThatOfTheMigrations) {
  given_.Apps({"shop"}).Migration(
      "shop.0001_initial", {},
      "migrations.CreateModel('B', fields=[('id', models.AutoField(primary_key=True)),"
      " ('y', models.TextField()), ('x', models.TextField())]),"
      "migrations.CreateModel('A', fields=[])");
  given_.File("shop/models.py", "class B(\n");
  const FixtureModels& models = Read();
  EXPECT_EQ(Labels(models), "shop.b shop.a");
  EXPECT_EQ(Fields(*models.Find("shop.b")), "y x");
  EXPECT_EQ(models.notes().size(), 1U);
}

}  // namespace
}  // namespace migext::recover
