"""Recognises an entry that another statement of the same bank spells differently.

The file of a day that is still open and that day's final file spell an entry differently: a BIC or
a number that was empty is filled in, leading zeros are lost, a purpose is cut. A statement has
every entry that its bank had posted when it was made, so an entry of an earlier file that this one
lacks is either spelled differently here or was taken back.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import islice
from typing import Final
from uuid import UUID

from domain.banking.bank_statement import bare, bare_number

_PAYERS_OWN: Final = re.compile(r"(?:40[5-8]|42|03)[0-9]{17,18}")
"""Accounts of one holder; the others (302…, 409…, 474…) are a bank's, for money of many payers."""
_NOT_DIGITS: Final = re.compile(r"[^0-9]+")
_NOT_WORDS: Final = re.compile(r"[\W_]+")
MIN_END: Final = 3
"""Some banks keep only the end of a number: at least so many digits."""
MAX_BEGINNING: Final = 20
"""Letters and digits of a purpose by which a cut one is looked up."""
MAX_NEAR: Final = 200
"""The most stored entries with one common mark that an entry is compared with."""
ANY, GAP = "any", "gap"


class Similarity(IntEnum):
    """How likely it is that two entries of one account, day, direction and sum are the same."""

    OTHER = 0
    ALIKE = 1
    SAME = 2


@dataclass(frozen=True)
class EntrySpelling:
    """The fields of an entry that files may spell differently."""

    id: UUID
    direction: str
    amount_kopecks: int
    number: str
    name: str
    inn: str
    account: str
    bic: str
    purpose: str

    @cached_property
    def bare_number(self) -> str:
        """The number without leading zeros."""
        return bare_number(self.number)

    @property
    def has_gap(self) -> bool:
        """Whether its number or its purpose is missing."""
        return not self.bare_number or not self.words

    @cached_property
    def words(self) -> str:
        """The purpose's letters and digits, case-folded."""
        return _NOT_WORDS.sub("", self.purpose.casefold())

    @cached_property
    def figures(self) -> str:
        """The purpose's digits."""
        return _NOT_DIGITS.sub("", self.purpose)


@dataclass(frozen=True)
class Repeats:
    """The entries of a file that are stored already, and those that may be.

    `same` are equal to a stored entry; `suspected` maps to the stored entry that they resemble.
    """

    same: frozenset[UUID]
    suspected: Mapping[UUID, UUID]


def find_repeats(fresh: Sequence[EntrySpelling], stored: Sequence[EntrySpelling]) -> Repeats:
    """Pairs entries that only this file has with stored ones that it lacks, each at most once.

    All are of one account and day. The most similar are paired first; an unpaired entry of `fresh`
    is new.
    """
    pairs = sorted(_pairs(fresh, stored), key=_rank, reverse=True)
    taken: set[UUID] = set()
    same: set[UUID] = set()
    suspected: dict[UUID, UUID] = {}
    for similarity, _, one, other in pairs:
        if one.id in taken or other.id in taken:
            continue
        taken |= {one.id, other.id}
        if similarity is Similarity.SAME:
            same.add(one.id)
        else:
            suspected[one.id] = other.id
    return Repeats(frozenset(same), suspected)


def similarity_of(one: EntrySpelling, other: EntrySpelling) -> Similarity:
    """How similar two spellings are; different numbers mean different orders."""
    if _clash(one.bare_number, other.bare_number) and not _is_end(one, other):
        return Similarity.OTHER
    has_number = bool(one.bare_number) and one.bare_number == other.bare_number
    is_purpose_same = _is_purpose_same(one, other)
    if not has_number and not is_purpose_same and not _is_known_by_payer_alone(one, other):
        return Similarity.OTHER
    if any(_clash(a, b) for a, b in _payers(one, other)):
        return Similarity.ALIKE
    is_payer_same = any(a and a == b for a, b in _payers(one, other))
    if has_number and (is_purpose_same or _is_payers_own(one, other)):
        return Similarity.SAME
    return Similarity.SAME if is_purpose_same and is_payer_same else Similarity.ALIKE


_Pair = tuple[Similarity, int, EntrySpelling, EntrySpelling]


def _rank(pair: _Pair) -> tuple[int, int, str, str]:
    similarity, agreeing, one, other = pair
    return similarity, agreeing, one.id.hex, other.id.hex


def _pairs(fresh: Iterable[EntrySpelling], stored: Iterable[EntrySpelling]) -> Iterator[_Pair]:
    """Pairs that share a mark: comparing all entries of an equal sum would be quadratic."""
    by_mark: defaultdict[tuple[str, int, str], dict[UUID, EntrySpelling]] = defaultdict(dict)
    for one in stored:
        for mark in (
            *_marks(one),
            *_gap_marks(one, ANY),
            *(_gap_marks(one, GAP) if one.has_gap else ()),
        ):
            by_mark[one.direction, one.amount_kopecks, mark][one.id] = one
    for one in fresh:
        near: dict[UUID, EntrySpelling] = {}
        for mark in (
            *_marks(one),
            *_gap_marks(one, GAP),
            *(_gap_marks(one, ANY) if one.has_gap else ()),
        ):
            found = by_mark.get((one.direction, one.amount_kopecks, mark), {})
            near |= islice(found.items(), MAX_NEAR)
        for other in near.values():
            similarity = similarity_of(one, other)
            if similarity is not Similarity.OTHER:
                yield similarity, _agreeing(one, other), one, other


def _marks(one: EntrySpelling) -> Iterator[str]:
    """Two entries that both have a number and a purpose are compared if one of these is equal."""
    if one.bare_number:
        yield f"number {one.bare_number[-MIN_END:]}"
    if one.words:
        yield f"purpose {one.words}"
    if one.figures:
        yield f"figures {one.figures}"


def _gap_marks(one: EntrySpelling, kind: str) -> Iterator[str]:
    """Likewise where one of the two lacks its number or its purpose."""
    if one.words:
        yield f"{kind} begins {one.words[:MAX_BEGINNING]}"
    yield from (f"{kind} payer {mark}" for mark in (one.account, one.inn) if mark)


def _payers(one: EntrySpelling, other: EntrySpelling) -> tuple[tuple[str, str], ...]:
    return (one.account, other.account), (one.bic, other.bic), (one.inn, other.inn)


def _clash(one: str, other: str) -> bool:
    return bool(one and other) and one != other


def _is_end(one: EntrySpelling, other: EntrySpelling) -> bool:
    short, long = sorted((one.bare_number, other.bare_number), key=len)
    return len(short) >= MIN_END and long.endswith(short)


def _is_purpose_same(one: EntrySpelling, other: EntrySpelling) -> bool:
    """Equal in letters and digits, one cut at an end, or with all digits equal."""
    if not one.words or not other.words:
        return False
    is_cut = one.words in other.words or other.words in one.words
    return is_cut or (bool(one.figures) and one.figures == other.figures)


def _is_known_by_payer_alone(one: EntrySpelling, other: EntrySpelling) -> bool:
    """Whether a number and a purpose are missing, so that only the equal payer speaks for a
    repeat.
    """
    has_gaps = not (one.bare_number and other.bare_number) and not (one.words and other.words)
    return has_gaps and any(a and a == b for a, b in _payers(one, other))


def _is_payers_own(one: EntrySpelling, other: EntrySpelling) -> bool:
    return one.account == other.account and _PAYERS_OWN.fullmatch(one.account) is not None


def _agreeing(one: EntrySpelling, other: EntrySpelling) -> int:
    """How many fields are equal and not empty."""
    pairs = (
        (one.bare_number, other.bare_number),
        *_payers(one, other),
        (bare(one.name), bare(other.name)),
        (one.words, other.words),
        (one.figures, other.figures),
    )
    return sum(bool(a) and a == b for a, b in pairs)
