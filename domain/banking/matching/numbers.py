"""Invoice numbers as they are issued and as payers write them, and their matching keys."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

NUMBERS_KEPT: Final = 4_096
"""Numbers whose parts are cached: successive entries need the same ones."""
MIN_TELLING: Final = 5
"""A number with fewer letters and digits proves little by itself: «5» may be a school's."""
MIN_SLIP_DIGITS: Final = 6
"""With fewer digits one slip turns any number into any other."""

_YEAR_AND_ZEROS: Final = re.compile(r"^(?:20[0-9]{2})?0*(?=[0-9])")
_NOT_DIGITS: Final = re.compile(r"[^0-9]+")
_NOT_ALPHANUMERIC: Final = re.compile(r"[^0-9a-zа-я]+")
_BY_YEAR: Final = re.compile(r"([A-Za-z]*)-?(20[0-9]{2})-([0-9]+)")
_YEAR_AND_TAIL: Final = re.compile(r"(20[0-9]{2})([0-9]+)")
_LETTER_O: Final = re.compile(r"o+(?=[0-9])|(?<=[0-9])o+")

_ALIKE: Final = (
    *("aа", "bvбв", "csсцчшщ", "dд", "eеэ", "fф", "gг", "hnxнх", "iийы", "jж", "kqк", "lл"),
    *("mм", "oо", "prпр", "tт", "yuую", "zз"),
)
"""Letters that look or sound alike in the two alphabets; the first one stands for its class."""
_CLASS_OF: Final = str.maketrans({letter: one[0] for one in _ALIKE for letter in one})


def key_of(invoice_number: str) -> str:
    """The key that an invoice is found by: its digits, less a leading year and leading zeros.

    So `KP-2026-000123`, `kp2026000123`, `2026/123` and `123` have one key. A number without digits
    has the empty key and is never found. In PostgreSQL:
    `regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(20[0-9]{2})?0*(?=[0-9])', '')`.
    """
    return _YEAR_AND_ZEROS.sub("", _NOT_DIGITS.sub("", invoice_number))


def folded(letters: str) -> str:
    """Lower-case letters replaced by their classes, so that «кр», «кп» and "kp" are equal."""
    return letters.translate(_CLASS_OF)


def canon(text: str) -> str:
    """A number without case, separators and differences of alphabet, O beside digits as 0."""
    bare = folded(_NOT_ALPHANUMERIC.sub("", text.casefold()))
    return _LETTER_O.sub(lambda found: "0" * len(found.group()), bare)


def year_and_tail(digits: str) -> tuple[str, str]:
    """A leading year, empty when there is none, and the other digits."""
    found = _YEAR_AND_TAIL.fullmatch(digits)
    return (found[1], found[2]) if found else ("", digits)


@dataclass(frozen=True)
class NumberParts:
    """An invoice number taken apart. `year` is empty where the series has none."""

    number: str
    letters: str
    year: str
    tail: str

    @cached_property
    def canon(self) -> str:
        """The whole number."""
        return canon(self.number)

    @cached_property
    def spellings(self) -> frozenset[str]:
        """Its digits as issued, and with a tail without leading zeros."""
        return frozenset({self.year + self.tail, self.year + (self.tail.lstrip("0") or "0")})


@lru_cache(maxsize=NUMBERS_KEPT)
def parts_of(invoice_number: str) -> NumberParts:
    """`KP-2026-000123` in its letters, year and tail; any other number in letters and digits."""
    found = _BY_YEAR.fullmatch(invoice_number)
    if found:
        return NumberParts(invoice_number, folded(found[1].lower()), found[2], found[3])
    whole = canon(invoice_number)
    letters = "".join(one for one in whole if not one.isdigit())
    return NumberParts(invoice_number, letters, "", _NOT_DIGITS.sub("", whole))


def is_slip(written: str, meant: str) -> bool:
    """Whether one slip turns one into the other: a digit changed, lost or added, or two swapped."""
    if len(written) > len(meant):
        return is_slip(meant, written)
    if written == meant or len(meant) - len(written) > 1:
        return False
    start = _equal_beginning(written, meant)
    if len(written) < len(meant):
        return written[start:] == meant[start + 1 :]
    if written[start + 1 :] == meant[start + 1 :]:
        return True
    swapped = written[start + 1 : start + 2] + written[start : start + 1]
    return swapped == meant[start : start + 2] and written[start + 2 :] == meant[start + 2 :]


def _equal_beginning(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), len(one))
