"""What a case makes of its last letter that did not leave."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.collection import transitions
from domain.collection.case import CollectionCase, DebtFacts, LetterOfToday, Unsent
from domain.collection.leaving import NotSent
from domain.collection.policy import Tone
from tests.domain.collection.unpaid import (
    AT,
    CHANGE,
    FACTS,
    SUM,
    TODAY,
    S,
    advanced,
    done,
    in_status,
    owing,
)

MONTH = timedelta(days=30)
LADDER_END = 4
CLAIMS_DAYS = Wait(Role.CLIENT, AT + MONTH, ends_in=S.LEGAL)
LAWYERS_DAYS = Wait(Role.ACCOUNTANT, AT + MONTH)


def unsent(tone: Tone, why: NotSent, facts: DebtFacts = FACTS) -> DebtFacts:
    return replace(facts, unsent=Unsent(tone, why))


def claimed(status: S = S.CLAIM_SENT) -> CollectionCase:
    return replace(in_status(status, rung=LADDER_END, claim_sent_on=TODAY), wait=CLAIMS_DAYS)


@pytest.mark.parametrize("why", [NotSent.DISPUTED, NotSent.OUTDATED])
@pytest.mark.parametrize("judge", [transitions.recheck, transitions.advance])
def test_the_ladder_goes_on_with_the_letter_that_did_not_leave(why: NotSent, judge: object) -> None:
    assert callable(judge)
    made = done(judge(in_status(S.CONTACTED, rung=1), CHANGE, unsent(Tone.FIRST, why)))
    assert (made.result.status, made.columns["rung"], made.reason) == (S.CONTACTED, 0, "not_sent")
    wait = made.result.wait
    assert wait is not None
    assert (wait.ends_in, wait.until) == (S.CONTACTED, AT.replace(hour=6) + timedelta(days=1))


def test_a_claim_that_did_not_leave_was_not_sent() -> None:
    made = done(transitions.recheck(claimed(), CHANGE, unsent(Tone.CLAIM, NotSent.OUTDATED)))
    assert made.result.status is S.REMINDED
    assert made.columns["claim_sent_on"] is None
    assert made.columns["rung"] == LADDER_END - 1
    assert made.result.wait is not None
    assert made.result.wait.ends_in == S.CLAIM_SENT


def test_the_lawyer_sends_the_claim_again_where_he_has_the_case() -> None:
    case = replace(claimed(S.LEGAL), wait=LAWYERS_DAYS)
    made = done(transitions.recheck(case, CHANGE, unsent(Tone.CLAIM, NotSent.DISPUTED)))
    assert (made.result.status, made.result.wait) == (S.LEGAL, LAWYERS_DAYS)
    assert made.columns["claim_sent_on"] is None


def test_a_broken_promise_is_followed_by_the_claim_that_it_stopped() -> None:
    promised = replace(claimed(S.PROMISED), promised_on=TODAY)
    made = done(transitions.recheck(promised, CHANGE, unsent(Tone.CLAIM, NotSent.PROMISED)))
    assert made.result.status is S.PROMISED
    assert made.columns["promised_on"] == TODAY
    assert made.result.wait == replace(CLAIMS_DAYS, ends_in=S.CLAIM_SENT)


@pytest.mark.parametrize(
    ("case", "facts"),
    [
        (in_status(S.CONTACTED, rung=1), FACTS),
        (in_status(S.CONTACTED, rung=1), unsent(Tone.FIRST, NotSent.MONEY)),
        (in_status(S.CONTACTED, rung=1), unsent(Tone.FIRST, NotSent.SUPERSEDED)),
        (in_status(S.PROMISED, rung=1), unsent(Tone.FIRST, NotSent.PROMISED)),
        (in_status(S.CONTACTED, rung=1), unsent(Tone.FIRST, NotSent.PAUSED)),
        (in_status(S.LEGAL, rung=3), unsent(Tone.FIRM, NotSent.DISPUTED)),
        (in_status(S.REMINDED, rung=3), unsent(Tone.CLAIM, NotSent.DISPUTED)),
        (in_status(S.SETTLED, claim_sent_on=TODAY), unsent(Tone.FIRST, NotSent.OUTDATED)),
    ],
)
def test_nothing_is_written_anew_otherwise(case: CollectionCase, facts: DebtFacts) -> None:
    assert transitions.recheck(case, CHANGE, facts) is None


def test_money_comes_before_a_letter_that_did_not_leave() -> None:
    facts = unsent(Tone.CLAIM, NotSent.DISPUTED, owing(paid_kopecks=SUM))
    assert done(transitions.recheck(claimed(), CHANGE, facts)).result.status is S.PAID


def test_a_letter_of_today_is_not_repeated_today() -> None:
    """The day on which it was written had its contact in the cabinet."""
    facts = replace(FACTS, letter=LetterOfToday(Tone.FIRST, frozenset(), frozenset()))
    made = advanced(replace(in_status(S.CONTACTED), rung=0), facts)
    assert made.result.wait is not None
    assert made.result.wait.until > AT
