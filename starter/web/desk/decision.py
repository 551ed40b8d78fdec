"""Decisions about a refund at the desk: each is a form of the case's page."""

from collections.abc import Awaitable
from typing import Any

from starlette.responses import Response

from domain.billing.requisite_field import RequisiteField
from domain.refund.refund import Action
from starter.commands.refund import calculate, decide
from starter.commands.refusal import Refusal
from starter.web.desk.addresses import refund_on_desk
from starter.web.desk.calculation import entered_in, named_as_fields
from starter.web.desk.queue import next_in_queue
from starter.web.desk.refund import desk_page_of
from starter.web.http.deed import needed, refused
from starter.web.http.forms import Form
from starter.web.http.ids import RefundId
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

REMARKS = "remarks"
CONCERNS = "concerns-"
"""What the name of a checkbox begins with; a requisite's name follows."""
NEXT = "next"
"""The button that decides and goes to the next case of the queue."""

routes = pages()


@routes.post("/desk/refunds/{refund_id}/calculation")
async def calculate_refund(visit: VisitDep, refund_id: RefundId) -> Response:
    """A specialist's sums line by line, deductions, the reason, and what becomes of the service."""

    async def calculated() -> None:
        entered = entered_in(visit.form)
        try:
            await calculate.calculate_refund(
                visit.services, visit.caller, visit.command_id, refund_id, entered
            )
        except Refusal as refusal:
            raise named_as_fields(refusal, entered) from None

    return await _decided(visit, refund_id, calculated())


@routes.post("/desk/refunds/{refund_id}/acceptance")
async def accept_statement(visit: VisitDep, refund_id: RefundId) -> Response:
    """The case goes to approval above the limit, else to the payout."""
    return await _decided(
        visit,
        refund_id,
        decide.accept_statement(visit.services, visit.caller, visit.command_id, refund_id),
    )


@routes.post("/desk/refunds/{refund_id}/return")
async def return_statement(visit: VisitDep, refund_id: RefundId) -> Response:
    """The client reads the remarks beside the requisites they are about."""

    async def returned() -> None:
        fields = [one for one in RequisiteField if visit.form.typed(f"{CONCERNS}{one}")]
        await decide.return_statement(
            visit.services,
            visit.caller,
            visit.command_id,
            refund_id,
            needed(visit.form, REMARKS, "page_remarks_missing"),
            fields,
        )

    return await _decided(visit, refund_id, returned())


@routes.post("/desk/refunds/{refund_id}/decline")
async def decline_refund(visit: VisitDep, refund_id: RefundId) -> Response:
    """Ends the case; the client reads the reason."""
    return await _with_reason(visit, refund_id, Action.DECLINE, decide.decline_refund)


@routes.post("/desk/refunds/{refund_id}/recalculation")
async def recalculate_refund(visit: VisitDep, refund_id: RefundId) -> Response:
    """Sends the case back to a specialist; the client reads the reason."""
    return await _with_reason(visit, refund_id, Action.RECALCULATE, decide.recalculate_refund)


@routes.post("/desk/refunds/{refund_id}/approval")
async def approve_refund(visit: VisitDep, refund_id: RefundId) -> Response:
    """Approves a sum above the limit; whoever calculated it is refused."""
    return await _decided(
        visit,
        refund_id,
        decide.approve_refund(visit.services, visit.caller, visit.command_id, refund_id),
    )


@routes.post("/desk/refunds/{refund_id}/payout/retry")
async def retry_payout(visit: VisitDep, refund_id: RefundId) -> Response:
    """Tries a held payout again."""
    return await _with_reason(visit, refund_id, Action.RETRY_PAYOUT, decide.retry_payout)


@routes.post("/desk/refunds/{refund_id}/payout/by-bank")
async def pay_by_bank(visit: VisitDep, refund_id: RefundId) -> Response:
    """Pays a held payout by the requisites."""
    return await _with_reason(visit, refund_id, Action.PAY_BY_BANK, decide.pay_by_bank)


@routes.post("/desk/refunds/{refund_id}/payout/given-back")
async def book_given_back(visit: VisitDep, refund_id: RefundId) -> Response:
    """Records that the money went back by the acquirer's cabinet."""
    return await _with_reason(visit, refund_id, Action.BOOK_GIVEN_BACK, decide.book_given_back)


@routes.post("/desk/refunds/{refund_id}/inquiry/answer")
async def answer_inquiry(visit: VisitDep, refund_id: RefundId) -> Response:
    """Answers that the money was paid; the trace of the payout goes to the client with it."""
    return await _with_reason(visit, refund_id, Action.ANSWER_INQUIRY, decide.answer_inquiry)


@routes.post("/desk/refunds/{refund_id}/inquiry/returned")
async def book_return(visit: VisitDep, refund_id: RefundId) -> Response:
    """Books money that came back to the acquirer; the client is asked for other requisites."""
    return await _with_reason(visit, refund_id, Action.BOOK_RETURN, decide.book_return)


async def _with_reason(visit: Visit, refund_id: str, action: Action, command: Any) -> Response:
    async def done() -> None:
        reason = needed(visit.form, f"{action}-reason")
        await command(visit.services, visit.caller, visit.command_id, refund_id, reason)

    return await _decided(visit, refund_id, done())


async def _decided(visit: Visit, refund_id: str, deed: Awaitable[Any]) -> Response:
    """Leads on once a decision is taken; a refusal is shown on the case as it is now."""

    async def page(form: Form, status: int) -> Response:
        return await desk_page_of(visit, refund_id, form, status)

    try:
        await deed
    except Refusal as refusal:
        return await refused(visit, refusal, refund_on_desk(refund_id), page)
    if not visit.form.typed(NEXT):
        return visit.see(refund_on_desk(refund_id))
    following = await next_in_queue(visit, refund_id)
    return visit.see("/desk" if following is None else refund_on_desk(following))
