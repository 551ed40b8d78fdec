"""A paper that the system makes for a dispute reads as a document and holds its data."""

import io
import json
from datetime import date
from enum import StrEnum
from typing import Any

import pytest
from pypdf import PdfReader

from domain.billing.invoice import PaymentMethod
from domain.card.card_payment import CardStatus
from domain.file.kind import FileKind, judged
from domain.file.name import judged_name
from domain.goods_return.goods_return import GoodsReturnStatus, Ground
from domain.receipt.receipt import ReceiptStatus
from domain.refund.refund import RefundStatus
from gateways.documents.dispute_paper import DisputePaper, dispute_paper_pdf

NUMBER = "2026-000117"
MORNING, NOON = "2026-03-16T06:00:00+00:00", "2026-03-16T09:00:00+00:00"
HOSTILE = '#eval("1+1") $x$ *жирно* \\ "; DROP'
CONTENTS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "order": (
        {
            "invoice": NUMBER,
            "issued_on": "2026-03-01",
            "total_kopecks": 1_220_050,
            "lines": [
                {
                    "line": 1,
                    "title": HOSTILE,
                    "sum_kopecks": 1_220_050,
                    "vat_rate": "vat22",
                    "period_start": "2026-03-01",
                    "period_end": "2027-02-28",
                    "delivered_on": None,
                },
                {
                    "line": 2,
                    "title": "Принтер",
                    "sum_kopecks": 100,
                    "vat_rate": "none",
                    "period_start": None,
                    "period_end": None,
                    "delivered_on": None,
                },
            ],
        },
        ("Условия заказа", "01.03.2026 – 28.02.2027", "22 %", "без НДС", '#eval("1+1") $x$'),
    ),
    "payments": (
        {
            "payments": [
                {
                    "payment": "pay-1",
                    "method": "bank_card",
                    "sum_kopecks": 5000,
                    "received_at": NOON,
                    "acquirer_payment": "2f1d0e",
                    "reversed": True,
                }
            ]
        },
        ("16.03.2026 12:00 (МСК)", "Сторнирован", "2f1d0e", "50,00"),
    ),
    "receipts": (
        {
            "receipts": [
                {
                    "receipt": "r-1",
                    "kind": "refund",
                    "status": "succeeded",
                    "sum_kopecks": 5000,
                    "at": NOON,
                    "acquirer_receipt": None,
                }
            ]
        },
        ("Возврат прихода", "Чек выдан", "—"),
    ),
    "entries": (
        {
            "entries": [
                {
                    "day": "2026-03-16",
                    "number": "17",
                    "sum_kopecks": 900_000,
                    "allocated_kopecks": 800_000,
                }
            ]
        },
        ("16.03.2026", "17", "9 000,00", "8 000,00"),
    ),
    "support": (
        {
            "messages": [
                {"ticket": "ticket-1", "from": "client", "at": MORNING, "text": "Где\nденьги?"},
                {"ticket": "ticket-1", "from": "support", "at": NOON, "text": "Ищем."},
            ]
        },
        ("Клиент", "Поддержка", "Где", "деньги?", "Ищем."),
    ),
    "letters": (
        {"letters": [{"at": NOON, "subject": "Возврат", "text": "Деньги отправлены."}]},
        ("Возврат", "Деньги отправлены."),
    ),
    "attempts": (
        {
            "attempts": [
                {
                    "order": "o-1",
                    "status": "cancelled",
                    "sum_kopecks": 5000,
                    "begun_at": MORNING,
                    "ended_at": NOON,
                    "reason": "insufficient_funds",
                }
            ]
        },
        ("На карте не хватает денег", "16.03.2026 09:00 (МСК)"),
    ),
    "refunds": (
        {
            "refunds": [
                {
                    "refund": f"refund-{NUMBER}-1",
                    "status": "completed",
                    "sum_kopecks": None,
                    "opened_at": MORNING,
                    "paid_on": "2026-03-17",
                    "refusal": None,
                }
            ]
        },
        ("17.03.2026",),
    ),
    "returns": (
        {
            "returns": [
                {
                    "return": f"return-{NUMBER}-1",
                    "ground": "defective",
                    "status": "closed",
                    "opened_at": MORNING,
                    "asked": 3,
                    "accepted": 2,
                }
            ]
        },
        (f"return-{NUMBER}-1", "3", "2"),
    ),
}


def paper(about: str) -> DisputePaper:
    return DisputePaper(about, "system", NUMBER, date(2026, 3, 17), CONTENTS[about][0])


@pytest.mark.parametrize("about", sorted(CONTENTS))
def test_it_reads_in_words_and_holds_what_it_was_made_of(about: str) -> None:
    made = paper(about)
    pdf = dispute_paper_pdf(made)
    read = PdfReader(io.BytesIO(pdf))
    text = "".join(page.extract_text() for page in read.pages).replace("\xa0", " ")
    flat = " ".join(text.replace("\u200b", "").split())
    assert made.title in flat
    assert f"№ {NUMBER}" in flat
    for said in CONTENTS[about][1]:
        assert said in flat, (said, flat)
    (data,) = read.attachments["data.json"]
    assert json.loads(data) == made.content
    assert judged(pdf) is FileKind.PDF
    assert judged_name(made.name) == made.name
    assert made.name.endswith(f", № {NUMBER}.pdf")


def test_the_same_facts_are_the_same_bytes_in_any_order_of_their_keys() -> None:
    made = paper("payments")
    (row,) = made.content["payments"]
    turned = {"payments": [dict(reversed(row.items()))]}
    again = DisputePaper(made.about, made.source, NUMBER, made.made_on, turned)
    assert dispute_paper_pdf(made) == dispute_paper_pdf(again)


@pytest.mark.parametrize(
    ("about", "column", "values"),
    [
        ("payments", "method", PaymentMethod),
        ("receipts", "status", ReceiptStatus),
        ("attempts", "status", CardStatus),
        ("refunds", "status", RefundStatus),
        ("returns", "ground", Ground),
        ("returns", "status", GoodsReturnStatus),
    ],
)
def test_whatever_our_rows_say_has_its_words(
    about: str, column: str, values: type[StrEnum]
) -> None:
    (row,) = CONTENTS[about][0][about]
    rows = {about: [{**row, column: one.value} for one in values]}
    pdf = dispute_paper_pdf(DisputePaper(about, "system", NUMBER, date(2026, 3, 17), rows))
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert [one for one in values if one.value in text.split()] == []
