"""«Платежи»: everything that moved or was tried, in words to copy; «Проверить оплату»."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.banking.incoming_money import MoneyActivities
from db.database import Database
from domain.access.roles import Role
from domain.payout.payout import PayoutStatus
from starter.web.cabinet.payments import SHOWN
from tests.activities.walk import paying
from tests.books import Line
from tests.money import IncomingMoney
from tests.renewal_books import RenewalBooks
from tests.starter.card.checked import checked_ten_times
from tests.starter.web.browser import Browser, Page

LICENCE = Line(1_000_00, "licence")
PAYMENTS = 2 * SHOWN + 10
HOSTILE = '"><img src=x onerror=alert(1)>'


def words_of(page: Page) -> str:
    """With common signs."""
    return unescape(page.words)


@pytest.fixture(scope="module")
def incoming(books: RenewalBooks) -> IncomingMoney:
    return IncomingMoney(books)


async def from_bank(
    incoming: IncomingMoney, database: Database, number: str, payer: str = "ООО «Ромашка»"
) -> None:
    """A bank statement brings money for an invoice, and it is matched."""
    incoming.entry(f"Оплата по счёту № {number}", counterparty_name=payer)
    outcome = await ActivityEnvironment().run(MoneyActivities(database).match, str(uuid4()))
    assert outcome.taken == 1


def attempt(books: RenewalBooks, number: str, **columns: object) -> str:
    """A payment by card that was tried; its order."""
    order_id, now = str(uuid4()), datetime.now(UTC)
    told = {"status": "pending", "asked": {}, "acquirer_payment_id": uuid4().hex}
    times = {"prepared_at": now, "changed_at": now}
    books.put(
        "card_payments",
        **{
            "order_id": order_id,
            "invoice_number": number,
            "amount_kopecks": 1_000_00,
            **told,
            **times,
            **columns,
        },
    )
    return order_id


async def test_what_the_bank_said_can_be_copied_for_a_bank(
    browser: Browser, incoming: IncomingMoney, database: Database
) -> None:
    client = incoming.client()
    number = incoming.invoice(client_id=client)
    await from_bank(incoming, database, number)
    await browser.log_in(Role.CLIENT, client)
    page = await browser.get("/payments")
    said = (
        "Платёжное поручение № 117 на 12 200,50 ₽, поступило 16.11.2026,"
        f" плательщик ООО «Ромашка», ИНН 7707083893, счёт № {number}"
    )
    assert said in words_of(page)
    assert f'data-copy="{said}"' in page.html.replace("\xa0", " ")


async def test_a_payer_is_text_whatever_it_is_called(
    browser: Browser, incoming: IncomingMoney, database: Database
) -> None:
    client = incoming.client()
    await from_bank(incoming, database, incoming.invoice(client_id=client), HOSTILE)
    await browser.log_in(Role.CLIENT, client)
    page = await browser.get("/payments")
    assert "<img src=x" not in page.html
    assert HOSTILE in unescape(page.html)


async def test_attempts_say_how_they_ended_and_by_which_number(
    browser: Browser, books: RenewalBooks
) -> None:
    client = books.client()
    number = books.invoice(LICENCE, paid=(), client_id=client)
    attempt(books, number, status="cancelled", reason="card_expired", acquirer_payment_id="a-7")
    attempt(books, number, status="cancelled", reason="no_such_code", acquirer_payment_id="a-8")
    attempt(books, number, status="unknown", acquirer_payment_id=None)
    await browser.log_in(Role.CLIENT, client)
    page = words_of(await browser.get("/payments"))
    assert "Срок действия карты истёк." in page
    assert "номер платежа у эквайера a-7" in page
    assert "Оплата не прошла" in page
    assert "у эквайера платёж не создан" in page


async def test_a_payment_that_was_undone_and_one_by_card_are_told_apart(
    browser: Browser, books: RenewalBooks
) -> None:
    client = books.client()
    number = books.invoice(LICENCE, paid=(), client_id=client)
    books.undone(books.paid_by_bank(number, 500_00, date(2026, 11, 2)))
    books.payment(number, 1_000_00, method="sbp", acquirer_id="sbp-9")
    await browser.log_in(Role.CLIENT, client)
    page = words_of(await browser.get("/payments"))
    assert "Учтено по ошибке, исправлено" in page
    assert "Оплата через СБП" in page
    assert "номер платежа у эквайера sbp-9" in page


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        (PayoutStatus.PAID, None, "от 28.04.2026 по счёту"),
        (PayoutStatus.REJECTED, "rejected_by_payee", "получатель отклонил платёж"),
        (PayoutStatus.REJECTED, "insufficient_funds", "выплата задерживается на нашей стороне"),
    ],
)
async def test_what_went_back_says_which_way_and_why_not(
    browser: Browser,
    books: RenewalBooks,
    database: Database,
    status: PayoutStatus,
    reason: str | None,
    words: str,
) -> None:
    walk = await paying(database, books)
    await walk.settled(status, reason)
    refund = books.row("SELECT * FROM refunds WHERE id = %(id)s", id=walk.refund_id)
    await browser.log_in(Role.CLIENT, refund.client_id)
    page = await browser.get("/payments")
    assert words in words_of(page)
    assert "−" in page.words
    assert f"по счёту № {refund.invoice_number}" in page.words
    assert f'href="/refunds/{walk.refund_id}"' in page.html


async def test_a_long_list_is_read_to_its_end_and_names_each_payment_once(
    browser: Browser, books: RenewalBooks
) -> None:
    client = books.client()
    number = books.invoice(LICENCE, paid=(), client_id=client)
    first = date(2026, 1, 1)
    for place in range(PAYMENTS):
        books.paid_by_bank(number, 1 + place, first + timedelta(days=place // 3))
    await browser.log_in(Role.CLIENT, client)
    seen: list[str] = []
    path: str | None = "/payments"
    while path is not None:
        page = await browser.get(path)
        found = re.findall(r"Поступление ([0-9,]+) ₽", page.words)
        assert len(found) <= SHOWN
        seen += found
        more = re.search(r'class="button" href="(/payments\?after=[^"]+)"', page.html)
        path = more[1] if more else None
    assert len(seen) == len(set(seen)) == PAYMENTS


@pytest.mark.parametrize("query", ["after=1", "after=2026-13-45T00:00:00_1", "after=%00"])
async def test_a_cursor_that_was_typed_does_no_harm(
    query: str, browser: Browser, books: RenewalBooks
) -> None:
    await browser.log_in(Role.CLIENT, books.client())
    assert (await browser.get(f"/payments?{query}")).status in {200, 404}


async def test_a_client_sees_its_own_money_only(browser: Browser, books: RenewalBooks) -> None:
    number = books.invoice(LICENCE, paid=(1_000_00,))
    await browser.log_in(Role.CLIENT, books.client())
    page = await browser.get("/payments")
    assert number not in page.html
    assert "Платежей пока не было." in page.words


async def test_an_order_of_billing_says_what_came_and_what_was_asked(
    customer: Browser, books: RenewalBooks
) -> None:
    client = books.client()
    number = books.invoice(LICENCE, paid=(400_00,), client_id=client)
    await customer.log_in(Role.CLIENT, client)
    orders = await customer.get("/")
    checked = await customer.send(f"/orders/{number}/check", orders.form(f"/orders/{number}/check"))
    assert (checked.status, checked.leads_to) == (303, f"/orders/{number}/payment")
    page = words_of(await customer.get(checked.leads_to))
    assert "поступило 400,00 ₽ из 1 000,00 ₽" in page
    assert "600,00 ₽" in page
    assert "Новых оплат не нашли." in page
    assert "Проверить снова можно" in page
    again = await customer.send(
        f"/orders/{number}/check", (await customer.get("/")).form(f"/orders/{number}/check")
    )
    assert (again.status, again.leads_to) == (303, f"/orders/{number}/payment")
    checks = "SELECT id FROM payment_checks WHERE invoice_number = %(n)s"
    assert len(books.rows(checks, n=number)) == 1
    assert "Выписок банка у нас ещё нет." in page or "Выписки банка у нас по" in page


async def test_money_that_names_the_order_and_waits_for_a_person_is_told_of(
    customer: Browser, books: RenewalBooks, incoming: IncomingMoney, database: Database
) -> None:
    number = incoming.invoice()
    client = books.row("SELECT client_id FROM invoices WHERE number = %(n)s", n=number).client_id
    incoming.entry(
        f"Оплата по счёту № {number}",
        counterparty_name="ИП Посторонний",
        counterparty_inn="500100732259",
    )
    await ActivityEnvironment().run(MoneyActivities(database).match, str(uuid4()))
    await customer.log_in(Role.CLIENT, client)
    path = f"/orders/{number}/payment"
    form = (await customer.get(path)).form("/check")
    await customer.send(f"/orders/{number}/check", form)
    page = words_of(await customer.get(path))
    assert "1 поступление с номером заказа разбирает бухгалтер." in page


async def test_after_ten_checks_of_a_day_there_is_no_button(
    browser: Browser, books: RenewalBooks
) -> None:
    client = books.client()
    number = books.invoice(LICENCE, paid=(), client_id=client)
    checked_ten_times(books, number)
    await browser.log_in(Role.CLIENT, client)
    page = await browser.get(f"/orders/{number}/payment")
    assert "Завтра можно проверить снова." in page.words
    assert f"/orders/{number}/check" not in page.html


async def test_a_surplus_of_an_order_of_billing_has_its_button(
    browser: Browser, books: RenewalBooks
) -> None:
    client = books.client()
    number = books.invoice(LICENCE, paid=(1_250_00,), client_id=client)
    await browser.log_in(Role.CLIENT, client)
    page = await browser.get(f"/orders/{number}/payment")
    assert page.form("/refunds")["kind"] == "surplus"
    assert "Проверить оплату" not in page.words
