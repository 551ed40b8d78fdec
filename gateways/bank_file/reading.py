"""Reads a bank statement: yields its entries, and at the end checks its balances."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from typing import IO

from domain.banking.bank_statement import (
    PassedOver,
    PassedOverReason,
    StatementEntry,
    masked_account,
)
from gateways.bank_file import keywords
from gateways.bank_file.balances import (
    AccountStatement,
    Declared,
    Proof,
    TotalsApart,
    checked,
    declared,
)
from gateways.bank_file.document import Document
from gateways.bank_file.duplicate_counter import DuplicateCounter
from gateways.bank_file.entries import Side, entry_of, kopecks_of, number_of, sides_of
from gateways.bank_file.errors import BankFileError, BankFileFault
from gateways.bank_file.imbalance import Seen, explained
from gateways.bank_file.limits import StatementLimits
from gateways.bank_file.lines import BLANK, checked_size, encoding_of, texts
from gateways.bank_file.sections import HEADER, Section, sections
from gateways.bank_file.turnovers import Turnovers
from gateways.bank_file.values import is_in_roubles, required

DEFAULT_LIMITS = StatementLimits()
_OF_VALUES = (BankFileFault.AMOUNT, BankFileFault.DATE)
"""Their detail is the key of the value that cannot be read."""


class StatementReading:
    """One pass over a statement; raises `BankFileError` with line and reason.

    `stream` is seekable and at the file's start. With `our_accounts`, a statement of any other
    account is refused; None accepts all accounts of the file as ours. An entry of a day after
    `today` is refused; None allows any day.

    Once `entries` has ended, `accounts` are the rouble account sections in the order of the file,
    `entry_count` counts the entries, `unposted_count` the documents that are no entry (unposted
    orders, or those of accounts that are not in this file), and `passed_over` what else was
    skipped.
    """

    def __init__(
        self,
        stream: IO[bytes],
        *,
        our_accounts: Collection[str] | None = None,
        today: date | None = None,
        limits: StatementLimits = DEFAULT_LIMITS,
    ) -> None:
        file_bytes = checked_size(stream, limits)
        self.encoding = encoding_of(stream, limits)
        self.accounts: tuple[AccountStatement, ...] = ()
        self.entry_count = 0
        self.unposted_count = 0
        self._stream = stream
        self._limits = limits
        self._our_accounts = our_accounts
        self._today = today
        self._known_accounts: set[str] = set()
        self._header = Section(HEADER, 1)
        self._declared: list[Declared] = []
        self._turnovers = Turnovers(limits)
        self._ordinals = DuplicateCounter(file_bytes)
        self._left_aside: list[PassedOver] = []
        self._skipped: dict[PassedOverReason, PassedOver] = {}

    @property
    def passed_over(self) -> tuple[PassedOver, ...]:
        """What of the file was skipped, and why."""
        return (*self._left_aside, *self._skipped.values())

    def entries(self) -> Iterator[StatementEntry]:
        """The entries, once: in the order of the file, then those that only the totals decide.

        None of them may be used before the end without an error: the last line may be wrong, and
        the balances are checked at the very end.
        """
        try:
            yield from self._read()
        except BankFileError as error:
            line = self._line_of_value(error)
            if line is None:
                raise
            raise BankFileError(line, BankFileFault(error.code), error.detail) from error

    def _read(self) -> Iterator[StatementEntry]:
        documents, most = 0, self._limits.entries
        for section in self._sections():
            if not isinstance(section, Document):
                self._describe(section)
                continue
            documents += 1
            yield from self._sure_entries(section)
            if documents > most or self.entry_count > most:
                raise BankFileError(section.line, BankFileFault.TOO_MANY, keywords.DOCUMENT_SECTION)
        proof = self._proof()
        if proof.has_decided:
            yield from self._decided_entries(proof)
        self.accounts = proof.accounts

    def _line_of_value(self, error: BankFileError) -> int | None:
        """The line of a value that is wrong, since its section knows only where it begins; None
        for any other error.
        """
        if error.line is None or error.code not in _OF_VALUES:
            return None
        written = (
            line.partition("=")[0].strip(BLANK)
            for text in texts(self._stream, self.encoding, self._limits)
            for line in text.removesuffix("\n").split("\n")
        )
        for number, key in enumerate(written, start=2):
            if number > error.line and key == error.detail:
                return number
        return None

    def _sections(self) -> Iterator[Section | Document]:
        return sections(self._stream, self.encoding, self._limits)

    def _documents(self) -> Iterator[Document]:
        """The documents once more."""
        return (section for section in self._sections() if isinstance(section, Document))

    def _sure_entries(self, document: Document) -> list[StatementEntry]:
        """A document's certain entries; doubtful sides are counted, for the totals to decide."""
        kopecks, sides = kopecks_of(document), sides_of(document, self._known_accounts)
        if not kopecks:
            self._skip(PassedOverReason.ZERO_AMOUNT, document.line)
            return []
        entries = []
        for side in sides:
            if side.day is None:
                continue
            self._turnovers.add(side, side.day, kopecks, document.line)
            if side.doubt is None:
                entries.append(self._entry(document, side, side.day, kopecks))
        if not entries:
            self._skip(PassedOverReason.NOT_POSTED, document.line)
        return entries

    def _decided_entries(self, proof: Proof) -> Iterator[StatementEntry]:
        """A second pass, over the doubtful sides that are entries by the totals."""
        self._skipped.clear()
        self.unposted_count = 0
        for document in self._documents():
            kopecks = kopecks_of(document)
            sides = [one for one in sides_of(document, self._known_accounts) if proof.counts(one)]
            if not kopecks or not sides:
                reason = PassedOverReason.NOT_POSTED if kopecks else PassedOverReason.ZERO_AMOUNT
                self._skip(reason, document.line)
                continue
            for side in sides:
                if side.day is not None and side.doubt is not None:
                    yield self._entry(document, side, side.day, kopecks)

    def _entry(self, document: Document, side: Side, posted: date, kopecks: int) -> StatementEntry:
        if self._today is not None and posted > self._today:
            shown = f"{posted:%d.%m.%Y}"
            raise BankFileError(document.line, BankFileFault.DAY_AHEAD, shown)
        self.entry_count += 1
        entry = entry_of(document, side, posted, kopecks, self._limits)
        ordinal = self._ordinals.next(entry.fingerprint)
        return replace(entry, ordinal=ordinal) if ordinal else entry

    def _skip(self, reason: PassedOverReason, line: int) -> None:
        self.unposted_count += reason is PassedOverReason.NOT_POSTED
        met = self._skipped.get(reason) or PassedOver(reason, 0, line)
        self._skipped[reason] = replace(met, count=met.count + 1)

    def _describe(self, section: Section) -> None:
        """Reads the header, or the bank's description of an account."""
        if section.kind is HEADER:
            self._header = section
            for account in section.accounts:
                if is_in_roubles(account, section.line):
                    self._know(account, section.line)
            return
        if len(self._declared) + len(self._left_aside) == self._limits.account_sections:
            raise BankFileError(section.line, BankFileFault.TOO_MANY, keywords.ACCOUNT_SECTION)
        account = required(section, keywords.ACCOUNT)
        if not is_in_roubles(account, section.line):
            self._leave_aside(PassedOverReason.FOREIGN_CURRENCY, account, section.line)
            return
        if account not in self._known_accounts:
            self._know_late(account, section.line)
        one = declared(section, self._header)
        if one is None:
            self._leave_aside(PassedOverReason.NOTHING_MOVED, account, section.line)
        else:
            self._declared.append(one)

    def _leave_aside(self, reason: PassedOverReason, account: str, line: int) -> None:
        self._left_aside.append(PassedOver(reason, 1, line, masked_account(account)))

    def _know_late(self, account: str, line: int) -> None:
        """An account that the header leaves out; documents skipped before may have been its."""
        if self.entry_count or self._skipped:
            raise BankFileError(line, BankFileFault.ACCOUNT_LATE, masked_account(account))
        self._know(account, line)

    def _know(self, account: str, line: int) -> None:
        if self._our_accounts is not None and account not in self._our_accounts:
            raise BankFileError(line, BankFileFault.ACCOUNT_FOREIGN, masked_account(account))
        self._known_accounts.add(account)

    def _proof(self) -> Proof:
        """The checked balances; without an account section nothing can be checked."""
        if not self._declared and not self._left_aside:
            raise BankFileError(None, BankFileFault.NO_BALANCES, keywords.ACCOUNT_SECTION)
        try:
            proof = checked(self._declared, self._turnovers)
        except TotalsApart as apart:
            raise explained(apart, self._seen()) from None
        reasons = {one.reason: one for one in self._left_aside}
        if not self._declared and PassedOverReason.NOTHING_MOVED not in reasons:
            foreign = reasons[PassedOverReason.FOREIGN_CURRENCY]
            raise BankFileError(foreign.line, BankFileFault.ACCOUNT, foreign.detail)
        return proof

    def _seen(self) -> Iterator[Seen]:
        """Every side of every document, for the explanation of a refusal."""
        for document in self._documents():
            if kopecks := kopecks_of(document):
                number = number_of(document, self._limits)
                for side in sides_of(document, self._known_accounts):
                    yield Seen(document.line, number, kopecks, side)
