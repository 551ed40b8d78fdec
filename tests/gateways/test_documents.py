"""A statement's PDF says what the case says, to the letter and to the byte."""

import io
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from domain.billing.requisites import Requisites
from domain.money import VatRate
from gateways.documents import (
    MAX_STATEMENT_LINES,
    CodeSignature,
    PaidMoney,
    Party,
    StatementDocument,
    StatementLine,
    statement_pdf,
)

A4_POINTS = (595, 842)
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
REQUISITES = Requisites(
    recipient_name="ООО «Ромашка»",
    inn="7701234567",
    kpp="770101001",
    bic="044525225",
    account="40702810900000000001",
    bank_name="ПАО «Банк», г. Москва",
    correspondent_account="30101810400000000225",
)
STATEMENT = StatementDocument(
    refund_id="refund-2026-00417-1",
    company=Party("ООО «Копейка Софт»", "7812014560", "781201001"),
    client=Party("ООО «Ромашка»", "7701234567", "770101001"),
    invoice_number="2026-00417",
    invoice_date=date(2026, 5, 14),
    amount_kopecks=9_693_55,
    lines=(
        StatementLine("Подписка «Ёлка», тариф 400", 12_200_50, 9_693_55, VatRate.VAT22, 1_748_02),
    ),
    requisites=REQUISITES,
    content_sha256=SHA256,
    account=PaidMoney(12_200_50, 12_200_50, 0, 2_506_95, 2_506_95),
    vat={VatRate.VAT22: 1_748_02},
)
SIGNATURE = CodeSignature(datetime(2026, 11, 21, 12, 30, tzinfo=UTC), "i•••@romashka.example")


def line_of(title: str, price_kopecks: int, refund_kopecks: int) -> StatementLine:
    return StatementLine(title, price_kopecks, refund_kopecks, VatRate.NONE, 0)


def pages_of(document: StatementDocument) -> list[str]:
    """The text of each page on one line, without the places where a long run may break."""
    reader = PdfReader(io.BytesIO(statement_pdf(document)))
    texts = [page.extract_text().replace("\u200b", "") for page in reader.pages]
    return [" ".join(text.split()) for text in texts]


def text_of(document: StatementDocument) -> str:
    return " ".join(pages_of(document))


@pytest.mark.parametrize(
    "said",
    [
        "Кому: ООО «Копейка Софт» ИНН 7812014560, КПП 781201001",
        "От: ООО «Ромашка» ИНН 7701234567, КПП 770101001",
        "по счёту № 2026-00417 от 14 мая 2026 г.",
        "9 693,55 ₽ (Девять тысяч шестьсот девяносто три рубля 55 копеек)",
        "1 Подписка «Ёлка», тариф 400 12 200,50 ₽ 9 693,55 ₽ 22 %: 1 748,02 ₽",
        "Итого к возврату 9 693,55 ₽ в том числе НДС 22 % 1 748,02 ₽",
        "Стоимость по счёту 12 200,50 ₽ Оплачено 12 200,50 ₽ Использовано 2 506,95 ₽",
        "Использовано 2 506,95 ₽ Удержано 2 506,95 ₽ К возврату 9 693,55 ₽",
        "Расчётный счёт 40702810900000000001",
        "БИК 044525225",
        "Корреспондентский счёт 30101810400000000225",
        "Заявка № refund-2026-00417-1",
        "Страница 1 из 1",
        SHA256,
    ],
)
def test_a_statement_says_who_asks_whom_for_what_and_where_to_pay(said: str) -> None:
    assert said in text_of(STATEMENT)


def test_a_statement_is_an_a4_page_with_a_title_and_without_a_time_of_its_own() -> None:
    reader = PdfReader(io.BytesIO(statement_pdf(STATEMENT)))
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == A4_POINTS
    assert reader.metadata is not None
    assert reader.metadata.title == "Заявление на возврат по счёту № 2026-00417"
    assert reader.metadata.creation_date is None


def test_an_unsigned_statement_has_room_for_a_hand_and_a_signed_one_has_the_mark() -> None:
    unsigned, signed = text_of(STATEMENT), text_of(replace(STATEMENT, signature=SIGNATURE))
    assert "дата подпись фамилия, имя, отчество" in unsigned
    assert "простой электронной подписью" not in unsigned
    assert "Подписано простой электронной подписью" in signed
    assert "Когда 21.11.2026 15:30 (МСК)" in signed
    assert "Код отправлен на i•••@romashka.example" in signed
    assert "фамилия, имя, отчество" not in signed


def test_a_statement_of_a_surplus_names_the_sum_and_no_line_of_the_invoice() -> None:
    said = text_of(
        replace(STATEMENT, lines=(), of_surplus=True, account=PaidMoney(0, 9_693_55), vat={})
    )
    assert "денежные средства, излишне уплаченные по счёту № 2026-00417" in said
    assert "9 693,55 ₽ (Девять тысяч" in said
    assert "Что возвращается" not in said
    assert "Стоимость" not in said
    assert "Излишне уплачено 9 693,55 ₽ Удержано 0,00 ₽ К возврату 9 693,55 ₽" in said


def test_what_is_withheld_of_a_surplus_has_its_reason_too() -> None:
    account = PaidMoney(0, 10_000_00, withheld_kopecks=306_45)
    said = text_of(
        replace(
            STATEMENT,
            lines=(),
            of_surplus=True,
            account=account,
            vat={},
            withheld_reason="зачтено в счёт № 8",
        )
    )
    assert "Удержано: зачтено в счёт № 8 306,45 ₽ К возврату 9 693,55 ₽" in said


def test_of_an_invoice_paid_in_part_the_paper_says_due_paid_used_withheld_and_refundable() -> None:
    half = replace(
        STATEMENT,
        amount_kopecks=16_44,
        lines=(line_of("Подписка", 12_000_00, 16_44),),
        account=PaidMoney(12_000_00, 6_000_00, 0, 5_983_56, 5_983_56),
        vat={},
    )
    text = text_of(half)
    assert (
        "Стоимость по счёту 12 000,00 ₽ Оплачено 6 000,00 ₽ Использовано 5 983,56 ₽"
        " Удержано 5 983,56 ₽ К возврату 16,44 ₽"
    ) in text
    assert "без НДС" in text
    assert "НДС не облагается" in text


def test_what_stays_and_what_others_return_is_said_where_there_is_such() -> None:
    part = replace(
        STATEMENT,
        amount_kopecks=1_000_00,
        lines=(line_of("Подписка", 12_200_50, 1_000_00),),
        account=PaidMoney(12_200_50, 12_200_50, 2_000_00, 2_506_95, 2_506_95),
    )
    text = text_of(part)
    assert "Возвращается по другим заявкам 2 000,00 ₽" in text
    assert "Остаётся оплаченным 6 693,55 ₽ К возврату 1 000,00 ₽" in text


def test_without_requisites_their_lines_are_left_to_be_filled_in() -> None:
    text = text_of(replace(STATEMENT, requisites=None))
    assert "Получатель ИНН КПП Расчётный счёт Банк БИК Корреспондентский счёт" in text


def test_an_individual_has_no_numbers_and_the_paper_does_not_ask_for_them() -> None:
    person = Party("Иванова Анна Петровна")
    requisites = replace(REQUISITES, recipient_name=person.name, inn=None, kpp=None)
    text = text_of(replace(STATEMENT, client=person, requisites=requisites))
    assert text.count("ИНН") == 1
    assert "Получатель Иванова Анна Петровна Расчётный счёт" in text


def test_what_is_withheld_is_shown_with_its_reason() -> None:
    held = replace(STATEMENT, amount_kopecks=9_000_00, withheld_reason="выезд, акт № 7")
    assert "Удержано: выезд, акт № 7 −693,55 ₽" in text_of(held)
    assert "Удержано:" not in text_of(STATEMENT)


@pytest.mark.parametrize(
    "text",
    [
        "\"кавычки\" и 'апострофы'",
        "#panic(1) #sys.inputs",
        "$ x^2 $ *жирный* _курсив_ `код`",
        "обратная \\ черта \\u{41} //не комментарий /* и это */",
        "@ссылка <метка> [скобки] {фигурные}",
        '"}],"amount":"1 ₽","x":[{"',
    ],
)
def test_what_a_client_wrote_is_shown_and_never_obeyed(text: str) -> None:
    party = Party(text, "7701234567")
    lines = (line_of(text, 12_200_50, 9_693_55),)
    shown = text_of(replace(STATEMENT, client=party, lines=lines))
    assert shown.count(text) == 2
    assert "Итого к возврату 9 693,55 ₽" in shown


@settings(max_examples=25, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_at_all_makes_a_paper(text: str) -> None:
    document = replace(STATEMENT, client=Party(text), lines=(line_of(text, 1, 9_693_55),))
    assert statement_pdf(document).startswith(b"%PDF-")


def test_a_very_long_name_without_a_space_breaks_and_loses_no_letter() -> None:
    name = "".join(f"{number:03d}Щ" for number in range(200))
    assert name in text_of(replace(STATEMENT, client=Party(name))).replace(" ", "")


def test_many_lines_run_over_pages_that_all_carry_the_hash_and_the_heading() -> None:
    lines = tuple(line_of(f"Позиция {i}", 2_00, 1_00) for i in range(MAX_STATEMENT_LINES))
    pages = pages_of(replace(STATEMENT, lines=lines, amount_kopecks=MAX_STATEMENT_LINES * 1_00))
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert SHA256 in page
        assert f"Страница {number} из {len(pages)}" in page
    assert all("Наименование Стоимость" in page for page in pages if "Позиция" in page)


def test_the_same_statement_is_the_same_bytes_whatever_was_printed_between() -> None:
    signed = replace(STATEMENT, signature=SIGNATURE)
    first = statement_pdf(STATEMENT)
    assert statement_pdf(signed) != first
    assert statement_pdf(STATEMENT) == first


def test_statements_printed_at_once_do_not_mix() -> None:
    numbers = [f"2026-{number:05d}" for number in range(16)]
    documents = [replace(STATEMENT, invoice_number=number) for number in numbers]
    with ThreadPoolExecutor(4) as pool:
        printed = list(pool.map(statement_pdf, documents))
    assert printed == [statement_pdf(document) for document in documents]
    assert len(set(printed)) == len(numbers)


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_kopecks": 0},
        {"amount_kopecks": -1},
        {"amount_kopecks": 9_693_56},
        {"lines": ()},
        {"of_surplus": True},
        {"account": PaidMoney(12_200_50, 9_693_54)},
        {"lines": STATEMENT.lines * (MAX_STATEMENT_LINES + 1)},
        {"content_sha256": SHA256[:-1]},
        {"content_sha256": SHA256.upper()},
    ],
)
def test_a_paper_that_would_contradict_itself_is_not_made(wrong: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"statement|SHA-256"):
        replace(STATEMENT, **wrong)


def test_a_statement_shows_nothing_personal_when_it_is_logged() -> None:
    shown = repr((replace(STATEMENT, signature=SIGNATURE), STATEMENT.client, SIGNATURE))
    assert "Ромашка" not in shown
    assert "romashka" not in shown
    assert "7701234567" not in shown
