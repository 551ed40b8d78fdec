"""Decisions about a refund at the desk: each is a form of the case's page."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from domain.billing.requisite_field import RequisiteField
from domain.refund.refund import Action
from starter.commands.refund import calculate, decide
from starter.commands.refusal import Refusal
from starter.web.desk.addresses import ENDINGS
from starter.web.desk.calculation import entered_in, named_as_fields
from starter.web.desk.following import INQUIRIES, REFUNDS, decided
from starter.web.desk.refund import desk_page_of
from starter.web.http.deed import needed
from starter.web.http.forms import Form
from starter.web.http.ids import RefundId
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

REMARKS = "remarks"
CONCERNS = "concerns-"
"""What the name of a checkbox begins with; a requisite's name follows."""
OF_INQUIRY = (Action.ANSWER_INQUIRY, Action.BOOK_RETURN)
"""Decisions after which the next inquiry follows, not any refund."""

Deed = Callable[[Visit, str], Awaitable[object]]

routes = pages()


def _form(action: Action, command: Any, deed: Deed) -> None:
    """The form of an action; its row of the access table is the command's."""

    async def handle(visit: VisitDep, refund_id: RefundId) -> Response:
        async def page(form: Form, status: int) -> Response:
            return await desk_page_of(visit, refund_id, form, status)

        queue = INQUIRIES if action in OF_INQUIRY else REFUNDS
        return await decided(visit, deed(visit, refund_id), queue, refund_id, page)

    handle.__name__ = command.__name__
    routes.post(f"{REFUNDS.path}/{{refund_id}}{ENDINGS[action]}")(handle)


def _plain(action: Action, command: Any) -> None:
    """A decision without words."""

    async def done(visit: Visit, refund_id: str) -> None:
        await command(visit.services, visit.caller, visit.command_id, refund_id)

    _form(action, command, done)


def _with_reason(action: Action, command: Any) -> None:
    """A decision that says why; who reads it stands beside the field."""

    async def done(visit: Visit, refund_id: str) -> None:
        reason = needed(visit.form, f"{action}-reason")
        await command(visit.services, visit.caller, visit.command_id, refund_id, reason)

    _form(action, command, done)


async def _calculated(visit: Visit, refund_id: str) -> None:
    """A specialist's sums line by line, deductions, the reason, and what becomes of the service."""
    entered = entered_in(visit.form)
    try:
        await calculate.calculate_refund(
            visit.services, visit.caller, visit.command_id, refund_id, entered
        )
    except Refusal as refusal:
        raise named_as_fields(refusal, entered) from None


async def _returned(visit: Visit, refund_id: str) -> None:
    """The client reads the remarks beside the requisites they are about."""
    fields = [one for one in RequisiteField if visit.form.typed(f"{CONCERNS}{one}")]
    remarks = needed(visit.form, REMARKS, "page_remarks_missing")
    await decide.return_statement(
        visit.services, visit.caller, visit.command_id, refund_id, remarks, fields
    )


_form(Action.CALCULATE, calculate.calculate_refund, _calculated)
_form(Action.RETURN_STATEMENT, decide.return_statement, _returned)
_plain(Action.ACCEPT, decide.accept_statement)
_plain(Action.APPROVE, decide.approve_refund)
_with_reason(Action.DECLINE, decide.decline_refund)
_with_reason(Action.RECALCULATE, decide.recalculate_refund)
_with_reason(Action.RETRY_PAYOUT, decide.retry_payout)
_with_reason(Action.PAY_BY_BANK, decide.pay_by_bank)
_with_reason(Action.BOOK_GIVEN_BACK, decide.book_given_back)
_with_reason(Action.ANSWER_INQUIRY, decide.answer_inquiry)
_with_reason(Action.BOOK_RETURN, decide.book_return)
