"""Requests to the acquirer: the idempotence key, and the bodies of refunds and payments."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.billing.invoice import ProductKind
from domain.money import VatRate, amount_text
from domain.notification.mail_address import ascii_address

CURRENCY: Final = "RUB"
MAX_KEY_LENGTH: Final = 64
MAX_DESCRIPTION_LENGTH: Final = 250
MAX_PAYMENT_DESCRIPTION_LENGTH: Final = 128
MAX_RECEIPT_ITEMS: Final = 80
MAX_RECEIPT_TEXT_LENGTH: Final = 128
MAX_METADATA_ENTRIES: Final = 16
MAX_METADATA_NAME_LENGTH: Final = 32
MAX_METADATA_VALUE_LENGTH: Final = 512

KEY_ENTRY: Final = "kopeyka_key"
"""The metadata entry in which our key is returned to us."""


PREPAID: Final = "full_prepayment"
"""The mode of a receipt's item that is paid before the service is rendered."""
RENDERED: Final = "full_payment"
"""The mode of a receipt's item whose service is rendered: on the closing receipt and later ones."""
ONE: Final = "1.00"

_PREPAID_VAT_CODES: Final = {
    VatRate.NONE: 1,
    VatRate.VAT10: 5,
    VatRate.VAT20: 6,
    VatRate.VAT5: 9,
    VatRate.VAT7: 10,
    VatRate.VAT22: 12,
}
"""The rates of a prepayment, such as 22/122, whose sum includes the VAT."""
_RENDERED_VAT_CODES: Final = {
    VatRate.NONE: 1,
    VatRate.VAT10: 3,
    VatRate.VAT20: 4,
    VatRate.VAT5: 7,
    VatRate.VAT7: 8,
    VatRate.VAT22: 11,
}
_SUBJECTS: Final = {
    ProductKind.SUBSCRIPTION: "service",
    ProductKind.SUPPORT: "service",
    ProductKind.SERVICE: "service",
    ProductKind.LICENCE: "intellectual_activity",
    ProductKind.GOODS: "commodity",
}


@dataclass(frozen=True)
class ReceiptItem:
    """A line of the receipt; `rendered`: its service is rendered. A longer title is cut."""

    title: str
    amount_kopecks: int
    vat_rate: VatRate
    kind: ProductKind
    rendered: bool = False


@dataclass(frozen=True, repr=False)
class Receipt:
    """A fiscal receipt: the address it is mailed to, and its items."""

    email: str
    items: tuple[ReceiptItem, ...]

    @property
    def amount_kopecks(self) -> int:
        """The sum of the items."""
        return sum(item.amount_kopecks for item in self.items)


@dataclass(frozen=True, repr=False)
class PaymentOrder:
    """A payment to be made on the acquirer's page, from which the client returns to `return_url`.

    The items add up to the sum; the receipt is mailed to `email`.
    """

    amount_kopecks: int
    description: str
    return_url: str
    email: str
    items: tuple[ReceiptItem, ...]


def idempotence_key(key: str) -> str:
    """The key itself where a header can carry it, otherwise its SHA-256."""
    if (
        0 < len(key) <= MAX_KEY_LENGTH
        and key.isascii()
        and key.isprintable()
        and key == key.strip()
    ):
        return key
    return hashlib.sha256(key.encode()).hexdigest()


def refund_body(
    key: str,
    payment_id: str,
    amount_kopecks: int,
    description: str,
    metadata: Mapping[str, str],
    receipt: Receipt | None = None,
) -> bytes:
    """The same bytes for the same call, since a repeat with the same key must not differ."""
    if amount_kopecks <= 0 or not payment_id or not key:
        raise ValueError("a refund has a key, a payment and a sum above zero")
    body: dict[str, object] = {
        "payment_id": payment_id,
        "amount": _amount(amount_kopecks),
        "description": description[:MAX_DESCRIPTION_LENGTH],
        "metadata": _with_key(key, metadata),
    }
    if receipt is not None:
        body["receipt"] = _receipt(receipt, amount_kopecks)
    return _text_of(body)


def closing_body(payment_id: str, receipt: Receipt) -> bytes:
    """The receipt «полный расчёт» that settles a prepayment; the same bytes for the same call."""
    return _text_of(
        {
            "type": "payment",
            "payment_id": payment_id,
            "send": True,
            **_receipt(receipt, receipt.amount_kopecks),
            "settlements": [{"type": "prepayment", "amount": _amount(receipt.amount_kopecks)}],
        }
    )


def payment_body(key: str, order: PaymentOrder, metadata: Mapping[str, str]) -> bytes:
    """The same bytes for the same call, since a repeat with the same key must not differ."""
    if not key or order.amount_kopecks <= 0:
        raise ValueError("a payment has a key and a sum above zero")
    body = {
        "amount": _amount(order.amount_kopecks),
        "capture": True,
        "confirmation": {"type": "redirect", "return_url": order.return_url},
        "description": order.description[:MAX_PAYMENT_DESCRIPTION_LENGTH],
        "metadata": _with_key(key, metadata),
        "receipt": _receipt(Receipt(order.email, order.items), order.amount_kopecks),
    }
    return _text_of(body)


def _receipt(receipt: Receipt, amount_kopecks: int) -> dict[str, object]:
    if not 1 <= len(receipt.items) <= MAX_RECEIPT_ITEMS:
        raise ValueError("a payment's receipt has items, few enough")
    if receipt.amount_kopecks != amount_kopecks:
        raise ValueError("a receipt's items add up to the payment, or to what of it goes back")
    return {
        "customer": {"email": ascii_address(receipt.email)},
        "items": [_item(item) for item in receipt.items],
    }


def _item(item: ReceiptItem) -> dict[str, object]:
    codes = _RENDERED_VAT_CODES if item.rendered else _PREPAID_VAT_CODES
    return {
        "description": item.title[:MAX_RECEIPT_TEXT_LENGTH],
        "quantity": ONE,
        "amount": _amount(item.amount_kopecks),
        "vat_code": codes[item.vat_rate],
        "payment_mode": RENDERED if item.rendered else PREPAID,
        "payment_subject": _SUBJECTS[item.kind],
    }


def _amount(amount_kopecks: int) -> dict[str, str]:
    return {"value": amount_text(amount_kopecks), "currency": CURRENCY}


def _with_key(key: str, metadata: Mapping[str, str]) -> dict[str, str]:
    entries = {**metadata, KEY_ENTRY: key}
    if len(entries) > MAX_METADATA_ENTRIES or not all(map(_entry_fits, entries.items())):
        raise ValueError("more metadata than the acquirer takes")
    return entries


def _text_of(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()


def _entry_fits(entry: tuple[str, str]) -> bool:
    name, value = entry
    return len(name) <= MAX_METADATA_NAME_LENGTH and len(value) <= MAX_METADATA_VALUE_LENGTH
