"""Reading a bank statement: an entry at a time, and at its end the proof that all of it is true."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import IO

from domain.bank_statement import StatementEntry, masked_account
from gateways.bank_file import words
from gateways.bank_file.balances import AccountStatement, Declared, Turnovers, checked, declared
from gateways.bank_file.documents import entries_of
from gateways.bank_file.errors import BankFileError, BankFileFault
from gateways.bank_file.limits import StatementLimits
from gateways.bank_file.lines import check_file, encoding_of
from gateways.bank_file.ordinals import Ordinals
from gateways.bank_file.sections import Section, SectionKind, sections
from gateways.bank_file.values import check_own_account, required

DEFAULT_LIMITS = StatementLimits()


class StatementReading:
    """One pass over a statement; raises `BankFileError` with line and reason.

    `stream` is seekable and holds the file from its start. With `our_accounts`, a statement of any
    other account is refused; None takes the file's word for whose accounts they are.

    Once `entries` has ended, `accounts` are the account sections in the order of the file,
    `entry_count` is what was given out, and `unposted_count` the documents that are no entry:
    orders that wait, or that concern accounts which are not in this file.
    """

    def __init__(
        self,
        stream: IO[bytes],
        *,
        our_accounts: Collection[str] | None = None,
        limits: StatementLimits = DEFAULT_LIMITS,
    ) -> None:
        check_file(stream, limits)
        self.encoding = encoding_of(stream, limits)
        self.accounts: tuple[AccountStatement, ...] = ()
        self.entry_count = 0
        self.unposted_count = 0
        self._stream = stream
        self._limits = limits
        self._our_accounts = our_accounts
        self._known_accounts: set[str] = set()
        self._header = Section(SectionKind.HEADER, 1)
        self._declared: list[Declared] = []
        self._turnovers = Turnovers(limits)

    def entries(self) -> Iterator[StatementEntry]:
        """The entries in the order of the file, once.

        Nothing of it may be believed before it has ended without an error: what is wrong may stand
        in the last line, and the balances are proved at the very end.
        """
        ordinals = Ordinals(self._limits.entries)
        for section in sections(self._stream, self.encoding, self._limits):
            if section.kind is not SectionKind.DOCUMENT:
                self._describe(section)
                continue
            for entry in self._entries_of(section):
                ordinal = ordinals.next(entry.fingerprint)
                yield replace(entry, ordinal=ordinal) if ordinal else entry
        self._prove()

    def _entries_of(self, document: Section) -> list[StatementEntry]:
        """What a document is on our accounts, counted in."""
        entries = entries_of(document, self._known_accounts, self._limits)
        self.entry_count += len(entries)
        self.unposted_count += not entries
        if self.entry_count + self.unposted_count > self._limits.entries:
            raise BankFileError(document.line, BankFileFault.TOO_MANY, words.DOCUMENT_SECTION)
        for entry in entries:
            self._turnovers.add(entry)
        return entries

    def _describe(self, section: Section) -> None:
        """Take in the header, or what the bank says of an account."""
        if section.kind is SectionKind.HEADER:
            self._header = section
            for account in section.accounts:
                self._know(account, section.line)
            return
        if len(self._declared) == self._limits.account_sections:
            raise BankFileError(section.line, BankFileFault.TOO_MANY, words.ACCOUNT_SECTION)
        account = required(section, words.ACCOUNT)
        if account not in self._known_accounts:
            self._know_late(account, section.line)
        self._declared.append(declared(section, self._header))

    def _know_late(self, account: str, line: int) -> None:
        """An account that the header leaves out; documents passed over before may have been its."""
        if self.entry_count or self.unposted_count:
            raise BankFileError(line, BankFileFault.ACCOUNT_LATE, masked_account(account))
        self._know(account, line)

    def _know(self, account: str, line: int) -> None:
        check_own_account(account, line)
        if self._our_accounts is not None and account not in self._our_accounts:
            raise BankFileError(line, BankFileFault.ACCOUNT_FOREIGN, masked_account(account))
        self._known_accounts.add(account)

    def _prove(self) -> None:
        """Without one account section there is nothing to check money against."""
        if not self._declared:
            raise BankFileError(None, BankFileFault.NO_BALANCES, words.ACCOUNT_SECTION)
        self.accounts = checked(self._declared, self._turnovers)
