"""From lines to whole sections, in the order of the file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import IO, Final

from gateways.bank_file import words
from gateways.bank_file.errors import BankFileError, BankFileFault
from gateways.bank_file.limits import StatementLimits
from gateways.bank_file.lines import Alphabet, raw_lines


class SectionKind(Enum):
    """What lines belong to; `BETWEEN` is the space after a section's end, where nothing counts."""

    HEADER = "header"
    ACCOUNT = words.ACCOUNT_SECTION
    DOCUMENT = words.DOCUMENT_SECTION
    BETWEEN = "between"


_OPENING: Final = {
    words.ACCOUNT_SECTION: SectionKind.ACCOUNT,
    words.DOCUMENT_SECTION: SectionKind.DOCUMENT,
}
_CLOSING: Final = {
    words.ACCOUNT_END: SectionKind.ACCOUNT,
    words.DOCUMENT_END: SectionKind.DOCUMENT,
}
_STRUCTURE: Final = frozenset({*_OPENING, *_CLOSING, words.END})


@dataclass(slots=True)
class Section:
    """The values of the keys we know, and the line where the section opens.

    Values stay bytes until they are asked for: half of them never are. `accounts` are the header's,
    whose key alone may be repeated. `last_key` is None after a key that we do not know.
    """

    kind: SectionKind
    line: int
    alphabet: Alphabet
    values: dict[str, bytes] = field(default_factory=dict)
    accounts: list[str] = field(default_factory=list)
    last_key: str | None = None

    def text(self, key: str) -> str:
        """A key's value; empty if the section does not have it."""
        raw = self.values.get(key)
        return self.alphabet.text(raw) if raw else ""

    def take_again(self, number: int, key: str, raw: bytes) -> None:
        """A key met before: nothing, or the same once more, is no harm; else the truth is open."""
        before, now = self.text(key), self.alphabet.text(raw)
        if before and now and before != now:
            raise BankFileError(number, BankFileFault.KEY_REPEATED, key)
        if now:
            self.values[key] = raw

    def go_on(self, raw: bytes) -> None:
        """A line without a key: the payer broke the purpose in two, and the bank let it pass."""
        if self.last_key in words.PURPOSES:
            self.values[self.last_key] += b" " + raw


def sections(stream: IO[bytes], alphabet: Alphabet, limits: StatementLimits) -> Iterator[Section]:
    """The header, then every section; a file that breaks off, or goes on, is refused there."""
    grammar = _Grammar(alphabet, limits)
    lines = raw_lines(stream, limits)
    number = 1
    for number, raw in lines:
        finished = grammar.step(number, raw)
        if finished is not None:
            yield finished
        if grammar.ended:
            break
    grammar.check_closed()
    if not grammar.ended:
        raise BankFileError(number, BankFileFault.CUT, words.END)
    for number, _ in lines:
        raise BankFileError(number, BankFileFault.CONTINUES, words.END)


class _Grammar:
    """Where in the file we are."""

    def __init__(self, alphabet: Alphabet, limits: StatementLimits) -> None:
        self._alphabet = alphabet
        self._plain_keys = alphabet.plain_keys
        self._limits = limits
        self._section = Section(SectionKind.HEADER, 1, alphabet)
        self.ended = False

    def step(self, number: int, raw: bytes) -> Section | None:
        """Take a line in; the section that it finishes. Nearly all lines end in the first half."""
        raw_key, equals, raw_value = raw.partition(b"=")
        key = self._plain_keys.get(raw_key)
        if key is not None and equals:
            section = self._section
            section.last_key = key
            if section.values.setdefault(key, raw_value) is not raw_value:
                section.take_again(number, key, raw_value)
            return None

        key = self._alphabet.keys.get(raw_key.rstrip())
        if key in _STRUCTURE:
            return self._turn(number, key)
        self._take_unusual(number, key, raw, raw_value if equals else None)
        return None

    def check_closed(self) -> None:
        """Refuse the section that is still open, by the line where it opens."""
        section = self._section
        if section.kind in _OPENING.values():
            raise BankFileError(section.line, BankFileFault.SECTION_OPEN, section.kind.value)

    def _turn(self, number: int, key: str) -> Section | None:
        """A section opens or closes or the file ends; the header ends where any of them begins."""
        if key in _CLOSING:
            self._check_closes(number, key)
        else:
            self.check_closed()
        self.ended = key == words.END
        finished, kind = self._section, _OPENING.get(key, SectionKind.BETWEEN)
        self._section = Section(kind, number, self._alphabet)
        return None if finished.kind is SectionKind.BETWEEN else finished

    def _check_closes(self, number: int, key: str) -> None:
        if self._section.kind is not _CLOSING[key]:
            self.check_closed()
            raise BankFileError(number, BankFileFault.SECTION_END, key)

    def _take_unusual(self, number: int, key: str | None, raw: bytes, value: bytes | None) -> None:
        """A line without a key, a key unknown or with spaces behind it, or an account."""
        section = self._section
        if value is None:
            section.go_on(raw)
            return
        section.last_key = key
        if key == words.ACCOUNT and section.kind is SectionKind.HEADER:
            self._take_header_account(number, self._alphabet.text(value))
        elif key is not None:
            section.take_again(number, key, value)

    def _take_header_account(self, number: int, account: str) -> None:
        accounts = self._section.accounts
        if len(accounts) == self._limits.header_accounts:
            raise BankFileError(number, BankFileFault.TOO_MANY, words.ACCOUNT)
        accounts.append(account)
