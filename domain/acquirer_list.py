"""What the acquirer's own list of refunds says of our payout attempts, and where the two differ."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.money import amount_text
from domain.payout import PayoutStatus

COMPARED = timedelta(days=40)
"""How far back the two are compared: a month of accounts and some days."""
SETTLED_WITHIN = timedelta(days=1)
"""A payout hears of its refund by a look, at least once an hour; what is older is no delay."""


class ListTruth(StrEnum):
    """What must hold, by the words that a finding has."""

    NOT_REJECTED = "the acquirer executes no attempt that we hold as rejected"
    SETTLED = "what the acquirer has executed is paid here within a day"
    SAME_SUM = "the acquirer refunds what the attempt is for"
    ONCE = "the acquirer executes no attempt twice"
    OURS = "nobody but us refunds our payments"
    LISTED = "what is paid through the acquirer stands in its list"


@dataclass(frozen=True)
class Listed:
    """A refund of the acquirer's list that has moved money, or still may: `executed` tells which.

    `key` is ours, None for a refund that somebody else made; `ours` tells whose payment it is of.
    """

    refund_id: str
    key: str | None
    executed: bool
    amount_kopecks: int
    created_at: datetime | None
    ours: bool


@dataclass(frozen=True)
class Attempt:
    """A payout attempt through the acquirer as we hold it."""

    key: str
    status: PayoutStatus
    amount_kopecks: int
    external_id: str | None


@dataclass(frozen=True)
class ListDifference:
    """A truth that does not hold, and of what: attempt, refund and roubles, as far as known."""

    truth: ListTruth
    found: str


class Comparison:
    """Takes the list a page at a time, remembering only what was executed."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._executed: dict[str, str] = {}

    def page(
        self, listed: Iterable[Listed], attempts: Iterable[Attempt]
    ) -> Iterator[ListDifference]:
        """Differences of a page, given the attempts that its keys and ids name."""
        known = list(attempts)
        by_id = {one.external_id: one for one in known if one.external_id is not None}
        by_key = {one.key: one for one in known}
        for refund in listed:
            attempt = by_id.get(refund.refund_id) or by_key.get(refund.key or "")
            yield from self._judged(refund, attempt)

    def missing(self, paid: Iterable[Attempt]) -> Iterator[ListDifference]:
        """Of attempts that we hold as paid, those that no page has shown as executed."""
        for attempt in paid:
            if attempt.key not in self._executed:
                yield ListDifference(ListTruth.LISTED, attempt.key)

    def _judged(self, refund: Listed, attempt: Attempt | None) -> Iterator[ListDifference]:
        if attempt is None:
            if refund.ours:
                yield _difference(ListTruth.OURS, refund, None)
            return
        if attempt.status is PayoutStatus.REJECTED:
            yield _difference(ListTruth.NOT_REJECTED, refund, attempt)
        if not refund.executed:
            return
        if self._executed.setdefault(attempt.key, refund.refund_id) != refund.refund_id:
            yield _difference(ListTruth.ONCE, refund, attempt)
        if refund.amount_kopecks != attempt.amount_kopecks:
            yield _difference(ListTruth.SAME_SUM, refund, attempt)
        if attempt.status in _OPEN and self._is_old(refund):
            yield _difference(ListTruth.SETTLED, refund, attempt)

    def _is_old(self, refund: Listed) -> bool:
        return refund.created_at is None or self._now - refund.created_at > SETTLED_WITHIN


_OPEN = (PayoutStatus.PREPARED, PayoutStatus.SENT, PayoutStatus.UNKNOWN)


def _difference(truth: ListTruth, refund: Listed, attempt: Attempt | None) -> ListDifference:
    key = refund.key if attempt is None else attempt.key
    named = (key, refund.refund_id, amount_text(refund.amount_kopecks))
    return ListDifference(truth, ", ".join(one for one in named if one))
