"""The outbox as its delivery takes it: due letters are leased, sent, and settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Exists,
    Text,
    Uuid,
    and_,
    bindparam,
    column,
    func,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from db.database import Database
from db.query import row, typed
from db.tables import clients, mailboxes, notifications, refunds
from domain.notification.notification import (
    ERASED_PARAM,
    ONE_TIME_CODE,
    NotificationStatus,
)
from domain.notification.transitions import DeliveryTransition

CHANNEL = "notifications"
"""The channel on which the database announces new messages."""
BOUNCED = "bounced"
"""The error of a letter that was sent and has come back."""
LEASE_SECONDS = 30
"""A letter leased by a delivery that died is due again after this time; a running one extends it.
"""

_earlier = notifications.alias("earlier")


def _behind(*conditions: ColumnElement[bool]) -> Exists:
    """Whether letters of earlier changes of the same case are still to be sent."""
    return (
        select(_earlier.c.id)
        .where(
            _earlier.c.case_id == notifications.c.case_id,
            _earlier.c.number < notifications.c.number,
            _earlier.c.status == "queued",
            not_(_earlier.c.params.has_key(ERASED_PARAM)),
            *conditions,
        )
        .exists()
    )


_waits_for_another = and_(
    not_(notifications.c.params.has_key(ERASED_PARAM)),
    or_(
        _behind(_earlier.c.role == notifications.c.role),
        and_(_behind(), not_(_behind(_earlier.c.last_error.is_not(None)))),
    ),
)
"""A letter leaves after those of earlier changes of its case. Once one of them could not be sent,
only its own reader's wait for it, until it is sent or given up. A one-time code lives minutes: it
waits for no letter, and none for it.
"""


@row
class DueLetter:
    """A letter to be sent, with the addresses and the language of its readers."""

    id: UUID
    case_id: str | None
    occasion: str
    role: str
    client_id: str | None
    channel: str
    template: str
    params: dict[str, Any]
    status: str
    attempts: int
    due_at: datetime | None
    last_error: str | None
    created_at: datetime
    settled_at: datetime | None
    read_at: datetime | None
    sent_to: str | None
    sent_subject: str | None
    sent_text: str | None
    number: int
    to_address: str | None
    replaced_at: datetime | None
    client_address: str | None
    client_name: str | None
    client_language: str | None
    role_address: str | None


_due = (
    select(notifications.c.id)
    .where(
        notifications.c.status == "queued",
        notifications.c.due_at <= func.now(),
        not_(_waits_for_another),
    )
    .order_by(notifications.c.number)
    .limit(bindparam("how_many"))
    .with_for_update(skip_locked=True)
)
_is_of_case = and_(
    refunds.c.id == notifications.c.case_id,
    refunds.c.client_id == notifications.c.client_id,
    notifications.c.template != ONE_TIME_CODE.template,
)
"""Letters of a refund go where its client asked. Not a code: it signs for the client, so it goes to
the address of the client itself.
"""
_leased_until = func.now() + func.make_interval(0, 0, 0, 0, 0, 0, LEASE_SECONDS)
_TAKE = typed(
    DueLetter,
    update(notifications)
    .where(notifications.c.id.in_(_due.scalar_subquery()))
    .values(
        due_at=_leased_until,
        attempts=notifications.c.attempts + 1,
    )
    .returning(
        notifications,
        func.coalesce(
            select(refunds.c.contact_email).where(_is_of_case).scalar_subquery(),
            select(clients.c.email)
            .where(clients.c.id == notifications.c.client_id)
            .scalar_subquery(),
        ).label("client_address"),
        select(clients.c.name)
        .where(clients.c.id == notifications.c.client_id)
        .scalar_subquery()
        .label("client_name"),
        select(clients.c.language)
        .where(clients.c.id == notifications.c.client_id)
        .scalar_subquery()
        .label("client_language"),
        select(mailboxes.c.address)
        .where(mailboxes.c.role == notifications.c.role)
        .scalar_subquery()
        .label("role_address"),
    ),
)
_EXTEND = (
    update(notifications)
    .where(
        notifications.c.id.in_(bindparam("notification_ids", expanding=True)),
        notifications.c.status == "queued",
    )
    .values(due_at=_leased_until)
)
_sent = (
    func.jsonb_to_recordset(bindparam("letters", type_=JSONB))
    .table_valued(
        column("id", Uuid),
        column("address", Text),
        column("subject", Text),
        column("said", Text),
        column("params", JSONB),
    )
    .render_derived(name="sent", with_types=True)
)
_SETTLE_SENT = (
    update(notifications)
    .where(notifications.c.id == _sent.c.id)
    .values(
        status=NotificationStatus.SENT,
        due_at=None,
        settled_at=bindparam("new_settled_at"),
        last_error=None,
        params=_sent.c.params.op("-")(bindparam("secret", type_=Text)),
        sent_to=_sent.c.address,
        sent_subject=_sent.c.subject,
        sent_text=_sent.c.said,
    )
)
_BOUNCED = (
    update(notifications)
    .where(notifications.c.id == bindparam("of_id"), notifications.c.status == "sent")
    .values(status="failed", settled_at=bindparam("now"), last_error=bindparam("because"))
)
_SETTLE = (
    update(notifications)
    .where(
        notifications.c.id == bindparam("notification_id"),
        notifications.c.status == "queued",
    )
    .values(
        status=bindparam("new_status"),
        due_at=bindparam("new_due_at"),
        settled_at=bindparam("new_settled_at"),
        last_error=bindparam("new_error"),
        params=notifications.c.params.op("-")(bindparam("secret", type_=Text)),
    )
)


async def take_due(database: Database, how_many: int) -> list[DueLetter]:
    """Leases due letters to the caller, the earliest first, with the addresses to send them to.

    Of a case only the first letter is leased; those of its later changes follow once it is sent.
    """
    taken = await database.rows(_TAKE(how_many=how_many))
    return sorted(taken, key=lambda row: row.number)


async def extend(database: Database, notification_ids: Sequence[UUID]) -> None:
    """Renews the lease of letters that their delivery has not sent yet."""
    await database.write(_EXTEND, notification_ids=list(notification_ids))


@dataclass(frozen=True)
class SentLetter:
    """A letter that the mail server accepted: its address and the content that is kept, with what
    it was made from.
    """

    id: UUID
    address: str
    subject: str
    said: str
    params: Mapping[str, Any]


async def settle_sent(
    database: Database, letters: Sequence[SentLetter], *, settled_at: datetime
) -> None:
    """Stores that these letters were sent, with their content, in one transaction; also of one that
    was withdrawn while the mail server took it.
    """
    await database.write(
        _SETTLE_SENT,
        letters=[{**vars(letter), "id": str(letter.id)} for letter in letters],
        new_settled_at=settled_at,
        secret=ERASED_PARAM,
    )


async def settle(database: Database, notification_id: UUID, made: DeliveryTransition) -> None:
    """Stores the outcome of an attempt that failed: failed for good, or queued again. A letter that
    was given up meanwhile, since its address was corrected, stays so.
    """
    await database.write(
        _SETTLE,
        notification_id=notification_id,
        new_status=made.status,
        new_due_at=made.due_at,
        new_settled_at=made.settled_at,
        new_error=made.error,
        secret="" if made.status is NotificationStatus.QUEUED else ERASED_PARAM,
    )


async def bounced(database: Database, notification_id: UUID, now: datetime) -> None:
    """A letter that was sent has come back: it is given up."""
    await database.write(_BOUNCED, of_id=notification_id, now=now, because=BOUNCED)
