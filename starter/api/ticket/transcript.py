"""The transcript of a ticket over HTTP."""

from typing import Annotated

from fastapi import Query, Response

from domain.refund.scan import MediaType
from domain.ticket.transcript import MAX_PARTS
from starter.api.http.files import PDF, file_answer
from starter.api.http.route import CurrentCaller, DatabaseDep, router
from starter.api.ticket.case import TicketId
from starter.http.attachment import attachment
from starter.presentation.ticket.transcript import printed_transcript

routes = router("tickets")


@routes.get(
    "/v1/tickets/{ticket_id}/transcript.pdf",
    summary="The transcript of a ticket",
    response_class=Response,
    responses=file_answer("PDF, without notes among staff.", PDF),
)
async def read_ticket_transcript(
    ticket_id: TicketId,
    database: DatabaseDep,
    caller: CurrentCaller,
    part: Annotated[int, Query(ge=1, le=MAX_PARTS)] = 1,
) -> Response:
    """Statuses, messages in their order with who wrote them and when, files with their SHA-256.
    A long thread has several parts of some forty pages each, which say so; beyond the last there is
    none.
    """
    pdf = await printed_transcript(database, caller, ticket_id, part)
    return attachment(pdf, MediaType.PDF, f"{ticket_id}-transcript-{part}")
