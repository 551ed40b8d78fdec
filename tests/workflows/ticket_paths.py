"""Every path of a ticket: whose turn it is, what people say, how it ends."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError, WorkflowUpdateStage
from temporalio.exceptions import ApplicationError
from temporalio.testing import TimeSkipper

from domain.access.roles import Role
from domain.case.decision import Decision
from domain.case.waiting import Wait
from domain.ticket.ticket import (
    TicketOutcome,
    TicketRefusal,
    TicketRequest,
    TicketStatus,
    TicketTransitionResult,
)
from tests.workflows.case_under_test import PATIENCE, eventually
from tests.workflows.process_paths import (
    Play,
    Process,
    ProcessPath,
    failing,
    needs_operator,
    retried,
)
from workflows.ticket import TicketWorkflow

DAY = timedelta(days=1)
BEGIN = datetime.now(UTC)
REQUEST = TicketRequest("ticket-1", "7d1f4a52-2a0b-4c1e-9a45-3d1c0c7f5a11", "client")
SPECIALIST = Wait(Role.SPECIALIST, BEGIN + DAY, (BEGIN + DAY / 2,))
CLIENT = Wait(Role.CLIENT, BEGIN + 7 * DAY, (BEGIN + 3 * DAY,), ends_in=TicketStatus.RESOLVED)
ASIDE = Wait(Role.SPECIALIST, BEGIN + 3 * DAY, ends_in=TicketStatus.CLOSED)
THIRD_PARTY = Wait(Role.SPECIALIST, BEGIN + 2 * DAY, ends_in=TicketStatus.OPEN)
LATER = Wait(Role.SPECIALIST, BEGIN + 4 * DAY, (BEGIN + 3 * DAY,))
REOPENING = Wait(Role.CLIENT, BEGIN + 10 * DAY, ends_in=TicketStatus.CLOSED)


def at(
    status: TicketStatus, changes: int, wait: Wait | None, refusal: str | None = None
) -> TicketTransitionResult:
    return TicketTransitionResult(status, changes, wait, refusal)


NEW = at(TicketStatus.NEW, 1, SPECIALIST)
CLOSED = TicketOutcome(TicketStatus.CLOSED)


def said(update: str) -> Play:
    """A command, and its answer."""

    async def say(process: Process) -> None:
        await process.execute_update(update, Decision("who", "s-1"), rpc_timeout=PATIENCE)

    return say


def refused(update: str, code: TicketRefusal) -> Play:
    """A command that the ticket refuses by this code."""

    async def say(process: Process) -> None:
        with pytest.raises(WorkflowUpdateFailedError) as failed:
            await said(update)(process)
        assert isinstance(failed.value.cause, ApplicationError)
        assert failed.value.cause.type == code

    return say


def sent(update: str) -> Play:
    """A command whose step fails first."""

    async def send(process: Process) -> None:
        await process.start_update(
            update,
            Decision("who", "s-1"),
            wait_for_stage=WorkflowUpdateStage.ACCEPTED,
            rpc_timeout=PATIENCE,
        )

    return send


def signalled(signal: str) -> Play:
    async def tell(process: Process) -> None:
        await process.signal(signal)

    return tell


def passed(days: float) -> Play:
    """Time goes by, once the process waits: what it does before would find that its time is over,
    and begin the next wait after it.
    """

    async def waits(process: Process) -> bool:
        described = (await process.describe()).raw_description
        return not (described.HasField("pending_workflow_task") or described.pending_activities)

    async def wait(process: Process) -> None:
        await eventually(lambda: waits(process))
        await TimeSkipper(process._client).fast_forward(process, days * DAY)

    return wait


async def missed(process: Process) -> None:
    """The deadline of our turn goes by."""
    await passed(1.5)(process)
    await eventually(lambda: needs_operator(process))


def ticket(
    script: Mapping[str, Sequence[Any]], performed: Sequence[str], *plays: Play
) -> ProcessPath:
    """A path that begins as the API begins it."""
    return ProcessPath(
        TicketWorkflow.run, (REQUEST,), script, performed, CLOSED, plays, starts_with="ask"
    )


def _lapses(first: int) -> list[TicketTransitionResult]:
    """The client never writes again: resolved, then closed."""
    return [
        at(TicketStatus.RESOLVED, first, REOPENING),
        at(TicketStatus.CLOSED, first + 1, None),
    ]


TICKET_PATHS: Mapping[str, ProcessPath] = {
    "ticket_answered": ticket(
        {
            "open": [NEW],
            "take": [at(TicketStatus.OPEN, 2, SPECIALIST)],
            "answer": [at(TicketStatus.WAITING_CLIENT, 3, CLIENT)],
            "lapse": _lapses(4),
        },
        ("open", "take", "answer", "remind", "lapse", "lapse"),
        said("take"),
        said("answer"),
        passed(11),
    ),
    "ticket_reopened": ticket(
        {
            "open": [NEW],
            "answer": [
                at(TicketStatus.RESOLVED, 2, REOPENING),
                at(TicketStatus.WAITING_CLIENT, 4, CLIENT),
            ],
            "reply": [at(TicketStatus.OPEN, 3, SPECIALIST)],
            "archive": [at(TicketStatus.RESOLVED, 5, REOPENING)],
            "lapse": [at(TicketStatus.CLOSED, 6, None)],
        },
        ("open", "answer", "reply", "answer", "archive", "lapse"),
        refused("archive", TicketRefusal.NOT_ALLOWED_IN_STATUS),
        said("answer"),
        said("reply"),
        said("answer"),
        said("archive"),
        passed(11),
    ),
    "ticket_overdue": ticket(
        {
            "open": [NEW],
            "move_deadline": [None],
            "answer": [at(TicketStatus.WAITING_CLIENT, 2, CLIENT)],
            "lapse": _lapses(3),
        },
        ("open", "move_deadline", "remind", "escalate", "answer", "remind", "lapse", "lapse"),
        signalled("calendar_changed"),
        missed,
        said("answer"),
        passed(11),
    ),
    "ticket_answered_meanwhile": ticket(
        {
            "open": [NEW],
            "answer": [
                at(TicketStatus.NEW, 1, SPECIALIST, TicketRefusal.ANSWERED_MEANWHILE),
                at(TicketStatus.RESOLVED, 2, REOPENING),
            ],
            "lapse": [at(TicketStatus.CLOSED, 3, None)],
        },
        ("open", "answer", "answer", "lapse"),
        refused("answer", TicketRefusal.ANSWERED_MEANWHILE),
        said("answer"),
        passed(11),
    ),
    "ticket_behind": ticket(
        {
            "open": [NEW],
            "catch_up": [at(TicketStatus.RESOLVED, 2, REOPENING)],
            "lapse": [at(TicketStatus.CLOSED, 3, None)],
        },
        ("open", "catch_up", "lapse"),
        signalled("recheck"),
        passed(11),
    ),
    "ticket_merged": ticket(
        {
            "open": [NEW],
            "merge": [
                at(TicketStatus.NEW, 1, SPECIALIST, TicketRefusal.MERGE_NOT_OPEN),
                at(TicketStatus.MERGED, 2, ASIDE),
                at(TicketStatus.MERGED, 4, ASIDE),
            ],
            "unmerge": [at(TicketStatus.OPEN, 3, SPECIALIST)],
            "lapse": [at(TicketStatus.CLOSED, 5, None)],
        },
        ("open", "merge", "merge", "unmerge", "merge", "lapse"),
        refused("merge", TicketRefusal.MERGE_NOT_OPEN),
        said("merge"),
        refused("reply", TicketRefusal.NOT_ALLOWED_IN_STATUS),
        said("unmerge"),
        said("merge"),
        passed(11),
    ),
    "ticket_spam": ticket(
        {
            "open": [NEW],
            "mark_spam": [at(TicketStatus.SPAM, 2, ASIDE), at(TicketStatus.SPAM, 4, ASIDE)],
            "unmark_spam": [at(TicketStatus.OPEN, 3, SPECIALIST)],
            "lapse": [at(TicketStatus.CLOSED, 5, None)],
        },
        ("open", "mark_spam", "unmark_spam", "mark_spam", "lapse"),
        refused("unmark_spam", TicketRefusal.NOT_ALLOWED_IN_STATUS),
        said("mark_spam"),
        refused("answer", TicketRefusal.NOT_ALLOWED_IN_STATUS),
        said("unmark_spam"),
        said("mark_spam"),
        passed(11),
    ),
    "ticket_third_party": ticket(
        {
            "open": [NEW],
            "answer": [
                at(TicketStatus.WAITING_CLIENT, 2, CLIENT),
                at(TicketStatus.RESOLVED, 6, REOPENING),
            ],
            "reply": [at(TicketStatus.OPEN, 3, SPECIALIST)],
            "await_third_party": [at(TicketStatus.WAITING_THIRD_PARTY, 4, THIRD_PARTY)],
            "lapse": [at(TicketStatus.OPEN, 5, LATER), at(TicketStatus.CLOSED, 7, None)],
        },
        ("open", "answer", "reply", "await_third_party", "lapse", "answer", "lapse"),
        refused("await_third_party", TicketRefusal.NOT_ALLOWED_IN_STATUS),
        said("answer"),
        said("reply"),
        said("await_third_party"),
        passed(2.5),
        said("answer"),
        passed(11),
    ),
    "ticket_retried": ticket(
        {
            "open": [NEW],
            "answer": [failing(), failing(), at(TicketStatus.RESOLVED, 2, REOPENING)],
            "lapse": [at(TicketStatus.CLOSED, 3, None)],
        },
        ("open", "answer", "answer", "answer", "lapse"),
        sent("answer"),
        retried,
        passed(11),
    ),
}
"""Each ends by itself once everything in `plays` has been said."""
