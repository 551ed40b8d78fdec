"""What becomes of a letter that did not leave: it is tried again, or given up."""

from dataclasses import dataclass
from datetime import datetime

from domain.notification.notification import RETRY_INTERVALS, NotificationStatus

ERROR_LENGTH = 200
"""Characters that are kept of what a mail server says."""


@dataclass(frozen=True)
class DeliveryTransition:
    """How an attempt ended that was no success; `due_at` is when the next one comes."""

    status: NotificationStatus
    error: str
    due_at: datetime | None = None
    settled_at: datetime | None = None


def refused(
    attempts: int, code: int | None, text: str, at: datetime, *, is_permanent: bool
) -> DeliveryTransition:
    """What a mail server's refusal makes of a letter that was tried so many times, this one
    counted: another try after the next interval, until there is none left or it would not help.
    """
    error = f"{code or ''} {text}".strip()[:ERROR_LENGTH]
    if is_permanent or attempts > len(RETRY_INTERVALS):
        return given_up(error, at)
    due_at = at + RETRY_INTERVALS[attempts - 1]
    return DeliveryTransition(NotificationStatus.QUEUED, error, due_at=due_at)


def given_up(error: str, at: datetime) -> DeliveryTransition:
    """A letter that will not leave: an operator's matter."""
    return DeliveryTransition(NotificationStatus.FAILED, error, settled_at=at)
