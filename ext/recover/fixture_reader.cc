#include "recover/fixture_reader.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/json_dump.h"
#include "base/text.h"
#include "python/strings.h"

namespace migext::recover {
namespace {

using Kind = JsonNode::Kind;

[[noreturn]] void Refuse(const std::string& path, const std::string& why) {
  throw Error("cannot load '" + path + "': " + why);
}

bool IsLines(const std::string& path) {
  if (path.ends_with(".jsonl")) return true;
  if (path.ends_with(".json")) return false;
  for (const char* packed : {".gz", ".bz2", ".xz", ".lzma", ".zip"}) {
    if (path.ends_with(packed)) Refuse(path, "it is compressed; unpack it first");
  }
  Refuse(path, "only .json and .jsonl are read here; write one with manage.py dumpdata --format");
}

// Asked before opening: opening a pipe would wait for its writer.
std::FILE* Open(const std::string& path) {
  const FileKind kind = KindOf(path);
  if (kind == FileKind::kMissing) Refuse(path, "there is no such file");
  if (kind == FileKind::kFolder) Refuse(path, "it is a folder; name the file in it");
  if (kind != FileKind::kFile) Refuse(path, "it is no regular file");
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) Refuse(path, std::strerror(errno));
  return file;
}

JsonReader::Fill FillFrom(std::FILE* file, const std::string& path) {
  return [file, path](char* buffer, std::size_t size) {
    const std::size_t count = std::fread(buffer, 1, size, file);
    if (count == 0 && std::ferror(file) != 0) Refuse(path, "it cannot be read to its end");
    return count;
  };
}

void AppendPythonText(std::string& out, const JsonNode& node, bool is_inside) {
  switch (node.kind) {
    case Kind::kNull:
      out += "None";
      break;
    case Kind::kTrue:
      out += "True";
      break;
    case Kind::kFalse:
      out += "False";
      break;
    case Kind::kInteger:
      out += PythonInteger(node.text);
      break;
    case Kind::kReal:
      out += FloatText(std::strtod(node.text.c_str(), nullptr));
      break;
    case Kind::kText:
      out += is_inside ? python::QuoteText(node.text) : node.text;
      break;
    case Kind::kArray:
      out += '[';
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (i > 0) out += ", ";
        AppendPythonText(out, node.items[i], true);
      }
      out += ']';
      break;
    case Kind::kObject:
      out += '{';
      for (std::size_t i = 0; i < node.members.size(); ++i) {
        if (i > 0) out += ", ";
        out += python::QuoteText(node.members[i].name) + ": ";
        AppendPythonText(out, node.members[i].value, true);
      }
      out += '}';
      break;
  }
}

}  // namespace

FixtureReader::FixtureReader(const std::string& path)
    : path_(path),
      is_lines_(IsLines(path)),
      file_(Open(path)),
      json_(path, FillFrom(file_.get(), path)) {
  if (is_lines_ || json_.Take('[')) return;
  if (json_.AtEnd()) throw Error(json_.Here(), "Expecting value; the file is empty");
  throw Error(json_.Here(),
              "a .json fixture is a list of objects and begins with '['; for one object per line "
              "call the file .jsonl");
}

Place FixtureReader::At(const JsonNode& node) const { return {path_, node.line, node.column, {}}; }

bool FixtureReader::Advance() {
  if (is_lines_) return !json_.AtEnd();
  if (json_.NextItem(std::exchange(is_first_, false))) return true;
  json_.RequireEnd();
  return false;
}

const FixtureObject* FixtureReader::Next() {
  if (!Advance()) return nullptr;
  object_ = {};
  object_.node = json_.ReadValue();
  ReadObject();
  return &object_;
}

void FixtureReader::ReadObject() {
  const JsonNode& node = object_.node;
  const auto fail = [&](const JsonNode& at, const std::string& message) {
    throw Error(At(at), message +
                            "; an object of a fixture is {\"model\": \"app.model\", \"pk\": "
                            "…, \"fields\": {…}}");
  };
  if (!node.Is(Kind::kObject))
    fail(node, "expected an object, got " + PythonText(node).substr(0, 80));
  const JsonNode* model = node.Find("model");
  if (model == nullptr) fail(node, "Error deserializing object: 'model'");
  if (!model->Is(Kind::kText)) {
    fail(*model, "Invalid model identifier: " + PythonText(*model).substr(0, 80));
  }
  object_.model = model->text;
  object_.pk = node.Find("pk");
  object_.fields = node.Find("fields");
  if (object_.fields == nullptr) fail(node, "Error deserializing object: 'fields'");
  if (!object_.fields->Is(Kind::kObject)) {
    fail(*object_.fields, "\"fields\" of " + object_.model + " is no object");
  }
}

std::string PythonText(const JsonNode& node) {
  std::string out;
  AppendPythonText(out, node, false);
  return out;
}

}  // namespace migext::recover
