"""What stays of the lines of an invoice, and so stands in its closing receipt."""

import pytest

from domain.billing.invoice import InvoiceLine, ProductKind
from domain.money import VatRate
from domain.receipt.receipt import GivenBack, content_of, kept_of


def lines(*sums: int) -> list[InvoiceLine]:
    return [
        InvoiceLine(place, f"line {place}", ProductKind.SERVICE, kopecks, VatRate.VAT22)
        for place, kopecks in enumerate(sums, 1)
    ]


@pytest.mark.parametrize(
    ("refunds", "kept"),
    [
        ([], {1: 1000, 2: 500}),
        ([GivenBack(1000, {1: 1000})], {2: 500}),
        ([GivenBack(300, {1: 200, 2: 100})], {1: 800, 2: 400}),
        ([GivenBack(1000, {1: 1000, 2: 500})], {1: 333, 2: 167}),
        ([GivenBack(900, {1: 1000}), GivenBack(1, {2: 500})], {1: 100, 2: 499}),
        ([GivenBack(1000, {1: 1000}), GivenBack(500, {2: 500})], {}),
    ],
)
def test_what_a_refund_gave_back_of_each_line_does_not_stay(
    refunds: list[GivenBack], kept: dict[int, int]
) -> None:
    found = kept_of(lines(1000, 500), refunds)
    assert {line.line_no: line.sum_kopecks for line in found} == kept


def test_the_receipts_of_a_line_s_refund_and_of_its_rest_add_up_to_it() -> None:
    sold, calculated = lines(1_000_000, 500_000, 100_001), {1: 1_000_000, 2: 500_000, 3: 100_001}
    kept = kept_of(sold, [GivenBack(1_266_668, calculated)])
    refunded = content_of("a@example.ru", 1_266_668, sold, rendered=False)["items"]
    for line, item, rest in zip(sold, refunded, kept, strict=True):
        assert item["amount_kopecks"] + rest.sum_kopecks == line.sum_kopecks
