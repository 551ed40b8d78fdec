"""The limits of the store of files, the states of a file, and what its scanning makes of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

MAX_FILE_BYTES: Final = 20 * 1024 * 1024
"""What a messenger's bot may download is no larger."""
MAX_FILES: Final = 5
"""Of one message."""
MAX_TOGETHER_BYTES: Final = 50 * 1024 * 1024
"""Of all files of one message."""
MAX_FILES_PER_DAY: Final = 100
"""Of one client in 24 hours."""
MAX_BYTES_PER_DAY: Final = 500 * 1024 * 1024
"""Of one client in 24 hours."""
PIECE_BYTES: Final = 1024 * 1024
"""A file is stored, scanned and given out in pieces of this size."""

FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(minutes=10)
"""A scanner that is silent is asked again after a pause that doubles up to this."""
MOST_DOUBLINGS: Final = 10
ERRORS_BELIEVED: Final = 4
"""A scanner's error is believed at the latest when it was asked so often."""
SILENT_AFTER: Final = timedelta(minutes=10)
"""A scanner that has judged nothing of what came so long ago is silent, and operators hear so."""
MAX_FINDING_LENGTH: Final = 200
"""Characters of what a scanner says that are kept."""


@dataclass(frozen=True)
class FileLimits:
    """How many files a message may have, and how many bytes each of them."""

    files: int = MAX_FILES
    file_bytes: int = MAX_FILE_BYTES


WIDEST: Final = FileLimits()
"""Of a message that no department narrows."""


class FileStatus(StrEnum):
    """What is known about a file's content. Only a clean one is ever given out."""

    RECEIVED = "received"
    """Not scanned yet."""
    CLEAN = "clean"
    QUARANTINED = "quarantined"
    """The scanner has found something in it."""
    UNSCANNABLE = "unscannable"
    """The scanner answered that it cannot scan it."""
    ERASED = "erased"
    """Its retention is over."""


@dataclass(frozen=True)
class Verdict:
    """A scanner's answer about a file; `finding` is in its words, `scanner` its version."""

    status: FileStatus
    scanner: str
    finding: str | None = None


def next_try(attempts: int, at: datetime) -> datetime:
    """When to ask a scanner again that was silent so many times."""
    doublings = 1 << min(attempts, MOST_DOUBLINGS)
    return at + min(FIRST_PAUSE * doublings, LONGEST_PAUSE)


def is_final(verdict: Verdict, attempts: int) -> bool:
    """Whether an answer is the last word: a scanner that could not scan a file is asked again some
    times, since it may have been its own trouble. `attempts` are those before this answer.
    """
    return verdict.status is not FileStatus.UNSCANNABLE or attempts + 1 >= ERRORS_BELIEVED
