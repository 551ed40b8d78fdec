"""What a subscription is offered: each kind when it fits, at today's price, after the present
term.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import VatRate
from domain.subscription.offer import (
    IndividualOffer,
    Offer,
    OfferReason,
    Situation,
    may_ask_for_limit,
    offers_for,
)
from domain.subscription.offer_kind import OfferKind
from domain.subscription.subscription import HeldTerm, Terms, Usage, terms_on
from domain.subscription.tariff import DataSet, Tariff, TariffPrice, VatMode

TODAY = date(2026, 11, 22)
GRACE_DAYS = 14
K = OfferKind


def tariff(code: str, units: int, *kopecks: int, free: bool = False) -> Tariff:
    """With a price from last year on, and each further one from a day later than today."""
    begins = [date(2025, 1, 1), *(TODAY + timedelta(days=n) for n in range(1, len(kopecks)))]
    prices = tuple(
        TariffPrice(number, price, begin)
        for number, (price, begin) in enumerate(zip(kopecks, begins, strict=False), start=1)
    )
    return Tariff(
        code, f"Тариф {code}", units, DataSet.EXTENDED, 12, free, VatMode.STANDARD, True, prices
    )


CATALOGUE = (
    tariff("free", 10, free=True),
    tariff("100", 100, 1_200_000, 1_500_000),
    tariff("400", 400, 2_440_000),
    tariff("1000", 1000, 4_880_000),
)
RUNNING = HeldTerm("term-1", "400", 400, date(2026, 1, 1), date(2026, 12, 31))
SMALL = HeldTerm("term-1", "100", 100, date(2026, 1, 1), date(2026, 12, 31))
BIGGEST = HeldTerm("term-1", "1000", 1000, date(2026, 1, 1), date(2026, 12, 31))
LAPSED = HeldTerm("term-1", "400", 400, date(2025, 11, 18), date(2026, 11, 17))
LONG_OVER = HeldTerm("term-1", "400", 400, date(2025, 1, 1), date(2025, 12, 31))
STOPPED = replace(RUNNING, stopped_on=date(2026, 11, 20))
NEXT = HeldTerm("term-2", "400", 400, date(2027, 1, 1), date(2027, 12, 31))
PERSONAL = IndividualOffer("offer-1", "1000", 3_000, 9_000_000, TODAY, "Для вас")
FREE_YEAR_USED = Usage(datetime(2026, 11, 20, tzinfo=UTC), 100)


def situation(*held: HeldTerm, usage: Usage | None = None, **changes: object) -> Situation:
    facts = Situation(TODAY, CATALOGUE, terms_on(held, TODAY), usage, (), "400", GRACE_DAYS)
    return replace(facts, **changes)  # type: ignore[arg-type]


def kinds(facts: Situation) -> list[tuple[OfferKind, str]]:
    return [(offer.kind, offer.tariff.code) for offer in offers_for(facts)]


def only(facts: Situation, kind: OfferKind) -> Offer:
    (found,) = [offer for offer in offers_for(facts) if offer.kind is kind]
    return found


@pytest.mark.parametrize(
    ("facts", "offered"),
    [
        (situation(), [(K.FIRST, "400"), (K.ANOTHER, "100"), (K.ANOTHER, "1000")]),
        (situation(RUNNING), [(K.SAME, "400"), (K.ANOTHER, "100"), (K.ANOTHER, "1000")]),
        (
            situation(SMALL, usage=FREE_YEAR_USED),
            [(K.SAME, "100"), (K.BIGGER, "400"), (K.ANOTHER, "1000")],
        ),
        (situation(LAPSED), [(K.RESUME, "400"), (K.ANOTHER, "100"), (K.ANOTHER, "1000")]),
        (
            situation(BIGGEST, usage=Usage(datetime(2026, 11, 1, tzinfo=UTC), 1_000)),
            [(K.SAME, "1000"), (K.ANOTHER, "100"), (K.ANOTHER, "400")],
        ),
        (
            situation(RUNNING, individual=(PERSONAL,)),
            [(K.SAME, "400"), (K.INDIVIDUAL, "1000"), (K.ANOTHER, "100"), (K.ANOTHER, "1000")],
        ),
        (situation(RUNNING, NEXT), []),
    ],
    ids=("first", "running", "used up", "lapsed", "biggest", "individual", "next is paid"),
)
def test_what_is_offered_fits_the_subscription(
    facts: Situation, offered: list[tuple[OfferKind, str]]
) -> None:
    assert kinds(facts) == offered


def test_the_price_is_todays_though_the_term_begins_after_a_new_one_holds() -> None:
    offer = only(situation(SMALL), K.SAME)
    assert offer.price_kopecks == 1_200_000
    assert offer.starts_on > TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("held", "starts_on"),
    [
        ((), TODAY),
        ((RUNNING,), date(2027, 1, 1)),
        ((LAPSED,), date(2026, 11, 18)),
        ((LONG_OVER,), TODAY),
        ((STOPPED,), TODAY),
    ],
    ids=("none", "running", "in the grace", "long over", "refunded"),
)
def test_a_term_begins_after_the_present_one_or_at_once(
    held: tuple[HeldTerm, ...], starts_on: date
) -> None:
    for offer in offers_for(situation(*held)):
        assert offer.starts_on == starts_on
        assert offer.ends_on == date(
            starts_on.year + 1, starts_on.month, starts_on.day
        ) - timedelta(days=1)


def test_vat_is_that_of_the_terms_first_day() -> None:
    before = replace(situation(RUNNING), today=date(2025, 12, 30), terms=Terms())
    assert only(before, K.FIRST).vat_rate is VatRate.VAT20
    assert only(situation(RUNNING), K.SAME).vat_rate is VatRate.VAT22


@pytest.mark.parametrize(
    ("facts", "kind", "reason"),
    [
        (situation(), K.FIRST, OfferReason.DEFAULT),
        (situation(RUNNING), K.SAME, OfferReason.TERM_ENDS),
        (situation(LAPSED), K.RESUME, OfferReason.RESUME),
        (situation(SMALL, usage=FREE_YEAR_USED), K.BIGGER, OfferReason.USED_UP),
        (
            situation(SMALL, usage=Usage(datetime(2026, 6, 30, tzinfo=UTC), 99)),
            K.BIGGER,
            OfferReason.PROJECTED,
        ),
        (situation(RUNNING, individual=(PERSONAL,)), K.INDIVIDUAL, OfferReason.INDIVIDUAL),
    ],
)
def test_every_offer_says_why_it_is_made(
    facts: Situation, kind: OfferKind, reason: OfferReason
) -> None:
    assert only(facts, kind).reason is reason


def test_another_tariff_says_whether_it_is_bigger_or_smaller() -> None:
    reasons = {offer.tariff.code: offer.reason for offer in offers_for(situation(RUNNING))}
    assert (reasons["100"], reasons["1000"]) == (OfferReason.SMALLER_SIZE, OfferReason.BIGGER_SIZE)


def test_an_individual_offer_has_its_own_size_and_price_and_ends_with_its_last_day() -> None:
    offer = only(situation(individual=(PERSONAL,)), K.INDIVIDUAL)
    assert (offer.units, offer.price_kopecks) == (3_000, 9_000_000)
    assert (offer.months, offer.individual_offer_id) == (12, "offer-1")
    over = replace(PERSONAL, valid_until=TODAY - timedelta(days=1))
    assert K.INDIVIDUAL not in dict(kinds(situation(individual=(over,))))


def test_a_tariff_that_is_offered_no_more_is_neither_renewed_nor_resumed() -> None:
    withdrawn = tuple(
        replace(one, is_offered=False) if one.code == "400" else one for one in CATALOGUE
    )
    for held in (RUNNING, LAPSED):
        assert kinds(situation(held, tariffs=withdrawn)) == [
            (K.ANOTHER, "100"),
            (K.ANOTHER, "1000"),
        ]


@pytest.mark.parametrize(
    ("held", "possible"),
    [((), False), ((RUNNING,), False), ((BIGGEST,), True), ((LAPSED,), False)],
)
def test_a_higher_limit_is_asked_for_at_the_biggest_tariff_only(
    held: tuple[HeldTerm, ...], possible: bool
) -> None:
    assert may_ask_for_limit(situation(*held)) is possible


@given(
    st.sampled_from([(), (RUNNING,), (SMALL,), (BIGGEST,), (LAPSED,), (LONG_OVER,), (STOPPED,)]),
    st.integers(0, 3_000),
    st.booleans(),
)
def test_no_catalogue_tariff_is_offered_twice_and_none_is_free(
    held: tuple[HeldTerm, ...], used: int, individual: bool
) -> None:
    usage = Usage(datetime(2026, 11, 16, tzinfo=UTC), used)
    facts = situation(*held, usage=usage, individual=(PERSONAL,) if individual else ())
    codes = [code for kind, code in kinds(facts) if kind is not K.INDIVIDUAL]
    assert sorted(codes) == ["100", "1000", "400"]


@pytest.mark.parametrize(
    ("held", "until"),
    [
        ((), None),
        ((RUNNING,), None),
        ((LAPSED,), date(2026, 12, 1)),
        ((replace(LAPSED, ends_on=TODAY - timedelta(days=GRACE_DAYS)),), TODAY),
        ((replace(LAPSED, ends_on=TODAY - timedelta(days=GRACE_DAYS + 1)),), None),
        ((STOPPED,), None),
    ],
    ids=("none", "running", "in the grace", "its last day", "the day after", "refunded"),
)
def test_a_service_goes_on_for_the_grace_after_a_term_that_was_not_refunded(
    held: tuple[HeldTerm, ...], until: date | None
) -> None:
    assert situation(*held).grace_until == until
