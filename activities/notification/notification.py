"""The delivery of letters: sends what is in the outbox, for as long as the activity runs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

import structlog
from temporalio import activity

from activities.case.shift import end_of_shift, goes_on, woken
from activities.notification.debt_letters import as_it_leaves
from activities.notification.letter_files import files_of
from db.database import Announced, Database, DatabaseFailure
from db.notification import delivery
from db.notification.delivery import DueLetter, SentLetter
from domain.access.roles import Role
from domain.notification.notification import ERASED_PARAM, NotificationStatus
from domain.notification.transitions import DeliveryTransition, given_up, refused
from domain.ticket.mail import DELIMITER
from domain.ticket.ticket import ticket_number
from gateways.mail import MailGateway, MailLine, MailMessage, MailRefused
from texts import Language, Letter, letter, translate
from texts.notification import Notified, params_of, params_without_code

BATCH = 8
"""Messages leased at once, sent over one connection and recorded as sent in one transaction.

So much a worker that dies, or loses the database, between sending and recording leaves to be sent
once more, each under the Message-ID that it had. It stays small for the sake of who reads them.
"""
GATHERING_SECONDS = 0.25
"""A message that wakes the delivery waits so long for others to go with it."""
BETWEEN_SECONDS = 0.5
"""After a batch that was not full others may gather so long: under load letters go twice a second,
over one connection.
"""
SIGN_OF_LIFE_SECONDS = 5.0
"""The interval of heartbeats, also while a slow server receives a letter."""

AnswerAt = Callable[[int], str]
"""The address at which a client answers the ticket of a number."""
ParamsOf = Callable[[Notified, str, Language], Mapping[str, str | int]]
"""What the parameters of a letter's text are made by."""

log = structlog.get_logger()


class NotificationActivities:
    """Sends queued letters. Several workers may run it at once: each letter is leased."""

    def __init__(
        self,
        database: Database,
        mail: MailGateway,
        *,
        company: str,
        cabinet_url: str,
        domain: str,
        answer_at: AnswerAt | None = None,
    ) -> None:
        self._database = database
        self._mail = mail
        self._company = company
        self._cabinet_url = cabinet_url
        self._domain = domain
        self._answer_at = answer_at

    @activity.defn(name="notification.deliver")
    async def deliver(self) -> None:
        """Delivers until the end of its shift. A mail server that is down only delays letters."""
        ends_at = end_of_shift()
        held: set[UUID] = set()
        async with (
            self._alive(held),
            self._database.listen(delivery.CHANNEL) as announced,
        ):
            while goes_on(ends_at):
                await self._deliver_all(held, ends_at)
                await _idle(announced)

    @asynccontextmanager
    async def _alive(self, held: Collection[UUID]) -> AsyncIterator[None]:
        """Heartbeats, and renews the lease of the letters this delivery holds."""
        heartbeats = asyncio.create_task(self._heartbeat(held))
        try:
            yield
        finally:
            heartbeats.cancel()
            await asyncio.gather(heartbeats, return_exceptions=True)

    async def _heartbeat(self, held: Collection[UUID]) -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(SIGN_OF_LIFE_SECONDS)
            if held:
                try:
                    await delivery.extend(self._database, tuple(held))
                except DatabaseFailure as failure:
                    log.warning("notification.lease_not_extended", reason=str(failure))

    async def _deliver_all(self, held: set[UUID], ends_at: float) -> None:
        """Delivers batches over one connection until nothing is due."""
        async with self._mail.line() as line:
            while goes_on(ends_at) and (taken := await self._deliver_due(line, held)):
                if taken < BATCH:
                    await asyncio.sleep(BETWEEN_SECONDS)

    async def _deliver_due(self, line: MailLine, held: set[UUID]) -> int:
        """Delivers a batch; `held` are the leased letters that are neither recorded nor delayed
        yet.
        """
        rows = await delivery.take_due(self._database, BATCH)
        held.update(row.id for row in rows)
        try:
            await self._deliver_batch(line, rows, held)
        finally:
            held.clear()
        return len(rows)

    async def _deliver_batch(
        self, line: MailLine, rows: Sequence[DueLetter], held: set[UUID]
    ) -> None:
        """Sends a batch; what the server accepted is recorded also when an error ends the batch."""
        sent: list[SentLetter] = []
        try:
            for row in rows:
                taken = await self._delivered(line, row)
                if taken is None:
                    held.discard(row.id)
                else:
                    sent.append(taken)
        finally:
            await self._settle_sent(sent)

    async def _delivered(self, line: MailLine, row: DueLetter) -> SentLetter | None:
        """The letter as the server accepted it; None for one that does not leave now, or that it
        refused, which is recorded here. One that a mistake of ours fails on is tried again later:
        it holds up neither its batch nor the next.
        """
        try:
            leaves = await as_it_leaves(self._database, row, datetime.now(UTC))
            return None if leaves is None else await self._taken(line, leaves)
        except DatabaseFailure:
            raise
        except Exception as error:
            log.exception("notification.broken", notification_id=str(row.id))
            await self._settle_refused(row, MailRefused(False, None, type(error).__name__))
        return None

    async def _taken(self, line: MailLine, row: DueLetter) -> SentLetter | None:
        try:
            message = await self._message(row)
            kept = self._kept(row, message)
            await line.send(message)
        except MailRefused as said:
            await self._settle_refused(row, said)
        except (KeyError, ValueError) as broken:
            await self._settle(row, given_up(type(broken).__name__, datetime.now(UTC)))
        else:
            log.info("notification.sent", notification_id=str(row.id), case_id=row.case_id)
            return kept
        return None

    async def _settle_sent(self, letters: Sequence[SentLetter]) -> None:
        if letters:
            await delivery.settle_sent(self._database, letters, settled_at=datetime.now(UTC))

    async def _settle_refused(self, row: DueLetter, said: MailRefused) -> None:
        now = datetime.now(UTC)
        await self._settle(
            row, refused(row.attempts, said.code, said.text, now, is_permanent=said.permanent)
        )

    async def _settle(self, row: DueLetter, made: DeliveryTransition) -> None:
        await delivery.settle(self._database, row.id, made)
        if made.status is NotificationStatus.QUEUED:
            log.warning("notification.delayed", notification_id=str(row.id), reason=made.error)
        else:
            log.error("notification.failed", notification_id=str(row.id), reason=made.error)

    def _kept(self, row: DueLetter, message: MailMessage) -> SentLetter:
        """A letter as it was sent, without a one-time code."""
        said = message.plain
        if ERASED_PARAM in row.params:
            said = self._written(row, params_without_code).plain
        return SentLetter(row.id, message.to, message.subject, said, row.params)

    def _written(self, row: DueLetter, params: ParamsOf = params_of) -> Letter:
        language = _language_of(row)
        said = dict(params(row, self._cabinet_url, language))
        if self._reply_to(row) is not None:
            said["reply_line"] = translate("mail.reply_line", language, delimiter=DELIMITER)
        return letter(row.template, language, company=self._company, **said)

    async def _message(self, row: DueLetter) -> MailMessage:
        address = row.to_address or row.client_address or row.role_address
        if address is None:
            raise ValueError("no address for this role")
        written = self._written(row)
        return MailMessage(
            f"{row.id}@{self._domain}",
            address,
            written.subject,
            written.plain,
            written.html,
            await files_of(self._database, row, _language_of(row), self._company),
            self._reply_to(row),
        )

    def _reply_to(self, row: DueLetter) -> str | None:
        """Where a client answers a letter about its ticket, if letters are read."""
        number = None if row.role != Role.CLIENT else ticket_number(row.case_id or "")
        if self._answer_at is None or number is None:
            return None
        return self._answer_at(number)


def _language_of(row: DueLetter) -> Language:
    return cast("Language", row.client_language or "ru")


async def _idle(announced: Announced) -> None:
    """Sleeps until a letter may be due."""
    if await woken(announced):
        await asyncio.sleep(GATHERING_SECONDS)
        await announced(0)  # heard before the look at the outbox, which finds what it tells of
