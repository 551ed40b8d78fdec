"""Refund cases: loading one for a change; storing the change, its history and its notices
together.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select

from db.calendar.calendar import CALENDAR
from db.case.case_store import CaseStore, LoadedCase, ReplayCheck
from db.database import Database, Transaction
from db.facts import Reading, every, only, together
from db.query import row, typed
from db.tables import (
    calculations,
    clients,
    inquiries,
    policies,
    refund_history,
    refunds,
)
from domain.billing.requisites import ClientKind
from domain.calendar.bank_calendar import BankCalendar
from domain.case.waiting import WaitPolicy, wait_policy_from
from domain.refund.calculation import Calculation, CalculationInputs
from domain.refund.case import RefundCase
from domain.refund.policy import RefundPolicy
from domain.refund.refund import (
    AskedLine,
    Change,
    Opening,
    RefundKind,
    RefundRequest,
    RefundStatus,
    TransitionResult,
)
from domain.refund.service import ServiceOutcome

TRANSITION_RESULT = TypeAdapter(TransitionResult)
STORE = CaseStore(refunds, refund_history, "refund_id", TRANSITION_RESULT)
CALCULATION = TypeAdapter(Calculation)
INPUTS = TypeAdapter(CalculationInputs)


@row
class CaseRow:
    """A case with its policy, its client's kind, and what its calculation says."""

    id: str
    invoice_number: str
    client_id: str
    client_kind: str
    kind: str
    status: str
    sum_kopecks: int
    changed_at: datetime
    calculation_id: UUID | None
    calculated_by: str | None
    service: dict[str, str | None] | None
    statement_id: UUID | None
    paid_on: date | None
    first_paid_on: date | None
    credit_by: date | None
    wait_until: datetime | None
    closed_at: datetime | None
    policy_version: int
    document: dict[str, Any]
    inquiry_document: dict[str, Any] | None


@row
class AskedCase:
    """The request that a case was opened with."""

    id: str
    invoice_number: str
    client_id: str
    ordinal: int
    asked: list[dict[str, Any]]
    stopped_on: date
    kind: str
    goods_return_id: str | None
    status: str


_inquiry_policy = policies.alias("inquiry_policy")
_of_inquiry = (_inquiry_policy.c.kind == inquiries.c.policy_kind) & (
    _inquiry_policy.c.version == inquiries.c.policy_version
)
_of_calculation = calculations.c.id == refunds.c.calculation_id
_CASE = typed(
    CaseRow,
    select(
        refunds.c.id,
        refunds.c.invoice_number,
        refunds.c.client_id,
        select(clients.c.kind)
        .where(clients.c.id == refunds.c.client_id)
        .scalar_subquery()
        .label("client_kind"),
        refunds.c.kind,
        refunds.c.status,
        refunds.c.sum_kopecks,
        refunds.c.changed_at,
        refunds.c.calculation_id,
        select(calculations.c.calculated_by)
        .where(_of_calculation)
        .scalar_subquery()
        .label("calculated_by"),
        select(calculations.c.trace["service"])
        .where(_of_calculation)
        .scalar_subquery()
        .label("service"),
        refunds.c.statement_id,
        refunds.c.paid_on,
        refunds.c.first_paid_on,
        refunds.c.credit_by,
        refunds.c.wait_until,
        refunds.c.closed_at,
        refunds.c.policy_version,
        policies.c.document,
        select(_inquiry_policy.c.document)
        .join(inquiries, _of_inquiry)
        .where(inquiries.c.id == refunds.c.inquiry_id)
        .scalar_subquery()
        .label("inquiry_document"),
    )
    .join(policies, policies.c.version == refunds.c.policy_version)
    .where(policies.c.kind == "refund", refunds.c.id == bindparam("refund_id"))
    .with_for_update(of=refunds),
    never_null=["client_kind"],
)
_ASKED = typed(
    AskedCase,
    select(
        *refunds.c["id", "invoice_number", "client_id", "ordinal", "asked", "stopped_on", "kind"],
        *refunds.c["goods_return_id", "status"],
    ).where(refunds.c.id == bindparam("refund_id")),
)
_CLOSED = _ASKED.narrowed(lambda cases: cases.where(refunds.c.closed_at.is_not(None)))


def service_from(content: Mapping[str, str | None] | None) -> ServiceOutcome | None:
    """The service outcome, from `service` of a calculation's trace."""
    return None if content is None else ServiceOutcome.of(content)


def latest(refund_id: str) -> Reading[TransitionResult | None]:
    """The result of a case's last change; None for a case that does not exist."""
    return every(STORE.latest(refund_id)).to(STORE.answer_from)


def of_change(change: Change) -> Reading[LoadedCase[RefundCase, TransitionResult]]:
    """Locks a case and reads what its changes are decided by.

    Raises `CaseDiverged` for a change number that does not follow the stored history.
    """
    return together(
        _loaded,
        only(_CASE(refund_id=change.refund_id)),
        STORE.checked(change.refund_id, change),
        CALENDAR,
    )


def _loaded(
    row: CaseRow, check: ReplayCheck[TransitionResult], calendar: BankCalendar
) -> LoadedCase[RefundCase, TransitionResult]:
    case = RefundCase(
        id=row.id,
        invoice_number=row.invoice_number,
        client_id=row.client_id,
        client_kind=ClientKind(row.client_kind),
        kind=RefundKind(row.kind),
        status=RefundStatus(row.status),
        sum_kopecks=row.sum_kopecks,
        changed_at=row.changed_at,
        policy=RefundPolicy.from_document(row.policy_version, row.document),
        calendar=calendar,
        latest=check.latest,
        calculation_id=row.calculation_id,
        calculated_by=row.calculated_by,
        service=service_from(row.service),
        statement_id=row.statement_id,
        paid_on=row.paid_on,
        first_paid_on=row.first_paid_on,
        credit_by=row.credit_by,
        wait_until=row.wait_until,
        closed_at=row.closed_at,
        inquiry_wait=_inquiry_wait(row.inquiry_document),
    )
    return LoadedCase(case, check.replayed_result)


def _inquiry_wait(document: Mapping[str, Any] | None) -> WaitPolicy | None:
    return None if document is None else wait_policy_from(document["wait"], RefundStatus)


async def request_of_closed(database: Database, refund_id: str) -> RefundRequest | None:
    """The request of a closed case, to run it again; None for an open one."""
    row = await database.row(_CLOSED(refund_id=refund_id))
    if row is None:
        return None
    return RefundRequest(
        refund_id=row.id,
        invoice_number=row.invoice_number,
        client_id=row.client_id,
        ordinal=row.ordinal,
        asked=tuple(AskedLine(**line) for line in row.asked),
        stopped_on=row.stopped_on,
        kind=RefundKind(row.kind),
        goods_return=row.goods_return_id,
    )


async def look_at(transaction: Transaction, refund_id: str) -> AskedCase:
    """A case's row, without a lock."""
    ((row,),) = await transaction.read(_ASKED(refund_id=refund_id))
    return row


def open_case(
    transaction: Transaction,
    opening: Opening,
    policy: RefundPolicy,
    stopped_on: date,
    contact_email: str | None,
) -> None:
    """Stores a new case in `calculating`; a second one before the first's payout breaks a
    constraint.
    """
    request = opening.request
    STORE.put(
        transaction,
        request.refund_id,
        Change(request.refund_id, 1, opening.at, request.client_id, request.request_id),
        TransitionResult(RefundStatus.CALCULATING, changes=1),
        {
            "invoice_number": request.invoice_number,
            "kind": request.kind,
            "ordinal": request.ordinal,
            "client_id": request.client_id,
            "asked": [
                {"line_no": line.line_no, "at_most_kopecks": line.at_most_kopecks}
                for line in request.asked
            ],
            "stopped_on": stopped_on,
            "policy_version": policy.version,
            "contact_email": contact_email,
            "goods_return_id": request.goods_return,
        },
    )
