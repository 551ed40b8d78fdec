"""Groups lines into sections, in the order of the file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import IO, Final

from gateways.bank_file import keywords
from gateways.bank_file.document import Document, document_of
from gateways.bank_file.errors import BankFileError, BankFileFault
from gateways.bank_file.limits import StatementLimits
from gateways.bank_file.lines import BLANK, printable, texts
from gateways.bank_file.record_patterns import Layout, RecordPatterns


class SectionKind(Enum):
    """The section that a line is in; `BETWEEN` is after a section's end, where lines are
    ignored.
    """

    HEADER = "header"
    ACCOUNT = keywords.ACCOUNT_SECTION
    DOCUMENT = keywords.DOCUMENT_SECTION
    BETWEEN = "between"


HEADER, BETWEEN, DOCUMENT = SectionKind.HEADER, SectionKind.BETWEEN, SectionKind.DOCUMENT
"""By names of their own: a member of an enumeration is looked up slowly."""
_OPENING: Final = {
    keywords.ACCOUNT_SECTION: SectionKind.ACCOUNT,
    keywords.DOCUMENT_SECTION: SectionKind.DOCUMENT,
}
_CLOSING: Final = {
    keywords.ACCOUNT_END: SectionKind.ACCOUNT,
    keywords.DOCUMENT_END: SectionKind.DOCUMENT,
}
_ENDS: Final = frozenset({keywords.END, keywords.STATEMENT_END})
_STRUCTURE: Final = frozenset({*_OPENING, *_CLOSING, *_ENDS})


@dataclass(slots=True)
class Section:
    """The values of the known keys, and the line where the section begins.

    `accounts` are the header's, the only key that may be repeated. `last_key` is None after an
    unknown key.
    """

    kind: SectionKind
    line: int
    values: dict[str, str] = field(default_factory=dict)
    accounts: list[str] = field(default_factory=list)
    last_key: str | None = None

    def text(self, key: str) -> str:
        """A key's value; empty if the section does not have it."""
        return printable(self.values.get(key, ""))

    def take(self, number: int, key: str, written: str) -> None:
        """A line with a key. A repeated key may be empty or have the same value; otherwise the file
        is refused.
        """
        self.last_key = key if key in keywords.KEYS else None
        if self.last_key is None:
            return
        before, now = self.text(key), printable(written)
        if before and now and before != now:
            raise BankFileError(number, BankFileFault.KEY_REPEATED, key)
        if now or not before:
            self.values[key] = written

    def go_on(self, line: str) -> None:
        """A line without a key: the payer's purpose had a line break, which the bank kept."""
        if self.last_key in keywords.PURPOSES:
            self.values[self.last_key] += f" {line}"


def sections(
    stream: IO[bytes], encoding: str, limits: StatementLimits
) -> Iterator[Section | Document]:
    """The header, then every section; a file that ends too early or too late is refused."""
    grammar = _Grammar(limits)
    for text in texts(stream, encoding, limits):
        yield from grammar.read(text)
    grammar.check_ended()


class _Grammar:
    """The position in the file."""

    def __init__(self, limits: StatementLimits) -> None:
        self._longest = limits.line_length
        self._header_accounts = limits.header_accounts
        self._layouts = RecordPatterns(limits)
        self._section = Section(HEADER, 1)
        self._number = self._last_written = 1
        self._end: str | None = None

    def read(self, text: str) -> Iterator[Section | Document]:
        """The sections that end within a text of whole lines."""
        start = opened = 0
        while start < len(text):
            found = self._layouts.find(text, start) if self._expects_document else None
            if found is not None:
                yield self._document(*found)
                start = found[1].end()
                continue
            section, end = self._section, text.find("\n", start) + 1 or len(text)
            self._line(text[start:end])
            if self._section is not section:
                if section.kind is DOCUMENT:
                    self._layouts.learn(text[opened:end])
                    yield document_of(section.line, section.values)
                elif section.kind is not BETWEEN:
                    yield section
                opened = start
            start = end

    def check_ended(self) -> None:
        """Refuses a file that ends too early."""
        self._check_closed()
        if self._end is None:
            raise BankFileError(self._last_written, BankFileFault.CUT, keywords.END)

    @property
    def _expects_document(self) -> bool:
        return self._section.kind is BETWEEN and self._end is None

    def _document(self, layout: Layout, match: re.Match[str]) -> Document:
        """A document that a known pattern fits."""
        line = self._number + 1
        self._number += layout.lines
        self._last_written = self._number
        return layout.document(match, line)

    def _line(self, written: str) -> None:
        self._number += 1
        if len(written) > self._longest:
            raise BankFileError(self._number, BankFileFault.LINE_TOO_LONG, str(self._longest))
        line = written.strip(BLANK)
        if not line:
            return
        if self._end is not None and (self._end, line) != (keywords.STATEMENT_END, keywords.END):
            raise BankFileError(self._number, BankFileFault.CONTINUES, self._end)
        self._last_written = self._number
        self._take(line)

    def _take(self, line: str) -> None:
        section, number = self._section, self._number
        key, equals, value = line.partition("=")
        key = key.rstrip()
        if key in _STRUCTURE:
            self._turn(key)
        elif not equals:
            self._check_goes_on(line)
            section.go_on(line)
        elif key == keywords.ACCOUNT and section.kind is HEADER:
            section.last_key = key
            self._take_header_account(printable(value))
        else:
            section.take(number, key, value)

    def _check_goes_on(self, line: str) -> None:
        """Refuses a purpose of too many lines: appending each of them copies it again."""
        written = self._section.values.get(self._section.last_key or "", "")
        if len(written) + len(line) > self._longest:
            raise BankFileError(self._number, BankFileFault.LINE_TOO_LONG, str(self._longest))

    def _turn(self, key: str) -> None:
        """A section begins or ends, or the file ends; the header ends where any of them begins."""
        if key in _CLOSING:
            self._check_closes(key)
        else:
            self._check_closed()
        self._end = key if key in _ENDS else None
        self._section = Section(_OPENING.get(key, BETWEEN), self._number)

    def _check_closes(self, key: str) -> None:
        if self._section.kind is not _CLOSING[key]:
            self._check_closed()
            raise BankFileError(self._number, BankFileFault.SECTION_END, key)

    def _check_closed(self) -> None:
        """Refuses a section that is still open, by the line where it begins."""
        section = self._section
        if section.kind in _OPENING.values():
            raise BankFileError(section.line, BankFileFault.SECTION_OPEN, section.kind.value)

    def _take_header_account(self, account: str) -> None:
        accounts = self._section.accounts
        if len(accounts) == self._header_accounts:
            raise BankFileError(self._number, BankFileFault.TOO_MANY, keywords.ACCOUNT)
        accounts.append(account)
