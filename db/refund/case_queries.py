"""What is read of refund cases to judge their changes: rows, and the statements for them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from db.query import row, typed
from db.tables import (
    calculations,
    clients,
    policies,
    refunds,
    remarks,
    signatures,
    statements,
)


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


@row
class LockedRefund(RefundRow):
    """A locked case with its policy, its client's kind, and who calculated what of its service."""

    document: dict[str, Any]
    calculated_by: str | None
    service: dict[str, Any] | None
    client_kind: str


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
class SignedStatement:
    """A statement, and the content and way of its signature."""

    signed_sha256: str
    method: str
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


@row
class StatementId:
    """Which statement it is."""

    id: UUID


@row
class RemarkRow:
    """What a person wrote beside a decision."""

    id: UUID
    refund_id: str
    author: str
    text: str
    at: datetime


CASE = typed(
    LockedRefund,
    select(
        refunds,
        policies.c.document,
        select(calculations.c.calculated_by)
        .where(calculations.c.id == refunds.c.calculation_id)
        .scalar_subquery()
        .label("calculated_by"),
        select(calculations.c.trace["service"])
        .where(calculations.c.id == refunds.c.calculation_id)
        .scalar_subquery()
        .label("service"),
        select(clients.c.kind)
        .where(clients.c.id == refunds.c.client_id)
        .scalar_subquery()
        .label("client_kind"),
    )
    .join(policies, policies.c.version == refunds.c.policy_version)
    .where(policies.c.kind == "refund", refunds.c.id == bindparam("refund_id"))
    .with_for_update(of=refunds),
    never_null=("client_kind",),
)
ONE = typed(RefundRow, select(refunds).where(refunds.c.id == bindparam("refund_id")))
CLOSED = ONE.narrowed(lambda rows: rows.where(refunds.c.closed_at.is_not(None)))

SIGNATURE = typed(
    SignedStatement,
    select(
        signatures.c.content_sha256.label("signed_sha256"),
        signatures.c.method,
        statements,
    )
    .join(statements, statements.c.id == signatures.c.statement_id)
    .where(signatures.c.id == bindparam("signature_id")),
)
LATEST_STATEMENT = typed(
    StatementId,
    select(statements.c.id)
    .where(statements.c.refund_id == bindparam("refund_id"))
    .order_by(statements.c.drawn_up_at.desc(), statements.c.id.desc())
    .limit(1),
)
CALCULATION = typed(
    CalculationRow, select(calculations).where(calculations.c.id == bindparam("calculation_id"))
)
REMARK = typed(RemarkRow, select(remarks).where(remarks.c.id == bindparam("remark_id")))
