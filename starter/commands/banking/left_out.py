"""Which waiting payouts cannot be in a payment run as they are, and why."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID, uuid5

from db.banking import payment_run, unexpected_debit
from db.banking.payment_run import WaitingPayout
from db.banking.unexpected_debit import DebitedCase
from db.query import Query
from db.reconciliation import acquirer_difference
from db.reconciliation.acquirer_difference import DisputedCase
from domain.banking.payment_run import PaymentOrder
from domain.calendar.bank_calendar import moscow_date
from domain.money import VatRate
from domain.payout.payout import PayoutRequest
from domain.refund.vat import RefundedLine, refunded_vat
from gateways.bank_file import PaymentOrderError, check_payment_order
from texts.purposes import refund_purpose

DEBITED_BEFORE = ("payout", "payout_debited_before")
"""Field and code of a payout that waits until a debit against its case is cleared up."""
DIFFERS_THERE = ("payout", "payout_differs_there")
"""Of one whose payments differ from the acquirer's list, until somebody has decided about it."""
TOLD_OTHERWISE = frozenset({DEBITED_BEFORE, DIFFERS_THERE})
"""What an accountant has been told of already, by the statement or by the daily check, and what no
other requisites mend.
"""
Held = Mapping[str, tuple[str, str]]
"""By case: why its payout is held back, as field and code."""
ANY_NUMBER = 1
"""Stands for an order's number while it is tried: the number itself cannot be wrong."""


class Sorted(NamedTuple):
    """The orders that can be written, and the payouts left out, each with field and code."""

    drafts: list[payment_run.Draft]
    left_out: list[tuple[WaitingPayout, str, str]]


def held_back() -> tuple[Query[DebitedCase], Query[DisputedCase]]:
    """Reads the cases whose payouts no run may include: unexpected debits, acquirer's
    differences.
    """
    return unexpected_debit.open_cases(), acquirer_difference.open_cases()


def held_from(disputed: Sequence[DebitedCase], differing: Sequence[DisputedCase]) -> Held:
    """Why each case of `held_back` is held: an unexpected debit goes before a difference."""
    held = {row.case_id: DIFFERS_THERE for row in differing}
    return held | {row.case_id: DEBITED_BEFORE for row in disputed}


def sorted_out(waiting: Sequence[WaitingPayout], held: Held, run_id: UUID) -> Sorted:
    """Builds a payment order of every waiting payout, and separates those that cannot be built."""
    found = Sorted([], [])
    for row in waiting:
        if row.case_id in held:
            found.left_out.append((row, *held[row.case_id]))
            continue
        draft = _draft(run_id, row)
        try:
            check_payment_order(_tried(draft, row))
        except PaymentOrderError as error:
            found.left_out.append((row, error.field, error.code))
        else:
            found.drafts.append(draft)
    return found


def _draft(run_id: UUID, row: WaitingPayout) -> payment_run.Draft:
    lines = [RefundedLine(VatRate(rate), *sums) for rate, *sums in row.rated_lines or ()]
    purpose = refund_purpose(
        row.invoice_number,
        row.issued_on,
        moscow_date(row.drawn_up_at),
        refunded_vat(row.amount_kopecks, lines),
    )
    key = PayoutRequest(row.case_id, row.attempt)
    order_id = uuid5(run_id, f"{key.case_id}/{key.attempt}")
    return payment_run.Draft(order_id, key, row.amount_kopecks, purpose)


def _tried(draft: payment_run.Draft, row: WaitingPayout) -> PaymentOrder:
    day, recipient = moscow_date(row.drawn_up_at), payment_run.recipient_of(row)
    return PaymentOrder(ANY_NUMBER, day, draft.amount_kopecks, recipient, draft.purpose)
