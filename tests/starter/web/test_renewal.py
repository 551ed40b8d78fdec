"""What a client does with an order: each once, however often a button is pressed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from activities.renewal.signal_renewals import signal_renewals
from db.database import Database
from domain.access.roles import Role
from tests.scans import pdf, pdf_of_size
from tests.starter.caller import Api
from tests.starter.refund.shop import PATIENCE_SECONDS, Shop
from tests.starter.renewal.ordered import Subscriber, subscriber, write_own_account
from tests.starter.subscription.registered import write_catalogue
from tests.starter.web.browser import Browser, Page

FIELD = "payment_order"
PAUSE_SECONDS = 0.05
PROGRAM = b"MZ\x90\0" + b"\0" * 500
HOSTILE_NAMES = (
    "../../etc/passwd",
    'a".exe\r\nX-Evil: 1',
    "<script>.pdf",
    "поручение\u202efdp.exe",
)


@pytest_asyncio.fixture(scope="module", autouse=True)
async def catalogue(whole_api: Api) -> None:
    await write_catalogue(whole_api)
    await write_own_account(whole_api)


@dataclass
class Buyer:
    """A client with an order and a browser."""

    someone: Subscriber
    browser: Browser
    shop: Shop
    path: str = ""

    async def page(self) -> Page:
        return await self.browser.get(self.path)

    async def sends(self, ending: str, **more: Any) -> Page:
        """One of the forms of the case's page."""
        form = (await self.page()).form(ending)
        return await self.browser.send(f"{self.path}{ending}", form, **more)

    async def until(self, words: str) -> Page:
        """The page once it says so."""
        patient_until = monotonic() + PATIENCE_SECONDS
        while words not in (page := await self.page()).words:
            assert monotonic() < patient_until, page.words
            await asyncio.sleep(PAUSE_SECONDS)
        return page

    def rows(self, sql: str) -> list[Any]:
        return self.shop.books.rows(sql, id=self.path.removeprefix("/renewals/"))


@pytest_asyncio.fixture
async def buyer(whole_api: Api, shop: Shop, customer: Browser) -> AsyncIterator[Buyer]:
    someone = await subscriber(whole_api)
    await customer.log_in(Role.CLIENT, someone.client_id)
    yield Buyer(someone, customer, shop)


async def ordered(buyer: Buyer, method: str = "bank_transfer") -> str:
    """The buyer orders; the number of the invoice."""
    placed = await buyer.someone.ordered(method=method)
    buyer.path = f"/renewals/{placed['id']}"
    return str(placed["invoice_number"])


CLAIMS = "SELECT * FROM payment_claims WHERE renewal_id = %(id)s"
CHANGES = "SELECT * FROM renewal_history WHERE renewal_id = %(id)s"


async def test_i_have_paid_is_said_once_however_often_it_is_pressed(buyer: Buyer) -> None:
    await ordered(buyer)
    form = (await buyer.page()).form("/claim")
    path = f"{buyer.path}/claim"
    answers = await asyncio.gather(*(buyer.browser.send(path, form) for _ in range(3)))
    answers.append(await buyer.browser.send(path, form))
    assert {(one.status, one.leads_to) for one in answers} == {(303, buyer.path)}
    assert len(buyer.rows(CLAIMS)) == 1
    assert "Вы сообщили, что платёж в пути" in (await buyer.page()).words


@pytest.mark.parametrize("name", HOSTILE_NAMES)
async def test_the_payment_order_is_given_back_as_a_download_under_our_name(
    name: str, buyer: Buyer
) -> None:
    await ordered(buyer)
    sent = await buyer.sends("/claim", file=(name, pdf()), field=FIELD)
    assert sent.status == 303, sent.words
    page = await buyer.page()
    assert name not in page.html
    file = await buyer.browser.get(f"{buyer.path}/claim")
    renewal_id = buyer.path.removeprefix("/renewals/")
    assert file.response.content == pdf()
    assert file.response.headers["content-disposition"] == (
        f'attachment; filename="payment-order-{renewal_id}.pdf"'
    )
    assert "sandbox" in file.response.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PROGRAM, "Такой файл принять нельзя"),
        (pdf()[:-20], "Файл повреждён"),
        (pdf_of_size(12 * 1024 * 1024), "Файл слишком большой"),
    ],
)
async def test_what_is_no_payment_order_is_refused_beside_its_field_and_claims_nothing(
    content: bytes, words: str, buyer: Buyer
) -> None:
    await ordered(buyer)
    refused = await buyer.sends("/claim", file=("order.pdf", content), field=FIELD)
    assert refused.status == 422
    assert words in refused.words
    assert 'id="payment_order-error"' in refused.html
    assert 'href="#payment_order"' in refused.html
    assert buyer.rows(CLAIMS) == []
    again = await buyer.browser.send(
        f"{buyer.path}/claim", refused.form("/claim"), file=("order.pdf", pdf()), field=FIELD
    )
    assert again.status == 303


async def test_an_order_is_cancelled_once_and_says_so(buyer: Buyer) -> None:
    await ordered(buyer)
    form = (await buyer.page()).form("/cancel-order")
    path = f"{buyer.path}/cancel-order"
    first, again = [await buyer.browser.send(path, form) for _ in range(2)]
    assert (first.status, first.leads_to) == (again.status, again.leads_to) == (303, buyer.path)
    assert "Заказ отменён, счёт аннулирован" in (await buyer.page()).words
    assert len(buyer.rows(CHANGES)) == 3


async def test_a_case_that_moved_meanwhile_says_so_and_shows_where_it_is(buyer: Buyer) -> None:
    await ordered(buyer)
    open_page = await buyer.page()
    assert (await buyer.sends("/cancel-order")).status == 303
    for ending in ("/claim", "/cancel-order", "/again"):
        late = await buyer.browser.send(f"{buyer.path}{ending}", open_page.form(ending))
        assert late.status == 409, ending
        assert 'role="alert"' in late.html
        assert "Заказ отменён" in late.words
    assert len(buyer.rows(CHANGES)) == 3
    assert buyer.rows(CLAIMS) == []


async def test_an_order_is_paid_by_card_instead_by_an_order_of_its_own(
    buyer: Buyer, shop: Shop
) -> None:
    number = await ordered(buyer)
    form = (await buyer.page()).form("/again")
    answers = [await buyer.browser.send(f"{buyer.path}/again", form) for _ in range(2)]
    assert {(one.status, one.leads_to) for one in answers} == {(303, buyer.path)}
    page = await buyer.until("Оплатите заказ на странице эквайера")
    assert f"Счёт № {number}" in page.words
    invoices = buyer.rows("SELECT * FROM issued_invoices WHERE renewal_id = %(id)s")
    assert len(invoices) == 2
    old = shop.books.row("SELECT voided_at FROM invoices WHERE number = %(n)s", n=number)
    assert old.voided_at is not None


async def test_the_same_order_is_not_placed_again_where_it_is_no_longer_offered(
    buyer: Buyer, shop: Shop
) -> None:
    offers = await buyer.someone.offers()
    place = next(n for n, one in enumerate(offers) if one["tariff_code"] == "100")
    placed = (await buyer.someone.place(await buyer.someone.order_body(place))).json()
    buyer.path = f"/renewals/{placed['id']}"
    form = (await buyer.page()).form("/again")
    shop.books.connection.execute("UPDATE tariffs SET is_offered = false WHERE code = '100'")
    try:
        refused = await buyer.browser.send(f"{buyer.path}/again", form)
    finally:
        shop.books.connection.execute("UPDATE tariffs SET is_offered = true WHERE code = '100'")
    assert refused.status == 409
    assert "Ждём оплату" in refused.words
    assert len(buyer.rows(CHANGES)) == 2


async def test_an_order_that_is_paid_in_part_is_not_placed_again(
    buyer: Buyer, database: Database
) -> None:
    number = await ordered(buyer)
    form = (await buyer.page()).form("/again")
    await pay(buyer, database, number, 100_00)
    refused = await buyer.browser.send(f"{buyer.path}/again", form)
    assert refused.status == 409
    assert "доплатите остаток" in refused.words


async def card(buyer: Buyer) -> Any:
    """The buyer's payment by card, once its page is there."""
    await buyer.until("Оплатите заказ на странице эквайера")
    return buyer.rows(
        "SELECT c.* FROM card_payments c JOIN issued_invoices USING (invoice_number)"
        " WHERE renewal_id = %(id)s ORDER BY prepared_at DESC"
    )[0]


async def test_a_payment_by_card_is_found_by_asking_the_acquirer(buyer: Buyer, shop: Shop) -> None:
    number = await ordered(buyer, "bank_card")
    payment = await card(buyer)
    page = await buyer.page()
    assert f'href="{payment.confirmation_url}"' in page.html
    asked_at = datetime.now(UTC)
    check = page.form("/check")
    shop.books.connection.execute("UPDATE card_payments SET answered_at = NULL")
    unpaid = await buyer.browser.send(f"/orders/{number}/check", check)
    assert unpaid.leads_to == buyer.path
    back_from_paying = await buyer.browser.get(f"/orders/{number}/payment")
    assert back_from_paying.leads_to == buyer.path
    looked = await buyer.page()
    assert "Эквайер ответил" in looked.words
    assert (await card(buyer)).answered_at >= asked_at
    await shop.acquirer.pay(payment.acquirer_payment_id)
    shop.books.connection.execute("UPDATE card_payments SET answered_at = NULL")
    paid = await buyer.browser.send(f"/orders/{number}/check", looked.form("/check"))
    assert paid.status == 303
    page = await buyer.until("Счёт оплачен полностью")
    assert payment.acquirer_payment_id in page.words


async def test_a_card_that_was_refused_says_why_and_may_be_tried_again(
    buyer: Buyer, shop: Shop
) -> None:
    number = await ordered(buyer, "bank_card")
    payment = await card(buyer)
    await shop.acquirer.decline(payment.acquirer_payment_id, "insufficient_funds")
    shop.books.connection.execute("UPDATE card_payments SET answered_at = NULL")
    check = (await buyer.page()).form("/check")
    await buyer.browser.send(f"/orders/{number}/check", check)
    refused = await buyer.until("Оплата картой не прошла")
    assert "На карте не хватает денег." in refused.words
    again = await buyer.browser.send(f"{buyer.path}/again", refused.form("/again"))
    assert again.status == 303
    assert (await card(buyer)).acquirer_payment_id != payment.acquirer_payment_id


async def test_an_answer_that_is_fresh_is_not_asked_for_again(buyer: Buyer, shop: Shop) -> None:
    number = await ordered(buyer, "bank_card")
    fresh = (await card(buyer)).answered_at
    assert fresh is not None
    form = (await buyer.page()).form("/check")
    assert (await buyer.browser.send(f"/orders/{number}/check", form)).status == 303
    assert (await card(buyer)).answered_at == fresh


async def pay(buyer: Buyer, database: Database, number: str, kopecks: int) -> None:
    """Money comes in by bank, and whoever waits for it is told."""
    buyer.shop.books.put(
        "payments",
        id=uuid4().hex,
        invoice_number=number,
        method="bank_transfer",
        amount_kopecks=kopecks,
        received_at=datetime.now(UTC),
    )
    await signal_renewals(buyer.shop.temporal, database, buyer.shop.settings.task_queue)


async def test_a_surplus_goes_back_by_a_refund_that_one_button_opens(
    buyer: Buyer, database: Database
) -> None:
    number = await ordered(buyer)
    await pay(buyer, database, number, 30_000_00)
    page = await buyer.until("Переплата")
    opened = await buyer.browser.send("/refunds", page.form("/refunds"))
    assert (opened.status, opened.leads_to) == (303, f"/refunds/refund-{number}-1")
    case = await buyer.browser.get(opened.leads_to)
    assert "5 600,00" in case.words
    assert "Открыть возврат" in (await buyer.page()).words


async def test_what_was_agreed_is_read_with_its_digest(buyer: Buyer) -> None:
    number = await ordered(buyer)
    page = await buyer.browser.get(f"{buyer.path}/receipt")
    stored = buyer.rows("SELECT * FROM orders WHERE renewal_id = %(id)s")[0]
    assert page.status == 200
    for words in (number, "Тариф 400", "ООО «Ромашка»", stored.agreed_sha256):
        assert words in page.words
    assert "24 400,00 ₽" in page.words
