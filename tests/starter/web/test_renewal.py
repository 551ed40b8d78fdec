"""What a client does with an order: each once, however often a button is pressed."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from activities.renewal.signal_renewals import signal_renewals
from db.database import Database
from tests.scans import found_clean, pdf, pdf_of_size
from tests.starter.refund.shop import Shop
from tests.starter.web.buyer import Buyer, ordered

FIELD = "payment_order"
PROGRAM = b"MZ\x90\0" + b"\0" * 500
HOSTILE_NAMES = (
    "../../etc/passwd",
    'a".exe\r\nX-Evil: 1',
    "<script>.pdf",
    "поручение\u202efdp.exe",
)
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
async def test_the_payment_order_is_given_back_as_a_download_under_our_name_once_it_is_clean(
    name: str, buyer: Buyer, database: Database
) -> None:
    await ordered(buyer)
    content = pdf(100 + HOSTILE_NAMES.index(name))
    sent = await buyer.sends("/claim", file=(name, content), field=FIELD)
    assert sent.status == 303, sent.words
    page = await buyer.page()
    assert name not in page.html
    path = f"{buyer.path}/claim"
    assert "Проверяется на вирусы" in page.words
    assert f'href="{path}"' not in page.html
    assert (await buyer.browser.get(path)).status == 409
    await found_clean(database, content)
    page = await buyer.page()
    assert f'href="{path}"' in page.html
    file = await buyer.browser.get(path)
    renewal_id = buyer.path.removeprefix("/renewals/")
    assert file.response.content == content
    assert file.response.headers["content-disposition"].startswith(
        f'attachment; filename="payment-order-{renewal_id}.pdf";'
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
