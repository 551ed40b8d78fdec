"""What a person decides about an entry that found no payout by itself, and when that may stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from domain.banking.bank_statement import EntryDirection
from domain.banking.statement_import import EntryStatus
from domain.payout.payout import Channel, PayoutStatus


class DecidedAs(StrEnum):
    """What an entry is, by a person's word."""

    PAYOUT = "payout"
    RETURN = "return"
    IGNORED = "ignored"


class DecisionRefusal(StrEnum):
    """Why a decision changes nothing; `error.<code>` says it."""

    MATCHED = "bank_entry_matched"
    PAYOUT_UNKNOWN = "payout_unknown"
    DIRECTION = "bank_entry_direction"
    AMOUNT = "bank_entry_amount"
    SETTLED_OTHERWISE = "payout_settled_otherwise"


@dataclass(frozen=True)
class EntryDecision:
    """A person's decision on its way to the entry, by the id of the row that holds it."""

    decision_id: str
    entry_id: str
    decided_as: DecidedAs


@dataclass(frozen=True)
class DecisionStored:
    """What came of a decision: stored, or why it changed nothing."""

    refusal: DecisionRefusal | None = None


@dataclass(frozen=True)
class EntryFacts:
    """What of an entry a decision is judged by."""

    status: EntryStatus
    direction: EntryDirection
    amount_kopecks: int


@dataclass(frozen=True)
class PayoutFacts:
    """The same of the payout that a decision names."""

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
    """Why a decision may not be stored: a matched entry stays matched, and a payout is settled or
    given back by an entry of its own direction and sum. `payout` None: there is no such one.
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


def decision_workflow_id(decision: EntryDecision) -> str:
    """The id of the process that carries a decision out."""
    return f"entry-decision-{decision.entry_id}-{decision.decision_id}"
