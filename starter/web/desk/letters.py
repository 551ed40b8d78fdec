"""Letters that were given up, for operators: why, and once more."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from db.notification import inbox
from domain.notification.notification import NotificationStatus
from starter.commands.notification import message as command
from starter.commands.refusal import Refusal
from starter.presentation.notification.message import letter_of, page_of
from starter.web.http.deed import refused
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen_message
from starter.web.http.visit import Visit, VisitDep

LIST = "/desk/operators/letters"
SHOWN = 30
"""Letters of one page."""

routes = pages()


@routes.get(LIST)
async def list_notifications(
    visit: VisitDep, after: Annotated[str | None, Query(pattern=CURSOR)] = None
) -> Response:
    """Letters that were given up, the newest first."""
    return await _page(visit, after=after)


@routes.post(f"{LIST}/{{message_id}}/retry")
async def retry_notification(visit: VisitDep, message_id: Annotated[UUID, Path()]) -> Response:
    """Queues a letter again; one with a one-time code stays given up."""

    async def page(form: Form, status: int) -> Response:
        return await _page(visit, form, status)

    try:
        await command.retry_notification(visit.services, visit.caller, visit.command_id, message_id)
    except Refusal as refusal:
        return await refused(visit, refusal, LIST, page)
    return visit.see(LIST)


async def _page(
    visit: Visit, form: Form | None = None, status: int = HTTPStatus.OK, *, after: str | None = None
) -> Response:
    rows = await visit.database.rows(
        inbox.delivered(NotificationStatus.FAILED, SHOWN + 1, seen_message(after))
    )
    shown, settings = rows[:SHOWN], visit.services.settings
    return visit.page(
        "desk_letters.html",
        status=status,
        form=form,
        here=LIST,
        letters=[
            (row, letter_of(row, settings, visit.language)[0], page_of(row, settings))
            for row in shown
        ],
        following=cursor_of(shown[-1].created_at, shown[-1].id) if len(rows) > SHOWN else None,
    )
