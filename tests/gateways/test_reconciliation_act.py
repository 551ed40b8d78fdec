"""The PDF of an act of reconciliation: what an accountant looks for is there, and only as text."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from pypdf import PdfReader

from domain.billing.issued_invoice import Supplier
from domain.billing.reconciliation_act import (
    MAX_ACT_LINES,
    ActClient,
    ActLine,
    Movement,
    ReconciliationAct,
)
from gateways.documents import reconciliation_act_pdf
from tests.gateways.test_invoice_document import SUPPLIER

DAY = date(2026, 3, 2)
LINES = (
    ActLine(DAY, Movement.PAID, 12_000_00, "KP-1", "bank_transfer", "417", DAY),
    ActLine(DAY, Movement.PAID, 500_50, "KP-2", "bank_card"),
    ActLine(DAY + timedelta(days=1), Movement.REVERSED, 500_50, "KP-2", "bank_card"),
    ActLine(DAY + timedelta(days=9), Movement.REFUNDED, 2_000_00, "KP-1", "sbp"),
    ActLine(DAY + timedelta(days=12), Movement.CAME_BACK, 2_000_00, "KP-1", "sbp"),
)
ACT = ReconciliationAct(
    company="ООО «Копейка»",
    supplier=Supplier(SUPPLIER, "115035, г. Москва, ул. Садовническая, д. 7"),
    client=ActClient("ООО «Ромашка»", "7701234567", "770101001", "г. Тверь, ул. Советская, д. 1"),
    first_day=date(2026, 1, 1),
    last_day=date(2026, 3, 31),
    opening_kopecks=1_00,
    lines=LINES,
    closing_kopecks=12_001_00,
)


def text_of(act: ReconciliationAct) -> str:
    reader = PdfReader(io.BytesIO(reconciliation_act_pdf(act)))
    pages = [page.extract_text().replace("\u200b", "") for page in reader.pages]
    return " ".join(" ".join(pages).split())


@pytest.mark.parametrize(
    "said",
    [
        "Акт сверки взаимных расчётов",
        "за период с 1 января 2026 г. по 31 марта 2026 г.",
        "между ООО «Копейка» и ООО «Ромашка»",
        "ИНН 7707083893, КПП 770701001 115035, г. Москва, ул. Садовническая, д. 7",
        "Р/с 40702810900000000001, ПАО Сбербанк, г. Москва, БИК 044525225, к/с",
        "ИНН 7701234567, КПП 770101001 г. Тверь, ул. Советская, д. 1",
        "По данным ООО «Копейка», руб.",
        "По данным ООО «Ромашка», руб.",
        "№ Дата Документ Дебет Кредит",
        "Сальдо на начало 01.01.2026 1,00",
        "1 02.03.2026 Оплата переводом, п/п № 417 от 02.03.2026, счёт № KP-1 12 000,00",
        "2 02.03.2026 Оплата картой, счёт № KP-2 500,50",
        "3 03.03.2026 Сторно оплаты, счёт № KP-2 -500,50",
        "4 11.03.2026 Возврат через СБП, счёт № KP-1 2 000,00",
        "5 14.03.2026 Возврат не зачислен, деньги вернулись, счёт № KP-1 2 000,00",
        "Обороты за период 2 000,00 14 000,00",
        "Сальдо на конец 31.03.2026 12 001,00",
        "сальдо по оплатам и возвратам — 12 001,00 ₽ (Двенадцать тысяч один рубль 00 копеек) в",
        "в пользу ООО «Ромашка».",
        "должность подпись фамилия, имя, отчество",
    ],
)
def test_an_act_says_who_between_whom_what_moved_and_what_is_left(said: str) -> None:
    assert said in text_of(ACT)


def test_the_same_act_is_the_same_file_without_a_time_of_its_own() -> None:
    assert reconciliation_act_pdf(ACT) == reconciliation_act_pdf(ACT)
    metadata = PdfReader(io.BytesIO(reconciliation_act_pdf(ACT))).metadata
    assert metadata is not None
    assert (metadata.title, metadata.creation_date) == ("Акт сверки взаимных расчётов", None)


def test_a_quiet_period_has_its_balances_and_none_in_our_favour_is_owed() -> None:
    quiet = replace(ACT, lines=(), opening_kopecks=0, closing_kopecks=0)
    assert "сальдо по оплатам и возвратам нулевое" in text_of(quiet)
    ours = replace(ACT, lines=(), opening_kopecks=-100, closing_kopecks=-100)
    assert "1,00 ₽ (Один рубль 00 копеек) в пользу ООО «Копейка»" in text_of(ours)


def test_while_no_own_account_is_known_we_are_named_alone() -> None:
    text = text_of(replace(ACT, supplier=None))
    assert "между ООО «Копейка» и ООО «Ромашка»" in text
    assert "Р/с" not in text


def test_a_full_act_goes_over_pages_with_its_head_on_each() -> None:
    one = ActLine(DAY, Movement.PAID, 1_00, "KP-1", "sbp")
    lines = (one,) * MAX_ACT_LINES
    full = replace(ACT, lines=lines, closing_kopecks=(MAX_ACT_LINES + 1) * 100)
    reader = PdfReader(io.BytesIO(reconciliation_act_pdf(full)))
    assert len(reader.pages) > 10
    assert all("По данным" in page.extract_text() for page in reader.pages[:-1])


@pytest.mark.parametrize("name", ["#panic()", "$x^2$ *a* _b_ `c`", "<script>", "А" * 160])
def test_a_name_is_only_ever_text(name: str) -> None:
    hostile = replace(ACT, client=replace(ACT.client, name=name))
    assert name in text_of(hostile).replace(" ", "") or name in text_of(hostile)


@pytest.mark.parametrize(
    "change",
    [
        {"closing_kopecks": 12_001_01},
        {"first_day": date(2026, 4, 1)},
        {
            "lines": (LINES[1],) * (MAX_ACT_LINES + 1),
            "closing_kopecks": 1_00 + 500_50 * (MAX_ACT_LINES + 1),
        },
    ],
)
def test_an_act_that_contradicts_itself_is_not_made(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"balance|period|lines"):
        replace(ACT, **change)  # type: ignore[arg-type]
