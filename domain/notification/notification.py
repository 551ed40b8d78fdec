"""Who is told what when: the table of notices, and the messages of their delivery."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from domain.access.roles import Role
from domain.refund.refund import RefundStatus


class NotificationChannel(StrEnum):
    """Each notice goes out once on every channel."""

    MAIL = "mail"
    INBOX = "inbox"


class NotificationStatus(StrEnum):
    """`failed` is an operator's row: given up after the last interval of `RETRY_INTERVALS`."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


RETRY_INTERVALS = (
    timedelta(seconds=5),
    *(
        timedelta(minutes=minutes)
        for minutes in (1, 2, 5, 15, 30, 60, 120, 240, 480, 720, 720, 720)
    ),
)
"""How long a message waits after each failed attempt: two days in all, then it is given up.

The first wait is for a mail server that was only restarted: a one-time code lives minutes.
"""


@dataclass(frozen=True)
class Notice:
    """A role to be told, and the template (`<template>.subject`, `<template>.body` in the
    catalogues).
    """

    role: Role
    template: str


def _client(template: str) -> Notice:
    return Notice(Role.CLIENT, template)


NOTICES: Mapping[RefundStatus, tuple[Notice, ...]] = MappingProxyType(
    {
        RefundStatus.AWAITING_SPECIALIST: (
            _client("refund_awaiting_specialist"),
            Notice(Role.SPECIALIST, "staff_calculation_needed"),
        ),
        RefundStatus.AWAITING_STATEMENT: (_client("refund_awaiting_statement"),),
        RefundStatus.UNDER_REVIEW: (
            _client("refund_under_review"),
            Notice(Role.SPECIALIST, "staff_review_needed"),
        ),
        RefundStatus.AWAITING_APPROVAL: (
            _client("refund_awaiting_approval"),
            Notice(Role.ACCOUNTANT, "staff_approval_needed"),
        ),
        RefundStatus.PAYING: (_client("refund_paying"),),
        RefundStatus.PAYOUT_HELD: (
            _client("refund_payout_held"),
            Notice(Role.ACCOUNTANT, "staff_payout_held"),
        ),
        RefundStatus.COMPLETED: (_client("refund_completed"),),
        RefundStatus.DECLINED: (_client("refund_declined"),),
        RefundStatus.CANCELLED: (_client("refund_cancelled"),),
        RefundStatus.EXPIRED: (_client("refund_expired"),),
    }
)
"""Whom entering a status concerns."""

SENT_BACK = (
    _client("refund_sent_back"),
    Notice(Role.SPECIALIST, "staff_calculation_sent_back"),
)
STATEMENT_RETURNED = (_client("refund_statement_returned"),)
NEW_REQUISITES_NEEDED = (_client("refund_new_requisites_needed"),)
CREDITED = (_client("refund_credited"),)
CREDIT_DATE_MOVED = (_client("refund_credit_date_moved"),)
DEBIT_CONTRADICTS = Notice(Role.ACCOUNTANT, "staff_debit_contradicts")
PAYOUT_LEFT_OUT = Notice(Role.ACCOUNTANT, "staff_payout_left_out")
BOOKS_DIFFER = Notice(Role.OPERATOR, "staff_books_differ")
ACQUIRER_DIFFERS = (
    Notice(Role.OPERATOR, "staff_acquirer_differs"),
    Notice(Role.ACCOUNTANT, "staff_acquirer_differs"),
)
RECEIPT_FAILED = Notice(Role.ACCOUNTANT, "staff_receipt_failed")
STEP_FAILED = Notice(Role.OPERATOR, "staff_step_failed")
ONE_TIME_CODE = _client("refund_one_time_code")


@dataclass(frozen=True)
class StepFailure:
    """A step that has used up its tries: where, which, by what kind of error, and since when."""

    workflow_id: str
    step: str
    kind: str
    at: datetime

    @property
    def occasion(self) -> str:
        """Another one for each time that the process begins to wait for its operator."""
        return f"failed-{self.workflow_id}-{self.at.isoformat()}"


def notices_for(previous: RefundStatus | None, result: RefundStatus) -> tuple[Notice, ...]:
    """Whom a move concerns; coming back says why the client is asked, or has to wait, again."""
    if result is RefundStatus.AWAITING_SPECIALIST and previous in (
        RefundStatus.UNDER_REVIEW,
        RefundStatus.PAYOUT_HELD,
    ):
        return SENT_BACK
    if result is RefundStatus.AWAITING_STATEMENT and previous is RefundStatus.UNDER_REVIEW:
        return STATEMENT_RETURNED
    if result is RefundStatus.AWAITING_STATEMENT and previous in (
        RefundStatus.PAYING,
        RefundStatus.COMPLETED,
    ):
        return NEW_REQUISITES_NEEDED
    return NOTICES.get(result, ())


def reminder_for(waiting_for: Role, *, escalate: bool) -> Notice:
    """Who hears that a wait goes on: the bank's silence is the accountant's; escalations the
    operator's.
    """
    if escalate:
        return Notice(Role.OPERATOR, "staff_escalation")
    if waiting_for is Role.CLIENT:
        return _client("refund_reminder")
    if waiting_for is Role.BANK:
        return Notice(Role.ACCOUNTANT, "staff_reminder")
    return Notice(waiting_for, "staff_reminder")
