"""A refund as its judgements see it, and what a change of it stores beside its own row."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from domain.billing.requisites import ClientKind
from domain.calendar.bank_calendar import BankCalendar
from domain.case.transition import Transition
from domain.payout.payout import Answer, Choice, PayoutAttempt, PayoutRequest
from domain.reconciliation.acquirer_list import ListDifference
from domain.refund.calculation import Calculation, CalculationInputs
from domain.refund.policy import RefundPolicy
from domain.refund.refund import RefundKind, RefundStatus, TransitionResult
from domain.refund.service import ServiceOutcome


@dataclass(frozen=True)
class RefundCase:
    """A locked case before a change. Sums in kopecks, instants UTC, days of Moscow.

    `calculated_by` and `service` are of the calculation that the case stands on, `latest` is what
    the last stored change answered.
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
    wait_until: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True)
class StoreCalculation:
    """Keep an automatic calculation with all that it was made from."""

    calculation_id: UUID
    inputs: CalculationInputs
    calculation: Calculation


@dataclass(frozen=True)
class PreparePayout:
    """Put down the next payout attempt; it is paid by the requisites of this statement."""

    request: PayoutRequest
    choice: Choice
    statement_id: UUID | None
    amount_kopecks: int


@dataclass(frozen=True)
class SettlePayout:
    """Move a payout attempt to what is known of it."""

    attempt: PayoutAttempt
    answer: Answer


@dataclass(frozen=True)
class StopTerm:
    """End the term that the invoice sold; `day` is the first one that is no longer served."""

    term_id: UUID
    day: date


@dataclass(frozen=True)
class WithdrawTerm:
    """Take the term that the invoice sold back before it begins."""

    term_id: UUID


@dataclass(frozen=True)
class DecideDifferences:
    """Keep a person's word on all open differences with the acquirer's lists of the invoice."""

    invoice_number: str
    reason: str


@dataclass(frozen=True)
class KeepDecided:
    """Put a difference with the acquirer's lists down together with a person's word on it."""

    difference: ListDifference
    reason: str


RefundEffect: TypeAlias = (
    StoreCalculation
    | PreparePayout
    | SettlePayout
    | StopTerm
    | WithdrawTerm
    | DecideDifferences
    | KeepDecided
)
RefundTransition: TypeAlias = Transition[TransitionResult, RefundEffect]
