"""The key an invoice is found by is in every way its number is written; other digits give none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.ru import inn as stdnum_inn

from domain.banking.matching import MAX_KEYS, HoldReason, judge, key_of, keys_in
from tests.domain.matching_world import entry, invoice


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("KP-2026-000123", "123"),
        ("2026-000117", "117"),
        ("2026000117", "117"),
        ("000117", "117"),
        ("117-26", "11726"),
        ("A-1173", "1173"),
        ("AB12-77C", "1277"),
        ("2026", "2026"),
        ("2026-0", "0"),
        ("000", "0"),
        ("ABC", ""),
    ],
)
def test_a_key_is_the_digits_without_a_leading_year_and_zeros(number: str, key: str) -> None:
    assert key_of(number) == key


@pytest.mark.parametrize(
    ("purpose", "keys"),
    [
        ("Оплата по счету № КП-2026-000123 от 05.11.2026", {"123"}),
        ("kp2026000123", {"123"}),
        ("счёт 2026/123", {"123"}),
        ("KP-2O26-OOO123", {"123"}),
        ("счета 117, 118 и 121", {"117", "118", "121"}),
        ("счет №117 на 12 месяцев по договору № 45 от 05.11.26", {"117"}),
        ("KP-2026-000117/118", {"117", "118", "117118"}),
        ("KP_2026_000117 и 118", {"117", "118"}),
        ("№ А-1173", {"1173"}),
        ("б/н", set()),
    ],
)
def test_keys_are_those_of_the_numbers_that_a_purpose_may_name(
    purpose: str, keys: set[str]
) -> None:
    assert keys_in(purpose) == keys


series = st.sampled_from(["KP-2026-{:06d}", "2026-{:06d}", "KP-2031-{:06d}", "{:06d}", "A-{}"])


@given(series, st.integers(1, 999_999), st.sampled_from(["{}", "№{}", "сч. {} от 05.11.2026"]))
def test_an_invoice_is_always_found_by_its_number_after_the_word_invoice(
    number: str, tail: int, phrase: str
) -> None:
    issued = number.format(tail)
    assert key_of(issued) in keys_in("Счет " + phrase.format(issued))
    assert key_of(issued) in keys_in("счет " + phrase.format(issued.lower().replace("-", " ")))


def an_inn(beginning: int) -> str:
    return f"{beginning:09d}{stdnum_inn.calc_company_check_digit(f'{beginning:09d}')}"


sums = st.integers(1, 99_999_999).map(lambda kopecks: divmod(kopecks, 100))
noise = st.one_of(
    st.dates(date(2020, 1, 1), date(2035, 12, 31)).flatmap(
        lambda day: st.sampled_from([f"от {day:%d.%m.%Y}", f"{day:%d/%m/%y}", f"{day:%Y-%m-%d} г."])
    ),
    sums.flatmap(
        lambda one: st.sampled_from(
            [
                f"на сумму {one[0]}",
                f"{one[0]:,}".replace(",", " ") + f",{one[1]:02d}",
                f"{one[0]}.{one[1]:02d} руб.",
                f"в т.ч. НДС 22% - {one[0]}-{one[1]:02d}",
                f"{one[0]} рублей",
            ]
        )
    ),
    st.integers(10_000_000, 999_999_999).map(an_inn).map("ИНН {}".format),
    st.integers(100_000_000, 999_999_999).map("КПП {}".format),
    st.integers(10**10, 10**11).map("р/с 407028109{}".format),
    st.integers(1, 9_999).flatmap(
        lambda few: st.sampled_from(
            [f"договор № {few}", f"на {few} мес.", f"тариф {few}", f"{few}%"]
        )
    ),
)


@given(st.lists(noise, max_size=6).map("; ".join))
def test_dates_sums_registration_numbers_and_contracts_are_never_invoice_numbers(
    purpose: str,
) -> None:
    assert keys_in(f"Оплата; {purpose}") == frozenset()


@given(st.lists(noise, min_size=1, max_size=3).map("; ".join), st.integers(1, 999_999))
def test_noise_before_and_after_a_number_changes_no_decision(around: str, tail: int) -> None:
    own = invoice(f"KP-2026-{tail:06d}", 900_00)
    verdict = judge(entry(f"{around}; {own.number}; {around}", 500_00), (own,))
    assert [share.invoice_number for share in verdict.shares] == [own.number]


@given(st.integers(10_000_000, 999_999_999).map(an_inn))
def test_the_payers_inn_alone_in_the_text_is_no_number(inn: str) -> None:
    own = invoice(f"KP-2026-{inn[4:]}", 900_00, inns=frozenset({inn}))
    verdict = judge(entry(f"Оплата {inn}", 900_00, inn), (own,))
    assert verdict.hold is HoldReason.NUMBER_MISSING


@given(st.text(max_size=2_000))
def test_keys_are_few_whatever_the_text(purpose: str) -> None:
    assert len(keys_in(purpose)) <= MAX_KEYS
    assert len(keys_in(f"{purpose} счета " + ", ".join(map(str, range(200))))) <= MAX_KEYS
