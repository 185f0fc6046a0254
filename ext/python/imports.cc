// Modules and symbols: where a dotted name leads.
//
// Files of the project win over the library that comes with the evaluator, which wins over defined
// names; what is left becomes a symbol.
#include <string>

#include "base/error.h"
#include "python/compiler.h"
#include "python/parser.h"
#include "python/runtime.h"

namespace migext::python {
namespace {

std::string Parent(std::string_view dotted) {
  const std::size_t dot = dotted.rfind('.');
  return std::string(dot == std::string_view::npos ? std::string_view() : dotted.substr(0, dot));
}

std::string_view Last(std::string_view dotted) { return dotted.substr(dotted.rfind('.') + 1); }

std::string_view Top(std::string_view dotted) { return dotted.substr(0, dotted.find('.')); }

/// Python's words for a name that a module without a file lacks.
[[noreturn]] void RaiseCannotImport(std::string_view name, std::string_view module) {
  Raise("ImportError", "cannot import name '" + std::string(name) + "' from '" +
                           std::string(module) + "' (unknown location)");
}

}  // namespace

void Runtime::Define(std::string dotted, Value value) {
  if (const auto made = symbols_.find(dotted); made != symbols_.end()) symbols_.erase(made);
  defined_[std::move(dotted)] = value;
}

void Runtime::DefineLibrary(std::string dotted, std::string_view source) {
  libraries_[std::move(dotted)] = source;
}

void Runtime::DefineAlias(std::string dotted, std::string target) {
  aliases_[std::move(dotted)] = std::move(target);
}

void Runtime::OnUnknown(std::function<std::optional<Value>(std::string_view)> resolver) {
  on_unknown_ = std::move(resolver);
}

void Runtime::OnMissing(std::function<bool(std::string_view, std::string_view)> is_missing) {
  is_missing_ = std::move(is_missing);
}

bool Runtime::IsMissing(std::string_view module, std::string_view name) const {
  return is_missing_ && is_missing_(module, name);
}

bool Runtime::IsMissing(Value symbol, const StrObject* name) const {
  return symbol.Is(Kind::kSymbol) &&
         IsMissing(As<SymbolObject>(symbol).dotted->view(), name->view());
}

Value Runtime::SymbolFor(std::string_view dotted) {
  const auto found = symbols_.find(dotted);
  if (found != symbols_.end()) return found->second;
  const Value made = SymbolOrDefined(dotted);
  symbols_.emplace(heap.Intern(dotted)->view(), made);
  return made;
}

Value Runtime::SymbolOrDefined(std::string_view dotted) {
  const std::string text(dotted);
  if (const auto defined = defined_.find(text); defined != defined_.end()) return defined->second;
  if (const auto alias = aliases_.find(text); alias != aliases_.end()) {
    return SymbolFor(alias->second);
  }
  if (libraries_.contains(text)) return Import(dotted);
  if (libraries_.contains(Parent(dotted))) {
    const Value library = Import(Parent(dotted));
    const Value* found = FindValue(*As<ModuleObject>(library).globals, heap.Intern(Last(dotted)));
    if (found != nullptr) return *found;
  }
  if (on_unknown_) {
    if (const std::optional<Value> known = on_unknown_(dotted)) return *known;
  }
  auto* symbol = heap.New<SymbolObject>();
  symbol->dotted = heap.Intern(dotted);
  symbol->name = heap.Intern(Last(dotted));
  const std::string parent = Parent(dotted);
  if (!parent.empty()) symbol->owner = SymbolFor(parent);
  return Value::Of(Kind::kSymbol, symbol);
}

Value Runtime::SymbolAttribute(Value owner_value, const StrObject* name) {
  std::string dotted;
  if (owner_value.Is(Kind::kSymbol)) {
    dotted = As<SymbolObject>(owner_value).dotted->view();
    if (!dotted.empty()) return SymbolFor(dotted + "." + std::string(name->view()));
  } else if (owner_value.Is(Kind::kClass)) {
    dotted = DottedName(owner_value) + "." + std::string(name->view());
  }
  auto* symbol = heap.New<SymbolObject>();
  symbol->dotted = heap.Intern(dotted);
  symbol->name = heap.Intern(name->view());
  symbol->owner = owner_value;
  return Value::Of(Kind::kSymbol, symbol);
}

// The module of a dotted name after those of its packages; or what stands for it.
Value Runtime::Import(std::string_view dotted_name) {
  const std::string dotted(dotted_name);
  const auto known = modules_.find(dotted);
  if (known != modules_.end() && !known->second.has_failed) return known->second.module;
  const DeepGuard guard;
  const std::string parent = Parent(dotted);
  Value package;
  if (!parent.empty()) package = Import(parent);
  const auto again = modules_.find(dotted);
  if (again != modules_.end() && !again->second.has_failed) return again->second.module;
  const Value module = Load(dotted);
  if (package.Is(Kind::kModule)) {
    Put(heap, *As<ModuleObject>(package).globals, heap.Intern(Last(dotted)), module);
  }
  return module;
}

Value Runtime::Load(const std::string& dotted) {
  ModuleRecord& record = modules_[dotted];
  if (record.error.has_value()) throw Error(*record.error);
  if (record.has_failed) throw Raised(record.failure);
  Value module;
  try {
    if (LoadProject(dotted, module)) return module;
    const auto library = libraries_.find(dotted);
    if (library != libraries_.end()) {
      return RunModule(dotted, {dotted + ".py", std::string(library->second), false}, true);
    }
  } catch (const Error& error) {
    record.has_failed = true;
    record.error = error;
    throw;
  } catch (Raised& raised) {
    record.has_failed = true;
    ExceptionOf(raised);
    record.failure = raised;
    throw;
  }
  // A name inside a library module or a defined value: datetime.datetime, os.path.
  const std::string parent = Parent(dotted);
  const auto package = modules_.find(parent);
  if (!parent.empty() && package != modules_.end() && package->second.module.Is(Kind::kModule)) {
    Value found;
    if (FindOfModule(package->second.module, heap.Intern(Last(dotted)), found, false)) {
      record.module = found;
      return found;
    }
  }
  const bool is_project = finder_.IsProjectPackage(Top(dotted));
  if (is_project) {
    record.has_failed = true;
    record.failure = Raised();
    record.failure.type = "ModuleNotFoundError";
    record.failure.message = "No module named '" + dotted + "'";
    if (!parent.empty() && package != modules_.end() && package->second.module.Is(Kind::kModule) &&
        !As<ModuleObject>(package->second.module).is_package) {
      record.failure.message += "; '" + parent + "' is not a package";
    }
    const Value name = MakeStr(dotted);
    ExceptionOf(record.failure);
    Put(heap, *As<InstanceObject>(record.failure.exception).attributes, names.name, name);
    throw Raised(record.failure);
  }
  record.module = SymbolFor(dotted);
  return record.module;
}

bool Runtime::LoadProject(const std::string& dotted, Value& out) {
  std::optional<FoundModule> found = finder_.FindModule(dotted);
  if (!found.has_value()) return false;
  const bool is_foreign = found->is_forgiving && !finder_.IsProjectPackage(Top(dotted));
  try {
    out = RunModule(dotted, std::move(*found), false);
    return true;
  } catch (const Error& error) {
    // Another package's module that cannot even be parsed is as good as one without source.
    if (!is_foreign) throw;
    forgiven_.push_back(error);
    return false;
  }
}

Value Runtime::RunModule(std::string_view dotted_name, FoundModule found, bool is_library) {
  const std::string dotted(dotted_name);
  ModuleRecord& record = modules_[dotted];
  record.has_failed = false;
  auto* module = heap.New<ModuleObject>();
  module->name = heap.Intern(dotted);
  module->file = heap.NewStr(found.path.empty() ? found.file : found.path);
  module->is_forgiving = found.is_forgiving;
  module->is_package = found.is_package;
  module->is_library = is_library;
  module->package = found.is_package ? module->name : heap.Intern(Parent(dotted));
  module->globals = NewDict(heap);
  record.module = Value::Of(Kind::kModule, module);
  record.is_loading = true;
  if (found.bytes.size() > budget_.source_bytes) {
    throw Error("'" + found.file + "' is too long: more than " +
                std::to_string(budget_.source_bytes >> 20U) + " MiB of source text");
  }
  trees_.push_back(Parse(std::move(found.file), std::move(found.bytes)));
  Code& code = codes_.emplace_back();
  code.module = trees_.back().get();
  code.is_library = is_library;
  code.name = code.qualname = heap.Intern("<module>");
  Put(heap, *module->globals, names.name, ToValue(module->name));
  Put(heap, *module->globals, names.file, ToValue(module->file));
  Put(heap, *module->globals, names.package, ToValue(module->package));
  Put(heap, *module->globals, names.doc, Value());
  if (module->is_package) {
    const Value folder = MakeStr(Parent(module->file->view()));
    Put(heap, *module->globals, names.path, MakeList({&folder, 1}));
  }
  EnsureCompiled(code);
  Frame frame;
  PrepareSlots(frame, code, nullptr);
  frame.module = module;
  frame.names = module->globals;
  Run(frame);
  modules_[dotted].is_loading = false;
  return Value::Of(Kind::kModule, module);
}

Value Runtime::ImportRelative(const ModuleObject& from, const ImportName& name) {
  if (name.level == 0) return Import(name.module);
  std::string package(from.package->view());
  if (package.empty()) {
    Raise("ImportError", "attempted relative import with no known parent package");
  }
  for (std::uint32_t i = 1; i < name.level; ++i) {
    package = Parent(package);
    if (package.empty()) Raise("ImportError", "attempted relative import beyond top-level package");
  }
  if (!name.module.empty()) package += "." + std::string(name.module);
  return Import(package);
}

Value Runtime::ImportTop(const ModuleObject& from, const ImportName& name) {
  ImportRelative(from, name);
  return Import(Top(name.module));
}

Value Runtime::ImportFrom(Value module, const StrObject* name) {
  Value found;
  if (!module.Is(Kind::kModule)) {
    if (FindAttribute(module, name, found)) return found;
    RaiseCannotImport(name->view(), DottedName(module));
  }
  const auto& object = As<ModuleObject>(module);
  if (object.is_library && IsMissing(object.name->view(), name->view())) {
    RaiseCannotImport(name->view(), object.name->view());
  }
  try {
    if (FindOfModule(module, name, found, false)) return found;
  } catch (Raised& raised) {
    // A module's own __getattr__ says by AttributeError that it has no such name.
    if (!IsException("AttributeError", raised, *this)) throw;
  }
  const std::string dotted = std::string(object.name->view()) + "." + std::string(name->view());
  if (object.is_package) {
    const bool exists = modules_.contains(dotted) || finder_.FindModule(dotted).has_value();
    if (exists) return Import(dotted);
  }
  if (object.is_library || object.is_forgiving) return SymbolFor(dotted);
  const auto record = modules_.find(std::string(object.name->view()));
  const bool partial = record != modules_.end() && record->second.is_loading;
  Raise("ImportError", "cannot import name '" + std::string(name->view()) + "' from " +
                           (partial ? "partially initialized module '" : "'") +
                           std::string(object.name->view()) +
                           (partial ? "' (most likely due to a circular import) (" : "' (") +
                           std::string(object.file->view()) + ")");
}

void Runtime::ImportStar(Value module, ModuleObject& importer, DictObject& into) {
  if (!module.Is(Kind::kModule)) {
    importer.star = module;
    return;
  }
  const DictObject& globals = *As<ModuleObject>(module).globals;
  if (const Value* all = FindValue(globals, names.all)) {
    for (const Value& name : ToVector(*all)) {
      if (!name.IsStr()) continue;
      const StrObject* interned = heap.Intern(name.AsStr());
      Put(heap, into, interned, GetAttribute(module, interned));
    }
    return;
  }
  const std::vector<Entry> entries(globals.view().begin(), globals.view().end());
  for (const Entry& entry : entries) {
    if (!entry.key.IsStr() || entry.key.AsStr().starts_with('_')) continue;
    Put(heap, into, entry.key, entry.value);
  }
}

}  // namespace migext::python
