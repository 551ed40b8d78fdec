"""Telling apart, in bounded memory, entries of one file that look the same."""

from array import array
from collections import Counter
from typing import Final

_MARK_BYTES: Final = 8
_PLACES_PER_ENTRY: Final = 2
"""Half of the places stay empty, so that a free one is near."""


class DuplicateCounter:
    """Counts entries with one fingerprint, in the order of the file.

    Fingerprints are remembered by their first eight bytes, in places of their own: a set of them
    would take ten times as much. Only those that were met twice are kept whole.
    """

    def __init__(self, most_entries: int) -> None:
        self._marks = array("Q", bytes(_MARK_BYTES * _PLACES_PER_ENTRY * most_entries))
        self._repeated: Counter[bytes] = Counter()

    def next(self, fingerprint: bytes) -> int:
        """0 for the first entry with it; ask for `most_entries` at most."""
        marks = self._marks
        mark = int.from_bytes(fingerprint[:_MARK_BYTES]) or 1
        place = mark % len(marks)
        while marks[place] not in (0, mark):
            place = (place + 1) % len(marks)
        if marks[place] == mark:
            self._repeated[fingerprint] += 1
        marks[place] = mark
        return self._repeated.get(fingerprint, 0)
