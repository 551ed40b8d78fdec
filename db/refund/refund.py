"""Refund cases: loading one for a change, storing the change, its history and its notices
together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import insert

from db.calendar.calendar import OVERRIDES, YEARS, calendar_from
from db.case.case_store import AnswerRow, CaseStore, ReplayCheck, uuid_of
from db.database import Database, Transaction
from db.notification import notification
from db.query import Query
from db.refund import case_queries
from db.refund.case_queries import (
    CalculationRow,
    LockedRefund,
    RefundRow,
    RemarkRow,
    SignedStatement,
    StatementId,
)
from db.tables import (
    calculation_lines,
    calculations,
    refund_history,
    refunds,
)
from domain.access.roles import SYSTEM
from domain.calendar.bank_calendar import BankCalendar
from domain.notification.notification import Notice
from domain.refund.calculation import Calculation, CalculationInputs
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

_PUT_CALCULATION = insert(calculations)
_PUT_CALCULATION_LINE = insert(calculation_lines)


@dataclass(frozen=True)
class Case:
    """A locked case and what judging a change of it needs."""

    row: LockedRefund
    policy: RefundPolicy
    calendar: BankCalendar
    replay_check: ReplayCheck[TransitionResult]
    papers: Sequence[Sequence[Any]]

    @property
    def service(self) -> ServiceOutcome | None:
        """What becomes of the service by the calculation that the case stands on."""
        return service_from(self.row.service)

    @property
    def latest(self) -> TransitionResult:
        """What the last stored change answered."""
        return self.replay_check.latest

    @property
    def replayed_result(self) -> TransitionResult | None:
        """The answer to give when the case has gone on already; None when the change is next."""
        return self.replay_check.replayed_result

    @property
    def status(self) -> RefundStatus:
        """The status before the change."""
        return RefundStatus(self.row.status)


def service_from(content: Mapping[str, str | None] | None) -> ServiceOutcome | None:
    """What becomes of the service, out of `service` of a calculation's trace."""
    return None if content is None else ServiceOutcome.of(content)


def latest(refund_id: str) -> Query[AnswerRow]:
    """What the last change of a case answered; no row for a case that is not there."""
    return STORE.latest(refund_id)


def answer_from(found: Sequence[AnswerRow]) -> TransitionResult | None:
    """Where a case is, from the rows of `latest`; None for a case that is not there."""
    return STORE.answer_from(found)


async def load(transaction: Transaction, change: Change, *papers: Query[Any]) -> Case:
    """Locks a case and reads, in one round trip, all that the change is judged by.

    Raises `CaseDiverged` for a number that nothing in the stored history leads to.
    """
    (row,), since, overrides, years, *found = await transaction.read(
        case_queries.CASE(refund_id=change.refund_id),
        STORE.since(change.refund_id, change),
        OVERRIDES,
        YEARS,
        *papers,
    )
    replay_check = STORE.replay_check(change.refund_id, change, since)
    policy = RefundPolicy.from_document(row.policy_version, row.document)
    return Case(row, policy, calendar_from(overrides, years), replay_check, found)


async def request_of_closed(database: Database, refund_id: str) -> RefundRequest | None:
    """What a closed case was asked for, to run it again; None for an open one."""
    row = await database.row(case_queries.CLOSED(refund_id=refund_id))
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
    )


def signature(
    signature_id: str | None, refund_id: str
) -> tuple[Query[SignedStatement], Query[StatementId]]:
    """A signature with the statement it is under, and the id of the case's latest statement."""
    return (
        case_queries.SIGNATURE(signature_id=uuid_of(signature_id)),
        case_queries.LATEST_STATEMENT(refund_id=refund_id),
    )


def calculation(calculation_id: str | None) -> Query[CalculationRow]:
    """A stored calculation."""
    return case_queries.CALCULATION(calculation_id=uuid_of(calculation_id))


def remark(remark_id: str | None) -> Query[RemarkRow]:
    """What a person wrote beside a decision; no rows without an id."""
    return case_queries.REMARK(remark_id=uuid_of(remark_id))


async def look_at(transaction: Transaction, refund_id: str) -> RefundRow:
    """A case's row as it is, without a lock."""
    ((row,),) = await transaction.read(case_queries.ONE(refund_id=refund_id))
    return row


def open_case(
    transaction: Transaction, opening: Opening, policy: RefundPolicy, stopped_on: date
) -> None:
    """Puts down a new case in `calculating`; a second one before the first's payout breaks a
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
        },
    )


def store_calculation(
    transaction: Transaction,
    calculation_id: UUID,
    refund_id: str,
    inputs: CalculationInputs,
    calculated: Calculation,
    at: datetime,
) -> None:
    """Keeps an automatic calculation with its inputs and its trace."""
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
            _PUT_CALCULATION_LINE,
            calculation_id=calculation_id,
            line_no=line.line_no,
            sum_kopecks=line.result_kopecks,
            vat_rate=line.vat_rate,
            vat_kopecks=line.vat_kopecks,
        )


def transition(
    transaction: Transaction,
    change: Change,
    previous: RefundStatus,
    result: TransitionResult,
    *,
    reason: str | None = None,
    **columns: Any,
) -> TransitionResult:
    """Stores one move: the case's row and its history row. Answers what a repeat will
    answer too.
    """
    STORE.move(transaction, change.refund_id, change, previous, result, reason, columns)
    return result


def notify(
    transaction: Transaction,
    notices: Sequence[Notice],
    change: Change,
    client_id: str,
    **params: Any,
) -> None:
    """Queues the notices of a change."""
    notification.notify(
        transaction,
        notices,
        case_id=change.refund_id,
        client_id=client_id,
        occasion=f"change-{change.number}",
        params=params,
        at=change.at,
    )
