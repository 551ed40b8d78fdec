"""An invoice's PDF says what is sold and how to pay, and its code reads the same."""

import io
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import typst
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from domain.billing.invoice_document import MAX_DOCUMENT_LINES, Buyer, DocumentLine, InvoiceDocument
from domain.billing.requisites import Requisites
from domain.money import VatRate
from gateways.documents import invoice, invoice_pdf
from stack.folders import CHECKOUT
from texts.purposes import invoice_purpose

A4_POINTS = (595, 842)
SUPPLIER = Requisites(
    recipient_name="ООО «Копейка»",
    inn="7707083893",
    kpp="770701001",
    bic="044525225",
    account="40702810900000000001",
    bank_name="ПАО Сбербанк, г. Москва",
    correspondent_account="30101810400000000225",
)
TERM = (date(2026, 12, 1), date(2027, 11, 30))
TAXED = DocumentLine("Подписка «Ёлка», тариф 400", 1_220_00, VatRate.VAT22, TERM)
EXEMPT = DocumentLine("Лицензия", 4_000_00, VatRate.NONE)
INVOICE = InvoiceDocument(
    number="KP-2026-000123",
    issued_on=date(2026, 11, 22),
    valid_until=date(2026, 12, 6),
    supplier=SUPPLIER,
    supplier_address="115035, г. Москва, ул. Садовническая, д. 7",
    buyer=Buyer("ООО «Ромашка»", "7701234567", "770101001", "г. Тверь, ул. Советская, д. 1"),
    lines=(TAXED,),
)
CODE = (
    "ST00012|Name=ООО «Копейка»|PersonalAcc=40702810900000000001"
    "|BankName=ПАО Сбербанк, г. Москва|BIC=044525225|CorrespAcc=30101810400000000225"
    "|PayeeINN=7707083893|KPP=770701001"
    "|Purpose=Оплата по счёту № KP-2026-000123 от 22.11.2026. В т.ч. НДС 22% - 220.00|Sum=122000"
)
SCREEN_DOTS_PER_INCH = 96.0


def pages_of(paper: InvoiceDocument) -> list[str]:
    """The text of each page on one line, without the places where a long run may break."""
    reader = PdfReader(io.BytesIO(invoice_pdf(paper)))
    texts = [page.extract_text().replace("\u200b", "") for page in reader.pages]
    return [" ".join(text.split()) for text in texts]


def text_of(paper: InvoiceDocument) -> str:
    return " ".join(pages_of(paper))


def codes_on(paper: InvoiceDocument) -> list[str]:
    """What a camera reads on the pages of the same template, as a screen shows them."""
    pages: Any = typst.compile(
        CHECKOUT / "gateways" / "documents" / "invoice.typ",
        format="png",
        ppi=SCREEN_DOTS_PER_INCH,
        sys_inputs={"document": json.dumps(invoice._shown(paper))},
    )
    pictures = pages if isinstance(pages, list) else [pages]
    read = [zxingcpp.read_barcodes(Image.open(io.BytesIO(picture))) for picture in pictures]
    return [code.text for codes in read for code in codes]


@pytest.mark.parametrize(
    "said",
    [
        "Счёт на оплату № KP-2026-000123 от 22 ноября 2026 г.",
        "ПАО Сбербанк, г. Москва Банк получателя",
        "БИК 044525225",
        "Сч. № 30101810400000000225",
        "ИНН 7707083893 КПП 770701001",
        "40702810900000000001",
        "ООО «Копейка», ИНН 7707083893, КПП 770701001 115035, г. Москва, ул. Садовническая, д. 7",
        "Покупатель: ООО «Ромашка», ИНН 7701234567, КПП 770101001 г. Тверь, ул. Советская, д. 1",
        "№ Товары (работы, услуги) Кол-во Ед. Цена НДС Сумма",
        "1 Подписка «Ёлка», тариф 400 01.12.2026 – 30.11.2027 1 усл. ед. 1 220,00 ₽ 22% 1 220,00 ₽",
        "Итого: 1 220,00 ₽ В том числе НДС 22%: 220,00 ₽ Всего к оплате: 1 220,00 ₽",
        "Всего наименований 1, на сумму 1 220,00 ₽",
        "Одна тысяча двести двадцать рублей 00 копеек",
        "Счёт действителен до 6 декабря 2026 г. включительно",
        "Оплата по счёту № KP-2026-000123 от 22.11.2026. В т.ч. НДС 22% - 220.00",
        "Страница 1 из 1",
    ],
)
def test_an_invoice_says_who_pays_whom_for_what_and_how(said: str) -> None:
    assert said in text_of(INVOICE)


def test_an_invoice_is_an_a4_page_with_a_title_and_without_a_time_of_its_own() -> None:
    reader = PdfReader(io.BytesIO(invoice_pdf(INVOICE)))
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == A4_POINTS
    assert reader.metadata is not None
    assert reader.metadata.title == "Счёт на оплату № KP-2026-000123 от 22 ноября 2026 г."
    assert reader.metadata.creation_date is None


def test_the_code_on_the_page_fills_in_the_payment() -> None:
    assert codes_on(INVOICE) == [CODE]


def test_the_longest_code_is_still_read_from_the_page() -> None:
    longest = replace(SUPPLIER, recipient_name="Щ" * 160, bank_name="Ё" * 45)
    lines = tuple(DocumentLine(f"Строка {rate}", 1_000_000_000_00, rate) for rate in VatRate)
    (code,) = codes_on(replace(INVOICE, supplier=longest, number="9" * 40, lines=lines))
    assert code.endswith(f"|Sum={len(lines) * 1_000_000_000_00}")


def test_an_exempt_invoice_says_that_there_is_no_vat() -> None:
    text = text_of(replace(INVOICE, lines=(EXEMPT,)))
    assert "1 Лицензия 1 усл. ед. 4 000,00 ₽ Без НДС 4 000,00 ₽" in text
    assert "Без НДС: — Всего к оплате: 4 000,00 ₽" in text
    assert "от 22.11.2026. НДС не облагается" in text


def test_vat_of_mixed_lines_is_told_by_rate() -> None:
    reduced = DocumentLine("Справочник", 1_100_00, VatRate.VAT10)
    text = text_of(replace(INVOICE, lines=(reduced, EXEMPT, TAXED)))
    assert "В том числе НДС 22%: 220,00 ₽ В том числе НДС 10%: 100,00 ₽" in text
    assert "Всего к оплате: 6 320,00 ₽" in text


def test_a_quantity_has_the_price_of_one() -> None:
    text = text_of(replace(INVOICE, lines=(replace(EXEMPT, quantity=4),)))
    assert "1 Лицензия 4 усл. ед. 1 000,00 ₽ Без НДС 4 000,00 ₽" in text


@pytest.mark.parametrize("quantity", [0, -1, 3])
def test_a_sum_that_is_no_price_times_its_quantity_is_no_paper(quantity: int) -> None:
    with pytest.raises(ValueError, match="price times its quantity"):
        replace(INVOICE, lines=(replace(EXEMPT, quantity=quantity),))


@pytest.mark.parametrize(
    "lines",
    [(TAXED,), tuple(DocumentLine(f"Строка {rate}", 9_999_999_99, rate) for rate in VatRate)],
)
def test_the_purpose_is_one_line_to_copy(lines: tuple[DocumentLine, ...]) -> None:
    paper = replace(INVOICE, number="KP-2026-000123" if len(lines) == 1 else "9" * 40, lines=lines)
    reader = PdfReader(io.BytesIO(invoice_pdf(paper)))
    copied = [line for page in reader.pages for line in page.extract_text().split("\n")]
    assert invoice_purpose(paper.number, paper.issued_on, paper.vat) in copied


def test_a_party_without_an_address_has_no_empty_line() -> None:
    text = text_of(replace(INVOICE, supplier_address=None, buyer=Buyer("ООО «Ромашка»")))
    assert "КПП 770701001 Покупатель: ООО «Ромашка» № Товары" in text


def test_an_individual_has_no_numbers_and_the_paper_does_not_ask_for_them() -> None:
    text = text_of(replace(INVOICE, buyer=Buyer("Иванова Анна Петровна")))
    assert "Покупатель: Иванова Анна Петровна № Товары" in text


def test_a_void_invoice_says_so_and_offers_nothing_to_pay_by() -> None:
    void = replace(INVOICE, is_void=True)
    text = text_of(void)
    assert "АННУЛИРОВАН" in text
    assert "не оплачивайте" in text
    assert "Оплата по счёту" not in text
    assert "действителен" not in text
    assert codes_on(void) == []


def test_an_invoice_that_is_paid_in_part_asks_for_the_rest_with_its_vat() -> None:
    rest = replace(INVOICE, paid_kopecks=1_000_00)
    text = text_of(rest)
    assert "Оплачено: 1 000,00 ₽ Осталось оплатить: 220,00 ₽" in text
    assert "Всего к оплате: 1 220,00 ₽" in text
    assert "В т.ч. НДС 22% - 39.67" in text
    (code,) = codes_on(rest)
    assert code.endswith("|Sum=22000")


def test_the_rest_is_shared_by_lines_of_different_rates() -> None:
    mixed = replace(INVOICE, lines=(TAXED, EXEMPT), paid_kopecks=2_610_00)
    assert mixed.left_kopecks == 2_610_00
    assert mixed.vat_left == {VatRate.VAT22: 110_00}


@pytest.mark.parametrize("paid_kopecks", [1_220_00, 1_220_01])
def test_an_invoice_that_is_paid_in_full_offers_nothing_to_pay_by(paid_kopecks: int) -> None:
    paid = replace(INVOICE, paid_kopecks=paid_kopecks)
    text = text_of(paid)
    assert "Счёт оплачен полностью" in text
    assert "Оплата по счёту" not in text
    assert "действителен" not in text
    assert codes_on(paid) == []


@pytest.mark.parametrize(
    "text",
    ["#panic(1) #sys.inputs", "$ x^2 $ *жирный* `код`", '"}],"total":"1 ₽","x":[{"'],
)
def test_what_a_client_wrote_is_shown_and_never_obeyed(text: str) -> None:
    line = replace(TAXED, title=text)
    shown = text_of(replace(INVOICE, buyer=Buyer(text), lines=(line,)))
    assert shown.count(text) == 2
    assert "Всего к оплате: 1 220,00 ₽" in shown


@settings(max_examples=25, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_at_all_makes_a_paper(text: str) -> None:
    paper = replace(INVOICE, buyer=Buyer(text), lines=(replace(TAXED, title=text),))
    assert invoice_pdf(paper).startswith(b"%PDF-")


def test_many_lines_run_over_pages_that_all_carry_the_number_and_the_heading() -> None:
    pages = pages_of(replace(INVOICE, lines=(TAXED,) * MAX_DOCUMENT_LINES))
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert "№ KP-2026-000123" in page
        assert f"Страница {number} из {len(pages)}" in page
    assert all("Товары (работы, услуги)" in page for page in pages if "Подписка" in page)
    assert sum(page.count("Подписка") for page in pages) == MAX_DOCUMENT_LINES


def test_the_same_invoice_is_the_same_bytes_whatever_was_printed_between() -> None:
    first = invoice_pdf(INVOICE)
    assert invoice_pdf(replace(INVOICE, is_void=True)) != first
    assert invoice_pdf(INVOICE) == first


@pytest.mark.parametrize(
    "wrong",
    [
        {"lines": ()},
        {"lines": (TAXED,) * (MAX_DOCUMENT_LINES + 1)},
        {"lines": (TAXED, replace(TAXED, sum_kopecks=0))},
        {"valid_until": date(2026, 11, 21)},
    ],
)
def test_a_paper_that_would_contradict_itself_is_not_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="invoice"):
        replace(INVOICE, **wrong)


def test_an_invoice_shows_nothing_personal_when_it_is_logged() -> None:
    shown = repr((INVOICE, INVOICE.buyer))
    assert "Ромашка" not in shown
    assert "7701234567" not in shown
