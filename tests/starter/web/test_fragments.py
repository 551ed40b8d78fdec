"""Parts of pages are read again by themselves: the same page without its frame, and marks that say
which part is another now.
"""

import re
from datetime import UTC, datetime, timedelta

from domain.access.roles import Role
from starter.commands.secret_token import hash_of
from starter.web.http.session import LOOK_HEADER
from tests.books import Books
from tests.starter.refund.shop import SUBSCRIPTION, Shop
from tests.starter.web.browser import Browser, Page
from tests.starter.web.test_refund import REQUISITES

ASKED_BY_HTMX = {"HX-Request": "true"}
KEY = re.compile(r'name="idempotency_key" value="[^"]+"')
PART = re.compile(
    r'<div class="live" id="live-([a-z]+)" data-live="([^"]+)" data-mark="([0-9a-f]+)">'
)


def main_of(page: Page) -> str:
    """What stands in the frame, without the keys of its forms."""
    found = re.search(r"<main .*</main>", page.html, re.DOTALL)
    assert found is not None
    return KEY.sub("", found[0])


def marks(page: Page) -> dict[str, str]:
    return {name: mark for name, _, mark in PART.findall(page.html)}


async def fragment(browser: Browser, path: str) -> Page:
    return Page(await browser.http.get(path, headers=ASKED_BY_HTMX))


async def opened(customer: Browser, shop: Shop) -> str:
    """The page of a new case of a client who is logged in."""
    number = await shop.invoice(SUBSCRIPTION)
    row = shop.books.row("SELECT client_id FROM invoices WHERE number = %(n)s", n=number)
    await customer.log_in(Role.CLIENT, row.client_id)
    page = await customer.get(f"/refunds/new?invoice={number}")
    return (await customer.send("/refunds", page.form("/refunds"))).leads_to


async def test_a_fragment_is_the_page_without_its_frame(customer: Browser, shop: Shop) -> None:
    case = await opened(customer, shop)
    for path in ("/", "/?tab=finished", case, f"{case}/statement"):
        whole, part = await customer.get(path), await fragment(customer, path)
        assert part.status == 200
        assert main_of(part) == main_of(whole)
        assert marks(part) == marks(whole)
        assert not re.search("<(head|body|footer|template)[ >]", part.html)


async def test_a_part_has_another_mark_when_it_shows_something_else_and_only_then(
    customer: Browser, shop: Shop
) -> None:
    case = await opened(customer, shop)
    page = await customer.get(case)
    before = marks(page)
    assert set(before) > {"head", "state", "sign", "feedback", "story", "withdrawal"}
    assert marks(await fragment(customer, case)) == before
    await customer.send(f"{case}/withdrawal", page.form("/withdrawal"))
    after = marks(await fragment(customer, case))
    same = {name for name in before if after[name] == before[name]}
    assert same == {"incidents", "inquiry", "letters", "sign"}


async def test_a_page_says_for_what_it_is_live_and_where_it_is_read_again(
    customer: Browser, shop: Shop
) -> None:
    case = await opened(customer, shop)
    page = await customer.get(case)
    refund_id = case.removeprefix("/refunds/")
    assert {topics for _, topics, _ in PART.findall(page.html)} == {refund_id, "inbox", "incident"}
    assert f'data-here="{case}"' in page.html
    refused = await customer.send(f"{case}/feedback", page.form("/withdrawal"))
    assert refused.status == 422
    assert f'data-here="{case}"' in refused.html
    orders = await customer.get("/?tab=finished")
    assert ("orders", "invoice refund renewal") in {one[:2] for one in PART.findall(orders.html)}
    assert 'data-here="/?tab=finished"' in orders.html


async def test_what_belongs_to_another_client_is_no_fragment_either(
    customer: Browser, shop: Shop
) -> None:
    case = await opened(customer, shop)
    await customer.log_in(Role.CLIENT, shop.books.client())
    assert (await fragment(customer, case)).status == 404


async def test_a_page_that_looks_by_itself_keeps_no_session_alive(
    browser: Browser, books: Books
) -> None:
    token = await browser.log_in(Role.CLIENT, books.client())
    ago = datetime.now(UTC) - timedelta(hours=1)
    books.connection.execute(
        "UPDATE sessions SET seen_at = %s, began_at = %s WHERE token_hash = %s",
        (ago, ago, hash_of(token)),
    )
    seen = "SELECT seen_at FROM sessions WHERE token_hash = %(hash)s"
    by_itself = {**ASKED_BY_HTMX, LOOK_HEADER: "1"}
    assert (await browser.http.get("/", headers=by_itself)).status_code == 200
    assert books.row(seen, hash=hash_of(token)).seen_at == ago
    await browser.get("/")
    assert books.row(seen, hash=hash_of(token)).seen_at > ago


async def test_requisites_are_judged_while_one_types_as_far_as_they_are_whole(
    customer: Browser, shop: Shop
) -> None:
    case = await opened(customer, shop)
    check = f"{case}/statement/check"
    right = {"inn": "7707083893", "bic": "044525225", "account": "40702810638000000000"}

    async def said(typing: str, **fields: str) -> dict[str, str]:
        headers = {"Sec-Fetch-Site": "same-origin", **ASKED_BY_HTMX, "HX-Source": f"input#{typing}"}
        answer = await customer.send(check, fields, headers=headers)
        assert answer.status == 200
        found = re.findall(
            r'<p id="([a-z_]+)-error" hx-swap-oob="innerMorph">([^<]*)</p>', answer.html
        )
        assert {name for name, _ in found} >= set(right)
        return {name: text for name, text in found if text}

    assert await said("account", **right) == {}
    assert await said("bic", bic="0445") == {}
    assert set(await said("bic", bic="0445252255")) == {"bic"}
    assert set(await said("account", bic="0445", account="4070")) == {"bic"}
    assert set(await said("account", **{**right, "account": "40702810638000000001"})) == {"account"}
    assert set(await said("bic", **{**right, "bic": "044525974"})) == {"account"}
    assert set(await said("inn", inn="7707083894", recipient_name="")) == {"inn"}
    assert set(await said("bank_name", recipient_name="ООО «Василёк»")) == {"recipient_name"}
    assert set(await said("recipient_name", recipient_name="ООО «Васи")) == set()


async def test_a_bank_that_we_know_by_its_bic_is_named_while_one_types(
    customer: Browser, shop: Shop
) -> None:
    case = await opened(customer, shop)
    check, bic = f"{case}/statement/check", {"bic": "044525225"}
    known = re.compile(r'<p id="known-bank" hx-swap-oob="innerMorph">([^<]*)</p>')
    assert known.findall((await customer.send(check, bic)).html) == [""]
    page = await customer.get(f"{case}/statement")
    assert 'data-fills="bank_name"' in page.html
    await customer.send(f"{case}/statement", {**page.form("/statement"), **REQUISITES})
    assert known.findall((await customer.send(check, bic)).html) == ["ПАО Сбербанк"]
    assert known.findall((await customer.send(check, {"bic": "04452522"})).html) == [""]


async def test_requisites_of_another_clients_case_are_not_judged(
    customer: Browser, shop: Shop
) -> None:
    case = await opened(customer, shop)
    await customer.log_in(Role.CLIENT, shop.books.client())
    answer = await customer.send(f"{case}/statement/check", {"inn": "7707083893"})
    assert answer.status == 404
