"""Messages for people: the inbox of a client or of a role, and letters by delivery status."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Text, bindparam, func, select, tuple_, update

from db.database import Database
from db.query import Query, TypedStatement, row, typed
from db.tables import clients, notifications
from domain.access.roles import Role
from domain.notification.notification import ONE_TIME_CODE, NotificationChannel, NotificationStatus


@row
class MessageRow:
    """A message, with the name of its client if it is to one."""

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
    client_name: str | None


@row
class MessageId:
    """The id of a message."""

    id: UUID


_MESSAGES = typed(
    MessageRow,
    select(notifications, clients.c.name.label("client_name")).outerjoin(
        clients, clients.c.id == notifications.c.client_id
    ),
)
_newest_first = (notifications.c.created_at.desc(), notifications.c.id.desc())
_mine = (
    notifications.c.channel == NotificationChannel.INBOX.value,
    notifications.c.role == bindparam("of_role"),
    notifications.c.client_id.is_not_distinct_from(bindparam("of_client", type_=Text)),
)
_of_id = notifications.c.id == bindparam("notification_id")
_FIND = _MESSAGES.narrowed(lambda rows: rows.where(_of_id))
_READ = typed(
    MessageId,
    update(notifications)
    .where(_of_id, *_mine)
    .values(
        read_at=func.coalesce(
            notifications.c.read_at, bindparam("at", type_=DateTime(timezone=True))
        )
    )
    .returning(notifications.c.id),
)
_RETRY = typed(
    MessageId,
    update(notifications)
    .where(
        _of_id,
        notifications.c.status == NotificationStatus.FAILED.value,
        notifications.c.template != ONE_TIME_CODE.template,
    )
    .values(
        status=NotificationStatus.QUEUED.value,
        attempts=0,
        due_at=bindparam("at", type_=DateTime(timezone=True)),
        settled_at=None,
    )
    .returning(notifications.c.id),
)

After = tuple[datetime, UUID]
"""The key (created_at, id) of the last message seen."""


def inbox(
    role: Role, client_id: str | None, limit: int, after: After | None = None
) -> Query[MessageRow]:
    """The messages of a client, or of one of our roles (`client_id` None), newest first."""
    return _paged(_mine, limit, after)(of_role=role, of_client=client_id)


def delivered(
    status: NotificationStatus, limit: int, after: After | None = None
) -> Query[MessageRow]:
    """Letters in one delivery status, newest first."""
    of_status = (
        notifications.c.channel == NotificationChannel.MAIL.value,
        notifications.c.status == bindparam("of_status"),
    )
    return _paged(of_status, limit, after)(of_status=status)


def letters_of(
    case_id: str, client_id: str | None, limit: int, after: After | None = None
) -> Query[MessageRow]:
    """The letters of a case, newest first: all of them, or those to a client."""
    of_case = [
        notifications.c.case_id == bindparam("of_case"),
        notifications.c.channel == NotificationChannel.MAIL.value,
    ]
    if client_id is not None:
        of_case.append(notifications.c.client_id == client_id)
    return _paged(of_case, limit, after)(of_case=case_id)


async def mark_read(
    database: Database, notification_id: UUID, role: Role, client_id: str | None, at: datetime
) -> bool:
    """Stores when a message was first read; False when this reader has no such message."""
    key = {"notification_id": notification_id, "of_role": role, "of_client": client_id}
    return await database.row(_READ(**key, at=at)) is not None


async def retry(database: Database, notification_id: UUID, at: datetime) -> bool:
    """Queues a failed letter again; False for any other, and for one whose code is erased."""
    return await database.row(_RETRY(notification_id=notification_id, at=at)) is not None


async def find(database: Database, notification_id: UUID) -> MessageRow | None:
    """A message, or None."""
    return await database.row(_FIND(notification_id=notification_id))


def _paged(
    conditions: Sequence[ColumnElement[bool]], limit: int, after: After | None
) -> TypedStatement[MessageRow]:
    wanted = _MESSAGES.narrowed(
        lambda rows: rows.where(*conditions).order_by(*_newest_first).limit(limit)
    )
    if after is None:
        return wanted
    key = tuple_(notifications.c.created_at, notifications.c.id)
    return wanted.narrowed(lambda rows: rows.where(key < tuple_(*after)))
