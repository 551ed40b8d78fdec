"""The acquirer's lists, in the form in which they are compared with our books."""

from collections.abc import AsyncIterator
from datetime import datetime

from domain.reconciliation.acquirer_list import Captured, Listed
from gateways.acquirer.answers import AcquirerRefundStatus, RefundAnswer
from gateways.acquirer.gateway import AcquirerGateway


async def refunds_listed(acquirer: AcquirerGateway, since: datetime) -> AsyncIterator[list[Listed]]:
    """Refunds created since an instant that have moved money or still may, page by page.

    Raises `AcquirerUnavailable` when the list has too many pages.
    """
    async for page in acquirer.refunds_since(since):
        yield [listed_from(one) for one in page if one.status is not AcquirerRefundStatus.CANCELLED]


async def payments_captured(
    acquirer: AcquirerGateway, since: datetime
) -> AsyncIterator[list[Captured]]:
    """Payments captured since an instant, requested by whomever, page by page.

    Raises `AcquirerUnavailable` when the list has too many pages.
    """
    async for page in acquirer.payments_since(since):
        yield [
            Captured(one.payment_id, one.key or "", one.amount_kopecks, one.captured_at)
            for one in page
            if one.payment_id is not None
        ]


def listed_from(refund: RefundAnswer) -> Listed:
    """A refund of the list; whether its payment is ours is found in our books."""
    return Listed(
        refund_id=refund.refund_id or "",
        key=refund.key,
        executed=refund.status is AcquirerRefundStatus.SUCCEEDED,
        amount_kopecks=refund.amount_kopecks,
        created_at=refund.created_at,
        payment_id=refund.payment_id,
        is_chargeback=refund.is_chargeback,
        respond_by=refund.respond_by,
    )
