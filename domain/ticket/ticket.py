"""A support ticket: its statuses, its commands, and the messages of its process."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from domain.case.decision import NOT_ALLOWED_IN_STATUS
from domain.case.waiting import Wait


class TicketStatus(StrEnum):
    """The status of a ticket. `NEW`: nobody of ours has taken or answered it yet. `MERGED`: its
    messages stand in the thread of another ticket of its client; that can be undone for some days.
    `SPAM`: no client of ours has asked it; that can be taken back for some days.
    """

    NEW = "new"
    OPEN = "open"
    WAITING_CLIENT = "waiting_client"
    WAITING_THIRD_PARTY = "waiting_third_party"
    MERGED = "merged"
    SPAM = "spam"
    RESOLVED = "resolved"
    CLOSED = "closed"


TICKET_MOVES: Mapping[TicketStatus, frozenset[TicketStatus]] = MappingProxyType(
    {
        TicketStatus.NEW: frozenset(
            {
                TicketStatus.OPEN,
                TicketStatus.WAITING_CLIENT,
                TicketStatus.RESOLVED,
                TicketStatus.MERGED,
                TicketStatus.SPAM,
            }
        ),
        TicketStatus.OPEN: frozenset(
            {
                TicketStatus.WAITING_CLIENT,
                TicketStatus.WAITING_THIRD_PARTY,
                TicketStatus.RESOLVED,
                TicketStatus.MERGED,
                TicketStatus.SPAM,
            }
        ),
        TicketStatus.WAITING_CLIENT: frozenset(
            {TicketStatus.OPEN, TicketStatus.RESOLVED, TicketStatus.MERGED, TicketStatus.SPAM}
        ),
        TicketStatus.WAITING_THIRD_PARTY: frozenset(
            {
                TicketStatus.OPEN,
                TicketStatus.WAITING_CLIENT,
                TicketStatus.RESOLVED,
                TicketStatus.SPAM,
            }
        ),
        TicketStatus.MERGED: frozenset({TicketStatus.OPEN, TicketStatus.CLOSED}),
        TicketStatus.SPAM: frozenset({TicketStatus.OPEN, TicketStatus.CLOSED}),
        TicketStatus.RESOLVED: frozenset(
            {TicketStatus.OPEN, TicketStatus.WAITING_CLIENT, TicketStatus.CLOSED}
        ),
        TicketStatus.CLOSED: frozenset(),
    }
)
"""Where a ticket goes; every change but the last one may also leave its status."""

OUR_TURN = frozenset({TicketStatus.NEW, TicketStatus.OPEN})
"""The statuses in which the clocks run."""


class TicketAction(StrEnum):
    """What people do with a ticket: clients the first three, staff the rest."""

    REPLY = "reply"
    HASTEN = "hasten"
    ARCHIVE = "archive"
    ANSWER = "answer"
    TAKE = "take"
    TRANSFER = "transfer"
    ESCALATE = "escalate"
    RESOLVE = "resolve"
    AWAIT_THIRD_PARTY = "await_third_party"
    MERGE = "merge"
    UNMERGE = "unmerge"
    MARK_SPAM = "mark_spam"
    UNMARK_SPAM = "unmark_spam"


MERGEABLE = frozenset({TicketStatus.NEW, TicketStatus.OPEN, TicketStatus.WAITING_CLIENT})
"""The statuses in which a ticket is merged into another, or takes another in."""

_BACK = frozenset({TicketAction.UNMERGE, TicketAction.UNMARK_SPAM})
_OURS = frozenset(TicketAction) - {TicketAction.ARCHIVE} - _BACK
TICKET_ACTIONS: Mapping[TicketStatus, frozenset[TicketAction]] = MappingProxyType(
    {
        TicketStatus.NEW: _OURS - {TicketAction.AWAIT_THIRD_PARTY},
        TicketStatus.OPEN: _OURS,
        TicketStatus.WAITING_CLIENT: frozenset(
            {
                TicketAction.REPLY,
                TicketAction.ARCHIVE,
                TicketAction.ANSWER,
                TicketAction.TAKE,
                TicketAction.TRANSFER,
                TicketAction.RESOLVE,
                TicketAction.MERGE,
                TicketAction.MARK_SPAM,
            }
        ),
        TicketStatus.WAITING_THIRD_PARTY: frozenset(
            {
                TicketAction.REPLY,
                TicketAction.ANSWER,
                TicketAction.TAKE,
                TicketAction.ESCALATE,
                TicketAction.RESOLVE,
                TicketAction.AWAIT_THIRD_PARTY,
                TicketAction.MARK_SPAM,
            }
        ),
        TicketStatus.MERGED: frozenset({TicketAction.UNMERGE}),
        TicketStatus.SPAM: frozenset({TicketAction.UNMARK_SPAM}),
        TicketStatus.RESOLVED: frozenset(
            {TicketAction.REPLY, TicketAction.ARCHIVE, TicketAction.ANSWER}
        ),
        TicketStatus.CLOSED: frozenset(),
    }
)
"""What a ticket takes in each status."""


OF_THE_DEPARTMENT = frozenset(
    {
        TicketAction.ANSWER,
        TicketAction.TAKE,
        TicketAction.TRANSFER,
        TicketAction.RESOLVE,
        TicketAction.AWAIT_THIRD_PARTY,
        TicketAction.MERGE,
        TicketAction.UNMERGE,
        TicketAction.MARK_SPAM,
        TicketAction.UNMARK_SPAM,
    }
)
"""What the staff of a department does, where it names one; operators do it, too."""


class TicketRefusal(StrEnum):
    """Why a ticket refuses a command."""

    ABORTED = "aborted"
    NOT_ALLOWED_IN_STATUS = NOT_ALLOWED_IN_STATUS
    CLOSED = "ticket_closed"
    ANSWERED_MEANWHILE = "ticket_answered_meanwhile"
    TAKEN_MEANWHILE = "ticket_taken_meanwhile"
    HASTENED = "ticket_hastened"
    NOT_ANSWERED_YET = "ticket_not_answered_yet"
    ARCHIVED_BY_US = "ticket_archived_by_us"
    OF_OTHER_STAFF = "ticket_of_other_staff"
    MERGE_NOT_OPEN = "ticket_merge_not_open"
    MERGE_HOLDS_OTHERS = "ticket_merge_holds_others"
    MERGE_DUE_EARLIER = "ticket_merge_due_earlier"


@dataclass(frozen=True)
class TicketRequest:
    """Starts a ticket: its id, the id of what the client wrote, and who."""

    ticket_id: str
    opening_id: str
    opened_by: str


@dataclass(frozen=True)
class TicketOpening:
    """The instant (UTC) at which a ticket is opened."""

    request: TicketRequest
    at: datetime


@dataclass(frozen=True)
class TicketChange:
    """One numbered change of a ticket; `at` is UTC."""

    ticket_id: str
    number: int
    at: datetime
    by: str
    submission_id: str | None = None


@dataclass(frozen=True)
class TicketTransitionResult:
    """Where a ticket is after a step: its status, the number of its last change, whom it waits for;
    or why the step was refused.
    """

    status: TicketStatus
    changes: int
    wait: Wait | None = None
    refusal: str | None = None


@dataclass(frozen=True)
class TicketOutcome:
    """How the process ended."""

    status: TicketStatus


class ClientStatus(StrEnum):
    """A ticket's status in the words that its client reads."""

    NEW_MESSAGES = "new_messages"
    UNDER_REVIEW = "under_review"
    AWAITING_REPLY = "awaiting_reply"
    VIEWED = "viewed"
    ARCHIVED = "archived"


def client_status(
    status: TicketStatus, *, answers: int, seen_answers: int, is_archived: bool
) -> ClientStatus:
    """What a client reads: an answer that it has not seen comes before everything else.

    A merged ticket is put away: its messages stand in another. So is one that is held for spam:
    whoever wrote it is not told.
    """
    if status in (TicketStatus.MERGED, TicketStatus.SPAM):
        return ClientStatus.ARCHIVED
    if answers > seen_answers and not is_archived:
        return ClientStatus.NEW_MESSAGES
    if status in OUR_TURN or status is TicketStatus.WAITING_THIRD_PARTY:
        return ClientStatus.UNDER_REVIEW
    if status is TicketStatus.WAITING_CLIENT:
        return ClientStatus.AWAITING_REPLY
    return ClientStatus.ARCHIVED if is_archived else ClientStatus.VIEWED


def ticket_workflow_id(number: int) -> str:
    """The id of a ticket and of its workflow: `ticket-<number>`."""
    return f"ticket-{number}"


def ticket_number(ticket_id: str) -> int | None:
    """The number in a ticket's id; None for an id of something else."""
    kind, _, number = ticket_id.partition("-")
    return int(number) if kind == "ticket" and number.isdecimal() else None
