"""Compares the payments that the acquirer has captured with our payments by card."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from domain.reconciliation.acquirer_list import Captured


@dataclass(frozen=True)
class KnownPayment:
    """A payment by card in our books; `is_recorded`: it is a payment of its invoice."""

    payment_id: str
    order_id: UUID
    invoice_number: str
    amount_kopecks: int
    is_recorded: bool


def beside_our_cases(
    captured: Sequence[Captured], known: Sequence[KnownPayment], ours: Collection[str]
) -> tuple[list[Captured], list[KnownPayment]]:
    """Marks which captured payments are recorded in our books, by their case or as a payment of an
    invoice (`ours`); and lists those that have a case but are not recorded, which the case then
    does.
    """
    recorded = {one.payment_id for one in known if one.is_recorded} | set(ours)
    return (
        [replace(one, recorded=one.payment_id in recorded) for one in captured],
        [one for one in known if one.payment_id not in recorded],
    )
