"""Submissions of a refund: a specialist's calculation, remarks, feedback. Append-only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from db.case.case_store import uuid_of
from db.database import Database, Transaction
from db.facts import Reading, first, only, together
from db.query import row, typed
from db.refund.refund import CALCULATION, INPUTS
from db.tables import (
    calculation_deductions,
    calculation_lines,
    calculations,
    feedback,
    file_contents,
    files,
    refund_contacts,
    refunds,
    remarks,
    signatures,
    statements,
)
from domain.access.roles import SYSTEM
from domain.file.file import FileStatus
from domain.refund.calculation import Calculation, CalculationInputs, Deduction
from domain.refund.line import LineTrace
from domain.refund.service import ServiceOutcome
from domain.refund.transitions import ManualCalculation, SignedStatement, SigningFacts

SPECIALIST = "specialist"
"""The kind of a specialist's calculation."""


@row
class FeedbackId:
    """The case whose feedback was stored."""

    refund_id: str


@row
class SignedRow:
    """A statement with the digest that was signed."""

    id: UUID
    refund_id: str
    calculation_id: UUID
    sum_kopecks: int
    content: dict[str, Any]
    content_sha256: str
    signed_sha256: str


@row
class StatementRow:
    """A statement's id."""

    id: UUID


@row
class ScanStatus:
    """What is known of a scan."""

    status: str


@row
class CalculationRow:
    """A calculation, and the service outcome of its trace."""

    id: UUID
    sum_kopecks: int
    calculated_by: str
    reason: str | None
    service: dict[str, str | None] | None


@row
class RemarkRow:
    """What a person wrote."""

    text: str


@row
class ContactRow:
    """An address for the letters of one case."""

    email: str


_SIGNATURE = typed(
    SignedRow,
    select(
        statements.c.id,
        statements.c.refund_id,
        statements.c.calculation_id,
        statements.c.sum_kopecks,
        statements.c.content,
        statements.c.content_sha256,
        signatures.c.content_sha256.label("signed_sha256"),
    )
    .join(signatures, signatures.c.statement_id == statements.c.id)
    .where(signatures.c.id == bindparam("signature_id")),
)
_LATEST_STATEMENT = typed(
    StatementRow,
    select(statements.c.id)
    .where(statements.c.refund_id == bindparam("refund_id"))
    .order_by(statements.c.drawn_up_at.desc(), statements.c.id.desc())
    .limit(1),
)
_SIGNED_SCAN = typed(
    ScanStatus,
    select(file_contents.c.status)
    .join(files, files.c.sha256 == file_contents.c.sha256)
    .join(signatures, signatures.c.scan_id == files.c.id)
    .join(refunds, refunds.c.statement_id == signatures.c.statement_id)
    .where(refunds.c.id == bindparam("refund_id")),
)
_CALCULATION = typed(
    CalculationRow,
    select(
        calculations.c.id,
        calculations.c.sum_kopecks,
        calculations.c.calculated_by,
        calculations.c.reason,
        calculations.c.trace["service"].label("service"),
    ).where(calculations.c.id == bindparam("calculation_id")),
)
_REMARK = typed(RemarkRow, select(remarks.c.text).where(remarks.c.id == bindparam("remark_id")))
_CONTACT = typed(
    ContactRow,
    select(refund_contacts.c.email).where(refund_contacts.c.id == bindparam("of_request")),
)
_PUT_CONTACT = insert(refund_contacts).on_conflict_do_nothing()
_PUT_CALCULATION = insert(calculations).on_conflict_do_nothing()
_PUT_LINE = insert(calculation_lines).on_conflict_do_nothing()
_PUT_DEDUCTION = insert(calculation_deductions).on_conflict_do_nothing()
_PUT_REMARK = insert(remarks).on_conflict_do_nothing()
_PUT_FEEDBACK = typed(
    FeedbackId, insert(feedback).on_conflict_do_nothing().returning(feedback.c.refund_id)
)


def signature(signature_id: str | None, refund_id: str) -> Reading[SigningFacts]:
    """A signature with the statement it is under, and the id of the case's latest statement."""
    return together(
        _signing,
        only(_SIGNATURE(signature_id=uuid_of(signature_id))),
        only(_LATEST_STATEMENT(refund_id=refund_id)),
    )


def signed_scan(refund_id: str) -> Reading[FileStatus | None]:
    """What is known of the scan that signed a case's statement; None where no scan did."""
    return first(_SIGNED_SCAN(refund_id=refund_id)).to(_status)


def _status(found: ScanStatus | None) -> FileStatus | None:
    return None if found is None else FileStatus(found.status)


def _signing(signed: SignedRow, latest: StatementRow) -> SigningFacts:
    statement = SignedStatement(
        id=signed.id,
        refund_id=signed.refund_id,
        calculation_id=signed.calculation_id,
        sum_kopecks=signed.sum_kopecks,
        content=signed.content,
        content_sha256=signed.content_sha256,
        signed_sha256=signed.signed_sha256,
    )
    return SigningFacts(statement, latest.id)


def calculation(calculation_id: str | None) -> Reading[ManualCalculation]:
    """A specialist's calculation as it was stored."""
    return only(_CALCULATION(calculation_id=uuid_of(calculation_id))).to(
        lambda row: ManualCalculation(
            row.id, row.sum_kopecks, row.calculated_by, row.reason, row.service
        )
    )


def remark(remark_id: str | None) -> Reading[str | None]:
    """The remark on a decision; None without an id."""
    written = first(_REMARK(remark_id=uuid_of(remark_id)))
    return written.to(lambda row: None if row is None else row.text)


def contact(request_id: str | None) -> Reading[str | None]:
    """The address that a request names for the letters of its case; None where it names none."""
    written = first(_CONTACT(of_request=uuid_of(request_id)))
    return written.to(lambda row: None if row is None else row.email)


def store_calculation(
    transaction: Transaction,
    calculation_id: UUID,
    refund_id: str,
    inputs: CalculationInputs,
    calculated: Calculation,
    at: datetime,
) -> None:
    """Stores an automatic calculation with its inputs and its trace."""
    transaction.write(
        _PUT_CALCULATION,
        id=calculation_id,
        refund_id=refund_id,
        kind="automatic",
        calculated_by=SYSTEM,
        at=at,
        inputs=INPUTS.dump_python(inputs, mode="json"),
        trace=CALCULATION.dump_python(calculated, mode="json"),
        sum_kopecks=calculated.sum_kopecks,
        service_stops_on=None if calculated.service is None else calculated.service.stops_on,
    )
    for line in calculated.lines:
        transaction.write(
            _PUT_LINE,
            calculation_id=calculation_id,
            line_no=line.line_no,
            sum_kopecks=line.result_kopecks,
            vat_rate=line.vat_rate,
            vat_kopecks=line.vat_kopecks,
        )


def put_calculation(
    transaction: Transaction,
    calculation_id: UUID,
    *,
    refund_id: str,
    calculated_by: str,
    at: datetime,
    inputs: Mapping[str, Any],
    trace: Mapping[str, Any],
    reason: str,
    sum_kopecks: int,
    service: ServiceOutcome | None,
    lines: Sequence[LineTrace],
    deductions: Sequence[Deduction],
) -> None:
    """Stores a specialist's calculation: `lines` are those of its trace, before deductions."""
    transaction.write(
        _PUT_CALCULATION,
        id=calculation_id,
        refund_id=refund_id,
        kind=SPECIALIST,
        calculated_by=calculated_by,
        at=at,
        inputs=dict(inputs),
        trace=dict(trace),
        reason=reason,
        sum_kopecks=sum_kopecks,
        service_stops_on=None if service is None else service.stops_on,
    )
    for line in lines:
        transaction.write(
            _PUT_LINE,
            calculation_id=calculation_id,
            line_no=line.line_no,
            sum_kopecks=line.result_kopecks,
            vat_rate=line.vat_rate,
            vat_kopecks=line.vat_kopecks,
        )
    for number, deduction in enumerate(deductions, start=1):
        transaction.write(
            _PUT_DEDUCTION,
            calculation_id=calculation_id,
            number=number,
            amount_kopecks=deduction.amount_kopecks,
            reason=deduction.reason,
        )


def put_remark(
    transaction: Transaction,
    remark_id: UUID,
    *,
    refund_id: str,
    author: str,
    text: str,
    fields: Sequence[str],
    at: datetime,
) -> None:
    """Stores a remark on a decision; `fields` are the requisites that it is about."""
    transaction.write(
        _PUT_REMARK,
        id=remark_id,
        refund_id=refund_id,
        author=author,
        text=text,
        fields=list(fields),
        at=at,
    )


async def put_contact(
    database: Database, request_id: UUID, *, client_id: str, email: str, at: datetime
) -> None:
    """Stores the address that a request names for the letters of its case."""
    await database.write(_PUT_CONTACT, id=request_id, client_id=client_id, email=email, at=at)


async def put_feedback(
    database: Database, refund_id: str, *, score: int, text: str | None, at: datetime
) -> bool:
    """Stores the client's feedback on a case; False when there is one already."""
    kept = await database.row(_PUT_FEEDBACK(refund_id=refund_id, score=score, text=text, at=at))
    return kept is not None
