"""The messages of the protocol: refund requests, amounts, answers and errors."""

import json
import re
import sqlite3
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from sandbox.acquirer.terms import (
    MAX_ADDRESS_LENGTH,
    MAX_AMOUNT_KOPECKS,
    MAX_DESCRIPTION_LENGTH,
    MAX_METADATA_ENTRIES,
    MAX_METADATA_NAME_LENGTH,
    MAX_METADATA_VALUE_LENGTH,
    MAX_PAYMENT_DESCRIPTION_LENGTH,
    MAX_RECEIPT_ITEMS,
    MAX_RECEIPT_TEXT_LENGTH,
)

CURRENCY = "RUB"
FIRST_RRN = 633_400_000_000
"""Twelve digits, in which the bank of a card counts its operations."""
_VALUE = re.compile(r"[0-9]{1,12}\.[0-9]{2}", re.ASCII)

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=64)]


def kopecks(value: str) -> int:
    """Kopecks of "123.45"; ValueError for anything else, zero included."""
    if not _VALUE.fullmatch(value):
        raise ValueError("an amount is roubles, a dot and two digits")
    amount = int(value.replace(".", ""))
    if not 0 < amount <= MAX_AMOUNT_KOPECKS:
        raise ValueError("an amount is more than zero and within the limit")
    return amount


def value_text(amount_kopecks: int) -> str:
    """ "123.45" of 12345 kopecks."""
    return f"{amount_kopecks // 100}.{amount_kopecks % 100:02d}"


def moment_text(at_ms: int) -> str:
    """ISO 8601 in UTC with milliseconds, as the real API writes it."""
    instant = datetime.fromtimestamp(at_ms // 1000, UTC).replace(microsecond=at_ms % 1000 * 1000)
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_in(text: str) -> int | None:
    """Milliseconds since 1970 of an ISO 8601 moment with its zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is None else int(moment.timestamp() * 1000)


def _checked_value(value: str) -> str:
    kopecks(value)
    return value


def _rouble(currency: str) -> str:
    if currency != CURRENCY:
        raise ValueError("only roubles are taken and given back")
    return currency


class Amount(BaseModel):
    """Roubles as text: the wire never carries a number that could become a float."""

    model_config = ConfigDict(strict=True)
    value: Annotated[str, AfterValidator(_checked_value)]
    currency: Annotated[str, AfterValidator(_rouble)]


Metadata = Annotated[
    dict[
        Annotated[str, StringConstraints(max_length=MAX_METADATA_NAME_LENGTH)],
        Annotated[str, StringConstraints(max_length=MAX_METADATA_VALUE_LENGTH)],
    ],
    Field(max_length=MAX_METADATA_ENTRIES),
]


class RefundRequest(BaseModel):
    """Body of `POST /v3/refunds`; unknown fields are ignored, as the real API ignores them."""

    model_config = ConfigDict(strict=True)
    payment_id: Identifier
    amount: Amount
    description: str | None = Field(default=None, max_length=MAX_DESCRIPTION_LENGTH)
    metadata: Metadata = Field(default_factory=dict)
    receipt: "Receipt | None" = None


def http_url(url: str) -> str:
    """The address itself; ValueError unless a browser can open it."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an http(s) address is needed")
    return url


Address = Annotated[str, Field(max_length=MAX_ADDRESS_LENGTH), AfterValidator(http_url)]
ReceiptText = Annotated[str, StringConstraints(min_length=1, max_length=MAX_RECEIPT_TEXT_LENGTH)]


class Redirect(BaseModel):
    """The payer is sent to a page of the acquirer's and comes back to `return_url`."""

    model_config = ConfigDict(strict=True)
    type: Literal["redirect"]
    return_url: Address


class ReceiptItem(BaseModel):
    """A line of the receipt by 54-ФЗ."""

    model_config = ConfigDict(strict=True)
    description: ReceiptText
    quantity: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}(\.[0-9]{1,3})?$")]
    amount: Amount
    vat_code: int = Field(ge=1, le=12)
    payment_mode: Annotated[str, StringConstraints(pattern="^[a-z_]{1,40}$")]
    payment_subject: Annotated[str, StringConstraints(pattern="^[a-z_]{1,40}$")]


class Customer(BaseModel):
    """Whom the receipt is sent to."""

    model_config = ConfigDict(strict=True)
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]


class Receipt(BaseModel):
    """What the payer is given by law."""

    model_config = ConfigDict(strict=True)
    customer: Customer
    items: list[ReceiptItem] = Field(min_length=1, max_length=MAX_RECEIPT_ITEMS)


class Settlement(BaseModel):
    """What a closing receipt settles."""

    model_config = ConfigDict(strict=True)
    type: Literal["prepayment"]
    amount: Amount


class ReceiptRequest(Receipt):
    """Body of `POST /v3/receipts`, as far as it is spoken here: the closing one of a payment."""

    type: Literal["payment"]
    payment_id: Identifier
    send: Literal[True]
    settlements: list[Settlement] = Field(min_length=1, max_length=1)


def receipt_total(receipt: Receipt) -> int:
    """What a receipt's items cost together; a quantity is always one here."""
    return sum(kopecks(item.amount.value) for item in receipt.items)


class PaymentRequest(BaseModel):
    """Body of `POST /v3/payments`, as far as it is spoken here: captured at once, by the page."""

    model_config = ConfigDict(strict=True)
    amount: Amount
    capture: Literal[True]
    confirmation: Redirect
    description: str | None = Field(default=None, max_length=MAX_PAYMENT_DESCRIPTION_LENGTH)
    metadata: Metadata = Field(default_factory=dict)
    receipt: Receipt

    @property
    def receipt_kopecks(self) -> int:
        """What the receipt's items cost together."""
        return receipt_total(self.receipt)


CHARGEBACK = "chargeback"
"""Of a refund that the payer's bank has demanded: until when the shop may object."""


def refund_object(refund: sqlite3.Row) -> dict[str, object]:
    """A refund as the API shows it."""
    shown: dict[str, object] = {
        "id": refund["id"],
        "payment_id": refund["payment_id"],
        "status": refund["state"],
        "created_at": moment_text(refund["created_at_ms"]),
        "amount": {"value": value_text(refund["amount_kopecks"]), "currency": CURRENCY},
        "metadata": json.loads(refund["metadata"]),
    }
    chargeback = shown["metadata"].pop(CHARGEBACK, None)  # type: ignore[attr-defined]
    if chargeback is not None:
        shown[CHARGEBACK] = {"respond_by": chargeback}
    if refund["description"] is not None:
        shown["description"] = refund["description"]
    if refund["receipt"] is not None:
        shown["receipt_registration"] = refund["receipt"]
    if refund["state"] == "succeeded" and refund["method"] == "bank_card":
        shown["refund_authorization_details"] = {"rrn": f"{FIRST_RRN + refund['seq']:012d}"}
    if refund["state"] == "canceled":
        shown["cancellation_details"] = {"party": refund["party"], "reason": refund["reason"]}
    return shown


def registered_object(payment: sqlite3.Row, refunded_kopecks: int) -> dict[str, object]:
    """A payment that was made elsewhere than by the page, as the API shows it."""
    at = moment_text(payment["captured_at_ms"])
    return {
        "id": payment["id"],
        "status": "succeeded",
        "paid": True,
        "refundable": True,
        "test": True,
        "amount": _amount_of(payment["amount_kopecks"]),
        "refunded_amount": _amount_of(refunded_kopecks),
        "created_at": at,
        "captured_at": at,
        "metadata": {},
        "payment_method": {"type": payment["method"], "id": payment["id"], "saved": False},
    }


def _amount_of(amount_kopecks: int) -> dict[str, str]:
    return {"value": value_text(amount_kopecks), "currency": CURRENCY}


def payment_object(
    payment: sqlite3.Row, page: str | None, refunded_kopecks: int = 0
) -> dict[str, object]:
    """A payment as the API shows it; `page` is where its payer is sent while it waits for one."""
    state = payment["state"]
    shown: dict[str, object] = {
        "id": payment["id"],
        "status": state,
        "paid": state == "succeeded",
        "refundable": state == "succeeded",
        "test": True,
        "amount": _amount_of(payment["amount_kopecks"]),
        "created_at": moment_text(payment["created_at_ms"]),
        "metadata": json.loads(payment["metadata"]),
    }
    if payment["description"] is not None:
        shown["description"] = payment["description"]
    if state == "pending" and page is not None:
        shown["confirmation"] = {
            "type": "redirect",
            "return_url": payment["return_url"],
            "confirmation_url": page,
        }
    if state == "succeeded":
        shown["captured_at"] = moment_text(payment["captured_at_ms"])
        shown["payment_method"] = {"type": payment["method"], "id": payment["id"], "saved": False}
        shown["receipt_registration"] = "succeeded"
        shown["refunded_amount"] = _amount_of(refunded_kopecks)
    if state == "canceled":
        shown["cancellation_details"] = {"party": payment["party"], "reason": payment["reason"]}
    return shown


@dataclass(frozen=True)
class Answer:
    """What goes back; `dropped` closes the connection without a byte."""

    status: int
    body: dict[str, object]
    dropped: bool = False


DROPPED = Answer(status=0, body={}, dropped=True)


def error(status: int, code: str, description: str, parameter: str | None = None) -> Answer:
    """An error object with its own id, as support would ask for it."""
    body: dict[str, object] = {
        "type": "error",
        "id": str(uuid.uuid4()),
        "code": code,
        "description": description,
    }
    if parameter is not None:
        body["parameter"] = parameter
    return Answer(status, body)


def processing() -> Answer:
    """202: taken, not yet carried out; `retry_after` is in milliseconds."""
    return Answer(
        202,
        {"type": "processing", "description": "Request accepted, not yet done", "retry_after": 500},
    )


RefundRequest.model_rebuild()
