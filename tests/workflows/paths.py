"""Every path through the refund, in the order of product.md's table: what is said, what is done."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.payout.payout import Answer, Channel, ManualSettlement, PayoutReturn, PayoutStatus
from domain.refund.refund import RefundStatus
from tests.workflows.case_under_test import CaseUnderTest
from tests.workflows.fakes import (
    HELD_BACK,
    NEVER,
    PAID,
    REFUSED_FOR_US,
    REFUSED_HERE,
    REJECTED,
    SENT,
    UNKNOWN,
    FakeSteps,
)
from workflows.case.resolution import ResolutionAction, RetryRequest

BY_HAND = ManualSettlement(PayoutStatus.PAID, "orlov", "есть в кабинете", date(2026, 11, 23))
BANK_DAYS = timedelta(days=15)
"""Longer than the wait for the credit."""
Play = Callable[[CaseUnderTest], Awaitable[None]]


@dataclass(frozen=True)
class Path:
    """A path: how its steps answer, what people say, what is done in which order, how it ends."""

    play: Play
    performed: tuple[str, ...]
    ends_in: RefundStatus
    steps: dict[str, Any] = field(default_factory=dict)


async def _signed_and_accepted(case: CaseUnderTest) -> None:
    await case.command("sign", "client-1", "signature-1")
    await case.command("accept", "petrova")


async def _to_the_credit(case: CaseUnderTest) -> None:
    """Skips once the server knows that the case waits: a skip that comes while its workflow task is
    open costs it another task.
    """
    await case.shows(CaseStatus=RefundStatus.COMPLETED)
    await case.pass_time(BANK_DAYS)


async def straight(case: CaseUnderTest) -> None:
    await _signed_and_accepted(case)
    await _to_the_credit(case)


async def specialist(case: CaseUnderTest) -> None:
    await case.command("calculate", "petrova", "calculation-1")
    await straight(case)


async def approval(case: CaseUnderTest) -> None:
    await _signed_and_accepted(case)
    await case.command("approve", "kuznetsova")
    await _to_the_credit(case)


async def declined_by_specialist(case: CaseUnderTest) -> None:
    await case.command("decline", "petrova", "remark-1")


async def declined_by_accountant(case: CaseUnderTest) -> None:
    await _signed_and_accepted(case)
    await case.command("decline", "kuznetsova", "remark-1")


async def declined_at_once(case: CaseUnderTest) -> None:
    assert case.opened.refusal == "invoice_not_paid"


async def remarks(case: CaseUnderTest) -> None:
    await case.command("sign", "client-1", "signature-1")
    await case.command("return_statement", "petrova", "remark-1")
    await straight(case)


async def recalculated(case: CaseUnderTest) -> None:
    await case.command("sign", "client-1", "signature-1")
    await case.command("recalculate", "petrova", "remark-1")
    await case.command("calculate", "sidorova", "calculation-1")
    await straight(case)


async def declined_under_review(case: CaseUnderTest) -> None:
    await case.command("sign", "client-1", "signature-1")
    await case.command("decline", "petrova", "remark-1")


async def withdrawn(case: CaseUnderTest) -> None:
    await case.command("withdraw", "client-1")


async def withdrawn_under_review(case: CaseUnderTest) -> None:
    await case.command("sign", "client-1", "signature-1")
    await withdrawn(case)


async def withdrawn_before_approval(case: CaseUnderTest) -> None:
    await _signed_and_accepted(case)
    await withdrawn(case)


async def expired(case: CaseUnderTest) -> None:
    assert not await case.pass_time(timedelta(days=40))


async def rejected(case: CaseUnderTest) -> None:
    await _signed_and_accepted(case)
    await case.did("ask_again system")
    await straight(case)


async def refused_for_good(case: CaseUnderTest) -> None:
    await _signed_and_accepted(case)
    await case.did("pay_by_bank system")
    await _bank_says(case, 2)
    await _to_the_credit(case)


async def held_retried(case: CaseUnderTest) -> None:
    await _signed_and_accepted(case)
    await case.did("hold_payout system")
    await case.command("retry_payout", "kuznetsova", "remark-1")
    await _to_the_credit(case)


async def held_by_bank(case: CaseUnderTest) -> None:
    await _signed_and_accepted(case)
    await case.did("hold_payout system")
    await case.command("pay_by_bank", "kuznetsova", "remark-1")
    await _bank_says(case, 2)
    await _to_the_credit(case)


async def held_booked(case: CaseUnderTest) -> None:
    await _signed_and_accepted(case)
    await case.did("hold_payout system")
    await case.command("book_given_back", "kuznetsova", "remark-1")
    await _to_the_credit(case)


async def held_recalculated(case: CaseUnderTest) -> None:
    await _signed_and_accepted(case)
    await case.did("hold_payout system")
    await case.command("recalculate", "kuznetsova", "remark-1")
    await case.command("calculate", "petrova", "calculation-1")
    await straight(case)


async def cleared_by_bank(case: CaseUnderTest) -> None:
    await _signed_and_accepted(case)
    await _bank_says(case, 1)
    await _to_the_credit(case)


async def through_bank(case: CaseUnderTest) -> None:
    await _signed_and_accepted(case)
    await case.pays()
    await case.pass_time(timedelta(days=1, hours=1))
    await case.did("remind bank")
    await _bank_says(case, 1)
    await _to_the_credit(case)


async def contact_corrected(case: CaseUnderTest) -> None:
    """Another address for letters, while people are waited for, the bank, and the credit."""
    await case.command("correct_contact", "client-1", "contact-1")
    await _signed_and_accepted(case)
    await case.pays()
    await case.command("correct_contact", "client-1", "contact-2")
    await _bank_says(case, 1)
    await case.shows(CaseStatus=RefundStatus.COMPLETED)
    await case.command("correct_contact", "client-1", "contact-3")
    await case.pass_time(BANK_DAYS)


async def _bank_says(case: CaseUnderTest, attempt: int) -> None:
    await case.pays(attempt)
    for status in (PayoutStatus.SENT, PayoutStatus.PAID):
        await case.bank_says(Answer(status, "order-1"), attempt)


async def payout_by_hand(case: CaseUnderTest) -> None:
    await _signed_and_accepted(case)
    await case.shows(NeedsOperator=True)
    await case.settle(BY_HAND)
    await _to_the_credit(case)


async def slow_acquirer(case: CaseUnderTest) -> None:
    await _signed_and_accepted(case)
    await case.did("record unknown")
    await case.pass_time(timedelta(seconds=5))
    await case.did("record sent")
    await case.bank_says(Answer(PayoutStatus.PAID))
    await _to_the_credit(case)


async def returned(case: CaseUnderTest) -> None:
    await _signed_and_accepted(case)
    await case.did("complete system")
    await case.handle.signal("payout_returned", PayoutReturn(1, "account_closed"))
    await case.did("reopen system")
    await _signed_and_accepted(case)
    await case.did("complete system", times=2)
    await case.pass_time(BANK_DAYS)


async def inquired(case: CaseUnderTest) -> None:
    await _signed_and_accepted(case)
    await case.did("complete system")
    await case.command("open_inquiry", "client-1", "inquiry-1")
    await case.shows(CaseStatus=RefundStatus.INQUIRY, WaitingFor=Role.ACCOUNTANT)
    await case.command("answer_inquiry", "kuznetsova", "remark-1")
    await _to_the_credit(case)


async def inquired_after_the_end(case: CaseUnderTest) -> None:
    await _inquired_once_credited(case)
    await case.command("answer_inquiry", "kuznetsova", "remark-1")


async def inquiry_overdue(case: CaseUnderTest) -> None:
    await _inquired_once_credited(case)
    assert await case.pass_time(timedelta(days=5, hours=1))
    await case.shows(NeedsOperator=True)
    await case.command("withdraw_inquiry", "client-1", "remark-1")


async def inquiry_settled_by_the_bank(case: CaseUnderTest) -> None:
    await _inquired_once_credited(case)
    await case.handle.signal("payout_returned", PayoutReturn(1, "account_closed"))
    await case.did("reopen system")
    await withdrawn(case)


async def inquiry_finds_the_money_returned(case: CaseUnderTest) -> None:
    await _inquired_once_credited(case)
    await case.command("book_return", "kuznetsova", "remark-1")
    await withdrawn(case)


async def _inquired_once_credited(case: CaseUnderTest) -> None:
    await straight(case)
    await case.outcome()
    await case.begin_again("open_inquiry", "client-1", "inquiry-1")


async def operator_retries(case: CaseUnderTest) -> None:
    await _accepted_when(case, lambda: case.resolve(ResolutionAction.RETRY))
    await _to_the_credit(case)


async def operator_retries_many(case: CaseUnderTest) -> None:
    request = RetryRequest("orlov")
    await _accepted_when(case, lambda: case.handle.signal("retry_failed_step", request))
    await _to_the_credit(case)


async def operator_sleeps(case: CaseUnderTest) -> None:
    async def a_day_passes() -> None:
        await case.pass_time(timedelta(days=1, minutes=1))

    await _accepted_when(case, a_day_passes)
    await _to_the_credit(case)


async def operator_aborts(case: CaseUnderTest) -> None:
    await _accepted_when(case, lambda: case.resolve(ResolutionAction.ABORT))


async def _accepted_when(case: CaseUnderTest, operator: Callable[[], Awaitable[Any]]) -> None:
    """The step of an acceptance fails; its caller waits until the operator has spoken."""
    await case.command("sign", "client-1", "signature-1")
    accepted = asyncio.create_task(case.command("accept", "petrova"))
    await case.shows(NeedsOperator=True)
    await operator()
    await accepted


async def overdue(case: CaseUnderTest) -> None:
    assert await case.pass_time(timedelta(days=13))
    await case.command("calculate", "petrova", "calculation-1")
    await withdrawn(case)


async def calendar_changes(case: CaseUnderTest) -> None:
    await _signed_and_accepted(case)
    await case.did("complete system")
    later = datetime.now(UTC) + timedelta(days=20)
    case.steps.moved_to = Wait(Role.BANK, later)
    await case.handle.signal("calendar_changed")
    await case.did("move_deadline system")
    assert await case.pass_time(timedelta(days=19))
    assert not await case.pass_time(timedelta(days=2))


async def behind(case: CaseUnderTest) -> None:
    """The database has the statement returned; the case has not heard of it until it looks."""
    await case.command("sign", "client-1", "signature-1")
    await case.handle.signal("recheck")
    await case.shows(CaseStatus=RefundStatus.AWAITING_STATEMENT)
    await withdrawn(case)


_OPEN_AND_SIGN = ("open", "record_statement client-1")
_PAID = ("send 1", "record paid", "complete system")
_CREDITED = (*_PAID, "close system")
_INQUIRED = (*_OPEN_AND_SIGN, "accept petrova", *_CREDITED, "open", "open_inquiry client-1")

PATHS = {
    "straight": Path(
        straight, (*_OPEN_AND_SIGN, "accept petrova", *_CREDITED), RefundStatus.COMPLETED
    ),
    "specialist": Path(
        specialist,
        (
            *("open", "record_calculation petrova", "record_statement client-1"),
            *("accept petrova", *_CREDITED),
        ),
        RefundStatus.COMPLETED,
        {"opens_in": RefundStatus.AWAITING_SPECIALIST},
    ),
    "approval": Path(
        approval,
        (*_OPEN_AND_SIGN, "accept petrova", "approve kuznetsova", *_CREDITED),
        RefundStatus.COMPLETED,
        {"above_limit": True},
    ),
    "declined_at_once": Path(
        declined_at_once, ("open",), RefundStatus.DECLINED, {"opens_in": RefundStatus.DECLINED}
    ),
    "declined_by_specialist": Path(
        declined_by_specialist,
        ("open", "decline petrova"),
        RefundStatus.DECLINED,
        {"opens_in": RefundStatus.AWAITING_SPECIALIST},
    ),
    "declined_by_accountant": Path(
        declined_by_accountant,
        (*_OPEN_AND_SIGN, "accept petrova", "decline kuznetsova"),
        RefundStatus.DECLINED,
        {"above_limit": True},
    ),
    "remarks": Path(
        remarks,
        (
            *(*_OPEN_AND_SIGN, "return_statement petrova", "record_statement client-1"),
            *("accept petrova", *_CREDITED),
        ),
        RefundStatus.COMPLETED,
    ),
    "recalculated": Path(
        recalculated,
        (
            *(*_OPEN_AND_SIGN, "recalculate petrova", "record_calculation sidorova"),
            *("record_statement client-1", "accept petrova", *_CREDITED),
        ),
        RefundStatus.COMPLETED,
    ),
    "declined_under_review": Path(
        declined_under_review, (*_OPEN_AND_SIGN, "decline petrova"), RefundStatus.DECLINED
    ),
    "withdrawn_from_specialist": Path(
        withdrawn,
        ("open", "withdraw client-1"),
        RefundStatus.CANCELLED,
        {"opens_in": RefundStatus.AWAITING_SPECIALIST},
    ),
    "withdrawn": Path(withdrawn, ("open", "withdraw client-1"), RefundStatus.CANCELLED),
    "withdrawn_under_review": Path(
        withdrawn_under_review, (*_OPEN_AND_SIGN, "withdraw client-1"), RefundStatus.CANCELLED
    ),
    "withdrawn_before_approval": Path(
        withdrawn_before_approval,
        (*_OPEN_AND_SIGN, "accept petrova", "withdraw client-1"),
        RefundStatus.CANCELLED,
        {"above_limit": True},
    ),
    "expired": Path(
        expired, ("open", *("remind client",) * 3, "expire system"), RefundStatus.EXPIRED
    ),
    "rejected": Path(
        rejected,
        (
            *(*_OPEN_AND_SIGN, "accept petrova", "send 1", "record rejected", "ask_again system"),
            *("record_statement client-1", "accept petrova", "clear 2", "send 2", "record paid"),
            *("complete system", "close system"),
        ),
        RefundStatus.COMPLETED,
        {"payouts": (REJECTED, PAID)},
    ),
    "refused_for_good": Path(
        refused_for_good,
        (
            *(*_OPEN_AND_SIGN, "accept petrova", "send 1", "record rejected"),
            *("pay_by_bank system", "clear 2", "record sent", "record paid", "complete system"),
            "close system",
        ),
        RefundStatus.COMPLETED,
        {"payouts": (REFUSED_HERE,)},
    ),
    "held_retried": Path(
        held_retried,
        (
            *(*_OPEN_AND_SIGN, "accept petrova", "send 1", "record rejected", "hold_payout system"),
            *("retry_payout kuznetsova", "clear 2", "send 2", "record paid", "complete system"),
            "close system",
        ),
        RefundStatus.COMPLETED,
        {"payouts": (REFUSED_FOR_US, PAID)},
    ),
    "held_by_bank": Path(
        held_by_bank,
        (
            *(*_OPEN_AND_SIGN, "accept petrova", "send 1", "record rejected", "hold_payout system"),
            *("pay_by_bank kuznetsova", "clear 2", "record sent", "record paid"),
            *("complete system", "close system"),
        ),
        RefundStatus.COMPLETED,
        {"payouts": (REFUSED_FOR_US,)},
    ),
    "held_booked": Path(
        held_booked,
        (
            *(*_OPEN_AND_SIGN, "accept petrova", "clear 1", "record rejected"),
            *("hold_payout system", "book_given_back kuznetsova", "close system"),
        ),
        RefundStatus.COMPLETED,
        {"channel": Channel.BANK, "to_clear": True, "cleared": (HELD_BACK,)},
    ),
    "held_recalculated": Path(
        held_recalculated,
        (
            *(*_OPEN_AND_SIGN, "accept petrova", "send 1", "record rejected", "hold_payout system"),
            *("recalculate kuznetsova", "record_calculation petrova", "record_statement client-1"),
            *("accept petrova", "clear 2", "send 2", "record paid", "complete system"),
            "close system",
        ),
        RefundStatus.COMPLETED,
        {"payouts": (REFUSED_FOR_US, PAID)},
    ),
    "cleared_by_bank": Path(
        cleared_by_bank,
        (
            *(*_OPEN_AND_SIGN, "accept petrova", "clear 1", "record sent", "record paid"),
            *("complete system", "close system"),
        ),
        RefundStatus.COMPLETED,
        {"channel": Channel.BANK, "to_clear": True},
    ),
    "through_bank": Path(
        through_bank,
        (
            *(*_OPEN_AND_SIGN, "accept petrova", "remind bank", "record sent", "record paid"),
            *("complete system", "close system"),
        ),
        RefundStatus.COMPLETED,
        {"channel": Channel.BANK},
    ),
    "contact_corrected": Path(
        contact_corrected,
        (
            *("open", "correct_contact client-1", "record_statement client-1", "accept petrova"),
            *("correct_contact client-1", "record sent", "record paid", "complete system"),
            *("correct_contact client-1", "close system"),
        ),
        RefundStatus.COMPLETED,
        {"channel": Channel.BANK},
    ),
    "slow_acquirer": Path(
        slow_acquirer,
        (
            *(*_OPEN_AND_SIGN, "accept petrova", "send 1", "record unknown", "look_up 1"),
            *("record sent", "look_up 1", "record paid", "complete system", "close system"),
        ),
        RefundStatus.COMPLETED,
        {"payouts": (UNKNOWN, SENT, PAID)},
    ),
    "returned": Path(
        returned,
        (
            *(*_OPEN_AND_SIGN, "accept petrova", *_PAID, "reopen system"),
            *("record_statement client-1", "accept petrova", "clear 2", "send 2", "record paid"),
            *("complete system", "close system"),
        ),
        RefundStatus.COMPLETED,
        {"payouts": (PAID, PAID)},
    ),
}

PATHS |= {
    "inquired": Path(
        inquired,
        (
            *(*_OPEN_AND_SIGN, "accept petrova", *_PAID, "open_inquiry client-1"),
            *("answer_inquiry kuznetsova", "close system"),
        ),
        RefundStatus.COMPLETED,
    ),
    "inquired_after_the_end": Path(
        inquired_after_the_end,
        (*_INQUIRED, "answer_inquiry kuznetsova"),
        RefundStatus.COMPLETED,
    ),
    "inquiry_overdue": Path(
        inquiry_overdue,
        (
            *(*_INQUIRED, *("remind accountant",) * 2, *("escalate accountant",) * 2),
            "withdraw_inquiry client-1",
        ),
        RefundStatus.COMPLETED,
    ),
    "inquiry_settled_by_the_bank": Path(
        inquiry_settled_by_the_bank,
        (*_INQUIRED, "reopen system", "withdraw client-1"),
        RefundStatus.CANCELLED,
    ),
    "inquiry_finds_the_money_returned": Path(
        inquiry_finds_the_money_returned,
        (*_INQUIRED, "book_return kuznetsova", "withdraw client-1"),
        RefundStatus.CANCELLED,
    ),
    "operator_retries": Path(
        operator_retries,
        (*_OPEN_AND_SIGN, "accept petrova", *_CREDITED),
        RefundStatus.COMPLETED,
        {"failures": {"accept": 2}},
    ),
    "operator_retries_many": Path(
        operator_retries_many,
        (*_OPEN_AND_SIGN, "accept petrova", *_CREDITED),
        RefundStatus.COMPLETED,
        {"failures": {"accept": 2}},
    ),
    "operator_sleeps": Path(
        operator_sleeps,
        (*_OPEN_AND_SIGN, "accept petrova", *_CREDITED),
        RefundStatus.COMPLETED,
        {"failures": {"accept": 2}},
    ),
    "operator_aborts": Path(
        operator_aborts,
        (*_OPEN_AND_SIGN, "decline orlov"),
        RefundStatus.DECLINED,
        {"failures": {"accept": NEVER}},
    ),
    "payout_by_hand": Path(
        payout_by_hand,
        (*_OPEN_AND_SIGN, "accept petrova", "settle_by_hand orlov", "record paid", *_CREDITED[-2:]),
        RefundStatus.COMPLETED,
        {"failures": {"send": 1, "look_up": 1}, "failure": "OutcomeUnknown"},
    ),
    "payout_by_hand_overruled": Path(
        payout_by_hand,
        (
            *(*_OPEN_AND_SIGN, "accept petrova", "send 1", "record sent"),
            *("settle_by_hand orlov", "look_up 1", "record paid", *_CREDITED[-2:]),
        ),
        RefundStatus.COMPLETED,
        {
            "payouts": (SENT, PAID),
            "failures": {"look_up": 1},
            "failure": "OutcomeUnknown",
            "by_hand": SENT,
        },
    ),
    "overdue": Path(
        overdue,
        (
            *("open", "remind specialist", "remind specialist"),
            *("escalate specialist",) * 5,
            *("record_calculation petrova", "withdraw client-1"),
        ),
        RefundStatus.CANCELLED,
        {"opens_in": RefundStatus.AWAITING_SPECIALIST},
    ),
    "calendar_changes": Path(
        calendar_changes,
        (*_OPEN_AND_SIGN, "accept petrova", *_PAID, "move_deadline system", "close system"),
        RefundStatus.COMPLETED,
    ),
    "behind": Path(
        behind,
        (*_OPEN_AND_SIGN, "move_deadline system", "withdraw client-1"),
        RefundStatus.CANCELLED,
        {"stored": RefundStatus.AWAITING_STATEMENT},
    ),
}


def steps_of(path: Path) -> FakeSteps:
    """Fresh steps that answer as the path needs."""
    return FakeSteps(**path.steps)
