"""How a refund changes by commands and deadlines: calculated, signed, reviewed, ended, credited.

Pure: the case, the change and the facts of a step give a transition, or a refusal, which stores
nothing. `paying.py` pays the case out, `opening.py` opens it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any
from uuid import UUID

from domain.access.roles import SYSTEM, is_same_person
from domain.calendar.bank_calendar import end_of_moscow_day
from domain.case.waiting import Wait
from domain.refund.case import RefundCase, RefundEffect, RefundTransition
from domain.refund.notices import CREDIT_DATE_MOVED, CREDITED, notices_for
from domain.refund.refund import Change, RefundStatus, TransitionResult
from domain.refund.statement import digest

_NONE: Mapping[str, Any] = MappingProxyType({})

SIGNATURE_STALE = "signature_stale"
"""The refusal of a signature under another sum, other requisites or an older statement."""
CREDIT_TIME_OVER = "credited"
"""The reason in the history of a case that ends because its money must be there."""
SAME_PERSON = "same_person"
"""The refusal for whoever calculated the sum to approve it."""

_REASON_NAMES = MappingProxyType(
    {
        RefundStatus.UNDER_REVIEW: {RefundStatus.AWAITING_STATEMENT: "remarks"},
        RefundStatus.PAYING: {
            RefundStatus.AWAITING_STATEMENT: "payout_reason",
            RefundStatus.PAYOUT_HELD: "payout_reason",
        },
        RefundStatus.COMPLETED: {RefundStatus.AWAITING_STATEMENT: "payout_reason"},
        RefundStatus.INQUIRY: {RefundStatus.AWAITING_STATEMENT: "payout_reason"},
    }
)
"""The parameter of a letter that holds a move's reason; `reason` where none is named here."""


@dataclass(frozen=True)
class ManualCalculation:
    """A specialist's stored calculation; `service` is the service outcome of its trace."""

    id: UUID
    sum_kopecks: int
    calculated_by: str
    reason: str | None
    service: Mapping[str, str | None] | None = None


@dataclass(frozen=True)
class SignedStatement:
    """A statement with the signature under it: `signed_sha256` is the digest that was signed."""

    id: UUID
    refund_id: str
    calculation_id: UUID
    sum_kopecks: int
    content: Mapping[str, Any] = field(repr=False)
    content_sha256: str
    signed_sha256: str


@dataclass(frozen=True)
class SigningFacts:
    """What a signature is checked against: its own statement, and the case's latest one."""

    signed: SignedStatement
    latest_statement_id: UUID


def take_calculation(
    case: RefundCase, change: Change, calculation: ManualCalculation
) -> RefundTransition:
    """Promises a specialist's sum and asks the client for the statement."""
    return moved(
        case,
        change,
        RefundStatus.AWAITING_STATEMENT,
        sum_kopecks=calculation.sum_kopecks,
        calculation_id=calculation.id,
        calculated_by=calculation.calculated_by,
        said={"service": calculation.service},
        reason=calculation.reason,
    )


def take_statement(
    case: RefundCase, change: Change, facts: SigningFacts
) -> RefundTransition | TransitionResult:
    """Passes a signed statement on to review; one that is not under the present sum is refused."""
    if not signature_matches(facts, case):
        return replace(case.latest, refusal=SIGNATURE_STALE)
    return moved(case, change, RefundStatus.UNDER_REVIEW, statement_id=facts.signed.id)


def signature_matches(facts: SigningFacts, case: RefundCase) -> bool:
    """Whether a signature is under the case's latest statement, its present sum and these
    requisites; a statement that was accepted once cannot be used again.
    """
    signed = facts.signed
    return (
        signed.refund_id == case.id
        and signed.id == facts.latest_statement_id
        and signed.id != case.statement_id
        and signed.calculation_id == case.calculation_id
        and signed.sum_kopecks == case.sum_kopecks
        and signed.signed_sha256 == signed.content_sha256 == digest(signed.content)
    )


def return_statement(case: RefundCase, change: Change, remark: str | None) -> RefundTransition:
    """Returns the statement to the client with a specialist's remarks."""
    return moved(case, change, RefundStatus.AWAITING_STATEMENT, reason=remark)


def recalculate(case: RefundCase, change: Change, remark: str | None) -> RefundTransition:
    """Frees the promised sum and asks a specialist to calculate anew; the signed statement becomes
    void.
    """
    return moved(
        case,
        change,
        RefundStatus.AWAITING_SPECIALIST,
        reason=remark,
        sum_kopecks=0,
        calculation_id=None,
        statement_id=None,
    )


def decline(case: RefundCase, change: Change, remark: str | None) -> RefundTransition:
    """Ends a case that a specialist or an accountant refuses, with their reason."""
    return _ended(case, change, RefundStatus.DECLINED, remark)


def withdraw(case: RefundCase, change: Change, remark: str | None) -> RefundTransition:
    """Ends a case that the client withdraws."""
    return _ended(case, change, RefundStatus.CANCELLED, remark)


def expire(case: RefundCase, change: Change, remark: str | None) -> RefundTransition:
    """Ends a case whose client did not answer in time."""
    return _ended(case, change, RefundStatus.EXPIRED, remark)


def close(case: RefundCase, change: Change) -> RefundTransition:
    """Ends a case whose money has been credited, and asks for feedback."""
    result = replace(case.latest, changes=change.number, wait=None)
    return RefundTransition(
        result,
        reason=CREDIT_TIME_OVER,
        columns={"closed_at": change.at},
        notices=CREDITED,
        params=params_of(case, result),
    )


def move_deadline(case: RefundCase, change: Change) -> RefundTransition | None:
    """Recomputes the end of an open wait in bank days by the present calendar, and notifies the
    client of a changed credit date; None when nothing changes.
    """
    columns: dict[str, Any] = {"changed_at": case.changed_at}
    if case.status is RefundStatus.COMPLETED and case.paid_on is not None:
        credit_by = case.calendar.add_bank_days(case.paid_on, case.policy.credit_bank_days)
        columns["credit_by"] = credit_by
        rule = case.policy.waits[RefundStatus.COMPLETED]
        wait = Wait(rule.waiting_for, end_of_moscow_day(credit_by))
    else:
        rule = case.inquiry_wait or case.policy.waits[case.status]
        wait = rule.starting(case.changed_at, case.calendar)
    if case.closed_at is not None or wait.until == case.wait_until:
        return None
    result = replace(case.latest, changes=change.number, wait=wait)
    return RefundTransition(
        result,
        reason="calendar",
        columns=columns,
        notices=CREDIT_DATE_MOVED if case.status is RefundStatus.COMPLETED else (),
        params=params_of(case, result, columns=columns),
    )


def same_person(case: RefundCase, change: Change) -> TransitionResult | None:
    """The refusal for whoever calculated the sum to approve it; None for another person."""
    calculated_by = case.calculated_by
    if calculated_by is None or change.by == SYSTEM:
        return None
    if not is_same_person(calculated_by, change.by):
        return None
    return replace(case.latest, refusal=SAME_PERSON)


def moved(
    case: RefundCase,
    change: Change,
    status: RefundStatus,
    *,
    reason: str | None = None,
    sum_kopecks: int | None = None,
    wait: Wait | None = None,
    calculated_by: str | None = None,
    attempt: int = 0,
    channel: str | None = None,
    stopped_renewal: str | None = None,
    to_clear: bool = False,
    said: Mapping[str, Any] = _NONE,
    effects: Iterable[RefundEffect] = (),
    **columns: Any,
) -> RefundTransition:
    """A move to a status with its wait by the policy and its notices, whose parameters `said` (JSON
    values) are added to.
    """
    rule = case.policy.waits.get(status)
    if wait is None and rule is not None:
        wait = rule.starting(change.at, case.calendar)
    result = TransitionResult(
        status,
        changes=change.number,
        wait=wait,
        sum_kopecks=case.sum_kopecks if sum_kopecks is None else sum_kopecks,
        attempt=attempt,
        calculated_by=calculated_by or case.calculated_by,
        channel=channel,
        stopped_renewal=stopped_renewal,
        to_clear=to_clear,
    )
    params = {**params_of(case, result, reason, columns), **said}
    if sum_kopecks is not None:
        columns["sum_kopecks"] = sum_kopecks
    notices = notices_for(case.status, status)
    return RefundTransition(result, reason, columns, notices, params, tuple(effects))


def params_of(
    case: RefundCase,
    result: TransitionResult,
    reason: str | None = None,
    columns: Mapping[str, Any] = _NONE,
) -> dict[str, Any]:
    """The parameters of the letters about a change, as JSON values."""
    params: dict[str, Any] = {
        "invoice_number": case.invoice_number,
        "amount_kopecks": result.sum_kopecks,
        "service": None if case.service is None else case.service.content,
    }
    if result.wait is not None:
        params["until_at"] = result.wait.until.isoformat()
    if columns.get("paid_on") is not None:
        params["payment_date_on"] = columns["paid_on"].isoformat()
    if columns.get("credit_by") is not None:
        params["credit_by_on"] = columns["credit_by"].isoformat()
    if columns.get("refusal"):
        params["refusal"] = columns["refusal"]
    elif reason:
        params[_REASON_NAMES.get(case.status, {}).get(result.status, "reason")] = reason
    return params


def _ended(
    case: RefundCase, change: Change, status: RefundStatus, remark: str | None
) -> RefundTransition:
    return moved(
        case,
        change,
        status,
        reason=remark or change.reason,
        refusal=change.reason,
        closed_at=change.at,
    )
