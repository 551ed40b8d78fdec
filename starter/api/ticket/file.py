"""The files of tickets over HTTP."""

from http import HTTPStatus
from uuid import UUID

from fastapi import Response

from domain.file.kind import FileKind
from starter.api.http.files import PREVIEW, file_answer
from starter.api.http.route import CurrentCaller, DatabaseDep, router
from starter.api.ticket.case import TicketId
from starter.http.download import download, preview
from starter.presentation.ticket.file import ticket_file

routes = router("tickets")

_FILE = file_answer("The file as it was handed in.", FileKind, HTTPStatus.CONFLICT)
_PREVIEW = file_answer("The picture made small and encoded anew.", PREVIEW, HTTPStatus.CONFLICT)


@routes.get(
    "/v1/tickets/{ticket_id}/files/{file_id}",
    summary="A file of a message or a note",
    response_class=Response,
    responses=_FILE,
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
    responses=_PREVIEW,
)
async def read_ticket_preview(
    ticket_id: TicketId, file_id: UUID, caller: CurrentCaller, database: DatabaseDep
) -> Response:
    """Upright, without what the file says beside the picture (the place, the camera); `not_found`
    for a file that has none.
    """
    return await preview(database, await ticket_file(database, caller, ticket_id, file_id))
