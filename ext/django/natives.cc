#include "django/natives.h"

#include <array>
#include <string>

namespace migext::django {
namespace {

using python::NativeArguments;
using python::Value;

constexpr std::string_view kSettings = "django.conf.settings";

Value FirstArgument(const NativeArguments& call) {
  if (!call.args.empty()) return call.args.front();
  return call.keywords.empty() ? Value() : call.keywords.front().value;
}

/// A message in the language it was written in: what Django stores in a migration, too.
void DefineTranslation(python::Interpreter& python) {
  constexpr std::string_view kModule = "django.utils.translation.";
  for (const std::string_view name :
       {"gettext", "gettext_lazy", "gettext_noop", "ugettext", "ugettext_lazy", "ugettext_noop"}) {
    python.DefineFunction(std::string(kModule) + std::string(name), FirstArgument);
  }
  for (const std::string_view name : {"pgettext", "pgettext_lazy"}) {
    python.DefineFunction(std::string(kModule) + std::string(name),
                          [](const NativeArguments& call) {
                            return call.args.size() > 1 ? call.args[1] : FirstArgument(call);
                          });
  }
  for (const std::string_view name : {"ngettext", "ngettext_lazy", "ungettext", "ungettext_lazy"}) {
    python.DefineFunction(
        std::string(kModule) + std::string(name), [](const NativeArguments& call) {
          const bool is_one = call.args.size() > 2 && python::Equal(call.args[2], Value::Int(1));
          return call.args.size() > 1 && !is_one ? call.args[1] : FirstArgument(call);
        });
  }
}

void DefineText(python::Interpreter& python) {
  for (const std::string_view name :
       {"django.utils.encoding.force_str", "django.utils.encoding.force_text",
        "django.utils.encoding.smart_str", "django.utils.safestring.mark_safe"}) {
    python.DefineFunction(std::string(name), FirstArgument);
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
    return call.python.MakeSymbol(std::string(kSettings) + ".AUTH_USER_MODEL");
  });
  DefineTranslation(python);
  DefineText(python);
}

void DefineSettings(python::Interpreter& python, const Settings& settings) {
  for (const auto& [name, value] : settings.values) {
    if (name != "AUTH_USER_MODEL" && !NamesModel(name, value)) {
      python.Define(std::string(kSettings) + "." + name, value);
    }
  }
}

}  // namespace migext::django
