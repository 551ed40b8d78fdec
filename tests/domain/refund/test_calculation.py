"""The refundable sum: conditions, rules by product kind, limits, and a trace that recomputes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.billing.invoice import Invoice, InvoiceLine, IssuedBy, ProductKind
from domain.money import VatRate
from domain.refund.calculation import (
    Calculation,
    CalculationInputs,
    Deduction,
    calculate,
    specialist_sum,
)
from domain.refund.conditions import Refusal, limit_exceeded, refusal
from domain.refund.line import SpecialistReason, UseAfterStop
from domain.refund.policy import ClientLimits
from domain.refund.refund import AskedLine, RefundKind
from tests.domain.refund.test_policy import POLICY

TODAY = date(2026, 3, 17)
LIMITED = replace(POLICY, client_limits=ClientLimits(30, 10_000_000, 20_000_000))
YEAR_START, YEAR_END = date(2026, 1, 1), date(2026, 12, 31)
VECTOR_PRICE, VECTOR_REFUND = 1_220_050, 969_355


def subscription(
    sum_kopecks: int = VECTOR_PRICE, line_no: int = 1, **changes: object
) -> InvoiceLine:
    line = InvoiceLine(
        line_no=line_no,
        title="Тариф 400",
        kind=ProductKind.SUBSCRIPTION,
        sum_kopecks=sum_kopecks,
        vat_rate=VatRate.NONE,
        period_start=YEAR_START,
        period_end=YEAR_END,
    )
    return replace(line, **changes)  # type: ignore[arg-type]


def licence(sum_kopecks: int = 500_000, line_no: int = 1, **changes: object) -> InvoiceLine:
    line = InvoiceLine(line_no, "Лицензия", ProductKind.LICENCE, sum_kopecks, VatRate.VAT22)
    return replace(line, **changes)  # type: ignore[arg-type]


def invoice(*lines: InvoiceLine, **changes: object) -> Invoice:
    total = sum(line.sum_kopecks for line in lines)
    paid = Invoice(
        number="A-1",
        client_id="client-1",
        issued_by=IssuedBy.ONLINE,
        service_centre=None,
        issued_on=YEAR_START,
        total_kopecks=total,
        paid_kopecks=total,
        promised_kopecks=sum(line.promised_kopecks for line in lines),
        last_paid_on=YEAR_START,
        lines=lines,
    )
    return replace(paid, **changes)  # type: ignore[arg-type]


def sum_of(bill: Invoice, *asked: AskedLine, stopped_on: date = TODAY) -> Calculation:
    return calculate(CalculationInputs(bill, asked, stopped_on), POLICY)


@pytest.mark.parametrize(
    ("bill", "asked", "reason"),
    [
        (invoice(subscription()), (), None),
        (
            invoice(subscription(), issued_by=IssuedBy.SERVICE_CENTRE, service_centre="Центр"),
            (),
            Refusal.INVOICE_ISSUED_BY_SERVICE_CENTRE,
        ),
        (
            invoice(subscription(), paid_kopecks=0, last_paid_on=None),
            (),
            Refusal.INVOICE_NOT_PAID,
        ),
        (
            invoice(subscription(), last_paid_on=TODAY - timedelta(POLICY.max_age_days)),
            (),
            None,
        ),
        (
            invoice(subscription(), last_paid_on=TODAY - timedelta(POLICY.max_age_days + 1)),
            (),
            Refusal.INVOICE_TOO_OLD,
        ),
        (
            invoice(subscription(), promised_kopecks=VECTOR_PRICE),
            (),
            Refusal.NOTHING_TO_REFUND,
        ),
        (invoice(subscription()), (AskedLine(2),), Refusal.LINES_UNKNOWN),
        (invoice(subscription()), (AskedLine(1, VECTOR_PRICE),), None),
        (
            invoice(subscription()),
            (AskedLine(1, VECTOR_PRICE + 1),),
            Refusal.AMOUNT_ABOVE_REFUNDABLE,
        ),
        (
            invoice(subscription(promised_kopecks=100)),
            (AskedLine(1, VECTOR_PRICE - 99),),
            Refusal.AMOUNT_ABOVE_REFUNDABLE,
        ),
        (
            invoice(licence(100, 1), licence(100, 2), paid_kopecks=150),
            (AskedLine(1, 100), AskedLine(2, 51)),
            Refusal.AMOUNT_ABOVE_REFUNDABLE,
        ),
    ],
)
def test_each_condition_refuses_with_its_own_code(
    bill: Invoice, asked: tuple[AskedLine, ...], reason: Refusal | None
) -> None:
    assert refusal(bill, asked, TODAY, POLICY) is reason


@pytest.mark.parametrize(
    ("asked", "limit"),
    [
        ((AskedLine(1, 90_001),), 90_000),  # the line's limit, though the invoice has more left
        ((AskedLine(1, 90_000), AskedLine(2, 60_001)), 60_000),
        ((AskedLine(1, 90_000), AskedLine(2, 50_002)), 140_001),  # the invoice is paid in part
        ((AskedLine(1, 90_000), AskedLine(2, 50_001)), None),
        ((AskedLine(1), AskedLine(2)), None),
    ],
)
def test_the_limit_that_a_request_goes_above_is_the_one_that_is_named(
    asked: tuple[AskedLine, ...], limit: int | None
) -> None:
    bill = invoice(licence(90_000, 1), licence(60_000, 2), paid_kopecks=140_001)
    assert limit_exceeded(bill, asked) == limit


@pytest.mark.parametrize(
    ("stopped_on", "sum_kopecks"),
    [
        (YEAR_START - timedelta(1), VECTOR_PRICE),  # not started: all
        (YEAR_START, VECTOR_PRICE),
        (TODAY, VECTOR_REFUND),  # the official vector: 75 of 365 days used
        (YEAR_END, 3_343),
        (YEAR_END + timedelta(1), 0),
    ],
)
def test_a_subscription_gives_its_unused_days_back(stopped_on: date, sum_kopecks: int) -> None:
    result = sum_of(invoice(subscription()), stopped_on=stopped_on)
    assert (result.sum_kopecks, result.specialist_reason) == (sum_kopecks, None)


def test_the_trace_says_how_the_sum_was_found() -> None:
    (line,) = sum_of(invoice(subscription())).lines
    assert (line.unused_days, line.total_days) == (290, 365)
    assert (line.price_kopecks, line.result_kopecks) == (VECTOR_PRICE, VECTOR_REFUND)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ((licence(),), None),
        ((licence(delivered_on=TODAY + timedelta(1)),), None),
        ((licence(delivered_on=TODAY),), SpecialistReason.DELIVERED),
        ((licence(closed_by_documents=True),), SpecialistReason.CLOSED_BY_DOCUMENTS),
        ((subscription(closed_by_documents=True),), SpecialistReason.CLOSED_BY_DOCUMENTS),
        ((subscription(period_start=None, period_end=None),), SpecialistReason.RULE),
        ((licence(kind=ProductKind.SERVICE),), SpecialistReason.RULE),
        ((subscription(), licence(line_no=2)), SpecialistReason.MIXED),
        ((licence(POLICY.automatic_limit_kopecks),), None),
        ((licence(POLICY.automatic_limit_kopecks + 1),), SpecialistReason.ABOVE_LIMIT),
    ],
)
def test_what_a_rule_cannot_judge_goes_to_a_specialist(
    lines: tuple[InvoiceLine, ...], reason: SpecialistReason | None
) -> None:
    assert sum_of(invoice(*lines)).specialist_reason is reason


def test_an_undelivered_licence_is_refunded_whole_with_its_vat() -> None:
    result = sum_of(invoice(licence(122_000)))
    assert (result.sum_kopecks, result.lines[0].vat_kopecks) == (122_000, 22_000)


def test_only_the_asked_lines_are_refunded_and_a_mix_needs_both() -> None:
    bill = invoice(subscription(), licence(line_no=2))
    result = sum_of(bill, AskedLine(2))
    assert [line.line_no for line in result.lines] == [2]
    assert (result.sum_kopecks, result.specialist_reason) == (500_000, None)


def test_a_used_up_period_leaves_nothing_and_needs_nobody() -> None:
    result = sum_of(invoice(subscription()), stopped_on=YEAR_END + timedelta(1))
    assert (result.sum_kopecks, result.specialist_reason) == (0, None)


@pytest.mark.parametrize(
    ("paid", "stopped_on", "result", "used"),
    [
        (600_000, date(2026, 7, 2), 1_644, 598_356),  # 182 of 365 days used, half is paid
        (600_000, date(2026, 7, 3), 0, 601_644),  # more was used than was paid
        (600_000, YEAR_START, 600_000, 0),
        (1_200_000, date(2026, 7, 2), 601_644, 598_356),
        (1_199_999, date(2026, 7, 2), 601_643, 598_356),
    ],
)
def test_of_an_invoice_that_is_paid_in_part_what_was_used_is_kept_first(
    paid: int, stopped_on: date, result: int, used: int
) -> None:
    bill = invoice(subscription(1_200_000), paid_kopecks=paid)
    found = sum_of(bill, stopped_on=stopped_on)
    assert (found.sum_kopecks, found.used_kopecks) == (result, used)
    assert (found.due_kopecks, found.paid_kopecks) == (1_200_000, paid)
    assert [line.result_kopecks for line in found.lines] == [result]


def test_what_was_used_of_a_line_that_is_not_asked_for_is_kept_too() -> None:
    used = subscription(100_000, 1, period_end=date(2026, 1, 31))
    bill = invoice(used, subscription(100_000, 2, period_start=TODAY), paid_kopecks=150_000)
    found = sum_of(bill, AskedLine(2))
    assert (found.sum_kopecks, found.used_kopecks) == (50_000, 100_000)


def test_what_is_missing_is_taken_from_the_lines_in_proportion() -> None:
    bill = invoice(subscription(300_000, 1), subscription(100_000, 2), paid_kopecks=200_000)
    found = sum_of(bill, stopped_on=YEAR_START)
    assert [line.result_kopecks for line in found.lines] == [150_000, 50_000]


def test_what_only_a_person_knows_of_another_line_stops_the_sum_of_a_part_payment() -> None:
    bill = invoice(subscription(), licence(line_no=2, delivered_on=YEAR_START))
    asked = AskedLine(1)
    assert sum_of(bill, asked).specialist_reason is None
    short = replace(bill, paid_kopecks=bill.total_kopecks - 1)
    assert sum_of(short, asked).specialist_reason is SpecialistReason.PARTLY_PAID


@pytest.mark.parametrize(
    ("asked", "promised", "of_client", "reason"),
    [
        (5_000_000, 0, 0, None),
        (5_000_000, 1, 0, SpecialistReason.ABOVE_LIMIT),
        (1, 5_000_000, 0, SpecialistReason.ABOVE_LIMIT),
        (1, 4_999_999, 0, None),
        (1, 0, 9_999_999, None),
        (1, 0, 10_000_000, SpecialistReason.ABOVE_CLIENT_LIMIT),
    ],
)
def test_the_automatic_limit_counts_all_that_goes_back(
    asked: int, promised: int, of_client: int, reason: SpecialistReason | None
) -> None:
    bill = invoice(licence(25_000_000, promised_kopecks=promised), promised_kopecks=promised)
    inputs = CalculationInputs(bill, (AskedLine(1, asked),), TODAY, client_kopecks=of_client)
    assert calculate(inputs, LIMITED).specialist_reason is reason


@pytest.mark.parametrize(
    ("surplus", "promised", "reason"),
    [
        (5_000_000, 0, None),
        (5_000_001, 0, SpecialistReason.ABOVE_LIMIT),
        (100, 5_000_000, SpecialistReason.ABOVE_LIMIT),
    ],
)
def test_a_surplus_knows_the_limits_like_any_other_refund(
    surplus: int, promised: int, reason: SpecialistReason | None
) -> None:
    bill = invoice(
        licence(6_000_000, promised_kopecks=promised),
        paid_kopecks=6_000_000 + surplus,
        surplus_kopecks=surplus,
        promised_kopecks=promised,
    )
    found = calculate(CalculationInputs(bill, (), TODAY, RefundKind.SURPLUS), LIMITED)
    assert (found.sum_kopecks, found.specialist_reason) == (surplus, reason)


@pytest.mark.parametrize(
    ("line_no", "before", "after", "reason"),
    [
        (1, 10, 11, SpecialistReason.USED_AFTER_STOP),
        (1, 10, 10, None),  # the same number again: nothing more was used
        (2, 10, 11, None),  # the term's line is not asked for
    ],
)
def test_use_that_was_reported_after_the_day_of_stopping_is_a_specialist_s(
    line_no: int, before: int, after: int, reason: SpecialistReason | None
) -> None:
    bill = invoice(subscription(), licence(line_no=2))
    use = UseAfterStop(TODAY + timedelta(9), before, after)
    asked = (AskedLine(line_no),)
    found = calculate(CalculationInputs(bill, asked, TODAY, use_after_stop=use), POLICY)
    assert (found.specialist_reason, found.use_after_stop) == (reason, use)


@pytest.mark.parametrize(
    ("lines", "deductions", "result"),
    [
        ([100, 50], [], 150),
        ([100, 50], [Deduction(30, "акт")], 120),
        ([100], [Deduction(100, "акт")], 0),
        ([100], [Deduction(60, "акт"), Deduction(60, "акт")], -20),
    ],
)
def test_deductions_are_taken_from_a_specialists_lines(
    lines: list[int], deductions: list[Deduction], result: int
) -> None:
    assert specialist_sum(lines, deductions) == result


days = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@st.composite
def lines(draw: st.DrawFn, line_no: int) -> InvoiceLine:
    price = draw(st.integers(1, 10_000_000))
    start, end = sorted((draw(days), draw(days)))
    with_period = draw(st.booleans())
    return InvoiceLine(
        line_no=line_no,
        title="Строка",
        kind=draw(st.sampled_from(list(ProductKind))),
        sum_kopecks=price,
        vat_rate=draw(st.sampled_from(list(VatRate))),
        period_start=start if with_period else None,
        period_end=end if with_period else None,
        delivered_on=draw(st.none() | days),
        closed_by_documents=draw(st.booleans()),
        promised_kopecks=draw(st.integers(0, price)),
    )


@st.composite
def inputs(draw: st.DrawFn) -> CalculationInputs:
    bill_lines = [draw(lines(number)) for number in range(1, draw(st.integers(1, 5)) + 1)]
    promised = sum(line.promised_kopecks for line in bill_lines)
    total = sum(line.sum_kopecks for line in bill_lines)
    bill = invoice(*bill_lines, paid_kopecks=draw(st.integers(promised, total + 1_000)))
    numbers = draw(st.sets(st.sampled_from([line.line_no for line in bill_lines])))
    bounds = st.none() | st.integers(1, 10_000_000)
    return CalculationInputs(
        bill, tuple(AskedLine(number, draw(bounds)) for number in sorted(numbers)), draw(days)
    )


@given(inputs())
def test_no_sum_is_above_what_is_left_of_the_invoice_or_of_a_line(
    given_: CalculationInputs,
) -> None:
    result = calculate(given_, POLICY)
    assert 0 <= result.sum_kopecks <= given_.invoice.left_kopecks
    left = {line.line_no: line.sum_kopecks - line.promised_kopecks for line in given_.invoice.lines}
    assert all(0 <= line.result_kopecks <= left[line.line_no] for line in result.lines)


@given(inputs())
def test_what_is_asked_bounds_each_line(given_: CalculationInputs) -> None:
    bounds = {line.line_no: line.at_most_kopecks for line in given_.asked}
    for line in calculate(given_, POLICY).lines:
        assert not bounds or line.line_no in bounds
        assert line.result_kopecks <= (bounds.get(line.line_no) or line.price_kopecks)


@given(inputs())
def test_naming_every_line_is_asking_for_the_whole_invoice(given_: CalculationInputs) -> None:
    whole = replace(given_, asked=())
    named = replace(given_, asked=tuple(AskedLine(line.line_no) for line in given_.invoice.lines))
    assert calculate(whole, POLICY) == calculate(named, POLICY)


@given(inputs(), days)
def test_stopping_later_never_gives_more(given_: CalculationInputs, later: date) -> None:
    earlier, later = sorted((given_.stopped_on, later))
    first = calculate(replace(given_, stopped_on=earlier), POLICY)
    second = calculate(replace(given_, stopped_on=later), POLICY)
    assert second.sum_kopecks <= first.sum_kopecks


@given(inputs())
def test_stored_inputs_recompute_to_the_same_calculation(given_: CalculationInputs) -> None:
    adapter, results = TypeAdapter(CalculationInputs), TypeAdapter(Calculation)
    stored = adapter.validate_json(adapter.dump_json(given_))
    result = calculate(given_, POLICY)
    assert stored == given_
    assert calculate(stored, POLICY) == results.validate_json(results.dump_json(result)) == result


@given(inputs(), st.integers(1, 10_000_000))
def test_asking_in_parts_gives_no_more_than_asking_once(
    given_: CalculationInputs, first_part: int
) -> None:
    line = replace(given_.invoice.lines[0], promised_kopecks=0)
    stopped_on = given_.stopped_on
    at_once = sum_of(invoice(line), stopped_on=stopped_on).sum_kopecks
    first = sum_of(invoice(line), AskedLine(1, first_part), stopped_on=stopped_on).sum_kopecks
    rest = sum_of(invoice(replace(line, promised_kopecks=first)), stopped_on=stopped_on).sum_kopecks
    assert first + rest == at_once


def test_days_that_were_used_are_not_refunded_by_a_second_request() -> None:
    refunded = subscription(promised_kopecks=VECTOR_REFUND)
    assert sum_of(invoice(refunded)).sum_kopecks == 0
    assert sum_of(invoice(refunded), AskedLine(1, 200_000)).sum_kopecks == 0


@given(inputs())
def test_the_trace_s_sums_add_up_to_what_was_paid(given_: CalculationInputs) -> None:
    found = calculate(given_, POLICY)
    assert found.sum_kopecks == sum(line.result_kopecks for line in found.lines)
    if found.sum_kopecks > 0:
        kept = found.used_kopecks + found.earlier_kopecks
        assert kept + found.sum_kopecks <= found.paid_kopecks
