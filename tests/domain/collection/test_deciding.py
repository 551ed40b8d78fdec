"""What people do to an unpaid order: each rule at its edge."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.collection import deciding, notices
from domain.collection.case import (
    CollectionCase,
    DebtFacts,
    Decided,
    Letter,
    LetterOfToday,
)
from domain.collection.collection import (
    COLLECTION_ACTIONS,
    COLLECTION_MOVES,
    ENDS,
    CourtKind,
    Reason,
)
from domain.collection.policy import Tone
from tests.domain.collection.unpaid import (
    AT,
    CASE,
    CHANGE,
    FACTS,
    JUDGES,
    SUM,
    TODAY,
    VLADIVOSTOK,
    A,
    R,
    S,
    done,
    in_status,
    owing,
    refusal,
    said,
)


@pytest.mark.parametrize("action", list(A))
@pytest.mark.parametrize("status", list(S))
def test_a_case_takes_what_its_status_takes_and_moves_where_it_may(status: S, action: A) -> None:
    proposed = None if action is A.PROPOSE_WRITE_OFF else "belova"
    judged = JUDGES[action](in_status(status, write_off_by=proposed), CHANGE, FACTS, said(action))
    if action in COLLECTION_ACTIONS[status]:
        result = done(judged).result
        assert (result.status in COLLECTION_MOVES[status] | {status}, result.changes) == (True, 5)
        assert (result.wait is None) == (result.status in ENDS)
    elif status is S.PAID:
        assert refusal(judged) == R.PAID
    else:
        assert refusal(judged) == (R.ENDED if status in ENDS else R.NOT_ALLOWED_IN_STATUS)


@pytest.mark.parametrize("action", list(A))
def test_money_that_is_stored_refuses_everything(action: A) -> None:
    judged = JUDGES[action](CASE, CHANGE, owing(paid_kopecks=SUM), said(action))
    assert refusal(judged) == R.PAID


@pytest.mark.parametrize(
    ("answer", "whom", "told"),
    [
        (Reason.FORGOT, Role.CLIENT, ()),
        (Reason.APPROVAL, Role.CLIENT, ()),
        (Reason.PAID, Role.BANK, ()),
        (Reason.FAILED, Role.ACCOUNTANT, (notices.SAID,)),
        (Reason.UNWANTED, Role.ACCOUNTANT, (notices.SAID,)),
        (Reason.DISAGREE, Role.ACCOUNTANT, (notices.SAID,)),
    ],
)
def test_a_reason_gives_its_days_and_whoever_has_to_see_to_it_is_told(
    answer: Reason, whom: Role, told: tuple[Any, ...]
) -> None:
    judged = done(deciding.give_reason(CASE, CHANGE, FACTS, Decided(answer)))
    wait = judged.result.wait
    assert wait is not None
    # Two bank days, and five: the 7th to the 9th of March are days off.
    until = datetime(2026, 3, 12 if answer is Reason.PAID else 6, 6, tzinfo=UTC)
    assert (wait.waiting_for, judged.notices) == (whom, told)
    assert (wait.until, wait.ends_in) == (until, S.REMINDED)


def test_a_reason_shortens_no_wait_and_is_needed() -> None:
    later = replace(CASE, wait=Wait(Role.CLIENT, AT + timedelta(days=40), ends_in=S.REMINDED))
    judged = done(deciding.give_reason(later, CHANGE, FACTS, Decided(Reason.FORGOT)))
    assert judged.result.wait == later.wait
    with pytest.raises(ValueError, match="one of a list"):
        deciding.give_reason(CASE, CHANGE, FACTS, Decided())


def test_reasons_said_again_and_again_win_no_time() -> None:
    """The days of the second one count from the first, until the next letter."""
    first = done(deciding.give_reason(CASE, CHANGE, FACTS, Decided(Reason.APPROVAL)))
    case, since = replace(CASE, version=5, wait=first.result.wait), AT
    for number in range(6, 12):
        change = replace(CHANGE, number=number, at=AT + timedelta(days=number))
        said_again = Decided(Reason.APPROVAL, asked_since=since)
        again = done(deciding.give_reason(case, change, FACTS, said_again))
        assert again.result.wait == first.result.wait
        case = replace(case, version=number, wait=again.result.wait)
    longer = Decided(Reason.PAID, asked_since=since)
    change = replace(CHANGE, number=12, at=AT + timedelta(days=12))
    wait = done(deciding.give_reason(case, change, FACTS, longer)).result.wait
    assert wait is not None
    assert wait.until == datetime(2026, 3, 12, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "is_taken"), [(-1, False), (0, True), (30, True), (31, False), (None, False)]
)
def test_a_promise_is_for_today_to_the_thirtieth_day(days: int | None, is_taken: bool) -> None:
    day = None if days is None else TODAY + timedelta(days=days)
    judged = deciding.promise(CASE, CHANGE, FACTS, Decided(day=day))
    if not is_taken:
        assert refusal(judged) == R.PROMISE_DAY
        return
    made = done(judged)
    assert (made.result.status, made.columns["promised_on"]) == (S.PROMISED, day)
    assert made.columns["promises"] == 1


def test_a_third_promise_is_refused() -> None:
    judged = deciding.promise(replace(CASE, promises=2), CHANGE, FACTS, Decided(day=TODAY))
    assert refusal(judged) == R.PROMISES_SPENT


@pytest.mark.parametrize(
    ("case", "leads_to"),
    [
        (CASE, S.REMINDED),
        (in_status(S.DUE, rung=0), S.CONTACTED),
        (replace(CASE, rung=3), S.CLAIM_SENT),
        (in_status(S.CLAIM_SENT, rung=4, claim_sent_on=TODAY), S.LEGAL),
        (in_status(S.LEGAL), S.LEGAL),
    ],
)
def test_a_promise_waits_a_bank_day_more_and_then_the_case_goes_on_where_it_was(
    case: CollectionCase, leads_to: S
) -> None:
    friday = date(2026, 3, 6)
    wait = done(deciding.promise(case, CHANGE, FACTS, Decided(day=friday))).result.wait
    assert wait is not None
    ends = datetime(2026, 3, 10, 21, tzinfo=UTC)  # the 9th is a day off
    assert (wait.until, wait.ends_in) == (ends, leads_to)


def test_a_second_promise_takes_nothing_from_the_lawyer() -> None:
    """A case that was handed over at once has its whole ladder before it."""
    handed_over = in_status(S.LEGAL, rung=0)
    first = done(deciding.promise(handed_over, CHANGE, FACTS, Decided(day=TODAY)))
    promised = replace(
        in_status(S.PROMISED, rung=0, promises=1, promised_on=TODAY), wait=first.result.wait
    )
    second = done(deciding.promise(promised, CHANGE, FACTS, Decided(day=TODAY)))
    assert second.result.wait is not None
    assert second.result.wait.ends_in == S.LEGAL


@pytest.mark.parametrize(
    ("days", "is_taken"), [(0, False), (1, True), (30, True), (31, False), (None, False)]
)
def test_a_pause_is_until_tomorrow_to_the_thirtieth_day(days: int | None, is_taken: bool) -> None:
    day = None if days is None else TODAY + timedelta(days=days)
    judged = deciding.pause(CASE, CHANGE, FACTS, Decided(day=day, reason="просят"))
    if not is_taken:
        assert refusal(judged) == R.PAUSE_DAY
        return
    paused = done(judged)
    assert paused.result.wait is not None
    assert (paused.result.status, paused.result.wait.until > AT) == (S.CONTACTED, True)
    assert paused.reason == "просят"


def test_a_pause_ends_at_the_beginning_of_its_day() -> None:
    wait = done(deciding.pause(CASE, CHANGE, FACTS, Decided(day=date(2026, 3, 6)))).result.wait
    assert wait is not None
    assert wait.until == datetime(2026, 3, 6, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("case", "facts", "at", "why"),
    [
        (replace(CASE, claim_sent_on=TODAY), FACTS, AT, R.CLAIM_SENT),
        (CASE, owing(is_disputed=True), AT, R.DISPUTED),
        (CASE, replace(FACTS, is_contacted=True), AT, R.CONTACTED_TODAY),
        (
            CASE,
            replace(FACTS, letter=LetterOfToday(Tone.FIRST, frozenset(), frozenset())),
            AT,
            R.CONTACTED_TODAY,
        ),
        (CASE, FACTS, datetime(2026, 3, 4, 17, tzinfo=UTC), R.QUIET_HOURS),
        (CASE, FACTS, datetime(2026, 3, 7, 9, tzinfo=UTC), R.QUIET_HOURS),
        (
            replace(CASE, zone=VLADIVOSTOK),
            FACTS,
            datetime(2026, 3, 4, 10, tzinfo=UTC),
            R.QUIET_HOURS,
        ),
    ],
)
def test_a_claim_keeps_the_clients_hours_and_is_one_of_the_day(
    case: CollectionCase, facts: DebtFacts, at: datetime, why: R
) -> None:
    assert refusal(deciding.send_claim(case, replace(CHANGE, at=at), facts, Decided())) == why


def test_a_claim_gives_thirty_days_moves_the_last_day_to_sue_and_ends_the_ladder() -> None:
    sent = done(deciding.send_claim(CASE, CHANGE, FACTS, Decided()))
    wait = sent.result.wait
    assert wait is not None
    assert (sent.result.status, wait.ends_in) == (S.CLAIM_SENT, S.LEGAL)
    assert wait.until == datetime(2026, 4, 3, 21, tzinfo=UTC)
    assert sent.columns["claim_sent_on"] == TODAY
    assert sent.columns["limitation_on"] == date(2029, 2, 24) + timedelta(days=30)
    assert sent.columns["rung"] == 4
    (letter,) = sent.effects
    assert isinstance(letter, Letter)
    assert (letter.tone, letter.next_on, letter.lines[0].is_claimed) == (
        Tone.CLAIM,
        date(2026, 4, 3),
        True,
    )


@pytest.mark.parametrize(
    ("sent_on", "filed_on", "is_taken"),
    [
        (None, date(2026, 4, 4), False),
        (TODAY, date(2026, 4, 3), False),
        (TODAY, date(2026, 4, 4), True),
        (TODAY, None, False),
    ],
)
def test_a_suit_waits_for_the_thirty_days_of_the_claim(
    sent_on: date | None, filed_on: date | None, is_taken: bool
) -> None:
    case = in_status(S.LEGAL, claim_sent_on=sent_on)
    decided = Decided(day=filed_on, court=CourtKind.SUIT)
    judged = deciding.record_court(case, CHANGE, FACTS, decided)
    if is_taken:
        assert done(judged).result.status is S.LEGAL
    else:
        assert refusal(judged) == R.SUIT_TOO_EARLY


def test_a_write_off_needs_two_people_whatever_the_case_of_their_logins() -> None:
    proposed = done(deciding.propose_write_off(CASE, CHANGE, FACTS, Decided(reason="нет")))
    assert proposed.columns["write_off_by"] == "kuznetsova"
    assert proposed.params["amount_kopecks"] == SUM
    nobody = deciding.confirm_write_off(CASE, CHANGE, FACTS, Decided())
    assert refusal(nobody) == R.WRITE_OFF_NOT_PROPOSED
    assert refusal(deciding.decline_write_off(CASE, CHANGE, FACTS, Decided())) == (
        R.WRITE_OFF_NOT_PROPOSED
    )
    case = replace(CASE, write_off_by="Kuznetsova")
    again = deciding.propose_write_off(case, CHANGE, FACTS, Decided())
    assert refusal(again) == R.WRITE_OFF_PROPOSED
    alone = deciding.confirm_write_off(case, CHANGE, FACTS, Decided())
    assert refusal(alone) == R.WRITE_OFF_BY_ONE
    both = done(deciding.confirm_write_off(case, replace(CHANGE, by="belova"), FACTS, Decided()))
    assert (both.result.status, both.columns["written_off_by"]) == (S.WRITTEN_OFF, "belova")
    declined = done(deciding.decline_write_off(case, CHANGE, FACTS, Decided()))
    assert (declined.result.status, declined.columns["write_off_by"]) == (S.CONTACTED, None)
    assert declined.result.wait == CASE.wait
