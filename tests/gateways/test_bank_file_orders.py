"""Payment orders are written as the bank's client reads them, or not at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import client_bank_1c
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.statements import OUR_ACCOUNT, OUR_BIC, OUR_INN
from domain.banking.payment_run import MAX_ORDER_NUMBER, MAX_ORDERS_IN_RUN, MAX_PURPOSE_LENGTH
from domain.billing.bank_text import REPLACEMENTS
from domain.billing.requisites import MAX_NAME_LENGTH, Requisites
from domain.money import MAX_AMOUNT_KOPECKS, amount_text
from gateways.bank_file import (
    BankFileError,
    BankFileFault,
    EntryDirection,
    PaymentOrder,
    PaymentOrderError,
    PaymentRun,
    write_payment_orders,
)
from tests.gateways.statement_files import PAYER_ACCOUNT, PAYER_BIC, read, section, written

US = Requisites(
    recipient_name="ООО «Копейка Софт»",
    inn=OUR_INN,
    kpp="781201001",
    bic=OUR_BIC,
    account=OUR_ACCOUNT,
    bank_name="ПАО «Банк», г. Москва",
    correspondent_account=None,
)
RECIPIENT = Requisites(
    recipient_name="Ёлкин Пётр Ильич",
    inn=None,
    kpp=None,
    bic=PAYER_BIC,
    account=PAYER_ACCOUNT,
    bank_name="РНКО «Ёлка» № 1",
    correspondent_account=None,
)
ORDER = PaymentOrder(
    number=12,
    day=date(2026, 11, 23),
    amount_kopecks=9_693_55,
    recipient=RECIPIENT,
    purpose="Возврат по заявке refund-2026-00417-1. НДС не облагается",
)
RUN = PaymentRun(US, datetime(2026, 11, 22, 21, 30, 5, tzinfo=UTC), (ORDER,))


def run_of(**changes: Any) -> PaymentRun:
    return replace(RUN, orders=(replace(ORDER, **changes),))


def run_to(**changes: Any) -> PaymentRun:
    return run_of(recipient=replace(RECIPIENT, **changes))


def posted(run: PaymentRun) -> bytes:
    """The orders as the bank's statement would show them, had it debited them all."""
    paid = sum(order.amount_kopecks for order in run.orders)
    opening = {"НачальныйОстаток": "0", "КонечныйОстаток": f"-{amount_text(paid)}"}
    totals = {"ВсегоПоступило": "", "ВсегоСписано": amount_text(paid)}
    period = {"ДатаНачала": "01.01.2000", "ДатаКонца": "31.12.2099"}
    lines = write_payment_orders(run).decode("cp1251").split("\r\n")
    place = lines.index("СекцияДокумент=Платежное поручение")
    lines[place:place] = section({**opening, **totals, **period})
    for number in range(len(lines) - 1, 0, -1):
        if lines[number].startswith("Дата="):
            lines.insert(number, lines[number].replace("Дата=", "ДатаСписано="))
    return "\r\n".join(lines).encode("cp1251")


def refused(run: PaymentRun) -> PaymentOrderError:
    with pytest.raises(PaymentOrderError) as caught:
        write_payment_orders(run)
    return caught.value


def attempted(run: PaymentRun) -> bytes | PaymentOrderError:
    try:
        return write_payment_orders(run)
    except PaymentOrderError as error:
        return error


def test_an_order_is_written_to_the_letter() -> None:
    lines = [
        "1CClientBankExchange",
        "ВерсияФормата=1.03",
        "Кодировка=Windows",
        "Отправитель=Kopeyka",
        "ДатаСоздания=23.11.2026",
        "ВремяСоздания=00:30:05",
        "ДатаНачала=23.11.2026",
        "ДатаКонца=23.11.2026",
        f"РасчСчет={OUR_ACCOUNT}",
        "Документ=Платежное поручение",
        "СекцияДокумент=Платежное поручение",
        "Номер=12",
        "Дата=23.11.2026",
        "Сумма=9693.55",
        f"ПлательщикСчет={OUR_ACCOUNT}",
        "Плательщик=ООО «Копейка Софт»",
        f"ПлательщикИНН={OUR_INN}",
        "ПлательщикКПП=781201001",
        "Плательщик1=ООО «Копейка Софт»",
        f"ПлательщикРасчСчет={OUR_ACCOUNT}",
        "ПлательщикБанк1=ПАО «Банк», г. Москва",
        f"ПлательщикБИК={OUR_BIC}",
        f"ПолучательСчет={PAYER_ACCOUNT}",
        "Получатель=Ёлкин Пётр Ильич",
        "ПолучательИНН=0",
        "Получатель1=Ёлкин Пётр Ильич",
        f"ПолучательРасчСчет={PAYER_ACCOUNT}",
        "ПолучательБанк1=РНКО «Ёлка» № 1",
        f"ПолучательБИК={PAYER_BIC}",
        "ВидОплаты=01",
        "Очередность=5",
        "НазначениеПлатежа=Возврат по заявке refund-2026-00417-1. НДС не облагается",
        "КонецДокумента",
        "КонецФайла",
    ]
    assert write_payment_orders(RUN) == written(lines)


def test_an_account_at_the_central_bank_is_written_with_the_bank_s_own() -> None:
    bank = {"bic": "049805746", "correspondent_account": None}
    with_own = {**bank, "bic": "044525225", "correspondent_account": "30101810400000000225"}
    account = {"account": OUR_ACCOUNT}
    line = "ПолучательКорсчет=30101810400000000225\r\n".encode("cp1251")
    assert line in write_payment_orders(run_to(**with_own, **account))
    assert "Корсчет" not in write_payment_orders(run_to(**bank)).decode("cp1251")


def test_an_independent_reader_finds_the_same() -> None:
    loaded = client_bank_1c.load(write_payment_orders(RUN).replace(b"\r\n", b"\n"))
    (document,) = loaded.documents
    assert loaded.info["РасчСчет"] == [OUR_ACCOUNT]
    assert document["Сумма"] * 100 == ORDER.amount_kopecks
    assert document["Дата"] == ORDER.day
    assert document["Получатель"] == RECIPIENT.recipient_name
    assert document["ПолучательСчет"] == RECIPIENT.account
    assert document["НазначениеПлатежа"] == ORDER.purpose


def test_orders_that_nobody_has_debited_are_no_statement() -> None:
    with pytest.raises(BankFileError) as caught:
        read(write_payment_orders(RUN))
    assert caught.value.code == BankFileFault.NO_BALANCES.value


TEXTS = st.text(
    alphabet="абвёЁъЩя «»„“…—№'\"=;|\\%{}<>&,.()-AZaz09", min_size=1, max_size=MAX_NAME_LENGTH
).filter(str.strip)
ORDERS = st.builds(
    PaymentOrder,
    number=st.integers(1, MAX_ORDER_NUMBER),
    day=st.dates(date(2026, 1, 1), date(2099, 12, 31)),
    amount_kopecks=st.integers(1, MAX_AMOUNT_KOPECKS // 100),
    recipient=st.builds(
        lambda name, bank: replace(RECIPIENT, recipient_name=name, bank_name=bank), TEXTS, TEXTS
    ),
    purpose=TEXTS,
)


@settings(deadline=None)
@given(
    orders=st.lists(ORDERS, min_size=1, max_size=8, unique_by=lambda order: order.number).map(tuple)
)
def test_what_is_written_comes_back_in_the_bank_s_statement(
    orders: tuple[PaymentOrder, ...],
) -> None:
    entries = read(posted(replace(RUN, orders=orders))).entries
    assert len(entries) == len(orders)
    for entry, order in zip(entries, orders, strict=True):
        assert entry.direction is EntryDirection.OUT
        assert (entry.number, entry.day) == (str(order.number), order.day)
        assert entry.amount_kopecks == order.amount_kopecks
        assert entry.counterparty_name == order.recipient.recipient_name.strip()
        assert entry.counterparty_account == order.recipient.account
        assert entry.counterparty_bic == order.recipient.bic
        assert entry.purpose == order.purpose.strip()


@settings(deadline=None)
@given(text=st.text(min_size=1, max_size=60))
def test_any_purpose_at_all_is_one_line_of_cp1251_or_is_refused(text: str) -> None:
    plain = write_payment_orders(RUN).splitlines()
    outcome = attempted(run_of(purpose=text))
    if isinstance(outcome, PaymentOrderError):
        assert outcome.field == "purpose"
        return
    lines = outcome.splitlines()
    assert len(lines) == len(plain)
    assert [one for one in lines if one not in plain] == lines[-3:-2] or lines == plain


@pytest.mark.parametrize(
    "breaks",
    ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1e", "\x85", "\u2028", "\u2029", "\x00", "\t"],
)
@pytest.mark.parametrize("field", ["purpose", "recipient_name", "bank_name"])
def test_a_line_cannot_be_smuggled_in(breaks: str, field: str) -> None:
    text = f"Возврат{breaks}Сумма=1000000.00"
    run = run_of(purpose=text) if field == "purpose" else run_to(**{field: text})
    error = refused(run)
    assert (error.number, error.field, error.code) == (12, field, f"{field}_characters")


@pytest.mark.parametrize("sign", ["🙂", "中", "Ä", "ѣ", "\u200b", "\u00ad", "\ufeff", "\ufffd"])
def test_signs_that_the_file_cannot_hold_are_refused_not_replaced_by_a_question_mark(
    sign: str,
) -> None:
    assert refused(run_of(purpose=f"Возврат {sign} денег")).code == "purpose_characters"


@pytest.mark.parametrize(("pasted", "plain"), REPLACEMENTS.items())
def test_signs_of_the_table_are_written_as_a_person_would_type_them(
    pasted: str, plain: str
) -> None:
    content = write_payment_orders(run_of(purpose=f"за 100{pasted}1")).decode("cp1251")
    assert f"НазначениеПлатежа=за 100{plain}1\r\n" in content


@pytest.mark.parametrize("text", ["«Ёлка» — №7…", "ё", "и\u0306", "Е\u0308"])
def test_russian_letters_and_signs_stay_as_they_are(text: str) -> None:
    content = write_payment_orders(run_to(recipient_name=text)).decode("cp1251")
    composed = text.replace("и\u0306", "й").replace("Е\u0308", "Ё")
    assert f"Получатель={composed}\r\n" in content


@pytest.mark.parametrize(
    ("run", "field", "code"),
    [
        (run_of(number=0), "number", "order_number"),
        (run_of(number=MAX_ORDER_NUMBER + 1), "number", "order_number"),
        (run_of(amount_kopecks=0), "amount_kopecks", "order_amount"),
        (run_of(amount_kopecks=-1), "amount_kopecks", "order_amount"),
        (run_of(amount_kopecks=MAX_AMOUNT_KOPECKS + 1), "amount_kopecks", "order_amount"),
        (run_of(purpose=" "), "purpose", "purpose_missing"),
        (run_of(purpose="Я" * (MAX_PURPOSE_LENGTH + 1)), "purpose", "purpose_too_long"),
        (run_of(purpose="₽" * (MAX_PURPOSE_LENGTH // 2)), "purpose", "purpose_too_long"),
        (run_to(recipient_name=""), "recipient_name", "recipient_name_missing"),
        (
            run_to(recipient_name="Я" * (MAX_NAME_LENGTH + 1)),
            "recipient_name",
            "recipient_name_too_long",
        ),
        (run_to(bank_name=""), "bank_name", "bank_name_missing"),
        (run_to(bic="04980574"), "bic", "bic_format"),
        (run_to(account=f"{PAYER_ACCOUNT[:-1]}6"), "account", "account_key"),
        (run_to(account=f"{PAYER_ACCOUNT}\r\nСумма=1"), "account", "account_format"),
        (run_to(inn="7701234567"), "inn", "inn_check_digit"),
        (run_to(kpp="1"), "kpp", "kpp_format"),
        (
            run_to(correspondent_account="1"),
            "correspondent_account",
            "correspondent_account_format",
        ),
    ],
)
def test_an_order_that_no_bank_would_take_is_refused_by_number_and_field(
    run: PaymentRun, field: str, code: str
) -> None:
    error = refused(run)
    assert (error.number, error.field, error.code) == (run.orders[0].number, field, code)
    for private in (PAYER_ACCOUNT, RECIPIENT.recipient_name):
        assert private not in str(error)


def test_longest_texts_and_largest_number_are_taken() -> None:
    longest = replace(RECIPIENT, recipient_name="Щ" * MAX_NAME_LENGTH)
    run = run_of(number=MAX_ORDER_NUMBER, purpose="Ё" * MAX_PURPOSE_LENGTH, recipient=longest)
    (entry,) = read(posted(run)).entries
    assert (len(entry.purpose), len(entry.counterparty_name)) == (
        MAX_PURPOSE_LENGTH,
        MAX_NAME_LENGTH,
    )


@pytest.mark.parametrize(
    ("run", "field", "code"),
    [
        (replace(RUN, orders=()), "orders", "payment_run_size"),
        (replace(RUN, orders=(ORDER,) * (MAX_ORDERS_IN_RUN + 1)), "orders", "payment_run_size"),
        (replace(RUN, payer=replace(US, bic="044525226")), "account", "account_key"),
        (
            replace(RUN, payer=replace(US, recipient_name="")),
            "recipient_name",
            "recipient_name_missing",
        ),
    ],
)
def test_a_run_or_a_payer_at_fault_is_refused_without_a_number(
    run: PaymentRun, field: str, code: str
) -> None:
    error = refused(run)
    assert (error.number, error.field, error.code) == (None, field, code)


def test_two_orders_of_one_number_are_refused() -> None:
    error = refused(replace(RUN, orders=(ORDER, replace(ORDER, amount_kopecks=1))))
    assert (error.number, error.code) == (12, "order_number_repeated")


@pytest.mark.parametrize("show", [repr, str])
def test_nothing_personal_is_shown_when_a_run_is_logged(show: Callable[[object], str]) -> None:
    shown = show(RUN)
    assert "refund-2026" not in shown
    assert PAYER_ACCOUNT not in shown
    assert "Ёлкин" not in shown
