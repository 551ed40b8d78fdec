"""Sums of a statement's documents by account and day; nothing else of them is kept in memory."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.banking.bank_statement import EntryDirection
from gateways.bank_file import keywords
from gateways.bank_file.entries import IN, Doubt, Side
from gateways.bank_file.errors import BankFileError, BankFileFault
from gateways.bank_file.limits import StatementLimits

Place = tuple[str, date]
"""An account and a day."""
DoubtfulKind = tuple[EntryDirection, Doubt]


@dataclass(slots=True)
class Turnover:
    """The sums of one account's entries over some days, and the line of the first."""

    line: int
    credited: int = 0
    debited: int = 0

    def add(self, direction: EntryDirection, kopecks: int) -> None:
        """Adds a sum."""
        if direction is IN:
            self.credited += kopecks
        else:
            self.debited += kopecks


@dataclass(slots=True)
class Doubtful:
    """Sides of one direction that share a doubt: their sum, and the line of the first."""

    line: int
    kopecks: int = 0


class Turnovers:
    """Sums of certain entries, and apart from them of those that the totals decide about."""

    def __init__(self, limits: StatementLimits) -> None:
        self._limits = limits
        self._by_day: dict[Place, Turnover] = {}
        self._doubtful: dict[Place, dict[DoubtfulKind, Doubtful]] = {}

    def add(self, side: Side, posted: date, kopecks: int, line: int) -> None:
        """Adds one side of a document."""
        place = side.account, posted
        if side.doubt is not None:
            self._add_doubtful(place, (side.direction, side.doubt), kopecks, line)
            return
        turnover = self._by_day.get(place)
        if turnover is None:
            self._check_room(len(self._by_day), line)
            turnover = self._by_day[place] = Turnover(line)
        turnover.add(side.direction, kopecks)

    def sure(self) -> Iterator[tuple[Place, Turnover]]:
        """Certain turnover, by account and day."""
        return iter(self._by_day.items())

    def doubtful(self) -> Iterator[tuple[Place, DoubtfulKind, Doubtful]]:
        """Doubtful turnover, by account and day."""
        for place, kinds in self._doubtful.items():
            for kind, sum_of_kind in kinds.items():
                yield place, kind, sum_of_kind

    def _add_doubtful(self, place: Place, kind: DoubtfulKind, kopecks: int, line: int) -> None:
        kinds = self._doubtful.get(place)
        if kinds is None:
            self._check_room(len(self._doubtful), line)
            kinds = self._doubtful[place] = {}
        kinds.setdefault(kind, Doubtful(line)).kopecks += kopecks

    def _check_room(self, taken: int, line: int) -> None:
        if taken == self._limits.posting_days:
            raise BankFileError(line, BankFileFault.TOO_MANY, keywords.DATE)


def summed(parts: Iterator[tuple[DoubtfulKind, Doubtful]]) -> dict[DoubtfulKind, Doubtful]:
    """The doubtful sums of several days of one account, by their kind."""
    found: defaultdict[DoubtfulKind, list[Doubtful]] = defaultdict(list)
    for kind, part in parts:
        found[kind].append(part)
    return {
        kind: Doubtful(min(one.line for one in ones), sum(one.kopecks for one in ones))
        for kind, ones in found.items()
    }
