"""Inboxes over HTTP: everybody's messages, and the letters whose delivery failed."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import Field

from db.notification import inbox
from db.notification.inbox import MessageRow
from domain.access.roles import Role
from domain.notification.notification import NotificationStatus
from settings import Settings
from starter.api.http.models import Shown
from starter.api.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, key_in, moment_in, page_of
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    ServicesDep,
    SettingsDep,
    router,
)
from starter.commands.notification import message as command
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
        inbox.inbox(caller.role, caller.client_id, limit + 1, key_in(cursor, moment_in, UUID))
    )
    shown, following = page_of(rows, limit, _order_of)
    return Page(items=[_message(row, settings, language) for row in shown], next=following)


@routes.post("/v1/inbox/{message_id}/read", summary="Mark a message as read", status_code=204)
async def read_inbox_message(
    message_id: MessagePath, services: ServicesDep, caller: CurrentCaller, command_id: CommandId
) -> Response:
    """The first reading counts; for a role's message, by its first reader."""
    await command.read_inbox_message(services, caller, command_id, message_id)
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
    (rows,) = await database.read(
        inbox.delivered(status, limit + 1, key_in(cursor, moment_in, UUID))
    )
    shown, following = page_of(rows, limit, _order_of)
    return Page(
        items=[Delivery.model_validate(row, from_attributes=True) for row in shown],
        next=following,
    )


@routes.post(
    "/v1/notifications/{message_id}/retry",
    summary="Retry a failed letter",
    status_code=204,
)
async def retry_notification(
    message_id: MessagePath, services: ServicesDep, caller: CurrentCaller, command_id: CommandId
) -> Response:
    """A letter with a one-time code cannot be retried, because the code is erased. Request a new
    code.
    """
    await command.retry_notification(services, caller, command_id, message_id)
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _message(row: MessageRow, settings: Settings, language: Language) -> Message:
    written = letter(
        row.template,
        language,
        company=settings.company,
        **params_of(row, settings.cabinet_url, language),
    )
    return Message(
        id=row.id,
        case_id=row.case_id,
        subject=written.subject,
        text=written.plain,
        created_at=row.created_at,
        read_at=row.read_at,
    )


def _order_of(row: MessageRow) -> tuple[object, ...]:
    return row.created_at, row.id
