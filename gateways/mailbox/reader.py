"""Reads letters without holding up whoever asks: a small one at once, others in a process of
their own, which has bounded time and memory.
"""

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Final
from uuid import UUID

from domain.ticket.mail import LETTER_BYTES
from gateways.confined import TIMEOUT_SECONDS, Confined
from gateways.mailbox.letter import LetterFile, ReadLetter, holders_in, read_head, read_letter

HERE_BYTES: Final = 32 * 1024
"""A letter that is no larger, and whose parts hold few others, is read where it is asked for: a
process costs as much as the worst of them.
"""
HERE_HOLDERS: Final = 10
SAID_BYTES: Final = 2 * LETTER_BYTES
"""Of what a letter says: its files are no larger than it, and its text is bounded."""
_FILES: Final = "files"
_IDS: Final = "refers_to"
_TUPLES: Final = ("authentication", "recipients")


class LetterReader:
    """Reads letters of any shape, a few of the large ones at a time."""

    def __init__(self, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._reading = Confined(
            "gateways.mailbox.apart", most_bytes=SAID_BYTES, timeout_seconds=timeout_seconds
        )

    async def read(self, content: bytes) -> ReadLetter:
        """The letter as support reads it; of one that takes too much only the headers."""
        if len(content) <= HERE_BYTES and holders_in(content) <= HERE_HOLDERS:
            return read_letter(content)
        said = await self._reading.said(content)
        return read_head(content) if said is None else letter_in(said)


def said_of(letter: ReadLetter) -> Iterator[bytes]:
    """A letter as one process hands it to another: a line of JSON, then the contents of the files,
    one after another.
    """
    told = {one.name: getattr(letter, one.name) for one in fields(letter)}
    told[_FILES] = [(one.name, len(one.content)) for one in letter.files]
    told[_IDS] = list(map(str, letter.refers_to))
    yield json.dumps(told).encode() + b"\n"
    yield from (one.content for one in letter.files)


def letter_in(said: bytes) -> ReadLetter:
    """What `said_of` made."""
    line, _, contents = said.partition(b"\n")
    told = json.loads(line)
    files, at = [], 0
    for name, size in told[_FILES]:
        files.append(LetterFile(name, contents[at : at + size]))
        at += size
    told |= {name: tuple(told[name]) for name in _TUPLES}
    return ReadLetter(**{**told, _FILES: tuple(files), _IDS: tuple(map(UUID, told[_IDS]))})
