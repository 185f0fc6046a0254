#include <algorithm>
#include <string>

#include "python/literal.h"

namespace migext::python {
namespace {

struct NamedCharacter {
  std::string_view name;
  char32_t code_point;
};

constexpr NamedCharacter kNamedCharacters[] = {
    {"LATIN CAPITAL LETTER A WITH GRAVE", 0xC0},
    {"LATIN CAPITAL LETTER A WITH ACUTE", 0xC1},
    {"LATIN CAPITAL LETTER A WITH CIRCUMFLEX", 0xC2},
    {"LATIN CAPITAL LETTER A WITH TILDE", 0xC3},
    {"LATIN CAPITAL LETTER A WITH DIAERESIS", 0xC4},
    {"LATIN CAPITAL LETTER A WITH RING ABOVE", 0xC5},
    {"LATIN CAPITAL LETTER AE", 0xC6},
    {"LATIN CAPITAL LETTER C WITH CEDILLA", 0xC7},
    {"LATIN CAPITAL LETTER E WITH GRAVE", 0xC8},
    {"LATIN CAPITAL LETTER E WITH ACUTE", 0xC9},
    {"LATIN CAPITAL LETTER E WITH CIRCUMFLEX", 0xCA},
    {"LATIN CAPITAL LETTER E WITH DIAERESIS", 0xCB},
    {"LATIN CAPITAL LETTER I WITH GRAVE", 0xCC},
    {"LATIN CAPITAL LETTER I WITH ACUTE", 0xCD},
    {"LATIN CAPITAL LETTER I WITH CIRCUMFLEX", 0xCE},
    {"LATIN CAPITAL LETTER I WITH DIAERESIS", 0xCF},
    {"LATIN CAPITAL LETTER ETH", 0xD0},
    {"LATIN CAPITAL LETTER N WITH TILDE", 0xD1},
    {"LATIN CAPITAL LETTER O WITH GRAVE", 0xD2},
    {"LATIN CAPITAL LETTER O WITH ACUTE", 0xD3},
    {"LATIN CAPITAL LETTER O WITH CIRCUMFLEX", 0xD4},
    {"LATIN CAPITAL LETTER O WITH TILDE", 0xD5},
    {"LATIN CAPITAL LETTER O WITH DIAERESIS", 0xD6},
    {"LATIN CAPITAL LETTER O WITH STROKE", 0xD8},
    {"LATIN CAPITAL LETTER U WITH GRAVE", 0xD9},
    {"LATIN CAPITAL LETTER U WITH ACUTE", 0xDA},
    {"LATIN CAPITAL LETTER U WITH CIRCUMFLEX", 0xDB},
    {"LATIN CAPITAL LETTER U WITH DIAERESIS", 0xDC},
    {"LATIN CAPITAL LETTER Y WITH ACUTE", 0xDD},
    {"LATIN CAPITAL LETTER THORN", 0xDE},
    {"LATIN SMALL LETTER A WITH GRAVE", 0xE0},
    {"LATIN SMALL LETTER A WITH ACUTE", 0xE1},
    {"LATIN SMALL LETTER A WITH CIRCUMFLEX", 0xE2},
    {"LATIN SMALL LETTER A WITH TILDE", 0xE3},
    {"LATIN SMALL LETTER A WITH DIAERESIS", 0xE4},
    {"LATIN SMALL LETTER A WITH RING ABOVE", 0xE5},
    {"LATIN SMALL LETTER AE", 0xE6},
    {"LATIN SMALL LETTER C WITH CEDILLA", 0xE7},
    {"LATIN SMALL LETTER E WITH GRAVE", 0xE8},
    {"LATIN SMALL LETTER E WITH ACUTE", 0xE9},
    {"LATIN SMALL LETTER E WITH CIRCUMFLEX", 0xEA},
    {"LATIN SMALL LETTER E WITH DIAERESIS", 0xEB},
    {"LATIN SMALL LETTER I WITH GRAVE", 0xEC},
    {"LATIN SMALL LETTER I WITH ACUTE", 0xED},
    {"LATIN SMALL LETTER I WITH CIRCUMFLEX", 0xEE},
    {"LATIN SMALL LETTER I WITH DIAERESIS", 0xEF},
    {"LATIN SMALL LETTER ETH", 0xF0},
    {"LATIN SMALL LETTER N WITH TILDE", 0xF1},
    {"LATIN SMALL LETTER O WITH GRAVE", 0xF2},
    {"LATIN SMALL LETTER O WITH ACUTE", 0xF3},
    {"LATIN SMALL LETTER O WITH CIRCUMFLEX", 0xF4},
    {"LATIN SMALL LETTER O WITH TILDE", 0xF5},
    {"LATIN SMALL LETTER O WITH DIAERESIS", 0xF6},
    {"LATIN SMALL LETTER O WITH STROKE", 0xF8},
    {"LATIN SMALL LETTER U WITH GRAVE", 0xF9},
    {"LATIN SMALL LETTER U WITH ACUTE", 0xFA},
    {"LATIN SMALL LETTER U WITH CIRCUMFLEX", 0xFB},
    {"LATIN SMALL LETTER U WITH DIAERESIS", 0xFC},
    {"LATIN SMALL LETTER Y WITH ACUTE", 0xFD},
    {"LATIN SMALL LETTER THORN", 0xFE},
    {"LATIN SMALL LETTER Y WITH DIAERESIS", 0xFF},
    {"CEDILLA", 0xB8},
    {"EMPTY SET", 0x2205},
    {"AMPERSAND", U'&'},
    {"APOSTROPHE", U'\''},
    {"ASTERISK", U'*'},
    {"BLACK STAR", 0x2605},
    {"BULLET", 0x2022},
    {"CARRIAGE RETURN", U'\r'},
    {"CHECK MARK", 0x2713},
    {"COLON", U':'},
    {"COMMA", U','},
    {"COMMERCIAL AT", U'@'},
    {"COPYRIGHT SIGN", 0xA9},
    {"DEGREE SIGN", 0xB0},
    {"DIVISION SIGN", 0xF7},
    {"DOLLAR SIGN", U'$'},
    {"DOWNWARDS ARROW", 0x2193},
    {"EM DASH", 0x2014},
    {"EM SPACE", 0x2003},
    {"EN DASH", 0x2013},
    {"EN SPACE", 0x2002},
    {"EURO SIGN", 0x20AC},
    {"FULL STOP", U'.'},
    {"GREATER-THAN SIGN", U'>'},
    {"HORIZONTAL ELLIPSIS", 0x2026},
    {"HYPHEN", 0x2010},
    {"HYPHEN-MINUS", U'-'},
    {"INFINITY", 0x221E},
    {"INVERTED QUESTION MARK", 0xBF},
    {"LATIN SMALL LETTER SHARP S", 0xDF},
    {"LEFT CURLY BRACKET", U'{'},
    {"LEFT DOUBLE QUOTATION MARK", 0x201C},
    {"LEFT SINGLE QUOTATION MARK", 0x2018},
    {"LEFT-POINTING DOUBLE ANGLE QUOTATION MARK", 0xAB},
    {"LEFT-TO-RIGHT MARK", 0x200E},
    {"LEFTWARDS ARROW", 0x2190},
    {"LESS-THAN SIGN", U'<'},
    {"LINE FEED", U'\n'},
    {"MICRO SIGN", 0xB5},
    {"MIDDLE DOT", 0xB7},
    {"MINUS SIGN", 0x2212},
    {"MULTIPLICATION SIGN", 0xD7},
    {"NARROW NO-BREAK SPACE", 0x202F},
    {"NBSP", 0xA0},
    {"NO-BREAK SPACE", 0xA0},
    {"NON-BREAKING HYPHEN", 0x2011},
    {"NULL", 0},
    {"NUMBER SIGN", U'#'},
    {"PERCENT SIGN", U'%'},
    {"PILCROW SIGN", 0xB6},
    {"PLUS SIGN", U'+'},
    {"PLUS-MINUS SIGN", 0xB1},
    {"POUND SIGN", 0xA3},
    {"QUOTATION MARK", U'"'},
    {"REGISTERED SIGN", 0xAE},
    {"REPLACEMENT CHARACTER", 0xFFFD},
    {"REVERSE SOLIDUS", U'\\'},
    {"RIGHT CURLY BRACKET", U'}'},
    {"RIGHT DOUBLE QUOTATION MARK", 0x201D},
    {"RIGHT SINGLE QUOTATION MARK", 0x2019},
    {"RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK", 0xBB},
    {"RIGHT-TO-LEFT MARK", 0x200F},
    {"RIGHTWARDS ARROW", 0x2192},
    {"SECTION SIGN", 0xA7},
    {"SNOWMAN", 0x2603},
    {"SOFT HYPHEN", 0xAD},
    {"SOLIDUS", U'/'},
    {"SPACE", U' '},
    {"THIN SPACE", 0x2009},
    {"TRADE MARK SIGN", 0x2122},
    {"UPWARDS ARROW", 0x2191},
    {"VERTICAL LINE", U'|'},
    {"WHITE STAR", 0x2606},
    {"YEN SIGN", 0xA5},
    {"ZERO WIDTH JOINER", 0x200D},
    {"ZERO WIDTH NO-BREAK SPACE", 0xFEFF},
    {"ZERO WIDTH NON-JOINER", 0x200C},
    {"ZERO WIDTH SPACE", 0x200B},
};

// In the order of their code points; the hole is the final sigma.
constexpr std::string_view kGreekLetters[] = {
    "ALPHA", "BETA",  "GAMMA",   "DELTA", "EPSILON", "ZETA",    "ETA",   "THETA", "IOTA",
    "KAPPA", "LAMDA", "MU",      "NU",    "XI",      "OMICRON", "PI",    "RHO",   "FINAL SIGMA",
    "SIGMA", "TAU",   "UPSILON", "PHI",   "CHI",     "PSI",     "OMEGA",
};

// The letter called `name` in an alphabet whose first letter has that code point.
char32_t LetterNamed(std::string_view name, char32_t latin_a, char32_t greek_alpha) {
  if (name.starts_with("LATIN ") && name.size() == 7) {
    const char letter = name.back();
    return letter >= 'A' && letter <= 'Z' ? latin_a + static_cast<char32_t>(letter - 'A') : 0;
  }
  if (!name.starts_with("GREEK ")) return 0;
  const auto* found = std::find(std::begin(kGreekLetters), std::end(kGreekLetters), name.substr(6));
  if (found == std::end(kGreekLetters)) return 0;
  return greek_alpha + static_cast<char32_t>(found - std::begin(kGreekLetters));
}

}  // namespace

char32_t CharacterNamed(std::string_view name) {
  std::string upper(name);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const auto* found = std::find_if(std::begin(kNamedCharacters), std::end(kNamedCharacters),
                                   [&](const NamedCharacter& c) { return c.name == upper; });
  if (found != std::end(kNamedCharacters)) return found->code_point;
  constexpr std::string_view kSmall = "SMALL LETTER ";
  constexpr std::string_view kCapital = "CAPITAL LETTER ";
  if (const std::size_t at = upper.find(kSmall); at != std::string::npos) {
    return LetterNamed(upper.erase(at, kSmall.size()), U'a', 0x3B1);
  }
  if (const std::size_t at = upper.find(kCapital); at != std::string::npos) {
    return LetterNamed(upper.erase(at, kCapital.size()), U'A', 0x391);
  }
  return 0;
}

}  // namespace migext::python
