"""Finds the document because of which a statement's balances disagree, for the refusal."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from domain.banking.bank_statement import EntryDirection
from domain.money import amount_text
from gateways.bank_file.balances import TotalsApart
from gateways.bank_file.entries import Side
from gateways.bank_file.errors import BankFileError, BankFileFault

SHOWN_NUMBER = 12
"""The most characters of a document's number that are shown."""

IN, OUT = EntryDirection.IN, EntryDirection.OUT


class Seen(NamedTuple):
    """One side of a document that was read."""

    line: int
    number: str
    kopecks: int
    side: Side


def explained(apart: TotalsApart, documents: Iterable[Seen]) -> BankFileError:
    """The same refusal with the document that causes it, where one can be named.

    A missing sum is best explained by a document of that very sum whose day is missing, then by any
    document without a day; an excess by one of that very sum, then by the document that first
    exceeds what the bank declares.
    """
    gap = _Gap(apart)
    for seen in documents:
        if seen.side.account == apart.section.account:
            gap.look_at(seen)
    for found, fault in ((gap.exact_missing, UNDATED), (gap.exact_extra, EXTRA)):
        if found is not None:
            return _named(apart, found, fault)
    for found, fault in ((gap.any_missing, UNDATED), (gap.first_above, EXTRA)):
        if found is not None:
            return _named(apart, found, fault)
    return apart


UNDATED, EXTRA = BankFileFault.DOCUMENT_UNDATED, BankFileFault.DOCUMENT_EXTRA


class _Gap:
    """What a section is short of, or has in excess, and the documents that may be the cause."""

    def __init__(self, apart: TotalsApart) -> None:
        self._section = apart.section
        self._lacking = dict(_lacking(apart))
        self._above = {
            direction: kopecks for direction, kopecks in apart.lacks.items() if kopecks < 0
        }
        self._said = {IN: apart.section.credited, OUT: apart.section.debited}
        self._found = {IN: 0, OUT: 0}
        self.exact_missing: Seen | None = None
        self.any_missing: Seen | None = None
        self.exact_extra: Seen | None = None
        self.first_above: Seen | None = None

    def look_at(self, seen: Seen) -> None:
        """Considers a document of the section's account."""
        side = seen.side
        if side.day is None or side.doubt is not None:
            self._look_at_uncounted(seen)
        elif self._section.first_day <= side.day <= self._section.last_day:
            self._look_at_counted(seen)

    def _look_at_uncounted(self, seen: Seen) -> None:
        lacking = self._lacking.get(seen.side.direction, 0)
        if lacking > 0:
            self.any_missing = self.any_missing or seen
            if lacking == seen.kopecks:
                self.exact_missing = self.exact_missing or seen

    def _look_at_counted(self, seen: Seen) -> None:
        direction = seen.side.direction
        if self._lacking.get(direction) == -seen.kopecks:
            self.exact_extra = self.exact_extra or seen
        self._found[direction] += seen.kopecks
        said = self._said[direction]
        if direction in self._above and said is not None and self._found[direction] > said:
            self.first_above = self.first_above or seen


def _lacking(apart: TotalsApart) -> Iterator[tuple[EntryDirection, int]]:
    """What is missing on each side; by a closing balance alone it is unknown on which."""
    if apart.lacks:
        yield from apart.lacks.items()
    else:
        yield from ((IN, apart.net), (OUT, -apart.net))


def _named(apart: TotalsApart, seen: Seen, fault: BankFileFault) -> BankFileError:
    number = f"№ {seen.number[:SHOWN_NUMBER]}, " if seen.number else ""
    told = f"{apart.detail}; {number}{amount_text(seen.kopecks)}"
    if fault is UNDATED:
        told = f"{told}, {seen.side.own_day}"
    return BankFileError(seen.line, fault, told)
