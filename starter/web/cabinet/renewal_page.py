"""The page of a renewal: its order, how to pay it, what came of it, and how it came here."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus

from markupsafe import Markup
from starlette.responses import Response

from db.banking import bank_statement
from db.billing import client_money, payment_check
from db.billing.invoice_document import document_from
from db.card import card_payment
from db.card.card_payment import CardPaymentOfInvoice
from db.renewal import reads as renewals
from domain.billing.invoice_document import InvoiceDocument
from domain.refund.statement import MAX_SCAN_BYTES
from gateways.documents import InvoicePayment, payment_of
from starter.commands.refusal import Refusal
from starter.presentation.renewal.case_in_full import renewal_in_full
from starter.presentation.renewal.schemas import RenewalInFull
from starter.web.cabinet.addresses import RENEWALS, renewal_page
from starter.web.cabinet.money import money_of
from starter.web.cabinet.payment_check import last_check
from starter.web.cabinet.renewal_stage import TONES, stage_of
from starter.web.cabinet.surplus import surpluses_of
from starter.web.http.deed import refused
from starter.web.http.forms import Form
from starter.web.http.visit import Visit

MAX_INVOICES = 20
"""Invoices of a case that are shown: of its present order, and of the latest before it."""
MAX_MONEY = 30
"""Payments and attempts of a case that are shown; all are on the page of payments."""
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Paper:
    """The invoice of the open order, how what is left of it is paid, the code as a picture, and the
    payment by card if there is one.
    """

    document: InvoiceDocument
    payment: InvoicePayment | None
    code: Markup | None
    card: CardPaymentOfInvoice | None


async def refused_on_renewal(visit: Visit, renewal_id: str, refusal: Refusal) -> Response:
    """The case's page as it is now, with what was refused."""
    return await refused(
        visit, refusal, renewal_page(renewal_id), partial(renewal_page_of, visit, renewal_id)
    )


async def renewal_page_of(
    visit: Visit, renewal_id: str, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    """A case's page; `form` is what one of its forms shows."""
    case = await renewal_in_full(
        visit.database,
        visit.caller,
        renewal_id,
        visit.language,
        addresses=RENEWALS,
        web_ui=lambda _: None,
    )
    issued, money, (banked,), checks = await visit.database.read(
        client_money.of_renewal(renewal_id, MAX_INVOICES),
        client_money.of_client(case.client_id, MAX_MONEY, renewal_id=renewal_id),
        bank_statement.known_until(),
        payment_check.of_invoice(case.invoice_number or "", 1),
    )
    paper, now = await _paper(visit, case), datetime.now(UTC)
    stage = stage_of(case, now)
    return visit.page(
        "renewal.html",
        status=status,
        form=form,
        here=renewal_page(renewal_id),
        case=case,
        topics=[renewal_id, *(one.number for one in issued)],
        stage=stage,
        tone=TONES.get(stage, "warn"),
        now=now,
        paper=paper,
        card=None if paper is None else paper.card,
        actions={action.action: action for action in case.actions},
        surpluses=surpluses_of(issued),
        earlier=[one for one in issued if one.number != case.invoice_number],
        money=[money_of(row, visit.language) for row in money],
        banked_until=banked.last_day,
        check=last_check(checks, visit.language),
        scan_mebibytes=MAX_SCAN_BYTES // MEBIBYTE,
    )


async def _paper(visit: Visit, case: RenewalInFull) -> Paper | None:
    """The invoice as it was issued; its code takes some milliseconds of a core."""
    if case.invoice is None:
        return None
    (found,), lines, cards = await visit.database.read(
        *renewals.invoice_document(case.invoice.number),
        card_payment.of_invoice(case.invoice.number),
    )
    document = document_from(found, lines)
    payment = await asyncio.to_thread(payment_of, document)
    code = None if payment is None else Markup(payment.qr)  # noqa: S704 - drawn by us
    return Paper(document, payment, code, cards[0] if cards else None)
