"""The files of tickets over HTTP."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from fastapi import Response

from domain.file.kind import FileKind
from starter.api.http.problems import documented
from starter.api.http.route import CurrentCaller, DatabaseDep, router
from starter.api.ticket.case import TicketId
from starter.http.download import download
from starter.presentation.ticket.file import ticket_file

routes = router("tickets")

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_ANSWER: dict[str, Any] = {
    "description": "The file as it was handed in.",
    "content": dict.fromkeys(FileKind, _BINARY),
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
