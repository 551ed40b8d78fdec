"""The indicator that the host product shows: none, yellow or red, and the sentence beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.calendar.bank_calendar import moscow_date
from domain.renewal.policy import RenewalPolicy
from domain.renewal.renewal import RenewalStatus
from domain.subscription.subscription import HeldTerm, Terms


class Level(StrEnum):
    """How urgent it is."""

    NONE = "none"
    YELLOW = "yellow"
    RED = "red"


class Sentence(StrEnum):
    """The sentences beside the indicator; the text is `indicator.<code>`."""

    NO_TERM = "no_term"
    RUNS = "runs"
    ENDS_SOON = "ends_soon"
    PAYMENT_AWAITED = "payment_awaited"
    PAYMENT_ON_ITS_WAY = "payment_on_its_way"
    NEXT_PAID = "next_paid"
    LAPSED = "lapsed"
    ENDED = "ended"


@dataclass(frozen=True)
class Indicator:
    """What to show; `params` are Moscow days of the sentence."""

    level: Level
    sentence: Sentence
    params: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True)
class OpenCase:
    """The case of the subscription's term: the fields that the indicator depends on."""

    status: RenewalStatus
    claimed_until: datetime | None = None


_UNPAID = frozenset({RenewalStatus.AWAITING_PAYMENT, RenewalStatus.CHECKING_PAYMENT})


def indicator_for(
    terms: Terms, case: OpenCase | None, now: datetime, policy: RenewalPolicy
) -> Indicator:
    """What to show at an instant (UTC).

    A paid next term has precedence, then a claim that the payment is on its way. A term that ended
    is red for as long as the service goes on by the grace period.
    """
    if terms.following is not None:
        return Indicator(Level.NONE, Sentence.NEXT_PAID, {"until": terms.following.ends_on})
    if case is not None and _is_claimed(case, now):
        return Indicator(Level.YELLOW, Sentence.PAYMENT_ON_ITS_WAY)
    if terms.last is None:
        awaited = case is not None and case.status in _UNPAID
        return Indicator(Level.NONE, Sentence.PAYMENT_AWAITED if awaited else Sentence.NO_TERM)
    running = terms.running(moscow_date(now))
    if running is None:
        return _after(terms.last, moscow_date(now), policy)
    return _before_the_end(running, case, moscow_date(now), policy)


def _before_the_end(
    term: HeldTerm, case: OpenCase | None, today: date, policy: RenewalPolicy
) -> Indicator:
    left = (term.served_until - today).days
    params = {"until": term.served_until}
    if left > policy.yellow_days or term.stopped_on is not None:
        return Indicator(Level.NONE, Sentence.RUNS, params)
    awaited = case is not None and case.status in _UNPAID
    sentence = Sentence.PAYMENT_AWAITED if awaited else Sentence.ENDS_SOON
    return Indicator(Level.RED if left <= policy.red_days else Level.YELLOW, sentence, params)


def _after(last: HeldTerm, today: date, policy: RenewalPolicy) -> Indicator:
    """A term whose rest was refunded has no grace."""
    params = {"until": last.served_until}
    passed = (today - last.served_until).days
    if last.stopped_on is not None or passed > policy.grace_days:
        return Indicator(Level.NONE, Sentence.ENDED, params)
    return Indicator(Level.RED, Sentence.LAPSED, params)


def _is_claimed(case: OpenCase, now: datetime) -> bool:
    return case.claimed_until is not None and now < case.claimed_until
