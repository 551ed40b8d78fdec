"""The same money in two files is recognised, and other money is not taken for it."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.banking.repeated_entry import (
    EntrySpelling,
    Repeats,
    Similarity,
    find_repeats,
    similarity_of,
)

TRANSIT = "30232810900000000123"
STORED = EntrySpelling(
    id=UUID(int=1),
    direction="in",
    amount_kopecks=700_00,
    number="481554",
    name="ООО «Ромашка»",
    inn="7701234560",
    account="40602810700000000025",
    bic="049805746",
    purpose="Оплата по счету KP-2026-000014",
)
FRESH = replace(STORED, id=UUID(int=2))
OTHER_PURPOSE = "Оплата по счету KP-2026-000022"


@pytest.mark.parametrize(
    "changes",
    [
        {"bic": ""},
        {"number": "000481554"},
        {"number": ""},
        {"number": "554"},
        {"inn": ""},
        {"inn": "", "bic": "", "name": ""},
        {"account": "", "bic": ""},
        {"purpose": "Оплата по счету KP-2026-0000 14"},
        {"purpose": "Оплата по сч"},
        {"purpose": "{VO} Оплата по счету KP-2026-000014 //РЕЕСТР//"},
        {"purpose": "За услуги"},
        {"purpose": ""},
    ],
)
def test_another_spelling_is_the_same_money(changes: dict[str, Any]) -> None:
    spelled = replace(FRESH, **changes)
    assert similarity_of(spelled, STORED) is Similarity.SAME
    assert find_repeats([spelled], [STORED]) == Repeats(frozenset({spelled.id}), {})
    assert find_repeats([replace(STORED, id=spelled.id)], [replace(spelled, id=STORED.id)]).same


@pytest.mark.parametrize(
    "changes",
    [
        {"inn": "7736050003"},
        {"account": "40602810700000000026"},
        {"bic": "044525225"},
        {"number": "", "purpose": "", "account": ""},
        {"account": TRANSIT, "purpose": OTHER_PURPOSE},
    ],
)
def test_what_only_resembles_stored_money_is_suspected(changes: dict[str, Any]) -> None:
    spelled = replace(FRESH, **changes)
    assert find_repeats([spelled], [STORED]) == Repeats(frozenset(), {spelled.id: STORED.id})


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "481555"},
        {"number": "", "purpose": OTHER_PURPOSE},
        {"number": "", "purpose": "", "account": "", "bic": "", "inn": ""},
    ],
)
def test_what_has_no_more_in_common_than_day_and_sum_is_other_money(
    changes: dict[str, Any],
) -> None:
    assert find_repeats([replace(FRESH, **changes)], [STORED]) == Repeats(frozenset(), {})


@pytest.mark.parametrize("changed", [{"amount_kopecks": 700_01}, {"direction": "out"}])
def test_another_sum_or_direction_is_other_money(changed: dict[str, Any]) -> None:
    other = replace(FRESH, **changed)
    assert find_repeats([other], [STORED]) == Repeats(frozenset(), {})


def test_two_clients_through_one_transit_account_are_told_apart_by_their_purposes() -> None:
    first = replace(STORED, account=TRANSIT, name="ПАО Банк", inn="7707083893")
    again = replace(first, id=UUID(int=2), number="000481554")
    second = replace(first, id=UUID(int=3), purpose=OTHER_PURPOSE)
    for fresh in ([second, again], [again, second]):
        assert find_repeats(fresh, [first]) == Repeats(frozenset({again.id}), {})


def test_one_stored_entry_is_repeated_once() -> None:
    twice = [replace(FRESH, id=uuid4(), bic="") for _ in range(2)]
    found = find_repeats(twice, [STORED])
    assert (len(found.same), found.suspected) == (1, {})


def test_thousands_of_equal_sums_are_paired_in_no_time() -> None:
    stored = [replace(STORED, id=uuid4(), number=str(100_000 + one)) for one in range(3_000)]
    fresh = [replace(one, id=uuid4(), bic="") for one in stored]
    assert len(find_repeats(fresh, stored).same) == len(stored)


TEXTS = st.sampled_from(["", "7", "007", "17", "Счёт 7", "счет7", "Счёт 8"])
SPELLINGS = st.builds(
    EntrySpelling,
    id=st.uuids(),
    direction=st.just("in"),
    amount_kopecks=st.just(1),
    number=TEXTS,
    name=TEXTS,
    inn=st.sampled_from(["", "7701234560", "7736050003"]),
    account=st.sampled_from(["", TRANSIT, STORED.account]),
    bic=st.sampled_from(["", "049805746"]),
    purpose=TEXTS,
)


@given(one=SPELLINGS, other=SPELLINGS)
def test_likeness_does_not_depend_on_which_file_was_first(
    one: EntrySpelling, other: EntrySpelling
) -> None:
    assert similarity_of(one, other) is similarity_of(other, one)


@given(
    fresh=st.lists(SPELLINGS, max_size=6, unique_by=lambda one: one.id),
    stored=st.lists(SPELLINGS, max_size=6, unique_by=lambda one: one.id),
)
def test_no_stored_entry_is_repeated_twice_and_pairs_do_not_depend_on_order(
    fresh: list[EntrySpelling], stored: list[EntrySpelling]
) -> None:
    found = find_repeats(fresh, stored)
    assert not found.same & set(found.suspected)
    assert len(found.same) + len(found.suspected) <= min(len(fresh), len(stored))
    assert len(set(found.suspected.values())) == len(found.suspected)
    assert find_repeats(fresh[::-1], stored[::-1]) == found
