"""Messages to support by mail: letters that answer tickets, beside a bare fetch of the same."""

import asyncio
import imaplib
import smtplib
import time
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from itertools import count, cycle
from typing import LiteralString

import psycopg

from bench.database import Connection
from domain.ticket.mail import reply_address
from stack.embedded import Stack
from stack.mailbox import PASSWORD
from stack.ports import LOOPBACK
from stack.product import SUPPORT_EMAIL

TEXT = "Спасибо, но деньги так и не пришли. Когда их ждать?"
LOOK_SECONDS = 0.05
LIMIT_SECONDS = 120.0
IMAP_LIMIT_SECONDS = 30.0
_WORKED: LiteralString = """
SELECT count(*), extract(epoch FROM max(done_at) - min(received_at)) FROM incoming_letters
 WHERE done_at IS NOT NULL AND outcome = 'reply' AND id > %s
"""
_LAST: LiteralString = "SELECT coalesce(max(id), 0) FROM incoming_letters"
BARE_TABLE: LiteralString = """
CREATE TABLE IF NOT EXISTS bare_messages (id bigserial PRIMARY KEY, content bytea NOT NULL)
"""
BARE_PUT: LiteralString = "INSERT INTO bare_messages (content) VALUES (%s)"


class Letters:
    """Replies to tickets, each of a sender of its own: of one, twenty an hour are taken."""

    def __init__(self, stack: Stack, tickets: Sequence[int], database: Connection) -> None:
        self._stack = stack
        key = stack.environment["KOPEYKA_CODE_KEY"]
        self._to = cycle([reply_address(SUPPORT_EMAIL, key, number) for number in tickets])
        self._numbers = count(1)
        self._database = database

    async def send(self, letters: int) -> float:
        """The seconds from the first that the reader has to the last that a ticket has taken. They
        come between two looks into the mailbox, so its pause is none of them.
        """
        row = await (await self._database.execute(_LAST)).fetchone()
        last = 0 if row is None else int(row[0])
        await asyncio.to_thread(self._post, list(self._written(letters)))
        async with asyncio.timeout(LIMIT_SECONDS):
            while True:
                found = await (await self._database.execute(_WORKED, (last,))).fetchone()
                if found is not None and found[0] == letters:
                    return float(found[1])
                await asyncio.sleep(LOOK_SECONDS)

    def _written(self, letters: int) -> Iterator[EmailMessage]:
        for number in (next(self._numbers) for _ in range(letters)):
            letter = EmailMessage()
            letter["From"], letter["To"] = f"person-{number}@bench.example", next(self._to)
            letter["Subject"], letter["Message-ID"] = "Re: запрос", f"<{number}@bench.example>"
            letter.set_content(TEXT)
            yield letter

    def _post(self, letters: Sequence[EmailMessage]) -> None:
        with smtplib.SMTP(LOOPBACK, self._stack.smtp_port) as smtp:
            for letter in letters:
                smtp.send_message(letter)


def fetch_bare(imap_port: int, database_url: str, letters: int) -> float:
    """The seconds of fetching the latest letters to support one by one, each stored durably."""
    with (
        psycopg.connect(database_url, autocommit=True) as connection,
        imaplib.IMAP4(LOOPBACK, imap_port, timeout=IMAP_LIMIT_SECONDS) as imap,
    ):
        connection.execute(BARE_TABLE)
        imap.login(SUPPORT_EMAIL, PASSWORD)
        _, (total,) = imap.select("INBOX", readonly=True)
        newest = range(int(total or b"0") - letters + 1, int(total or b"0") + 1)
        began = time.monotonic()
        for number in newest:
            _, parts = imap.fetch(str(number), "(BODY.PEEK[])")
            connection.execute(BARE_PUT, (parts[0][1],))  # type: ignore[index]
        return time.monotonic() - began
