"""The mail catcher: receives letters by SMTP, shows them on a page, and serves them by IMAP."""

import email
import email.policy
import imaplib
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from stack.catcher.letters import EVERYBODY
from stack.errors import StackError
from stack.folders import CHECKOUT
from stack.ports import LOOPBACK
from stack.processes import POLL_SECONDS, Command, answers_http, listens

PASSWORD = "any"  # noqa: S105 - the catcher takes every one: the letters are nobody's
LETTER_LIMIT_SECONDS = 30.0


@dataclass(frozen=True)
class Mailbox:
    """Receives the letters to all addresses and keeps them in its folder, even if it is killed.

    By IMAP an address, with any password, is an account with the letters sent to it; `EVERYBODY`
    has all.
    """

    smtp_port: int
    imap_port: int
    http_port: int
    folder: Path
    log: Path

    @property
    def journal(self) -> Path:
        """The file with the letters."""
        return self.folder / "letters.journal"

    @property
    def url(self) -> str:
        """The page with the letters."""
        return f"http://{LOOPBACK}:{self.http_port}"

    def letters(self, to: str | None = None) -> list[EmailMessage]:
        """Letters in the order of arrival; with `to`, only those to this address."""
        with imaplib.IMAP4(LOOPBACK, self.imap_port, timeout=LETTER_LIMIT_SECONDS) as imap:
            imap.login(EVERYBODY, PASSWORD)
            imap.select("INBOX", readonly=True)
            _, parts = imap.fetch("1:*", "(BODY.PEEK[])")
            received = [_letter(part[1]) for part in parts if isinstance(part, tuple)]
        return [letter for letter in received if to is None or to in str(letter["To"])]

    def wait_for(
        self,
        wanted: Callable[[EmailMessage], bool],
        limit_seconds: float = LETTER_LIMIT_SECONDS,
    ) -> EmailMessage:
        """The latest letter that matches. Raises StackError when none comes in time."""
        deadline = time.monotonic() + limit_seconds
        while time.monotonic() < deadline:
            found = [letter for letter in self.letters() if wanted(letter)]
            if found:
                return found[-1]
            time.sleep(POLL_SECONDS)
        raise StackError(f"the awaited letter has not come in {limit_seconds:g} s: see {self.url}")

    def command(self, environment: Mapping[str, str]) -> Command:
        """Ready when its page, SMTP and IMAP answer, which start in any order."""
        return Command(
            name="mail",
            arguments=[
                *(sys.executable, "-m", "stack.catcher", "--journal", self.journal),
                *("--smtp-port", str(self.smtp_port), "--imap-port", str(self.imap_port)),
                *("--http-port", str(self.http_port)),
            ],
            environment=environment,
            folder=CHECKOUT,
            log=self.log,
            ready=self._answers,
        )

    def _answers(self) -> bool:
        return answers_http(self.url) and listens(self.smtp_port) and listens(self.imap_port)


def plain_text(letter: EmailMessage) -> str:
    """The plain part of a letter; empty for a letter without one."""
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body else ""


def _letter(content: bytes) -> EmailMessage:
    letter: EmailMessage = email.message_from_bytes(content, policy=email.policy.default)
    return letter
