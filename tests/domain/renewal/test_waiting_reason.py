"""Why a renewal stands: every status is explained."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.case.waiting_reason import TimerKind, WaitsFor
from domain.renewal.renewal import RenewalAction, RenewalStatus
from domain.renewal.waiting_reason import (
    CARD_PREPARED,
    PAYMENT_CLAIMED,
    UPLOAD,
    StandingRenewal,
    renewal_waits,
)
from texts import Language, translate

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
DAY = timedelta(days=1)
WAIT = Wait(Role.CLIENT, NOW + DAY, ends_in="checking_payment")
ORDERED = StandingRenewal(RenewalStatus.AWAITING_PAYMENT, NOW - DAY, WAIT, has_order=True)
ENDS = {RenewalStatus.RENEWED, RenewalStatus.CLOSED}


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("status", RenewalStatus)
def test_every_status_of_a_renewal_is_explained(status: RenewalStatus, language: Language) -> None:
    told = renewal_waits(StandingRenewal(status, NOW - DAY), NOW)
    assert translate(f"waiting.renewal.{told.code}", language)
    assert (told.waits_for is WaitsFor.NOBODY) == (status in ENDS)


def test_an_unpaid_order_waits_for_the_client_until_a_fresh_statement_is_asked_for() -> None:
    told = renewal_waits(ORDERED, NOW)
    assert (told.waits_for, told.until) == (WaitsFor.CLIENT, NOW + DAY)
    assert told.timer is not None
    assert told.timer.kind is TimerKind.END
    assert told.allowed == {
        Role.CLIENT: (RenewalAction.CANCEL_ORDER, RenewalAction.CLAIM_PAYMENT),
    }


def test_a_claimed_payment_is_waited_for_from_the_bank() -> None:
    told = renewal_waits(replace(ORDERED, wait=replace(WAIT, waiting_for=Role.BANK)), NOW)
    assert (told.code, told.waits_for) == (PAYMENT_CLAIMED, WaitsFor.BANK)
    assert translate(f"waiting.renewal.{told.code}")
    assert UPLOAD.items() <= dict(told.allowed).items()


def test_until_there_is_a_page_to_pay_on_the_acquirer_is_waited_for() -> None:
    told = renewal_waits(replace(ORDERED, awaits_page=True), NOW)
    assert (told.code, told.waits_for) == (CARD_PREPARED, WaitsFor.ACQUIRER)
    assert translate(f"waiting.renewal.{told.code}")


def test_what_is_paid_waits_for_its_first_day() -> None:
    told = renewal_waits(
        StandingRenewal(RenewalStatus.PAID, NOW - DAY, next_starts_at=NOW + DAY), NOW
    )
    assert (told.waits_for, told.until) == (WaitsFor.CALENDAR, NOW + DAY)
    assert told.timer is not None
    assert told.timer.at == NOW + DAY


def test_only_the_case_of_the_last_term_takes_an_order() -> None:
    watching = StandingRenewal(RenewalStatus.WATCHING, NOW - DAY, WAIT)
    assert renewal_waits(watching, NOW).allowed == {Role.CLIENT: (RenewalAction.ORDER,)}
    assert renewal_waits(replace(watching, is_last=False), NOW).allowed == {}
