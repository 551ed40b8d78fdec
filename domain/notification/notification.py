"""What a notice is, and how long its delivery is retried.

The notices of each process are in `notices.py` of its room.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.access.roles import Role


class NotificationChannel(StrEnum):
    """The channels; each notice is sent once on every one."""

    MAIL = "mail"
    INBOX = "inbox"


class NotificationStatus(StrEnum):
    """`failed`: given up after the last interval of `RETRY_INTERVALS`; an operator looks into
    it.
    """

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
"""The wait after each failed attempt: two days in all, then the message is given up.

The first is short, for a mail server that is restarting: a one-time code expires within minutes.
"""


@dataclass(frozen=True)
class Notice:
    """A role to be notified, and the template (`<template>.subject`, `<template>.body` in the
    texts).
    """

    role: Role
    template: str


STEP_FAILED = Notice(Role.OPERATOR, "staff_step_failed")
SCANNER_SILENT = Notice(Role.OPERATOR, "staff_scanner_silent")
ONE_TIME_CODE = Notice(Role.CLIENT, "refund_one_time_code")
LOGIN_LINK = Notice(Role.CLIENT, "login_link")
EMAIL_LINK = Notice(Role.CLIENT, "email_link")
EMAIL_ASKED = Notice(Role.CLIENT, "email_asked")
EMAIL_CHANGED = Notice(Role.CLIENT, "email_changed")
TELEGRAM_BLOCKED = Notice(Role.CLIENT, "telegram_blocked")
WITH_CODE = (ONE_TIME_CODE, LOGIN_LINK, EMAIL_LINK)
"""Letters with a one-time code, or a link that ends in one."""
ERASED_PARAM = "code"
"""The one parameter that is erased from a message once it is settled: a one-time code."""
CODE_PAGE_PARAM = "code_page"
"""The page that a one-time code is appended to, where it is the end of a link."""


@dataclass(frozen=True)
class StepFailure:
    """A step that has used up its tries: of which workflow, which step, what kind of error, since
    when.
    """

    workflow_id: str
    step: str
    kind: str
    at: datetime

    @property
    def occasion(self) -> str:
        """Another one for each time that the process begins to wait for its operator."""
        return f"failed-{self.workflow_id}-{self.at.isoformat()}"
