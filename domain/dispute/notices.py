"""Who is notified of what happens to a dispute."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.access.roles import Role
from domain.case.waiting import Reminder
from domain.dispute.dispute import DisputeStatus
from domain.notification.notification import Notice

OPENED = Notice(Role.CLIENT, "dispute_opened")
ANSWERED = Notice(Role.CLIENT, "dispute_answered")
CORRECTED = Notice(Role.CLIENT, "dispute_corrected")
CLIENT_REMINDER = Notice(Role.CLIENT, "dispute_reminder")
HASTENED = Notice(Role.OPERATOR, "staff_dispute_hastened")
OVERDUE = Notice(Role.OPERATOR, "staff_dispute_overdue")


def replied(role: Role) -> Notice:
    """A client has written."""
    return Notice(role, "staff_dispute_replied")


_TURN = "staff_dispute_turn"
BY_STATUS: Mapping[DisputeStatus, tuple[Notice, ...]] = MappingProxyType(
    {
        DisputeStatus.COLLECTING: (Notice(Role.CLIENT, "dispute_papers_asked"),),
        DisputeStatus.REVIEW: (Notice(Role.SPECIALIST, _TURN),),
        DisputeStatus.PROPOSAL: (Notice(Role.CLIENT, "dispute_proposed"),),
        DisputeStatus.AWAITING_APPROVAL: (Notice(Role.ACCOUNTANT, _TURN),),
        DisputeStatus.RESOLVED_CLIENT: (Notice(Role.CLIENT, "dispute_resolved"),),
        DisputeStatus.RESOLVED_PARTLY: (Notice(Role.CLIENT, "dispute_resolved_partly"),),
        DisputeStatus.REJECTED: (Notice(Role.CLIENT, "dispute_rejected"),),
        DisputeStatus.PERFORMING: (Notice(Role.ACCOUNTANT, _TURN),),
        DisputeStatus.APPEALED: (Notice(Role.ACCOUNTANT, _TURN),),
        DisputeStatus.CLAIM_RECEIVED: (Notice(Role.ACCOUNTANT, _TURN),),
        DisputeStatus.OUTSIDE: (
            Notice(Role.CLIENT, "dispute_outside"),
            Notice(Role.ACCOUNTANT, _TURN),
        ),
        DisputeStatus.CLOSED: (Notice(Role.CLIENT, "dispute_closed"),),
    }
)
"""Whom a move to a status is told."""


def reminder_of(reminder: Reminder) -> Notice:
    """The notice of an open wait: to whoever is waited for, or of a deadline missed."""
    if reminder.waiting_for is Role.CLIENT:
        return CLIENT_REMINDER
    return OVERDUE if reminder.escalate else Notice(reminder.waiting_for, _TURN)
