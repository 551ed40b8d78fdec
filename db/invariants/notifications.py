"""Everybody whom a change concerns is notified, once per channel.

The expected notifications come from the table of notices; that none is there twice is a constraint.
"""

from typing import NamedTuple

from db.invariants.invariant import Invariant, invariant
from domain.notification.notification import Notice, NotificationChannel
from domain.refund.notices import CREDIT_DATE_MOVED, CREDITED, notices_for
from domain.refund.refund import MOVES, RefundStatus

CALENDAR = "calendar"
"""The reason of a change that only moved a deadline."""


class _Expected(NamedTuple):
    from_status: str
    to_status: str
    reason_is_calendar: bool | None
    role: str
    template: str


def _expected() -> list[_Expected]:
    rows = [
        _Expected(source, target, None, notice.role, notice.template)
        for source, targets in MOVES.items()
        for target in targets
        for notice in notices_for(source, target)
    ]
    completed = RefundStatus.COMPLETED
    stays: tuple[tuple[bool, tuple[Notice, ...]], ...] = (
        (True, CREDIT_DATE_MOVED),
        (False, CREDITED),
    )
    return rows + [
        _Expected(completed, completed, by_calendar, notice.role, notice.template)
        for by_calendar, notices in stays
        for notice in notices
    ]


_UNNOTIFIED = f"""
    SELECT h.refund_id AS refund, h.number, e.template, c.channel
    FROM refund_history h
    JOIN jsonb_to_recordset(CAST(:expected AS jsonb)) AS e (
        from_status text, to_status text, reason_is_calendar boolean, role text, template text
    ) ON e.from_status = h.from_status AND e.to_status = h.to_status
        AND coalesce(e.reason_is_calendar = (h.reason IS NOT DISTINCT FROM '{CALENDAR}'), true)
    CROSS JOIN unnest(CAST(:channels AS text[])) AS c (channel)
    LEFT JOIN notifications n
        ON n.case_id = h.refund_id AND n.occasion = 'change-' || h.number
        AND n.role = e.role AND n.channel = c.channel AND n.template = e.template
    WHERE n.id IS NULL
"""  # noqa: S608  the only value put into it is a constant of this module

NOTIFICATION_INVARIANTS: tuple[Invariant, ...] = (
    invariant(
        "everybody a change concerns is told on every channel",
        _UNNOTIFIED,
        expected=[one._asdict() for one in _expected()],
        channels="{" + ",".join(NotificationChannel) + "}",
    ),
)
