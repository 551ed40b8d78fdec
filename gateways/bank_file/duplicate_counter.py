"""Numbers entries of one file that are equal, in bounded memory."""

from array import array
from collections import Counter
from typing import Final

_MARK_BYTES: Final = 8
_PLACES_PER_ENTRY: Final = 2
"""Half of the table stays empty, so that a free slot is near."""


class DuplicateCounter:
    """Counts entries with one fingerprint, in the order of the file.

    Fingerprints are stored by their first eight bytes in a hash table of our own: a set would take
    ten times as much memory. Only those that occur twice are stored in full.
    """

    def __init__(self, most_entries: int) -> None:
        self._marks = array("Q", bytes(_MARK_BYTES * _PLACES_PER_ENTRY * most_entries))
        self._repeated: Counter[bytes] = Counter()

    def next(self, fingerprint: bytes) -> int:
        """How many entries had this fingerprint before; call it for at most `most_entries`
        entries.
        """
        marks = self._marks
        mark = int.from_bytes(fingerprint[:_MARK_BYTES]) or 1
        place = mark % len(marks)
        while marks[place] not in (0, mark):
            place = (place + 1) % len(marks)
        if marks[place] == mark:
            self._repeated[fingerprint] += 1
        marks[place] = mark
        return self._repeated.get(fingerprint, 0)
