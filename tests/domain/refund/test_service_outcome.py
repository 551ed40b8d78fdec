"""What a refund does to a term: by rule when all of it goes back, else by a specialist's word."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.billing.invoice import SoldTerm
from domain.refund.calculation import CalculationInputs, calculate
from domain.refund.line import SpecialistReason
from domain.refund.manual_calculation import (
    EnteredLine,
    ServiceDecision,
    service_problem,
    specialist_calculation,
)
from domain.refund.refund import AskedLine
from domain.refund.service import ServiceOutcome
from tests.domain.refund.test_calculation import (
    TODAY,
    VECTOR_PRICE,
    VECTOR_REFUND,
    YEAR_END,
    YEAR_START,
    invoice,
    licence,
    subscription,
)
from tests.domain.refund.test_policy import POLICY
from texts.service import service_words

TERM = SoldTerm(YEAR_START, YEAR_END)
SOLD = subscription(term=TERM)
DAY = timedelta(days=1)


def inputs(*asked: AskedLine, stopped_on: date = TODAY, **line: object) -> CalculationInputs:
    return CalculationInputs(invoice(replace(SOLD, **line)), asked, stopped_on)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "stopped_on", "stops_on"),
    [
        ((), TODAY, TODAY),
        ((AskedLine(1),), TODAY, TODAY),
        ((AskedLine(1, VECTOR_REFUND),), TODAY, TODAY),
        ((AskedLine(1, VECTOR_PRICE),), TODAY, TODAY),
        ((AskedLine(1, VECTOR_REFUND - 1),), TODAY, None),
        ((AskedLine(1, 100),), TODAY, None),
        ((), YEAR_START - DAY, YEAR_START),
        ((), YEAR_END, YEAR_END),
        ((), YEAR_END + DAY, None),
    ],
)
def test_all_that_a_term_has_left_ends_it_and_a_part_does_not(
    asked: tuple[AskedLine, ...], stopped_on: date, stops_on: date | None
) -> None:
    found = calculate(inputs(*asked, stopped_on=stopped_on), POLICY)
    assert found.service == ServiceOutcome(YEAR_START, YEAR_END, stops_on)
    needs_word = stops_on is None and found.sum_kopecks > 0
    assert found.specialist_reason is (SpecialistReason.TERM_IN_PART if needs_word else None)


def test_what_an_earlier_case_gave_back_is_no_part_of_what_is_left() -> None:
    earlier = inputs(AskedLine(1, VECTOR_REFUND - 100), promised_kopecks=100)
    assert calculate(earlier, POLICY).service == ServiceOutcome(YEAR_START, YEAR_END, TODAY)
    less = inputs(AskedLine(1, VECTOR_REFUND - 101), promised_kopecks=100)
    assert calculate(less, POLICY).service == ServiceOutcome(YEAR_START, YEAR_END, None)


def test_a_refund_of_other_lines_says_nothing_of_the_service() -> None:
    bill = invoice(SOLD, licence(line_no=2))
    asked = (AskedLine(2, 100),)
    assert calculate(CalculationInputs(bill, asked, TODAY), POLICY).service is None


def test_a_service_that_is_not_ours_is_not_ours_to_end() -> None:
    found = calculate(inputs(AskedLine(1, 100), term=None), POLICY)
    assert (found.service, found.specialist_reason) == (None, None)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        (None, "service_word_missing"),
        (ServiceDecision(None), None),
        (ServiceDecision(YEAR_START), None),
        (ServiceDecision(YEAR_END), None),
        (ServiceDecision(YEAR_START - DAY), "service_stops_outside"),
        (ServiceDecision(YEAR_END + DAY), "service_stops_outside"),
    ],
)
def test_a_specialist_says_what_becomes_of_the_term(
    word: ServiceDecision | None, code: str | None
) -> None:
    problem = service_problem(inputs(), word)
    assert (problem and problem.code) == code


@pytest.mark.parametrize(
    ("word", "code"),
    [(None, None), (ServiceDecision(None), None), (ServiceDecision(TODAY), "no_service_to_stop")],
)
def test_where_we_serve_no_term_none_is_ended(
    word: ServiceDecision | None, code: str | None
) -> None:
    problem = service_problem(inputs(term=None), word)
    assert (problem and problem.code) == code


def test_a_specialists_calculation_keeps_the_word() -> None:
    found = specialist_calculation(inputs(), [EnteredLine(1, 100)], [], POLICY, YEAR_END)
    assert found.service == ServiceOutcome(YEAR_START, YEAR_END, YEAR_END)
    assert ServiceOutcome.of(found.service.content) == found.service


@pytest.mark.parametrize(
    ("stops_on", "words"),
    [
        (None, "Услуга продолжается: оплаченный срок остаётся до 31.12.2026 включительно."),
        (TODAY, "Услуга прекращается с 17.03.2026: последний день — 16.03.2026."),
        (YEAR_START, "Срок с 01.01.2026 по 31.12.2026 отменяется: услуга за него не оказывается."),
    ],
)
def test_what_becomes_of_the_service_is_said_in_words(stops_on: date | None, words: str) -> None:
    assert service_words(ServiceOutcome(YEAR_START, YEAR_END, stops_on)) == words
