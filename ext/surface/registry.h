// Everything a person can call, in one list.
//
// registry.cc is what is registered, what migext_help shows and what the README's reference is made
// from.  To add a table: one Make function in the file of its family, one line in the registry.
#ifndef MIGEXT_SURFACE_REGISTRY_H_
#define MIGEXT_SURFACE_REGISTRY_H_

#include <span>
#include <string_view>
#include <variant>

#include "sqlite/function.h"
#include "sqlite/table_function.h"
#include "surface/session.h"

namespace migext::surface {

using MakeFunction = sqlite::Function (*)(const SessionPtr&);
using MakeTable = sqlite::Table (*)(const SessionPtr&);

struct Entry {
  std::string_view kind;       ///< 'table', 'verb' or 'function'.
  std::string_view signature;  ///< "migration_plan(app, target)"
  std::string_view summary;
  std::string_view example;  ///< A statement that runs.
  std::variant<MakeFunction, MakeTable> make;

  std::string_view Name() const { return signature.substr(0, signature.find('(')); }
};

std::span<const Entry> Registry();
/// What Django registers on its own connections, for the constraints, generated columns and indexes
/// that use it; where the host has a function of that name it stays.
std::span<const Entry> DjangoFunctions();

/// Registers all of it on a connection.
void RegisterAll(sqlite3* handle);
/// Registers what a schema of Django's may use, where the connection has no such function: on
/// another one that works on the same schema.
void RegisterDjangoFunctions(sqlite3* handle, const SessionPtr& session);

}  // namespace migext::surface

#endif  // MIGEXT_SURFACE_REGISTRY_H_
