"""Paths of a dispute: found and accepted, decided by people, objected to, decided outside; and of
the look for what the acquirer took back.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError

from domain.access.roles import Role
from domain.case.decision import Decision
from domain.case.waiting import Wait
from domain.dispute.dispute import (
    DisputeOutcome,
    DisputeRefusal,
    DisputeRequest,
    DisputeStatus,
    DisputeTransitionResult,
)
from domain.dispute.taken_back import TakenBackLook
from tests.workflows.case_under_test import PATIENCE, eventually
from tests.workflows.process_paths import (
    Play,
    Process,
    ProcessPath,
    failing,
    needs_operator,
    retried,
    set_aside,
)
from tests.workflows.ticket_paths import passed, said, sent, signalled
from workflows.case.kernel import CASE_STATUS
from workflows.dispute import DisputeWorkflow
from workflows.taken_back import TakenBackWorkflow

DAY = timedelta(days=1)
BEGIN = datetime.now(UTC)
REQUEST = DisputeRequest("dispute-7-1", "7", 1, "7d1f4a52-2a0b-4c1e-9a45-3d1c0c7f5a13", "client")
S = DisputeStatus
OURS = Wait(Role.SPECIALIST, BEGIN + 90 * DAY)
AT_ONCE = Wait(Role.SPECIALIST, BEGIN, ends_in=S.REVIEW)
PAPERS = Wait(Role.CLIENT, BEGIN + 14 * DAY, (BEGIN + 3 * DAY,), ends_in=S.REVIEW)
ANNOUNCED = Wait(Role.CLIENT, BEGIN + DAY, ends_in=S.RESOLVED_CLIENT)
OBJECTION = Wait(Role.CLIENT, BEGIN + 14 * DAY, ends_in=S.CLOSED)
DUE_SOON = Wait(Role.SPECIALIST, BEGIN + 5 * DAY, (BEGIN + 2 * DAY,), BEGIN + 4 * DAY)


def at(
    status: S, changes: int, wait: Wait | None = OURS, refusal: str | None = None
) -> DisputeTransitionResult:
    return DisputeTransitionResult(status, changes, wait, refusal)


def checked(*, by: DisputeTransitionResult) -> dict[str, Sequence[Any]]:
    """It was looked into once: the look leads on."""
    return {
        "open": [at(S.OPENED, 1, None)],
        "begin": [at(S.CHECKING, 2, AT_ONCE)],
        "look": [by],
    }


REVIEWED = checked(by=at(S.REVIEW, 3))
LOOKS = ("open", "begin", "look")


def dispute(
    script: Mapping[str, Sequence[Any]], performed: Sequence[str], end: S, *plays: Play
) -> ProcessPath:
    """A path that begins as the API begins it."""
    script = {f"dispute.{name}": answers for name, answers in script.items()}
    own = ("remind", "escalate")
    steps = [name if name in own else f"dispute.{name}" for name in performed]
    return ProcessPath(
        DisputeWorkflow.run,
        (REQUEST,),
        script,
        steps,
        DisputeOutcome(end),
        plays,
        starts_with="ask",
        asked=(REQUEST,),
    )


def taken_back(
    script: Mapping[str, Sequence[Any]], performed: Sequence[str], found: int, *plays: Play
) -> ProcessPath:
    script = {f"taken_back.{name}": answers for name, answers in script.items()}
    steps = [f"taken_back.{name}" for name in performed]
    look = TakenBackLook("2d1f4a52-000f-5000-8000-1c0c7f5a1311")
    return ProcessPath(TakenBackWorkflow.run, (look,), script, steps, found, plays)


def reached(status: S) -> Play:
    """The process has come so far: what is said next comes after that."""

    async def wait(process: Process) -> None:
        async def is_there() -> bool:
            described = await process.describe()
            return described.typed_search_attributes.get(CASE_STATUS) == status

        await eventually(is_there)

    return wait


def refused(update: str, code: DisputeRefusal) -> Play:
    async def say(process: Process) -> None:
        with pytest.raises(WorkflowUpdateFailedError) as failed:
            await process.execute_update(update, Decision("who", "s-1"), rpc_timeout=PATIENCE)
        assert getattr(failed.value.cause, "type", None) == code

    return say


async def escalated(process: Process) -> None:
    """The deadline of our turn has gone by."""
    await eventually(lambda: needs_operator(process))


async def stuck(process: Process) -> None:
    """A step waits for the operator."""
    await eventually(lambda: needs_operator(process))


async def told_again(process: Process) -> None:
    """The acquirer speaks while the look waits for the operator."""
    await eventually(lambda: needs_operator(process))
    await process.signal("acquirer_said")
    await retried(process)


DISPUTE_PATHS: Mapping[str, ProcessPath] = {
    "dispute_refunded": dispute(
        {
            **REVIEWED,
            "hasten": [at(S.REVIEW, 4)],
            "decide": [at(S.RESOLVED_CLIENT, 5, None)],
            "begin_performing": [failing(), at(S.PERFORMING, 6)],
            "performed": [None, at(S.CLOSED, 7, None)],
            "catch_up": [at(S.PERFORMING, 6)],
        },
        (
            *LOOKS,
            *("hasten", "decide", "begin_performing", "begin_performing", "performed"),
            *("catch_up", "performed"),
        ),
        S.CLOSED,
        reached(S.REVIEW),
        said("hasten"),
        said("decide"),
        retried,
        reached(S.PERFORMING),
        signalled("recheck"),
    ),
    "dispute_compensated": dispute(
        {
            **REVIEWED,
            "answer": [at(S.REVIEW, 4)],
            "decide": [at(S.RESOLVED_PARTLY, 5, None)],
            "begin_performing": [at(S.PERFORMING, 6)],
            "performed": [None, at(S.CLOSED, 8, None)],
            "perform": [at(S.PERFORMING, 7)],
        },
        (*LOOKS, "answer", "decide", "begin_performing", "performed", "perform", "performed"),
        S.CLOSED,
        reached(S.REVIEW),
        said("answer"),
        said("decide"),
        reached(S.PERFORMING),
        said("perform"),
    ),
    "dispute_put_right": dispute(
        {
            **REVIEWED,
            "decide": [at(S.RESOLVED_CLIENT, 4, None)],
            "begin_performing": [at(S.PERFORMING, 5)],
            "performed": [None, at(S.CLOSED, 7, None)],
            "correct": [at(S.PERFORMING, 6)],
        },
        (*LOOKS, "decide", "begin_performing", "performed", "correct", "performed"),
        S.CLOSED,
        reached(S.REVIEW),
        said("decide"),
        reached(S.PERFORMING),
        said("correct"),
    ),
    "dispute_accepted_by_itself": dispute(
        {
            **checked(by=at(S.PROPOSAL, 3, ANNOUNCED)),
            "lapse": [at(S.RESOLVED_CLIENT, 4, None)],
            "begin_performing": [at(S.PERFORMING, 5)],
            "performed": [at(S.CLOSED, 6, None)],
        },
        (*LOOKS, "lapse", "begin_performing", "performed"),
        S.CLOSED,
        reached(S.PROPOSAL),
        passed(1.5),
    ),
    "dispute_stopped_by_a_reply": dispute(
        {
            **checked(by=at(S.PROPOSAL, 3, ANNOUNCED)),
            "reply": [at(S.REVIEW, 4)],
            "decide": [at(S.REJECTED, 5, OBJECTION)],
            "lapse": [at(S.CLOSED, 6, None)],
        },
        (*LOOKS, "reply", "decide", "lapse"),
        S.CLOSED,
        reached(S.PROPOSAL),
        said("reply"),
        said("decide"),
        passed(15),
    ),
    "dispute_corrected_after_looks": dispute(
        {
            "open": [at(S.OPENED, 1, None)],
            "begin": [at(S.CHECKING, 2, AT_ONCE)],
            "look": [
                at(S.CHECKING, 3, Wait(Role.SPECIALIST, BEGIN + DAY / 2, ends_in=S.REVIEW)),
                at(S.PROPOSAL, 4, Wait(Role.CLIENT, BEGIN + 2 * DAY, ends_in=S.RESOLVED_CLIENT)),
            ],
            "lapse": [at(S.RESOLVED_CLIENT, 5, None)],
            "begin_performing": [at(S.PERFORMING, 6)],
            "performed": [at(S.CLOSED, 7, None)],
        },
        (*LOOKS, "look", "lapse", "begin_performing", "performed"),
        S.CLOSED,
        passed(1),
        reached(S.PROPOSAL),
        passed(2),
    ),
    "dispute_papers_asked_for": dispute(
        {
            **checked(by=at(S.COLLECTING, 3, PAPERS)),
            "submit": [at(S.REVIEW, 4)],
            "ask_papers": [at(S.COLLECTING, 5, PAPERS)],
            "lapse": [at(S.REVIEW, 6)],
            "withdraw": [at(S.WITHDRAWN, 7, None)],
        },
        (*LOOKS, "submit", "ask_papers", "remind", "lapse", "withdraw"),
        S.WITHDRAWN,
        reached(S.COLLECTING),
        refused("hasten", DisputeRefusal.NOT_ALLOWED_IN_STATUS),
        said("submit"),
        said("ask_papers"),
        passed(15),
        reached(S.REVIEW),
        said("withdraw"),
    ),
    "dispute_objected_to": dispute(
        {
            **REVIEWED,
            "decide": [
                at(S.REVIEW, 3, OURS, DisputeRefusal.HANDED_IN_MEANWHILE),
                at(S.REJECTED, 4, OBJECTION),
                at(S.AWAITING_APPROVAL, 6),
            ],
            "appeal": [at(S.APPEALED, 5)],
            "approve": [at(S.RESOLVED_CLIENT, 7, None)],
            "begin_performing": [at(S.PERFORMING, 8)],
            "performed": [at(S.CLOSED, 9, None)],
        },
        (
            *LOOKS,
            *("decide", "decide", "appeal", "decide", "approve", "begin_performing", "performed"),
        ),
        S.CLOSED,
        reached(S.REVIEW),
        refused("decide", DisputeRefusal.HANDED_IN_MEANWHILE),
        said("decide"),
        said("appeal"),
        said("decide"),
        said("approve"),
    ),
    "dispute_sent_back": dispute(
        {
            **REVIEWED,
            "decide": [at(S.AWAITING_APPROVAL, 4)],
            "send_back": [at(S.REVIEW, 5)],
            "withdraw": [at(S.WITHDRAWN, 6, None)],
        },
        (*LOOKS, "decide", "send_back", "withdraw"),
        S.WITHDRAWN,
        reached(S.REVIEW),
        said("decide"),
        said("send_back"),
        said("withdraw"),
    ),
    "dispute_lost_at_court": dispute(
        {
            **REVIEWED,
            "receive_claim": [at(S.CLAIM_RECEIVED, 4)],
            "decide": [at(S.REJECTED, 5, OBJECTION)],
            "go_outside": [at(S.OUTSIDE, 6)],
            "end_outside": [at(S.LOST, 7, None)],
            "close": [at(S.CLOSED, 8, None)],
        },
        (*LOOKS, "receive_claim", "decide", "go_outside", "end_outside", "close"),
        S.CLOSED,
        reached(S.REVIEW),
        said("receive_claim"),
        said("decide"),
        said("go_outside"),
        said("end_outside"),
    ),
    "dispute_of_a_chargeback": dispute(
        {
            "open": [at(S.OPENED, 1, None)],
            "begin": [at(S.OUTSIDE, 2)],
            "end_outside": [at(S.WON, 3, None)],
            "close": [failing(), failing(), at(S.CLOSED, 4, None)],
        },
        ("open", "begin", "end_outside", "close", "close", "close"),
        S.CLOSED,
        reached(S.OUTSIDE),
        said("end_outside"),
        retried,
    ),
    "dispute_overdue": dispute(
        {
            **checked(by=at(S.REVIEW, 3, DUE_SOON)),
            "move_deadline": [None],
            "catch_up": [at(S.WITHDRAWN, 4, None)],
        },
        (*LOOKS, "move_deadline", "remind", "escalate", "escalate", "catch_up"),
        S.WITHDRAWN,
        reached(S.REVIEW),
        signalled("calendar_changed"),
        passed(5.5),
        escalated,
        signalled("recheck"),
    ),
    "dispute_withdrawn_while_looked_into": dispute(
        {
            "open": [at(S.OPENED, 1, None)],
            "begin": [at(S.CHECKING, 2, AT_ONCE)],
            "look": [failing(), failing()],
            "reply": [at(S.CHECKING, 3, AT_ONCE)],
            "withdraw": [at(S.WITHDRAWN, 4, None)],
        },
        (*LOOKS, "reply", "look", "withdraw"),
        S.WITHDRAWN,
        stuck,
        said("reply"),
        stuck,
        said("withdraw"),
    ),
    "dispute_operator_gives_up": dispute(
        {
            **REVIEWED,
            "decide": [failing(), failing()],
            "withdraw": [at(S.WITHDRAWN, 4, None)],
        },
        (*LOOKS, "decide", "decide", "withdraw"),
        S.WITHDRAWN,
        reached(S.REVIEW),
        sent("decide"),
        set_aside,
        said("withdraw"),
    ),
    "taken_back": taken_back({"look": [1], "dispute": [1]}, ("look", "dispute"), 1),
    "taken_back_told_again": taken_back(
        {"look": [failing(), 1, 1], "dispute": [1, 0]},
        ("look", "look", "dispute", "look", "dispute"),
        1,
        told_again,
    ),
}
"""Each ends by itself once everything in `plays` has been said."""
