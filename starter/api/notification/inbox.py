"""Inboxes over HTTP: everybody's messages, and the letters whose delivery failed."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import Field

from db.database import Row
from db.notification import inbox
from domain.access.roles import Role
from domain.notification.notification import NotificationStatus
from settings import Settings
from starter.api.http.models import Shown
from starter.api.http.paging import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    cursor_from,
    moment_and_id_in,
    page_of,
)
from starter.api.http.problems import Problem
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    SettingsDep,
    router,
)
from starter.commands.refusal import not_found
from texts import Language, letter
from texts.notification import params_of

routes = router("notifications")

MessagePath = Annotated[UUID, Path(description="The message's id.")]


class Message(Shown):
    """A message, in the reader's language."""

    id: UUID
    case_id: str | None = Field(examples=["refund-2026-000117-1"])
    subject: str
    text: str
    created_at: datetime
    read_at: datetime | None


class Delivery(Shown):
    """A letter and the state of its delivery; its content is not shown."""

    id: UUID
    case_id: str | None
    role: Role
    client_id: str | None
    template: str
    status: NotificationStatus
    attempts: int
    last_error: str | None
    created_at: datetime
    settled_at: datetime | None


@routes.get("/v1/inbox", summary="The caller's messages, newest first")
async def list_inbox(
    database: DatabaseDep,
    caller: CurrentCaller,
    settings: SettingsDep,
    language: LanguageDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[Message]:
    """A client's own messages; for staff, those of the caller's role."""
    (rows,) = await database.read(
        inbox.inbox(caller.role, caller.client_id, limit + 1, moment_and_id_in(cursor))
    )
    shown, last = page_of(rows, limit)
    return Page(items=[_message(row, settings, language) for row in shown], next=_cursor(last))


@routes.post("/v1/inbox/{message_id}/read", summary="Mark a message as read", status_code=204)
async def read_inbox_message(
    message_id: MessagePath, database: DatabaseDep, caller: CurrentCaller, _command_id: CommandId
) -> Response:
    """The first reading counts; for a role's message, by its first reader."""
    now = datetime.now(UTC)
    if not await inbox.mark_read(database, message_id, caller.role, caller.client_id, now):
        raise not_found()
    return Response(status_code=HTTPStatus.NO_CONTENT)


@routes.get("/v1/notifications", summary="Letters by the status of their delivery, newest first")
async def list_notifications(
    database: DatabaseDep,
    _caller: CurrentCaller,
    status: Annotated[NotificationStatus, Query()] = NotificationStatus.FAILED,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[Delivery]:
    """`failed` ones wait for an operator: see `last_error`, repair the cause, retry."""
    (rows,) = await database.read(inbox.delivered(status, limit + 1, moment_and_id_in(cursor)))
    shown, last = page_of(rows, limit)
    return Page(
        items=[Delivery.model_validate(row, from_attributes=True) for row in shown],
        next=_cursor(last),
    )


@routes.post(
    "/v1/notifications/{message_id}/retry",
    summary="Retry a failed letter",
    status_code=204,
)
async def retry_notification(
    message_id: MessagePath, database: DatabaseDep, _caller: CurrentCaller, _command_id: CommandId
) -> Response:
    """A letter with a one-time code cannot be retried, because the code is erased. Request a new
    code.
    """
    if await inbox.retry(database, message_id, datetime.now(UTC)):
        return Response(status_code=HTTPStatus.NO_CONTENT)
    if await inbox.find(database, message_id) is None:
        raise not_found()
    raise Problem("notification_not_failed", HTTPStatus.CONFLICT)


def _message(row: Row, settings: Settings, language: Language) -> Message:
    written = letter(
        row.template,
        language,
        company=settings.company,
        **params_of(row, settings.public_url, language),
    )
    return Message(
        id=row.id,
        case_id=row.case_id,
        subject=written.subject,
        text=written.plain,
        created_at=row.created_at,
        read_at=row.read_at,
    )


def _cursor(last: Row | None) -> str | None:
    return None if last is None else cursor_from(last.created_at.isoformat(), str(last.id))
