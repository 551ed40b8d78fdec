"""What a payout attempt becomes by what the acquirer, the bank or an operator says. Pure.

A refusal of the acquirer proves nothing while an earlier request may have been taken in: who judges
it looks first. Silence is `unknown`, never `rejected`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.calendar.bank_calendar import moscow_date
from domain.payout.acquirer_refusal import (
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
"""How long a repeat under the same key is surely the same refund; the acquirer forgets after 24
hours.
"""

FIRST_TRY = 1
"""Of a step, by Temporal's count; a payout's attempts are another matter."""


@dataclass(frozen=True)
class RefundThere:
    """A refund as the acquirer has it: paid, rejected, or sent while it is under way there.

    `refund_id` and `created_at` (UTC) are None while the request itself is still taken in.
    `recognised` False: under way by a word that nobody knows yet; an operator may know better.
    """

    status: PayoutStatus
    refund_id: str | None = None
    reason: str | None = None
    party: str | None = None
    created_at: datetime | None = None
    recognised: bool = True


@dataclass(frozen=True)
class Rejection:
    """A refusal whose words are kept for our people; `code` is what the process goes on by."""

    code: str
    words: str
    external_id: str | None = None

    @property
    def answer(self) -> Answer:
        """What the payout's process hears of it."""
        return Answer(PayoutStatus.REJECTED, self.external_id, self.code)

    @property
    def is_ours(self) -> bool:
        """Whether an accountant goes on with it: then what was given back there is looked at."""
        return whose_matter(Channel.ACQUIRER, self.code) is WhoseMatter.OURS


def recorded(attempt: PayoutAttempt, answer: Answer) -> Answer | None:
    """What is to be stored of an answer; None for one that is stored already, or that comes after
    the attempt has ended.
    """
    is_news = answer.status is not attempt.status
    return answer if is_news and answer.status in PAYOUT_MOVES[attempt.status] else None


def is_old(attempt: PayoutAttempt, now: datetime) -> bool:
    """Whether the acquirer may have forgotten the key: asking again could pay again."""
    return now - attempt.prepared_at > KEY_LIFETIME


def is_first_request(attempt: PayoutAttempt, step_try: int) -> bool:
    """Whether no earlier try of the step can have requested this attempt."""
    return attempt.status is PayoutStatus.PREPARED and step_try == FIRST_TRY


def has_to_look(attempt: PayoutAttempt, step_try: int, now: datetime) -> bool:
    """Whether a step that is to ask looks first, since it may have been asked for already."""
    return not is_first_request(attempt, step_try) or is_old(attempt, now)


def has_to_look_for_given_back(attempt: PayoutAttempt) -> bool:
    """Whether what the acquirer has given back without us is looked at before the attempt leaves by
    the bank; that was done where it is cleared.
    """
    return attempt.channel is Channel.BANK and attempt.cleared_at is None


def held_for_given_back(found: Sequence[str], *, given_back: bool) -> Rejection:
    """The refusal of an attempt by the bank whose payment has differences at the acquirer (their
    words in `found`): money was given back there, or the payment is not known there.
    """
    code = GIVEN_BACK_THERE if given_back else PAYMENT_UNKNOWN_THERE
    return Rejection(code, "; ".join(found))


def heard(refund: RefundThere, now: datetime) -> Answer | Rejection:
    """What the acquirer's state of a refund means for the attempt."""
    if refund.status is PayoutStatus.REJECTED:
        code = refund.reason or UNEXPLAINED
        return Rejection(code, f"{refund.party or UNEXPLAINED}: {code}", refund.refund_id)
    return answer_by(refund, now)


def answer_by(refund: RefundThere, now: datetime) -> Answer:
    """The same as an answer; money that was given back left on the Moscow day of its creation."""
    settled_on = None
    if refund.status is PayoutStatus.PAID:
        settled_on = moscow_date(refund.created_at or now)
    return Answer(refund.status, refund.refund_id, refund.reason, settled_on)


def silence(attempt: PayoutAttempt, words: str) -> Answer:
    """What is known after a request without an answer."""
    return still_under_way(attempt) or Answer(PayoutStatus.UNKNOWN, reason=words)


def still_under_way(attempt: PayoutAttempt) -> Answer | None:
    """A refund that the acquirer has accepted stays under way until the acquirer reports its
    end.
    """
    if attempt.status is not PayoutStatus.SENT:
        return None
    return Answer(PayoutStatus.SENT, attempt.external_id, attempt.reason)


def settled_by_hand(
    attempt: PayoutAttempt, word: ManualSettlement, found: RefundThere | None, now: datetime
) -> Answer | Rejection:
    """An operator's decision, unless the acquirer knows better: what has ended there wins, and what
    is under way there is not rejected here.
    """
    if found is not None and found.status is not PayoutStatus.SENT:
        return heard(found, now)
    if found is not None and found.recognised and word.status is PayoutStatus.REJECTED:
        return answer_by(found, now)
    return Answer(word.status, attempt.external_id, reason_by_hand(word), word.settled_on)


def settled_by_earlier(
    word: ManualSettlement, earlier_attempt: int, refund: RefundThere, now: datetime
) -> Answer:
    """An operator's decision on an attempt while an earlier one may be executed: only the payment
    itself settles it, as money that left under the earlier one's key.
    """
    settled = answer_by(refund, now)
    if settled.status is not PayoutStatus.PAID or word.status is not PayoutStatus.PAID:
        return Answer(PayoutStatus.PREPARED)
    return replace(settled, reason=reason_by_hand(word), earlier_attempt=earlier_attempt)
