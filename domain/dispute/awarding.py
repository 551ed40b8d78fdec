"""Which refund pays what a dispute has awarded."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.dispute.case import DisputeCase
from domain.refund.refund import AskedLine, RefundKind, RefundRequest, workflow_id


@dataclass(frozen=True)
class OrderLeft:
    """What of an order may still go back, in kopecks: of each line, and of its surplus.

    `open_refund` is the refund that is not paid yet, or was begun since the decision; `ordinal` is
    the next one's.
    """

    ordinal: int
    open_refund: str | None
    surplus_kopecks: int
    lines: Sequence[tuple[int, int]]


def award_request(case: DisputeCase, order: OrderLeft) -> RefundRequest:
    """The request for the awarded sum: the surplus where there is enough of it, else the lines, the
    first one first.
    """
    by_surplus = order.surplus_kopecks >= case.awarded_kopecks
    return RefundRequest(
        refund_id=workflow_id(case.invoice_number, order.ordinal),
        invoice_number=case.invoice_number,
        client_id=case.client_id,
        ordinal=order.ordinal,
        asked=() if by_surplus else _asked(case.awarded_kopecks, order.lines),
        kind=RefundKind.SURPLUS if by_surplus else RefundKind.INVOICE,
    )


def _asked(awarded_kopecks: int, lines: Sequence[tuple[int, int]]) -> tuple[AskedLine, ...]:
    asked, left = list[AskedLine](), awarded_kopecks
    for line_no, kopecks in lines:
        part = min(left, kopecks)
        if part > 0:
            asked.append(AskedLine(line_no, part))
            left -= part
    return tuple(asked)
