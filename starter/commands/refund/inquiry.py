"""The client's inquiry about a refund whose money has not come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy

from db.case import policy as policies
from db.case.policy import PolicyRow
from db.payout import trace as traces
from db.payout.trace import TraceRow, trace_from
from db.refund import inquiry as inquiries
from db.refund import reads as cases_in
from db.refund import refund
from db.refund.inquiry import InquiryRow
from db.refund.rows import RefundHead
from domain.calendar.bank_calendar import moscow_date
from domain.case.decision import Decision
from domain.refund.inquiry import Inquirable, InquiryPolicy, inquiry_refusal
from domain.refund.refund import RefundStatus, TransitionResult
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refund.case import NOT_ALLOWED_IN_STATUS, REFUNDS, submission_id
from starter.commands.refund.open import begun
from starter.commands.refusal import (
    FieldError,
    Noun,
    Refusal,
    StatusText,
    case_closed,
    conflict,
    invalid,
    not_found,
)
from starter.commands.services import Services
from workflows.case.kernel import CASE_STATUS
from workflows.refund import RefundWorkflow

_ENDED = frozenset({case_closed().code, not_found().code})
"""What the server answers about a run that has ended."""
MAX_TRIES = 3
"""Tries to reach a case that ended, or was begun again, since it was looked at."""


@dataclass(frozen=True)
class InquiryAsked:
    """What the client says: when it looked for the money, in which account statement, and more."""

    checked_on: date
    looked_at: str | None = None
    comment: str | None = None


@dataclass(frozen=True)
class InquiryGrounds:
    """What decides whether a case takes an inquiry now."""

    head: RefundHead
    taken: Sequence[InquiryRow]
    traces: Sequence[TraceRow]
    policy: InquiryPolicy

    @property
    def attempt(self) -> int:
        """The last payout attempt: the one that was paid, where one was."""
        return self.traces[-1].attempt

    @property
    def about(self) -> Inquirable:
        """The facts that the domain judges by; the same as in the step of the case."""
        contradicted = bool(self.traces) and trace_from(self.traces[-1]).is_contradicted
        return Inquirable(
            status=RefundStatus(self.head.status),
            credit_by=self.head.credit_by,
            taken=sum(one.attempt == self.attempt for one in self.taken),
            is_contradicted=contradicted,
        )

    def refusal(self, now: datetime) -> str | None:
        """Why an inquiry is not taken now; None when it is."""
        return inquiry_refusal(self.about, self.policy, moscow_date(now))


def inquiry_grounds(
    head: RefundHead,
    taken: Sequence[InquiryRow],
    found: Sequence[TraceRow],
    policy: Sequence[PolicyRow],
) -> InquiryGrounds:
    """The grounds, from the rows of a case, its inquiries, its traces and the policy valid now."""
    (valid,) = policy
    rules = InquiryPolicy.from_document(valid.version, valid.document)
    return InquiryGrounds(head, taken, found, rules)


@command
async def open_inquiry(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, asked: InquiryAsked
) -> TransitionResult:
    """Says that the money of a completed refund has not come: an accountant looks for it.

    Allowed from the day after the last day of crediting, or at once when the trace of the payout
    contradicts it, within the days of the policy; a case has one open inquiry at a time.
    """
    inquiry_id = submission_id(command_id, "inquiry")
    now = datetime.now(UTC)
    heads, decided, taken, found, policy = await services.database.read(
        cases_in.head(refund_id),
        cases_in.decision(refund_id, inquiry_id),
        inquiries.of_case(refund_id),
        traces.of_case(refund_id),
        policies.inquiry_valid_at(now),
    )
    head = require_visible(caller, heads)
    result = cases_in.result_in(decided)
    if result is not None:
        return result
    grounds = inquiry_grounds(head, taken, found, policy)
    _check(grounds, asked, now)
    await _put(services, caller, inquiry_id, grounds, asked, now)
    return await _asked(services, refund_id, Decision(caller.login, str(inquiry_id)), command_id)


def _check(grounds: InquiryGrounds, asked: InquiryAsked, now: datetime) -> None:
    refused = grounds.refusal(now)
    if refused == NOT_ALLOWED_IN_STATUS:
        raise conflict(refused, status=StatusText(Noun.REFUND, grounds.head.status))
    if refused is not None:
        raise conflict(refused)
    paid_on = grounds.head.paid_on
    if asked.checked_on > moscow_date(now):
        raise invalid(FieldError("inquiry_checked_in_future", "/checked_on"))
    if paid_on is not None and asked.checked_on < paid_on:
        raise invalid(FieldError("inquiry_checked_before_payment", "/checked_on"))


async def _put(
    services: Services,
    caller: Caller,
    inquiry_id: UUID,
    grounds: InquiryGrounds,
    asked: InquiryAsked,
    now: datetime,
) -> None:
    columns = {
        "refund_id": grounds.head.id,
        "attempt": grounds.attempt,
        "policy_kind": "inquiry",
        "policy_version": grounds.policy.version,
        "checked_on": asked.checked_on,
        "looked_at": asked.looked_at,
        "comment": asked.comment,
        "asked_by": caller.login,
        "asked_at": now,
    }
    async with services.database.transaction() as transaction:
        inquiries.put(transaction, inquiry_id, columns)


async def _asked(
    services: Services, refund_id: str, decision: Decision, command_id: UUID
) -> TransitionResult:
    """The answer of the case, which is begun again where it has ended; one that ends just now is
    asked once more.
    """

    async def ask() -> TransitionResult:
        request = await refund.request_of_closed(services.database, refund_id)
        cases, look_at = services.cases, REFUNDS.look_at(refund_id)
        update = RefundWorkflow.open_inquiry
        result: TransitionResult
        if request is None:
            result = await cases.update(refund_id, update, decision, command_id, look_at=look_at)
        else:
            start = begun(
                cases,
                request,
                TypedSearchAttributes([SearchAttributePair(CASE_STATUS, RefundStatus.COMPLETED)]),
                reuse=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            )
            result = await cases.update_with_start(
                start, update, command_id, decision, look_at=look_at
            )
        return result

    for _ in range(MAX_TRIES):
        try:
            return await REFUNDS.until_current(services, refund_id, decision, ask)
        except Refusal as refusal:
            if refusal.code not in _ENDED:
                raise
    raise case_closed()
