#include "recover/json_layout.h"

#include "base/json_dump.h"
#include "python/strings.h"
#include "recover/python_text.h"

namespace migext::recover {
namespace {

using Kind = JsonNode::Kind;

bool AppendArray(const JsonNode& node, const JsonLayout& layout, int depth, std::string& out) {
  out += '[';
  bool is_first = true;
  for (const JsonNode& item : node.items) {
    layout.BeginItem(is_first, depth + 1, out);
    is_first = false;
    if (!AppendJson(item, layout, depth + 1, out)) return false;
  }
  if (!is_first) layout.EndItems(depth + 1, out);
  out += ']';
  return true;
}

bool AppendObject(const JsonNode& node, const JsonLayout& layout, int depth, std::string& out) {
  out += '{';
  bool is_first = true;
  for (const JsonMember& member : node.members) {
    layout.BeginItem(is_first, depth + 1, out);
    is_first = false;
    if (!AppendJsonText(member.name, out)) return false;
    out += ": ";
    if (!AppendJson(member.value, layout, depth + 1, out)) return false;
  }
  if (!is_first) layout.EndItems(depth + 1, out);
  out += '}';
  return true;
}

std::string ReprOfReal(const std::string& text) {
  const std::string real = PythonReal(text);
  if (real == "NaN") return "nan";
  if (real == "Infinity") return "inf";
  return real == "-Infinity" ? "-inf" : real;
}

std::string Repr(const JsonNode& node) {
  std::string out;
  switch (node.kind) {
    case Kind::kNull:
      return "None";
    case Kind::kFalse:
      return "False";
    case Kind::kTrue:
      return "True";
    case Kind::kInteger:
      return PythonInteger(node.text);
    case Kind::kReal:
      return ReprOfReal(node.text);
    case Kind::kText:
      return python::QuoteText(node.text);
    case Kind::kArray:
      for (const JsonNode& item : node.items) out += (out.empty() ? "" : ", ") + Repr(item);
      return "[" + out + "]";
    case Kind::kObject:
      for (const JsonMember& member : node.members) {
        out += (out.empty() ? "" : ", ") + python::QuoteText(member.name) + ": ";
        out += Repr(member.value);
      }
      return "{" + out + "}";
  }
  return out;
}

}  // namespace

bool AppendJson(const JsonNode& node, const JsonLayout& layout, int depth, std::string& out) {
  switch (node.kind) {
    case Kind::kNull:
      out += "null";
      return true;
    case Kind::kFalse:
      out += "false";
      return true;
    case Kind::kTrue:
      out += "true";
      return true;
    case Kind::kInteger:
      out += PythonInteger(node.text);
      return true;
    case Kind::kReal:
      out += PythonReal(node.text);
      return true;
    case Kind::kText:
      return AppendJsonText(node.text, out);
    case Kind::kArray:
      return AppendArray(node, layout, depth, out);
    case Kind::kObject:
      return AppendObject(node, layout, depth, out);
  }
  return true;
}

std::string PythonStr(const JsonNode& node) {
  return node.kind == Kind::kText ? node.text : Repr(node);
}

}  // namespace migext::recover
