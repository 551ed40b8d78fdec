"""Every paper of a client in one list: invoices, statements, scans, payment orders, receipts."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Integer,
    Label,
    Select,
    Text,
    bindparam,
    cast,
    extract,
    func,
    literal,
    null,
    select,
    tuple_,
    union_all,
)

from db.query import Query, row, typed
from db.tables import (
    file_contents,
    invoices,
    issued_invoices,
    payment_claims,
    payments,
    receipts,
    refunds,
    renewals,
    scans,
    signatures,
    statements,
)

MAX_YEARS = 30
"""Years that the list can be narrowed to."""


class PaperKind(StrEnum):
    """What a paper is. A receipt is printed elsewhere: the list tells of it, there is no file."""

    INVOICE = "invoice"
    STATEMENT = "statement"
    SCAN = "scan"
    PAYMENT_ORDER = "payment_order"
    RECEIPT = "receipt"


@row
class PaperRow:
    """A paper: `id` names it within its kind, `at` is when it came to be; of a scan or a payment
    order `amount_kopecks` is unknown. `detail` is a receipt's kind, `status` what is known of a
    file that somebody uploaded.
    """

    kind: str
    id: str
    at: datetime
    invoice_number: str | None
    case_id: str | None
    amount_kopecks: int | None
    detail: str | None
    status: str | None


@row
class PaperYear:
    """A year, in Moscow, that papers are of."""

    year: int


_CLIENT = bindparam("of_client", type_=Text)
_NO_TEXT, _NO_SUM = cast(null(), Text), cast(null(), BigInteger)


def _kind(kind: PaperKind) -> Label[str]:
    return cast(literal(kind.value), Text).label("kind")


_all: tuple[Select[Any], ...] = (
    select(
        _kind(PaperKind.INVOICE),
        invoices.c.number.label("id"),
        invoices.c.created_at.label("at"),
        invoices.c.number.label("invoice_number"),
        issued_invoices.c.renewal_id.label("case_id"),
        invoices.c.total_kopecks.label("amount_kopecks"),
        _NO_TEXT.label("detail"),
        _NO_TEXT.label("status"),
    )
    .join(issued_invoices, issued_invoices.c.invoice_number == invoices.c.number)
    .where(invoices.c.client_id == _CLIENT),
    select(
        _kind(PaperKind.STATEMENT),
        cast(statements.c.id, Text).label("id"),
        signatures.c.signed_at.label("at"),
        refunds.c.invoice_number.label("invoice_number"),
        refunds.c.id.label("case_id"),
        statements.c.sum_kopecks.label("amount_kopecks"),
        _NO_TEXT.label("detail"),
        _NO_TEXT.label("status"),
    )
    .join(signatures, signatures.c.statement_id == statements.c.id)
    .join(refunds, refunds.c.id == statements.c.refund_id)
    .where(refunds.c.client_id == _CLIENT),
    select(
        _kind(PaperKind.SCAN),
        cast(scans.c.id, Text).label("id"),
        scans.c.uploaded_at.label("at"),
        refunds.c.invoice_number.label("invoice_number"),
        refunds.c.id.label("case_id"),
        _NO_SUM.label("amount_kopecks"),
        _NO_TEXT.label("detail"),
        file_contents.c.status.label("status"),
    )
    .join(refunds, refunds.c.id == scans.c.refund_id)
    .join(file_contents, file_contents.c.sha256 == scans.c.sha256)
    .where(refunds.c.client_id == _CLIENT),
    select(
        _kind(PaperKind.PAYMENT_ORDER),
        cast(payment_claims.c.id, Text).label("id"),
        payment_claims.c.claimed_at.label("at"),
        renewals.c.invoice_number.label("invoice_number"),
        renewals.c.id.label("case_id"),
        _NO_SUM.label("amount_kopecks"),
        _NO_TEXT.label("detail"),
        file_contents.c.status.label("status"),
    )
    .join(renewals, renewals.c.id == payment_claims.c.renewal_id)
    .join(file_contents, file_contents.c.sha256 == payment_claims.c.sha256)
    .where(renewals.c.client_id == _CLIENT),
    select(
        _kind(PaperKind.RECEIPT),
        cast(receipts.c.id, Text).label("id"),
        receipts.c.changed_at.label("at"),
        payments.c.invoice_number.label("invoice_number"),
        receipts.c.case_id.label("case_id"),
        receipts.c.amount_kopecks.label("amount_kopecks"),
        receipts.c.kind.label("detail"),
        _NO_TEXT.label("status"),
    )
    .join(payments, payments.c.id == receipts.c.payment_id)
    .join(invoices, invoices.c.number == payments.c.invoice_number)
    .where(invoices.c.client_id == _CLIENT, receipts.c.status == "succeeded"),
)
_papers = union_all(*_all).subquery("papers")
_year = cast(extract("year", func.timezone("Europe/Moscow", _papers.c.at)), Integer)
_PAPERS = typed(
    PaperRow,
    select(_papers).order_by(_papers.c.at.desc(), _papers.c.id.desc()).limit(bindparam("how_many")),
    never_null=("kind", "id", "at"),
)
_YEARS = typed(
    PaperYear,
    select(_year.label("year")).distinct().order_by(_year.label("year").desc()).limit(MAX_YEARS),
    never_null=("year",),
)


def listed(
    client_id: str,
    how_many: int,
    after: tuple[datetime, str] | None = None,
    *,
    kind: PaperKind | None = None,
    year: int | None = None,
) -> Query[PaperRow]:
    """A client's papers, the latest first: of one kind or any, of one year in Moscow or any.
    `after` is (at, id) of the last one seen.
    """
    conditions = [
        *([] if kind is None else [_papers.c.kind == kind.value]),
        *([] if year is None else [_year == year]),
    ]
    if after is not None:
        key = tuple_(cast(literal(after[0]), DateTime(timezone=True)), literal(after[1], Text))
        conditions.append(tuple_(_papers.c.at, _papers.c.id) < key)
    wanted = _PAPERS.narrowed(lambda papers: papers.where(*conditions))
    return wanted(of_client=client_id, how_many=how_many)


def years(client_id: str) -> Query[PaperYear]:
    """The years that a client's papers are of, the latest first."""
    return _YEARS(of_client=client_id)
