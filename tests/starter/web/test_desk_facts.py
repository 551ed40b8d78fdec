"""What a decision about a refund stands on, at the desk, and who may not take it."""

from datetime import date

import pytest

from db.database import Database
from domain.access.roles import Role
from tests.activities.refund.test_use_after_stop import sold
from tests.books import Line
from tests.renewal_books import RenewalBooks
from tests.scans import found_clean, pdf, picture
from tests.starter.refund.shop import SUBSCRIPTION, Shop
from tests.starter.web.browser import Browser


async def test_the_sum_is_shown_with_what_it_stands_on(customer: Browser, shop: Shop) -> None:
    case = await shop.opened(SUBSCRIPTION, stopped_on="2026-03-17")
    await customer.log_in(Role.SPECIALIST)
    page = await customer.get(f"/desk/refunds/{case.id}")
    words = page.words.replace("\xa0", " ")
    assert "На чём основана сумма" in words
    assert "Не пользуется с 17.03.2026" in words
    assert "Оплачено 12 200,50 ₽" in words
    assert "Использовано 2 506,95 ₽" in words
    assert "Данные расходятся" not in words


async def test_whoever_calculated_reads_that_a_second_person_is_needed(
    customer: Browser, shop: Shop
) -> None:
    case = await shop.opened(Line(20_000_000, "service"))
    entry = {"lines": [{"line_no": 1, "amount": "200000.00"}], "reason": "Не оказана"}
    calculated = await shop.staff(Role.SPECIALIST, "petrova").post(
        f"{case.path}/calculation", entry
    )
    assert calculated.status_code == 200, calculated.text
    await case.signed()
    await case.by(Role.SPECIALIST, "acceptance")
    await customer.log_in(Role.ACCOUNTANT, login="Petrova")
    own = await customer.get(f"/desk/refunds/{case.id}")
    assert "Нужен второй человек" in own.words
    assert "/approval" not in own.html
    assert "/decline" in own.html
    await customer.log_in(Role.ACCOUNTANT, login="kuznetsova")
    other = await customer.get(f"/desk/refunds/{case.id}")
    assert "Нужен второй человек" not in other.words
    assert "/approval" in other.html


@pytest.mark.parametrize(
    ("content", "declared", "is_picture"),
    [(picture("PNG", 21), "image/png", True), (pdf(21), "application/pdf", False)],
)
async def test_a_scan_stands_beside_the_decision_once_it_is_clean_where_it_is_a_picture(
    customer: Browser,
    shop: Shop,
    database: Database,
    content: bytes,
    declared: str,
    is_picture: bool,
) -> None:
    case = await shop.opened(SUBSCRIPTION)
    await case.drawn_up()
    sent = await case.client.upload(f"{case.path}/statement/scan", content, media_type=declared)
    assert sent.status_code == 200, sent.text
    await customer.log_in(Role.SPECIALIST)
    waiting = await customer.get(f"/desk/refunds/{case.id}")
    assert "Скан заявления Проверяется на вирусы" in waiting.words
    assert f"/desk/refunds/{case.id}/scan" not in waiting.html
    acceptance = f'action="/desk/refunds/{case.id}/acceptance"'
    assert acceptance not in waiting.html
    assert "Принять заявление можно, когда проверка закончится" in waiting.words
    early = await customer.get(f"/desk/refunds/{case.id}/scan")
    assert early.status == 409
    assert "Файл ещё проверяется на вирусы" in early.words
    await found_clean(database, content)
    page = await customer.get(f"/desk/refunds/{case.id}")
    assert "Проверяется на вирусы" not in page.words
    assert acceptance in page.html
    assert f'href="/desk/refunds/{case.id}/scan"' in page.html
    assert (f'src="/desk/refunds/{case.id}/scan"' in page.html) == is_picture
    await customer.log_in(Role.OPERATOR)
    assert (
        f"/desk/refunds/{case.id}/scan" not in (await customer.get(f"/desk/refunds/{case.id}")).html
    )


async def test_use_after_the_named_day_is_said_in_plain_words(
    customer: Browser, shop: Shop
) -> None:
    books = shop.books
    assert isinstance(books, RenewalBooks)
    number = sold(books, (date(2026, 3, 31), 10), (date(2026, 5, 1), 30))
    case = await shop.asked(number, stopped_on="2026-04-01")
    await customer.log_in(Role.SPECIALIST)
    words = (await customer.get(f"/desk/refunds/{case.id}")).words.replace("\xa0", " ")
    assert "клиент не пользуется с 01.04.2026, но 01.05.2026 передано использование" in words
    assert "было 10, стало 30" in words
