"""An order of billing is paid by card: one page at a time, and what comes twice is a surplus."""

import asyncio
import re
from typing import Any
from uuid import uuid4

from domain.access.roles import Role
from tests.books import Line
from tests.patience import PATIENCE_SECONDS
from tests.starter.caller import Api
from tests.starter.refund.shop import Shop
from tests.starter.renewal.ordered import OWN_ACCOUNT, write_own_account
from tests.starter.web.browser import Browser
from tests.starter.web.test_desk_collections import until

SUM = 1_000_00


async def page_of(api: Api, number: str, client_id: str) -> Any:
    """The acquirer's page, once it is there."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            path = f"/v1/invoices/{number}/card-payments"
            page = (await api.call("POST", path, client_id=client_id)).json()
            if page["href"] is not None:
                return page


async def test_an_order_has_one_page_and_what_comes_by_the_bank_beside_it_is_a_surplus(
    customer: Browser, whole_api: Api, shop: Shop
) -> None:
    books = shop.books
    client_id = books.client()
    number = books.invoice(Line(SUM), paid=(), client_id=client_id)
    await customer.log_in(Role.CLIENT, client_id)
    address = f"/orders/{number}/payment"
    form = (await customer.get(address)).form("/card")
    sent, by_api = await asyncio.gather(
        customer.send(f"/orders/{number}/card", form), page_of(whole_api, number, client_id)
    )
    assert (sent.status, sent.leads_to) == (303, address)
    page = await until(customer, address, "Оплатить картой")
    assert (by_api["amount"], f'href="{by_api["href"]}"' in page.html) == ("1000.00", True)
    assert (await page_of(whole_api, number, client_id))["href"] == by_api["href"]
    opened = books.rows(
        "SELECT * FROM card_payments WHERE invoice_number = %(n)s AND status = 'pending'", n=number
    )
    (card,) = opened
    books.payment(number, SUM, "bank_transfer")
    assert by_api["href"] not in (await customer.get(address)).html
    await shop.acquirer.pay(card.acquirer_payment_id)
    check = f"/v1/invoices/{number}/payment-checks"
    await whole_api.call("POST", check, client_id=client_id, key=uuid4().hex)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not surplus(shop, number):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert surplus(shop, number) == SUM
    path = f"/v1/invoices/{number}/card-payments"
    late = await whole_api.call("POST", path, client_id=client_id, key=uuid4().hex)
    assert (late.status_code, late.json()["code"]) == (409, "order_paid")
    stranger = await whole_api.call("POST", path, client_id=books.client(), key=uuid4().hex)
    assert stranger.status_code == 404


def surplus(shop: Shop, number: str) -> int:
    """What was paid above the price of the order."""
    sql = "SELECT surplus_kopecks FROM invoices WHERE number = %(n)s"
    return int(shop.books.row(sql, n=number).surplus_kopecks)


async def test_a_refused_card_is_tried_again_for_the_same_invoice(
    whole_api: Api, shop: Shop
) -> None:
    client_id = shop.books.client()
    number = shop.books.invoice(Line(SUM), paid=(300_00,), client_id=client_id)
    first = await page_of(whole_api, number, client_id)
    sql = "SELECT * FROM card_payments WHERE invoice_number = %(n)s ORDER BY prepared_at DESC"
    (card,) = shop.books.rows(sql, n=number)
    await shop.acquirer.decline(card.acquirer_payment_id)
    check = f"/v1/invoices/{number}/payment-checks"
    await whole_api.call("POST", check, client_id=client_id, key=uuid4().hex)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while shop.books.rows(sql, n=number)[0].status != "cancelled":  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    again = await page_of(whole_api, number, client_id)
    assert (again["amount"], again["href"] == first["href"]) == ("700.00", False)


async def test_what_is_left_of_an_order_is_paid_by_the_bank_with_its_number_to_copy(
    customer: Browser, whole_api: Api, shop: Shop
) -> None:
    """No paid, and no void one, asks for money."""
    await write_own_account(whole_api)
    books = shop.books
    client_id = books.client()
    number = books.invoice(Line(SUM), paid=(400_00,), client_id=client_id)
    await customer.log_in(Role.CLIENT, client_id)
    address = f"/orders/{number}/payment"
    page = await customer.get(address)
    copied = re.findall(r'data-copy="([^"]*)"', page.html)
    assert "600.00" in copied
    assert OWN_ACCOUNT in copied
    assert "<svg" in page.html.split('class="qr"')[1].split("</figure>")[0]
    assert [one for one in copied if number in one and "НДС" in one]
    books.payment(number, 600_00, "bank_transfer")
    assert 'class="qr"' not in (await customer.get(address)).html
