"""Limits of what is refunded: of an invoice, and to a client within a window of days."""

from dataclasses import dataclass
from enum import StrEnum

from domain.refund.policy import RefundPolicy


class LimitHit(StrEnum):
    """Which limit a sum exceeds, together with what other cases refund."""

    INVOICE = "above_limit"
    CLIENT = "above_client_limit"


@dataclass(frozen=True)
class OtherRefunds:
    """What other cases refund (kopecks): of the same invoice, its surplus included, and to the same
    client of all its invoices within the policy's window.
    """

    invoice_kopecks: int = 0
    client_kopecks: int = 0


NOTHING_ELSE = OtherRefunds()


def above_automatic(kopecks: int, others: OtherRefunds, policy: RefundPolicy) -> LimitHit | None:
    """The limit above which a sum needs a specialist."""
    limits = policy.client_limits
    of_client = None if limits is None else limits.automatic_kopecks
    return _hit(kopecks, others, policy.automatic_limit_kopecks, of_client)


def above_approval(kopecks: int, others: OtherRefunds, policy: RefundPolicy) -> LimitHit | None:
    """The limit above which a sum needs an accountant's approval."""
    limits = policy.client_limits
    of_client = None if limits is None else limits.approval_kopecks
    return _hit(kopecks, others, policy.approval_limit_kopecks, of_client)


def _hit(
    kopecks: int, others: OtherRefunds, of_invoice: int, of_client: int | None
) -> LimitHit | None:
    if kopecks + others.invoice_kopecks > of_invoice:
        return LimitHit.INVOICE
    if of_client is not None and kopecks + others.client_kopecks > of_client:
        return LimitHit.CLIENT
    return None
