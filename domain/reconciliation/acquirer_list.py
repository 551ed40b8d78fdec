"""Compares the acquirer's lists of refunds and payments with our books."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from domain.calendar.bank_calendar import moscow_date
from domain.money import amount_text
from domain.payout.payout import PayoutStatus

COMPARED = timedelta(days=40)
"""How far back they are compared: a monthly report and some days."""
SETTLED_WITHIN = timedelta(days=1)
"""A payout looks its refund up at least once an hour: after this time it is no mere delay."""
NAMESPACE = UUID("5a0e3d0e-50d7-4b0a-9f52-3d4c1f6b7a10")
"""The namespace of differences' ids: one found again has the same id."""


class ListInvariant(StrEnum):
    """What must hold, as it is shown with a difference."""

    NOT_REJECTED = "the acquirer executes no attempt that we hold as rejected"
    SETTLED = "what the acquirer has executed is paid here within a day"
    SAME_SUM = "the acquirer refunds what the attempt is for"
    ONCE = "the acquirer executes no attempt twice"
    OURS = "nobody but us refunds our payments"
    CHARGED_BACK = "no payer's bank takes our payments back"
    LISTED = "what is paid through the acquirer stands in its list"
    KNOWN = "the acquirer knows the payments that we hold as its own"
    RECORDED = "what the acquirer has captured for an order is recorded here within a day"


TAKEN_BACK = frozenset({ListInvariant.OURS, ListInvariant.CHARGED_BACK})
"""Money that went back to a payer without us."""


@dataclass(frozen=True)
class Listed:
    """A refund of the acquirer's list that has moved money (`executed`), or still may.

    `key` is our idempotency key, None for a refund that was not made by us; `ours`: its payment is
    of an invoice of ours.
    """

    refund_id: str
    key: str | None
    executed: bool
    amount_kopecks: int
    created_at: datetime | None
    payment_id: str | None = None
    ours: bool = False
    is_chargeback: bool = False
    respond_by: date | None = None


@dataclass(frozen=True)
class Attempt:
    """A payout attempt through the acquirer in our books."""

    key: str
    status: PayoutStatus
    amount_kopecks: int
    external_id: str | None


@dataclass(frozen=True)
class ListDifference:
    """A violation of an invariant by a subject; `found` describes it for people.

    Invariant, subject and sum identify it: when it is found again, what was decided about it still
    holds. `payment_id` is the acquirer's; `happened_on` the day when money moved, None where none
    has; `answer_by` the last day of an objection.
    """

    invariant: ListInvariant
    subject: str
    found: str
    payment_id: str | None = None
    amount_kopecks: int | None = None
    happened_on: date | None = None
    answer_by: date | None = None

    @property
    def id(self) -> UUID:
        """The same each time it is found."""
        return uuid5(NAMESPACE, f"{self.invariant.name}/{self.amount_kopecks}/{self.subject}")


class Comparison:
    """Compares the list page by page; only executed refunds are kept in memory."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._executed: dict[str, str] = {}

    def page(
        self, listed: Iterable[Listed], attempts: Iterable[Attempt]
    ) -> Iterator[ListDifference]:
        """Differences of a page; `attempts` are those with its keys and ids."""
        for refund, attempt in matched(listed, attempts):
            yield from self._judged(refund, attempt)

    def missing(self, paid: Iterable[Attempt]) -> Iterator[ListDifference]:
        """Of attempts that our books have as paid, those that no page has as executed."""
        for attempt in paid:
            if attempt.key not in self._executed:
                yield ListDifference(ListInvariant.LISTED, attempt.key, attempt.key)

    def _judged(self, refund: Listed, attempt: Attempt | None) -> Iterator[ListDifference]:
        if attempt is None:
            if refund.ours:
                yield given_back_there(refund)
            return
        if attempt.status is PayoutStatus.REJECTED:
            yield _difference(ListInvariant.NOT_REJECTED, refund, attempt)
        if not refund.executed:
            return
        if self._executed.setdefault(attempt.key, refund.refund_id) != refund.refund_id:
            yield _difference(ListInvariant.ONCE, refund, attempt)
        if refund.amount_kopecks != attempt.amount_kopecks:
            yield same_sum_broken(refund.refund_id, refund.amount_kopecks, attempt.key)
        if attempt.status in _OPEN and self._is_old(refund):
            yield _difference(ListInvariant.SETTLED, refund, attempt)

    def _is_old(self, refund: Listed) -> bool:
        return refund.created_at is None or self._now - refund.created_at > SETTLED_WITHIN


_OPEN = (PayoutStatus.PREPARED, PayoutStatus.SENT, PayoutStatus.UNKNOWN)


def matched(
    listed: Iterable[Listed], attempts: Iterable[Attempt]
) -> Iterator[tuple[Listed, Attempt | None]]:
    """Each refund with its attempt, found by the acquirer's id or by our key."""
    known = list(attempts)
    by_id = {one.external_id: one for one in known if one.external_id is not None}
    by_key = {one.key: one for one in known}
    for refund in listed:
        yield refund, by_id.get(refund.refund_id) or by_key.get(refund.key or "")


def given_back_there(refund: Listed) -> ListDifference:
    """A refund of our payment without an attempt of ours; while it is being processed it is another
    difference than once it is executed.
    """
    under_way = "" if refund.executed else "/pending"
    happened_on = None
    if refund.executed and refund.created_at is not None:
        happened_on = moscow_date(refund.created_at)
    return ListDifference(
        ListInvariant.CHARGED_BACK if refund.is_chargeback else ListInvariant.OURS,
        refund.refund_id + under_way,
        _named(refund.key, refund.refund_id, refund.amount_kopecks),
        refund.payment_id,
        refund.amount_kopecks,
        happened_on,
        refund.respond_by,
    )


def same_sum_broken(refund_id: str, amount_kopecks: int, key: str) -> ListDifference:
    """A refund whose sum is not its attempt's."""
    found = _named(key, refund_id, amount_kopecks)
    return ListDifference(
        ListInvariant.SAME_SUM, f"{key} {refund_id}", found, amount_kopecks=amount_kopecks
    )


def unlisted(payment_id: str, amount_kopecks: int) -> ListDifference:
    """Money refunded by a payment's own record that is in no refund of its list."""
    found = f"{payment_id}, {amount_text(amount_kopecks)}"
    return ListDifference(ListInvariant.OURS, payment_id, found, payment_id, amount_kopecks)


@dataclass(frozen=True)
class Captured:
    """A payment that the acquirer has captured, with the key it was requested with; `recorded`: our
    books have it as a payment of an invoice.
    """

    payment_id: str
    key: str
    amount_kopecks: int
    captured_at: datetime | None
    recorded: bool = False


def unrecorded(captured: Iterable[Captured], now: datetime) -> Iterator[ListDifference]:
    """Payments for our orders that our books did not get within `SETTLED_WITHIN`."""
    for one in captured:
        old = one.captured_at is None or now - one.captured_at > SETTLED_WITHIN
        if old and not one.recorded:
            yield ListDifference(
                ListInvariant.RECORDED,
                one.payment_id,
                _named(one.key, one.payment_id, one.amount_kopecks),
                one.payment_id,
                one.amount_kopecks,
                None if one.captured_at is None else moscow_date(one.captured_at),
            )


def unknown_there(payment_id: str) -> ListDifference:
    """A payment of our books that the acquirer does not know."""
    return ListDifference(ListInvariant.KNOWN, payment_id, payment_id, payment_id)


def _difference(invariant: ListInvariant, refund: Listed, attempt: Attempt) -> ListDifference:
    return ListDifference(
        invariant,
        f"{attempt.key} {refund.refund_id}",
        _named(attempt.key, refund.refund_id, refund.amount_kopecks),
        refund.payment_id,
        refund.amount_kopecks,
    )


def _named(key: str | None, refund_id: str, amount_kopecks: int) -> str:
    return ", ".join(one for one in (key, refund_id, amount_text(amount_kopecks)) if one)
