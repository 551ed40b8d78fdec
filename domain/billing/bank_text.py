"""Converts texts to the characters of a file for the bank (cp1251)."""

import unicodedata
from functools import lru_cache
from typing import Final

ENCODING: Final = "cp1251"

# What people paste and cp1251 cannot hold, as they would type it. «», —, №, ё and … are in cp1251.
# Any other character is refused: encoding must never put question marks into a name.
REPLACEMENTS: Final = {
    "\u00a0": " ",  # no-break space: cp1251 has it, but the bank compares names with plain ones
    "\u2007": " ",  # figure space
    "\u2009": " ",  # thin space
    "\u202f": " ",  # narrow no-break space
    "\u2010": "-",  # hyphen
    "\u2011": "-",  # no-break hyphen
    "\u2012": "-",  # figure dash
    "\u2015": "—",  # horizontal bar
    "\u2212": "-",  # minus
    "\u02bc": "'",  # apostrophe as a letter
    "\u2033": '"',  # inches
    "\u20bd": "руб.",  # rouble sign
}
# Latin letters that are no letter with a mark, as passports and banks write them.
_LETTERS: Final = {
    "Æ": "AE",
    "Œ": "OE",
    "Ø": "O",
    "Ł": "L",
    "Đ": "D",
    "Ð": "D",
    "Þ": "TH",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ß": "ss",
    "ı": "i",
}
_REPLACED: Final = str.maketrans(REPLACEMENTS)


def as_bank_file(text: str) -> str:
    """The text with typographic characters replaced by those of cp1251; `fits_bank_file` says
    whether the result can be written.
    """
    return unicodedata.normalize("NFC", text).translate(_REPLACED).strip()


def fits_bank_file(written: str) -> bool:
    """Whether a text is one line of visible characters, all of them in cp1251."""
    return written.isprintable() and _is_encodable(written)


def in_bank_letters(text: str) -> str:
    """The text with every letter that cp1251 lacks replaced by its letter without marks (ü becomes
    u), as such names are typed for a bank. A letter without such a counterpart stays.
    """
    return "".join(map(_plain, as_bank_file(text)))


@lru_cache(maxsize=4096)
def _plain(sign: str) -> str:
    if _is_encodable(sign):
        return sign
    bare = "".join(
        part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part)
    )
    plain = "".join(_LETTERS.get(part, part) for part in bare)
    return plain if plain and _is_encodable(plain) else sign


def _is_encodable(text: str) -> bool:
    try:
        text.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True
