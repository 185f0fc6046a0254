// Writing JSON text, laid out as Python's json.dumps does by default: ", " and ": " between parts.
//
//   JsonWriter json;
//   json.BeginArray(); json.Text("auth"); json.Integer(3); json.EndArray();
//   json.Take();  // ["auth", 3]
#ifndef MIGEXT_BASE_JSON_H_
#define MIGEXT_BASE_JSON_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace migext {

class JsonWriter {
 public:
  void BeginArray();
  void EndArray();
  void BeginObject();
  void EndObject();
  /// REQUIRES: inside an object, before the value.
  void Key(std::string_view name);

  void Text(std::string_view text);
  void Integer(std::int64_t number);
  void Real(double number);
  void Bool(bool value);
  void Null();
  /// `json` is written as it is.
  void Raw(std::string_view json);

  /// The text so far; the writer is empty afterwards.
  std::string Take();

 private:
  void Separate();

  std::string out_;
  std::vector<bool> has_items_;
  bool after_key_ = false;
};

/// "text" with the escapes JSON demands.  Letters beyond ASCII stay as they are.
std::string JsonText(std::string_view text);

/// ["a", "b"]
std::string JsonArray(const std::vector<std::string>& items);

}  // namespace migext

#endif  // MIGEXT_BASE_JSON_H_
