// What kind of character a code point is, for the methods of str.
//
// Case is known for ASCII, Latin-1, Latin Extended-A, Greek and Cyrillic; other letters have none
// here.
#ifndef MIGEXT_PYTHON_LETTERS_H_
#define MIGEXT_PYTHON_LETTERS_H_

namespace migext::python {

char32_t LowerOf(char32_t c);
char32_t UpperOf(char32_t c);
bool IsLetter(char32_t c);
/// ASCII digits alone.
bool IsDigit(char32_t c);
/// str.isspace() of one character.
bool IsSpace(char32_t c);

}  // namespace migext::python

#endif  // MIGEXT_PYTHON_LETTERS_H_
