"""One search at the head of the desk: by number, INN, name, sum and purpose, in groups by role."""

import re
from uuid import uuid4

import pytest
import pytest_asyncio

from db.database import Database
from domain.access.roles import Role
from starter.web.desk.search import GROUP_LIMIT
from tests.books import Books, Line
from tests.starter.banking.test_incoming_money import Payer
from tests.starter.bookkeeping import Bookkeeping
from tests.starter.caller import Api
from tests.starter.refund.shop import SERVICE, Shop
from tests.starter.ticket.test_tickets import ask
from tests.starter.web.browser import Browser


@pytest_asyncio.fixture(scope="module")
async def bookkeeping(shop: Shop, database: Database) -> Bookkeeping:
    found = Bookkeeping(shop.http, shop.books, shop.temporal, shop.settings, database)
    await found.write_own_account()
    return found


def groups(html: str) -> dict[str, str]:
    """The groups of the page: their kind and what stands in them."""
    parts = re.split(r'aria-labelledby="found-([a-z]+)"', html)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


async def found(browser: Browser, q: str) -> dict[str, str]:
    page = await browser.http.get("/desk/search", params={"q": q})
    assert page.status_code == 200, page.text
    return groups(page.text)


async def test_every_page_of_the_desk_has_the_search_at_its_head_and_no_clients_has(
    browser: Browser, books: Books
) -> None:
    await browser.log_in(Role.OPERATOR)
    assert 'action="/desk/search"' in (await browser.get("/desk")).html
    await browser.log_in(Role.CLIENT, books.client())
    assert 'action="/desk/search"' not in (await browser.get("/")).html


async def test_an_invoice_is_found_whole_as_payers_write_it_and_by_its_beginning(
    browser: Browser, books: Books
) -> None:
    tail = uuid4().int % 100_000_000
    number = books.invoice(number=f"2026-{tail:09}")
    longer = books.invoice(number=f"2026-{tail:09}5")
    await browser.log_in(Role.SPECIALIST)
    whole = (await found(browser, number))["invoices"]
    assert whole.index(f"№ {number}<") < whole.index(f"№ {longer}<")
    assert f"№ {number}<" in (await found(browser, f"№ {tail}"))["invoices"]
    assert f"№ {number}<" in (await found(browser, number[:-1]))["invoices"]


async def test_a_refund_is_found_by_its_orders_number_however_that_is_written(
    shop: Shop, customer: Browser
) -> None:
    tail = 10_000_000 + uuid4().int % 90_000_000
    number = await shop.invoice(number=f"2026-{tail:09}")
    case = await shop.asked(number)
    await customer.log_in(Role.ACCOUNTANT)
    for typed in (number, f"№ {tail}", number[:-1]):
        shown = await found(customer, typed)
        assert f"№ {number}<" in shown["invoices"], typed
        assert case.id in shown["refunds"], typed


async def test_a_name_is_found_by_parts_without_case_and_with_either_letter_e(
    browser: Browser, books: Books
) -> None:
    client_id, mark = books.client(), f"зелёнов{uuid4().hex[:8]}"
    books.connection.execute(
        "UPDATE clients SET name = %s, inn = %s WHERE id = %s",
        (f"ИП {mark.title()} Пётр", "500100732259", client_id),
    )
    await browser.log_in(Role.OPERATOR)
    for typed in (mark.upper(), mark.replace("ё", "е"), f"петр {mark[2:12]}"):
        assert client_id in (await found(browser, typed))["clients"], typed
    assert client_id in (await found(browser, "ИНН 500100732259"))["clients"]


async def test_a_sum_finds_invoices_and_refunds(shop: Shop, customer: Browser) -> None:
    kopecks = 1_000_000 + uuid4().int % 2_000_000
    number = await shop.invoice(Line(kopecks, "licence"))
    case = await shop.asked(number)
    await customer.log_in(Role.ACCOUNTANT)
    roubles, rest = divmod(kopecks, 100)
    spaced = f"{roubles // 1000} {roubles % 1000:03},{rest:02}"
    for typed in (spaced, f"{roubles}.{rest:02}"):
        shown = await found(customer, typed)
        assert number in shown["invoices"], typed
        assert case.id in shown["refunds"], typed


async def test_a_bank_entry_is_found_by_words_of_its_purpose_only_by_who_may_see_it(
    bookkeeping: Bookkeeping, customer: Browser
) -> None:
    mark = f"ведёрко{uuid4().hex[:8]}"
    entry = await Payer(bookkeeping).pays(f"Оплата за {mark.title()} по договору")
    await customer.log_in(Role.ACCOUNTANT)
    assert entry["id"] in (await found(customer, mark.replace("ё", "е")[:9]))["entries"]
    assert entry["id"] in (await found(customer, f"договор {mark}"))["entries"]
    await customer.log_in(Role.SPECIALIST)
    assert "entries" not in await found(customer, mark)


async def test_a_group_has_a_limit_and_says_so(browser: Browser, books: Books) -> None:
    mark = f"артель{uuid4().hex[:8]}"
    for number in range(GROUP_LIMIT + 1):
        books.connection.execute(
            "UPDATE clients SET name = %s WHERE id = %s",
            (f"{mark} {number:02}", books.client()),
        )
    await browser.log_in(Role.SPECIALIST)
    shown = (await found(browser, mark))["clients"]
    assert len(re.findall(r'href="/desk/clients/', shown)) == GROUP_LIMIT
    assert f"Показано {GROUP_LIMIT}. Уточните запрос." in shown


async def test_a_cases_id_leads_to_its_page(browser: Browser) -> None:
    await browser.log_in(Role.OPERATOR)
    for case_id, page in {
        "refund-2026-000117-1": "/desk/refunds/refund-2026-000117-1",
        "renewal-kompas-7-first": "/desk/renewals/renewal-kompas-7-first",
        "limit-request-00000000-0000-4000-8000-000000000117": (
            "/desk/limit-requests/00000000-0000-4000-8000-000000000117"
        ),
    }.items():
        assert (await browser.get(f"/desk/search?q={case_id}")).leads_to == page


@pytest.mark.parametrize("typed", ["'", "%%%", "a & b | !c", "':*", "<script>", "ооо\\", "💥💥💥"])
async def test_hostile_words_find_nothing_and_break_nothing(browser: Browser, typed: str) -> None:
    await browser.log_in(Role.ACCOUNTANT)
    page = await browser.http.get("/desk/search", params={"q": typed})
    assert page.status_code == 200
    assert "<script>" not in page.text.replace("<script ", "")


async def test_what_is_too_short_is_said_beside_the_field_and_kept(browser: Browser) -> None:
    await browser.log_in(Role.SPECIALIST)
    short = await browser.get("/desk/search?q=ab")
    assert 'aria-describedby="q-hint q-error"' in short.html
    assert 'value="ab"' in short.html
    assert "Ничего не нашлось" in (await browser.get("/desk/search?q=nothing-such")).words


async def test_a_refund_is_found_by_its_clients_name(shop: Shop, customer: Browser) -> None:
    case, mark = await shop.opened(SERVICE), f"кооператив{uuid4().hex[:8]}"
    shop.books.connection.execute(
        "UPDATE clients SET name = %s WHERE id = %s", (mark, case.client.caller.client_id)
    )
    await customer.log_in(Role.SPECIALIST)
    assert case.id in (await found(customer, mark))["refunds"]


async def test_support_finds_a_ticket_by_number_subject_and_client_and_reads_it_at_the_client(
    customer: Browser, whole_api: Api, books: Books
) -> None:
    mark = f"накладная{uuid4().hex[:8]}"
    client_id, ticket_id = await ask(whole_api, books, topic=f"Где {mark} по договору?")
    books.rows("UPDATE clients SET name = %(n)s WHERE id = %(c)s RETURNING 1", n=mark, c=client_id)
    await customer.log_in(Role.SUPPORT)
    for typed in (f"{mark} договоры", mark):
        assert f'href="/desk/tickets/{ticket_id}"' in (await found(customer, typed))["tickets"]
    assert (await customer.get(f"/desk/search?q={ticket_id}")).leads_to.endswith(ticket_id)
    page = await customer.get(f"/desk/clients/{client_id}?part=cases")
    assert f'href="/desk/tickets/{ticket_id}"' in page.html
    start = await customer.get("/desk")
    assert 'href="/desk/tickets">Запросы клиентов, которые ждут нас' in start.html


async def test_support_sees_no_bank_entry_and_no_requisites_among_what_is_found(
    browser: Browser, books: Books
) -> None:
    client_id, inn = books.client(), "7736050003"
    books.rows("UPDATE clients SET inn = %(i)s WHERE id = %(c)s RETURNING 1", i=inn, c=client_id)
    await browser.log_in(Role.SUPPORT)
    shown = await found(browser, inn)
    assert client_id in shown["clients"]
    assert not {"entries", "orders"} & set(shown)
    assert f"ИНН {inn}" not in shown["clients"]
