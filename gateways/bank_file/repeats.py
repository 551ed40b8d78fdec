"""Telling apart, in bounded memory, entries of one file that look the same."""

from collections import Counter
from dataclasses import replace
from typing import Final

from domain.bank_statement import StatementEntry

BITMAP_BITS: Final = 1 << 24
"""Two mebibytes; at a million entries about 30,000 are counted though they are no repeats."""
_PLACE_BYTES: Final = 8


class Repeats:
    """Which entries of a file may repeat: a bit per entry, and the bits that were set twice.

    Counting every entry's fingerprint would hold the whole file; two equal payments in a file are
    rare, so one pass finds the places worth counting and the next counts only those.
    """

    def __init__(self) -> None:
        self._seen = bytearray(BITMAP_BITS // 8)
        self._repeated: set[int] = set()

    def note(self, entry: StatementEntry) -> None:
        """See an entry in the first pass."""
        place = _place(entry)
        byte, bit = place >> 3, 1 << (place & 7)
        if self._seen[byte] & bit:
            self._repeated.add(place)
        self._seen[byte] |= bit

    def forget_single(self) -> None:
        """End the first pass: only the places that were met twice are kept."""
        self._seen = bytearray()

    def numbering(self) -> "Numbering":
        """A count from the start, one for each pass that gives entries out."""
        return Numbering(frozenset(self._repeated))


class Numbering:
    """Ordinals of equal entries, in the order of the file."""

    def __init__(self, places: frozenset[int]) -> None:
        self._places = places
        self._met: Counter[bytes] = Counter()

    def numbered(self, entry: StatementEntry) -> StatementEntry:
        """The entry with its ordinal."""
        if _place(entry) not in self._places:
            return entry
        ordinal = self._met[entry.fingerprint]
        self._met[entry.fingerprint] += 1
        return replace(entry, ordinal=ordinal) if ordinal else entry


def _place(entry: StatementEntry) -> int:
    return int.from_bytes(entry.fingerprint[:_PLACE_BYTES]) % BITMAP_BITS
