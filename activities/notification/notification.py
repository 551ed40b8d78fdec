"""Delivery of notifications: drains the outbox for as long as it runs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any, cast
from uuid import UUID

import structlog
from temporalio import activity

from activities.notification.letter_files import files_of
from db.database import Announced, Database, DatabaseFailure, Row
from db.notification import notification
from db.notification.notification import ERASED_PARAM, SentLetter
from domain.notification.notification import RETRY_INTERVALS, NotificationStatus
from domain.refund.service import ServiceOutcome
from gateways.mail import MailGateway, MailLine, MailMessage, MailRefused
from texts import Language, Letter, day, deadline, letter, rubles, translate
from texts.invariants import truth_title
from texts.reasons import card_reason
from texts.service import service_words

BATCH = 8
"""Messages leased at once, sent over one connection and recorded as sent in one transaction.

So much a worker that dies, or loses the database, between sending and recording leaves to be sent
once more, each under the Message-ID that it had. It stays small for the sake of who reads them.
"""
GATHERING_SECONDS = 0.25
"""A message that wakes the delivery waits so long for others to go with it."""
IDLE_SECONDS = 15
"""The longest sleep between two looks at the outbox; a new message wakes it earlier."""
SHIFT = timedelta(hours=1)
"""How long one run of the delivery lasts before the workflow starts the next."""
SIGN_OF_LIFE_SECONDS = 5.0
"""How often a delivery is heard of, also while a slow server takes a letter."""
ERROR_LENGTH = 200
HIDDEN_CODE = "••••••"
"""What stands for a one-time code in what is kept of a letter."""
CASE_PATHS = {
    "refund-": "/v1/refunds/{case_id}",
    "renewal-": "/v1/renewals/{case_id}",
    "limit-request-": "/v1/limit-requests/{own_id}",
}
"""Where cases are read, by how their ids begin."""

log = structlog.get_logger()


class NotificationActivities:
    """Sends what the cases queued. Several workers may run it at once: each message is leased."""

    def __init__(
        self, database: Database, mail: MailGateway, *, company: str, public_url: str, domain: str
    ) -> None:
        self._database = database
        self._mail = mail
        self._company = company
        self._public_url = public_url
        self._domain = domain

    @activity.defn(name="notification.deliver")
    async def deliver(self) -> None:
        """Delivers until its shift is over. A dead mail server delays messages, nothing else."""
        ends_at = asyncio.get_running_loop().time() + SHIFT.total_seconds()
        held: set[UUID] = set()
        async with (
            self._alive(held),
            self._database.listen(notification.CHANNEL) as announced,
        ):
            while asyncio.get_running_loop().time() < ends_at and not activity.is_worker_shutdown():
                if not await self._deliver_due(held):
                    await _idle(announced)

    @asynccontextmanager
    async def _alive(self, held: Collection[UUID]) -> AsyncIterator[None]:
        """While it lasts the server hears of this delivery, and nobody else takes what it holds."""
        telling = asyncio.create_task(self._heartbeat(held))
        try:
            yield
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)

    async def _heartbeat(self, held: Collection[UUID]) -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(SIGN_OF_LIFE_SECONDS)
            if held:
                try:
                    await notification.extend(self._database, tuple(held))
                except DatabaseFailure as failure:
                    log.warning("notification.lease_not_extended", reason=str(failure))

    async def _deliver_due(self, held: set[UUID]) -> int:
        """Delivers a batch; `held` is what nobody else may take: neither recorded nor delayed."""
        rows = await notification.take_due(self._database, BATCH)
        held.update(row.id for row in rows)
        try:
            async with self._mail.line() as line:
                await self._deliver_batch(line, rows, held)
        finally:
            held.clear()
        return len(rows)

    async def _deliver_batch(self, line: MailLine, rows: Sequence[Row], held: set[UUID]) -> None:
        """Whatever ends it, what the server took is recorded."""
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

    async def _delivered(self, line: MailLine, row: Row) -> SentLetter | None:
        """What the server took; None for what it did not take, which is settled here."""
        try:
            message = await self._message(row)
            kept = self._kept(row, message)
            await line.send(message)
        except MailRefused as refused:
            await self._settle_refused(row, refused)
        except (KeyError, ValueError) as broken:
            await self._give_up(row, f"{type(broken).__name__}")
        else:
            log.info("notification.sent", notification_id=str(row.id), case_id=row.case_id)
            return kept
        return None

    async def _settle_sent(self, letters: Sequence[SentLetter]) -> None:
        if letters:
            await notification.settle_sent(self._database, letters, settled_at=datetime.now(UTC))

    async def _settle_refused(self, row: Row, refused: MailRefused) -> None:
        reason = f"{refused.code or ''} {refused.text}".strip()[:ERROR_LENGTH]
        if refused.permanent or row.attempts > len(RETRY_INTERVALS):
            await self._give_up(row, reason)
            return
        due_at = datetime.now(UTC) + RETRY_INTERVALS[row.attempts - 1]
        await notification.settle(
            self._database, row.id, NotificationStatus.QUEUED, due_at=due_at, error=reason
        )
        log.warning("notification.delayed", notification_id=str(row.id), reason=reason)

    async def _give_up(self, row: Row, reason: str) -> None:
        await notification.settle(
            self._database,
            row.id,
            NotificationStatus.FAILED,
            settled_at=datetime.now(UTC),
            error=reason,
        )
        log.error("notification.failed", notification_id=str(row.id), reason=reason)

    def _kept(self, row: Row, message: MailMessage) -> SentLetter:
        """A letter as it went out, but for a one-time code."""
        said = self._written(row, hide_secret=True).plain
        return SentLetter(row.id, message.to, message.subject, said)

    def _written(self, row: Row, *, hide_secret: bool = False) -> Letter:
        language = _language_of(row)
        said = (without_secret if hide_secret else spoken)(row, self._public_url, language)
        return letter(row.template, language, company=self._company, **said)

    async def _message(self, row: Row) -> MailMessage:
        address = row.client_address or row.role_address
        if address is None:
            raise ValueError("no address for this role")
        written = self._written(row)
        return MailMessage(
            f"{row.id}@{self._domain}",
            address,
            written.subject,
            written.plain,
            written.html,
            await files_of(self._database, row, _language_of(row)),
        )


def _language_of(row: Row) -> Language:
    return cast("Language", row.client_language or "ru")


async def _idle(announced: Announced) -> None:
    """Sleeps until there may be something to do, second by second: a worker that stops is
    not held.
    """
    for _ in range(IDLE_SECONDS):
        if activity.is_worker_shutdown():
            return
        if await announced(1.0):
            await asyncio.sleep(GATHERING_SECONDS)
            await announced(0)  # heard before the look at the outbox, which finds what it tells of
            return


def spoken(row: Row, public_url: str, language: Language) -> dict[str, str | int]:
    """A notification's parameters as its text says them: money, days and moments for people."""
    params: dict[str, str | int] = {"name": row.client_name or ""}
    if row.case_id is not None:
        params["case_id"] = row.case_id
    path = _path_of(row)
    if path is not None:
        params["link"] = public_url + path
    params.update(_spoken(row.params, language))
    return params


def without_secret(row: Row, public_url: str, language: Language) -> dict[str, str | int]:
    """A notification's parameters as `spoken`, a one-time code unreadable."""
    return {**spoken(row, public_url, language), ERASED_PARAM: HIDDEN_CODE}


def _path_of(row: Row) -> str | None:
    """Where the thing that a notification is about is read: its case, or a subscription's offers
    where there is none.
    """
    case_id: str | None = row.case_id
    if case_id is None:
        subscription_id = row.params.get("subscription_id")
        return None if subscription_id is None else f"/v1/subscriptions/{subscription_id}/offers"
    for beginning, path in CASE_PATHS.items():
        if case_id.startswith(beginning):
            return path.format(case_id=case_id, own_id=case_id.removeprefix(beginning))
    return None


def _spoken(params: Mapping[str, Any], language: Language) -> dict[str, str | int]:
    said: dict[str, str | int] = {}
    for name, value in params.items():
        if name.endswith("_kopecks"):
            said[name.removesuffix("_kopecks")] = rubles(value)
        elif name.endswith("_on"):
            said[name.removesuffix("_on")] = day(date.fromisoformat(value))
        elif name == "until_at":
            said["until"] = deadline(datetime.fromisoformat(value))
        elif name == "refusal":
            said["reason"] = translate(f"error.{value}", language, **params)
        elif name in _SPOKEN:
            said_as, words = _SPOKEN[name]
            said[said_as] = words(value, language)
        else:
            said[name] = value
    return said


def _role(code: str, language: Language) -> str:
    return translate(f"role.{code}", language)


def _way(code: str, language: Language) -> str:
    return translate(f"way.to.{code}", language)


def _service(content: Mapping[str, str | None] | None, language: Language) -> str:
    """What becomes of the service whose money goes back; nothing where we serve none for it."""
    return "" if content is None else service_words(ServiceOutcome.of(content), language)


def _payout_reason(code: str, language: Language) -> str:
    """Why the outside refused, in words; a reason that nobody has put into words yet is "other"."""
    try:
        return translate(f"payout.reason.{code}", language)
    except KeyError:
        return translate("payout.reason.other", language)


_SPOKEN: Mapping[str, tuple[str, Callable[[Any, Language], str]]] = MappingProxyType(
    {
        "role": ("role", _role),
        "way": ("way", _way),
        "payout_reason": ("reason", _payout_reason),
        "invariant": ("invariant", truth_title),
        "card_reason": ("reason", card_reason),
        "service": ("service", _service),
    }
)
"""Codes that have words of their own: the name that the text knows them by, and the words."""
