"""The rows of refunds as people are shown them, and as they sign them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from db.query import row


@row
class RefundRow:
    """A case's row."""

    id: str
    kind: str
    invoice_number: str
    ordinal: int
    client_id: str
    status: str
    version: int
    asked: list[dict[str, Any]]
    stopped_on: date
    policy_version: int
    sum_kopecks: int
    calculation_id: UUID | None
    statement_id: UUID | None
    refusal: str | None
    waiting_for: str | None
    wait_until: datetime | None
    first_paid_on: date | None
    paid_on: date | None
    credit_by: date | None
    closed_at: datetime | None
    opened_at: datetime
    changed_at: datetime
    contact_email: str | None
    inquiry_id: UUID | None
    goods_return_id: str | None


@row
class CalculationRow:
    """A calculation."""

    id: UUID
    refund_id: str
    kind: str
    calculated_by: str
    at: datetime
    inputs: dict[str, Any]
    trace: dict[str, Any]
    reason: str | None
    sum_kopecks: int
    service_stops_on: date | None


@row
class RefundHead(RefundRow):
    """A case with its client, its invoice's date and its policy's document."""

    invoice_issued_on: date
    client_kind: str
    client_name: str
    client_inn: str | None
    client_kpp: str | None
    client_email: str
    policy_document: dict[str, Any]


@row
class RefundInList(RefundRow):
    """A case as lists show it."""

    client_name: str


@row
class RefundHistoryRow:
    """A change of a case; `fields` are the requisites that its remark is about."""

    number: int
    from_status: str | None
    to_status: str
    at: datetime
    by: str
    reason: str | None
    fields: list[str] | None


@row
class DeductionRow:
    """A deduction of a calculation."""

    calculation_id: UUID
    number: int
    amount_kopecks: int
    reason: str


@row
class FeedbackRow:
    """The client's feedback on a case."""

    refund_id: str
    score: int
    text: str | None
    at: datetime


@row
class CaseOfInvoice:
    """The columns of a case that another case of the same invoice depends on; `request_id` is the
    command that has opened it.
    """

    id: str
    request_id: UUID | None
    ordinal: int
    status: str
    first_paid_on: date | None
    asked: list[dict[str, Any]]
    stopped_on: date


@row
class StatementRow:
    """A statement with its signature, if it is signed."""

    id: UUID
    refund_id: str
    calculation_id: UUID
    sum_kopecks: int
    recipient_name: str
    inn: str | None
    kpp: str | None
    bic: str
    account: str
    bank_name: str
    correspondent_account: str | None
    content: dict[str, Any]
    content_sha256: str
    drawn_up_at: datetime
    signature_id: UUID | None
    signature_method: str | None
    signed_at: datetime | None
    scan_id: UUID | None
    signed_by_address: str | None


@row
class CodeRow:
    """A one-time code, stored as its hash."""

    id: UUID
    statement_id: UUID
    code_hash: str
    channel: str
    address: str
    issued_at: datetime
    expires_at: datetime
    attempts: int
    used_at: datetime | None


@row
class IssuedCode:
    """A one-time code without its hash."""

    id: UUID
    statement_id: UUID
    address: str
    issued_at: datetime
    expires_at: datetime


@row
class SignatureRow:
    """A signature."""

    id: UUID
    statement_id: UUID
    method: str
    content_sha256: str
    code_id: UUID | None
    scan_id: UUID | None
    signed_at: datetime


@row
class TriedCode:
    """The result of a try: whether it `signed`, the wrong `attempts` so far, when the code was used
    before.
    """

    id: UUID
    statement_id: UUID
    attempts: int
    expires_at: datetime
    used_before: datetime | None
    signed: bool
