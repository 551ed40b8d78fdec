"""One ticket of a story: who writes, by which way, and the resulting status."""

import re
import smtplib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid
from typing import TypeVar

from demo.case import LOOK_SECONDS, STATUS_LIMIT_SECONDS
from demo.stage import Stage
from domain.access.roles import Role
from domain.file.file import FileStatus
from domain.ticket.ticket import TicketStatus, ticket_workflow_id
from simulation.api_client import Document
from simulation.billing_data import Client
from simulation.expectation import Unexpected, expect
from stack.mailbox import plain_text
from stack.ports import LOOPBACK
from stack.product import MAIL_FROM, MAILBOXES
from texts import translate

Seen = TypeVar("Seen")


@dataclass(frozen=True)
class Asked:
    """A ticket as its client knows it."""

    number: int
    topic: str
    client: Client


class Ticket:
    """A ticket. Staff do everything through the API; `path` is every status that they have read."""

    def __init__(self, stage: Stage, asked: Asked) -> None:
        self.asked = asked
        self.id = ticket_workflow_id(asked.number)
        self.path: list[str] = []
        self.client = stage.cast.client(asked.client)
        self._stage = stage
        self._staff = stage.cast.specialist
        self._title = "—"

    def view(self) -> Document:
        """The ticket as staff read it."""
        return self._staff.read(f"/v1/tickets/{self.id}")

    def messages(self) -> Sequence[Document]:
        """Its thread, the first message first."""
        found = self._staff.read(f"/v1/tickets/{self.id}/messages")["items"]
        return list(reversed(found))

    def act(self, deed: str, event: str, body: Document | None = None) -> None:
        """A specialist answers it or holds it for settled."""
        path = f"/v1/tickets/{self.id}/{deed}"
        self.show(self._staff.role, event, self._staff.command("POST", path, body))

    def open_files(self, right: Mapping[str, bytes]) -> None:
        """A specialist opens the files of the first message, once the scanner has read them."""
        files = self._until(self._scanned, "scanned files")
        expect(f"files of {self.id}", sorted(right), sorted(one["name"] for one in files))
        for one in files:
            content = self._staff.download(f"/v1/tickets/{self.id}/files/{one['id']}")
            expect(f"the content of «{one['name']}»", right[one["name"]], content)
        event = f"opens the {len(files)} files, which are scanned for viruses"
        self._stage.terminal.event(self._staff.role, event, files[0]["title"])

    def answer_by_mail(self, text: str) -> None:
        """The client answers our letter; the mailbox of support is read every few seconds."""
        letter = self.letter("ticket_answered", Role.CLIENT)
        quoted = "\n".join(f"> {line}" for line in plain_text(letter).splitlines())
        reply = EmailMessage()
        reply["From"], reply["To"] = self.asked.client.email, letter["Reply-To"]
        reply["Subject"], reply["In-Reply-To"] = f"Re: {letter['Subject']}", letter["Message-ID"]
        reply["Message-ID"] = make_msgid(domain=str(reply["From"]).partition("@")[2])
        reply.set_content(f"{text}\n\n{letter['From']}:\n{quoted}\n")
        with smtplib.SMTP(LOOPBACK, self._stage.stack.smtp_port) as smtp:
            smtp.send_message(reply)
        self._stage.terminal.event(Role.CLIENT, "answers the letter", f"«{text}»")
        view = self._until(lambda: self._in(TicketStatus.OPEN), "the letter to be read")
        self.show("mail-in", "finds the ticket by the address that it was sent to", view)

    def letter(self, template: str, role: Role) -> EmailMessage:
        """A letter about this ticket, once it has come."""
        to, subject = self.addressed(template, role)

        def is_awaited(letter: EmailMessage) -> bool:
            return (letter["To"], letter["Subject"]) == (to, subject)

        return self._stage.stack.mailbox.wait_for(is_awaited)

    def addressed(self, template: str, role: Role) -> tuple[str, str]:
        """To whom a letter about this ticket goes, and its subject."""
        to = self.asked.client.email if role is Role.CLIENT else MAILBOXES[role]
        number, topic = self.asked.number, self.asked.topic
        return to, translate(f"mail.{template}.subject", number=number, topic=topic)

    def letters(self) -> list[tuple[str, str]]:
        """To whom every letter of ours about this ticket went, and its subject."""
        link = re.compile(rf"/{self.id}\b")
        return [
            (str(letter["To"]), str(letter["Subject"]))
            for letter in self._stage.stack.mailbox.letters()
            if letter["From"] == MAIL_FROM and link.search(plain_text(letter))
        ]

    def show(self, who: str, event: str, view: Document) -> None:
        """An event, and the resulting status."""
        after = view["title"]
        outcome = "" if after == self._title else f"{self._title} → {after}"
        self._title = after
        self.path.append(view["status"])
        self._stage.terminal.event(who, event, outcome)

    def _until(self, look: Callable[[], Seen | None], what: str) -> Seen:
        deadline = time.monotonic() + STATUS_LIMIT_SECONDS
        while (seen := look()) is None:
            if time.monotonic() > deadline:
                found = f"«{self._title}» after {STATUS_LIMIT_SECONDS:g} s"
                raise Unexpected(f"waiting for {self.id}", what, found)
            time.sleep(LOOK_SECONDS)
        return seen

    def _in(self, status: TicketStatus) -> Document | None:
        view = self.view()
        return view if view["status"] == status else None

    def _scanned(self) -> Sequence[Document] | None:
        files: Sequence[Document] = self.messages()[0]["files"]
        return files if all(one["status"] == FileStatus.CLEAN for one in files) else None
