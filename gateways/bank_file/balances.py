"""Whether the balances that a bank declares agree with the entries it lists."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from domain.bank_statement import EntryDirection, StatementEntry, masked_account
from domain.money import amount_text
from gateways.bank_file import words
from gateways.bank_file.errors import BankFileError, BankFileFault
from gateways.bank_file.limits import StatementLimits
from gateways.bank_file.sections import Section
from gateways.bank_file.values import balance, day, required

_DAY_LENGTH = timedelta(days=1)


@dataclass(frozen=True, repr=False)
class AccountStatement:
    """An account section whose balances agree with its entries; both days are inclusive.

    An account may have several, one per day or per month; they never overlap. The balances are
    negative for an overdraft. `line` is where the section opens.
    """

    account: str
    first_day: date
    last_day: date
    opening_kopecks: int
    credited_kopecks: int
    debited_kopecks: int
    closing_kopecks: int
    line: int

    def __repr__(self) -> str:
        """No account whole."""
        shown = masked_account(self.account)
        return f"AccountStatement(account={shown}, {self.first_day}…{self.last_day})"


@dataclass(frozen=True)
class Declared:
    """An account section as it stands in the file; None for what the bank left out."""

    account: str
    first_day: date
    last_day: date
    opening: int
    credited: int | None
    debited: int | None
    closing: int | None
    line: int


@dataclass(slots=True)
class Turnover:
    """What the entries of one account add up to on one day, and the line of the first."""

    line: int
    credited: int = 0
    debited: int = 0


def declared(section: Section, header: Section) -> Declared:
    """Read an account section; a period that it leaves out is the whole file's."""
    account = required(section, words.ACCOUNT)
    shown = masked_account(account)
    first, last = (
        day(section, key) or day(header, key) for key in (words.FIRST_DAY, words.LAST_DAY)
    )
    if first is None or last is None or first > last:
        raise BankFileError(section.line, BankFileFault.PERIOD, shown)
    opening, credited, debited, closing = (
        balance(section, key)
        for key in (words.OPENING, words.CREDITED, words.DEBITED, words.CLOSING)
    )
    if opening is None or (closing is None and (credited is None or debited is None)):
        raise BankFileError(section.line, BankFileFault.NO_BALANCES, shown)
    return Declared(account, first, last, opening, credited, debited, closing, section.line)


class Turnovers:
    """What entries add up to, per account and day: all that is kept of them."""

    def __init__(self, limits: StatementLimits) -> None:
        self._limits = limits
        self._by_day: dict[tuple[str, date], Turnover] = {}

    def add(self, entry: StatementEntry) -> None:
        """Count an entry in."""
        place = entry.account, entry.day
        turnover = self._by_day.get(place)
        if turnover is None:
            if len(self._by_day) == self._limits.posting_days:
                raise BankFileError(entry.line, BankFileFault.TOO_MANY, words.DATE)
            turnover = self._by_day[place] = Turnover(entry.line)
        if entry.direction is EntryDirection.IN:
            turnover.credited += entry.amount_kopecks
        else:
            turnover.debited += entry.amount_kopecks

    def within(self, sections: Sequence[Declared]) -> Mapping[int, Turnover]:
        """What falls into each section, by its line; an entry that falls into none is refused."""
        totals = {section.line: Turnover(section.line) for section in sections}
        by_account = _by_account(sections)
        for (account, posted), turnover in self._by_day.items():
            section = _section_of(by_account.get(account, ()), posted)
            if section is None:
                shown = f"{masked_account(account)} {posted:%d.%m.%Y}"
                raise BankFileError(turnover.line, BankFileFault.ENTRY_UNCHECKED, shown)
            totals[section.line].credited += turnover.credited
            totals[section.line].debited += turnover.debited
        return totals


def checked(sections: Sequence[Declared], turnovers: Turnovers) -> tuple[AccountStatement, ...]:
    """The account sections, in the order of the file, once every balance has been proved."""
    for one_account in _by_account(sections).values():
        _check_chain(one_account)
    totals = turnovers.within(sections)
    return tuple(_proved(section, totals[section.line]) for section in sections)


def _by_account(sections: Iterable[Declared]) -> Mapping[str, Sequence[Declared]]:
    by_account: defaultdict[str, list[Declared]] = defaultdict(list)
    for section in sorted(sections, key=lambda one: (one.first_day, one.line)):
        by_account[section.account].append(section)
    return by_account


def _section_of(sections: Sequence[Declared], posted: date) -> Declared | None:
    """The section whose period holds the day."""
    place = bisect_right(sections, posted, key=lambda one: one.first_day) - 1
    if place < 0 or sections[place].last_day < posted:
        return None
    return sections[place]


def _check_chain(sections: Sequence[Declared]) -> None:
    """One account's sections follow each other, and where no day lies between, so do balances."""
    for one, following in pairwise(sections):
        if following.first_day <= one.last_day:
            raise _refused(
                following, BankFileFault.SECTIONS_OVERLAP, f"{following.first_day:%d.%m.%Y}"
            )
        adjacent = following.first_day - one.last_day == _DAY_LENGTH
        if adjacent and one.closing is not None and one.closing != following.opening:
            told = f"{_signed(one.closing)} ≠ {_signed(following.opening)}"
            raise _refused(following, BankFileFault.BALANCES_APART, told)


def _proved(section: Declared, turnover: Turnover) -> AccountStatement:
    """Opening + in − out = closing by the entries, and the bank's own totals are those sums."""
    for key, said, found in (
        (words.CREDITED, section.credited, turnover.credited),
        (words.DEBITED, section.debited, turnover.debited),
    ):
        if said is not None and said != found:
            told = f"{key} {_signed(said)} ≠ {_signed(found)}"
            raise _refused(section, BankFileFault.TOTALS, told)
    closing = section.opening + turnover.credited - turnover.debited
    if section.closing is not None and section.closing != closing:
        sums = map(_signed, (section.opening, turnover.credited, turnover.debited, section.closing))
        raise _refused(section, BankFileFault.BALANCE, "{} + {} − {} ≠ {}".format(*sums))
    return AccountStatement(
        account=section.account,
        first_day=section.first_day,
        last_day=section.last_day,
        opening_kopecks=section.opening,
        credited_kopecks=turnover.credited,
        debited_kopecks=turnover.debited,
        closing_kopecks=closing,
        line=section.line,
    )


def _refused(section: Declared, fault: BankFileFault, told: str) -> BankFileError:
    return BankFileError(section.line, fault, f"{masked_account(section.account)}: {told}")


def _signed(kopecks: int) -> str:
    return f"-{amount_text(-kopecks)}" if kopecks < 0 else amount_text(kopecks)
