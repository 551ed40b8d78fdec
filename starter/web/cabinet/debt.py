"""An unpaid order as its client sees it: what is owed, why it is not paid, when it will be."""

from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path
from starlette.responses import Response

from db.billing import payment_check
from db.collection import letters, reads
from domain.calendar.bank_calendar import moscow_date
from domain.collection.collection import CollectionAction, Reason, collection_workflow_id
from domain.refund.scan import MediaType
from starter.access import require_visible
from starter.commands.collection import contact, decide
from starter.commands.refusal import FieldError, invalid
from starter.http.attachment import attachment
from starter.presentation.collection import paper
from starter.presentation.collection.collection import collection_shown
from starter.web.cabinet.addresses import InvoiceNumber
from starter.web.cabinet.payment_check import last_check
from starter.web.http.days import day_in
from starter.web.http.deed import PageOf, done
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

MAX_LETTERS = 20
"""The latest letters about an order that have left and are shown."""
REASONS = tuple(Reason)

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{20,64}$")]

routes = pages()


@routes.get("/debts/answer/{token}")
async def show_debt_answer(visit: VisitDep, token: Token) -> Response:
    """The page of a letter's link: the debts that it names, and a button a reason. It needs no
    session; nothing is done before a button is pressed.
    """
    letter, lines = await contact.letter_by_token(visit.services, token)
    return visit.page("debt_answer.html", letter=letter, lines=lines, token=token, reasons=REASONS)


@routes.post("/debts/answer/{token}")
async def answer_debt_letter(visit: VisitDep, token: Token) -> Response:
    """The reason for all debts of the letter; a second press of the same changes nothing."""
    answer = _reason_in(visit.form)
    taken = await contact.answer_by_letter(visit.services, token, answer)
    return visit.page("debt_answered.html", answer=answer, taken=taken)


@routes.get("/debts/{invoice_number}")
async def show_debt(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """The page that letters and the order lead to."""
    return await _page(visit, invoice_number)


@routes.post("/debts/{invoice_number}/reason")
async def give_reason(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """Why the order is not paid, in one tap."""

    async def given() -> None:
        await decide.give_reason(
            visit.services,
            visit.caller,
            visit.command_id,
            collection_workflow_id(invoice_number),
            _reason_in(visit.form),
        )

    return await _done(visit, invoice_number, given())


@routes.post("/debts/{invoice_number}/promise")
async def promise_payment(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """The day on which the order will be paid."""

    async def promised() -> None:
        day = day_in(visit.form.line("pay_on"), "pay_on")
        await decide.promise_payment(
            visit.services,
            visit.caller,
            visit.command_id,
            collection_workflow_id(invoice_number),
            day,
        )

    return await _done(visit, invoice_number, promised())


@routes.get("/debts/{invoice_number}/letters/{paper_id}.pdf")
async def save_debt_letter(
    visit: VisitDep, invoice_number: InvoiceNumber, paper_id: UUID
) -> Response:
    """A letter, or the claim, as it was sent."""
    collection_id = collection_workflow_id(invoice_number)
    pdf = await paper.printed_letter(visit.services, visit.caller, collection_id, paper_id)
    return attachment(pdf, MediaType.PDF, f"{collection_id}-letter")


async def _done(visit: Visit, invoice_number: str, deed: Awaitable[Any]) -> Response:
    return await done(visit, deed, f"/debts/{invoice_number}", _shown(visit, invoice_number))


def _shown(visit: Visit, invoice_number: str) -> PageOf:
    async def page(form: Form, status: int) -> Response:
        return await _page(visit, invoice_number, form, status)

    return page


async def _page(
    visit: Visit, invoice_number: str, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    collection_id = collection_workflow_id(invoice_number)
    heads, sent, checks = await visit.database.read(
        reads.head(collection_id),
        letters.sent_of_case(collection_id, MAX_LETTERS),
        payment_check.of_invoice(invoice_number, 1),
    )
    row = require_visible(visit.caller, heads)
    return visit.page(
        "debt.html",
        status=status,
        form=form,
        here=f"/debts/{invoice_number}",
        debt=collection_shown(row, visit.caller, visit.language),
        letters=sent,
        check=last_check(checks, visit.language),
        reasons=REASONS,
        may_answer=CollectionAction.GIVE_REASON,
        may_promise=CollectionAction.PROMISE,
        tomorrow=moscow_date(datetime.now(UTC)) + timedelta(days=1),
    )


def _reason_in(form: Form) -> Reason:
    """The reason whose button was pressed; raises `Refusal` for none of them."""
    try:
        return Reason(form.line("answer"))
    except ValueError:
        raise invalid(FieldError("page_choice_missing", field="answer")) from None
