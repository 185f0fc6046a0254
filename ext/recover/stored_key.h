// The primary key that a person types, as SQLite stores it.
//
//   StoredKey(field of an IntegerField, "12")   // "12"
#ifndef MIGEXT_RECOVER_STORED_KEY_H_
#define MIGEXT_RECOVER_STORED_KEY_H_

#include <string>

#include "recover/fixture_models.h"

namespace migext::recover {

/// A text for a comparison with the key's column, which gives it the column's type.  Throws Error
/// in Django's words for what no key of that kind can be.
std::string StoredKey(const FixtureField& key, const std::string& text);

}  // namespace migext::recover

#endif  // MIGEXT_RECOVER_STORED_KEY_H_
