#include "django/arguments.h"

#include <gtest/gtest.h>

namespace migext::django {
namespace {

using python::Keyword;
using python::Value;

constexpr Parameter kParameters[] = {
    {"model"}, {"name"}, {"field", Parameter::kOptional}, {"hint", Parameter::kKeywordOnly}};
constexpr Signature kAdd = {"Add.__init__", kParameters};

/// The message of the error, "" when the arguments fit.
std::string Refusal(const Signature& signature, const std::vector<Value>& args,
                    const std::vector<Keyword>& keywords = {}) {
  try {
    BindCall(signature, args, keywords, {});
  } catch (const Error& error) {
    return error.message();
  }
  return {};
}

TEST(ArgumentsTest, BindByPlaceAndByName) {
  const std::vector<Value> args = {Value::Int(1)};
  const std::vector<Keyword> keywords = {{"hint", Value::Int(3)}, {"name", Value::Int(2)}};
  const CallArguments bound = BindCall(kAdd, args, keywords, {});
  EXPECT_EQ(bound.Get("model").AsInt(), 1);
  EXPECT_EQ(bound.Get("name").AsInt(), 2);
  EXPECT_EQ(bound.Get("hint").AsInt(), 3);
  EXPECT_FALSE(bound.Find("field"));
  EXPECT_TRUE(bound.Get("field").IsNone());
}

TEST(ArgumentsTest, MissingOnesAreListedAsCPythonListsThem) {
  EXPECT_EQ(Refusal(kAdd, {Value::Int(1)}),
            "TypeError: Add.__init__() missing 1 required positional argument: 'name'");
  EXPECT_EQ(Refusal(kAdd, {}),
            "TypeError: Add.__init__() missing 2 required positional arguments: 'model' and "
            "'name'");
  constexpr Parameter kThree[] = {{"a"}, {"b"}, {"c"}};
  EXPECT_EQ(Refusal({"F.f", kThree}, {}),
            "TypeError: F.f() missing 3 required positional arguments: 'a', 'b', and 'c'");
  constexpr Parameter kNamed[] = {{"name", Parameter::kRequiredKeyword}};
  EXPECT_EQ(Refusal({"F.f", kNamed}, {}),
            "TypeError: F.f() missing 1 required keyword-only argument: 'name'");
}

TEST(ArgumentsTest, TooManyAreCountedWithSelf) {
  const Value one = Value::Int(1);
  EXPECT_EQ(Refusal(kAdd, {one, one, one, one}),
            "TypeError: Add.__init__() takes from 3 to 4 positional arguments but 5 were given");
  EXPECT_EQ(Refusal(kAdd, {one, one, one, one}, {{"hint", one}}),
            "TypeError: Add.__init__() takes from 3 to 4 positional arguments but 5 positional "
            "arguments (and 1 keyword-only argument) were given");
  EXPECT_EQ(Refusal({"F.f", {}}, {one}),
            "TypeError: F.f() takes 1 positional argument but 2 were given");
  EXPECT_EQ(Refusal({"F.f", {}, true}, {one}), "");
}

TEST(ArgumentsTest, AKeywordIsRefusedBeforeWhatIsMissing) {
  const Value one = Value::Int(1);
  EXPECT_EQ(Refusal(kAdd, {}, {{"colour", one}}),
            "TypeError: Add.__init__() got an unexpected keyword argument 'colour'");
  EXPECT_EQ(Refusal(kAdd, {one}, {{"model", one}}),
            "TypeError: Add.__init__() got multiple values for argument 'model'");
}

}  // namespace
}  // namespace migext::django
