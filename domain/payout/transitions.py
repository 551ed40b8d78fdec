"""What a payout attempt becomes by an answer of the acquirer, the bank or an operator. Pure.

A refusal of the acquirer proves nothing while an earlier request may have been accepted: then the
refund is looked up first. A request without an answer makes an attempt `unknown`, never `rejected`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.calendar.bank_calendar import moscow_date
from domain.payout.acquirer_refusal import (
    CHARGED_BACK,
    GIVEN_BACK_THERE,
    PAYMENT_UNKNOWN_THERE,
    UNEXPLAINED,
    WhoseMatter,
    whose_matter,
)
from domain.payout.payout import (
    PAYOUT_MOVES,
    Answer,
    Channel,
    ManualSettlement,
    PayoutAttempt,
    PayoutStatus,
    reason_by_hand,
)

KEY_LIFETIME = timedelta(hours=20)
"""How long a repeated request with the same key certainly concerns the same refund; the acquirer
forgets keys after 24 hours.
"""

FIRST_TRY = 1
"""The number of a step's first try, as Temporal counts them; payout attempts are numbered apart."""


@dataclass(frozen=True)
class RefundAtAcquirer:
    """A refund in the acquirer's records: paid, rejected, or sent while it is being processed
    there.

    `refund_id` and `created_at` (UTC) are None while the acquirer still processes the request.
    `recognised` False: its status there is one that we do not know; an operator may decide.
    """

    status: PayoutStatus
    refund_id: str | None = None
    reason: str | None = None
    party: str | None = None
    created_at: datetime | None = None
    recognised: bool = True
    rrn: str | None = None


@dataclass(frozen=True)
class Rejection:
    """A refusal; `words` are stored for our people, the workflow goes on by `code`."""

    code: str
    words: str
    external_id: str | None = None

    @property
    def answer(self) -> Answer:
        """The answer that the payout's case gets."""
        return Answer(PayoutStatus.REJECTED, self.external_id, self.code)

    @property
    def is_ours(self) -> bool:
        """Whether an accountant deals with it: then the acquirer's refunds of the payment are
        checked.
        """
        return whose_matter(Channel.ACQUIRER, self.code) is WhoseMatter.OURS


def recorded(attempt: PayoutAttempt, answer: Answer) -> Answer | None:
    """What is to be stored of an answer; None for one that is stored already, or that comes after
    the attempt has ended.
    """
    is_change = answer.status is not attempt.status
    return answer if is_change and answer.status in PAYOUT_MOVES[attempt.status] else None


def is_old(attempt: PayoutAttempt, now: datetime) -> bool:
    """Whether the acquirer may have forgotten the key, so that a repeat could pay a second time."""
    return now - attempt.prepared_at > KEY_LIFETIME


def is_first_request(attempt: PayoutAttempt, step_try: int) -> bool:
    """Whether no earlier try of the step can have requested this attempt."""
    return attempt.status is PayoutStatus.PREPARED and step_try == FIRST_TRY


def has_to_look(attempt: PayoutAttempt, step_try: int, now: datetime) -> bool:
    """Whether a step looks the refund up before it requests it, since an earlier try may have done
    so.
    """
    return not is_first_request(attempt, step_try) or is_old(attempt, now)


def has_to_look_for_given_back(attempt: PayoutAttempt) -> bool:
    """Whether the acquirer's refunds of the payment have to be checked before the attempt is sent
    by the bank; for a cleared attempt that was done.
    """
    return attempt.channel is Channel.BANK and attempt.cleared_at is None


def held_for_given_back(
    found: Sequence[str], *, given_back: bool, charged_back: bool = False
) -> Rejection:
    """The refusal of an attempt by the bank whose payment differs at the acquirer (described in
    `found`): it was refunded there, or is not known there.
    """
    code = GIVEN_BACK_THERE if given_back else PAYMENT_UNKNOWN_THERE
    code = CHARGED_BACK if charged_back else code
    return Rejection(code, "; ".join(found))


def outcome_of(refund: RefundAtAcquirer, now: datetime) -> Answer | Rejection:
    """The outcome of an attempt by its refund in the acquirer's records."""
    if refund.status is PayoutStatus.REJECTED:
        code = refund.reason or UNEXPLAINED
        return Rejection(code, f"{refund.party or UNEXPLAINED}: {code}", refund.refund_id)
    return answer_by(refund, now)


def answer_by(refund: RefundAtAcquirer, now: datetime) -> Answer:
    """The same, without regard to a rejection's reason; refunded money left on the Moscow day on
    which the refund was created.
    """
    settled_on = None
    if refund.status is PayoutStatus.PAID:
        settled_on = moscow_date(refund.created_at or now)
    return Answer(refund.status, refund.refund_id, refund.reason, settled_on, rrn=refund.rrn)


def silence(attempt: PayoutAttempt, words: str) -> Answer:
    """The state of an attempt after a request without an answer; `words` say what happened."""
    return still_under_way(attempt) or Answer(PayoutStatus.UNKNOWN, reason=words)


def still_under_way(attempt: PayoutAttempt) -> Answer | None:
    """A refund that the acquirer has accepted stays under way until the acquirer reports its
    end.
    """
    if attempt.status is not PayoutStatus.SENT:
        return None
    return Answer(PayoutStatus.SENT, attempt.external_id, attempt.reason)


def settled_by_hand(
    attempt: PayoutAttempt,
    settlement: ManualSettlement,
    found: RefundAtAcquirer | None,
    now: datetime,
) -> Answer | Rejection:
    """An operator's settlement, unless the acquirer's records contradict it: a refund that has
    ended there decides, and one being processed there cannot be rejected here.
    """
    if found is not None and found.status is not PayoutStatus.SENT:
        return outcome_of(found, now)
    if found is not None and found.recognised and settlement.status is PayoutStatus.REJECTED:
        return answer_by(found, now)
    return Answer(
        settlement.status, attempt.external_id, reason_by_hand(settlement), settlement.settled_on
    )


def settled_by_earlier(
    settlement: ManualSettlement, earlier_attempt: int, refund: RefundAtAcquirer, now: datetime
) -> Answer:
    """An operator's settlement of an attempt while an earlier one may have been executed: only a
    payment settles it, as money paid under the earlier attempt's key.
    """
    settled = answer_by(refund, now)
    if settled.status is not PayoutStatus.PAID or settlement.status is not PayoutStatus.PAID:
        return Answer(PayoutStatus.PREPARED)
    return replace(settled, reason=reason_by_hand(settlement), earlier_attempt=earlier_attempt)
