"""Decides a client's commands: ordering, cancelling, and claiming that a payment is on its way."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.billing.issued_invoice import NewInvoice, Supplier
from domain.billing.surplus import Surplus, growth_by_void
from domain.calendar.bank_calendar import end_of_moscow_day, moscow_date
from domain.renewal.case import (
    OrderInvoice,
    RenewalCase,
    RenewalTransition,
    VoidedInvoice,
    transition,
)
from domain.renewal.renewal import (
    RENEWAL_ACTIONS,
    Ending,
    PayBy,
    RenewalAction,
    RenewalChange,
    RenewalRefusal,
    RenewalStatus,
    RenewalTransitionResult,
)
from domain.renewal.waits import unpaid_status
from domain.subscription.tariff import VatMode, vat_rate_of

REPLACED = "replaced"
"""Why an invoice is void: its client placed another order."""


@dataclass(frozen=True)
class PlacedOrder:
    """An order as its client placed it; `invoice_number` if it has an invoice already."""

    id: UUID
    renewal_id: str
    invoice_number: str | None
    tariff_code: str
    tariff_title: str
    units: int
    months: int
    price_kopecks: int
    vat_mode: VatMode
    method: PayBy


@dataclass(frozen=True)
class TakenOrder:
    """An order that is accepted, and the content of its invoice."""

    placed: PlacedOrder
    invoice: NewInvoice


def refusal(case: RenewalCase, action: RenewalAction) -> RenewalTransitionResult | None:
    """Why a command is refused in the case's present state; None when it is not."""
    if case.is_paid:
        return _refused(case, RenewalRefusal.ORDER_PAID)
    if action not in RENEWAL_ACTIONS.get(case.status, ()):
        return _refused(case, RenewalRefusal.NOT_ALLOWED_IN_STATUS)
    if action is not RenewalAction.ORDER and case.invoice is None:
        return _refused(case, RenewalRefusal.NO_OPEN_ORDER)
    return None


def taken(
    case: RenewalCase,
    change: RenewalChange,
    placed: PlacedOrder | None,
    supplier: Supplier | None,
) -> TakenOrder | RenewalTransitionResult:
    """The content of an order's invoice, or why the order is refused; None where there is no such
    order, or where we have no account to be paid to.

    The period begins where the term would if it were paid today; once it is paid, the line of the
    invoice has the actual first day.
    """
    why_not = refusal(case, RenewalAction.ORDER)
    if why_not is not None:
        return why_not
    if placed is None or placed.renewal_id != case.id or placed.invoice_number is not None:
        return _refused(case, RenewalRefusal.ORDER_UNKNOWN)
    if supplier is None:
        return _refused(case, RenewalRefusal.OWN_ACCOUNT_MISSING)
    today = moscow_date(change.at)
    days = case.days_of_next(today, placed.months)
    invoice = NewInvoice(
        order_id=placed.id,
        renewal_id=case.id,
        client_id=case.client_id,
        issued_on=today,
        valid_until=today + timedelta(days=case.policy.invoice_valid_days),
        at=change.at,
        total_kopecks=placed.price_kopecks,
        vat_rate=vat_rate_of(placed.vat_mode, days.starts_on),
        period_start=days.starts_on,
        period_end=days.ends_on,
        supplier=supplier,
    )
    return TakenOrder(placed, invoice)


def order(
    case: RenewalCase, change: RenewalChange, order: TakenOrder, number: str
) -> RenewalTransition:
    """Waits for the payment of an order whose invoice is issued under a number; it replaces an
    order that was not paid.
    """
    placed = order.placed
    opened = OrderInvoice(
        number=number,
        order_id=placed.id,
        total_kopecks=placed.price_kopecks,
        paid_kopecks=0,
        is_void=False,
        by_card=placed.method is PayBy.BANK_CARD,
        tariff_code=placed.tariff_code,
        units=placed.units,
        months=placed.months,
        ordered_at=change.at,
        valid_until=order.invoice.valid_until,
        surplus=Surplus(number, case.client_id, 0, 0, 0, 0),
    )
    return transition(
        case,
        change,
        RenewalStatus.AWAITING_PAYMENT,
        invoice=opened,
        effects=_voided(case.invoice, REPLACED),
        seen_kopecks=0,
    )


def cancel_order(
    case: RenewalCase, change: RenewalChange
) -> RenewalTransition | RenewalTransitionResult:
    """Makes the open invoice void; what was or will be paid of it becomes a surplus. Refused for an
    order that is paid in full: that is a refund.
    """
    return refusal(case, RenewalAction.CANCEL_ORDER) or transition(
        case,
        change,
        unpaid_status(case.facts, change.at, case.policy),
        Ending.CANCELLED,
        invoice=None,
        effects=_voided(case.invoice, Ending.CANCELLED),
        seen_kopecks=0,
    )


def claim_payment(
    case: RenewalCase, change: RenewalChange
) -> RenewalTransition | RenewalTransitionResult:
    """Stops the reminders for as long as a transfer may take, and notifies the accountants."""
    why_not = refusal(case, RenewalAction.CLAIM_PAYMENT)
    if why_not is not None:
        return why_not
    day = case.calendar.add_bank_days(moscow_date(change.at), case.policy.claim_bank_days)
    return transition(
        case,
        change,
        case.status,
        Ending.CLAIMED,
        invoice=case.invoice,
        claimed_until=end_of_moscow_day(day),
    )


def _voided(invoice: OrderInvoice | None, why: str) -> tuple[VoidedInvoice, ...]:
    if invoice is None:
        return ()
    return (VoidedInvoice(invoice.number, why, growth_by_void(invoice.surplus)),)


def _refused(case: RenewalCase, why: RenewalRefusal) -> RenewalTransitionResult:
    """A command that changed nothing, with the case's present state."""
    return RenewalTransitionResult(case.status, case.version, refusal=why)
