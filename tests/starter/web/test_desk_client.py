"""A client from all sides: lists in pages, letters as they were sent, personal data by role."""

import re

import pytest

from domain.access.roles import Role
from starter.web.desk.client import SHOWN, Part
from tests.books import CLIENT_NAME, Books
from tests.starter.refund.shop import SUBSCRIPTION, Shop
from tests.starter.web.browser import Browser

ADDRESS = "buh@romashka.example"


@pytest.mark.parametrize("part", Part)
async def test_every_part_of_a_client_is_shown_also_when_it_is_empty(
    browser: Browser, books: Books, part: Part
) -> None:
    await browser.log_in(Role.SPECIALIST)
    page = await browser.get(f"/desk/clients/{books.client()}?part={part}&after=nonsense_x")
    assert page.status == 200
    assert CLIENT_NAME in page.html.replace("&#171;", "«").replace("&#187;", "»")
    assert "Здесь пока ничего нет" in page.words


async def test_a_story_is_seen_whole(customer: Browser, shop: Shop) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    accepted = await shop.staff(Role.SPECIALIST, "petrova").post(f"{case.path}/acceptance")
    assert accepted.status_code == 200, accepted.text
    await case.until("completed")
    client_id = case.client.caller.client_id
    await customer.log_in(Role.SPECIALIST)
    pages = {
        part: (await customer.get(f"/desk/clients/{client_id}?part={part}")).words for part in Part
    }
    number = case.id.removeprefix("refund-").rsplit("-", 1)[0]
    assert number in pages[Part.INVOICES]
    assert "Выплачено" in pages[Part.CASES]
    assert "Выплата клиенту" in pages[Part.MONEY]
    assert "petrova, " in pages[Part.DEEDS]
    assert "система" not in pages[Part.DEEDS]


async def test_balances_are_those_of_the_ledger(customer: Browser, shop: Shop) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    shown = await case.read()
    await customer.log_in(Role.ACCOUNTANT)
    page = await customer.get(f"/desk/clients/{case.client.caller.client_id}")
    words = re.sub(r"\s", "", page.words.replace(",", "."))
    assert f"Обещаноквозврату{shown['amount']}₽" in words
    assert "Впутикклиенту0.00₽" in words


async def test_a_letter_is_shown_as_it_was_sent_and_is_only_text(
    browser: Browser, books: Books
) -> None:
    client_id = books.client()
    books.connection.execute(
        "INSERT INTO notifications (id, client_id, occasion, role, channel, template, params,"
        " status, attempts, created_at, settled_at, sent_to, sent_subject, sent_text)"
        " VALUES (gen_random_uuid(), %s, 'x', 'client', 'mail', 'refund_paying', '{}', 'sent', 1,"
        " now(), now(), %s, 'Тема письма', '<b>Как было</b>')",
        (client_id, ADDRESS),
    )
    await browser.log_in(Role.SPECIALIST)
    page = await browser.get(f"/desk/clients/{client_id}?part=letters")
    assert "Тема письма" in page.words
    assert "&lt;b&gt;Как было&lt;/b&gt;" in page.html
    assert ADDRESS in page.html
    await browser.log_in(Role.OPERATOR)
    page = await browser.get(f"/desk/clients/{client_id}?part=letters")
    assert ADDRESS not in page.html
    assert "b•••@romashka.example" in page.html


async def test_lists_go_on_where_the_page_ends(browser: Browser, books: Books) -> None:
    client_id = books.client()
    numbers = {books.invoice(client_id=client_id) for _ in range(SHOWN + 2)}
    await browser.log_in(Role.ACCOUNTANT)
    first = await browser.get(f"/desk/clients/{client_id}")
    (more,) = re.findall(r'href="(/desk/clients/[^"]+after=[^"]+)"', first.html)
    second = await browser.get(more.replace("&amp;", "&"))
    shown = [set(re.findall(r"№ ([0-9a-f]{12})", page.html)) for page in (first, second)]
    assert shown[0] | shown[1] == numbers
    assert not shown[0] & shown[1]
    found = await browser.get(f"/desk/clients/{client_id}?invoice={max(numbers)}")
    assert f"<b>№ {max(numbers)}</b>" in found.html


async def test_an_unknown_client_is_not_found_and_no_client_sees_another(
    browser: Browser, books: Books
) -> None:
    await browser.log_in(Role.SPECIALIST)
    assert (await browser.get("/desk/clients/nobody")).status == 404
    await browser.log_in(Role.CLIENT, books.client())
    assert (await browser.get(f"/desk/clients/{books.client()}")).status == 403
