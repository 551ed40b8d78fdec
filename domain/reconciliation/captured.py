"""Payments that the acquirer has captured, beside the cases of ours that know them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from domain.reconciliation.acquirer_list import Captured


@dataclass(frozen=True)
class KnownPayment:
    """A payment by card as its case knows it; `is_recorded`: it is money of its invoice here."""

    payment_id: str
    order_id: UUID
    invoice_number: str
    amount_kopecks: int
    is_recorded: bool


def beside_our_cases(
    captured: Sequence[Captured], known: Sequence[KnownPayment], ours: Collection[str]
) -> tuple[list[Captured], list[KnownPayment]]:
    """Which captured payments are recorded here, by their case or as a payment of an invoice
    (`ours`); and those that a case knows and nobody has recorded: their case can take them up.
    """
    recorded = {one.payment_id for one in known if one.is_recorded} | set(ours)
    return (
        [replace(one, recorded=one.payment_id in recorded) for one in captured],
        [one for one in known if one.payment_id not in recorded],
    )
