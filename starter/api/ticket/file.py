"""The files of tickets over HTTP."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from fastapi import Response

from domain.file.kind import FileKind
from domain.file.preview import PREVIEW_TYPE
from starter.api.http.problems import documented
from starter.api.http.route import CurrentCaller, DatabaseDep, router
from starter.api.ticket.case import TicketId
from starter.http.download import download, preview
from starter.presentation.ticket.file import ticket_file

routes = router("tickets")

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_ANSWER: dict[str, Any] = {
    "description": "The file as it was handed in.",
    "content": dict.fromkeys(FileKind, _BINARY),
}


_PREVIEW: dict[str, Any] = {
    "description": "The picture made small and encoded anew.",
    "content": {PREVIEW_TYPE: _BINARY},
}


@routes.get(
    "/v1/tickets/{ticket_id}/files/{file_id}",
    summary="A file of a message or a note",
    response_class=Response,
    responses={200: _ANSWER, **documented(HTTPStatus.CONFLICT)},
)
async def read_ticket_file(
    ticket_id: TicketId, file_id: UUID, caller: CurrentCaller, database: DatabaseDep
) -> Response:
    """Only a file that the scanner found clean; refused by `file_received` until then."""
    return download(database, await ticket_file(database, caller, ticket_id, file_id))


@routes.get(
    "/v1/tickets/{ticket_id}/files/{file_id}/preview",
    summary="What is shown of a picture",
    response_class=Response,
    responses={200: _PREVIEW, **documented(HTTPStatus.CONFLICT)},
)
async def read_ticket_preview(
    ticket_id: TicketId, file_id: UUID, caller: CurrentCaller, database: DatabaseDep
) -> Response:
    """Upright, without what the file says beside the picture (the place, the camera); `not_found`
    for a file that has none.
    """
    return await preview(database, await ticket_file(database, caller, ticket_id, file_id))
