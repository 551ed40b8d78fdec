"""The notices about a refund: who gets which, and when."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.access.roles import Role
from domain.notification.notification import Notice
from domain.refund.refund import RefundStatus


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
        RefundStatus.INQUIRY: (
            _client("refund_inquiry_opened"),
            Notice(Role.ACCOUNTANT, "staff_inquiry_opened"),
        ),
        RefundStatus.DECLINED: (_client("refund_declined"),),
        RefundStatus.CANCELLED: (_client("refund_cancelled"),),
        RefundStatus.EXPIRED: (_client("refund_expired"),),
    }
)
"""The notices of entering a status."""

SENT_BACK = (
    _client("refund_sent_back"),
    Notice(Role.SPECIALIST, "staff_calculation_sent_back"),
)
STATEMENT_RETURNED = (_client("refund_statement_returned"),)
NEW_REQUISITES_NEEDED = (_client("refund_new_requisites_needed"),)
CREDITED = (_client("refund_credited"),)
CREDIT_DATE_MOVED = (_client("refund_credit_date_moved"),)
INQUIRY_ANSWERED = (_client("refund_inquiry_answered"),)
MONEY_ARRIVED = (Notice(Role.ACCOUNTANT, "staff_inquiry_withdrawn"),)


def notices_for(previous: RefundStatus | None, result: RefundStatus) -> tuple[Notice, ...]:
    """The notices of a move; after a return of money they name why the client is asked again, or
    waits again.
    """
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
        RefundStatus.INQUIRY,
    ):
        return NEW_REQUISITES_NEEDED
    if previous is RefundStatus.INQUIRY:
        return ()  # by how the inquiry ended
    return NOTICES.get(result, ())


def reminder_for(status: RefundStatus, waiting_for: Role, *, escalate: bool) -> Notice:
    """The notice of an open wait: to the accountant while the bank has not answered; escalations go
    to the operator.
    """
    if status is RefundStatus.INQUIRY:
        if escalate:
            return Notice(Role.OPERATOR, "staff_inquiry_escalation")
        return Notice(waiting_for, "staff_inquiry_reminder")
    if escalate:
        return Notice(Role.OPERATOR, "staff_escalation")
    if waiting_for is Role.CLIENT:
        return _client("refund_reminder")
    if waiting_for is Role.BANK:
        return Notice(Role.ACCOUNTANT, "staff_reminder")
    return Notice(waiting_for, "staff_reminder")
