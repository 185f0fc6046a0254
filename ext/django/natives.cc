#include "django/natives.h"

#include <array>
#include <string>

#include "django/exports.h"
#include "django/field_class.h"
#include "django/libraries.h"

namespace migext::django {
namespace {

using python::Kind;
using python::NativeArguments;
using python::Value;

constexpr std::string_view kSettings = "django.conf.settings";
constexpr std::string_view kModels = "django.db.models.";
constexpr std::string_view kEnums = "django.db.models.enums";

std::string SettingPath(std::string_view name) {
  return std::string(kSettings) + "." + std::string(name);
}

/// The names that django.db.models passes on from libraries.
std::optional<Value> Reexported(python::Interpreter& python, std::string_view dotted_name) {
  if (!dotted_name.starts_with(kModels)) return std::nullopt;
  const std::string_view name = dotted_name.substr(kModels.size());
  if (name != "Choices" && name != "IntegerChoices" && name != "TextChoices") return std::nullopt;
  return python.GetAttribute(python.Import(std::string(kEnums)), name);
}

/// What a field class of the project reaches by super().get_prep_value(value).  The rest of what
/// Django's own methods do is done where the literal is written.
std::optional<Value> FieldMethod(python::Interpreter& python, std::string_view dotted_name) {
  const std::size_t dot = dotted_name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view method = dotted_name.substr(dot + 1);
  if (method != "get_prep_value" && method != "to_python") return std::nullopt;
  const FieldClass* field_class = FindFieldClass(dotted_name.substr(0, dot));
  if (!field_class) return std::nullopt;
  const bool makes_text =
      field_class->type == FieldType::kChar || field_class->type == FieldType::kText;
  const std::string name(dotted_name);
  python.DefineFunction(name, [makes_text](const NativeArguments& call) {
    const Value value = call.args.empty() ? Value() : call.args.back();
    const bool is_number = value.Is(Kind::kInt) || value.Is(Kind::kBigInt) ||
                           value.Is(Kind::kFloat) || value.Is(Kind::kBool);
    return makes_text && is_number ? call.python.MakeStr(python::Str(value)) : value;
  });
  return python.MakeSymbol(name);
}

void DefineDefaults(python::Interpreter& python) {
  const Value defaults = python.Import("django.conf.global_settings");
  for (const python::Entry& entry : python::Entries(python::View(defaults.AsModule()).globals)) {
    const std::string_view name = entry.key.AsStr();
    if (!name.starts_with('_')) python.Define(SettingPath(name), entry.value);
  }
}

}  // namespace

void DefineDjango(python::Interpreter& python, const Version& version) {
  const std::array<Value, 5> parts = {Value::Int(version.major), Value::Int(version.minor),
                                      Value::Int(0), python.MakeStr("final"), Value::Int(0)};
  python.Define("django.VERSION", python.MakeTuple(parts));
  python.Define("django.__version__", python.MakeStr(version.text));
  python.DefineFunction("django.get_version", [text = version.text](const NativeArguments& call) {
    return call.python.MakeStr(text);
  });
  python.DefineFunction("django.contrib.auth.get_user_model", [](const NativeArguments& call) {
    return call.python.MakeSymbol(SettingPath("AUTH_USER_MODEL"));
  });
  for (const Library& library : Libraries()) {
    python.DefineLibrary(std::string(library.module), library.source);
  }
  python.OnUnknown([&python](std::string_view name) {
    const std::optional<Value> known = Reexported(python, name);
    return known ? known : FieldMethod(python, name);
  });
  python.OnMissing([version](std::string_view module, std::string_view name) {
    return LacksName(version, module, name);
  });
}

void DefineSettings(python::Interpreter& python, const Settings& settings) {
  // Of settings that could not be read nobody knows which are left at their defaults.
  if (!settings.module.empty()) DefineDefaults(python);
  for (const auto& [name, value] : settings.values) {
    if (name != "AUTH_USER_MODEL" && !NamesModel(name, value)) {
      python.Define(SettingPath(name), value);
    }
  }
}

}  // namespace migext::django
