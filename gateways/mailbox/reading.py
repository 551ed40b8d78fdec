"""The IMAP client: new letters of INBOX after a number, each whole unless it is too large."""

import asyncio
import imaplib
import re
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

TIMEOUT_SECONDS: Final = 30.0
LETTERS_AT_ONCE: Final = 50

Answer = TypeVar("Answer")

_UID: Final = re.compile(rb"UID (\d+)")
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxAway(Exception):  # noqa: N818  a failure as people call it
    """The mailbox cannot be read now. The text has neither addresses nor what letters say."""


@dataclass(frozen=True, repr=False)
class FetchedLetter:
    """A letter as it came; `is_whole` false: it is too large, and this is its header."""

    uid_validity: int
    uid: int
    content: bytes
    is_whole: bool


class Mailbox:
    """One account's INBOX."""

    def __init__(
        self,
        host: str,
        port: int,
        username: str,
        password: str,
        *,
        tls: Literal["implicit", "none"] = "implicit",
        letter_bytes: int,
    ) -> None:
        self._host, self._port = host, port
        self._username, self._password = username, password
        self._tls = tls
        self._letter_bytes = letter_bytes

    async def uid_validity(self) -> int:
        """Which numbering of the mailbox counts now; raises `MailboxAway`."""
        return await asyncio.to_thread(self._trying, self._validity)

    async def after(self, uid: int) -> Sequence[FetchedLetter]:
        """The first letters after a number, the oldest first; raises `MailboxAway`."""
        return await asyncio.to_thread(self._trying, lambda imap: self._after(imap, uid))

    def _trying(self, ask: Callable[[imaplib.IMAP4], Answer]) -> Answer:
        try:
            with self._connected() as imap:
                imap.login(self._username, self._password)
                imap.select("INBOX", readonly=True)
                return ask(imap)
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxAway(type(error).__name__) from None

    def _connected(self) -> imaplib.IMAP4:
        if self._tls == "none":
            return imaplib.IMAP4(self._host, self._port, timeout=TIMEOUT_SECONDS)
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(
            self._host, self._port, ssl_context=context, timeout=TIMEOUT_SECONDS
        )

    def _validity(self, imap: imaplib.IMAP4) -> int:
        _, found = imap.response("UIDVALIDITY")
        if not found or not isinstance(found[0], bytes):
            raise MailboxAway("the mailbox has no UIDVALIDITY")
        return int(found[0])

    def _after(self, imap: imaplib.IMAP4, uid: int) -> Sequence[FetchedLetter]:
        validity = self._validity(imap)
        _, lines = imap.uid("FETCH", f"{uid + 1}:*", "(UID RFC822.SIZE)")
        sizes = dict(filter(None, map(_size_in, lines)))
        # A range that begins above the last number means that one (RFC 3501, 6.4.8).
        new = sorted(number for number in sizes if number > uid)[:LETTERS_AT_ONCE]
        return [self._fetched(imap, validity, one, sizes[one]) for one in new]

    def _fetched(self, imap: imaplib.IMAP4, validity: int, uid: int, size: int) -> FetchedLetter:
        is_whole = size <= self._letter_bytes
        wanted = "(BODY.PEEK[])" if is_whole else "(BODY.PEEK[HEADER])"
        _, parts = imap.uid("FETCH", str(uid), wanted)
        for part in parts:
            if isinstance(part, tuple):
                return FetchedLetter(validity, uid, part[1][: self._letter_bytes], is_whole)
        raise MailboxAway("a letter is gone")


def _size_in(line: object) -> tuple[int, int] | None:
    """The number and the size that a line of FETCH says."""
    said = line[0] if isinstance(line, tuple) else line
    if not isinstance(said, bytes):
        return None
    uid, size = _UID.search(said), _SIZE.search(said)
    return None if uid is None or size is None else (int(uid[1]), int(size[1]))
