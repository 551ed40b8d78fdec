"""Equal entries are numbered in the order of the file, however many there are."""

from collections import Counter
from hashlib import blake2b

from gateways.bank_file.duplicate_counter import DuplicateCounter


def test_equal_entries_are_numbered_while_the_table_grows() -> None:
    fingerprints = [blake2b(str(number % 700).encode()).digest() for number in range(2_000)]
    met: Counter[bytes] = Counter()
    counter = DuplicateCounter(file_bytes=0)
    for fingerprint in fingerprints:
        assert counter.next(fingerprint) == met[fingerprint]
        met[fingerprint] += 1
