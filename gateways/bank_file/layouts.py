"""Documents with the same keys in the same order, read at one go."""

import re
from collections.abc import Sequence

from gateways.bank_file import words
from gateways.bank_file.limits import StatementLimits
from gateways.bank_file.lines import BLANK


class RecordPatterns:
    """The layouts of documents that a file has shown so far, each as one expression.

    A bank's program writes the keys of a document always in the same order, so the layout of one
    that was read line by line, and was plain, fits nearly all that follow. What fits is plain too:
    no key twice, no line without a key, no other section's beginning or end in it.
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
        """See a document that has been read line by line."""
        lines = document.removesuffix("\n").split("\n")[:-1]
        keys = [line.partition("=")[0] for line in lines]
        if len(self._known) == self._most or not _is_plain(lines, keys):
            return
        layout = _layout(keys)
        if layout not in self._known:
            self._known.append(layout)


def _is_plain(lines: Sequence[str], keys: Sequence[str]) -> bool:
    """Whether it is whole, and each line of it alone says what it means."""
    return (
        keys[:1] == [words.DOCUMENT_SECTION]
        and len(set(keys)) == len(keys)
        and all(key == key.strip(BLANK).rstrip() for key in keys)
        and all("=" in line for line in lines)
    )


def _layout(keys: Sequence[str]) -> re.Pattern[str]:
    """A known key's line gives its value to a group of the key's name."""
    lines = [
        f"{key}=(?P<{key}>.*)" if key in words.PLAIN_KEYS else f"{re.escape(key)}=.*"
        for key in keys
    ]
    return re.compile("\n".join((*lines, rf"{words.DOCUMENT_END}[ \t\r]*\n")))
