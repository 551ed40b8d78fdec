"""Every path of a payment by card."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.testing import TimeSkipper

from domain.banking.incoming_money import Notified
from domain.card.card_payment import CardAnswer, CardEnd, CardPaymentRequest, CardStatus
from tests.workflows.case_under_test import eventually
from tests.workflows.process_paths import (
    Play,
    Process,
    ProcessPath,
    failing,
    needs_operator,
    retried,
    set_aside,
)
from workflows.card_payment import MAX_POLLS, CardPaymentWorkflow

CARD = CardPaymentRequest("0d2b1c1e-55a1-4a68-9d4d-1c1b7f0f2a11", "KP-2026-000123", 1_220_00)
PREPARED = CardAnswer(CardStatus.PREPARED)
PENDING = CardAnswer(CardStatus.PENDING)
UNKNOWN = CardAnswer(CardStatus.UNKNOWN, "acquirer answered 500")
PAID = CardAnswer(CardStatus.PAID)
DECLINED = CardAnswer(CardStatus.CANCELLED, "insufficient_funds")
LONG = timedelta(days=5)


def ended(reason: CardEnd) -> CardAnswer:
    """A payment that we have ended."""
    return CardAnswer(CardStatus.CANCELLED, reason)


async def told(process: Process) -> None:
    await process.signal("acquirer_said")


async def stopped(process: Process) -> None:
    await process.signal("stop")


def after(looks: int, play: Play) -> Play:
    """The play once the acquirer has been asked so often."""

    async def late(process: Process) -> None:
        async def enough() -> bool:
            history = await process.fetch_history()
            kinds = [event.event_type for event in history.events]
            return kinds.count(EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED) >= looks

        await eventually(enough)
        await play(process)

    return late


def stuck(play: Play) -> Play:
    """The play once a step waits for the operator."""

    async def late(process: Process) -> None:
        await eventually(lambda: needs_operator(process))
        await play(process)

    return late


async def forgotten(process: Process) -> None:
    """Days pass, and nobody pays."""
    await TimeSkipper(process._client).fast_forward(process, LONG)


def card(
    asked: Sequence[Any],
    outcome: CardAnswer,
    *plays: Play,
    prepared: CardAnswer = PREPARED,
    closed: CardAnswer | None = None,
    notified_cases: Sequence[Any] = (Notified(1, 0),),
) -> ProcessPath:
    """A path by what the acquirer says each time it is asked, and how we close it if we do."""
    closing = [] if closed is None else [closed]
    return ProcessPath(
        CardPaymentWorkflow.run,
        (CARD,),
        {"prepare": [prepared], "ask": asked, "close": closing, "notify": notified_cases},
        (
            "prepare",
            *["ask"] * len(asked),
            *["close"] * len(closing),
            *["notify"] * len(notified_cases),
        ),
        outcome,
        plays,
    )


VOID = ended(CardEnd.INVOICE_VOID)
STOPPED = ended(CardEnd.STOPPED)
GIVEN_UP = ended(CardEnd.GIVEN_UP)
LATE = ended(CardEnd.NOT_PAID_IN_TIME)

CARD_PATHS: Mapping[str, ProcessPath] = {
    "card_paid": card([PENDING, PAID], PAID, told),
    "card_declined": card([PENDING, DECLINED], DECLINED, told),
    "card_unknown": card([UNKNOWN, PENDING, PAID], PAID, told, after(2, told)),
    "card_refused": card([VOID], VOID, prepared=VOID),
    "card_recorded_before": card([], PAID, prepared=PAID),
    "card_late": card([PAID], PAID, prepared=LATE),
    "card_forgotten": card([PENDING] * (MAX_POLLS + 1), LATE, forgotten, closed=LATE),
    "card_stopped": card([PENDING, PENDING], STOPPED, stopped, closed=STOPPED),
    "card_stopped_too_late": card([PENDING, PAID], PAID, stopped),
    "card_retried": card([failing(), PAID], PAID, retried),
    "card_given_up": card([failing()], GIVEN_UP, set_aside, closed=GIVEN_UP),
    "card_told_of_twice": card(
        [PENDING, PAID], PAID, told, retried, notified_cases=(failing(), Notified(1, 0))
    ),
    "card_told_while_stuck": card([PENDING, failing(), PAID], PAID, told, stuck(told)),
    "card_stopped_while_stuck": card(
        [PENDING, failing(), PENDING], STOPPED, told, stuck(stopped), closed=STOPPED
    ),
    "card_told_while_ending": ProcessPath(
        CardPaymentWorkflow.run,
        (CARD,),
        {
            "prepare": [PREPARED],
            "ask": [PENDING, PENDING, PAID],
            "close": [STOPPED],
            "notify": [failing(), Notified(1, 0), Notified(1, 0)],
        },
        ("prepare", "ask", "ask", "close", "notify", "notify", "ask", "notify"),
        PAID,
        (stopped, stuck(told)),
    ),
    "card_stopped_without_page": card([failing()], STOPPED, stuck(stopped), closed=STOPPED),
}
"""Each ends by itself once everything in `plays` has been said."""
