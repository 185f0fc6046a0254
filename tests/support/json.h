// Reads JSON, so that golden files can be compared with. Strict: throws std::runtime_error on what
// is no JSON, and on a missing key or another kind than asked for, so that a test cannot pass by
// accident.
//
//   const Json golden = Json::ReadFile(MIGEXT_TEST_DATA "/zoo/expected/5.2/f_text.json");
//   for (const Json& step : golden["steps"].Items()) step["direction"].Text();
#ifndef MIGEXT_TESTS_SUPPORT_JSON_H_
#define MIGEXT_TESTS_SUPPORT_JSON_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace migext::test {

class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  static Json Parse(std::string_view text);
  static Json ReadFile(const std::string& path);

  bool IsNull() const { return Is<std::nullptr_t>(); }
  bool IsText() const { return Is<std::string>(); }
  bool IsArray() const { return Is<Array>(); }
  bool IsObject() const { return Is<Object>(); }
  bool IsBool() const { return Is<bool>(); }
  bool IsNumber() const { return Is<Number>(); }

  const std::string& Text() const { return Get<std::string>("a string"); }
  bool Bool() const { return Get<bool>("true or false"); }
  std::int64_t Integer() const;
  /// The digits as written, "1e3" included.
  const std::string& NumberText() const { return Get<Number>("a number").text; }
  const Array& Items() const { return Get<Array>("an array"); }
  const Object& Members() const { return Get<Object>("an object"); }  ///< In the order written.

  bool Has(std::string_view key) const { return Find(key) != nullptr; }
  const Json& operator[](std::string_view key) const;
  const Json& operator[](std::size_t index) const;
  /// The member, or nullptr.
  const Json* Find(std::string_view key) const;
  /// The strings of an array.
  std::vector<std::string> Texts() const;

 private:
  friend class JsonReader;
  struct Number {
    std::string text;
  };

  template <typename T>
  bool Is() const {
    return std::holds_alternative<T>(value_);
  }
  template <typename T>
  const T& Get(const char* wanted) const {
    if (const T* value = std::get_if<T>(&value_)) return *value;
    Refuse(wanted);
  }
  [[noreturn]] static void Refuse(const std::string& wanted);

  std::variant<std::nullptr_t, bool, Number, std::string, Array, Object> value_ = nullptr;
};

}  // namespace migext::test

#endif  // MIGEXT_TESTS_SUPPORT_JSON_H_
