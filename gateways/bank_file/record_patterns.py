"""Reads documents that have the same keys in the same order with one regular expression."""

import re
from collections.abc import Sequence

from gateways.bank_file import keywords
from gateways.bank_file.limits import StatementLimits
from gateways.bank_file.lines import BLANK


class RecordPatterns:
    """The patterns of the documents read so far, one expression for each order of keys.

    A bank's program always writes a document's keys in the same order, so the pattern of one that
    was read line by line without peculiarities fits nearly all that follow. A document that fits
    has none either: no key twice, no line without a key, no other section's beginning or end.
    """

    def __init__(self, limits: StatementLimits) -> None:
        self._longest, self._most = limits.line_length, limits.layouts
        self._known: list[re.Pattern[str]] = []

    def find(self, text: str, start: int) -> re.Match[str] | None:
        """The document that begins at `start`; its named groups are the values of known keys."""
        for layout in self._known:
            match = layout.match(text, start)
            if match is not None and match.end() - start <= self._longest:
                return match
        return None

    def learn(self, document: str) -> None:
        """Stores the pattern of a document that was read line by line."""
        lines = document.removesuffix("\n").split("\n")[:-1]
        keys = [line.partition("=")[0] for line in lines]
        if len(self._known) == self._most or not _is_plain(lines, keys):
            return
        layout = _layout(keys)
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


def _layout(keys: Sequence[str]) -> re.Pattern[str]:
    """The value of a known key is a group with the key's name."""
    lines = [
        f"{key}=(?P<{key}>.*)" if key in keywords.PLAIN_KEYS else f"{re.escape(key)}=.*"
        for key in keys
    ]
    return re.compile("\n".join((*lines, rf"{keywords.DOCUMENT_END}[ \t\r]*\n")))
