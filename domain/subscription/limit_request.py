"""A client at the biggest tariff asks for a higher limit: the messages of its case."""

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
    """Where a request is."""

    AWAITING_ANSWER = "awaiting_answer"
    ANSWERED = "answered"


@dataclass(frozen=True)
class LimitRequest:
    """What starts a case: the row that holds what the client wrote."""

    request_id: str


@dataclass(frozen=True)
class LimitOpening:
    """The case begins to wait at this instant (UTC)."""

    request_id: str
    at: datetime


@dataclass(frozen=True)
class LimitAnswer:
    """A specialist's answer: the row that holds it."""

    request_id: str
    answer_id: str
    at: datetime


@dataclass(frozen=True)
class LimitState:
    """Where the case is, and how long it waits for whom."""

    status: LimitRequestStatus
    wait: Wait | None = None


def limit_request_workflow_id(request_id: str) -> str:
    """The case's id: `limit-request-<id>`."""
    return f"limit-request-{request_id}"


def limit_wait_policy(document: Mapping[str, Any]) -> WaitPolicy:
    """The row of the renewal policy's document; nothing ends the wait but an answer."""
    return wait_policy_from(document["limit_request"], LimitRequestStatus)


def limit_reminder_for(waiting_for: Role, *, escalate: bool) -> Notice:
    """The role reminded that a client still waits; escalations go to the operator."""
    if escalate:
        return Notice(Role.OPERATOR, "staff_limit_escalation")
    return Notice(waiting_for, "staff_limit_reminder")
