"""Decisions about bank entries that matched no payout: their kinds, and when each is refused.

A decision may be postponed, with a reason: the entry stays unmatched and leaves the queue until a
day, or until somebody resumes it. It is no hold: that is why the system did not allocate the money.
"""

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

POSTPONED_DAYS = 90
"""The most days that a decision is postponed by at once: money that nobody knows is looked at again
within a quarter.
"""


class DecidedAs(StrEnum):
    """What a person decides that an entry is, or that deciding is `postponed` or `resumed`."""

    PAYOUT = "payout"
    RETURN = "return"
    IGNORED = "ignored"
    POSTPONED = "postponed"
    RESUMED = "resumed"


NAMES_PAYOUT = (DecidedAs.PAYOUT, DecidedAs.RETURN)
"""Decisions that name a payout, which is signalled."""
SETTLING = (*NAMES_PAYOUT, DecidedAs.IGNORED)
"""Decisions after which an entry waits for nobody."""


class DecisionRefusal(StrEnum):
    """Why a decision is refused; its text is `error.<code>`."""

    MATCHED = "bank_entry_matched"
    PAYOUT_UNKNOWN = "payout_unknown"
    DIRECTION = "bank_entry_direction"
    AMOUNT = "bank_entry_amount"
    SETTLED_OTHERWISE = "payout_settled_otherwise"
    NOT_UNMATCHED = "bank_entry_not_unmatched"
    NOT_POSTPONED = "bank_entry_not_postponed"
    UNTIL = "postponed_until_day"


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
    """A person's decision as it is stored; `payout` None: it names none. `until`: the Moscow day on
    which a postponed entry waits for a person again; None: once somebody resumes it.
    """

    entry_id: UUID
    decided_as: DecidedAs
    payout: PayoutRequest | None
    by: str
    at: datetime
    reason: str
    until: date | None = None


@dataclass(frozen=True)
class EntryFacts:
    """The columns of an entry that a decision depends on. `is_postponed`: also when its day has
    come.
    """

    status: EntryStatus
    direction: EntryDirection
    amount_kopecks: int
    is_postponed: bool = False


@dataclass(frozen=True)
class DecidedEntry:
    """The new state of an entry: `matched` with a payout, `ignored`, or `unmatched` with a decision
    that is postponed or resumed.
    """

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
    if decided_as is DecidedAs.POSTPONED:
        return None if entry.status is EntryStatus.UNMATCHED else DecisionRefusal.NOT_UNMATCHED
    if decided_as is DecidedAs.RESUMED:
        return None if entry.is_postponed else DecisionRefusal.NOT_POSTPONED
    return None if decided_as is DecidedAs.IGNORED else _payout_refusal(decided_as, entry, payout)


def until_refusal(until: date | None, today: date) -> DecisionRefusal | None:
    """Why a decision is not postponed until a day, or None: it is a day to come, at most
    `POSTPONED_DAYS` away. Both are days in Moscow.
    """
    if until is None or 1 <= (until - today).days <= POSTPONED_DAYS:
        return None
    return DecisionRefusal.UNTIL


def _payout_refusal(
    decided_as: DecidedAs, entry: EntryFacts, payout: PayoutFacts | None
) -> DecisionRefusal | None:
    if payout is None or payout.channel is not Channel.BANK:
        return DecisionRefusal.PAYOUT_UNKNOWN
    if entry.direction is not _DIRECTION[decided_as]:
        return DecisionRefusal.DIRECTION
    if entry.amount_kopecks != payout.amount_kopecks:
        return DecisionRefusal.AMOUNT
    return None if payout.status in _OPEN_TO[decided_as] else DecisionRefusal.SETTLED_OTHERWISE


def decide(
    written: WrittenDecision, entry: EntryFacts, payout: PayoutFacts | None, *, is_carried_out: bool
) -> DecidedEntry | DecisionStored:
    """The entry as the decision makes it, or `DecisionStored`: with the reason of a refusal,
    without one when this very decision is carried out already.
    """
    if is_carried_out:
        return DecisionStored()
    refusal = decision_refusal(written.decided_as, entry, payout)
    if refusal is not None:
        return DecisionStored(refusal)
    if written.decided_as in NAMES_PAYOUT:
        return DecidedEntry(EntryStatus.MATCHED, MatchedAs(written.decided_as), written)
    is_ignored = written.decided_as is DecidedAs.IGNORED
    return DecidedEntry(EntryStatus.IGNORED if is_ignored else EntryStatus.UNMATCHED, None, written)


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
