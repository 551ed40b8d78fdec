"""The renewal policy: versioned data, never changed by the code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.notification.notification import NotificationChannel

LAST_HOUR = 23


@dataclass(frozen=True)
class Reminder:
    """A row of the table of reminders: how many days before the term ends, by which channels.

    `text` is the template of the letter.
    """

    days_before: int
    channels: tuple[NotificationChannel, ...]
    text: str


@dataclass(frozen=True)
class RenewalPolicy:
    """One version of the renewal policy. Hours are of the client's clock; `grace_days` is how long
    the service goes on after a term that was not paid in time.
    """

    version: int
    default_tariff: str
    reminders: tuple[Reminder, ...]
    payment_reminder_days: tuple[int, ...]
    remind_at_hour: int
    quiet_from_hour: int
    quiet_to_hour: int
    yellow_days: int
    red_days: int
    first_order_days: int
    invoice_valid_days: int
    claim_bank_days: int
    check_bank_days: int
    grace_days: int

    def is_quiet(self, hour: int) -> bool:
        """Whether no reminders are sent in this hour; quiet hours may span midnight."""
        if self.quiet_from_hour <= self.quiet_to_hour:
            return self.quiet_from_hour <= hour < self.quiet_to_hour
        return hour >= self.quiet_from_hour or hour < self.quiet_to_hour

    @classmethod
    def from_document(cls, version: int, document: Mapping[str, Any]) -> "RenewalPolicy":
        """Reads a stored document; a missing key or an unknown value raises KeyError or
        ValueError, and so does an hour of reminding that is quiet.
        """
        policy = cls(
            version=version,
            default_tariff=document["default_tariff"],
            reminders=tuple(map(_reminder, document["reminders"])),
            payment_reminder_days=tuple(document["payment_reminder_days"]),
            remind_at_hour=_hour(document["remind_at_hour"]),
            quiet_from_hour=_hour(document["quiet_from_hour"]),
            quiet_to_hour=_hour(document["quiet_to_hour"]),
            yellow_days=document["yellow_days"],
            red_days=document["red_days"],
            first_order_days=document["first_order_days"],
            invoice_valid_days=document["invoice_valid_days"],
            claim_bank_days=document["claim_bank_days"],
            check_bank_days=document["check_bank_days"],
            grace_days=document["grace_days"],
        )
        if policy.is_quiet(policy.remind_at_hour):
            raise ValueError("the hour of reminding is quiet")
        return policy


def _reminder(row: Mapping[str, Any]) -> Reminder:
    channels = tuple(NotificationChannel(channel) for channel in row["channels"])
    return Reminder(row["days_before"], channels, row["text"])


def _hour(hour: int) -> int:
    if not 0 <= hour <= LAST_HOUR:
        raise ValueError("an hour lies between 0 and 23")
    return hour
