"""Clients who write to support by mail."""

import asyncio
import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from uuid import uuid4

from temporalio.testing import ActivityEnvironment

from activities.notification.notification import NotificationActivities
from domain.access.roles import Role
from domain.ticket.mail import LETTER_BYTES
from gateways.mailbox import Mailbox
from stack.mailbox import Mailbox as Catcher
from starter.commands.services import Services
from starter.mail_in.process import look
from tests.gateways.sandbox_acquirer import eventually
from tests.starter.caller import Api
from tests.starter.refund.shop import Shop
from worker import answer_at, build_mail

SUPPORT = "help@kopeyka.example"


@dataclass(frozen=True)
class Post:
    """The mail server, and the process that reads support's mailbox there."""

    services: Services
    shop: Shop
    catcher: Catcher

    def client(self) -> tuple[str, str]:
        """A client and its address."""
        client_id, address = self.shop.books.client(), f"{uuid4().hex[:10]}@romashka.example"
        self.shop.books.connection.execute(
            "UPDATE clients SET email = %s WHERE id = %s", (address, client_id)
        )
        return client_id, address

    def send(self, letter: EmailMessage | bytes, sender: str, to: str = SUPPORT) -> None:
        """Hands a letter to the mail server."""
        with smtplib.SMTP("127.0.0.1", self.catcher.smtp_port) as smtp:
            content = letter if isinstance(letter, bytes) else letter.as_bytes(policy=SMTP)
            smtp.sendmail(sender or "<>", [to], content)

    async def read(self) -> None:
        """What the process does every few seconds."""
        mailbox = Mailbox(
            "127.0.0.1",
            self.catcher.imap_port,
            SUPPORT,
            "any",
            tls="none",
            letter_bytes=LETTER_BYTES,
        )
        await look(self.services, mailbox, SUPPORT)

    async def ask(self, sender: str, **changes: Any) -> tuple[str, str | None, str | None]:
        """Sends a letter, has it read, and gives what became of it."""
        to = changes.pop("to", SUPPORT)
        self.send(written(sender, to, **changes), sender, to)
        await self.read()
        return self.became()

    def became(self) -> tuple[str, str | None, str | None]:
        """What became of the newest letter: outcome, reason, ticket."""
        row = self.shop.books.rows("SELECT * FROM incoming_letters ORDER BY id DESC LIMIT 1")[0]
        return row.outcome, row.reason, row.ticket_id

    def thread(self, ticket_id: str | None) -> list[tuple[bool, str]]:
        """What a ticket has taken."""
        rows = self.shop.books.rows(
            "SELECT is_ours, text FROM ticket_history JOIN ticket_messages"
            " ON ticket_messages.id = submission_id WHERE ticket_history.ticket_id = %(id)s"
            " ORDER BY number",
            id=ticket_id,
        )
        return [(row.is_ours, row.text) for row in rows]

    async def answered(self, ticket_id: str | None, address: str, **body: Any) -> EmailMessage:
        """Staff answer; the letter that tells the client of it."""
        path, said = f"/v1/tickets/{ticket_id}/answer", {"text": "Выплатили.", "seen_answers": 0}
        answer = await Api(self.shop.http).call(
            "POST", path, role=Role.SPECIALIST, json={**said, **body}
        )
        assert answer.status_code == 200, answer.text
        steps = NotificationActivities(
            self.services.database,
            build_mail(self.shop.settings),
            company="ООО «Копейка»",
            cabinet_url="http://cabinet.example",
            domain="kopeyka.example",
            answer_at=answer_at(self.shop.settings),
        )
        delivering = asyncio.create_task(ActivityEnvironment().run(steps.deliver))

        async def came() -> bool:
            return bool(await asyncio.to_thread(self.catcher.letters, address))

        await eventually(came)
        while not delivering.done():
            delivering.cancel()
            await asyncio.wait({delivering}, timeout=1)
        return self.catcher.letters(address)[-1]


def written(
    sender: str,
    to: str = SUPPORT,
    *,
    subject: str = "Где возврат?",
    text: str = "Жду неделю.",
    **headers: str,
) -> EmailMessage:
    """A letter; `headers` by names with low lines."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, to, subject
    letter["Message-ID"] = f"<{uuid4()}@romashka.example>"
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text, cte="base64")
    return letter
