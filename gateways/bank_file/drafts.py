"""Which waiting payouts can become orders of a payment run, and why the others cannot."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5

from domain.banking.payment_run import (
    LeftOutPayout,
    OrderDraft,
    PaymentOrder,
    RunDraft,
    WaitingPayout,
)
from domain.refund.vat import RefundedLine, refunded_vat
from gateways.bank_file.errors import PaymentOrderError
from gateways.bank_file.orders import check_payment_order
from texts.purposes import refund_purpose

PAYOUT = "payout"
"""The field named for a payout that is held back."""
ANY_NUMBER = 1
"""The order's number in the check: the number itself cannot be wrong."""


def run_draft(waiting: Sequence[WaitingPayout], held: Mapping[str, str], run_id: UUID) -> RunDraft:
    """Checks every waiting payout as an order of this run; `held`: by case id, the code of why its
    payout is held back.
    """
    found = RunDraft([], [])
    for payout in waiting:
        code = held.get(payout.key.case_id)
        if code is not None:
            found.left_out.append(_left_out(payout, PAYOUT, code))
            continue
        draft = _draft(run_id, payout)
        try:
            check_payment_order(_tried(draft, payout))
        except PaymentOrderError as error:
            found.left_out.append(_left_out(payout, error.field, error.code))
        else:
            found.orders.append(draft)
    return found


def _left_out(payout: WaitingPayout, field: str, code: str) -> LeftOutPayout:
    return LeftOutPayout(payout.key, payout.amount_kopecks, field, code)


def _draft(run_id: UUID, payout: WaitingPayout) -> OrderDraft:
    vat = refunded_vat(payout.amount_kopecks, [RefundedLine(*line) for line in payout.rated_lines])
    purpose = refund_purpose(payout.invoice_number, payout.invoice_on, payout.statement_on, vat)
    order_id = uuid5(run_id, f"{payout.key.case_id}/{payout.key.attempt}")
    return OrderDraft(order_id, payout.key, payout.amount_kopecks, purpose)


def _tried(draft: OrderDraft, payout: WaitingPayout) -> PaymentOrder:
    return PaymentOrder(
        ANY_NUMBER, payout.statement_on, draft.amount_kopecks, payout.recipient, draft.purpose
    )
