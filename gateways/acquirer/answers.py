"""Answers of the acquirer, decoded so that values of later versions do not break it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

import httpx2

from domain.money import AmountError, parse_amount
from gateways.acquirer.errors import (
    UNKNOWN_CODE,
    AcquirerCredentialsRefused,
    AcquirerRefused,
    AcquirerUnavailable,
)
from gateways.acquirer.requests import CURRENCY, KEY_ENTRY

MAX_WORDS_LENGTH: Final = 200  # of a code, reason or description that the acquirer chose
MAX_PAGE_URL_LENGTH: Final = 2_000

_NOTHING: Final = re.compile(r"0+(\.0+)?")
_RRN: Final = re.compile(r"[0-9A-Za-z]{1,40}\Z")
_WEB_ADDRESS: Final = re.compile(r"https?://[^\s\x00-\x1f]+\Z")


class AcquirerRefundStatus(StrEnum):
    """The status of a refund. Treat `UNRECOGNISED`, a status of a later version, as pending."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"
    UNRECOGNISED = "unrecognised"


class ReceiptState(StrEnum):
    """The status of a fiscal receipt. A status of a later version counts as pending."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    CANCELLED = "canceled"


@dataclass(frozen=True)
class ReceiptAnswer:
    """A closing receipt in the acquirer's records."""

    receipt_id: str
    state: ReceiptState


@dataclass(frozen=True)
class RefundAnswer:
    """A refund in the acquirer's records.

    `refund_id` and `created_at` are None while the request itself is still at 202: repeat it with
    the same key. `reason` and `party` come with a cancellation and may be unknown codes. `key` is
    our key, read back; None for a refund that was not made by us. `receipt`: the status of its
    receipt, None where it has none. `rrn`: the number under which the bank of the card knows it,
    None for other means of payment. `is_chargeback`: the payer's bank demanded it; `respond_by` is
    the last day of an objection.
    """

    refund_id: str | None
    status: AcquirerRefundStatus
    amount_kopecks: int
    reason: str | None
    party: str | None
    created_at: datetime | None
    payment_id: str | None = None
    key: str | None = None
    receipt: ReceiptState | None = None
    rrn: str | None = None
    is_chargeback: bool = False
    respond_by: date | None = None


class AcquirerPaymentStatus(StrEnum):
    """The status of a payment. Treat `UNRECOGNISED`, a status of a later version, as pending."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"
    UNRECOGNISED = "unrecognised"


@dataclass(frozen=True)
class PaymentAnswer:
    """A payment in the acquirer's records.

    `payment_id` is None while the request itself is still at 202: repeat it with the same key.
    `confirmation_url` is the page where the client pays, while there is one. `method` is the
    acquirer's code of the means of payment, `captured_at` the instant of the success,
    `refunded_kopecks` what was refunded so far, by whomever.
    """

    payment_id: str | None
    status: AcquirerPaymentStatus
    amount_kopecks: int
    confirmation_url: str | None = None
    method: str | None = None
    reason: str | None = None
    party: str | None = None
    captured_at: datetime | None = None
    key: str | None = None
    refunded_kopecks: int = 0


_PAYMENT_STATUSES: Final = {
    "pending": AcquirerPaymentStatus.PENDING,
    "succeeded": AcquirerPaymentStatus.SUCCEEDED,
    "canceled": AcquirerPaymentStatus.CANCELLED,
}
_STATUSES: Final = {
    "pending": AcquirerRefundStatus.PENDING,
    "succeeded": AcquirerRefundStatus.SUCCEEDED,
    "canceled": AcquirerRefundStatus.CANCELLED,
}


_PASSING: Final = frozenset(
    {
        httpx2.codes.REQUEST_TIMEOUT,
        httpx2.codes.CONFLICT,
        httpx2.codes.TOO_EARLY,
        httpx2.codes.TOO_MANY_REQUESTS,
    }
)


def decoded(status: int, content: bytes) -> Mapping[str, object]:
    """The object of a successful answer; every other answer raises the error it means.

    Of the 4xx, time-out, conflict, too early and too many are temporary, so the outcome is unknown.
    """
    codes = httpx2.codes
    if status in (codes.OK, codes.ACCEPTED):
        return _object(content)
    if status in (codes.UNAUTHORIZED, codes.FORBIDDEN):
        raise AcquirerCredentialsRefused(f"acquirer refused our credentials: {status}")
    if codes.is_client_error(status) and status not in _PASSING:
        raise _refusal(status, content)
    raise AcquirerUnavailable(f"acquirer answered {status}", outcome_unknown=True)


def _object(content: bytes) -> Mapping[str, object]:
    try:
        found = json.loads(content, parse_float=str)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise AcquirerUnavailable("acquirer's answer is not an object", outcome_unknown=True)
    return found


def _refusal(status: int, content: bytes) -> AcquirerRefused:
    try:
        told = _object(content)
    except AcquirerUnavailable:
        told = {}
    return AcquirerRefused(
        status,
        code=_words(told.get("code")) or UNKNOWN_CODE,
        description=_words(told.get("description")) or "",
        parameter=_words(told.get("parameter")),
    )


def understood(refund: Mapping[str, object]) -> RefundAnswer:
    """Reads a refund object; without id or sum it is invalid, unknown codes are accepted."""
    refund_id, status = refund.get("id"), refund.get("status")
    if not isinstance(refund_id, str) or not refund_id:
        raise AcquirerUnavailable("acquirer's refund has no id", outcome_unknown=True)
    details = _inner(refund, "cancellation_details")
    known = _STATUSES.get(status) if isinstance(status, str) else None
    return RefundAnswer(
        refund_id=refund_id,
        status=known or AcquirerRefundStatus.UNRECOGNISED,
        amount_kopecks=_amount(refund),
        reason=_words(details.get("reason")),
        party=_words(details.get("party")),
        created_at=_instant(refund.get("created_at")),
        payment_id=_words(refund.get("payment_id")),
        key=own_key(refund),
        receipt=_receipt_state(refund.get("receipt_registration")),
        rrn=_rrn(_inner(refund, "refund_authorization_details").get("rrn")),
        is_chargeback="chargeback" in refund,
        respond_by=_day(_inner(refund, "chargeback").get("respond_by")),
    )


def understood_receipt(receipt: Mapping[str, object]) -> ReceiptAnswer:
    """Reads a receipt object; without an id it is invalid."""
    receipt_id = receipt.get("id")
    if not isinstance(receipt_id, str) or not receipt_id:
        raise AcquirerUnavailable("acquirer's receipt has no id", outcome_unknown=True)
    return ReceiptAnswer(receipt_id, _receipt_state(receipt.get("status")) or ReceiptState.PENDING)


def _receipt_state(word: object) -> ReceiptState | None:
    if not isinstance(word, str):
        return None
    known = word in set(ReceiptState)
    return ReceiptState(word) if known else ReceiptState.PENDING


def understood_payment(payment: Mapping[str, object]) -> PaymentAnswer:
    """Reads a payment object; without id or sum it is invalid, unknown codes are accepted."""
    payment_id, status = payment.get("id"), payment.get("status")
    if not isinstance(payment_id, str) or not payment_id:
        raise AcquirerUnavailable("acquirer's payment has no id", outcome_unknown=True)
    details = _inner(payment, "cancellation_details")
    known = _PAYMENT_STATUSES.get(status) if isinstance(status, str) else None
    return PaymentAnswer(
        payment_id=payment_id,
        status=known or AcquirerPaymentStatus.UNRECOGNISED,
        amount_kopecks=_amount(payment),
        confirmation_url=_page(payment),
        method=_words(_inner(payment, "payment_method").get("type")),
        reason=_words(details.get("reason")),
        party=_words(details.get("party")),
        captured_at=_instant(payment.get("captured_at")),
        key=own_key(payment),
        refunded_kopecks=_refunded(payment),
    )


def items_of(page: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    """The refunds of a page; anything else than an object is skipped."""
    items = page.get("items")
    if not isinstance(items, list):
        raise AcquirerUnavailable("acquirer's list has no items", outcome_unknown=True)
    return [item for item in items if isinstance(item, dict)]


def own_key(refund: Mapping[str, object]) -> str | None:
    """Our key from the metadata; None for what was not made by us."""
    key = _inner(refund, "metadata").get(KEY_ENTRY)
    return key if isinstance(key, str) else None


def _inner(holder: Mapping[str, object], name: str) -> Mapping[str, object]:
    inner = holder.get(name)
    return inner if isinstance(inner, dict) else {}


def _refunded(payment: Mapping[str, object]) -> int:
    """Refunded kopecks; the sum is missing or zero where nothing was refunded."""
    refunded = _inner(payment, "refunded_amount")
    if not refunded or _NOTHING.fullmatch(str(refunded.get("value"))):
        return 0
    return _amount(payment, "refunded_amount")


def _amount(refund: Mapping[str, object], name: str = "amount") -> int:
    amount = _inner(refund, name)
    if amount.get("currency") != CURRENCY:
        raise AcquirerUnavailable("acquirer's sum is not in roubles", outcome_unknown=True)
    try:
        return parse_amount(amount.get("value"))
    except AmountError as error:
        raise AcquirerUnavailable(f"acquirer's sum: {error.code}", outcome_unknown=True) from error


def _page(payment: Mapping[str, object]) -> str | None:
    """The payment page's address; None for anything a browser should not be sent to."""
    url = _inner(payment, "confirmation").get("confirmation_url")
    fits = isinstance(url, str) and len(url) <= MAX_PAGE_URL_LENGTH and _WEB_ADDRESS.match(url)
    return url if isinstance(url, str) and fits else None


def _words(value: object) -> str | None:
    return value[:MAX_WORDS_LENGTH] if isinstance(value, str) and value else None


def _rrn(value: object) -> str | None:
    return value if isinstance(value, str) and _RRN.match(value) else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _instant(value: object) -> datetime | None:
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return None if instant is None or instant.tzinfo is None else instant.astimezone(UTC)
