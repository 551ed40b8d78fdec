"""Reads of refund cases: what commands are checked by, a case in full, lists of cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select, tuple_

from db.case.case_list import (
    COUNTED,
    AfterDeadline,
    CaseCount,
    Turn,
    counted,
    counts_of,
    first_due,
    turn_of,
)
from db.case.case_store import AnswerRow
from db.payout.payout_list import SHOWN_PAYOUTS, ShownPayout
from db.query import Query, TypedStatement, typed
from db.refund.refund import TRANSITION_RESULT
from db.refund.rows import (
    CalculationRow,
    CaseOfInvoice,
    DeductionRow,
    FeedbackRow,
    RefundHead,
    RefundHistoryRow,
    RefundInList,
)
from db.tables import (
    calculation_deductions,
    calculations,
    clients,
    feedback,
    invoices,
    payouts,
    policies,
    refund_history,
    refunds,
    remarks,
)
from domain.refund.opening import OPENED
from domain.refund.refund import UNPAID_ENDS, TransitionResult

_HEAD = typed(
    RefundHead,
    select(
        refunds,
        invoices.c.issued_on.label("invoice_issued_on"),
        clients.c.kind.label("client_kind"),
        clients.c.name.label("client_name"),
        clients.c.inn.label("client_inn"),
        clients.c.kpp.label("client_kpp"),
        clients.c.email.label("client_email"),
        policies.c.document.label("policy_document"),
    )
    .join(clients, clients.c.id == refunds.c.client_id)
    .join(invoices, invoices.c.number == refunds.c.invoice_number)
    .join(policies, policies.c.version == refunds.c.policy_version)
    .where(policies.c.kind == "refund", refunds.c.id == bindparam("refund_id")),
)
_DECISION = typed(
    AnswerRow,
    select(refund_history.c.answer).where(
        refund_history.c.refund_id == bindparam("refund_id"),
        refund_history.c.submission_id == bindparam("submission_id"),
    ),
)
_OPENED = typed(
    AnswerRow,
    select(refund_history.c.answer).where(
        refund_history.c.refund_id == bindparam("refund_id"), refund_history.c.number == OPENED
    ),
)
_LATEST = typed(
    AnswerRow,
    select(refund_history.c.answer)
    .where(refund_history.c.refund_id == bindparam("refund_id"))
    .order_by(refund_history.c.number.desc())
    .limit(1),
)
_HISTORY = typed(
    RefundHistoryRow,
    select(
        refund_history.c.number,
        refund_history.c.from_status,
        refund_history.c.to_status,
        refund_history.c.at,
        refund_history.c.by,
        refund_history.c.reason,
        remarks.c.fields,
    )
    .outerjoin(remarks, remarks.c.id == refund_history.c.submission_id)
    .where(refund_history.c.refund_id == bindparam("refund_id"))
    .order_by(refund_history.c.number),
)
_of_case = select(refunds.c.calculation_id).where(refunds.c.id == bindparam("refund_id"))
_CALCULATION = typed(
    CalculationRow,
    select(calculations)
    .where(
        calculations.c.refund_id == bindparam("refund_id"),
        or_(
            calculations.c.id == _of_case.scalar_subquery(),
            calculations.c.kind == "automatic",
        ),
    )
    .order_by((calculations.c.kind == "automatic"), calculations.c.at.desc())
    .limit(1),
)
_DEDUCTIONS = typed(
    DeductionRow,
    select(calculation_deductions)
    .where(calculation_deductions.c.calculation_id == _of_case.scalar_subquery())
    .order_by(calculation_deductions.c.number),
)
_PAYOUTS = SHOWN_PAYOUTS.narrowed(
    lambda rows: rows.where(payouts.c.case_id == bindparam("refund_id")).order_by(payouts.c.attempt)
)
_FEEDBACK = typed(
    FeedbackRow, select(feedback).where(feedback.c.refund_id == bindparam("refund_id"))
)
_OF_INVOICE = typed(
    CaseOfInvoice,
    select(
        refunds.c.id,
        refund_history.c.submission_id.label("request_id"),
        refunds.c.ordinal,
        refunds.c.status,
        refunds.c.first_paid_on,
        refunds.c.asked,
        refunds.c.stopped_on,
    )
    .outerjoin(
        refund_history,
        (refund_history.c.refund_id == refunds.c.id) & (refund_history.c.number == 1),
    )
    .where(refunds.c.invoice_number == bindparam("invoice_number"))
    .order_by(refunds.c.ordinal),
)
_LISTED = typed(
    RefundInList,
    select(refunds, clients.c.name.label("client_name")).join(
        clients, clients.c.id == refunds.c.client_id
    ),
)
_COUNTS = typed(CaseCount, counted(refunds), never_null=COUNTED)


@dataclass(frozen=True)
class CaseFilter:
    """The filters of a list of cases; None means any. `opened_before` is exclusive."""

    turn: Turn
    status: str | None = None
    client_id: str | None = None
    invoice_number: str | None = None
    opened_from: datetime | None = None
    opened_before: datetime | None = None


def head(refund_id: str) -> Query[RefundHead]:
    """A case with its client, its invoice's date and its policy's document."""
    return _HEAD(refund_id=refund_id)


def decision(refund_id: str, submission_id: UUID) -> Query[AnswerRow]:
    """The change that a command made, found by its submission; no row until it is stored."""
    return _DECISION(refund_id=refund_id, submission_id=submission_id)


def opened(refund_id: str) -> Query[AnswerRow]:
    """How a case was opened, whatever became of it since."""
    return _OPENED(refund_id=refund_id)


def latest(refund_id: str) -> Query[AnswerRow]:
    """The last change of a case; no row without a case."""
    return _LATEST(refund_id=refund_id)


def result_in(rows: Sequence[AnswerRow]) -> TransitionResult | None:
    """The result of a command, from the rows of `decision` or `latest`."""
    return TRANSITION_RESULT.validate_python(rows[0].answer) if rows else None


def history(refund_id: str) -> Query[RefundHistoryRow]:
    """Every change of a case, in order."""
    return _HISTORY(refund_id=refund_id)


def calculation(refund_id: str) -> Query[CalculationRow]:
    """The present calculation of a case; until there is one, the automatic proposal."""
    return _CALCULATION(refund_id=refund_id)


def deductions(refund_id: str) -> Query[DeductionRow]:
    """The deductions of the present calculation of a case."""
    return _DEDUCTIONS(refund_id=refund_id)


def payouts_of(refund_id: str) -> Query[ShownPayout]:
    """The payout attempts of a case."""
    return _PAYOUTS(refund_id=refund_id)


def feedback_of(refund_id: str) -> Query[FeedbackRow]:
    """The client's feedback on a case."""
    return _FEEDBACK(refund_id=refund_id)


def of_invoice(invoice_number: str) -> Query[CaseOfInvoice]:
    """The cases of an invoice, oldest first."""
    return _OF_INVOICE(invoice_number=invoice_number)


def next_ordinal(cases: Sequence[CaseOfInvoice]) -> int:
    """1 + the cases of an invoice that were paid or closed, so that equal requests get the
    same id.
    """
    return 1 + len(cases) - len(open_cases(cases))


def open_cases(cases: Sequence[CaseOfInvoice]) -> list[CaseOfInvoice]:
    """The cases of an invoice before their first payout; the database allows one."""
    return [row for row in cases if row.first_paid_on is None and row.status not in UNPAID_ENDS]


def listed(
    narrowed: CaseFilter, limit: int, after: tuple[datetime, str] | None = None
) -> Query[RefundInList]:
    """Cases, the latest opened first; `after` is the key (opened_at, id) of the last one seen."""
    key = (refunds.c.opened_at, refunds.c.id)

    def newest(cases: Select[Any]) -> Select[Any]:
        wanted = cases.order_by(*(column.desc() for column in key)).limit(limit)
        return wanted if after is None else wanted.where(tuple_(*key) < tuple_(*after))

    return _narrowed(narrowed).narrowed(newest)()


def by_deadline(
    narrowed: CaseFilter, limit: int, after: AfterDeadline | None = None
) -> Query[RefundInList]:
    """Cases, the earliest deadline first."""
    return first_due(_narrowed(narrowed), refunds, limit, after)


def open_counts(now: datetime, client_id: str | None) -> Query[CaseCount]:
    """Open cases, of all clients or of one: see `db.case.case_list.counted`."""
    return counts_of(_COUNTS, refunds, client_id)(now=now)


def _narrowed(narrowed: CaseFilter) -> TypedStatement[RefundInList]:
    wanted = (*_conditions(narrowed), *turn_of(refunds, narrowed.turn))
    return _LISTED.narrowed(lambda cases: cases.where(*wanted))


def _conditions(narrowed: CaseFilter) -> list[Any]:
    asked = [
        (narrowed.status, refunds.c.status.__eq__),
        (narrowed.client_id, refunds.c.client_id.__eq__),
        (narrowed.invoice_number, refunds.c.invoice_number.__eq__),
        (narrowed.opened_from, refunds.c.opened_at.__ge__),
        (narrowed.opened_before, refunds.c.opened_at.__lt__),
    ]
    return [compared(value) for value, compared in asked if value is not None]
