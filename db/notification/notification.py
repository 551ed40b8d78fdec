"""What is put into the outbox and the inbox: one row per occasion, role and channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import DateTime, Integer, Text, Uuid, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from db.database import Transaction
from db.tables import notifications
from domain.access.roles import Role
from domain.notification.notification import Notice, NotificationChannel, NotificationStatus

NAMESPACE = UUID("6f8d2d1a-0c0b-4f8e-9a53-0f6f0a2f7c11")
"""The namespace of notifications' ids: a repeat has the same id, and so the same Message-ID."""

_put = (
    func.jsonb_to_recordset(bindparam("messages", type_=JSONB))
    .table_valued(
        column("place", Integer),
        column("id", Uuid),
        column("case_id", Text),
        column("occasion", Text),
        column("role", Text),
        column("client_id", Text),
        column("channel", Text),
        column("template", Text),
        column("params", JSONB),
        column("status", Text),
        column("due_at", DateTime(timezone=True)),
        column("created_at", DateTime(timezone=True)),
        column("settled_at", DateTime(timezone=True)),
        column("to_address", Text),
        name="put",
    )
    .render_derived(with_types=True)
)
_columns_put = [one for one in _put.c if one is not _put.c.place]
_PUT = (
    insert(notifications)
    .from_select([one.name for one in _columns_put], select(*_columns_put).order_by(_put.c.place))
    .on_conflict_do_nothing()
)


@dataclass(frozen=True)
class Occasion:
    """What somebody is notified of, by its name within a case, if it is of one; `params` are JSON
    values for the text. Its letter goes to its reader's address when it leaves, or to `to_address`.
    """

    case_id: str | None
    client_id: str | None
    name: str
    params: Mapping[str, Any]
    to_address: str | None = None


def notify(
    transaction: Transaction,
    notices: Sequence[Notice],
    *,
    case_id: str | None,
    client_id: str | None,
    occasion: str,
    params: Mapping[str, Any],
    at: datetime,
    channels: Sequence[NotificationChannel] = tuple(NotificationChannel),
) -> None:
    """Queues each notice once per channel; a repeat of the same occasion adds nothing.

    `params` are JSON values; names end in `_kopecks`, `_on` or `_at` where a person reads money or
    time.
    """
    put(transaction, [Occasion(case_id, client_id, occasion, params)], notices, at, channels)


def put(
    transaction: Transaction,
    occasions: Sequence[Occasion],
    notices: Sequence[Notice],
    at: datetime,
    channels: Sequence[NotificationChannel] = tuple(NotificationChannel),
) -> None:
    """Queues the same notices of many occasions, in one statement; see `notify`."""
    messages = [
        _message(occasion, notice, channel, at)
        for occasion in occasions
        for notice in notices
        for channel in channels
    ]
    for place, message in enumerate(messages):
        message["place"] = place
    if messages:
        transaction.write(_PUT, messages=messages)


def id_of(case_id: str | None, occasion: str, role: str, channel: str) -> UUID:
    """The id of a message; a repeat of its occasion has the same."""
    return uuid5(NAMESPACE, f"{case_id}/{occasion}/{role}/{channel}")


def _message(
    occasion: Occasion, notice: Notice, channel: NotificationChannel, at: datetime
) -> dict[str, Any]:
    """A letter is due at once by the real clock, whatever `at` says: a case's clock may run ahead
    in a test or a demo.
    """
    mail = channel is NotificationChannel.MAIL
    case_id, role = occasion.case_id, notice.role
    return {
        "id": str(id_of(case_id, occasion.name, role, channel)),
        "case_id": case_id,
        "occasion": occasion.name,
        "role": role,
        "client_id": occasion.client_id if role is Role.CLIENT else None,
        "channel": channel,
        "template": notice.template,
        "params": dict(occasion.params),
        "status": NotificationStatus.QUEUED if mail else NotificationStatus.SENT,
        "due_at": datetime.now(UTC).isoformat() if mail else None,
        "created_at": at.isoformat(),
        "settled_at": None if mail else at.isoformat(),
        "to_address": occasion.to_address if mail else None,
    }
