"""The text of a payment's QR code is what the standard asks for, whatever the requisites hold."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.billing.payment_qr import MANDATORY, MAX_LENGTHS, payment_qr_text
from domain.billing.requisites import Requisites

RECIPIENT = Requisites(
    recipient_name="ООО «Копейка»",
    inn="7707083893",
    kpp="770701001",
    bic="044525225",
    account="40702810900000000001",
    bank_name="ПАО Сбербанк",
    correspondent_account="30101810400000000225",
)
TEXTS = st.text(max_size=300)


def fields_of(text: str) -> dict[str, str]:
    form, *fields = text.split("|")
    assert form == "ST00012"
    return dict(field.split("=", 1) for field in fields)


def test_a_payment_is_written_in_the_order_of_the_standard_and_the_sum_in_kopecks() -> None:
    assert payment_qr_text(RECIPIENT, 1_234_50, "Оплата по счёту № KP-2026-000123") == (
        "ST00012|Name=ООО «Копейка»|PersonalAcc=40702810900000000001|BankName=ПАО Сбербанк"
        "|BIC=044525225|CorrespAcc=30101810400000000225|PayeeINN=7707083893|KPP=770701001"
        "|Purpose=Оплата по счёту № KP-2026-000123|Sum=123450"
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"correspondent_account": None}, {"CorrespAcc": "0"}),
        ({"bank_name": "Б" * 60}, {"BankName": "Б" * 45}),
        ({"recipient_name": "А|Б\nВ \t Г"}, {"Name": "А Б В Г"}),
        ({"recipient_name": "А=Б"}, {"Name": "А=Б"}),
        ({"recipient_name": "А" * 159 + " Б"}, {"Name": "А" * 159}),
    ],
)
def test_what_a_field_cannot_hold_is_made_to_fit(
    changes: dict[str, Any], expected: dict[str, str]
) -> None:
    fields = fields_of(payment_qr_text(replace(RECIPIENT, **changes), 100, "Оплата"))
    assert expected.items() <= fields.items()


def test_a_recipient_without_numbers_has_no_fields_for_them() -> None:
    text = payment_qr_text(replace(RECIPIENT, inn=None, kpp=None), 100, "")
    assert fields_of(text).keys() == {*MANDATORY, "Sum"}


@given(name=TEXTS, bank=TEXTS, purpose=TEXTS, amount=st.integers(1, 10**14))
def test_no_text_breaks_the_code_or_passes_its_limits(
    name: str, bank: str, purpose: str, amount: int
) -> None:
    recipient = replace(RECIPIENT, recipient_name=f"А{name}", bank_name=f"Б{bank}")
    fields = fields_of(payment_qr_text(recipient, amount, purpose))
    assert tuple(fields)[: len(MANDATORY)] == MANDATORY
    assert all(0 < len(value) <= MAX_LENGTHS[field] for field, value in fields.items())
    assert fields["Sum"] == str(amount)


@pytest.mark.parametrize("amount", [0, -1])
def test_a_code_without_a_sum_is_not_made(amount: int) -> None:
    with pytest.raises(ValueError, match="above zero"):
        payment_qr_text(RECIPIENT, amount, "Оплата")


@pytest.mark.parametrize(
    ("field", "name"),
    [("recipient_name", "Name"), ("account", "PersonalAcc"), ("bank_name", "BankName")],
)
def test_a_code_that_would_fill_in_half_is_not_made(field: str, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        payment_qr_text(replace(RECIPIENT, **{field: " | "}), 100, "Оплата")
