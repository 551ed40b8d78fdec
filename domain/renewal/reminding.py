"""Which reminder of a renewal is due, and the content of its letter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.access.roles import Role
from domain.notification.notification import Notice, NotificationChannel
from domain.renewal.case import RenewalCase
from domain.renewal.notices import BALANCE_REMINDER
from domain.renewal.waits import DueReminder, out_of_quiet_hours, reminder_now, reminders_in


@dataclass(frozen=True)
class ReminderLetter:
    """A reminder to be queued; each `occasion` is queued once."""

    notice: Notice
    occasion: str
    params: Mapping[str, Any]
    channels: tuple[NotificationChannel, ...]


def reminding(case: RenewalCase, at: datetime) -> ReminderLetter | datetime | None:
    """The letter to send at an instant; or the moment (UTC) to try again when the client has quiet
    hours; None when there is nothing to remind of.

    No reminders are sent of an invoice that is paid, or whose payment is claimed to be on its way.
    """
    claimed_until = case.facts.claimed_until
    is_claimed = claimed_until is not None and at < claimed_until
    if case.is_paid or is_claimed or case.is_continued:
        return None
    due = reminder_now(reminders_in(case.status, case.facts, case.policy), at)
    if due is None:
        return None
    later = out_of_quiet_hours(at, case.facts, case.policy)
    return later if later > at else _letter(case, due)


def _letter(case: RenewalCase, due: DueReminder) -> ReminderLetter:
    """For an invoice that is paid in part the letter names the balance."""
    params: dict[str, Any] = {"subscription": case.title}
    if case.wait_until is not None:
        params["until_at"] = case.wait_until.isoformat()
    if case.invoice is not None:
        params["invoice_number"] = case.invoice.number
        params["balance_kopecks"] = case.invoice.total_kopecks - case.paid_kopecks
    text = BALANCE_REMINDER if case.paid_kopecks else due.text
    return ReminderLetter(
        Notice(Role.CLIENT, text), f"reminder-{due.at.isoformat()}", params, due.channels
    )
