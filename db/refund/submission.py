"""Submissions of a refund: a specialist's calculation, remarks, feedback. Append-only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from db.database import Database, Transaction
from db.query import row, typed
from db.tables import (
    calculation_deductions,
    calculation_lines,
    calculations,
    feedback,
    remarks,
)
from domain.refund.calculation import Deduction
from domain.refund.line import LineTrace
from domain.refund.service import ServiceOutcome

SPECIALIST = "specialist"
"""The kind of a calculation that a person made."""


@row
class FeedbackId:
    """The case of a word that was kept."""

    refund_id: str


_PUT_CALCULATION = insert(calculations).on_conflict_do_nothing()
_PUT_LINE = insert(calculation_lines).on_conflict_do_nothing()
_PUT_DEDUCTION = insert(calculation_deductions).on_conflict_do_nothing()
_PUT_REMARK = insert(remarks).on_conflict_do_nothing()
_PUT_FEEDBACK = typed(
    FeedbackId, insert(feedback).on_conflict_do_nothing().returning(feedback.c.refund_id)
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
    """Keeps a specialist's calculation: `lines` are those of its trace, before deductions."""
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
    at: datetime,
) -> None:
    """Keeps what somebody wrote beside a decision."""
    transaction.write(
        _PUT_REMARK, id=remark_id, refund_id=refund_id, author=author, text=text, at=at
    )


async def put_feedback(
    database: Database, refund_id: str, *, score: int, text: str | None, at: datetime
) -> bool:
    """Keeps the client's claim on a case; False when there is one already."""
    kept = await database.row(_PUT_FEEDBACK(refund_id=refund_id, score=score, text=text, at=at))
    return kept is not None
