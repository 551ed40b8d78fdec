"""Which reminder of a renewal is due, and its letter."""

from datetime import datetime

from db.database import Transaction
from db.notification import notification
from db.renewal.renewal import RenewalCase
from domain.access.roles import Role
from domain.notification.notification import Notice
from domain.renewal.notices import BALANCE_REMINDER
from domain.renewal.waits import DueReminder, reminder_now, reminders_in


def due_reminder(case: RenewalCase, at: datetime) -> DueReminder | None:
    """The reminder that is due at an instant; None where the client has done what we ask."""
    claimed_until = case.row.claimed_until
    is_claimed = claimed_until is not None and at < claimed_until
    if case.is_paid or is_claimed or case.is_continued:
        return None
    return reminder_now(reminders_in(case.status, case.facts, case.policy), at)


def send_reminder(
    transaction: Transaction, case: RenewalCase, due: DueReminder, at: datetime
) -> None:
    """Queues a reminder once; what was paid in part is reminded of as its balance."""
    text = BALANCE_REMINDER if case.paid_kopecks else due.text
    params = {"subscription": case.row.title, "until_at": case.row.wait_until.isoformat()}
    if case.invoice is not None:
        params["invoice_number"] = case.invoice.number
        params["balance_kopecks"] = case.invoice.total_kopecks - case.paid_kopecks
    notification.notify(
        transaction,
        (Notice(Role.CLIENT, text),),
        case_id=case.row.id,
        client_id=case.row.client_id,
        occasion=f"reminder-{due.at.isoformat()}",
        params=params,
        at=at,
        channels=due.channels,
    )
