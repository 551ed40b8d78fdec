"""Messages for people: the inbox of a client or of a role, and letters by delivery status."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    not_,
    select,
    tuple_,
    update,
)

from db.database import Database
from db.query import Query, TypedStatement, row, typed
from db.tables import clients, notifications
from domain.access.roles import Role
from domain.collection.collection import PREFIX
from domain.notification.notification import WITH_CODE, NotificationChannel, NotificationStatus

MAX_UNREAD = 100
"""Unread messages that are counted; a page says of more that there are more."""


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
    to_address: str | None
    replaced_at: datetime | None
    client_name: str | None


@row
class MessageId:
    """The id of a message."""

    id: UUID


@row
class UnreadCount:
    """How many messages a client has not read; no more than `MAX_UNREAD` are counted."""

    unread: int


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
_was_withdrawn = and_(
    notifications.c.replaced_at.is_not(None),
    notifications.c.case_id.startswith(PREFIX, autoescape=True),
)
_of_id = notifications.c.id == bindparam("notification_id")
_FIND = _MESSAGES.narrowed(lambda rows: rows.where(_of_id))
_OF_IDS = _MESSAGES.narrowed(
    lambda rows: rows.where(notifications.c.id.in_(bindparam("ids", expanding=True)))
)
_unread = (
    select(notifications.c.id)
    .where(
        notifications.c.client_id == bindparam("of_client"),
        notifications.c.read_at.is_(None),
        # As in the index, which PostgreSQL takes for constants only.
        notifications.c.channel == literal_column("'inbox'"),
        notifications.c.role == literal_column("'client'"),
    )
    .limit(MAX_UNREAD)
    .subquery()
)
_UNREAD = typed(
    UnreadCount, select(func.count().label("unread")).select_from(_unread), never_null=("unread",)
)
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
_READ_ALL = (
    update(notifications)
    .where(
        *_mine,
        notifications.c.read_at.is_(None),
        notifications.c.created_at <= bindparam("until", type_=DateTime(timezone=True)),
    )
    .values(read_at=bindparam("at", type_=DateTime(timezone=True)))
)
_RETRY = typed(
    MessageId,
    update(notifications)
    .where(
        _of_id,
        notifications.c.status == NotificationStatus.FAILED.value,
        notifications.c.template.not_in([notice.template for notice in WITH_CODE]),
        notifications.c.replaced_at.is_(None),
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
MessageQuery = Query[MessageRow]


def inbox(
    role: Role,
    client_id: str | None,
    limit: int,
    after: After | None = None,
    *,
    only_unread: bool = False,
) -> Query[MessageRow]:
    """The messages of a client, or of one of our roles (`client_id` None), newest first."""
    wanted = (*_mine, notifications.c.read_at.is_(None)) if only_unread else _mine
    return _paged(wanted, limit, after)(of_role=role, of_client=client_id)


def delivered(
    status: NotificationStatus, limit: int, after: After | None = None
) -> Query[MessageRow]:
    """Letters in one delivery status, newest first; not those whose address was corrected since."""
    of_status = (
        notifications.c.channel == NotificationChannel.MAIL.value,
        notifications.c.status == bindparam("of_status"),
        notifications.c.replaced_at.is_(None),
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


def letters_to(client_id: str, limit: int, after: After | None = None) -> Query[MessageRow]:
    """The letters to a client, newest first; not those about debts that were withdrawn."""
    to_client = (
        notifications.c.client_id == bindparam("of_client"),
        notifications.c.channel == literal_column("'mail'"),
        notifications.c.role == literal_column("'client'"),
        not_(_was_withdrawn),
    )
    return _paged(to_client, limit, after)(of_client=client_id)


def of_ids(ids: Sequence[UUID]) -> Query[MessageRow]:
    """Messages by their ids, in no order."""
    return _OF_IDS(ids=list(ids))


def unread(client_id: str | None) -> Query[UnreadCount]:
    """How many messages a client has not read, `MAX_UNREAD` at most; none for nobody."""
    return _UNREAD(of_client=client_id)


async def mark_read(
    database: Database, notification_id: UUID, role: Role, client_id: str | None, at: datetime
) -> bool:
    """Stores when a message was first read; False when this reader has no such message."""
    key = {"notification_id": notification_id, "of_role": role, "of_client": client_id}
    return await database.row(_READ(**key, at=at)) is not None


async def mark_all_read(
    database: Database, role: Role, client_id: str | None, until: datetime, at: datetime
) -> None:
    """Stores that a reader has read every message up to an instant."""
    key = {"of_role": role, "of_client": client_id}
    await database.write(_READ_ALL, **key, until=until, at=at)


async def retry(database: Database, notification_id: UUID, at: datetime) -> bool:
    """Queues a failed letter again; False for any other, for one whose code is erased, and for one
    whose address was corrected since.
    """
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
