"""Where a request for a refund leads: to a sum, a specialist, or a refusal with its numbers."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.access.roles import SYSTEM
from domain.billing.invoice import Invoice, InvoiceLine, IssuedBy, ProductKind
from domain.calendar.bank_calendar import BankCalendar
from domain.money import VatRate
from domain.refund.calculation import calculate
from domain.refund.case import StoreCalculation
from domain.refund.conditions import Refusal
from domain.refund.limits import OtherRefunds
from domain.refund.line import SpecialistReason
from domain.refund.opening import OPENED, OpeningFacts, opened
from domain.refund.refund import AskedLine, Opening, RefundKind, RefundRequest, RefundStatus
from tests.domain.refund.cases import AT, SUM_KOPECKS, TODAY, letters
from tests.domain.refund.test_policy import POLICY

S = RefundStatus
LICENCE = InvoiceLine(1, "Лицензия", ProductKind.LICENCE, SUM_KOPECKS, VatRate.VAT22)
BILL = Invoice(
    number="A-1",
    client_id="c-1",
    issued_by=IssuedBy.ONLINE,
    service_centre=None,
    issued_on=TODAY,
    total_kopecks=SUM_KOPECKS,
    paid_kopecks=SUM_KOPECKS,
    promised_kopecks=0,
    last_paid_on=TODAY,
    lines=(LICENCE,),
)
FACTS = OpeningFacts(BILL, POLICY, BankCalendar(), use=None, others=OtherRefunds())
REQUEST = RefundRequest("refund-A-1-1", "A-1", "c-1", 1)
OPENING = Opening(REQUEST, AT)


def asking(**changes: Any) -> Opening:
    return Opening(replace(REQUEST, **changes), AT)


def test_a_sum_by_the_policy_is_promised_with_its_calculation_kept() -> None:
    moved = opened(OPENING, FACTS)
    (kept,) = moved.effects
    assert isinstance(kept, StoreCalculation)
    assert kept.inputs == FACTS.inputs_of(OPENING)
    assert kept.calculation == calculate(kept.inputs, POLICY)
    assert moved.columns == {"sum_kopecks": SUM_KOPECKS, "calculation_id": kept.calculation_id}
    result = moved.result
    assert (result.status, result.changes, result.sum_kopecks, result.calculated_by) == (
        S.AWAITING_STATEMENT,
        OPENED,
        SUM_KOPECKS,
        SYSTEM,
    )
    assert result.wait == POLICY.waits[S.AWAITING_STATEMENT].starting(AT, BankCalendar())
    assert moved.params["amount_kopecks"] == SUM_KOPECKS
    assert letters(moved) == ["refund_awaiting_statement"]


def test_the_same_request_has_the_same_calculation_whenever_it_is_made() -> None:
    (kept,), (again,) = opened(OPENING, FACTS).effects, opened(OPENING, FACTS).effects
    (other,) = opened(asking(refund_id="refund-A-1-2"), FACTS).effects
    ids = [one.calculation_id for one in (kept, again, other) if isinstance(one, StoreCalculation)]
    assert ids[0] == ids[1] != ids[2]
    assert all(isinstance(one, UUID) for one in ids)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (
            replace(FACTS, invoice=replace(BILL, lines=(replace(LICENCE, delivered_on=TODAY),))),
            SpecialistReason.DELIVERED,
        ),
        (
            replace(FACTS, others=OtherRefunds(client_kopecks=100_000_00)),
            SpecialistReason.ABOVE_CLIENT_LIMIT,
        ),
    ],
)
def test_what_no_rule_gives_waits_for_a_specialist_and_promises_nothing(
    facts: OpeningFacts, reason: SpecialistReason
) -> None:
    moved = opened(OPENING, facts)
    assert (moved.result.status, moved.result.sum_kopecks) == (S.AWAITING_SPECIALIST, 0)
    assert (moved.reason, moved.result.calculated_by) == (reason, None)
    assert not moved.columns
    assert isinstance(moved.effects[0], StoreCalculation)
    assert letters(moved) == ["refund_awaiting_specialist", "staff_calculation_needed"]


@pytest.mark.parametrize(
    ("opening", "changes", "refusal", "told"),
    [
        (
            OPENING,
            {"issued_by": IssuedBy.SERVICE_CENTRE, "service_centre": "СЦ Омск"},
            Refusal.INVOICE_ISSUED_BY_SERVICE_CENTRE,
            {"centre": "СЦ Омск"},
        ),
        (OPENING, {"paid_kopecks": 0}, Refusal.INVOICE_NOT_PAID, {}),
        (
            OPENING,
            {"last_paid_on": TODAY - timedelta(POLICY.max_age_days + 1)},
            Refusal.INVOICE_TOO_OLD,
            {"days": POLICY.max_age_days},
        ),
        (OPENING, {"promised_kopecks": SUM_KOPECKS}, Refusal.NOTHING_TO_REFUND, {}),
        (
            asking(asked=(AskedLine(7), AskedLine(1), AskedLine(3))),
            {},
            Refusal.LINES_UNKNOWN,
            {"lines": "3, 7"},
        ),
        (
            asking(asked=(AskedLine(1, SUM_KOPECKS + 1),)),
            {},
            Refusal.AMOUNT_ABOVE_REFUNDABLE,
            {"limit_kopecks": SUM_KOPECKS},
        ),
        (asking(kind=RefundKind.SURPLUS), {}, Refusal.NOTHING_TO_REFUND, {}),
    ],
)
def test_a_request_that_meets_no_condition_is_declined_with_its_numbers(
    opening: Opening, changes: dict[str, Any], refusal: Refusal, told: dict[str, Any]
) -> None:
    moved = opened(opening, replace(FACTS, invoice=replace(BILL, **changes)))
    assert (moved.result.status, moved.result.refusal) == (S.DECLINED, refusal)
    assert (moved.result.sum_kopecks, moved.result.wait, moved.effects) == (0, None, ())
    assert moved.columns == {"refusal": refusal, "closed_at": AT}
    assert moved.params["refusal"] == moved.reason == refusal
    assert told.items() <= moved.params.items()
    assert letters(moved) == ["refund_declined"]


def test_a_term_that_was_used_up_has_nothing_to_refund() -> None:
    year = replace(
        LICENCE,
        kind=ProductKind.SUBSCRIPTION,
        period_start=date(2025, 4, 1),
        period_end=date(2026, 3, 31),
    )
    bill = replace(BILL, lines=(year,), issued_on=date(2025, 4, 1), last_paid_on=date(2025, 4, 1))
    moved = opened(OPENING, replace(FACTS, invoice=bill))
    assert moved.result.refusal == Refusal.NOTHING_TO_REFUND
    assert moved.effects == ()


@pytest.mark.parametrize(
    ("named", "stopped_on"), [(None, TODAY), (date(2026, 4, 1), date(2026, 4, 1))]
)
def test_a_request_that_names_no_day_means_the_moscow_day_it_is_made(
    named: date | None, stopped_on: date
) -> None:
    late = Opening(replace(REQUEST, stopped_on=named), AT.replace(hour=20))
    assert FACTS.inputs_of(late).stopped_on == stopped_on
    assert FACTS.inputs_of(replace(late, at=AT.replace(hour=21))).stopped_on == (
        named or TODAY + timedelta(days=1)
    )
