"""Why a refund stands: every status of a case and of its payout is explained."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.case.waiting_reason import TimerKind, WaitsFor
from domain.file.file import FileStatus
from domain.payout.payout import Channel, PayoutStatus
from domain.payout.waiting_reason import PayoutWait, StandingPayout, payout_waits
from domain.refund.refund import ACTIONS, MOVES, Action, RefundStatus
from domain.refund.waiting_reason import CREDITED, StandingRefund, refund_waits
from texts import Language, translate

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ENTERED = NOW - DAY
WAITING = Wait(Role.SPECIALIST, NOW + DAY, (NOW + DAY / 2,))
DETAILS = {"order": 17, "run": 3, "left_out": "ИНН не указан"}


def payouts() -> Iterator[StandingPayout]:
    """A payout in every status, by every channel, in an order and out of it."""
    for channel in Channel:
        for status in PayoutStatus:
            one = StandingPayout(channel, status, NOW, is_cleared=True)
            yield from (one, replace(one, is_cleared=False), replace(one, left_out="inn_wrong"))
            ordered = replace(one, order_number=17, run_number=3, ordered_at=NOW)
            yield from (ordered, replace(ordered, handed_over_at=NOW))


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("status", RefundStatus)
def test_every_status_of_a_refund_is_explained(status: RefundStatus, language: Language) -> None:
    told = refund_waits(StandingRefund(status, ENTERED, WAITING), NOW)
    assert translate(f"waiting.refund.{told.code}", language)
    assert translate(f"waiting.for.{told.waits_for}", language)
    ends = not MOVES[status]
    assert (told.waits_for is WaitsFor.NOBODY) == ends
    assert told.since == ENTERED


@pytest.mark.parametrize("payout", payouts(), ids=str)
def test_every_payout_under_way_is_explained(payout: StandingPayout) -> None:
    told = refund_waits(StandingRefund(RefundStatus.PAYING, ENTERED, payout=payout), NOW)
    assert translate(f"waiting.refund.{told.code}", "ru", **DETAILS)
    assert told.code in set(PayoutWait)
    assert told.waits_for is not WaitsFor.NOBODY


def test_every_place_of_a_payout_is_reached() -> None:
    assert {payout_waits(one).code for one in payouts()} == set(PayoutWait)


@pytest.mark.parametrize(
    ("payout", "code", "waits_for", "role"),
    [
        ({"is_cleared": False}, PayoutWait.CLEARING, WaitsFor.ACQUIRER, None),
        ({}, PayoutWait.NOT_IN_RUN, WaitsFor.ACCOUNTANT, Role.ACCOUNTANT),
        ({"left_out": "inn_wrong"}, PayoutWait.LEFT_OUT, WaitsFor.ACCOUNTANT, Role.ACCOUNTANT),
        ({"ordered_at": NOW}, PayoutWait.NOT_HANDED_OVER, WaitsFor.ACCOUNTANT, Role.ACCOUNTANT),
        (
            {"ordered_at": ENTERED, "handed_over_at": NOW},
            PayoutWait.AT_BANK,
            WaitsFor.BANK,
            Role.ACCOUNTANT,
        ),
    ],
)
def test_a_payout_by_the_bank_waits_for_its_run_then_for_the_bank(
    payout: dict[str, object], code: PayoutWait, waits_for: WaitsFor, role: Role | None
) -> None:
    standing = StandingPayout(Channel.BANK, PayoutStatus.PREPARED, ENTERED, is_cleared=True)
    told = payout_waits(replace(standing, **payout))  # type: ignore[arg-type]
    assert (told.code, told.waits_for) == (code, waits_for)
    assert set(told.allowed) == ({role} if role else set())


def test_since_is_when_the_payout_came_to_where_it_is_not_when_paying_began() -> None:
    payout = StandingPayout(Channel.ACQUIRER, PayoutStatus.UNKNOWN, NOW, is_cleared=True)
    told = refund_waits(StandingRefund(RefundStatus.PAYING, ENTERED, payout=payout), NOW)
    assert (told.since, told.code) == (NOW, PayoutWait.ACQUIRER_SILENT)


def test_the_acquirer_is_asked_by_the_process_itself_so_no_moment_is_set() -> None:
    payout = StandingPayout(Channel.ACQUIRER, PayoutStatus.SENT, NOW, is_cleared=True)
    refund = StandingRefund(RefundStatus.PAYING, ENTERED, WAITING, payout=payout)
    assert refund_waits(refund, NOW).timer is None
    by_bank = replace(refund, payout=replace(payout, channel=Channel.BANK))
    assert refund_waits(by_bank, NOW).timer is not None


def test_a_paid_refund_waits_until_its_bank_days_are_over_and_then_for_nobody() -> None:
    refund = StandingRefund(RefundStatus.COMPLETED, ENTERED, Wait(Role.BANK, NOW + DAY))
    told = refund_waits(refund, NOW)
    assert told.waits_for is WaitsFor.BANK
    assert told.timer is not None
    assert (told.timer.kind, told.timer.at) == (TimerKind.END, NOW + DAY)
    closed = refund_waits(replace(refund, is_closed=True), NOW)
    assert (closed.code, closed.waits_for, closed.timer) == (CREDITED, WaitsFor.NOBODY, None)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("scan", FileStatus)
def test_a_statement_waits_for_the_scanner_and_is_never_accepted_before_it_has_judged(
    scan: FileStatus, language: Language
) -> None:
    refund = StandingRefund(RefundStatus.UNDER_REVIEW, ENTERED, WAITING, scan=scan)
    told = refund_waits(refund, NOW)
    scanned = scan is not FileStatus.RECEIVED
    assert told.waits_for is (WaitsFor.SPECIALIST if scanned else WaitsFor.PROCESS)
    assert (Action.ACCEPT in told.allowed[Role.SPECIALIST]) == (scan is FileStatus.CLEAN)
    assert Action.RETURN_STATEMENT in told.allowed[Role.SPECIALIST]
    assert translate(f"waiting.refund.{told.code}", language)
    paid = refund_waits(replace(refund, status=RefundStatus.AWAITING_APPROVAL), NOW)
    assert paid.code == RefundStatus.AWAITING_APPROVAL


def test_who_may_do_what_is_what_the_case_takes_now() -> None:
    for status, by_role in ACTIONS.items():
        told = refund_waits(StandingRefund(status, ENTERED, WAITING), NOW)
        assert told.allowed == by_role
    paid = StandingRefund(RefundStatus.COMPLETED, ENTERED, inquiry_open=True, feedback_open=True)
    assert refund_waits(paid, NOW).allowed == {
        Role.CLIENT: (Action.LEAVE_FEEDBACK, Action.OPEN_INQUIRY)
    }
