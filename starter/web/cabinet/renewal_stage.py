"""Where a renewal's order is, as its page says it: finer than the status of the case."""

from datetime import date, datetime
from enum import StrEnum

from domain.calendar.bank_calendar import moscow_date
from domain.card.card_payment import CardStatus
from domain.renewal.renewal import Ending, PayBy, RenewalStatus
from starter.presentation.renewal.schemas import InvoiceOfOrder, RenewalInFull


class Stage(StrEnum):
    """What a client is told first; the text is `page.renewal.now.<stage>`."""

    WATCHING = "watching"
    CANCELLED = "cancelled"
    AWAITING = "awaiting"
    CLAIMED = "claimed"
    UNDERPAID = "underpaid"
    CARD_PREPARING = "card_preparing"
    CARD_PENDING = "card_pending"
    CARD_REFUSED = "card_refused"
    OUT_OF_DATE = "out_of_date"
    CHECKING = "checking"
    PAID = "paid"
    RENEWED = "renewed"
    LAPSED = "lapsed"
    LAPSED_UNPAID = "lapsed_unpaid"
    EXPIRED = "expired"
    CLOSED = "closed"


_OF_STATUS = {
    RenewalStatus.CHECKING_PAYMENT: Stage.CHECKING,
    RenewalStatus.PAID: Stage.PAID,
    RenewalStatus.RENEWED: Stage.RENEWED,
}
_WITHOUT_ORDER = {
    RenewalStatus.WATCHING: Stage.WATCHING,
    RenewalStatus.LAPSED: Stage.LAPSED,
    RenewalStatus.CLOSED: Stage.CLOSED,
}
_NOT_PAID = {RenewalStatus.LAPSED: Stage.LAPSED_UNPAID, RenewalStatus.CLOSED: Stage.EXPIRED}

TONES = {
    Stage.PAID: "good",
    Stage.RENEWED: "good",
    Stage.WATCHING: "good",
    Stage.CLAIMED: "info",
    Stage.CHECKING: "info",
    Stage.CARD_PREPARING: "info",
    Stage.CANCELLED: "quiet",
    Stage.CLOSED: "quiet",
    Stage.EXPIRED: "quiet",
}
"""How the status looks; all others want something of the client."""


def stage_of(case: RenewalInFull, now: datetime) -> Stage:
    """The stage at an instant (UTC)."""
    if case.status in _OF_STATUS:
        return _OF_STATUS[case.status]
    if case.invoice is None:
        cancelled = bool(case.timeline) and case.timeline[-1].reason_code == Ending.CANCELLED
        return Stage.CANCELLED if cancelled else _WITHOUT_ORDER[case.status]
    if case.claimed_until is not None and now < case.claimed_until:
        return Stage.CLAIMED
    if case.invoice.paid:
        return Stage.UNDERPAID
    if case.status in _NOT_PAID:
        return _NOT_PAID[case.status]
    return _awaiting(case, case.invoice, moscow_date(now))


def _awaiting(case: RenewalInFull, invoice: InvoiceOfOrder, today: date) -> Stage:
    if case.order is not None and case.order.method is PayBy.BANK_CARD:
        status = CardStatus.PREPARED if case.payment_page is None else case.payment_page.status
        if status is CardStatus.PENDING:
            return Stage.CARD_PENDING
        return Stage.CARD_REFUSED if status is CardStatus.CANCELLED else Stage.CARD_PREPARING
    return Stage.OUT_OF_DATE if invoice.valid_until < today else Stage.AWAITING
