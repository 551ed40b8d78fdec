"""A refund as its transitions get it, and what a transition stores beside the case's own row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID

from domain.billing.requisites import ClientKind
from domain.calendar.bank_calendar import BankCalendar
from domain.case.transition import Transition
from domain.case.waiting import WaitPolicy
from domain.payout.payout import Answer, Choice, PayoutAttempt, PayoutRequest
from domain.reconciliation.acquirer_list import ListDifference
from domain.refund.calculation import Calculation, CalculationInputs
from domain.refund.policy import RefundPolicy
from domain.refund.refund import RefundKind, RefundStatus, TransitionResult
from domain.refund.service import ServiceOutcome


@dataclass(frozen=True)
class RefundCase:
    """A locked case before a change. Sums in kopecks, instants UTC, days of Moscow.

    `calculated_by` and `service` are of the case's present calculation, `latest` is the result of
    the last stored change. `inquiry_wait` is of the policy of the open inquiry, None without one.
    """

    id: str
    invoice_number: str
    client_id: str
    client_kind: ClientKind
    kind: RefundKind
    status: RefundStatus
    sum_kopecks: int
    changed_at: datetime
    policy: RefundPolicy
    calendar: BankCalendar
    latest: TransitionResult
    calculation_id: UUID | None = None
    calculated_by: str | None = None
    service: ServiceOutcome | None = None
    statement_id: UUID | None = None
    paid_on: date | None = None
    first_paid_on: date | None = None
    credit_by: date | None = None
    wait_until: datetime | None = None
    closed_at: datetime | None = None
    inquiry_wait: WaitPolicy | None = None


@dataclass(frozen=True)
class StoreCalculation:
    """Store an automatic calculation with all its inputs."""

    calculation_id: UUID
    inputs: CalculationInputs
    calculation: Calculation


@dataclass(frozen=True)
class PreparePayout:
    """Store the next payout attempt; it is paid by the requisites of this statement."""

    request: PayoutRequest
    choice: Choice
    statement_id: UUID | None
    amount_kopecks: int


@dataclass(frozen=True)
class SettlePayout:
    """Store the outcome of a payout attempt."""

    attempt: PayoutAttempt
    answer: Answer


@dataclass(frozen=True)
class StopTerm:
    """End the term that the invoice sold; `day` is the first one without service."""

    term_id: UUID
    day: date


@dataclass(frozen=True)
class WithdrawTerm:
    """Withdraw the term that the invoice sold before it begins."""

    term_id: UUID


@dataclass(frozen=True)
class DecideDifferences:
    """Store a person's decision on all open differences of the invoice with the acquirer's
    lists.
    """

    invoice_number: str
    reason: str


@dataclass(frozen=True)
class KeepDecided:
    """Store a difference with the acquirer's lists together with a person's decision on it."""

    difference: ListDifference
    reason: str


@dataclass(frozen=True)
class Letter:
    """What a letter to the client is written by: its template and parameters (JSON values)."""

    template: str
    params: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class RedirectLetters:
    """Give up the letters to the client that have not left; one of them is sent `again`."""

    client_id: str
    again: Letter | None


RefundEffect: TypeAlias = (
    StoreCalculation
    | PreparePayout
    | SettlePayout
    | StopTerm
    | WithdrawTerm
    | DecideDifferences
    | KeepDecided
    | RedirectLetters
)
RefundTransition: TypeAlias = Transition[TransitionResult, RefundEffect]
