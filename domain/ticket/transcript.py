"""The transcript of a ticket: what its client and staff wrote to each other, as papers.

Notes among staff are none of it. A long thread is cut into parts by what its changes cost to print,
so that no part takes more memory or time than another.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.file.file import MAX_FILES
from domain.ticket.ticket import TicketStatus

MAX_PARTS: Final = 100_000
CHANGE_COST: Final = 100
"""Of a change of a ticket, in characters that cost as much; each character of its message is one
more.
"""
LINE_COST: Final = 40
"""Of a line of a message."""
FILE_COST: Final = 200
"""Of a file of a message."""
PART_COST: Final = 100_000
"""Where a part ends: some forty pages."""
LONGEST_MESSAGE: Final = 20_000
"""Characters of one message, each of which may be a line."""
MAX_COST: Final = (
    PART_COST
    + CHANGE_COST
    + LONGEST_MESSAGE
    + LINE_COST * (LONGEST_MESSAGE + 1)
    + FILE_COST * MAX_FILES
)
"""Of a part: its last change may be the longest message."""


@dataclass(frozen=True, repr=False)
class TranscriptFile:
    """A file as it was named when it was handed in, and the SHA-256 of its content."""

    name: str
    sha256: str


@dataclass(frozen=True, repr=False)
class TranscriptMessage:
    """A message; `ticket_number` is another than the transcript's where a ticket was merged.
    `is_unconfirmed`: a letter in the client's name that anybody may have written.
    """

    at: datetime
    is_ours: bool
    written_by: str
    text: str
    ticket_number: int
    files: tuple[TranscriptFile, ...] = ()
    is_unconfirmed: bool = False

    @property
    def cost(self) -> int:
        """What it costs to print."""
        lines = self.text.count("\n") + 1
        return CHANGE_COST + len(self.text) + LINE_COST * lines + FILE_COST * len(self.files)


@dataclass(frozen=True)
class TranscriptMove:
    """When a ticket came to a status."""

    at: datetime
    status: TicketStatus


@dataclass(frozen=True, repr=False)
class Transcript:
    """A part of a ticket's thread: the statuses and messages of these changes, the oldest first.

    Raises ValueError for one that is too long to be one paper.
    """

    number: int
    topic: str
    client: str
    department: str
    moves: tuple[TranscriptMove, ...]
    messages: tuple[TranscriptMessage, ...]
    part: int = 1
    parts: int = 1

    def __post_init__(self) -> None:
        if CHANGE_COST * len(self.moves) > MAX_COST:
            raise ValueError("a transcript has too many statuses")
        if sum(one.cost for one in self.messages) > MAX_COST:
            raise ValueError("a transcript has too many messages")
