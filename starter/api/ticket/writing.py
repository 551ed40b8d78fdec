"""What is written in tickets over HTTP: questions, replies, answers, notes, ratings."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Response
from pydantic import Field

from domain.file.file import MAX_FILES
from starter.api.http import links
from starter.api.http.models import ID_PATTERN, Body, InvoiceNumber, Line, Note, Paragraphs, Shown
from starter.api.http.problems import UNKNOWN
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    LanguageDep,
    ServicesDep,
    router,
)
from starter.api.ticket.case import AskedOfTicket, TicketId
from starter.commands.refusal import LookAt, Noun
from starter.commands.ticket import write as command
from starter.commands.ticket.case import MAX_TEXT_LENGTH
from starter.commands.ticket.open import MAX_TOPIC_LENGTH, Channel, NewTicket
from starter.commands.ticket.open import open_ticket as open_one
from starter.commands.ticket.write import Answer
from starter.presentation.ticket.ticket import TicketShown, ticket_shown

MAX_ANSWERS = 1_000_000

routes = router("tickets")

Topic = Annotated[Line, Field(min_length=1, max_length=MAX_TOPIC_LENGTH)]
Files = Annotated[
    tuple[Annotated[UUID, Field(strict=False)], ...],
    Field(
        max_length=MAX_FILES,
        strict=False,
        description="Ids of files that were handed in by `POST /v1/files`.",
    ),
]
Text = Annotated[Paragraphs, Field(max_length=MAX_TEXT_LENGTH)]


class TicketBody(Body):
    """A question to a department, about one order, subscription or refund of the client's own if
    it names one; `follows` is the closed ticket that it goes on from.
    """

    department: str = Field(pattern=r"^[a-z][a-z_]{0,39}$", examples=["support"])
    topic: Topic
    text: Text
    invoice_number: InvoiceNumber | None = None
    subscription_id: str | None = Field(None, pattern=ID_PATTERN)
    refund_id: str | None = Field(None, pattern=r"^refund-[A-Za-z0-9-]{1,40}-[1-9][0-9]{0,8}$")
    follows: str | None = Field(None, pattern=r"^ticket-[1-9][0-9]{0,11}$")
    files: Files = ()


class ReplyBody(Body):
    """What the client writes."""

    text: Text
    files: Files = ()


class TicketAnswerBody(Body):
    """What we answer. `seen_answers` are the answers that its author has read: a newer one refuses
    it. `resolves`: the question is held for settled.
    """

    text: Text
    seen_answers: int = Field(ge=0, le=MAX_ANSWERS)
    resolves: bool = False
    files: Files = ()


class NoteBody(Body):
    """What staff write for staff."""

    text: Note
    files: Files = ()


class RatingBody(Body):
    """How the client was served."""

    score: int = Field(ge=1, le=5)
    text: Note | None = None


class RatingShown(Shown):
    """A rating."""

    score: int
    text: str | None
    at: datetime


class SeenBody(Body):
    """How many answers the client has seen."""

    answers: int = Field(ge=0, le=MAX_ANSWERS)


@routes.post(
    "/v1/tickets", summary="Ask a question", status_code=HTTPStatus.CREATED, responses=UNKNOWN
)
async def open_ticket(
    body: TicketBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
    response: Response,
) -> TicketShown:
    """The department is told, and its clocks of business hours begin to run."""
    asked = NewTicket(
        body.department,
        body.topic,
        body.text,
        body.invoice_number,
        body.subscription_id,
        body.refund_id,
        body.follows,
        body.files,
    )
    row = await open_one(services, caller, command_id, asked, Channel.API)
    response.headers["Location"] = links.link_to(LookAt(Noun.TICKET, row.id))
    return ticket_shown(row, caller, language)


@routes.post("/v1/tickets/{ticket_id}/reply", summary="Write as the client", responses=UNKNOWN)
async def reply_to_ticket(body: ReplyBody, asked: AskedOfTicket) -> TicketShown:
    """A settled ticket is open again; a closed one refuses: open another that `follows` it."""
    return await asked.by(command.reply_to_ticket, body.text, Channel.API, body.files)


@routes.post("/v1/tickets/{ticket_id}/answer", summary="Answer the client", responses=UNKNOWN)
async def answer_ticket(body: TicketAnswerBody, asked: AskedOfTicket) -> TicketShown:
    """The client is told; refused by `ticket_answered_meanwhile` where a newer answer was sent."""
    answer = Answer(body.text, body.seen_answers, body.resolves, body.files)
    return await asked.by(command.answer_ticket, answer, Channel.API)


@routes.post(
    "/v1/tickets/{ticket_id}/notes",
    summary="Write a note among staff",
    status_code=HTTPStatus.NO_CONTENT,
)
async def add_ticket_note(
    ticket_id: TicketId,
    body: NoteBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> None:
    """The client never reads it; the ticket stays as it is."""
    await command.add_ticket_note(services, caller, command_id, ticket_id, body.text, body.files)


@routes.post(
    "/v1/tickets/{ticket_id}/rating",
    summary="Rate how the ticket was served",
    status_code=HTTPStatus.CREATED,
)
async def rate_ticket(
    ticket_id: TicketId,
    body: RatingBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> RatingShown:
    """Once, after the ticket is settled."""
    rating = await command.rate_ticket(
        services, caller, command_id, ticket_id, body.score, body.text
    )
    return RatingShown(score=rating.score, text=rating.text, at=rating.rated_at)


@routes.post("/v1/tickets/{ticket_id}/seen", summary="Say how many answers were read")
async def see_ticket(body: SeenBody, asked: AskedOfTicket) -> TicketShown:
    """The ticket no longer has new messages for its client."""
    return await asked.by(command.see_ticket, body.answers)
