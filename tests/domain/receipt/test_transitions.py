"""Which receipts are put down, and what the acquirer's answers make of them."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.billing.invoice import InvoiceLine, ProductKind
from domain.money import VatRate
from domain.receipt.receipt import RECEIPT_FAILED, PrintedBy, ReceiptStatus
from domain.receipt.transitions import (
    NOT_PRINTED,
    DuePayment,
    OpenReceipt,
    RefundedPayment,
    answered,
    closing_receipt,
    failed,
    refund_receipt,
)

LINES = [
    InvoiceLine(1, "Тариф 400", ProductKind.SUBSCRIPTION, 700_00, VatRate.VAT22),
    InvoiceLine(2, "Поддержка", ProductKind.SUPPORT, 300_00, VatRate.VAT22),
]
PAYMENT = RefundedPayment("p-1", 400_00, 1_000_00, "client@example.org", is_closed=False)
DUE = DuePayment("p-1", "2026-000417", "client@example.org", 1_000_00)
OPEN = OpenReceipt(UUID(int=3), "refund-1", "2026-000417", 400_00, {}, "external-1", None)


@pytest.mark.parametrize(
    ("payment", "printer", "is_sent"),
    [
        (PAYMENT, PrintedBy.ACQUIRER, True),
        (replace(PAYMENT, amount_kopecks=999_99), PrintedBy.ACQUIRER, True),
        (replace(PAYMENT, amount_kopecks=1_000_00), PrintedBy.ACQUIRER, False),
        (PAYMENT, PrintedBy.ELSEWHERE, False),
    ],
)
def test_a_refund_of_a_part_has_a_receipt_where_the_acquirer_prints(
    payment: RefundedPayment, printer: PrintedBy, is_sent: bool
) -> None:
    new = refund_receipt("refund-1", 2, payment, LINES, printer)
    assert (new is not None) is is_sent
    if new is not None:
        assert (new.case_id, new.attempt, new.payment_id) == ("refund-1", 2, "p-1")
        items = new.content["items"]
        assert sum(item["amount_kopecks"] for item in items) == payment.amount_kopecks
        assert not any(item["rendered"] for item in items)


def test_each_attempt_has_one_receipt_and_another_attempt_another_one() -> None:
    first, again, second, closed = (
        refund_receipt("refund-1", 1, PAYMENT, LINES, PrintedBy.ACQUIRER),
        refund_receipt("refund-1", 1, PAYMENT, LINES, PrintedBy.ACQUIRER),
        refund_receipt("refund-1", 2, PAYMENT, LINES, PrintedBy.ACQUIRER),
        refund_receipt("refund-1", 1, replace(PAYMENT, is_closed=True), LINES, PrintedBy.ACQUIRER),
    )
    assert first is not None
    assert second is not None
    assert closed is not None
    assert first == again
    assert first.id != second.id
    assert all(item["rendered"] for item in closed.content["items"])


@pytest.mark.parametrize(
    ("left_kopecks", "lines", "expected"),
    [
        (1_000_00, LINES, 1_000_00),
        (600_00, LINES, 600_00),  # a part of the money went back
        (1_000_00, LINES[:1], 700_00),  # a line went back
        (1, LINES, 1),
        (0, LINES, None),
        (-1, LINES, None),
        (1_000_00, [], None),
    ],
)
def test_a_closing_receipt_is_of_what_is_left_of_the_money_and_the_lines(
    left_kopecks: int, lines: list[InvoiceLine], expected: int | None
) -> None:
    new = closing_receipt(replace(DUE, left_kopecks=left_kopecks), lines)
    assert (None if new is None else new.amount_kopecks) == expected
    if new is not None:
        assert sum(item["amount_kopecks"] for item in new.content["items"]) == expected
        assert (new.case_id, new.attempt) == (None, None)


@pytest.mark.parametrize("status", [ReceiptStatus.PENDING, ReceiptStatus.SUCCEEDED])
def test_an_answer_is_recorded_with_the_acquirers_id(status: ReceiptStatus) -> None:
    made = answered(OPEN, status, "r-1")
    assert (made.status, made.acquirer_receipt_id, made.reason) == (status, "r-1", None)
    assert not made.notices


def test_a_receipt_that_was_not_printed_is_the_accountants() -> None:
    made = answered(OPEN, ReceiptStatus.FAILED, "r-1")
    assert made == failed(OPEN, NOT_PRINTED)
    assert (made.status, made.notices) == (ReceiptStatus.FAILED, (RECEIPT_FAILED,))
    assert made.params == {
        "invoice_number": "2026-000417",
        "amount_kopecks": 400_00,
        "receipt_id": str(OPEN.id),
        "failure": NOT_PRINTED,
    }


def test_no_address_reaches_a_log() -> None:
    assert "@" not in repr(PAYMENT) + repr(DUE)
