"""Paths of an unpaid order: paid at each stage, promised, claimed, sued for, written off, held."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.access.roles import Role
from domain.banking.statement_import import MoneyOutcome
from domain.billing.payment_check import AcquirerAnswer
from domain.case.waiting import Wait
from domain.collection.collection import (
    CollectionOutcome,
    CollectionRefusal,
    CollectionRequest,
    CollectionStatus,
    CollectionTransitionResult,
)
from tests.workflows.process_paths import (
    Play,
    Process,
    ProcessPath,
    failing,
    retried,
    set_aside,
)
from tests.workflows.ticket_paths import passed, said, sent, signalled
from workflows.collection import CollectionWorkflow

DAY = timedelta(days=1)
BEGIN = datetime.now(UTC)
REQUEST = CollectionRequest("collection-7", "system")
S = CollectionStatus
NOTHING = MoneyOutcome(taken=0, held=0)
ASKED = ("ask_acquirer", "look_for", "advance")
"""What the end of a wait leads to."""


def until(days: float, ends_in: S) -> Wait:
    """The client is waited for so many days from the beginning."""
    return Wait(Role.CLIENT, BEGIN + days * DAY, ends_in=ends_in)


LAWYER = Wait(Role.ACCOUNTANT, BEGIN + 20 * DAY, (BEGIN + 13 * DAY,), BEGIN + 20 * DAY)


def at(
    status: S, changes: int, wait: Wait | None = None, refusal: str | None = None
) -> CollectionTransitionResult:
    return CollectionTransitionResult(status, changes, wait, refusal)


DUE = at(S.DUE, 1, until(1, S.CHECKING))


def proposed(changes: int) -> CollectionTransitionResult:
    """A proposal, made or taken back, moves nothing."""
    return at(S.DUE, changes, DUE.wait)


def collected(
    script: Mapping[str, Sequence[Any]], performed: Sequence[str], end: S, *plays: Play
) -> ProcessPath:
    """A path that begins as the API begins it; nobody else has news of the money."""
    looks = performed.count("look_for")
    steps: dict[str, Sequence[Any]] = {"open": [DUE], **script}
    if looks:
        steps.setdefault("ask_acquirer", [AcquirerAnswer.NOTHING_TO_ASK] * looks)
        steps.setdefault("look_for", [NOTHING] * looks)
    return ProcessPath(
        CollectionWorkflow.run,
        (REQUEST,),
        {_step(name): said_then for name, said_then in steps.items()},
        tuple(map(_step, ("open", *performed))),
        CollectionOutcome(end),
        plays,
        starts_with="ask",
    )


def _step(name: str) -> str:
    if name in ("remind", "escalate"):
        return name
    return f"money.{name}" if name == "look_for" else f"collection.{name}"


def refused(update: str, code: CollectionRefusal) -> Play:
    """A command that the case refuses by this code."""

    async def say(process: Process) -> None:
        with pytest.raises(WorkflowUpdateFailedError) as failed:
            await said(update)(process)
        assert isinstance(failed.value.cause, ApplicationError)
        assert failed.value.cause.type == code

    return say


COLLECTION_PATHS: Mapping[str, ProcessPath] = {
    "collection_paid_before_letter": collected(
        {"advance": [at(S.CHECKING, 2, until(2, S.CHECKING)), at(S.PAID, 3)]},
        ASKED * 2,
        S.PAID,
        passed(3),
    ),
    "collection_claimed": collected(
        {
            "advance": [
                at(S.CONTACTED, 2, until(2, S.REMINDED)),
                at(S.REMINDED, 3, until(3, S.CLAIM_SENT)),
                at(S.CLAIM_SENT, 4, until(33, S.LEGAL)),
            ],
            "recheck": [None, at(S.PAID, 6)],
            "propose_write_off": [at(S.CLAIM_SENT, 5, until(33, S.LEGAL))],
        },
        (*ASKED * 3, "recheck", "propose_write_off", "recheck"),
        S.PAID,
        passed(4),
        signalled("recheck"),
        said("propose_write_off"),
        signalled("recheck"),
    ),
    "collection_promise_kept": collected(
        {
            "give_reason": [at(S.DUE, 2, until(5, S.CHECKING))],
            "promise_payment": [at(S.PROMISED, 3, until(5, S.CONTACTED))],
            "recheck": [at(S.PAID, 4)],
            "ask_acquirer": [AcquirerAnswer.ANSWERED],
            "look_for": [NOTHING],
        },
        ("ask_acquirer", "look_for", "give_reason", "promise_payment", "recheck"),
        S.PAID,
        said("give_reason"),
        said("promise_payment"),
        signalled("recheck"),
    ),
    "collection_promise_broken": collected(
        {
            "promise_payment": [at(S.PROMISED, 2, until(5, S.CONTACTED))],
            "advance": [at(S.CONTACTED, 3, until(9, S.REMINDED))],
            "pause_collection": [at(S.CONTACTED, 4, until(12, S.REMINDED))],
            "cancel_collection": [at(S.CANCELLED, 5)],
        },
        ("promise_payment", *ASKED, "pause_collection", "cancel_collection"),
        S.CANCELLED,
        said("promise_payment"),
        passed(6),
        said("pause_collection"),
        said("cancel_collection"),
    ),
    "collection_lawyer": collected(
        {"advance": [at(S.LEGAL, 2, LAWYER)], "settle_debt": [at(S.SETTLED, 3)]},
        (*ASKED, "remind", "escalate", "settle_debt"),
        S.SETTLED,
        passed(20.5),
        said("settle_debt"),
    ),
    "collection_court": collected(
        {
            "to_lawyer": [at(S.LEGAL, 2, LAWYER)],
            "send_claim": [at(S.CLAIM_SENT, 3, until(31, S.LEGAL))],
            "advance": [at(S.LEGAL, 4, Wait(Role.ACCOUNTANT, BEGIN + 50 * DAY))],
            "record_court": [at(S.LEGAL, 5, Wait(Role.ACCOUNTANT, BEGIN + 60 * DAY))],
            "settle_debt": [at(S.SETTLED, 6)],
        },
        (
            *("to_lawyer", "ask_acquirer", "look_for", "send_claim"),
            *ASKED,
            "record_court",
            "settle_debt",
        ),
        S.SETTLED,
        said("to_lawyer"),
        said("send_claim"),
        passed(32),
        said("record_court"),
        said("settle_debt"),
    ),
    "collection_handed_back": collected(
        {
            "to_lawyer": [at(S.LEGAL, 2, LAWYER)],
            "from_lawyer": [at(S.REMINDED, 3, until(5, S.REMINDED))],
            "cancel_collection": [at(S.CANCELLED, 4)],
        },
        ("to_lawyer", "from_lawyer", "cancel_collection"),
        S.CANCELLED,
        said("to_lawyer"),
        said("from_lawyer"),
        said("cancel_collection"),
    ),
    "collection_written_off": collected(
        {
            "propose_write_off": [proposed(2), proposed(4)],
            "decline_write_off": [proposed(3)],
            "confirm_write_off": [at(S.WRITTEN_OFF, 5)],
        },
        ("propose_write_off", "decline_write_off", "propose_write_off", "confirm_write_off"),
        S.WRITTEN_OFF,
        said("propose_write_off"),
        said("decline_write_off"),
        said("propose_write_off"),
        said("confirm_write_off"),
    ),
    "collection_held": collected(
        {
            "advance": [
                at(S.CONTACTED, 2, until(2, S.REMINDED)),
                at(S.CONTACTED, 3, until(3, S.REMINDED)),
                at(S.REMINDED, 4, until(8, S.REMINDED)),
            ],
            "recheck": [at(S.PAID, 5)],
        },
        (*ASKED * 3, "recheck"),
        S.PAID,
        passed(4),
        signalled("recheck"),
    ),
    "collection_retried": collected(
        {
            "ask_acquirer": [failing(), AcquirerAnswer.SILENT],
            "advance": [failing(), failing(), at(S.CHECKING, 2, until(9, S.CHECKING))],
            "to_lawyer": [failing(), failing(), at(S.LEGAL, 3, LAWYER)],
            "cancel_collection": [at(S.CANCELLED, 4)],
        },
        (
            *("ask_acquirer", "ask_acquirer", "look_for", "advance", "advance", "advance"),
            *("to_lawyer", "to_lawyer", "to_lawyer", "cancel_collection"),
        ),
        S.CANCELLED,
        passed(1.5),
        retried,
        retried,
        sent("to_lawyer"),
        retried,
        said("cancel_collection"),
    ),
    "collection_given_up": collected(
        {
            "settle_debt": [failing(), failing()],
            "cancel_collection": [at(S.CANCELLED, 2)],
        },
        ("settle_debt", "settle_debt", "cancel_collection"),
        S.CANCELLED,
        sent("settle_debt"),
        set_aside,
        said("cancel_collection"),
    ),
    "collection_paid_meanwhile": collected(
        {
            "settle_debt": [at(S.DUE, 1, until(1, S.CHECKING), CollectionRefusal.PAID)],
            "recheck": [at(S.PAID, 2)],
        },
        ("settle_debt", "recheck"),
        S.PAID,
        refused("settle_debt", CollectionRefusal.PAID),
    ),
    "collection_calendar": collected(
        {
            "move_deadline": [at(S.DUE, 2, until(3, S.CHECKING))],
            "cancel_collection": [at(S.CANCELLED, 3)],
        },
        ("move_deadline", "cancel_collection"),
        S.CANCELLED,
        signalled("calendar_changed"),
        said("cancel_collection"),
    ),
}
"""Each ends by itself once everything in `plays` has been said."""
