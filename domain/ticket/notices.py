"""Who is notified of what happens to a ticket."""

from domain.access.roles import Role
from domain.case.waiting import Reminder
from domain.notification.notification import Notice

ANSWERED = Notice(Role.CLIENT, "ticket_answered")
RESOLVED = Notice(Role.CLIENT, "ticket_resolved")
RESOLVED_BY_TIME = Notice(Role.CLIENT, "ticket_resolved_by_time")
CLIENT_REMINDER = Notice(Role.CLIENT, "ticket_reminder")
OVERDUE = Notice(Role.OPERATOR, "staff_ticket_overdue")
ESCALATED = Notice(Role.OPERATOR, "staff_ticket_escalated")


def opened(role: Role) -> Notice:
    """A ticket for a department."""
    return Notice(role, "staff_ticket_opened")


def replied(role: Role) -> Notice:
    """A client has written."""
    return Notice(role, "staff_ticket_replied")


def hastened(role: Role) -> Notice:
    """A client asks to be answered soon."""
    return Notice(role, "staff_ticket_hastened")


def third_party_is_late(role: Role) -> Notice:
    """A third party has not answered by the day that was named; it is our turn again."""
    return Notice(role, "staff_ticket_third_party")


def reminder_of(reminder: Reminder) -> Notice:
    """The notice of an open wait: to the client, to the department, or of a deadline missed."""
    if reminder.waiting_for is Role.CLIENT:
        return CLIENT_REMINDER
    return OVERDUE if reminder.escalate else Notice(reminder.waiting_for, "staff_ticket_reminder")
