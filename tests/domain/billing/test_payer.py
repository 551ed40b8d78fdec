"""Who may be named on an invoice: an organisation by its INN, a person without one."""

import pytest

from domain.billing.payer import Payer, Registered, as_registered, payer_problems
from domain.billing.requisites import MAX_NAME_LENGTH, ClientKind

COMPANY, PERSON = ClientKind.COMPANY, ClientKind.INDIVIDUAL
INN, PERSONAL_INN, OWN_INN = "7707083893", "500100732259", "7830002293"
OWN_NAME = "ООО «Василёк»"


def client(kind: ClientKind) -> Registered:
    return Registered(kind, OWN_NAME, OWN_INN)


@pytest.mark.parametrize(
    ("payer", "kind"),
    [
        (Payer("ООО «Ромашка»", INN, "770701001"), COMPANY),
        (Payer("ООО «Ромашка»", INN), COMPANY),
        (Payer("ИП Иванов Иван", PERSONAL_INN), COMPANY),
        (Payer("ООО «Ромашка»", INN, "770701001"), PERSON),
        (Payer("Иванов Иван"), PERSON),
        (Payer("Я" * MAX_NAME_LENGTH, INN), COMPANY),
    ],
)
def test_whoever_can_pay_by_an_invoice_is_taken(payer: Payer, kind: ClientKind) -> None:
    assert payer_problems(payer, client(kind)) == ()


@pytest.mark.parametrize(
    ("payer", "kind", "wrong"),
    [
        (Payer("", INN), COMPANY, [("name", "payer_name_missing")]),
        (Payer(" ", INN), COMPANY, [("name", "payer_name_missing")]),
        (Payer("Я" * (MAX_NAME_LENGTH + 1), INN), COMPANY, [("name", "payer_name_too_long")]),
        (Payer("ООО\n«Ромашка»", INN), COMPANY, [("name", "payer_name_characters")]),
        (Payer("ООО\u2028", INN), COMPANY, [("name", "payer_name_characters")]),
        (Payer("ООО"), COMPANY, [("inn", "inn_missing")]),
        (Payer("ООО", "77070838"), COMPANY, [("inn", "inn_format")]),
        (Payer("ООО", "7707083894"), PERSON, [("inn", "inn_check_digit")]),
        (Payer("ООО «Ромашка»", OWN_INN), COMPANY, [("name", "payer_name_differs")]),
        (Payer("АО «Василёк»", OWN_INN), COMPANY, [("name", "payer_name_differs")]),
        (Payer("ООО", INN, "7707"), COMPANY, [("kpp", "kpp_format")]),
        (Payer("ИП", PERSONAL_INN, "770701001"), COMPANY, [("kpp", "kpp_not_applicable")]),
        (Payer("Иванов", None, "770701001"), PERSON, [("kpp", "kpp_not_applicable")]),
        (
            Payer("", None, "1"),
            COMPANY,
            [
                ("name", "payer_name_missing"),
                ("inn", "inn_missing"),
                ("kpp", "kpp_not_applicable"),
            ],
        ),
    ],
)
def test_everything_that_is_wrong_with_a_payer_is_told_at_once(
    payer: Payer, kind: ClientKind, wrong: list[tuple[str, str]]
) -> None:
    assert [(one.field, one.code) for one in payer_problems(payer, client(kind))] == wrong


def test_a_payer_does_not_show_itself_in_a_log() -> None:
    assert INN not in repr(Payer("ООО «Ромашка»", INN))


def test_a_client_stands_on_an_invoice_as_it_is_registered() -> None:
    typed = Payer("Общество с ограниченной ответственностью ВАСИЛЕК", OWN_INN, "770701001")
    assert payer_problems(typed, client(COMPANY)) == ()
    assert as_registered(typed, client(COMPANY)) == Payer(OWN_NAME, OWN_INN, "770701001")
    other = Payer("ООО «Ромашка»", INN)
    assert as_registered(other, client(COMPANY)) is other


def test_whoever_has_no_inn_is_nobody_s_namesake() -> None:
    parent = Payer("Иванов Пётр")
    son = Registered(PERSON, "Иванов Иван", None)
    assert payer_problems(parent, son) == ()
    assert as_registered(parent, son) is parent
