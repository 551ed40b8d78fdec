"""How a renewal's client orders, calls off, and says that the payment is on its way."""

from dataclasses import asdict
from datetime import date, timedelta

from activities.renewal.judgement import OpenInvoice, days_of_next, transition
from db.banking.own_account import requisites_of
from db.billing import issued_invoice, surplus
from db.billing.issued_invoice import NewInvoice
from db.database import Row, Transaction
from db.renewal.renewal import RenewalCase
from domain.calendar.bank_calendar import end_of_moscow_day, moscow_date
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
from texts import translate

REPLACED = "replaced"
"""Why an invoice is void whose client ordered anew."""


def refusal_of(case: RenewalCase, action: RenewalAction) -> RenewalTransitionResult | None:
    """Why a command cannot be taken as the case and its money are now; None when it can."""
    refused = _refusal(case, action)
    return (
        None
        if refused is None
        else RenewalTransitionResult(case.status, case.row.version, refusal=refused)
    )


def _refusal(case: RenewalCase, action: RenewalAction) -> RenewalRefusal | None:
    if case.is_paid:
        return RenewalRefusal.ORDER_PAID
    if action not in RENEWAL_ACTIONS.get(case.status, ()):
        return RenewalRefusal.NOT_ALLOWED_IN_STATUS
    if action is not RenewalAction.ORDER and case.invoice is None:
        return RenewalRefusal.NO_OPEN_ORDER
    if action is RenewalAction.ORDER:
        placed, accounts = case.papers
        if not placed or placed[0].renewal_id != case.row.id or placed[0].invoice_number:
            return RenewalRefusal.ORDER_UNKNOWN
        if not accounts:
            return RenewalRefusal.OWN_ACCOUNT_MISSING
    return None


async def take_order(
    transaction: Transaction, case: RenewalCase, change: RenewalChange
) -> RenewalTransitionResult:
    """Issues the invoice of an order; it takes the place of one that was not paid."""
    (placed,), (account,) = case.papers
    if case.invoice is not None:
        _void(transaction, case, change, REPLACED)
    invoice = _new_invoice(case, change, placed, account)
    number = await issued_invoice.issue(transaction, invoice)
    opened = OpenInvoice(
        number=number,
        order_id=placed.id,
        total_kopecks=placed.price_kopecks,
        by_card=placed.method == PayBy.BANK_CARD,
        ordered_at=change.at,
        valid_until=invoice.valid_until,
    )
    return transition(
        transaction, case, change, RenewalStatus.AWAITING_PAYMENT, invoice=opened, seen_kopecks=0
    )


def cancel_order(
    transaction: Transaction, case: RenewalCase, change: RenewalChange
) -> RenewalTransitionResult:
    """Makes the open invoice void; what it got, and may yet get, is held as a surplus."""
    _void(transaction, case, change, Ending.CANCELLED)
    status = unpaid_status(case.facts, change.at, case.policy)
    return transition(
        transaction, case, change, status, Ending.CANCELLED, invoice=None, seen_kopecks=0
    )


def take_claim(
    transaction: Transaction, case: RenewalCase, change: RenewalChange
) -> RenewalTransitionResult:
    """Stops the reminders for as long as a bank may take, and tells the accountants."""
    day = case.calendar.add_bank_days(moscow_date(change.at), case.policy.claim_bank_days)
    return transition(
        transaction,
        case,
        change,
        case.status,
        Ending.CLAIMED,
        invoice=OpenInvoice.of(case),
        claimed_until=end_of_moscow_day(day),
    )


def _new_invoice(case: RenewalCase, change: RenewalChange, placed: Row, account: Row) -> NewInvoice:
    """The period is where the term would begin if the money came today; once it has come, the
    invoice's line says where the term begins.
    """
    today = moscow_date(change.at)
    days = days_of_next(case, today, placed.months)
    return NewInvoice(
        order_id=placed.id,
        renewal_id=change.renewal_id,
        client_id=case.row.client_id,
        issued_on=today,
        valid_until=_valid_until(case, today),
        at=change.at,
        title=translate(
            "renewal.invoice_line", subscription=case.row.title, tariff=placed.tariff_title
        ),
        total_kopecks=placed.price_kopecks,
        vat_rate=vat_rate_of(VatMode(placed.vat_mode), days.starts_on),
        period_start=days.starts_on,
        period_end=days.ends_on,
        recipient=asdict(requisites_of(account)),
        supplier_address=account.address,
    )


def _valid_until(case: RenewalCase, today: date) -> date:
    return today + timedelta(days=case.policy.invoice_valid_days)


def _void(transaction: Transaction, case: RenewalCase, change: RenewalChange, reason: str) -> None:
    issued_invoice.void(transaction, case.row.invoice_number, change.by, reason, change.at)
    if case.invoice is not None:
        surplus.notify_of_void(transaction, case.invoice, change.at)
