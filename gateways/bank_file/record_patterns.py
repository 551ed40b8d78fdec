"""Reads documents that have the same keys in the same order with one regular expression."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from gateways.bank_file import keywords
from gateways.bank_file.document import DOCUMENT_KEYS, Document, document_of
from gateways.bank_file.limits import StatementLimits
from gateways.bank_file.lines import BLANK, printable

_READ: Final = frozenset({*DOCUMENT_KEYS, *keywords.PURPOSE_PARTS})


class Layout(NamedTuple):
    """Documents of one order of keys: their pattern, how many lines each has, and which group of
    the pattern is which value; `in_parts`: the purpose may be that of an old form.
    """

    pattern: re.Pattern[str]
    lines: int
    groups: Sequence[int]
    in_parts: bool

    def document(self, match: re.Match[str], line: int) -> Document:
        """The document that the pattern fits."""
        if self.in_parts:
            return document_of(line, match.groupdict())
        values = tuple(map(str.strip, match.group(*self.groups)))
        if not "".join(values).isprintable():
            values = tuple(map(printable, values))
        return Document._make((line, *values))


class RecordPatterns:
    """The patterns of the documents read so far, one expression for each order of keys.

    A bank's program always writes a document's keys in the same order, so the pattern of one that
    was read line by line without peculiarities fits nearly all that follow. A document that fits
    has none either: no key twice, no line without a key, no other section's beginning or end.
    """

    def __init__(self, limits: StatementLimits) -> None:
        self._longest, self._most = limits.line_length, limits.layouts
        self._known: list[Layout] = []

    def find(self, text: str, start: int) -> tuple[Layout, re.Match[str]] | None:
        """The layout of the document that begins at `start`, and where it fits."""
        for layout in self._known:
            match = layout.pattern.match(text, start)
            if match is not None and match.end() - start <= self._longest:
                return layout, match
        return None

    def learn(self, document: str) -> None:
        """Stores the pattern of a document that was read line by line."""
        lines = document.removesuffix("\n").split("\n")[:-1]
        keys = [line.partition("=")[0] for line in lines]
        if len(self._known) == self._most or not _is_plain(lines, keys):
            return
        layout = _layout(keys, "\r\n" if all(line.endswith("\r") for line in lines) else "\n")
        if layout not in self._known:
            self._known.append(layout)


def _is_plain(lines: Sequence[str], keys: Sequence[str]) -> bool:
    """Whether it is complete and each line has one key and its value."""
    return (
        keys[:1] == [keywords.DOCUMENT_SECTION]
        and len(set(keys)) == len(keys)
        and all(key == key.strip(BLANK).rstrip() for key in keys)
        and all("=" in line for line in lines)
    )


def _layout(keys: Sequence[str], line_end: str) -> Layout:
    """The value of a key that is read is a group with its name; the last group is empty, for what
    the documents leave out.
    """
    lines = [f"{key}=(?P<{key}>.*)" if key in _READ else f"{re.escape(key)}=.*" for key in keys]
    pattern = re.compile(line_end.join((*lines, rf"{keywords.DOCUMENT_END}[ \t\r]*\n()")))
    return Layout(
        pattern,
        lines=len(lines) + 1,
        groups=[pattern.groupindex.get(key, pattern.groups) for key in DOCUMENT_KEYS],
        in_parts=not pattern.groupindex.keys().isdisjoint(keywords.PURPOSE_PARTS),
    )
