"""VAT of what goes back: successive parts of a line add up to the line's own."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.billing.invoice import Invoice, InvoiceLine, IssuedBy, ProductKind
from domain.money import VatRate, vat_inside
from domain.refund.vat import RefundedLine, rate_of, refunded_vat, vat_of_part

RATES = st.sampled_from(list(VatRate))


def line_of(price: int, rate: VatRate = VatRate.VAT22, line_no: int = 1) -> InvoiceLine:
    return InvoiceLine(line_no, "Тариф", ProductKind.LICENCE, price, rate)


def after(line: InvoiceLine, part: int) -> tuple[InvoiceLine, int]:
    """The line once a part of it has gone back, and the VAT of that part."""
    vat = vat_of_part(line, line.vat_rate, part)
    taken = replace(
        line,
        promised_kopecks=line.promised_kopecks + part,
        promised_vat_kopecks=line.promised_vat_kopecks + vat,
    )
    return taken, vat


def vats(price: int, *parts: int) -> list[int]:
    line, found = line_of(price), []
    for part in parts:
        line, vat = after(line, part)
        found.append(vat)
    return found


@pytest.mark.parametrize(
    ("price", "parts", "expected"),
    [
        (12_200, (3_200, 900, 800, 300, 600, 300, 6_100), [577, 162, 144, 54, 108, 54, 1_101]),
        (400_016, (100_004,) * 4, [18_034, 18_034, 18_034, 18_032]),
        (12_200, (12_200,), [2_200]),
        (3, (1, 1, 1), [0, 0, 1]),
    ],
)
def test_the_last_part_takes_the_rest_of_the_line_s_vat(
    price: int, parts: tuple[int, ...], expected: list[int]
) -> None:
    assert vats(price, *parts) == expected
    assert sum(expected) == vat_inside(price, VatRate.VAT22)


@given(st.integers(1, 100_000), RATES, st.data())
def test_parts_of_a_line_have_the_line_s_vat_whatever_ended_unpaid_between_them(
    price: int, rate: VatRate, data: st.DataObject
) -> None:
    line = line_of(price, rate)
    live: list[tuple[int, int]] = []
    for _ in range(data.draw(st.integers(0, 8))):
        left = price - line.promised_kopecks
        if live and (left == 0 or data.draw(st.booleans())):
            part, vat = live.pop(data.draw(st.integers(0, len(live) - 1)))
            line = replace(
                line,
                promised_kopecks=line.promised_kopecks - part,
                promised_vat_kopecks=line.promised_vat_kopecks - vat,
            )
            continue
        part = data.draw(st.integers(1, left))
        line, vat = after(line, part)
        assert 0 <= vat <= part
        live.append((part, vat))
    line, _ = after(line, price - line.promised_kopecks)
    assert line.promised_vat_kopecks == vat_inside(price, rate)


@given(st.lists(st.tuples(st.integers(0, 10**6), RATES), min_size=1, max_size=9), st.data())
def test_deductions_take_vat_from_all_lines_and_never_add_any(
    sums: list[tuple[int, VatRate]], data: st.DataObject
) -> None:
    lines = [RefundedLine(rate, kopecks, vat_inside(kopecks, rate)) for kopecks, rate in sums]
    whole = sum(kopecks for kopecks, _ in sums)
    amount = data.draw(st.integers(0, whole))
    found = refunded_vat(amount, lines)
    assert all(vat >= 0 for vat in found.values())
    assert sum(found.values()) <= amount
    if amount == whole:
        assert sum(found.values()) == sum(line.vat_kopecks for line in lines)


@pytest.mark.parametrize(
    ("recorded", "rates", "rate"),
    [
        (None, [VatRate.VAT22], VatRate.VAT22),
        (VatRate.VAT20, [VatRate.VAT22], VatRate.VAT20),
        (VatRate.VAT20, [VatRate.VAT22, VatRate.VAT22], VatRate.VAT20),
        (VatRate.VAT20, [VatRate.VAT22, VatRate.VAT10], VatRate.VAT22),  # whose rate was it?
        (VatRate.VAT22, [VatRate.NONE], VatRate.NONE),
        (VatRate.NONE, [VatRate.VAT22], VatRate.VAT22),
    ],
)
def test_the_rate_is_the_one_that_was_recorded_at_receipt(
    recorded: VatRate | None, rates: list[VatRate], rate: VatRate
) -> None:
    lines = tuple(line_of(100, one, place) for place, one in enumerate(rates, start=1))
    bill = Invoice(
        number="A-1",
        client_id="client-1",
        issued_by=IssuedBy.ONLINE,
        service_centre=None,
        issued_on=date(2026, 1, 1),
        total_kopecks=100 * len(lines),
        paid_kopecks=100 * len(lines),
        promised_kopecks=0,
        last_paid_on=date(2026, 1, 1),
        lines=lines,
        received_vat_rate=recorded,
    )
    assert rate_of(bill, lines[0]) is rate
