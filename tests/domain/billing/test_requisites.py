"""Requisites: check digits against the official vectors, levels of refusal, names of recipients."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.billing.requisites import (
    MAX_NAME_LENGTH,
    ClientKind,
    Problem,
    Requisites,
    check_account,
    check_bic,
    check_correspondent_account,
    check_inn,
    check_kpp,
    check_ogrn,
    problems,
    same_name,
)

INN_10_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)
INN_11_WEIGHTS = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
INN_12_WEIGHTS = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
KEY_PLACE = 8
BIC = "044525225"


def remainder(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11


def company_inn(nine: str) -> str:
    return nine + str(remainder(nine, INN_10_WEIGHTS) % 10)


def personal_inn(ten: str) -> str:
    eleven = ten + str(remainder(ten, INN_11_WEIGHTS) % 10)
    return eleven + str(remainder(eleven, INN_12_WEIGHTS) % 10)


def keyed(account: str, bic: str = BIC) -> str:
    """The account with the one key digit that fits the bank."""
    places = range(10)
    return next(
        candidate
        for key in places
        if check_account(candidate := account[:KEY_PLACE] + str(key) + account[9:], bic)
        != "account_key"
    )


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


def changed(text: str, place: int, by: int) -> str:
    return text[:place] + str((int(text[place]) + by) % 10) + text[place + 1 :]


COMPANY_NAME = "ООО «Ромашка»"
COMPANY = Requisites(
    recipient_name=COMPANY_NAME,
    inn="7707083893",
    kpp="773601001",
    bic=BIC,
    account=keyed("40702810000000000025"),
    bank_name="ПАО Сбербанк",
    correspondent_account="30101810400000000225",
)
TRADER_NAME = "ИП Иванов Пётр Ильич"
TRADER = dataclasses.replace(
    COMPANY,
    recipient_name=TRADER_NAME,
    inn="500100732259",
    kpp=None,
    account=keyed("40802810000000000025"),
)
PERSON_NAME = "Иванов Пётр Ильич"
PERSON = dataclasses.replace(
    TRADER, recipient_name=PERSON_NAME, account=keyed("40817810000000000025")
)
CLIENTS = {
    ClientKind.COMPANY: (COMPANY, COMPANY_NAME),
    ClientKind.SOLE_TRADER: (TRADER, TRADER_NAME),
    ClientKind.INDIVIDUAL: (PERSON, PERSON_NAME),
}


def found(kind: ClientKind, **changes: Any) -> tuple[Problem, ...]:
    requisites, name = CLIENTS[kind]
    return problems(
        dataclasses.replace(requisites, **changes),
        client_kind=kind,
        client_name=name,
        client_inn=requisites.inn,
    )


@pytest.mark.parametrize(
    ("inn", "code"),
    [
        ("7707083893", None),
        ("7736207543", None),
        ("1234567894", None),
        ("500100732259", None),
        ("123456789047", None),
        ("7707083894", "inn_check_digit"),
        ("1234567895", "inn_check_digit"),
        ("500100732258", "inn_check_digit"),
        ("500100732269", "inn_check_digit"),
        ("123456789037", "inn_check_digit"),
        ("0000000000", "inn_format"),
        ("000000000000", "inn_format"),
        ("77070838930", "inn_format"),
        ("770708389", "inn_format"),
        (" 7707083893", "inn_format"),
        ("7707083893\n", "inn_format"),
        ("7707 083893", "inn_format"),
        ("77О7083893", "inn_format"),
        ("٧707083893", "inn_format"),
        ("", "inn_format"),
    ],
)
def test_an_inn_is_told_by_form_and_check_digits(inn: str, code: str | None) -> None:
    assert check_inn(inn) == code


@pytest.mark.parametrize(
    ("kpp", "code"),
    [
        ("773601001", None),
        ("7736AZ001", None),
        ("77360100", "kpp_format"),
        ("7736az001", "kpp_format"),
        ("7736АВ001", "kpp_format"),  # Cyrillic letters
        ("A73601001", "kpp_format"),
        ("77360100A", "kpp_format"),
    ],
)
def test_a_kpp_is_told_by_its_form(kpp: str, code: str | None) -> None:
    assert check_kpp(kpp) == code


@pytest.mark.parametrize(
    ("bic", "code"),
    [
        ("044525225", None),
        ("024501901", None),
        ("04452522", "bic_format"),
        ("0445252255", "bic_format"),
        ("04452522x", "bic_format"),
        ("", "bic_format"),
    ],
)
def test_a_bic_is_nine_digits_and_need_not_begin_with_04(bic: str, code: str | None) -> None:
    assert check_bic(bic) == code


@pytest.mark.parametrize(
    ("ogrn", "code"),
    [
        ("1027700132195", None),
        ("1022200525819", None),
        ("1022500001328", "ogrn_check_digit"),
        ("0022200525819", "ogrn_format"),
        ("2027700132194", "ogrn_format"),  # the number of a record, its check digit right
        ("6027700132199", "ogrn_format"),
        ("404500116000152", "ogrn_format"),
        ("385768585948949", None),
        ("304500116000157", None),
        ("304500116000158", "ogrn_check_digit"),
        ("504500116000157", "ogrn_format"),
        ("30450011600015", "ogrn_format"),
        ("", "ogrn_format"),
    ],
)
def test_an_ogrn_is_told_by_form_and_check_digit(ogrn: str, code: str | None) -> None:
    assert check_ogrn(ogrn) == code


@given(st.integers(min_value=300_000_000_000_00, max_value=399_999_999_999_99))
def test_an_ogrnip_is_right_whatever_its_remainder(first14: int) -> None:
    check = first14 % 13 % 10
    assert check_ogrn(f"{first14}{check}") is None
    assert check_ogrn(f"{first14}{(check + 1) % 10}") == "ogrn_check_digit"


@pytest.mark.parametrize("left", [10, 11, 12])
def test_an_ogrnip_with_a_two_digit_remainder_is_right(left: int) -> None:
    first14 = 304_500_116_000_00
    first14 += (left - first14) % 13
    assert check_ogrn(f"{first14}{left - 10}") is None


@pytest.mark.parametrize(
    ("account", "bic", "code"),
    [
        ("40602810700000000025", "049805746", None),
        ("40503810300000000025", "049805000", None),  # at the Bank of Russia: region, not bank
        ("40503810300000000025", "049805002", None),
        ("40602810600000000025", "049805746", "account_key"),
        ("40602810700000000025", "049805747", "account_key"),
        ("4060281070000000002", "049805746", "account_format"),
        ("406028107000000000255", "049805746", "account_format"),
        ("4060281070000000002A", "049805746", "account_format"),
        ("40602810700000000025", "04980574", None),  # the BIC is reported by itself
        (keyed("40702840000000000025"), BIC, "account_currency"),
        (keyed("40702978000000000025"), BIC, "account_currency"),
    ],
)
def test_an_account_is_told_by_form_key_and_currency(
    account: str, bic: str, code: str | None
) -> None:
    assert check_account(account, bic) == code


@pytest.mark.parametrize(
    ("account", "bic", "code"),
    [
        ("30101810800000000746", "049805000", None),
        ("30101810800000000746", "049805746", None),
        ("30101810400000000225", "044525225", None),
        ("30101810200000000593", "044525593", None),
        ("30101810145250000974", "044525974", None),
        ("30101810900000000746", "049805746", "correspondent_account_key"),
        ("30101810800000000746", "049805747", "correspondent_account_bic"),
        ("30101810400000000225", "04452522", None),
        ("40702810400000000225", "044525225", "correspondent_account_format"),
        ("3010181040000000022", "044525225", "correspondent_account_format"),
        (keyed("30101840000000000225"), BIC, "correspondent_account_currency"),
    ],
)
def test_a_correspondent_account_is_told_against_its_bank(
    account: str, bic: str, code: str | None
) -> None:
    assert check_correspondent_account(account, bic) == code


accounts = st.builds(lambda head, tail: head + "810" + tail, digits(5), digits(12))
bics = digits(9)
shifts = st.integers(1, 9)


@given(accounts, bics, st.integers(0, 19), shifts)
def test_any_one_wrong_digit_of_an_account_is_caught(
    account: str, bic: str, place: int, by: int
) -> None:
    right = keyed(account, bic)
    wrong = changed(right, place, by)
    was_correspondent = right.startswith("30101")
    if was_correspondent == wrong.startswith("30101"):
        assert check_account(wrong, bic) == "account_key"


@given(accounts, bics)
def test_exactly_one_key_fits_an_account(account: str, bic: str) -> None:
    right = keyed(account, bic)
    others = [changed(right, KEY_PLACE, by) for by in range(1, 10)]
    assert check_account(right, bic) is None
    assert {check_account(other, bic) for other in others} == {"account_key"}


region_and_more = st.builds(
    lambda region, rest: f"{region:02d}{rest}", st.integers(1, 99), digits(7)
)


@given(region_and_more, st.integers(0, 8), shifts)
def test_one_wrong_digit_of_a_company_inn_is_caught_where_the_weights_allow(
    nine: str, place: int, by: int
) -> None:
    """Remainders 0 and 10 share the digit 0: only those two can hide a change."""
    right = company_inn(nine)
    wrong = changed(nine, place, by)
    remainders = {remainder(nine, INN_10_WEIGHTS), remainder(wrong, INN_10_WEIGHTS)}
    assert check_inn(right) is None
    assert check_inn(wrong + right[-1]) is not None or remainders == {0, 10}


@given(region_and_more, shifts)
def test_a_wrong_check_digit_of_a_company_inn_is_always_caught(nine: str, by: int) -> None:
    assert check_inn(changed(company_inn(nine), 9, by)) == "inn_check_digit"


@given(region_and_more, digits(1), st.sampled_from([10, 11]), shifts)
def test_a_wrong_check_digit_of_a_personal_inn_is_always_caught(
    nine: str, tenth: str, place: int, by: int
) -> None:
    right = personal_inn(nine + tenth)
    assert check_inn(right) is None
    assert check_inn(changed(right, place, by)) == "inn_check_digit"


@pytest.mark.parametrize("kind", ClientKind)
def test_right_requisites_have_no_problems(kind: ClientKind) -> None:
    assert found(kind) == ()


@pytest.mark.parametrize(
    ("kind", "changes", "code"),
    [
        (ClientKind.COMPANY, {"recipient_name": " "}, "recipient_name_missing"),
        (
            ClientKind.COMPANY,
            {"recipient_name": "Я" * (MAX_NAME_LENGTH + 1)},
            "recipient_name_too_long",
        ),
        (ClientKind.COMPANY, {"recipient_name": "ООО\nРомашка"}, "recipient_name_characters"),
        (ClientKind.COMPANY, {"recipient_name": "ООО Рома\u200bшка"}, "recipient_name_characters"),
        (ClientKind.COMPANY, {"recipient_name": "ООО\u2028Ромашка"}, "recipient_name_characters"),
        (ClientKind.COMPANY, {"recipient_name": "ООО Ромашка 🌼"}, "recipient_name_characters"),
        (ClientKind.COMPANY, {"recipient_name": "₽" * 41}, "recipient_name_too_long"),
        (ClientKind.COMPANY, {"bank_name": "Сбербанк Ω"}, "bank_name_characters"),
        (ClientKind.COMPANY, {"recipient_name": "ООО Василёк"}, "recipient_name_differs"),
        (ClientKind.COMPANY, {"inn": None}, "inn_missing"),
        (ClientKind.SOLE_TRADER, {"inn": None}, "inn_missing"),
        (ClientKind.COMPANY, {"inn": "77"}, "inn_format"),
        (ClientKind.COMPANY, {"inn": "7707083894"}, "inn_check_digit"),
        (ClientKind.COMPANY, {"inn": "500100732259"}, "inn_kind"),
        (ClientKind.SOLE_TRADER, {"inn": "7707083893"}, "inn_kind"),
        (ClientKind.INDIVIDUAL, {"inn": "7707083893"}, "inn_kind"),
        (ClientKind.COMPANY, {"inn": "7736207543"}, "inn_differs"),
        (ClientKind.INDIVIDUAL, {"inn": "123456789047"}, "inn_differs"),
        (ClientKind.COMPANY, {"kpp": "77"}, "kpp_format"),
        (ClientKind.SOLE_TRADER, {"kpp": "773601001"}, "kpp_not_applicable"),
        (ClientKind.INDIVIDUAL, {"kpp": "773601001"}, "kpp_not_applicable"),
        (ClientKind.COMPANY, {"bic": "04"}, "bic_format"),
        (ClientKind.COMPANY, {"account": "40702"}, "account_format"),
        (ClientKind.COMPANY, {"account": changed(COMPANY.account, 19, 1)}, "account_key"),
        (ClientKind.COMPANY, {"account": keyed("40702840000000000025")}, "account_currency"),
        (ClientKind.COMPANY, {"account": TRADER.account}, "account_kind"),
        (ClientKind.COMPANY, {"account": PERSON.account}, "account_kind"),
        (ClientKind.SOLE_TRADER, {"account": PERSON.account}, "account_kind"),
        (ClientKind.SOLE_TRADER, {"account": COMPANY.account}, "account_kind"),
        (ClientKind.INDIVIDUAL, {"account": TRADER.account}, "account_kind"),
        (ClientKind.COMPANY, {"bank_name": ""}, "bank_name_missing"),
        (ClientKind.COMPANY, {"bank_name": "Б" * (MAX_NAME_LENGTH + 1)}, "bank_name_too_long"),
        (ClientKind.COMPANY, {"bank_name": "Банк\r\nСумма=1"}, "bank_name_characters"),
        (
            ClientKind.COMPANY,
            {"correspondent_account": "30101810500000000225"},
            "correspondent_account_key",
        ),
    ],
)
def test_one_wrong_field_is_one_problem_of_that_field(
    kind: ClientKind, changes: dict[str, str | None], code: str
) -> None:
    assert found(kind, **changes) == (Problem(next(iter(changes)), code),)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (ClientKind.COMPANY, {"kpp": None}),
        (ClientKind.COMPANY, {"correspondent_account": None}),
        (ClientKind.COMPANY, {"recipient_name": "ООО" + "\u00a0" + "Ромашка"}),
        (ClientKind.INDIVIDUAL, {"inn": None}),
        *(
            (ClientKind.COMPANY, {"account": keyed(f"{balance}810000000000025")})
            for balance in ("40502", "40602", "40603", "40701", "40703", "40807")
        ),
        *(
            (ClientKind.INDIVIDUAL, {"account": keyed(f"{balance}810000000000025")})
            for balance in ("40820", "42301", "42306")
        ),
    ],
)
def test_what_a_client_of_a_kind_may_have_is_no_problem(
    kind: ClientKind, changes: dict[str, str | None]
) -> None:
    assert found(kind, **changes) == ()


def test_an_inn_is_not_compared_with_one_we_do_not_have() -> None:
    unknown = problems(
        PERSON, client_kind=ClientKind.INDIVIDUAL, client_name=PERSON_NAME, client_inn=None
    )
    assert unknown == ()


def test_all_problems_are_told_at_once_each_field_once() -> None:
    wrong = Requisites("", "1", "2", "3", "4", "", "5")
    told = problems(
        wrong, client_kind=ClientKind.COMPANY, client_name=COMPANY_NAME, client_inn="7707083893"
    )
    assert told == (
        Problem("recipient_name", "recipient_name_missing"),
        Problem("inn", "inn_format"),
        Problem("kpp", "kpp_format"),
        Problem("bic", "bic_format"),
        Problem("account", "account_format"),
        Problem("bank_name", "bank_name_missing"),
        Problem("correspondent_account", "correspondent_account_format"),
    )


def test_a_wrong_bic_is_not_told_twice() -> None:
    assert found(ClientKind.COMPANY, bic="0445252") == (Problem("bic", "bic_format"),)


FIELDS = st.text(max_size=MAX_NAME_LENGTH + 20)


@given(
    st.builds(
        Requisites,
        FIELDS,
        st.none() | FIELDS,
        st.none() | FIELDS,
        FIELDS,
        FIELDS,
        FIELDS,
        st.none() | FIELDS,
    ),
    st.sampled_from(ClientKind),
    FIELDS,
)
def test_any_text_is_judged_and_no_field_is_told_twice(
    requisites: Requisites, kind: ClientKind, name: str
) -> None:
    told = problems(requisites, client_kind=kind, client_name=name, client_inn=None)
    fields = [problem.field for problem in told]
    assert len(fields) == len(set(fields))
    assert set(fields) <= {field.name for field in dataclasses.fields(Requisites)}


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("ООО «Ромашка»", 'Общество с ограниченной  ответственностью "РОМАШКА"', "company"),
        ("ООО«Ромашка»", "ООО Ромашка", "company"),
        ("ООО «Ромашка»", "Ромашка, ООО", "company"),
        ("АО «Полёт»", "Акционерное общество „Полет“", "company"),
        ("ПАО «Полёт»", "публичное акционерное общество Полёт", "company"),
        ("ЗАО Заря", "Заря (закрытое акционерное общество)", "company"),
        ("АНО «Знание»", "Автономная некоммерческая организация «Знание»", "company"),
        ("НП Союз", "Некоммерческое партнёрство Союз", "company"),
        ("ООО «Санкт-Петербург»", "ООО «Санкт–Петербург»", "company"),
        ("ИП Иванов Пётр Ильич", "Индивидуальный предприниматель Иванов Петр Ильич", "sole_trader"),
        ("ИП Иванов Пётр Ильич", "Иванов Пётр Ильич (ИП)", "sole_trader"),
        ("ИП Иванов Пётр Ильич", "ИВАНОВ ПЕТР ИЛЬИЧ", "sole_trader"),
        ("Иванов Пётр Ильич", " иванов  петр   ильич ", "individual"),
        ("Цой Андрей", "Цо\u0438\u0306 Андре\u0438\u0306", "individual"),
        ("Jürgen Müller", "JURGEN MULLER", "individual"),
        (
            "ГБОУ «Школа № 5»",
            "Государственное бюджетное общеобразовательное учреждение Школа № 5",
            "company",
        ),
        (
            "МБОУ СОШ № 7",
            (
                "Муниципальное бюджетное общеобразовательное учреждение «Средняя "
                "общеобразовательная школа № 7»"
            ),
            "company",
        ),
        (
            "ФГБОУ ВО «МГУ»",
            (
                "Федеральное государственное бюджетное образовательное учреждение высшего "
                "образования «МГУ»"
            ),
            "company",
        ),
        ("ФГУП «Маяк»", "Федеральное государственное унитарное предприятие «Маяк»", "company"),
        ("ФКУ ИК-5", "Федеральное казённое учреждение ИК-5", "company"),
        ("ГБУЗ ГКБ № 1", "Государственное бюджетное учреждение здравоохранения ГКБ №1", "company"),
        ("ООО «ТД Ромашка»", "ООО Торговый дом «Ромашка»", "company"),
        ("ООО «ТД «Ромашка»", "Торговый дом Ромашка, ООО", "company"),
        ("НКО «Забота»", "Некоммерческая организация «Забота»", "company"),
        ("АНО ДПО «Курс»", "АНО дополнительного профессионального образования «Курс»", "company"),
        ("ООО УК «Уют»", "ООО Управляющая компания «Уют»", "company"),
        (
            "Глава КФХ Иванов Пётр",
            "Глава крестьянского (фермерского) хозяйства Иванов Пётр",
            "sole_trader",
        ),
    ],
)
def test_spellings_of_one_recipient_are_the_same_name(one: str, other: str, kind: str) -> None:
    assert same_name(one, other, ClientKind(kind))
    assert same_name(other, one, ClientKind(kind))


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("ООО «Ромашка»", "АО «Ромашка»", "company"),
        ("АО «Полёт»", "ПАО «Полёт»", "company"),
        ("ООО «Ромашка»", "Ромашка", "company"),
        ("ГБОУ Школа № 5", "МБОУ Школа № 5", "company"),
        ("ГБОУ Школа № 5", "ГБУ Школа № 5", "company"),
        ("ООО Торговая компания Альфа", "ООО Транспортная компания Альфа", "company"),
        ("Ким Му", "Му Ким", "individual"),
        ("ООО «Ромашка»", "ООО «Ромашка-2»", "company"),
        ("ООО «Ромашка»", "ООО «Рома шка»", "company"),
        ("Иванов Пётр Ильич", "Пётр Ильич Иванов", "individual"),
        ("Иванов Пётр Ильич", "Иванов П.И.", "individual"),
        ("Иванов Пётр Ильич", "Иванов Пётр", "individual"),
        ("Иванов Пётр Ильич", "ИП Иванов Пётр Ильич", "individual"),
        ("ИП Иванов Пётр Ильич", "ИП Иванова Пётр Ильич", "sole_trader"),
        ("ИП Иванов Пётр Ильич", "ООО Иванов Пётр Ильич", "sole_trader"),
    ],
)
def test_other_recipients_have_other_names(one: str, other: str, kind: str) -> None:
    assert not same_name(one, other, ClientKind(kind))
    assert not same_name(other, one, ClientKind(kind))


@pytest.mark.parametrize("requisites", [COMPANY, TRADER, PERSON])
def test_requisites_in_a_log_show_the_last_four_digits_only(requisites: Requisites) -> None:
    shown = repr(requisites)
    assert shown == f"Requisites(account=…{requisites.account[-4:]})"
    assert str(requisites) == shown


def test_an_account_that_is_none_is_not_shown_at_all() -> None:
    assert repr(dataclasses.replace(PERSON, account="Пётр")) == "Requisites(account=…)"


SCHOOL = "Государственное бюджетное общеобразовательное учреждение «Школа № 5»"
TREASURY = Requisites(
    recipient_name="УФК по г. Москве (ГБОУ Школа № 5, л/с 2673642000450123)",
    inn="7707083893",
    kpp="770701001",
    bic="004525988",
    account="03224643450000007300",
    bank_name="ГУ Банка России по ЦФО//УФК по г. Москве",
    correspondent_account="40102810545370000003",
)


def of_school(kind: ClientKind = ClientKind.COMPANY, **changes: Any) -> tuple[tuple[str, str], ...]:
    wanted = dataclasses.replace(TREASURY, **changes)
    told = problems(wanted, client_kind=kind, client_name=SCHOOL, client_inn="7707083893")
    return tuple((problem.field, problem.code) for problem in told)


@pytest.mark.parametrize(
    "name",
    [
        TREASURY.recipient_name,
        "УФК по г. Москве (ГБОУ Школа № 5 л/с 2673642000450123)",
        "УФК по г.Москве (л/с 2673642000450123, ГБОУ «Школа № 5»)",
        "Департамент финансов города Москвы (ГБОУ Школа № 5, лицевой счёт № 20736Х12345)",
        "УФК ПО Г. МОСКВЕ (ГБОУ ШКОЛА № 5 Л/СЧ 20736Х12345)",
    ],
)
def test_an_institution_is_paid_by_its_treasury_account(name: str) -> None:
    assert of_school(recipient_name=name) == ()


@pytest.mark.parametrize(
    ("single", "bic"),
    [
        ("40102810945370000005", "014030106"),
        ("40102810845370000004", "004525987"),
        ("40102810445370000059", "017003983"),
    ],
)
def test_a_single_treasury_account_has_a_key(single: str, bic: str) -> None:
    assert of_school(correspondent_account=single, bic=bic) == ()
    wrong = changed(single, KEY_PLACE, 1)
    assert of_school(correspondent_account=wrong, bic=bic) == (
        ("correspondent_account", "correspondent_account_key"),
    )


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"bic": "044525225"}, "account", "treasury_bic"),
        ({"account": "03224810450000007300"}, "account", "account_currency"),
        ({"account": "032246434500000073"}, "account", "account_format"),
        ({"kpp": None}, "kpp", "kpp_missing"),
        (
            {"correspondent_account": None},
            "correspondent_account",
            "treasury_correspondent_missing",
        ),
        (
            {"correspondent_account": "30101810400000000225"},
            "correspondent_account",
            "treasury_correspondent_format",
        ),
        ({"recipient_name": "ГБОУ Школа № 5"}, "recipient_name", "recipient_name_treasury"),
        (
            {"recipient_name": "УФК по г. Москве (ГБОУ Школа № 5)"},
            "recipient_name",
            "recipient_name_treasury",
        ),
        (
            {"recipient_name": "УФК по г. Москве (ГБОУ Школа № 6, л/с 2673642000450123)"},
            "recipient_name",
            "recipient_name_differs",
        ),
    ],
)
def test_what_a_treasury_account_lacks_is_told_at_its_field(
    changes: dict[str, Any], field: str, code: str
) -> None:
    assert (field, code) in of_school(**changes)


def test_only_an_organisation_has_a_treasury_account() -> None:
    assert ("account", "account_kind") in of_school(ClientKind.SOLE_TRADER)
