"""The transcript of a ticket over HTTP."""

from http import HTTPStatus

from fastapi import Response

from domain.refund.scan import MediaType
from starter.api.http.problems import documented
from starter.api.http.route import CurrentCaller, DatabaseDep, router
from starter.api.ticket.case import TicketId
from starter.http.attachment import attachment
from starter.presentation.ticket.transcript import printed_transcript

routes = router("tickets")


@routes.get(
    "/v1/tickets/{ticket_id}/transcript.pdf",
    summary="The transcript of a ticket",
    response_class=Response,
    responses={
        200: {
            "description": "PDF, without notes among staff.",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        },
        **documented(HTTPStatus.CONFLICT),
    },
)
async def read_ticket_transcript(
    ticket_id: TicketId, database: DatabaseDep, caller: CurrentCaller
) -> Response:
    """Statuses, messages in their order with who wrote them and when, files with their SHA-256.
    Refused by `ticket_transcript_too_long` above 10,000 messages, 1,000,000 characters or 25,000
    lines.
    """
    pdf = await printed_transcript(database, caller, ticket_id)
    return attachment(pdf, MediaType.PDF, f"{ticket_id}-transcript")
