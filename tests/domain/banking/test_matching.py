"""Money is taken only when a number and the payer agree; everything else waits for a person."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.banking.matching import (
    MAX_CANDIDATES,
    MAX_SCORE,
    WEIGHTS,
    Evidence,
    HoldReason,
    OpenInvoice,
    Verdict,
    judge,
    key_of,
    keys_in,
)
from tests.domain.matching_world import (
    ALL,
    FIRST,
    KNOWN_INN,
    MAIN,
    OTHER_INN,
    OWN_INN,
    SOMEONE_ELSES,
    STRANGER_INN,
    entry,
    invoice,
)

WHOLE_NUMBERS = [
    "Оплата по счету № КП-2026-000123 от 05.11.2026 за подписку, в т.ч. НДС 22% - 1 234,50",
    "KP-2026-000123",
    "kp2026000123",
    "КР-2026-000123",
    "кр-2026-000123",
    "KP-2O26-OOO123",
    "КП 2026 000123",
    "КП-2026-000 123",
    "KP - 2026 - 000123",
    "КП/2026/000123",
    "KP_2026_000123",
    "КП–2026–000123",
    "КП-2026-123",
    "Счет №КП-2026-000123от05.11.2026",
    "счёт\nКП-2026-\n000123",
    "КП-2026-000123 по договору № 217 от 01.02.2026",
    "КП-2026-000123, 12 мес., тариф 400, ИНН 7701234560/770101001",
    "КП-2026-000123. Тел. +7 (495) 123-45-67, школа № 5",
    "{VO61150} на 2026-2027 год счет-оферта КП-2026-000123, сумма 1234-50",
    "КП-2026-000123 и ещё раз КП-2026-000123",
]
INEXACT_NUMBERS = [
    ("сч.123", Evidence.NUMBER_PART),
    ("Оплата № 123", Evidence.NUMBER_PART),
    ("счёт 2026/123", Evidence.NUMBER_PART),
    ("2026-000123", Evidence.NUMBER_PART),
    ("Счет КП-000123", Evidence.NUMBER_PART),
    ("по сч. 123 от 01.11.2026 по дог. 217", Evidence.NUMBER_PART),
    ("КП-2026-00123", Evidence.NUMBER_SLIP),
    ("КП-2026-0000123", Evidence.NUMBER_SLIP),
    ("КП-2026-000132", Evidence.NUMBER_SLIP),
    ("КП-2026-000143", Evidence.NUMBER_SLIP),
    ("КП-2025-000123", Evidence.NUMBER_SLIP),
    ("КЛ-2026-000123", Evidence.NUMBER_SLIP),
]
ORDERS = [
    "Оплата заказа KP-2026-000123",
    "За заказ № КП-2026-000123 от 05.11.2026, НДС не облагается",
    "по заказу: kp2026000123",
    "Оплата счета по заказу №КП-2026-000123, 1 шт",
    "Заказ КП-2026-123 по договору № 217",
]
NUMBERLESS = [
    "",
    "Оплата заказа № 123",
    "Оплата по заказу 2026-000999",
    "Заказ КП-2026-000132",
    "Заказ 2026-000123 от 05.11.2026",
    "Оплата по счету б/н",
    "По договору № 123 от 05.11.2026",
    "Тариф 123, за ноябрь 2026 г.",
    "ИНН 7701234560 КПП 770101001, сумма 1 234,50",
    "Счет-фактура № 123",
    "Оплата услуг, школа № 123",
    "Лицевой счет 000123",
]


def taken(verdict: Verdict) -> list[tuple[str, int]]:
    return [(share.invoice_number, share.amount_kopecks) for share in verdict.shares]


@pytest.mark.parametrize("purpose", WHOLE_NUMBERS)
@pytest.mark.parametrize(
    ("kopecks", "of_sum"),
    [
        (1_234_50, Evidence.SUM_EXACT),
        (1_000_01, Evidence.SUM_UNDER),
        (9_999_99, Evidence.SUM_OVER),
    ],
)
def test_a_whole_number_of_the_payers_own_invoice_takes_any_sum(
    purpose: str, kopecks: int, of_sum: Evidence
) -> None:
    verdict = judge(entry(purpose, kopecks), ALL)
    assert taken(verdict) == [("KP-2026-000123", kopecks)]
    assert verdict.evidence == (Evidence.NUMBER, Evidence.INN, of_sum)
    assert verdict.hold is None


@pytest.mark.parametrize("purpose", ORDERS)
def test_an_invoice_that_is_called_an_order_is_taken_by_its_whole_number(purpose: str) -> None:
    assert taken(judge(entry(purpose), ALL)) == [("KP-2026-000123", 1_234_50)]
    assert "123" in keys_in(purpose)
    assert judge(entry(purpose, inn=STRANGER_INN), ALL).hold is HoldReason.THIRD_PARTY


def test_an_order_beside_the_number_of_an_invoice_is_the_payers_own() -> None:
    purpose = "Оплата по счету КП-2026-000123, заказ КП-2026-000217"
    assert taken(judge(entry(purpose), ALL)) == [("KP-2026-000123", 1_234_50)]
    own = "Оплата по счету КП-2026-000123, заказ 2026-000999"
    assert taken(judge(entry(own), ALL)) == [("KP-2026-000123", 1_234_50)]


@pytest.mark.parametrize(("purpose", "of_number"), INEXACT_NUMBERS)
def test_an_inexact_number_is_taken_with_the_clients_inn_and_the_exact_sum(
    purpose: str, of_number: Evidence
) -> None:
    verdict = judge(entry(purpose), ALL)
    assert taken(verdict) == [("KP-2026-000123", 1_234_50)]
    assert verdict.evidence == (of_number, Evidence.INN, Evidence.SUM_EXACT)


@pytest.mark.parametrize(("purpose", "of_number"), INEXACT_NUMBERS)
@pytest.mark.parametrize("kopecks", [1_234_49, 1_234_51])
def test_an_inexact_number_with_another_sum_waits_for_a_person(
    purpose: str, of_number: Evidence, kopecks: int
) -> None:
    verdict = judge(entry(purpose, kopecks), ALL)
    assert (verdict.shares, verdict.hold) == ((), HoldReason.SUM_DIFFERS)
    assert verdict.candidates[0].invoice_number == "KP-2026-000123"
    assert of_number in verdict.candidates[0].evidence


@pytest.mark.parametrize(("purpose", "of_number"), INEXACT_NUMBERS)
def test_an_inexact_number_from_a_known_payer_waits_for_a_person(
    purpose: str, of_number: Evidence
) -> None:
    verdict = judge(entry(purpose, inn=KNOWN_INN), ALL)
    assert (verdict.shares, verdict.hold) == ((), HoldReason.NUMBER_INEXACT)
    assert of_number in verdict.evidence


@pytest.mark.parametrize("purpose", NUMBERLESS)
def test_without_a_number_money_is_held_with_the_payers_invoices_of_that_sum_first(
    purpose: str,
) -> None:
    verdict = judge(entry(purpose), ALL)
    assert (verdict.shares, verdict.hold) == ((), HoldReason.NUMBER_MISSING)
    assert verdict.candidates[0].invoice_number == "KP-2026-000123"
    assert verdict.candidates[0].evidence == (Evidence.INN, Evidence.SUM_EXACT)


@pytest.mark.parametrize("purpose", [*WHOLE_NUMBERS, *(text for text, _ in INEXACT_NUMBERS)])
@pytest.mark.parametrize("inn", [STRANGER_INN, OTHER_INN, "0", None])
def test_a_strangers_money_is_held_with_the_invoice_it_names(purpose: str, inn: str | None) -> None:
    verdict = judge(entry(purpose, inn=inn), ALL)
    assert (verdict.shares, verdict.hold) == ((), HoldReason.THIRD_PARTY)
    assert verdict.candidates[0].invoice_number == "KP-2026-000123"


def test_a_payer_whom_a_person_has_accepted_for_the_client_is_no_stranger() -> None:
    verdict = judge(entry("КП-2026-000123", 100_00, inn=KNOWN_INN), (MAIN,))
    assert taken(verdict) == [("KP-2026-000123", 100_00)]
    assert Evidence.KNOWN_PAYER in verdict.evidence


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [
        ("Иванов Пётр Ильич", True),
        ("ИВАНОВ ПЕТР ИЛЬИЧ", True),
        ("Иванов Пётр Ильич//г Москва, ул Лесная, д 5//", True),
        ("Иванов Пётр", False),
        ("Петров Пётр Ильич", False),
        ("//г Москва//", False),
        ("", False),
    ],
)
def test_a_client_without_an_inn_is_known_by_the_name(name: str, is_taken: bool) -> None:
    verdict = judge(entry("КП-2026-000950", 400_00, None, name), ALL)
    assert bool(verdict.shares) is is_taken
    assert (verdict.hold is HoldReason.THIRD_PARTY) is not is_taken


def test_a_clients_name_proves_nothing_where_its_inn_is_on_record() -> None:
    assert judge(entry("КП-2026-000123", inn=None), ALL).hold is HoldReason.THIRD_PARTY


@pytest.mark.parametrize(
    ("purpose", "evidence"),
    [("КП-2026-000700", Evidence.ALREADY_PAID), ("КП-2026-000800", Evidence.VOID)],
)
def test_money_for_a_paid_or_void_invoice_is_taken_as_its_surplus(
    purpose: str, evidence: Evidence
) -> None:
    verdict = judge(entry(purpose, 123_45), ALL)
    assert taken(verdict) == [(purpose.replace("КП", "KP"), 123_45)]
    assert evidence in verdict.evidence


@pytest.mark.parametrize(
    ("purpose", "kopecks"),
    [
        ("КП-2026-000123", 250_00),
        ("КП-2026-000123", 350_00),
        ("КП-2026-000123", 1_234_50 + 330_00),
        ("КП-2026-000123", 1_234_50 + 100_00 + 250_00),
        ("КП-2026-000700", 100_00),
        ("КП-2026-000800", 1_234_50),
    ],
)
def test_a_sum_that_other_open_invoices_explain_contradicts_the_number(
    purpose: str, kopecks: int
) -> None:
    assert judge(entry(purpose, kopecks), ALL).hold is HoldReason.AMBIGUOUS


def test_an_exact_sum_is_not_contradicted_by_another_invoice_of_the_same_sum() -> None:
    twin = replace(MAIN, number="KP-2026-000555")
    assert judge(entry("КП-2026-000123"), (MAIN, twin)).hold is None


@pytest.mark.parametrize(
    "purpose",
    [
        "КП-2026-000217, КП-2026-000218 и КП-2026-000221",
        "счета 217, 218 и 221",
        "счета №№ 217,218,221",
        "KP-2026-000217/218/221",
        "KP-2026-000217; 000218; 000221",
        "сч. 217 и сч. 218, сч. № 221",
    ],
)
def test_one_transfer_for_several_invoices_is_shared_in_the_order_of_the_text(purpose: str) -> None:
    shares = [("KP-2026-000217", 100_00), ("KP-2026-000218", 250_00), ("KP-2026-000221", 330_00)]
    verdict = judge(entry(purpose, 680_00), ALL)
    assert taken(verdict) == shares
    assert Evidence.SUM_OF_SEVERAL in verdict.evidence
    assert judge(entry(purpose, 679_99), ALL).hold is HoldReason.SUM_DIFFERS


def test_what_is_above_all_named_balances_is_the_surplus_of_the_last() -> None:
    verdict = judge(entry("КП-2026-000217, КП-2026-000218", 999_00), ALL)
    assert taken(verdict) == [("KP-2026-000217", 100_00), ("KP-2026-000218", 899_00)]


def test_more_than_short_numbers_come_to_waits_for_a_person() -> None:
    assert judge(entry("счета 217 и 218", 999_00), ALL).hold is HoldReason.SUM_DIFFERS


@pytest.mark.parametrize(
    ("purpose", "kopecks", "hold"),
    [
        ("КП-2026-000123 и КП-2026-555555", 1_234_50, HoldReason.INVOICE_UNKNOWN),
        ("КП-2026-000123, 999", 1_234_50, HoldReason.INVOICE_UNKNOWN),
        ("КП-2026-000123/2", 1_234_50, HoldReason.INVOICE_UNKNOWN),
        ("счет 999999", 1_234_50, HoldReason.INVOICE_UNKNOWN),
        ("№ 4321", 1_234_50, HoldReason.INVOICE_UNKNOWN),
        ("КП-2026-000700, КП-2026-000217, КП-2026-000218", 999_00, HoldReason.AMBIGUOUS),
    ],
)
def test_an_unknown_number_beside_a_known_one_waits_for_a_person(
    purpose: str, kopecks: int, hold: HoldReason
) -> None:
    assert judge(entry(purpose, kopecks), ALL).hold is hold


def test_invoices_of_several_clients_with_one_payer_wait_for_a_person() -> None:
    shared = replace(SOMEONE_ELSES, payer_inns=frozenset({OWN_INN}))
    verdict = judge(entry("КП-2026-000123 и КП-2026-000900", 2_469_00), (MAIN, shared))
    assert verdict.hold is HoldReason.SEVERAL_CLIENTS


def test_a_number_that_hits_another_clients_invoice_is_not_taken_for_the_payers_own() -> None:
    own = invoice("KP-2026-000090", 1_234_50)
    verdict = judge(entry("КП-2026-000900"), (own, SOMEONE_ELSES))
    assert verdict.hold is HoldReason.THIRD_PARTY
    assert {one.invoice_number for one in verdict.candidates} == {
        "KP-2026-000900",
        "KP-2026-000090",
    }


def test_a_slip_between_two_invoices_is_ambiguous_even_when_one_has_the_exact_sum() -> None:
    near = invoice("KP-2026-000131", 77_00)
    assert judge(entry("КП-2026-000132"), (MAIN, near)).hold is HoldReason.AMBIGUOUS


@pytest.mark.parametrize(
    ("elses_kopecks", "hold"), [(77_00, None), (1_234_50, HoldReason.AMBIGUOUS)]
)
def test_a_slip_as_near_to_another_clients_invoice_is_the_payers_unless_both_have_the_sum(
    elses_kopecks: int, hold: HoldReason | None
) -> None:
    near = replace(SOMEONE_ELSES, number="KP-2026-000131", balance_kopecks=elses_kopecks)
    verdict = judge(entry("КП-2026-000132"), (MAIN, near))
    assert verdict.hold is hold
    assert bool(verdict.shares) is (hold is None)


def test_a_slip_between_two_clients_is_no_ones_by_another_sum_or_beside_another_number() -> None:
    near = replace(SOMEONE_ELSES, number="KP-2026-000131", balance_kopecks=77_00)
    for kopecks in (1_234_51, 77_00):
        assert judge(entry("КП-2026-000132", kopecks), (MAIN, near)).hold is not None
    both = judge(entry("КП-2026-000132, КП-2026-000217", 1_334_50), (MAIN, near, FIRST))
    assert both.hold is HoldReason.AMBIGUOUS


def test_a_tail_that_two_of_the_clients_series_have_is_settled_by_the_exact_sum_only() -> None:
    last_year = invoice("KP-2025-000123", 500_00)
    assert taken(judge(entry("сч. 123"), (MAIN, last_year))) == [("KP-2026-000123", 1_234_50)]
    twin = replace(last_year, balance_kopecks=1_234_50)
    assert judge(entry("сч. 123"), (MAIN, twin)).hold is HoldReason.AMBIGUOUS


@pytest.mark.parametrize(
    ("purpose", "kopecks", "number", "of_number"),
    [
        ("счет 2026-000417", 700_00, "2026-000417", Evidence.NUMBER),
        ("2026/000417", 700_00, "2026-000417", Evidence.NUMBER),
        ("№2026 000417", 700_00, "2026-000417", Evidence.NUMBER),
        ("сч 417", 717_00, "2026-000417", Evidence.NUMBER_PART),
        ("А-1173", 500_00, "A-1173", Evidence.NUMBER),
        ("сч. а1173", 500_00, "A-1173", Evidence.NUMBER),
        ("сч. 55", 60_00, "55", Evidence.NUMBER_PART),
    ],
)
def test_numbers_of_the_billing_system_are_read_as_well(
    purpose: str, kopecks: int, number: str, of_number: Evidence
) -> None:
    verdict = judge(entry(purpose, kopecks), ALL)
    assert taken(verdict) == [(number, kopecks)]
    assert of_number in verdict.evidence


def test_an_invoice_given_twice_counts_once() -> None:
    assert judge(entry("сч. 123"), (MAIN, MAIN)) == judge(entry("сч. 123"), (MAIN,))


def test_a_whole_score_is_all_three_kinds_of_evidence_at_their_best() -> None:
    assert judge(entry("КП-2026-000123"), ALL).score == MAX_SCORE
    assert set(WEIGHTS) == set(Evidence)


fragments = st.sampled_from(
    [*WHOLE_NUMBERS, *(text for text, _ in INEXACT_NUMBERS), *NUMBERLESS, "217", "218", ", ", " и "]
)
purposes = st.lists(fragments | st.text(max_size=8), max_size=4).map(" ".join)
sums = st.integers(1, 3_000_00) | st.sampled_from([1_234_50, 100_00, 350_00, 680_00])
books = st.lists(st.sampled_from(ALL), max_size=len(ALL)).map(tuple)


@given(purposes, sums, books, st.sampled_from([OWN_INN, KNOWN_INN, OTHER_INN]))
def test_shares_are_the_whole_amount_or_there_are_none_and_a_reason(
    purpose: str, kopecks: int, book: tuple[OpenInvoice, ...], inn: str
) -> None:
    verdict = judge(entry(purpose, kopecks, inn), book)
    if verdict.hold is None:
        assert sum(share.amount_kopecks for share in verdict.shares) == kopecks
        assert all(share.amount_kopecks > 0 for share in verdict.shares)
    else:
        assert verdict.shares == ()
    assert len(verdict.candidates) <= MAX_CANDIDATES
    scores = [one.score for one in verdict.candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= MAX_SCORE for score in scores)


@given(purposes, sums, st.sampled_from([OWN_INN, KNOWN_INN]))
def test_every_whole_number_that_is_taken_has_a_key_to_be_found_by(
    purpose: str, kopecks: int, inn: str
) -> None:
    verdict = judge(entry(purpose, kopecks, inn), ALL)
    if Evidence.NUMBER in verdict.evidence and verdict.shares:
        assert {key_of(one.invoice_number) for one in verdict.shares} <= keys_in(purpose)


@given(purposes, sums, books)
def test_a_strangers_inn_never_takes_anything(
    purpose: str, kopecks: int, book: tuple[OpenInvoice, ...]
) -> None:
    assert judge(entry(purpose, kopecks, STRANGER_INN, "ООО «Лютик»"), book).shares == ()


@given(st.text(), st.text(max_size=20), st.none() | st.text(max_size=12), sums)
def test_no_text_is_too_strange(purpose: str, name: str, inn: str | None, kopecks: int) -> None:
    verdict = judge(entry(purpose, kopecks, inn, name), ALL)
    assert verdict.hold is not None or verdict.shares


SCHOOL_INN = "7707083893"
SCHOOL = tuple(
    invoice(number, 1_000_00, inns=frozenset({SCHOOL_INN}), name="ГБОУ Школа № 5")
    for number in ("KP-2026-000014", "KP-2026-000022")
)


@pytest.mark.parametrize(
    "purpose",
    [
        (
            "(20736Ц12345, 244 0702 0000000000 226) Оплата по счету KP-2026-000014"
            " от 05.11.2026 по дог. 15/24 от 01.10.2026"
        ),
        "(20736Ц12345; 07020000000000244) (226) за обучение сч. KP-2026-000014",
        "(л/с 20736Ц12345 КБК 075 0702 0110100590 244) Опл. сч.14 от 05.11.2026",
        "((075-0702-0110100590-611-226;л/с 2607542000750001)) Оплата по счету № KP-2026-000014",
        "(0702.0000000000.244/226) Сч KP-2026-000014",
        "075 0702 0110100590 244 226 Оплата по счету KP-2026-000014",
        "(07502260000000000244,л/с20736Ц12345)(226;ДК 0702) Оплата по сч 2026/14",
        "КВР 244 КОСГУ 226 (20736Ц12345) Счет KP-2026-000014 по договору 15/24",
        "20736Ц12345.244.0702.0000000000.226 Оплата по счету KP-2026-000014",
        "(20736Ц12345, 2026 0702 0000000000 000022) Оплата по счету KP-2026-000014",
        "(л/с 20736Ц12345, счет KP-2026-000014) за обучение",
        "20736Ц12345 2026-000014",
    ],
)
def test_budget_codes_are_no_invoice_numbers(purpose: str) -> None:
    verdict = judge(entry(purpose, 1_000_00, SCHOOL_INN, "УФК по г. Москве"), SCHOOL)
    assert (verdict.hold, [one.invoice_number for one in verdict.shares]) == (
        None,
        ["KP-2026-000014"],
    )


def test_a_number_in_brackets_is_still_a_number() -> None:
    for purpose in ("(KP-2026-000014) оплата", "(счет KP-2026-000014)", "(2026-000014)"):
        assert judge(entry(purpose, 1_000_00, SCHOOL_INN), SCHOOL).hold is None


def test_money_that_came_before_one_of_its_invoices_is_held() -> None:
    early = replace(entry("Счёт KP-2026-000123"), day=MAIN.issued_on - timedelta(days=1))
    verdict = judge(early, ALL)
    assert (verdict.hold, verdict.shares) == (HoldReason.BEFORE_INVOICE, ())
    assert verdict.candidates[0].invoice_number == MAIN.number
    assert judge(replace(early, day=MAIN.issued_on), ALL).hold is None
