"""A client's money as its pages show it: what moved or was tried, and what the bank or the acquirer
said of it, in words that can be copied to a bank.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from db.billing.client_money import MoneyRow
from domain.access.roles import Role
from domain.billing.invoice import PaymentMethod
from domain.card.card_payment import CardStatus
from domain.payout.payout import Channel, PayoutStatus, way_of
from starter.presentation.refund.presenters import payout_reason
from starter.web.cabinet.addresses import refund_page, renewal_page
from texts import Language, day, moment, rubles, translate
from texts.reasons import card_reason

PAYMENT, ATTEMPT, PAYOUT = "payment", "attempt", "payout"

_TONES: Mapping[str, str] = MappingProxyType(
    {
        "received": "good",
        CardStatus.PAID: "good",
        CardStatus.CANCELLED: "bad",
        PayoutStatus.REJECTED: "bad",
        "reversed": "quiet",
        PayoutStatus.RETURNED: "warn",
        PayoutStatus.UNKNOWN: "warn",
    }
)


@dataclass(frozen=True)
class Money:
    """One movement of money, or one attempt. `said` is what a bank finds it by, `reason` why it did
    not succeed, `href` the page of the case that it belongs to.
    """

    at: datetime
    title: str
    status: str
    tone: str
    is_out: bool
    amount_kopecks: int
    invoice_number: str
    said: str
    reason: str | None
    receipt: str | None
    href: str | None


def money_of(row: MoneyRow, language: Language) -> Money:
    """A row in the caller's language."""
    return Money(
        at=row.at,
        title=translate(f"page.money.title.{_title(row)}", language),
        status=_status(row, language),
        tone=_TONES.get(row.status, "info"),
        is_out=row.kind == PAYOUT,
        amount_kopecks=row.amount_kopecks,
        invoice_number=row.invoice_number,
        said=_said(row, language),
        reason=_reason(row, language),
        receipt=None
        if row.receipt is None
        else translate(f"receipt.status.{row.receipt}", language),
        href=_href(row),
    )


def _title(row: MoneyRow) -> str:
    return PAYOUT if row.kind == PAYOUT else str(row.method)


def _status(row: MoneyRow, language: Language) -> str:
    if row.kind == ATTEMPT:
        return translate(f"card_payment.status.{row.status}", language)
    if row.kind == PAYOUT:
        return translate(f"payout.status.{row.status}", language)
    return translate(f"page.money.status.{row.status}", language)


def _reason(row: MoneyRow, language: Language) -> str | None:
    if row.kind == ATTEMPT and row.status == CardStatus.CANCELLED and row.reason is not None:
        return card_reason(row.reason, language)
    if row.kind == PAYOUT:
        status, channel = PayoutStatus(row.status), Channel(str(row.channel))
        return payout_reason(status, row.reason, Role.CLIENT, language, channel=channel)
    return None


def _href(row: MoneyRow) -> str | None:
    if row.case_id is not None:
        return refund_page(row.case_id)
    return None if row.renewal_id is None else renewal_page(row.renewal_id)


def _said(row: MoneyRow, language: Language) -> str:
    """The sentence with every number that the bank or the acquirer knows of it."""
    method = None if row.method is None else PaymentMethod(row.method)
    on = row.order_day or row.settled_on
    params = {
        "amount": rubles(row.amount_kopecks),
        "day": moment(row.at, language) if on is None else day(on),
        "id": row.outside_id,
        "invoice": row.invoice_number,
        "number": row.order_number,
        "payer": _payer(row, language),
    }
    if row.kind == PAYOUT:
        way = way_of(Channel(str(row.channel)), method)
        params["way"] = translate(f"way.{way}", language)
    return translate(f"page.money.said.{_wording(row)}", language, **params)


def _payer(row: MoneyRow, language: Language) -> str | None:
    if row.payer_inn is None:
        return row.payer
    return translate("page.money.payer", language, name=row.payer, inn=row.payer_inn)


def _wording(row: MoneyRow) -> str:
    """Which numbers there are: of the bank's payment order, the acquirer's, or none yet."""
    if row.kind == ATTEMPT:
        return "attempt" if row.outside_id else "attempt_begun"
    side = "payout" if row.kind == PAYOUT else "payment"
    if row.order_number is not None:
        return f"{side}_by_order"
    return f"{side}_by_acquirer" if row.outside_id else side
