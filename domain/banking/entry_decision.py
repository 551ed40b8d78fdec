"""Decisions about bank entries that matched no payout: their kinds, and when each is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from domain.banking.bank_reason import reason_in
from domain.banking.bank_statement import EntryDirection
from domain.banking.statement_import import EntryStatus, MatchedAs
from domain.payout.payout import Answer, Channel, PayoutRequest, PayoutReturn, PayoutStatus


class DecidedAs(StrEnum):
    """What a person decides that an entry is."""

    PAYOUT = "payout"
    RETURN = "return"
    IGNORED = "ignored"


class DecisionRefusal(StrEnum):
    """Why a decision is refused; its text is `error.<code>`."""

    MATCHED = "bank_entry_matched"
    PAYOUT_UNKNOWN = "payout_unknown"
    DIRECTION = "bank_entry_direction"
    AMOUNT = "bank_entry_amount"
    SETTLED_OTHERWISE = "payout_settled_otherwise"


@dataclass(frozen=True)
class EntryDecision:
    """A person's decision as its process gets it: the id of the stored row."""

    decision_id: str
    entry_id: str
    decided_as: DecidedAs


@dataclass(frozen=True)
class DecisionStored:
    """The result of a decision: stored (`refusal` None), or why nothing was changed."""

    refusal: DecisionRefusal | None = None


@dataclass(frozen=True)
class WrittenDecision:
    """A person's decision as it is stored; `payout` None: the entry is ignored."""

    entry_id: UUID
    decided_as: DecidedAs
    payout: PayoutRequest | None
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class EntryFacts:
    """The columns of an entry that a decision depends on; who decided about it before, when and
    why.
    """

    status: EntryStatus
    direction: EntryDirection
    amount_kopecks: int
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True)
class DecidedEntry:
    """The new state of an entry: `matched` with a payout, or `ignored`."""

    status: EntryStatus
    matched_as: MatchedAs | None
    written: WrittenDecision


@dataclass(frozen=True)
class PayoutFacts:
    """The columns of a payout that a decision about its entry depends on."""

    channel: Channel
    status: PayoutStatus
    amount_kopecks: int


_DIRECTION: Mapping[DecidedAs, EntryDirection] = MappingProxyType(
    {DecidedAs.PAYOUT: EntryDirection.OUT, DecidedAs.RETURN: EntryDirection.IN}
)
_SETTLES = (PayoutStatus.PREPARED, PayoutStatus.SENT, PayoutStatus.UNKNOWN, PayoutStatus.PAID)
_OPEN_TO: Mapping[DecidedAs, tuple[PayoutStatus, ...]] = MappingProxyType(
    {DecidedAs.PAYOUT: _SETTLES, DecidedAs.RETURN: (PayoutStatus.PAID,)}
)


def decision_refusal(
    decided_as: DecidedAs, entry: EntryFacts, payout: PayoutFacts | None
) -> DecisionRefusal | None:
    """Why a decision is refused, or None: an entry that is matched stays so, and a payout is
    settled or returned only by an entry of its direction and sum. `payout` None: there is no such
    payout.
    """
    if entry.status is EntryStatus.MATCHED:
        return DecisionRefusal.MATCHED
    if decided_as is DecidedAs.IGNORED:
        return None
    if payout is None or payout.channel is not Channel.BANK:
        return DecisionRefusal.PAYOUT_UNKNOWN
    if entry.direction is not _DIRECTION[decided_as]:
        return DecisionRefusal.DIRECTION
    if entry.amount_kopecks != payout.amount_kopecks:
        return DecisionRefusal.AMOUNT
    return None if payout.status in _OPEN_TO[decided_as] else DecisionRefusal.SETTLED_OTHERWISE


def decide(
    written: WrittenDecision, entry: EntryFacts, payout: PayoutFacts | None
) -> DecidedEntry | DecisionStored:
    """The entry as the decision makes it, or `DecisionStored`: with the reason of a refusal,
    without one when this very decision is stored already.
    """
    if (entry.decided_by, entry.decided_at, entry.reason) == (
        written.by,
        written.at,
        written.reason,
    ):
        return DecisionStored()
    refusal = decision_refusal(written.decided_as, entry, payout)
    if refusal is not None:
        return DecisionStored(refusal)
    if written.decided_as is DecidedAs.IGNORED:
        return DecidedEntry(EntryStatus.IGNORED, None, written)
    return DecidedEntry(EntryStatus.MATCHED, MatchedAs(written.decided_as), written)


def message_of(written: WrittenDecision, day: date, purpose: str) -> Answer | PayoutReturn | None:
    """What a decision about an entry signals: to the payout that it is paid, or to its case that
    its money was returned. None when there is nothing to signal.
    """
    if written.payout is None:
        return None
    if written.decided_as is DecidedAs.PAYOUT:
        return paid_on(day)
    return returned(written.payout, purpose)


def paid_on(day: date) -> Answer:
    """The answer to a payout that a debit of this day settles."""
    return Answer(PayoutStatus.PAID, settled_on=day)


def returned(payout: PayoutRequest, purpose: str) -> PayoutReturn:
    """The message to a case whose payout a credit returns."""
    return PayoutReturn(payout.attempt, reason_in(purpose))


def decision_workflow_id(decision: EntryDecision) -> str:
    """The workflow id of carrying out a decision."""
    return f"entry-decision-{decision.entry_id}-{decision.decision_id}"
