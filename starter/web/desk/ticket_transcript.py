"""The transcript of a ticket at the desk."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from domain.refund.scan import MediaType
from domain.ticket.transcript import MAX_PARTS
from starter.http.attachment import attachment
from starter.presentation.ticket.transcript import printed_transcript
from starter.web.desk.tickets import LIST
from starter.web.http.ids import TicketId
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep

routes = pages()


@routes.get(f"{LIST}/{{ticket_id}}/transcript.pdf")
async def save_ticket_transcript(
    visit: VisitDep, ticket_id: TicketId, part: Annotated[int, Query(ge=1, le=MAX_PARTS)] = 1
) -> Response:
    """What the client and staff wrote to each other, without notes among staff."""
    pdf = await printed_transcript(visit.database, visit.caller, ticket_id, part)
    return attachment(pdf, MediaType.PDF, f"{ticket_id}-transcript-{part}")
