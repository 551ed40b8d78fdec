"""Normalises texts that people write (Unicode NFC, NFKC): for storing, and for comparing."""

import re
import unicodedata
from functools import lru_cache
from itertools import groupby, islice
from typing import Final

MAX_MARKS: Final = 30
"""Combining marks that are kept on one character: more than any language writes. Reordering them
costs the square of their number; the Stream-Safe Text Format of UAX #15 has the same limit.
"""

# Characters invisible by Unicode's property Default_Ignorable_Code_Point that are not of category
# Cf: joiners, fillers of Hangul and Khmer, variation selectors.
_IGNORABLE: Final = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\uffa0"
    "\ufe00-\ufe0f\U000e0100-\U000e01ef"
)
_IGNORED: Final = re.compile(f"[{_IGNORABLE}]")
_BLANK: Final = "\u2800"  # Braille pattern blank: looks like a space, is classed as a symbol
_LINE_ENDS: Final = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_FORMAT: Final = "Cf"
_CONTROL: Final = "Cc"
_LINE_END: Final = "\n"


def one_line(text: str) -> str:
    """A text of one line as it is stored: NFC, without invisible characters (soft hyphens, joiners,
    direction and byte-order marks), each run of white space one space, trimmed.
    """
    return " ".join(_visible(text).split())


def paragraphs(text: str) -> str:
    """A text of several lines as it is stored: each line by `one_line`, without empty lines
    around.
    """
    lines = _LINE_ENDS.sub(_LINE_END, text).split(_LINE_END)
    return _LINE_END.join(map(one_line, lines)).strip(_LINE_END)


def has_control_characters(text: str) -> bool:
    """Whether a normalised text still has control characters other than line ends."""
    return any(unicodedata.category(sign) == _CONTROL and sign != _LINE_END for sign in text)


def is_storable_text(text: str) -> bool:
    """Whether a text has neither NUL nor a lone surrogate, both of which PostgreSQL refuses."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def compared(text: str) -> str:
    """A text in the form in which it is compared, never stored: one line, NFKC, case-folded."""
    plain = unicodedata.normalize("NFKC", _visible(text))
    return one_line(unicodedata.normalize("NFKC", plain.casefold()))


def _visible(text: str) -> str:
    shown = "".join(sign for sign in text if unicodedata.category(sign) != _FORMAT)
    kept = _few_marks(_IGNORED.sub("", shown).replace(_BLANK, " "))
    return _few_marks(unicodedata.normalize("NFC", kept))  # NFC may turn one mark into two


def _few_marks(text: str) -> str:
    if text.isascii():
        return text
    return "".join(
        "".join(islice(run, MAX_MARKS) if marks else run) for marks, run in groupby(text, _is_mark)
    )


@lru_cache(maxsize=10_000)
def _is_mark(sign: str) -> bool:
    """Whether a character combines with the one before it, as it is or once decomposed."""
    return unicodedata.category(unicodedata.normalize("NFKD", sign)[0]).startswith("M")
