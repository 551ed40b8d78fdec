"""What a client reads of an order in each state that time, money and the bank lead it to."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest

from db.billing.invoice_document import document_from
from db.database import Database
from db.renewal import reads as renewals
from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from gateways.documents import payment_of
from tests.activities.renewal_walk import RenewalWalk, opened
from tests.renewal_books import OWN_ACCOUNT, PRICE_KOPECKS, RenewalBooks
from tests.starter.web.browser import Browser, Page

TODAY = moscow_date(datetime.now(UTC))
SOON = TODAY + timedelta(days=20)
HALF = PRICE_KOPECKS // 2
HOSTILE = "<script>alert(1)</script>"


async def running(database: Database, books: RenewalBooks) -> RenewalWalk:
    """A case of a term that ends soon, today."""
    return (await opened(database, books, ends_on=SOON)).on(TODAY)


async def ordered(database: Database, books: RenewalBooks, **columns: object) -> RenewalWalk:
    """The same with an order that waits for its money."""
    walk = await running(database, books)
    await walk.ordered(**columns)
    return walk


async def long_ago(database: Database, books: RenewalBooks) -> RenewalWalk:
    """A case whose client ordered in April and has not paid."""
    walk = await opened(database, books)
    await walk.on(date(2026, 4, 10)).ordered()
    return walk


async def seen(browser: Browser, walk: RenewalWalk) -> Page:
    """The case's page as its client opens it."""
    await browser.log_in(Role.CLIENT, walk.request.client_id)
    page = await browser.get(f"/renewals/{walk.request.renewal_id}")
    assert page.status == 200, page.words
    assert "style=" not in page.html
    return page


def forms_in(page: Page) -> set[str]:
    """The endings of the forms of the page's own part."""
    main = page.html.split("<main")[1].split("</main>")[0]
    sent = re.findall(r'<form method="post" action="([^"]+)"', main)
    return {f"/{action.rsplit('/', 1)[1]}" for action in sent}


async def test_a_term_that_runs_may_be_renewed_ahead(
    browser: Browser, database: Database, books: RenewalBooks
) -> None:
    walk = await running(database, books)
    page = await seen(browser, walk)
    assert "новый срок ещё не заказан" in page.words
    assert f'href="/subscriptions/{walk.request.subscription_id}/renew"' in page.html
    assert forms_in(page) == set()


async def test_an_order_shows_its_invoice_the_code_and_every_requisite_to_copy(
    browser: Browser, database: Database, books: RenewalBooks
) -> None:
    walk = await ordered(database, books)
    page = await seen(browser, walk)
    (found,), lines = await database.read(*renewals.invoice_document(walk.number))
    payment = payment_of(document_from(found, lines))
    assert payment is not None
    assert payment.qr in page.html
    assert 'role="img" aria-label="QR-код платежа' in page.html
    for copied in (*(OWN_ACCOUNT[name] for name in ("account", "bic", "inn", "kpp")), "12000.00"):
        assert f'data-copy="{copied}"' in page.html
    assert f"Оплата по счёту № {walk.number}" in page.words
    assert "12 000,00 ₽" in page.words
    assert "в том числе НДС 22%" in page.words
    assert f'href="/orders/{walk.number}/invoice.pdf"' in page.html
    assert forms_in(page) == {"/claim", "/cancel-order", "/again", "/check"}


async def test_what_a_client_typed_is_text_on_the_page(
    browser: Browser, database: Database, books: RenewalBooks
) -> None:
    walk = await ordered(database, books, payer_name=HOSTILE, payer_address="{{ 7 * 7 }}")
    page = await seen(browser, walk)
    assert HOSTILE not in page.html
    assert HOSTILE in unescape(page.html)


async def test_a_claim_waits_for_the_bank_and_leaves_the_code_where_it_is(
    browser: Browser, database: Database, books: RenewalBooks
) -> None:
    walk = await ordered(database, books)
    await walk.claimed()
    page = await seen(browser, walk)
    assert "Вы сообщили, что платёж в пути" in page.words
    assert "Ждём деньги до" in page.words
    assert "/again" not in forms_in(page)
    assert "/cancel-order" in forms_in(page)


async def test_a_part_asks_for_the_rest_by_code_and_by_invoice(
    browser: Browser, database: Database, books: RenewalBooks
) -> None:
    walk = await ordered(database, books)
    walk.paid(HALF + 1)
    await walk.looked()
    page = await seen(browser, walk)
    assert "поступила часть денег" in page.words
    assert "Счёт на доплату (PDF)" in page.words
    assert 'data-copy="5999.99"' in page.html
    assert "/again" not in forms_in(page)
    assert "Доплатить через банк" in page.words


async def test_paid_names_the_term_and_asks_for_nothing(
    browser: Browser, database: Database, books: RenewalBooks
) -> None:
    walk = await ordered(database, books)
    walk.paid()
    result = await walk.looked()
    page = await seen(browser, walk)
    assert result.next_term is not None
    days = (result.next_term.starts_on, result.next_term.ends_on)
    assert "с {:%d.%m.%Y} по {:%d.%m.%Y}".format(*days) in page.words
    assert forms_in(page) == set()
    assert "<svg viewBox" not in page.html
    assert ">Поступило</span>" in page.html


@pytest.mark.parametrize("more", [1, PRICE_KOPECKS])
async def test_money_above_the_price_is_offered_back_by_a_button(
    more: int, browser: Browser, database: Database, books: RenewalBooks
) -> None:
    walk = await ordered(database, books)
    walk.paid()
    walk.paid(more)
    await walk.looked()
    page = await seen(browser, walk)
    assert "Переплата" in page.words
    form = page.form("/refunds")
    assert (form["invoice"], form["kind"]) == (walk.number, "surplus")


async def test_a_cancelled_order_says_so_and_late_money_of_it_is_offered_back(
    browser: Browser, database: Database, books: RenewalBooks
) -> None:
    walk = await ordered(database, books)
    number = walk.number
    await walk.cancelled()
    page = await seen(browser, walk)
    assert "счёт аннулирован: платить по нему не нужно" in page.words
    assert f"Счёт № {number}" in page.words
    assert forms_in(page) == set()
    books.paid_by_bank(number, PRICE_KOPECKS, TODAY)
    late = await seen(browser, walk)
    assert "По аннулированному счёту" in late.words
    assert late.form("/refunds")["invoice"] == number


async def test_money_undone_is_asked_for_again_and_says_why(
    browser: Browser, database: Database, books: RenewalBooks
) -> None:
    walk = await ordered(database, books)
    payment = walk.paid()
    await walk.looked()
    books.undone(payment)
    await walk.looked()
    page = await seen(browser, walk)
    assert "Платёж отменён" in page.words
    assert "Учтено по ошибке, исправлено" in page.words
    assert "/claim" in forms_in(page)


async def test_an_invoice_out_of_date_is_still_taken(
    browser: Browser, database: Database, books: RenewalBooks
) -> None:
    page = await seen(browser, await long_ago(database, books))
    assert "Срок счёта прошёл, но заказ ещё открыт" in page.words
    assert "Счёт действует до 20.04.2026" in page.words


async def test_every_end_of_an_order_that_was_not_paid_has_its_words(
    browser: Browser, database: Database, books: RenewalBooks
) -> None:
    walk = await long_ago(database, books)
    await walk.when_it_is_over().checked()
    checking = await seen(browser, walk)
    assert "Бухгалтер проверяет по выписке банка" in checking.words
    assert forms_in(checking) == {"/check"}
    await walk.when_it_is_over().lapsed()
    lapsed = await seen(browser, walk)
    assert "Сервис работает до 14.05.2026 24:00 (МСК)" in lapsed.words
    assert {"/claim", "/cancel-order", "/check"} <= forms_in(lapsed)
    await walk.when_it_is_over().lapsed()
    expired = await seen(browser, walk)
    assert "Если платёж ещё придёт, подписка начнётся с его дня" in expired.words
    assert "Оформить другой заказ" in expired.words
    assert 'id="pay"' not in expired.html
    walk.paid(day=date(2026, 6, 1))
    await walk.looked()
    assert "Счёт оплачен полностью" in (await seen(browser, walk)).words


async def test_a_term_that_was_not_ordered_lapses_and_closes_with_a_way_to_resume(
    browser: Browser, database: Database, books: RenewalBooks
) -> None:
    walk = await opened(database, books)
    await walk.when_it_is_over().lapsed()
    assert "Сервис ещё работает до указанного дня" in (await seen(browser, walk)).words
    await walk.when_it_is_over().lapsed()
    closed = await seen(browser, walk)
    assert "Возобновить подписку" in closed.words


async def test_a_case_that_waits_without_a_deadline_is_shown(
    browser: Browser, database: Database, books: RenewalBooks
) -> None:
    walk = await ordered(database, books)
    books.connection.execute(
        "UPDATE renewals SET wait_until = NULL WHERE id = %s", (walk.request.renewal_id,)
    )
    assert "Ждём оплату" in (await seen(browser, walk)).words


CARD = {
    "prepared": ("Эквайер готовит страницу оплаты", None),
    "pending": ("Оплатите заказ на странице эквайера", "https://acquirer.example/pay/7"),
    "cancelled": ("На карте не хватает денег.", None),
}


@pytest.mark.parametrize("status", CARD)
async def test_a_card_order_leads_to_its_page_and_says_why_it_was_refused(
    status: str, browser: Browser, database: Database, books: RenewalBooks
) -> None:
    walk = await ordered(database, books, method="bank_card")
    words, href = CARD[status]
    books.put(
        "card_payments",
        order_id=walk.result.card_order_id,
        invoice_number=walk.number,
        amount_kopecks=PRICE_KOPECKS,
        status=status,
        asked={},
        acquirer_payment_id=None if status == "prepared" else uuid4().hex,
        confirmation_url=href,
        reason="insufficient_funds" if status == "cancelled" else None,
        prepared_at=datetime.now(UTC),
        changed_at=datetime.now(UTC),
    )
    page = await seen(browser, walk)
    assert words in page.words
    assert (href is not None) == (f'href="{href}"' in page.html)
    assert ("/again" in forms_in(page)) == (status == "cancelled")
    assert "Тот же счёт можно оплатить через банк" in page.words


async def test_a_card_order_is_shown_before_its_page_was_asked_for(
    browser: Browser, database: Database, books: RenewalBooks
) -> None:
    page = await seen(browser, await ordered(database, books, method="bank_card"))
    assert "Эквайер готовит страницу оплаты" in page.words


@pytest.mark.parametrize("ending", ["", "/receipt", "/claim"])
async def test_another_clients_case_is_not_there(
    ending: str, browser: Browser, database: Database, books: RenewalBooks
) -> None:
    walk = await ordered(database, books)
    await browser.log_in(Role.CLIENT, books.client())
    assert (await browser.get(f"/renewals/{walk.request.renewal_id}{ending}")).status == 404


@pytest.mark.parametrize("ending", ["/claim", "/cancel-order", "/again"])
async def test_nobody_decides_about_another_clients_order(
    ending: str, browser: Browser, database: Database, books: RenewalBooks
) -> None:
    walk = await ordered(database, books)
    await browser.log_in(Role.CLIENT, books.client())
    path = f"/renewals/{walk.request.renewal_id}{ending}"
    assert (await browser.send(path, {"idempotency_key": uuid4().hex})).status == 404
    assert walk.row.version == 2
