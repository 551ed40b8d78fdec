"""Inquiries about refunds whose money has not come, over HTTP."""

from typing import Annotated

from pydantic import Field, StringConstraints

from domain.refund.inquiry import MAX_STATEMENT_LENGTH
from starter.api.http.models import Body, Day, Note
from starter.api.http.problems import UNKNOWN
from starter.api.http.route import router
from starter.api.refund.case import AskedOfCase
from starter.commands.refund import decide
from starter.commands.refund import inquiry as command
from starter.commands.refund.inquiry import InquiryAsked
from starter.presentation.refund.state import CaseState

routes = router("refunds")


class InquiryBody(Body):
    """When the client looked for the money, in which account statement, and what else it says."""

    checked_on: Day
    looked_at: Annotated[Note, StringConstraints(max_length=MAX_STATEMENT_LENGTH)] | None = None
    comment: Note | None = None


class InquiryAnswerBody(Body):
    """What the accountant says to the client; the trace of the payout is added."""

    answer: Annotated[Note, Field(examples=["Возврат исполнен 24.11, назовите банку RRN."])]


class ReturnBody(Body):
    """How the accountant knows it, for staff; it stays with the case."""

    reason: Note


@routes.post(
    "/v1/refunds/{refund_id}/inquiry",
    summary="Say that the money has not come",
    responses=UNKNOWN,
)
async def open_inquiry(body: InquiryBody, asked: AskedOfCase) -> CaseState:
    """An accountant looks for the money and answers with the trace of the payout.

    Allowed from the day after the last day of crediting (`inquiry_from` of the case), or at once
    when the trace contradicts the payment. A closed case is open again until the answer.
    """
    inquiry = InquiryAsked(body.checked_on, body.looked_at, body.comment)
    return await asked.by(command.open_inquiry, inquiry)


@routes.post(
    "/v1/refunds/{refund_id}/inquiry/withdrawal",
    summary="Say that the money has come after all",
    responses=UNKNOWN,
)
async def withdraw_inquiry(asked: AskedOfCase) -> CaseState:
    """Ends the client's own inquiry."""
    return await asked.by(decide.withdraw_inquiry)


@routes.post(
    "/v1/refunds/{refund_id}/inquiry/answer",
    summary="Answer that the money was paid",
    responses=UNKNOWN,
)
async def answer_inquiry(body: InquiryAnswerBody, asked: AskedOfCase) -> CaseState:
    """The client gets the answer with the trace of the payout; the case is closed again."""
    return await asked.by(decide.answer_inquiry, body.answer)


@routes.post(
    "/v1/refunds/{refund_id}/inquiry/returned",
    summary="Book money that came back to the acquirer",
    responses=UNKNOWN,
)
async def book_return(body: ReturnBody, asked: AskedOfCase) -> CaseState:
    """The client is asked for other requisites, and the next payout goes there.

    409 `inquiry_return_by_statement` for a payout by the bank: decide the entry of the bank
    statement as its return instead, which ends the inquiry by itself.
    """
    return await asked.by(decide.book_return, body.reason)
