"""Checks that the balances declared by a bank agree with the entries it lists."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import NoReturn

from domain.banking.bank_statement import EntryDirection, masked_account
from domain.money import amount_text
from gateways.bank_file import keywords
from gateways.bank_file.entries import Side
from gateways.bank_file.errors import BankFileError, BankFileFault
from gateways.bank_file.sections import Section
from gateways.bank_file.turnovers import Doubtful, DoubtfulKind, Turnover, Turnovers, summed
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
        """With the account masked."""
        shown = masked_account(self.account)
        return f"AccountStatement(account={shown}, {self.first_day}…{self.last_day})"


@dataclass(frozen=True)
class Declared:
    """An account section as it is in the file; None for what the bank left out."""

    account: str
    first_day: date
    last_day: date
    opening: int
    credited: int | None
    debited: int | None
    closing: int | None
    line: int


@dataclass(frozen=True)
class Proof:
    """The account sections with every balance checked, and which doubtful sides have moved
    money.
    """

    accounts: tuple[AccountStatement, ...]
    _sections: Mapping[str, Sequence[Declared]]
    _moved: Mapping[int, Collection[DoubtfulKind]]

    @property
    def has_decided(self) -> bool:
        """Whether a doubtful side has moved money."""
        return any(self._moved.values())

    def counts(self, side: Side) -> bool:
        """Whether a side of a document is an entry."""
        if side.day is None or side.doubt is None:
            return side.day is not None
        section = _section_of(self._sections.get(side.account, ()), side.day)
        return section is not None and (side.direction, side.doubt) in self._moved[section.line]


class TotalsApart(BankFileError):  # noqa: N818  the name says what is the matter
    """A section whose balances or totals disagree with its entries.

    `credited` and `debited` are what the documents are short of, negative for an excess; None where
    the bank declares nothing. `net` is that of the balances alone.
    """

    def __init__(
        self,
        section: Declared,
        fault: BankFileFault,
        told: str,
        *,
        lacks: Mapping[EntryDirection, int] | None = None,
        net: int = 0,
    ) -> None:
        shown = masked_account(section.account)
        super().__init__(section.line, fault, f"{shown}: {told}")
        self.section, self.lacks, self.net = section, lacks or {}, net


def declared(section: Section, header: Section) -> Declared | None:
    """Reads an account section; a period that it leaves out is the whole file's.

    None for one that has no period at all and declares that nothing moved.
    """
    account = required(section, keywords.ACCOUNT)
    first, last = (
        day(section.line, key, section.text(key)) or day(header.line, key, header.text(key))
        for key in (keywords.FIRST_DAY, keywords.LAST_DAY)
    )
    opening, credited, debited, closing = (
        balance(section.line, key, section.text(key))
        for key in (keywords.OPENING, keywords.CREDITED, keywords.DEBITED, keywords.CLOSING)
    )
    is_idle = not credited and not debited and closing in (None, opening)
    if first is None and last is None and is_idle:
        return None
    if first is None or last is None or first > last:
        raise BankFileError(section.line, BankFileFault.PERIOD, masked_account(account))
    if opening is None:
        _refuse_unproved(account, section.line, (keywords.OPENING,))
    return Declared(account, first, last, opening, credited, debited, closing, section.line)


def checked(declared_ones: Sequence[Declared], turnovers: Turnovers) -> Proof:
    """The account sections, in the order of the file, once every balance agrees."""
    by_account = {account: _chained(ones) for account, ones in _by_account(declared_ones).items()}
    sections = sorted((one for ones in by_account.values() for one in ones), key=_line)
    totals = {section.line: Turnover(section.line) for section in sections}
    for (account, posted), turnover in turnovers.sure():
        section = _section_of(by_account.get(account, ()), posted)
        if section is None:
            shown = f"{masked_account(account)} {posted:%d.%m.%Y}"
            raise BankFileError(turnover.line, BankFileFault.ENTRY_UNCHECKED, shown)
        totals[section.line].credited += turnover.credited
        totals[section.line].debited += turnover.debited
    doubtful = _doubtful_by_section(by_account, turnovers)
    moved = {}
    for section in sections:
        kinds = doubtful.get(section.line, {})
        moved[section.line] = _moved(section, totals[section.line], kinds)
        for direction, doubt in moved[section.line]:
            totals[section.line].add(direction, kinds[direction, doubt].kopecks)
    accounts = tuple(_proved(section, totals[section.line]) for section in sections)
    return Proof(accounts, by_account, moved)


def _line(section: Declared) -> int:
    return section.line


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


def _chained(sections: Sequence[Declared]) -> Sequence[Declared]:
    """The sections of one account follow each other, and adjoining ones have one balance between
    them.

    A closing balance that the bank left out is the opening one of the next day; without either,
    both totals are required, or the entries cannot be checked.
    """
    chained = []
    for one, following in pairwise((*sections, None)):
        if one is None:
            continue
        closing = one.closing
        if following is not None:
            closing = _closing_before(following, one)
        if closing is None and (one.credited is None or one.debited is None):
            totals = {keywords.CREDITED: one.credited, keywords.DEBITED: one.debited}
            lacking = (key for key, said in totals.items() if said is None)
            _refuse_unproved(one.account, one.line, (keywords.CLOSING, *lacking))
        chained.append(replace(one, closing=closing))
    return chained


def _closing_before(following: Declared, one: Declared) -> int | None:
    if following.first_day <= one.last_day:
        raise _refused(following, BankFileFault.SECTIONS_OVERLAP, f"{following.first_day:%d.%m.%Y}")
    if following.first_day - one.last_day != _DAY_LENGTH:
        return one.closing
    if one.closing not in (None, following.opening):
        told = f"{_signed(one.closing or 0)} ≠ {_signed(following.opening)}"
        raise _refused(following, BankFileFault.BALANCES_APART, told)
    return following.opening


def _doubtful_by_section(
    by_account: Mapping[str, Sequence[Declared]], turnovers: Turnovers
) -> Mapping[int, Mapping[DoubtfulKind, Doubtful]]:
    """Doubtful sides by the line of their section; one outside of all sections has not moved
    money.
    """
    parts: defaultdict[int, list[tuple[DoubtfulKind, Doubtful]]] = defaultdict(list)
    for (account, posted), kind, doubtful in turnovers.doubtful():
        section = _section_of(by_account.get(account, ()), posted)
        if section is not None:
            parts[section.line].append((kind, doubtful))
    return {line: summed(iter(ones)) for line, ones in parts.items()}


def _moved(
    section: Declared, sure: Turnover, doubtful: Mapping[DoubtfulKind, Doubtful]
) -> Collection[DoubtfulKind]:
    """The kinds of doubtful sides that have moved money: those that make the balances agree."""
    fitting = [kinds for kinds in _subsets(doubtful) if _fits(section, sure, doubtful, kinds)]
    if len(fitting) > 1:
        unclear = {kind for kinds in fitting for kind in kinds}
        line = min(doubtful[kind].line for kind in unclear)
        shown = masked_account(section.account)
        raise BankFileError(line, BankFileFault.DOCUMENT_UNCLEAR, shown)
    return fitting[0] if fitting else ()


def _subsets(kinds: Collection[DoubtfulKind]) -> Iterator[tuple[DoubtfulKind, ...]]:
    """All combinations of kinds: at most two directions of three doubts each, sixty-four."""
    for count in range(len(kinds) + 1):
        yield from combinations(kinds, count)


def _fits(
    section: Declared,
    sure: Turnover,
    doubtful: Mapping[DoubtfulKind, Doubtful],
    kinds: Iterable[DoubtfulKind],
) -> bool:
    found = replace(sure)
    for kind in kinds:
        found.add(kind[0], doubtful[kind].kopecks)
    closing = section.opening + found.credited - found.debited
    return (
        section.credited in (None, found.credited)
        and section.debited in (None, found.debited)
        and section.closing in (None, closing)
    )


def _proved(section: Declared, turnover: Turnover) -> AccountStatement:
    """Checks that opening + in − out = closing by the entries, and that the bank's totals are their
    sums.
    """
    for direction, key, said, found in (
        (EntryDirection.IN, keywords.CREDITED, section.credited, turnover.credited),
        (EntryDirection.OUT, keywords.DEBITED, section.debited, turnover.debited),
    ):
        if said is not None and said != found:
            told = f"{key} {_signed(said)} ≠ {_signed(found)}"
            lacks = {direction: said - found}
            raise TotalsApart(section, BankFileFault.TOTALS, told, lacks=lacks)
    closing = section.opening + turnover.credited - turnover.debited
    if section.closing is not None and section.closing != closing:
        sums = map(_signed, (section.opening, turnover.credited, turnover.debited, section.closing))
        told = "{} + {} − {} ≠ {}".format(*sums)
        raise TotalsApart(section, BankFileFault.BALANCE, told, net=section.closing - closing)
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


def _refuse_unproved(account: str, line: int, lacking: Iterable[str]) -> NoReturn:
    told = f"{masked_account(account)}: {', '.join(lacking)}"
    raise BankFileError(line, BankFileFault.NO_BALANCES, told)


def _refused(section: Declared, fault: BankFileFault, told: str) -> BankFileError:
    return BankFileError(section.line, fault, f"{masked_account(section.account)}: {told}")


def _signed(kopecks: int) -> str:
    return f"-{amount_text(-kopecks)}" if kopecks < 0 else amount_text(kopecks)
