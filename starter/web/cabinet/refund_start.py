"""«Оформить возврат»: what would go back and why, and the request itself."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from db.billing import client as clients
from db.query import present
from domain.billing.invoice import Invoice
from domain.refund.calculation import Calculation
from domain.refund.refund import RefundKind
from starter.commands.refund import open as command
from starter.commands.refund.conditions import refusal_params
from starter.commands.refund.grounds import Grounds, grounds_of
from starter.commands.refund.open import REFUND_ALREADY_OPEN, RefundAsked
from starter.commands.refusal import FieldError, Refusal, RefusalKind, invalid
from starter.web.cabinet.addresses import refund_page
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep
from texts import Language, translate
from texts.service import service_words

INVOICE = r"^[A-Za-z0-9-]{1,40}$"
STOPPED_ON = "stopped_on"
SURPLUS = "surplus"
KIND = f"^({SURPLUS})?$"
CONTACT = "contact_email"

routes = pages()


@dataclass(frozen=True)
class Start:
    """What a request would lead to now: a sum, a specialist's work, or a reason why not. `service`
    says what becomes of the service that is paid for.
    """

    invoice: Invoice
    calculation: Calculation | None
    refusal: str | None
    open_refund_id: str | None
    service: str | None = None

    @property
    def is_automatic(self) -> bool:
        """Whether the sum needs nobody."""
        return self.calculation is not None and self.calculation.specialist_reason is None

    @property
    def is_by_days(self) -> bool:
        """Whether the day of stopping makes a difference: a line is counted by days."""
        lines = () if self.calculation is None else self.calculation.lines
        return any(line.unused_days is not None for line in lines)


@routes.get("/refunds/new")
async def show_refund_start(
    visit: VisitDep,
    invoice: Annotated[str, Query(pattern=INVOICE)],
    stopped_on: Annotated[str, Query(max_length=10)] = "",
    kind: Annotated[str, Query(pattern=KIND)] = "",
) -> Response:
    """The lines with their explanation; another day of stopping counts them anew. Of a surplus, the
    sum alone.
    """
    return await _start_page(visit, invoice, Form({STOPPED_ON: stopped_on, "kind": kind}))


@routes.post("/refunds")
async def open_refund(visit: VisitDep) -> Response:
    """Opens a case, or leads to the open case that asks for the same."""
    form, number = visit.form, visit.form.line("invoice")
    try:
        asked = RefundAsked(
            number,
            stopped_on=_day_in(form),
            kind=_kind_in(form),
            contact_email=await _contact_in(visit),
        )
        opened = await command.open_refund(visit.services, visit.caller, visit.command_id, asked)
    except Refusal as refusal:
        if refusal.look_at is not None and refusal.kind is RefusalKind.CONFLICT:
            return visit.see(refund_page(refusal.look_at.id))
        if refusal.kind in {RefusalKind.INVALID, RefusalKind.CONFLICT}:
            return await _start_page(visit, number, form.refused(refusal, visit.language))
        raise
    return visit.see(refund_page(opened.refund_id))


async def _start_page(visit: Visit, number: str, form: Form) -> Response:
    kind = _kind_in(form)
    try:
        stopped_on = _day_in(form)
        grounds = await grounds_of(visit.database, visit.caller, number, stopped_on)
        wrong_day = grounds.wrong_day(stopped_on)
        if wrong_day is not None:
            raise invalid(FieldError(wrong_day, field=STOPPED_ON))
    except Refusal as refusal:
        if refusal.kind is not RefusalKind.INVALID:
            raise
        form, stopped_on = form.refused(refusal, visit.language), None
        grounds = await grounds_of(visit.database, visit.caller, number, None)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors or form.banner else HTTPStatus.OK
    return visit.page(
        "refund_start.html",
        status=status,
        form=form,
        start=_start(grounds, stopped_on, kind, visit.language),
        credit_bank_days=grounds.policy.credit_bank_days,
        stopped_on=stopped_on or grounds.today,
        is_surplus=kind is RefundKind.SURPLUS,
        email=form.typed(CONTACT) if CONTACT in form.fields else await _own_address(visit),
    )


def _start(
    grounds: Grounds, stopped_on: date | None, kind: RefundKind, language: Language
) -> Start:
    refusal = grounds.refusal((), stopped_on, kind)
    code = REFUND_ALREADY_OPEN if grounds.open_refund_id else refusal
    if code is not None:
        params = refusal_params(code, grounds.invoice, (), grounds.policy)
        said = translate(f"error.{code}", language, **params)
        return Start(grounds.invoice, None, said, grounds.open_refund_id)
    if kind is RefundKind.SURPLUS:
        return Start(grounds.invoice, None, None, None)
    calculation = grounds.calculation((), stopped_on)
    outcome = calculation.service
    service = None if outcome is None else service_words(outcome, language)
    return Start(grounds.invoice, calculation, None, None, service)


async def _contact_in(visit: Visit) -> str | None:
    """The address for letters of the case; None where the form has no such field, or has what is
    known already.
    """
    if CONTACT not in visit.form.fields:
        return None
    typed = visit.form.line(CONTACT)
    return None if typed.lower() == (await _own_address(visit)).lower() else typed


async def _own_address(visit: Visit) -> str:
    client = await clients.find(visit.database, present(visit.caller.client_id))
    return "" if client is None else client.email


def _day_in(form: Form) -> date | None:
    """The day of stopping as a date field sends it; none is today."""
    written = form.line(STOPPED_ON)
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise invalid(FieldError("day_not_iso", field=STOPPED_ON)) from None


def _kind_in(form: Form) -> RefundKind:
    return RefundKind.SURPLUS if form.line("kind") == SURPLUS else RefundKind.INVOICE
