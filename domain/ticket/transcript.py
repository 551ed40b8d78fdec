"""The transcript of a ticket: what its client and staff wrote to each other, as a paper.

Notes among staff are none of it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.ticket.ticket import TicketStatus

MAX_MESSAGES: Final = 10_000
"""Of one transcript."""
MAX_MOVES: Final = 10_000
"""Changes of the status of one transcript."""
MAX_CHARACTERS: Final = 1_000_000
"""Of all messages of one transcript: some three hundred pages."""
MAX_LINES: Final = 25_000
"""Of all messages of one transcript: some five hundred pages."""


@dataclass(frozen=True, repr=False)
class TranscriptFile:
    """A file as it was named when it was handed in, and the SHA-256 of its content."""

    name: str
    sha256: str


@dataclass(frozen=True, repr=False)
class TranscriptMessage:
    """A message; `ticket_number` is another than the transcript's where a ticket was merged."""

    at: datetime
    is_ours: bool
    written_by: str
    text: str
    ticket_number: int
    files: tuple[TranscriptFile, ...] = ()


@dataclass(frozen=True)
class TranscriptMove:
    """When a ticket came to a status."""

    at: datetime
    status: TicketStatus


@dataclass(frozen=True, repr=False)
class Transcript:
    """A ticket with its statuses and its messages, the oldest first.

    Raises ValueError for one that is too long to be one paper.
    """

    number: int
    topic: str
    client: str
    department: str
    moves: tuple[TranscriptMove, ...]
    messages: tuple[TranscriptMessage, ...]

    def __post_init__(self) -> None:
        if len(self.messages) > MAX_MESSAGES or len(self.moves) > MAX_MOVES:
            raise ValueError("a transcript has too many messages or statuses")
        if sum(len(one.text) for one in self.messages) > MAX_CHARACTERS:
            raise ValueError("a transcript has too many characters")
        if sum(one.text.count("\n") + 1 for one in self.messages) > MAX_LINES:
            raise ValueError("a transcript has too many lines")
