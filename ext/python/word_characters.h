// What \w and \d mean in a regular expression of Python: every script's letters and digits.
#ifndef MIGEXT_PYTHON_WORD_CHARACTERS_H_
#define MIGEXT_PYTHON_WORD_CHARACTERS_H_

namespace migext::python {

/// str.isalnum() of one character.
bool IsAlphanumeric(char32_t c);
/// str.isdecimal() of one character.
bool IsDecimal(char32_t c);

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_WORD_CHARACTERS_H_
