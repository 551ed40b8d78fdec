"""The first page of the desk and the queues: each number is what its list has."""

import re
from datetime import UTC, datetime

import pytest

from db.database import Database
from db.facts import load
from domain.access.roles import Role
from starter.web.desk.start import CASES, WORK, overview_of
from tests.books import Books
from tests.starter.refund.shop import SERVICE, SUBSCRIPTION, Shop
from tests.starter.web.browser import Browser

STAFF = (Role.SPECIALIST, Role.ACCOUNTANT, Role.OPERATOR, Role.SUPPORT)
NUMBER = (
    r'<a href="([^"]+)">[^<]+</a> (?:<span>(?:<span[^>]*>[^<]*</span> )?)?<b class="num">([^<]+)'
)


def numbers(html: str) -> dict[str, int]:
    """The numbers of the first page, by the addresses of their lists."""
    found = re.findall(NUMBER, html)
    return {href.replace("&amp;", "&"): int(re.sub(r"\D", "", said)) for href, said in found}


@pytest.mark.parametrize("role", STAFF)
async def test_the_first_page_has_the_numbers_that_a_role_works_by(
    customer: Browser, role: Role
) -> None:
    await customer.log_in(role)
    shown = numbers((await customer.get("/desk")).html)
    for path, status, turn in CASES:
        assert f"{path}?turn={turn}&status={status}" in shown
    for_all = {href for _, href, _ in WORK} & set(shown)
    assert ("/desk/limit-requests" in for_all) == (role is Role.SPECIALIST)
    assert ("/desk/entries" in for_all) == (role in (Role.ACCOUNTANT, Role.OPERATOR))


async def test_a_number_of_cases_is_how_many_its_list_has(
    customer: Browser, shop: Shop, database: Database
) -> None:
    to_calculate = await shop.opened(SERVICE)
    to_check = await (await shop.opened(SUBSCRIPTION)).signed()
    await customer.log_in(Role.SPECIALIST)
    counts = numbers((await customer.get("/desk")).html)
    overview = await load(database, overview_of(Role.SPECIALIST, datetime.now(UTC)))
    assert {one.href: one.cases for one in overview.queues}.items() <= counts.items()
    for queue in overview.queues:
        listed = (await customer.get(queue.href)).html.count('<td class="whole">')
        assert listed == min(queue.cases, 50), queue.href
    found = await customer.get("/desk/refunds?status=under_review")
    assert f">{to_check.id}<" in found.html
    assert to_calculate.id not in found.html


async def test_a_list_beside_cases_has_what_its_number_says(
    customer: Browser, database: Database
) -> None:
    """The lists are empty here, or as long as the number says."""
    await customer.log_in(Role.ACCOUNTANT)
    counts = numbers((await customer.get("/desk")).html)
    for path in ("/desk/entries", "/desk/surpluses", "/desk/differences", "/desk/receipts"):
        listed = (await customer.get(path)).html
        assert listed.count('<td class="whole">') <= counts[path], path
        assert (counts[path] == 0) == ('<td class="whole">' not in listed), path


async def test_a_queue_is_narrowed_by_its_address(customer: Browser, shop: Shop) -> None:
    case = await shop.opened(SERVICE)
    await customer.log_in(Role.SPECIALIST)
    wanted = "/desk/refunds?turn=specialist&status=awaiting_specialist&q=ромашка"
    assert f">{case.id}<" in (await customer.get(wanted)).html
    nobody = await customer.get("/desk/refunds?q=никто-так-не-зовётся")
    assert "ничего не ждёт" in nobody.words
    nothing_chosen = await customer.get("/desk/refunds?turn=specialist&status=&q=")
    assert f">{case.id}<" in nothing_chosen.html
    assert (await customer.get("/desk/refunds?status=nonsense")).status in {404, 422}


async def test_the_next_page_of_a_queue_goes_on_after_the_last_case(
    customer: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("starter.web.desk.queue.SHOWN", 1)
    cases = {(await shop.opened(SERVICE)).id for _ in range(2)}
    await customer.log_in(Role.SPECIALIST)
    path, seen = "/desk/refunds?status=awaiting_specialist", set()
    for _ in range(200):
        page = (await customer.get(path)).html
        seen |= set(re.findall(r'<td class="whole"><a href="/desk/refunds/([^"?]+)', page))
        onward = re.search(r'href="(/desk/refunds\?[^"]*after=[^"]+)"', page)
        if onward is None:
            break
        path = onward[1].replace("&amp;", "&")
    assert cases <= seen


@pytest.mark.parametrize("path", ["/desk/refunds", "/desk/renewals"])
@pytest.mark.parametrize("after", ["_", "2026_x", "9999-99-99T00:00:00Z_refund-1", "<script>_1"])
async def test_a_mark_that_is_none_begins_from_the_start(
    customer: Browser, path: str, after: str
) -> None:
    await customer.log_in(Role.ACCOUNTANT)
    page = await customer.http.get(path, params={"after": after, "q": after})
    assert page.status_code == 200
    assert "<script>_1" not in page.text


@pytest.mark.parametrize("role", STAFF)
async def test_the_desk_has_keys_that_can_be_turned_off(browser: Browser, role: Role) -> None:
    await browser.log_in(role)
    html = (await browser.get("/desk")).html
    assert 'id="keys-open" hidden' in html
    assert '<dialog class="card" id="keys"' in html
    assert 'type="checkbox" name="on"' in html
    (script,) = re.findall(r'src="([^"]+/desk\.js)"', html)
    assert (await browser.http.get(script)).status_code == 200


async def test_the_cabinet_has_no_keys(browser: Browser, books: Books) -> None:
    await browser.log_in(Role.CLIENT, books.client())
    html = (await browser.get("/")).html
    assert "desk.js" not in html
    assert 'id="keys"' not in html
