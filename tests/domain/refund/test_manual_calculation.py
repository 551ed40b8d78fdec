"""A specialist's entry obeys the invoice, the request and what is left; its trace adds up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.billing.invoice import Invoice, InvoiceLine, IssuedBy, ProductKind
from domain.money import VatRate, vat_inside
from domain.refund.calculation import CalculationInputs, Deduction
from domain.refund.manual_calculation import (
    EnteredLine,
    EntryProblem,
    entry_problems,
    specialist_calculation,
)
from domain.refund.policy import RefundPolicy, Rule
from domain.refund.refund import AskedLine

STOPPED_ON = date(2026, 3, 17)
POLICY = RefundPolicy(
    version=3,
    max_age_days=1095,
    automatic_limit_kopecks=0,
    approval_limit_kopecks=0,
    credit_bank_days=10,
    feedback_days=30,
    acquirer_max_age_days=450,
    acquirer_methods={},
    rules={ProductKind.SERVICE: Rule.SPECIALIST},
    waits={},
)


def invoice(promised: int = 0) -> Invoice:
    """Two lines, of which the first has given `promised` away."""
    lines = (
        InvoiceLine(
            1, "Услуга", ProductKind.SERVICE, 1000, VatRate.VAT22, promised_kopecks=promised
        ),
        InvoiceLine(2, "Ещё услуга", ProductKind.SERVICE, 500, VatRate.NONE),
    )
    return Invoice(
        number="7",
        client_id="c",
        issued_by=IssuedBy.ONLINE,
        service_centre=None,
        issued_on=date(2026, 1, 1),
        total_kopecks=1500,
        paid_kopecks=1500,
        promised_kopecks=promised,
        last_paid_on=date(2026, 1, 2),
        lines=lines,
    )


def inputs(*asked: AskedLine, promised: int = 0) -> CalculationInputs:
    """The inputs of a calculation."""
    return CalculationInputs(invoice(promised), asked, STOPPED_ON)


def result(*amounts: int) -> tuple[EnteredLine, ...]:
    """Lines from the first on."""
    return tuple(EnteredLine(place, amount) for place, amount in enumerate(amounts, start=1))


@pytest.mark.parametrize(
    ("given_inputs", "lines", "deductions", "found"),
    [
        (inputs(), result(1000, 500), (), ()),
        (inputs(), result(0, 1), (), ()),
        (inputs(), result(1000), (), (EntryProblem("lines_missing", line_nos=(2,)),)),
        (inputs(), result(1001, 0), (), (EntryProblem("amount_above_refundable", 0, 1000),)),
        (
            inputs(promised=400),
            result(601, 0),
            (),
            (EntryProblem("amount_above_refundable", 0, 600),),
        ),
        (inputs(AskedLine(2)), result(0, 500), (), ()),
        (
            inputs(AskedLine(2)),
            result(1, 500),
            (),
            (EntryProblem("amount_above_refundable", 0, 0),),
        ),
        (
            inputs(AskedLine(2, 100)),
            result(0, 101),
            (),
            (EntryProblem("amount_above_refundable", 1, 100),),
        ),
        (
            inputs(),
            (*result(1, 1), EnteredLine(1, 1), EnteredLine(9, 1)),
            (),
            (EntryProblem("line_twice", 2), EntryProblem("lines_unknown", 3, line_nos=(9,))),
        ),
        (inputs(), result(0, 0), (), (EntryProblem("sum_not_positive"),)),
        (
            inputs(),
            result(10, 0),
            (Deduction(10, "Расходы"),),
            (EntryProblem("sum_not_positive"),),
        ),
        (inputs(), result(10, 0), (Deduction(9, "Расходы"),), ()),
    ],
)
def test_an_entry_is_judged_by_the_invoice_the_request_and_what_is_left(
    given_inputs: CalculationInputs,
    lines: tuple[EnteredLine, ...],
    deductions: tuple[Deduction, ...],
    found: tuple[EntryProblem, ...],
) -> None:
    assert entry_problems(given_inputs, lines, deductions) == found


def test_no_more_goes_back_than_was_paid_for_the_invoice() -> None:
    short = CalculationInputs(Invoice(**{**vars(invoice()), "paid_kopecks": 700}), (), STOPPED_ON)
    assert entry_problems(short, result(700, 1), ()) == (
        EntryProblem("amount_above_refundable", limit_kopecks=700),
    )


@given(st.integers(0, 1000), st.integers(0, 500), st.integers(1, 300))
def test_an_entry_that_is_right_keeps_a_trace_that_adds_up(
    first: int, second: int, kept_back: int
) -> None:
    lines, deductions = result(first, second), (Deduction(kept_back, "Расходы"),)
    if entry_problems(inputs(), lines, deductions):
        assert first + second <= kept_back
        return
    calculation = specialist_calculation(inputs(), lines, deductions, POLICY)
    assert [line.result_kopecks for line in calculation.lines] == [first, second]
    assert calculation.sum_kopecks == first + second - kept_back > 0
    assert calculation.lines[0].vat_kopecks == vat_inside(first, VatRate.VAT22)
    assert calculation.policy_version == POLICY.version
