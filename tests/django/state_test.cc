#include "django/state.h"

#include <gtest/gtest.h>

#include <string>

namespace migext::django {
namespace {

ModelState Model(const std::string& app, const std::string& name) {
  ModelState model;
  model.app = app;
  model.name = name;
  return model;
}

std::string Names(const ProjectState& state) {
  std::string names;
  for (const auto& model : state.models()) names += model->app + "." + model->name + " ";
  return names;
}

TEST(StateTest, ModelsAreFoundInAnyCase) {
  ProjectState state;
  state.Add(Model("blog", "LogEntry"));

  EXPECT_EQ(state.Find("blog", "LOGENTRY")->name, "LogEntry");
  EXPECT_EQ(state.Find("shop", "LogEntry"), nullptr);
}

TEST(StateTest, ModelsKeepTheOrderInWhichTheyWereAdded) {
  ProjectState state;
  for (const char* name : {"Post", "Author", "Tag"}) state.Add(Model("blog", name));
  state.Add(Model("blog", "AUTHOR"));
  state.Remove({"blog", "post"});
  state.Add(Model("blog", "Post"));

  EXPECT_EQ(Names(state), "blog.AUTHOR blog.Tag blog.Post ");
  EXPECT_EQ(state.Find("blog", "tag")->name, "Tag");
}

TEST(StateTest, ACopyDoesNotSeeLaterChanges) {
  ProjectState before;
  before.Add(Model("blog", "Post"));

  ProjectState after = before;
  after.Update({"blog", "post"}, [](ModelState& model) { model.fields.push_back({"title", {}}); });
  after.Add(Model("blog", "Tag"));

  EXPECT_EQ(Names(before), "blog.Post ");
  EXPECT_TRUE(before.Find("blog", "post")->fields.empty());
  EXPECT_EQ(after.Find("blog", "post")->fields.size(), 1U);
}

TEST(StateTest, RemovingAModelThatIsNotThereDoesNothing) {
  ProjectState state;
  state.Add(Model("blog", "Post"));
  state.Remove({"blog", "tag"});

  EXPECT_EQ(Names(state), "blog.Post ");
}

TEST(StateTest, TheTableIsNamedAfterAppAndModelUnlessGiven) {
  ModelState model = Model("blog", "LogEntry");
  EXPECT_EQ(model.DbTable(), "blog_logentry");

  model.SetOption("managed", python::Value::Bool(false));
  EXPECT_FALSE(model.IsManaged());
  model.DropOption("managed");
  EXPECT_TRUE(model.IsManaged());
  EXPECT_FALSE(model.IsProxy());
}

}  // namespace
}  // namespace migext::django
