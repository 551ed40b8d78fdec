"""The invoice that a client pays (счёт на оплату) as PDF, with the payment's QR code."""

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

import segno

from domain.billing.invoice_document import Buyer, DocumentLine, InvoiceDocument
from domain.billing.payment_qr import payment_qr_text
from domain.billing.requisites import Requisites
from domain.money import VAT_PERCENT, VatRate
from gateways.documents.printing import Template, breakable
from texts import day, day_in_words, rubles, rubles_in_words
from texts.purposes import invoice_purpose

QUIET_ZONE_MODULES = 4
"""White modules around the code, as ISO/IEC 18004 requires."""
QR_ERROR_LEVEL = "m"
UNIT = "усл. ед."
"""The unit of what is counted neither in pieces nor in hours (ОКЕИ 876): a term of a subscription.
"""


@dataclass(frozen=True)
class InvoicePayment:
    """How what is left of an invoice is paid: the purpose to copy, and the code as SVG."""

    amount_kopecks: int
    purpose: str
    qr: str


def payment_of(paper: InvoiceDocument) -> InvoicePayment | None:
    """How an invoice is paid; None for one that must not be: it is void, or paid in full."""
    if paper.left_kopecks == 0:
        return None
    purpose = invoice_purpose(paper.number, paper.issued_on, paper.vat_left)
    return payment_to(paper.supplier, paper.left_kopecks, purpose)


def payment_to(recipient: Requisites, amount_kopecks: int, purpose: str) -> InvoicePayment:
    """How a sum above zero is paid to an account of ours; the code takes milliseconds of a core."""
    code = payment_qr_text(recipient, amount_kopecks, purpose)
    return InvoicePayment(amount_kopecks, purpose, _qr_svg(code))


def invoice_pdf(paper: InvoiceDocument) -> bytes:
    """The invoice as PDF (A4); the same invoice always gives the same bytes.

    Takes tens of milliseconds of one core: call it outside the event loop. A void invoice, and one
    that is paid in full, has neither the purpose nor the code, since it must not be paid; one that
    is paid in part asks for the rest.
    """
    return _INVOICE.pdf(_shown(paper))


def _shown(paper: InvoiceDocument) -> dict[str, Any]:
    """Every text of the document, ready to print."""
    payment = payment_of(paper)
    return {
        "title": f"Счёт на оплату № {paper.number} от {day_in_words(paper.issued_on)}",
        "void": "Аннулирован" if paper.is_void else None,
        "recipient": _recipient(paper.supplier),
        "supplier": _party(
            paper.supplier.recipient_name,
            paper.supplier.inn,
            paper.supplier.kpp,
            paper.supplier_address,
        ),
        "buyer": _buyer(paper.buyer),
        "lines": [_line(number, line) for number, line in enumerate(paper.lines, start=1)],
        "total": rubles(paper.total_kopecks),
        "vat": _vat(paper),
        "paid": _paid(paper),
        "summary": f"Всего наименований {len(paper.lines)}, на сумму {rubles(paper.total_kopecks)}",
        "in_words": rubles_in_words(paper.total_kopecks),
        "valid_until": None if payment is None else day_in_words(paper.valid_until),
        "payment": None if payment is None else {"purpose": payment.purpose, "qr": payment.qr},
    }


def _recipient(account: Requisites) -> dict[str, str]:
    return {
        "bank": breakable(account.bank_name),
        "bic": account.bic,
        "correspondent_account": account.correspondent_account or "",
        "account": account.account,
        "inn": account.inn or "",
        "kpp": account.kpp or "",
        "name": breakable(account.recipient_name),
    }


def _buyer(buyer: Buyer) -> dict[str, Any]:
    return _party(buyer.name, buyer.inn, buyer.kpp, buyer.address)


def _party(name: str, inn: str | None, kpp: str | None, address: str | None) -> dict[str, Any]:
    numbers = [("ИНН", inn), ("КПП", kpp)]
    named = [breakable(name), *(f"{label}\u00a0{text}" for label, text in numbers if text)]
    return {"named": ", ".join(named), "address": None if address is None else breakable(address)}


def _line(number: int, line: DocumentLine) -> dict[str, Any]:
    return {
        "number": number,
        "title": breakable(line.title),
        "period": _period(line.period),
        "quantity": str(line.quantity),
        "unit": UNIT,
        "price": rubles(line.price_kopecks),
        "vat": _rate(line.vat_rate),
        "sum": rubles(line.sum_kopecks),
    }


def _period(period: tuple[date, date] | None) -> str | None:
    return None if period is None else f"{day(period[0])} – {day(period[1])}"


def _rate(rate: VatRate) -> str:
    return "Без НДС" if rate is VatRate.NONE else f"{VAT_PERCENT[rate]}%"


def _vat(paper: InvoiceDocument) -> list[dict[str, str]]:
    """Rows under the total: VAT by rate, or one row that there is none."""
    if not paper.vat:
        return [{"label": "Без НДС", "sum": "—"}]
    return [
        {"label": f"В том числе НДС {_rate(rate)}", "sum": rubles(kopecks)}
        for rate, kopecks in paper.vat.items()
    ]


def _paid(paper: InvoiceDocument) -> list[dict[str, str]]:
    """Rows at the end of an invoice that is paid in part; none of any other."""
    if paper.paid_kopecks == 0 or paper.left_kopecks == 0:
        return []
    return [
        {"label": "Оплачено", "sum": rubles(paper.paid_kopecks)},
        {"label": "Осталось оплатить", "sum": rubles(paper.left_kopecks)},
    ]


def _qr_svg(text: str) -> str:
    drawn = io.BytesIO()
    qr = segno.make_qr(text, error=QR_ERROR_LEVEL, encoding="utf-8", eci=False)
    qr.save(drawn, kind="svg", border=QUIET_ZONE_MODULES, xmldecl=False, nl=False, omitsize=True)
    return drawn.getvalue().decode()


_INVOICE = Template("invoice.typ")
