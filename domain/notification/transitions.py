"""What happens to a letter that could not be sent: it is retried, or given up."""

from dataclasses import dataclass
from datetime import datetime

from domain.notification.notification import RETRY_INTERVALS, NotificationStatus

ERROR_LENGTH = 200
"""The most characters that are stored of a mail server's error."""


@dataclass(frozen=True)
class DeliveryTransition:
    """The result of an attempt that did not succeed; `due_at` is when the next one is due."""

    status: NotificationStatus
    error: str
    due_at: datetime | None = None
    settled_at: datetime | None = None


def refused(
    attempts: int, code: int | None, text: str, at: datetime, *, is_permanent: bool
) -> DeliveryTransition:
    """What follows when a mail server refuses a letter, `attempts` including this one: another
    attempt after the next interval, or the end when there is none left or it would not help.
    """
    error = f"{code or ''} {text}".strip()[:ERROR_LENGTH]
    if is_permanent or attempts > len(RETRY_INTERVALS):
        return given_up(error, at)
    due_at = at + RETRY_INTERVALS[attempts - 1]
    return DeliveryTransition(NotificationStatus.QUEUED, error, due_at=due_at)


def given_up(error: str, at: datetime) -> DeliveryTransition:
    """Gives a letter up; an operator looks into it."""
    return DeliveryTransition(NotificationStatus.FAILED, error, settled_at=at)
