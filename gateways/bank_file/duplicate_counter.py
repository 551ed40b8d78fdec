"""Numbers entries of one file that are equal, in little memory."""

from array import array
from collections import Counter
from typing import Final

_MARK_BYTES: Final = 8
_PLACES_PER_ENTRY: Final = 2
"""Half of the table stays empty, so that a free slot is near."""
_DOCUMENT_BYTES: Final = 512
"""Most documents are larger: for a file of smaller ones the table grows."""


class DuplicateCounter:
    """Counts entries with one fingerprint, in the order of the file.

    Fingerprints are stored by their first eight bytes in a hash table of our own: a set would take
    ten times as much memory. Only those that occur twice are stored in full.
    """

    def __init__(self, file_bytes: int) -> None:
        self._marks = _table(_PLACES_PER_ENTRY * (file_bytes // _DOCUMENT_BYTES + 1))
        self._free = len(self._marks) // _PLACES_PER_ENTRY
        self._repeated: Counter[bytes] = Counter()

    def next(self, fingerprint: bytes) -> int:
        """How many entries had this fingerprint before."""
        mark = int.from_bytes(fingerprint[:_MARK_BYTES]) or 1
        if self._is_there(mark):
            self._repeated[fingerprint] += 1
            return self._repeated[fingerprint]
        self._free -= 1
        if not self._free:
            self._grow()
        return 0

    def _is_there(self, mark: int) -> bool:
        """Whether a mark was there; it is from now on."""
        marks = self._marks
        place = mark % len(marks)
        while (there := marks[place]) != mark:
            if not there:
                marks[place] = mark
                return False
            place = (place + 1) % len(marks)
        return True

    def _grow(self) -> None:
        before, self._marks = self._marks, _table(2 * len(self._marks))
        self._free = len(before) // _PLACES_PER_ENTRY
        for mark in before:
            if mark:
                self._is_there(mark)


def _table(places: int) -> "array[int]":
    return array("Q", [0]) * places
