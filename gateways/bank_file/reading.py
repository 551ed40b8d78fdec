"""Reading a bank statement: all of it is checked before the first entry is given out."""

from collections.abc import Collection, Iterator
from typing import IO
from weakref import finalize

from domain.bank_statement import StatementEntry, masked_account
from gateways.bank_file import words
from gateways.bank_file.balances import AccountStatement, Declared, Turnovers, checked, declared
from gateways.bank_file.documents import entries_of
from gateways.bank_file.errors import BankFileError, BankFileFault
from gateways.bank_file.limits import StatementLimits
from gateways.bank_file.lines import alphabet_of, check_size
from gateways.bank_file.repeats import Repeats
from gateways.bank_file.sections import Section, SectionKind, sections
from gateways.bank_file.spool import Spool
from gateways.bank_file.values import check_own_account, required

DEFAULT_LIMITS = StatementLimits()


def read_statement(
    stream: IO[bytes],
    *,
    our_accounts: Collection[str] | None = None,
    limits: StatementLimits = DEFAULT_LIMITS,
) -> "StatementReading":
    """Check a whole statement; raises `BankFileError` with line and reason.

    `stream` is seekable and holds the file from its start; afterwards it is not needed. With
    `our_accounts`, a statement of any other account is refused; None takes the file's word for
    whose accounts they are.
    """
    check_size(stream, limits)
    alphabet = alphabet_of(stream, limits)
    spool = Spool()
    try:
        header = Section(SectionKind.HEADER, 1, alphabet)
        check = _Check(our_accounts, limits, header, spool)
        for section in sections(stream, alphabet, limits):
            check.take(section)
        return StatementReading(alphabet.encoding, check, spool)
    except BaseException:
        spool.close()
        raise


class StatementReading:
    """A statement that has been checked from end to end.

    `accounts` are its account sections in the order of the file, `entry_count` what `entries` will
    give, `unposted_count` the documents that are no entry: orders that wait, or that concern
    accounts which are not in this file.
    """

    def __init__(self, encoding: str, check: "_Check", spool: Spool) -> None:
        self.accounts: tuple[AccountStatement, ...] = check.accounts()
        self.entry_count = check.entry_count
        self.unposted_count = check.unposted_count
        self.encoding = encoding
        self._repeats = check.repeats
        self._spool = spool
        finalize(self, spool.close)

    def entries(self) -> Iterator[StatementEntry]:
        """The entries in the order of the file, read as they are asked for.

        Each call starts anew; two at once would read the same spool and spoil each other.
        """
        numbering = self._repeats.numbering()
        for entry in self._spool.entries():
            yield numbering.numbered(entry)


class _Check:
    """The pass over the file."""

    def __init__(
        self,
        our_accounts: Collection[str] | None,
        limits: StatementLimits,
        header: Section,
        spool: Spool,
    ) -> None:
        self.limits = limits
        self.known_accounts: set[str] = set()
        self.entry_count = 0
        self.unposted_count = 0
        self.repeats = Repeats()
        self._our_accounts = our_accounts
        self._turnovers = Turnovers(limits)
        self._declared: list[Declared] = []
        self._header = header
        self._spool = spool

    def take(self, section: Section) -> None:
        """Check one section in the order of the file."""
        if section.kind is SectionKind.DOCUMENT:
            self._document(section)
        elif section.kind is SectionKind.ACCOUNT:
            self._account_section(section)
        else:
            self._header = section
            for account in section.accounts:
                self._know(account, section.line)

    def accounts(self) -> tuple[AccountStatement, ...]:
        """End the pass: without one account section there is nothing to check money against."""
        if not self._declared:
            raise BankFileError(None, BankFileFault.NO_BALANCES, words.ACCOUNT_SECTION)
        self.repeats.forget_single()
        return checked(self._declared, self._turnovers)

    def _document(self, section: Section) -> None:
        posted = 0
        for entry in entries_of(section, self.known_accounts, self.limits):
            posted += 1
            self.repeats.note(entry)
            self._turnovers.add(entry)
            self._spool.put(entry)
        self.entry_count += posted
        self.unposted_count += not posted
        if self.entry_count + self.unposted_count > self.limits.entries:
            raise BankFileError(section.line, BankFileFault.TOO_MANY, words.DOCUMENT_SECTION)

    def _account_section(self, section: Section) -> None:
        if len(self._declared) == self.limits.account_sections:
            raise BankFileError(section.line, BankFileFault.TOO_MANY, words.ACCOUNT_SECTION)
        account = required(section, words.ACCOUNT)
        if account not in self.known_accounts:
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
        self.known_accounts.add(account)
