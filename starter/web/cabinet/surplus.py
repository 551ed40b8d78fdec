"""Money above what an invoice asks for, which its client may have back."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.billing.client_money import PaidInvoice
from domain.refund.refund import UNPAID_ENDS, RefundStatus

REFUND_ENDED = frozenset({*UNPAID_ENDS, RefundStatus.COMPLETED})


@dataclass(frozen=True)
class Surplus:
    """The surplus of an invoice; `refund_id` is a refund of the invoice that is under way: another
    one waits for it.
    """

    invoice_number: str
    is_void: bool
    left_kopecks: int
    refund_id: str | None


def surpluses_of(invoices: Sequence[PaidInvoice]) -> list[Surplus]:
    """What can be given back by a refund of its own, and what is being given back so."""
    found = []
    for one in invoices:
        left = one.surplus_kopecks - one.surplus_promised_kopecks
        refund_id = None if one.refund_status in REFUND_ENDED else one.refund_id
        if left > 0 or (refund_id is not None and one.surplus_promised_kopecks > 0):
            found.append(Surplus(one.number, one.voided_at is not None, left, refund_id))
    return found
