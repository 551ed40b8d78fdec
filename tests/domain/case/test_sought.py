"""One line is read as all that it may be: a number, a sum, an INN, words."""

import pytest

from domain.case.sought import MAX_WORDS, Sought, sought_in


@pytest.mark.parametrize(
    ("typed", "kopecks"),
    [
        ("12 200,00", 1_220_000),
        ("12\u00a0200,00 ₽", 1_220_000),
        ("12200", 1_220_000),
        ("12200.5 руб.", 1_220_050),
        ("5", 500),
        ("12 20", None),
        ("0", None),
        ("1 000 000 000 000 000", None),
        ("2026-000117", None),
    ],
)
def test_a_sum_is_read_as_people_write_it(typed: str, kopecks: int | None) -> None:
    assert sought_in(typed).kopecks == kopecks


def test_a_number_may_be_an_invoices_and_an_orders() -> None:
    assert sought_in("№ 2026-000117").number == "2026-000117"
    assert sought_in("000117").order == 117
    assert sought_in("1234567").order is None
    assert sought_in("Ромашка").number is None


def test_an_inn_has_ten_or_twelve_digits() -> None:
    assert sought_in("ИНН 7707083893").inn == "7707083893"
    assert sought_in("500100732259").inn == "500100732259"
    assert sought_in("77070838").inn is None


@pytest.mark.parametrize(
    "case_id",
    [
        "refund-2026-000117-1",
        "renewal-kompas-7-2026-11-30",
        "dispute-2026-000117-1",
        "return-2026-000117-2",
        "collection-2026-000117",
        "limit-request-00000000-0000-4000-8000-000000000117",
    ],
)
def test_a_cases_id_is_known(case_id: str) -> None:
    assert sought_in(f" {case_id} ").case_id == case_id
    assert sought_in(f"{case_id}/x").case_id is None


def test_words_are_looked_for_once_one_has_three_letters_and_not_too_many() -> None:
    assert sought_in("ООО  «Ромашка»").words == ("ООО", "«Ромашка»")
    assert sought_in("ab").is_too_short
    assert not sought_in("50").is_too_short
    assert not Sought("").is_too_short
    assert len(sought_in("слово " * (MAX_WORDS + 1)).words) == MAX_WORDS
