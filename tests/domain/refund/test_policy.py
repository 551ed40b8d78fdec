"""Version 1 of the refund policy is whole: every wait of a person has a deadline and an end."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.access.roles import Role
from domain.billing.invoice import ProductKind
from domain.calendar.bank_calendar import (
    BankCalendar,
    CalendarNotCovered,
    end_of_moscow_day,
    moscow_date,
)
from domain.case.waiting import DayUnit, WaitPolicy
from domain.refund.policy import RefundPolicy, Rule
from domain.refund.refund import ACTIONS, MOVES, RefundStatus

DOCUMENT: dict[str, Any] = json.loads(
    Path(__file__, "../../../../db/migrations/versions/0005_refund_policy.json")
    .resolve()
    .read_text("utf-8")
)
POLICY = RefundPolicy.from_document(1, DOCUMENT)
NEW_YEAR_EVE = datetime(2026, 12, 25, 9, tzinfo=UTC)


def test_every_status_that_waits_has_a_row_in_the_table_of_waits() -> None:
    people = set(ACTIONS) - {RefundStatus.INQUIRY}  # whose wait is in a policy of its own
    assert set(POLICY.waits) == {*people, RefundStatus.PAYING, RefundStatus.COMPLETED}


def test_every_kind_of_product_has_its_rule_and_goods_are_for_a_specialist() -> None:
    """What a return of goods asks for was decided there."""
    assert set(POLICY.rules) == set(ProductKind) - {ProductKind.GOODS}
    assert POLICY.rule_for(ProductKind.GOODS) is Rule.SPECIALIST


@pytest.mark.parametrize("status", list(POLICY.waits))
def test_every_wait_ends_in_an_allowed_move_or_is_escalated(status: RefundStatus) -> None:
    wait = POLICY.waits[status]
    ends_by_the_clock = status is RefundStatus.COMPLETED
    assert wait.ends_in in MOVES[status] or wait.escalate_after is not None or ends_by_the_clock


@pytest.mark.parametrize("status", list(POLICY.waits))
def test_reminders_and_escalation_come_in_order_before_the_end(status: RefundStatus) -> None:
    wait = POLICY.waits[status]
    told = [*wait.remind_after, *([wait.escalate_after] if wait.escalate_after else [])]
    assert told == sorted(set(told))
    assert all(0 < moment < wait.at_most for moment in told)


@pytest.mark.parametrize(
    "status", [s for s, wait in POLICY.waits.items() if wait.waiting_for is not Role.CLIENT]
)
def test_nobody_is_refused_by_our_own_silence(status: RefundStatus) -> None:
    assert POLICY.waits[status].ends_in is None


def test_limits_are_in_order() -> None:
    assert 0 < POLICY.automatic_limit_kopecks <= POLICY.approval_limit_kopecks
    assert POLICY.credit_bank_days == 10
    assert POLICY.max_age_days > 0


def test_a_product_the_policy_does_not_name_goes_to_a_specialist() -> None:
    rules = {"rules": {}, "waits": DOCUMENT["waits"]}
    assert RefundPolicy.from_document(2, DOCUMENT | rules).rule_for(ProductKind.LICENCE) is (
        Rule.SPECIALIST
    )


@pytest.mark.parametrize("missing", ["max_age_days", "rules", "waits", "approval_limit_kopecks"])
def test_a_policy_without_a_part_is_an_error(missing: str) -> None:
    with pytest.raises(KeyError):
        RefundPolicy.from_document(2, {k: v for k, v in DOCUMENT.items() if k != missing})


@pytest.mark.parametrize(
    "part", [{"rules": {"licence": "toss_a_coin"}}, {"rules": {"sofa": "specialist"}}]
)
def test_a_policy_with_an_unknown_word_is_an_error(part: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        RefundPolicy.from_document(2, DOCUMENT | part)


def test_a_wait_in_days_counts_whole_days_from_its_beginning() -> None:
    wait = POLICY.waits[RefundStatus.AWAITING_STATEMENT].starting(NEW_YEAR_EVE, BankCalendar())
    assert wait.until == NEW_YEAR_EVE + timedelta(days=30)
    assert wait.remind_at == tuple(NEW_YEAR_EVE + timedelta(days=n) for n in (3, 10, 25))
    assert (wait.escalate_at, wait.ends_in) == (None, RefundStatus.EXPIRED)


def test_a_wait_in_bank_days_ends_with_the_day_in_moscow() -> None:
    wait = POLICY.waits[RefundStatus.COMPLETED].starting(NEW_YEAR_EVE, BankCalendar())
    assert wait.until == end_of_moscow_day(date(2027, 1, 19))


def test_an_evening_in_utc_is_already_tomorrow_in_moscow() -> None:
    evening = datetime(2026, 4, 27, 21, 30, tzinfo=UTC)
    wait = POLICY.waits[RefundStatus.COMPLETED].starting(evening, BankCalendar())
    assert moscow_date(evening) == date(2026, 4, 28)
    assert wait.until == end_of_moscow_day(date(2026, 5, 14))


def test_a_wait_into_a_year_without_a_calendar_is_an_error_that_names_it() -> None:
    wait = WaitPolicy(Role.BANK, DayUnit.BANK_DAYS, 10)
    with pytest.raises(CalendarNotCovered) as error:
        wait.starting(datetime(2027, 12, 20, tzinfo=UTC), BankCalendar())
    assert error.value.year == 2028
