"""Messages of the case in which a client with the biggest tariff requests a higher limit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.access.roles import Role
from domain.case.waiting import Wait, WaitPolicy, wait_policy_from
from domain.notification.notification import Notice

LIMIT_REQUESTED = Notice(Role.SPECIALIST, "staff_limit_requested")
LIMIT_ANSWERED = Notice(Role.CLIENT, "renewal_limit_answered")
LIMIT_OFFERED = Notice(Role.CLIENT, "renewal_limit_offered")


class LimitRequestStatus(StrEnum):
    """The status of a request."""

    AWAITING_ANSWER = "awaiting_answer"
    ANSWERED = "answered"


@dataclass(frozen=True)
class LimitRequest:
    """Starts a case: the id of the stored request."""

    request_id: str


@dataclass(frozen=True)
class LimitOpening:
    """The instant (UTC) at which the case begins to wait."""

    request_id: str
    at: datetime


@dataclass(frozen=True)
class LimitAnswer:
    """A specialist's answer: the id of its row."""

    request_id: str
    answer_id: str
    at: datetime


@dataclass(frozen=True)
class LimitState:
    """The case's status, and how long it waits for whom."""

    status: LimitRequestStatus
    wait: Wait | None = None


def limit_request_workflow_id(request_id: str) -> str:
    """The workflow id: `limit-request-<id>`."""
    return f"limit-request-{request_id}"


def limit_wait_policy(document: Mapping[str, Any]) -> WaitPolicy:
    """The wait in the renewal policy's document; only an answer ends it."""
    return wait_policy_from(document["limit_request"], LimitRequestStatus)


def limit_reminder_for(waiting_for: Role, *, escalate: bool) -> Notice:
    """The notice that a client still waits; escalations go to the operator."""
    if escalate:
        return Notice(Role.OPERATOR, "staff_limit_escalation")
    return Notice(waiting_for, "staff_limit_reminder")
