"""Everybody whom a change concerns is notified, once per channel.

The expected notifications come from the table of notices; that none is there twice is a constraint.
"""

from typing import NamedTuple

from db.invariants.invariant import Invariant, invariant
from domain.notification.notification import Notice, NotificationChannel
from domain.refund.inquiry import InquiryEnd
from domain.refund.notices import (
    CREDIT_DATE_MOVED,
    CREDITED,
    INQUIRY_ANSWERED,
    MONEY_ARRIVED,
    notices_for,
)
from domain.refund.refund import MOVES, RefundStatus

CALENDAR = "calendar"
"""The reason of a change that only moved a deadline."""


class _Expected(NamedTuple):
    """Whom a move concerns; `by_reason`: only when the change has this reason, None for none."""

    from_status: str
    to_status: str
    by_reason: bool
    reason: str | None
    role: str
    template: str


def _expected() -> list[_Expected]:
    rows = [
        _Expected(source, target, False, None, notice.role, notice.template)
        for source, targets in MOVES.items()
        for target in targets
        for notice in notices_for(source, target)
    ]
    completed, inquiry = RefundStatus.COMPLETED, RefundStatus.INQUIRY
    by_reason: tuple[tuple[RefundStatus, str | None, tuple[Notice, ...]], ...] = (
        (completed, CALENDAR, CREDIT_DATE_MOVED),
        (completed, None, CREDITED),
        (inquiry, InquiryEnd.ANSWERED, INQUIRY_ANSWERED),
        (inquiry, InquiryEnd.ARRIVED, MONEY_ARRIVED),
    )
    return rows + [
        _Expected(source, completed, True, reason, notice.role, notice.template)
        for source, reason, notices in by_reason
        for notice in notices
    ]


_UNNOTIFIED = """
    SELECT h.refund_id AS refund, h.number, e.template, c.channel
    FROM refund_history h
    JOIN jsonb_to_recordset(CAST(:expected AS jsonb)) AS e (
        from_status text, to_status text, by_reason boolean, reason text, role text, template text
    ) ON e.from_status = h.from_status AND e.to_status = h.to_status
        AND (NOT e.by_reason OR h.reason IS NOT DISTINCT FROM e.reason)
    CROSS JOIN unnest(CAST(:channels AS text[])) AS c (channel)
    LEFT JOIN notifications n
        ON n.case_id = h.refund_id AND n.occasion = 'change-' || h.number
        AND n.role = e.role AND n.channel = c.channel AND n.template = e.template
    WHERE n.id IS NULL
"""

NOTIFICATION_INVARIANTS: tuple[Invariant, ...] = (
    invariant(
        "everybody a change concerns is told on every channel",
        _UNNOTIFIED,
        expected=[one._asdict() for one in _expected()],
        channels="{" + ",".join(NotificationChannel) + "}",
    ),
)
