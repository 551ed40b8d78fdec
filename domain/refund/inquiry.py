"""The client's inquiry about money that has not come: when it is taken, and how it ends. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.calendar.bank_calendar import end_of_moscow_day, moscow_date
from domain.case.decision import NOT_ALLOWED_IN_STATUS
from domain.case.transition import Transition
from domain.case.waiting import Wait, WaitPolicy, wait_policy_from
from domain.notification.notification import Notice
from domain.payout.payout import Channel, PayoutAttempt
from domain.payout.trace import PayoutTrace
from domain.refund.case import RefundCase, RefundTransition
from domain.refund.notices import INQUIRY_ANSWERED, MONEY_ARRIVED
from domain.refund.paying import reopen
from domain.refund.refund import Change, RefundStatus, TransitionResult
from domain.refund.transitions import moved, params_of

MAX_STATEMENT_LENGTH = 200
"""Characters of what the client says of the account statement that it looked at."""


class InquiryRefusal(StrEnum):
    """Why an inquiry, or how it is to end, is refused; its text is `error.<code>`."""

    OPEN = "inquiry_open"
    TOO_EARLY = "inquiry_too_early"
    TOO_LATE = "inquiry_too_late"
    TOO_MANY = "inquiry_too_many"
    BY_STATEMENT = "inquiry_return_by_statement"


class InquiryEnd(StrEnum):
    """How an inquiry ended: the reason of the change that ended it."""

    ANSWERED = "inquiry_answered"
    ARRIVED = "money_arrived"
    RETURNED = "money_returned"


@dataclass(frozen=True)
class InquiryPolicy:
    """One version of the policy of inquiries; an inquiry keeps the version it was asked under.

    `window_days`: days after the last day of crediting; `at_most`: inquiries about one payout.
    """

    version: int
    window_days: int
    at_most: int
    wait: WaitPolicy

    @classmethod
    def from_document(cls, version: int, document: Mapping[str, Any]) -> "InquiryPolicy":
        """Reads a stored document; a missing key or an unknown value raises KeyError or
        ValueError.
        """
        return cls(
            version=version,
            window_days=document["window_days"],
            at_most=document["at_most"],
            wait=wait_policy_from(document["wait"], RefundStatus),
        )


@dataclass(frozen=True)
class Inquirable:
    """What it depends on whether an inquiry is taken: the last day of crediting, how many inquiries
    about the payout were taken so far, and whether something in its trace contradicts the payment.
    """

    status: RefundStatus
    credit_by: date | None
    taken: int
    is_contradicted: bool


@dataclass(frozen=True)
class InquiryFacts:
    """A written inquiry about a payout attempt, with its policy, how many were taken before it, and
    the trace of the attempt that the case has paid.
    """

    id: UUID
    attempt: int
    policy: InquiryPolicy
    taken: int
    trace: PayoutTrace


@dataclass(frozen=True)
class AnswerFacts:
    """What an accountant wrote, and the trace of the payout."""

    words: str | None
    trace: PayoutTrace


def first_day(credit_by: date) -> date:
    """The first day of an inquiry about a payout that nothing contradicts."""
    return credit_by + timedelta(days=1)


def last_day(credit_by: date, policy: InquiryPolicy) -> date:
    """The last day of an inquiry."""
    return credit_by + timedelta(days=policy.window_days)


def inquiry_refusal(about: Inquirable, policy: InquiryPolicy, today: date) -> str | None:
    """Why an inquiry is not taken on this Moscow day; None when it is."""
    if about.status is RefundStatus.INQUIRY:
        return InquiryRefusal.OPEN
    if about.status is not RefundStatus.COMPLETED or about.credit_by is None:
        return NOT_ALLOWED_IN_STATUS
    if today < first_day(about.credit_by) and not about.is_contradicted:
        return InquiryRefusal.TOO_EARLY
    if today > last_day(about.credit_by, policy):
        return InquiryRefusal.TOO_LATE
    return InquiryRefusal.TOO_MANY if about.taken >= policy.at_most else None


def open_inquiry(
    case: RefundCase, change: Change, facts: InquiryFacts
) -> RefundTransition | TransitionResult:
    """Has an accountant look for the money; the case is not closed meanwhile."""
    about = Inquirable(case.status, case.credit_by, facts.taken, facts.trace.is_contradicted)
    refused = inquiry_refusal(about, facts.policy, moscow_date(change.at))
    if refused is None and facts.attempt != facts.trace.attempt:
        refused = NOT_ALLOWED_IN_STATUS  # the case has paid another attempt since
    if refused is not None:
        return replace(case.latest, refusal=refused)
    return moved(
        case,
        change,
        RefundStatus.INQUIRY,
        wait=facts.policy.wait.starting(change.at, case.calendar),
        attempt=case.latest.attempt,
        said=_said(facts.trace),
        inquiry_id=facts.id,
        closed_at=None,
    )


def answer_inquiry(case: RefundCase, change: Change, facts: AnswerFacts) -> RefundTransition:
    """Answers that the money was paid, with its trace."""
    said = {**_said(facts.trace), "remarks": facts.words or ""}
    return _back(case, change, InquiryEnd.ANSWERED, INQUIRY_ANSWERED, said)


def withdraw_inquiry(case: RefundCase, change: Change) -> RefundTransition:
    """The client has found the money."""
    return _back(case, change, InquiryEnd.ARRIVED, MONEY_ARRIVED, {})


def book_return(
    case: RefundCase, change: Change, paid: PayoutAttempt
) -> RefundTransition | TransitionResult:
    """Books money that came back to the acquirer. What comes back to our account is in a bank
    statement, and only its entry returns a payout.
    """
    if paid.channel is Channel.BANK:
        return replace(case.latest, refusal=InquiryRefusal.BY_STATEMENT)
    return reopen(case, replace(change, reason=InquiryEnd.RETURNED), paid)


def _back(
    case: RefundCase,
    change: Change,
    end: InquiryEnd,
    notices: tuple[Notice, ...],
    said: Mapping[str, Any],
) -> RefundTransition:
    """The case as it was without the inquiry: closed, or until the last day of crediting is over,
    by the present calendar, waiting for it.
    """
    wait, columns = _crediting(case, change)
    closed_at = change.at if wait is None else None
    result = replace(
        case.latest, status=RefundStatus.COMPLETED, changes=change.number, wait=wait, refusal=None
    )
    return Transition(
        result,
        reason=end,
        columns={**columns, "inquiry_id": None, "closed_at": closed_at},
        notices=notices,
        params={**params_of(case, result), **said},
    )


def _crediting(case: RefundCase, change: Change) -> tuple[Wait | None, Mapping[str, Any]]:
    if case.paid_on is None or case.credit_by is None:
        raise ValueError("an inquiry is about a payout that was paid")
    if end_of_moscow_day(case.credit_by) <= change.at:
        return None, {}
    credit_by = case.calendar.add_bank_days(case.paid_on, case.policy.credit_bank_days)
    rule = case.policy.waits[RefundStatus.COMPLETED]
    return Wait(rule.waiting_for, end_of_moscow_day(credit_by)), {"credit_by": credit_by}


def _said(trace: PayoutTrace) -> Mapping[str, Any]:
    """The parameters of letters that show the trace, as JSON values."""
    return {"way": trace.way, "trace": trace.content}
