"""Prepared answers as staff choose them, and filled in from a ticket."""

from datetime import datetime

from db.ticket.canned import CannedRow
from db.ticket.reads import TicketRow
from domain.ticket.canned import Place, filled
from starter.presentation.models import Shown
from starter.presentation.ticket.context import ClientContext, refund_in_words
from texts import Language


class CannedAnswerShown(Shown):
    """A prepared answer by its newest version."""

    code: str
    version: int
    title: str
    text: str
    department: str | None
    is_offered: bool
    valid_from: datetime
    author: str


def canned_answer_shown(row: CannedRow) -> CannedAnswerShown:
    """The answer for a row."""
    return CannedAnswerShown(
        code=row.code,
        version=row.version,
        title=row.title,
        text=row.text,
        department=row.department,
        is_offered=row.is_offered,
        valid_from=row.valid_from,
        author=row.author,
    )


def is_for(row: CannedRow, ticket: TicketRow) -> bool:
    """Whether a prepared answer is offered for a ticket."""
    return row.is_offered and row.department in (None, ticket.department)


def answer_from(
    row: CannedRow, ticket: TicketRow, context: ClientContext, language: Language
) -> str:
    """A prepared answer for a ticket; what the ticket does not name is left out."""
    refunds = context.refunds
    about = ticket.invoice_number or (refunds[0].invoice_number if refunds else "")
    return filled(
        row.text,
        {
            Place.CLIENT: ticket.client_name,
            Place.NUMBER: str(ticket.number),
            Place.TOPIC: ticket.topic,
            Place.INVOICE: about,
            Place.REFUND: refund_in_words(refunds[0], language) if refunds else "",
        },
    )
