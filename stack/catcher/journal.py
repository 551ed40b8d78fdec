"""The file that the caught letters are kept in: one JSON line for each."""

import base64
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PRIVATE_FILE = 0o600


@dataclass(frozen=True)
class Entry:
    """A letter as it came: `recipients` are those of the envelope, `at` when we took it over."""

    recipients: tuple[str, ...]
    at: datetime
    content: bytes


class JournalWriter:
    """Each letter is in the file before the sender hears that it is taken over.

    So a kill in between makes the sender repeat it, and both are counted.
    """

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)

    def write(self, recipients: Sequence[str], content: bytes) -> Entry:
        """The entry that is in the file now."""
        entry = Entry(tuple(recipients), datetime.now(UTC), content)
        line = {
            "to": entry.recipients,
            "at": entry.at.isoformat(),
            "letter": base64.b64encode(content).decode(),
        }
        # One write a letter, begun on a line of its own whatever a killed life left behind.
        os.write(self._file, f"\n{json.dumps(line)}".encode())
        return entry


class JournalReader:
    """A journal as far as it has been read. A file that is not there yet is an empty one."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._offset = 0

    def read(self) -> Iterator[Entry]:
        """What has come since the last reading. A line that is not whole yet waits."""
        if not self._file.exists():
            return
        with self._file.open("rb") as journal:
            journal.seek(self._offset)
            unread = journal.read()
        for line in unread.splitlines(keepends=True):
            entry = _entry(line)
            if entry is None and not line.endswith(b"\n"):
                break
            self._offset += len(line)
            if entry is not None:
                yield entry


def _entry(line: bytes) -> Entry | None:
    """None for what a killed life left half written, and for the empty lines between."""
    try:
        found = json.loads(line)
        content = base64.b64decode(found["letter"], validate=True)
        return Entry(tuple(found["to"]), datetime.fromisoformat(found["at"]), content)
    except ValueError:
        return None
