"""Whether two files of a bank hold the same money, spelled otherwise.

The file of a day that is still open and the final one of it spell an entry differently: a BIC or a
number that was empty is filled in, zeros are lost, a purpose is cut. Every statement holds all that
its bank had posted when it was made, so an entry that an earlier file brought and this one lacks is
either spelled otherwise here or was taken back.
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
"""Accounts of one holder; others (302…, 409…, 474…) carry many payers' money through a bank."""
_NOT_DIGITS: Final = re.compile(r"[^0-9]+")
_NOT_WORDS: Final = re.compile(r"[\W_]+")
MIN_END: Final = 3
"""Figures of a number that some banks keep: the last ones."""
MAX_BEGINNING: Final = 20
"""Letters and figures of a purpose by which one that is cut is found."""
MAX_NEAR: Final = 200
"""Stored entries with one mark that an entry is compared with."""
ANY, GAP = "any", "gap"


class Likeness(IntEnum):
    """How sure it is that two entries of one account, day, direction and sum are one."""

    OTHER = 0
    ALIKE = 1
    SAME = 2


@dataclass(frozen=True)
class Spelled:
    """An entry's spelling, beside its account and day."""

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
        """The number without its first zeros."""
        return bare_number(self.number)

    @property
    def has_gap(self) -> bool:
        """Whether its number or its purpose is missing."""
        return not self.bare_number or not self.words

    @cached_property
    def words(self) -> str:
        """The purpose in letters and figures."""
        return _NOT_WORDS.sub("", self.purpose.casefold())

    @cached_property
    def figures(self) -> str:
        """The figures of the purpose."""
        return _NOT_DIGITS.sub("", self.purpose)


@dataclass(frozen=True)
class Repeats:
    """Entries of a file that are money which is stored already, and those that may be.

    `same` are one with a stored entry; `suspected` lead to the stored entry that they resemble.
    """

    same: frozenset[UUID]
    suspected: Mapping[UUID, UUID]


def find_repeats(fresh: Sequence[Spelled], stored: Sequence[Spelled]) -> Repeats:
    """Pairs entries that only this file has with stored ones that it lacks, each at most once.

    All are of one account and day. The likest are paired first; what remains of `fresh` is new.
    """
    pairs = sorted(_pairs(fresh, stored), key=_rank, reverse=True)
    taken: set[UUID] = set()
    same: set[UUID] = set()
    suspected: dict[UUID, UUID] = {}
    for likeness, _, one, other in pairs:
        if one.id in taken or other.id in taken:
            continue
        taken |= {one.id, other.id}
        if likeness is Likeness.SAME:
            same.add(one.id)
        else:
            suspected[one.id] = other.id
    return Repeats(frozenset(same), suspected)


def likeness_of(one: Spelled, other: Spelled) -> Likeness:
    """Whether two spellings may be of the same money: numbers that differ are two orders."""
    if _clash(one.bare_number, other.bare_number) and not _is_end(one, other):
        return Likeness.OTHER
    has_number = bool(one.bare_number) and one.bare_number == other.bare_number
    is_purpose_same = _is_purpose_same(one, other)
    if not has_number and not is_purpose_same and not _is_untold(one, other):
        return Likeness.OTHER
    if any(_clash(a, b) for a, b in _payers(one, other)):
        return Likeness.ALIKE
    is_payer_same = any(a and a == b for a, b in _payers(one, other))
    if has_number and (is_purpose_same or _is_payers_own(one, other)):
        return Likeness.SAME
    return Likeness.SAME if is_purpose_same and is_payer_same else Likeness.ALIKE


_Pair = tuple[Likeness, int, Spelled, Spelled]


def _rank(pair: _Pair) -> tuple[int, int, str, str]:
    likeness, agreeing, one, other = pair
    return likeness, agreeing, one.id.hex, other.id.hex


def _pairs(fresh: Iterable[Spelled], stored: Iterable[Spelled]) -> Iterator[_Pair]:
    """Pairs with something in common, so that of many equal sums not all are tried."""
    shelf: defaultdict[tuple[str, int, str], dict[UUID, Spelled]] = defaultdict(dict)
    for one in stored:
        for mark in (
            *_marks(one),
            *_gap_marks(one, ANY),
            *(_gap_marks(one, GAP) if one.has_gap else ()),
        ):
            shelf[one.direction, one.amount_kopecks, mark][one.id] = one
    for one in fresh:
        near: dict[UUID, Spelled] = {}
        for mark in (
            *_marks(one),
            *_gap_marks(one, GAP),
            *(_gap_marks(one, ANY) if one.has_gap else ()),
        ):
            found = shelf.get((one.direction, one.amount_kopecks, mark), {})
            near |= islice(found.items(), MAX_NEAR)
        for other in near.values():
            likeness = likeness_of(one, other)
            if likeness is not Likeness.OTHER:
                yield likeness, _agreeing(one, other), one, other


def _marks(one: Spelled) -> Iterator[str]:
    """What two spellings must share, one of these, where both have a number and a purpose."""
    if one.bare_number:
        yield f"number {one.bare_number[-MIN_END:]}"
    if one.words:
        yield f"purpose {one.words}"
    if one.figures:
        yield f"figures {one.figures}"


def _gap_marks(one: Spelled, kind: str) -> Iterator[str]:
    """What they may share where one of them lacks its number or its purpose."""
    if one.words:
        yield f"{kind} begins {one.words[:MAX_BEGINNING]}"
    yield from (f"{kind} payer {mark}" for mark in (one.account, one.inn) if mark)


def _payers(one: Spelled, other: Spelled) -> tuple[tuple[str, str], ...]:
    return (one.account, other.account), (one.bic, other.bic), (one.inn, other.inn)


def _clash(one: str, other: str) -> bool:
    return bool(one and other) and one != other


def _is_end(one: Spelled, other: Spelled) -> bool:
    short, long = sorted((one.bare_number, other.bare_number), key=len)
    return len(short) >= MIN_END and long.endswith(short)


def _is_purpose_same(one: Spelled, other: Spelled) -> bool:
    """Equal in letters and figures, cut at an end, or with the same figures throughout."""
    if not one.words or not other.words:
        return False
    is_cut = one.words in other.words or other.words in one.words
    return is_cut or (bool(one.figures) and one.figures == other.figures)


def _is_untold(one: Spelled, other: Spelled) -> bool:
    """Whether a number and a purpose are missing somewhere, and the payer is the same."""
    has_gaps = not (one.bare_number and other.bare_number) and not (one.words and other.words)
    return has_gaps and any(a and a == b for a, b in _payers(one, other))


def _is_payers_own(one: Spelled, other: Spelled) -> bool:
    return one.account == other.account and _PAYERS_OWN.fullmatch(one.account) is not None


def _agreeing(one: Spelled, other: Spelled) -> int:
    """How many fields are alike."""
    told = (
        (one.bare_number, other.bare_number),
        *_payers(one, other),
        (bare(one.name), bare(other.name)),
        (one.words, other.words),
        (one.figures, other.figures),
    )
    return sum(bool(a) and a == b for a, b in told)
