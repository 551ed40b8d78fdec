"""What time, money and a stopped term make of a renewal, and what leaves it alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from domain.access.roles import Role
from domain.calendar.bank_calendar import BankCalendar
from domain.renewal.case import (
    RenewalCase,
    RenewalTransition,
    TermSale,
    WithdrawnTerm,
)
from domain.renewal.renewal import (
    RENEWAL_MOVES,
    Ending,
    RenewalChange,
    RenewalOpening,
    RenewalRequest,
    RenewalStatus,
)
from domain.renewal.transitions import (
    begin,
    check_payment,
    is_recheck_due,
    lapse,
    move_deadline,
    opened,
    settle,
    take_back,
    watch_again,
)
from domain.renewal.waits import RenewalFacts, start_of_moscow_day
from domain.subscription.term import StopReason
from tests.domain.renewal.cases import (
    DAY,
    ENDS_ON,
    EXPIRY,
    FACTS,
    GRACE_END,
    NEXT,
    ORDERED_AT,
    POLICY,
    PRICE_KOPECKS,
    TERM,
    UNPAID_NEXT,
    case,
    change,
    claimed,
    invoice,
    paid,
)

S, E = RenewalStatus, Ending
SECOND = timedelta(seconds=1)
SOON = ORDERED_AT + 5 * DAY
STOPPED_ON = date(2026, 4, 17)
STOPPED = start_of_moscow_day(STOPPED_ON)
REFUNDED_NEXT = replace(NEXT, is_withdrawn=True)
OTHER_CLIENT = replace(NEXT, id=TERM.id)
FAILED_TERM = replace(TERM, stopped_on=STOPPED_ON, stop_reason=StopReason.UNPAID)


def outcome(made: RenewalTransition | None) -> tuple[RenewalStatus, str | None] | None:
    """Where a transition leads, and why."""
    return None if made is None else (made.result.status, made.reason)


def letters(made: RenewalTransition) -> list[str]:
    return [notice.template for notice in made.notices]


# Opening.


@pytest.mark.parametrize(
    ("facts", "until", "ends_in"),
    [
        (FACTS, EXPIRY, S.LAPSED),
        (replace(FACTS, stopped_on=STOPPED_ON), STOPPED, S.LAPSED),
        (
            replace(FACTS, term_starts_on=None, term_ends_on=None),
            FACTS.opened_at + timedelta(days=POLICY.first_order_days),
            S.CLOSED,
        ),
    ],
)
def test_a_new_case_watches_its_term_or_waits_for_a_first_order(
    facts: RenewalFacts, until: datetime, ends_in: RenewalStatus
) -> None:
    request = RenewalRequest("renewal-sub-1-2026-04-30", "sub-1", "c-1", str(TERM.id), ENDS_ON)
    made = opened(RenewalOpening(request, FACTS.opened_at), facts, POLICY)
    assert (made.result.status, made.result.changes) == (S.WATCHING, 1)
    assert made.result.wait is not None
    assert (made.result.wait.until, made.result.wait.ends_in) == (until, ends_in)
    assert made.columns["term_id"] == TERM.id
    assert made.columns["policy_version"] == POLICY.version
    assert not made.notices


@pytest.mark.parametrize(
    ("found", "status", "has_invoice"),
    [
        (case(S.CLOSED), S.WATCHING, False),
        (case(S.CLOSED, invoice()), S.WATCHING, False),
        (case(S.WATCHING), S.WATCHING, False),
        (case(S.AWAITING_PAYMENT), S.AWAITING_PAYMENT, True),
    ],
)
def test_a_term_that_was_bought_again_is_watched_and_an_open_order_stays(
    found: RenewalCase, status: RenewalStatus, has_invoice: bool
) -> None:
    made = watch_again(found, change(SOON))
    assert outcome(made) == (status, E.TERM_BOUGHT_AGAIN)
    assert (made.columns["order_id"] is not None) == has_invoice
    assert not made.notices


# Money and a stopped term.


@pytest.mark.parametrize(
    ("found", "at", "expected"),
    [
        # Paid in full: the next term, wherever the open invoice waits.
        (paid(S.AWAITING_PAYMENT), SOON, (S.PAID, None)),
        (paid(S.CHECKING_PAYMENT), SOON, (S.PAID, None)),
        (paid(S.LAPSED), SOON, (S.PAID, None)),
        (paid(S.CLOSED), SOON, (S.PAID, None)),
        (paid(S.WATCHING), SOON, (S.WATCHING, E.PAID_IN_PART)),  # its order was called off
        (paid(S.AWAITING_PAYMENT, stopped_on=STOPPED_ON), STOPPED, (S.PAID, None)),
        # One kopeck less is a part.
        (
            case(S.AWAITING_PAYMENT, invoice(PRICE_KOPECKS - 1)),
            SOON,
            (S.AWAITING_PAYMENT, E.PAID_IN_PART),
        ),
        (case(S.LAPSED, invoice(1)), SOON, (S.LAPSED, E.PAID_IN_PART)),
        (case(S.AWAITING_PAYMENT, invoice(1), seen_kopecks=1), SOON, None),
        (
            case(S.AWAITING_PAYMENT, invoice(1), seen_kopecks=2),
            SOON,
            (S.AWAITING_PAYMENT, E.PAYMENT_REVERSED),
        ),
        # A void invoice makes no term.
        (
            case(S.CLOSED, invoice(PRICE_KOPECKS, is_void=True), seen_kopecks=PRICE_KOPECKS),
            SOON,
            None,
        ),
        # A card that was refused, unless money has come meanwhile.
        (
            case(S.AWAITING_PAYMENT, card_refused="insufficient_funds"),
            SOON,
            (S.AWAITING_PAYMENT, E.CARD_REFUSED),
        ),
        (
            case(S.AWAITING_PAYMENT, invoice(1), card_refused="insufficient_funds"),
            SOON,
            (S.AWAITING_PAYMENT, E.PAID_IN_PART),
        ),
        (case(S.WATCHING, card_refused="insufficient_funds"), SOON, None),
        # The term is stopped: its first unserved day ends what nobody has ordered.
        (case(S.WATCHING, stopped_on=STOPPED_ON), STOPPED, (S.CLOSED, E.TERM_STOPPED)),
        (case(S.LAPSED, stopped_on=STOPPED_ON), STOPPED, (S.CLOSED, E.TERM_STOPPED)),
        (
            case(S.WATCHING, stopped_on=STOPPED_ON),
            STOPPED - SECOND,
            (S.WATCHING, E.TERM_STOPPED),
        ),
        (case(S.WATCHING, stopped_on=STOPPED_ON, wait_until=STOPPED), STOPPED - SECOND, None),
        (
            case(S.AWAITING_PAYMENT, stopped_on=STOPPED_ON),
            STOPPED,
            (S.AWAITING_PAYMENT, E.TERM_STOPPED),
        ),
        (case(S.CHECKING_PAYMENT, stopped_on=STOPPED_ON), STOPPED, None),
        (case(S.CLOSED, stopped_on=STOPPED_ON), STOPPED, None),
        # Nothing is new.
        (case(S.WATCHING), SOON, None),
        (case(S.AWAITING_PAYMENT), SOON, None),
        # A sold term.
        (paid(S.PAID, next_term=NEXT, latest_term=NEXT), SOON, None),
        (
            case(S.PAID, next_term=NEXT, latest_term=NEXT),
            SOON,
            (S.AWAITING_PAYMENT, E.PAYMENT_REVERSED),
        ),
        (paid(S.PAID, next_term=REFUNDED_NEXT), SOON, (S.WATCHING, E.NEXT_REFUNDED)),
        (paid(S.RENEWED, next_term=NEXT, latest_term=NEXT), SOON, None),
        (case(S.RENEWED, next_term=NEXT, latest_term=NEXT), SOON, None),
        (
            case(S.RENEWED, next_term=UNPAID_NEXT, latest_term=UNPAID_NEXT),
            SOON,
            (S.AWAITING_PAYMENT, E.PAYMENT_REVERSED),
        ),
        (
            paid(S.RENEWED, next_term=UNPAID_NEXT, latest_term=UNPAID_NEXT),
            SOON,
            (S.PAID, None),
        ),
    ],
)
def test_a_case_goes_where_its_money_and_its_term_are(
    found: RenewalCase, at: datetime, expected: tuple[RenewalStatus, str | None] | None
) -> None:
    made = settle(found, change(at))
    assert outcome(made) == expected
    if made is not None:
        moved_to = made.result.status
        assert moved_to is found.status or moved_to in RENEWAL_MOVES[found.status]
        assert made.columns["changed_at"] == (found.changed_at if moved_to is found.status else at)


def test_a_payment_sells_the_next_term_and_says_so() -> None:
    made = settle(paid(S.AWAITING_PAYMENT), change(SOON))
    assert made is not None
    (sale,) = made.effects
    assert isinstance(sale, TermSale)
    assert (sale.days.starts_on, sale.days.ends_on) == (ENDS_ON + DAY, date(2027, 4, 30))
    assert (sale.tariff_code, sale.units, sale.invoice_number) == ("400", 400, "KP-2026-000001")
    assert made.result.next_term is not None
    assert made.result.next_term.term_id == str(sale.term_id)
    assert made.result.next_term.starts_at == EXPIRY == made.columns["wait_until"]
    assert made.result.wait is None
    assert made.columns["next_term_id"] == sale.term_id
    assert made.columns["seen_kopecks"] == PRICE_KOPECKS
    assert letters(made) == ["renewal_paid"]
    assert made.params["balance_kopecks"] == 0
    assert made.params["starts_on"] == "2026-05-01"


def test_a_repeat_of_a_payment_sells_the_same_term() -> None:
    first, second = (settle(paid(S.AWAITING_PAYMENT), change(SOON)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("whole_on", "starts_on"),
    [
        (ENDS_ON + 14 * DAY, ENDS_ON + DAY),
        (ENDS_ON + 15 * DAY, ENDS_ON + 15 * DAY),
    ],
)
def test_money_within_the_grace_goes_on_with_the_term_and_later_money_begins_anew(
    whole_on: date, starts_on: date
) -> None:
    late = case(S.LAPSED, invoice(PRICE_KOPECKS, whole_on=whole_on))
    made = settle(late, change(GRACE_END))
    assert made is not None
    assert made.result.next_term is not None
    assert made.result.next_term.starts_on == starts_on


def test_news_of_money_end_a_claim_and_other_news_do_not() -> None:
    until = SOON + 3 * DAY
    part = settle(claimed(case(S.AWAITING_PAYMENT, invoice(1)), until), change(SOON))
    card = settle(claimed(case(S.AWAITING_PAYMENT, card_refused="x"), until), change(SOON))
    assert part is not None
    assert card is not None
    assert (part.result.claimed_until, card.result.claimed_until) == (None, until)
    assert part.columns["seen_kopecks"] == 1
    assert part.params["balance_kopecks"] == PRICE_KOPECKS - 1
    assert card.params["card_reason"] == "x"


# A sold term whose money goes.


@pytest.mark.parametrize(
    ("found", "at", "expected", "withdrawn"),
    [
        (case(S.PAID, next_term=NEXT), EXPIRY - SECOND, S.AWAITING_PAYMENT, True),
        (case(S.PAID, next_term=NEXT), EXPIRY, S.LAPSED, True),
        (
            case(
                S.PAID,
                next_term=NEXT,
                facts=replace(case(S.PAID).facts, term_starts_on=None, term_ends_on=None),
            ),
            EXPIRY,
            S.AWAITING_PAYMENT,
            True,
        ),
        (paid(S.PAID, next_term=REFUNDED_NEXT), EXPIRY - SECOND, S.WATCHING, False),
        (paid(S.PAID, next_term=REFUNDED_NEXT), EXPIRY, S.LAPSED, False),
        (paid(S.PAID, next_term=REFUNDED_NEXT), GRACE_END, S.CLOSED, False),
    ],
)
def test_a_term_that_has_not_begun_goes_with_its_money(
    found: RenewalCase, at: datetime, expected: RenewalStatus, withdrawn: bool
) -> None:
    made = take_back(found, change(at))
    assert made is not None
    assert made.result.status is expected
    assert made.columns["next_term_id"] is None
    assert made.effects == ((WithdrawnTerm(NEXT.id),) if withdrawn else ())
    assert (made.result.invoice_number is not None) == withdrawn
    assert made == begin(found, change(at))


def test_a_term_begins_while_its_money_stands_and_a_case_without_one_does_not() -> None:
    made = begin(paid(S.PAID, next_term=NEXT), change(EXPIRY))
    assert outcome(made) == (S.RENEWED, None)
    assert made.columns["closed_at"] == EXPIRY
    assert made.result.next_term is not None
    assert made.result.next_term.term_id == str(NEXT.id)
    assert letters(made) == ["renewal_renewed"]
    with pytest.raises(ValueError, match="sold a term"):
        begin(paid(S.PAID), change(EXPIRY))


def test_only_an_invoice_that_is_whole_makes_a_term() -> None:
    with pytest.raises(ValueError, match="paid in full"):
        settle(case(S.LAPSED, invoice(PRICE_KOPECKS, whole_on=None)), change(SOON))


# Waits without money.


@pytest.mark.parametrize(
    ("found", "at", "expected", "letter"),
    [
        (case(S.WATCHING), EXPIRY, (S.LAPSED, E.NOT_ORDERED), "renewal_lapsed"),
        (case(S.CHECKING_PAYMENT), EXPIRY, (S.LAPSED, E.NOT_PAID), "renewal_lapsed"),
        (case(S.CHECKING_PAYMENT), GRACE_END, (S.CLOSED, E.NOT_PAID), "renewal_not_paid"),
        (case(S.LAPSED), GRACE_END, (S.CLOSED, E.GRACE_OVER), "renewal_closed"),
        (case(S.LAPSED, invoice()), GRACE_END, (S.CLOSED, E.GRACE_OVER), "renewal_closed"),
        (case(S.WATCHING, stopped_on=STOPPED_ON), STOPPED, (S.CLOSED, E.TERM_STOPPED), None),
        (
            case(S.CHECKING_PAYMENT, stopped_on=STOPPED_ON),
            STOPPED,
            (S.CLOSED, E.NOT_PAID),
            "renewal_not_paid",
        ),
        # The service was stopped because a payment was undone: no grace.
        (
            case(S.CHECKING_PAYMENT, latest_term=FAILED_TERM),
            EXPIRY,
            (S.CLOSED, E.NOT_PAID),
            "renewal_not_paid",
        ),
        # Somebody else's case has sold the term that follows.
        (case(S.WATCHING, latest_term=OTHER_CLIENT), EXPIRY, (S.CLOSED, E.CONTINUED), None),
        (case(S.LAPSED, latest_term=OTHER_CLIENT), EXPIRY, (S.CLOSED, E.CONTINUED), None),
        # Money that is there wins.
        (paid(S.CHECKING_PAYMENT), EXPIRY, (S.PAID, None), "renewal_paid"),
        (paid(S.LAPSED), GRACE_END, (S.PAID, None), "renewal_paid"),
    ],
)
def test_a_wait_that_brought_nothing_ends_in_the_grace_or_the_case(
    found: RenewalCase,
    at: datetime,
    expected: tuple[RenewalStatus, str | None],
    letter: str | None,
) -> None:
    made = lapse(found, change(at))
    assert outcome(made) == expected
    assert letters(made) == ([] if letter is None else [letter])
    is_over = made.result.status is S.CLOSED
    assert made.columns["closed_at"] == (at if is_over else None)


def test_a_claim_lasts_into_the_grace_and_not_beyond_the_end() -> None:
    until = EXPIRY + 2 * DAY
    found = claimed(case(S.CHECKING_PAYMENT), until)
    assert lapse(found, change(EXPIRY)).result.claimed_until == until
    assert lapse(found, change(GRACE_END)).result.claimed_until is None


def test_a_payment_is_checked_by_a_fresh_statement_and_money_that_is_there_wins() -> None:
    made = check_payment(case(S.AWAITING_PAYMENT), change(EXPIRY))
    assert outcome(made) == (S.CHECKING_PAYMENT, None)
    assert made.result.wait is not None
    assert made.result.wait.waiting_for is Role.ACCOUNTANT
    assert letters(made) == ["staff_statement_needed"]
    assert outcome(check_payment(paid(S.AWAITING_PAYMENT), change(EXPIRY))) == (S.PAID, None)


@pytest.mark.parametrize(
    ("status", "holiday", "is_moved"),
    [
        (S.CHECKING_PAYMENT, True, True),
        (S.CHECKING_PAYMENT, False, False),
        (S.AWAITING_PAYMENT, True, False),
        (S.WATCHING, True, False),
    ],
)
def test_only_a_check_counts_in_bank_days(
    status: RenewalStatus, holiday: bool, is_moved: bool
) -> None:
    checked = check_payment(case(S.AWAITING_PAYMENT), change(ORDERED_AT))
    assert checked.result.wait is not None
    until = checked.result.wait.until
    last = (until - SECOND).date()
    calendar = BankCalendar(overrides={last: False}) if holiday else BankCalendar()
    found = case(status, wait_until=until, calendar=calendar)
    made = move_deadline(found, change(SOON))
    assert outcome(made) == ((status, E.CALENDAR) if is_moved else None)
    if made is not None:
        assert made.result.wait is not None
        assert made.result.wait.until > until
        assert made.columns["changed_at"] == found.changed_at


# What every transition has in common.


@pytest.mark.parametrize("judge", [settle, lapse, check_payment, watch_again])
@pytest.mark.parametrize("status", [S.WATCHING, S.AWAITING_PAYMENT, S.CHECKING_PAYMENT, S.LAPSED])
def test_a_transition_carries_the_changes_number_and_a_persons_reason(
    judge: Callable[[RenewalCase, RenewalChange], RenewalTransition | None], status: RenewalStatus
) -> None:
    made = judge(case(status, invoice(1)), change(SOON, "said by an operator"))
    assert made is not None
    assert made.result.changes == 5
    assert made.reason == made.columns["reason"] == "said by an operator"
    assert made.columns["order_id"] == invoice().order_id


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (case(S.WATCHING), False),
        (case(S.WATCHING, latest_term=OTHER_CLIENT), True),
        (case(S.WATCHING, latest_term=None), False),
        (case(S.RENEWED, latest_term=NEXT, next_term=NEXT), False),
        (case(S.WATCHING, latest_term=UNPAID_NEXT), False),
    ],
)
def test_a_case_is_continued_by_another_ones_later_term(found: RenewalCase, expected: bool) -> None:
    assert found.is_continued is expected


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("is_next_unpaid", [False, True])
def test_a_case_whose_term_has_begun_hears_of_money_only_when_that_was_undone(
    status: RenewalStatus, is_next_unpaid: bool
) -> None:
    expected = status is not S.RENEWED or is_next_unpaid
    assert is_recheck_due(status, is_next_unpaid=is_next_unpaid) is expected
