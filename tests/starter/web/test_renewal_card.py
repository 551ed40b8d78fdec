"""An order that is paid by card: asked about, refused, tried again, paid."""

from datetime import UTC, datetime
from typing import Any

from starter.commands.card.check import ASKED_RECENTLY, ASKER
from tests.starter.refund.shop import Shop
from tests.starter.web.buyer import Buyer, ordered


async def card(buyer: Buyer) -> Any:
    """The buyer's payment by card, once its page is there."""
    await buyer.until("Оплатите заказ на странице эквайера")
    return buyer.rows(
        "SELECT c.* FROM card_payments c JOIN issued_invoices USING (invoice_number)"
        " WHERE renewal_id = %(id)s ORDER BY prepared_at DESC"
    )[0]


def long_ago(shop: Shop) -> None:
    """What the acquirer was asked, and answered, was so long ago that it is asked again."""
    shop.books.connection.execute("UPDATE card_payments SET answered_at = NULL")
    shop.books.connection.execute("DELETE FROM idempotency_keys WHERE caller = %s", (ASKER,))
    shop.books.checked_long_ago()


async def test_a_payment_by_card_is_found_by_asking_the_acquirer(buyer: Buyer, shop: Shop) -> None:
    number = await ordered(buyer, "bank_card")
    payment = await card(buyer)
    page = await buyer.page()
    assert f'href="{payment.confirmation_url}"' in page.html
    asked_at = datetime.now(UTC)
    check = page.form("/check")
    long_ago(shop)
    unpaid = await buyer.browser.send(f"/orders/{number}/check", check)
    assert unpaid.leads_to == buyer.path
    back_from_paying = await buyer.browser.get(f"/orders/{number}/payment")
    assert back_from_paying.leads_to == buyer.path
    looked = await buyer.page()
    assert "Эквайер ответил" in looked.words
    assert (await card(buyer)).answered_at >= asked_at
    await shop.acquirer.pay(payment.acquirer_payment_id)
    long_ago(shop)
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
    long_ago(shop)
    await buyer.checks(number)
    refused = await buyer.until("Оплата картой не прошла")
    assert "На карте не хватает денег." in refused.words
    again = await buyer.browser.send(f"{buyer.path}/again", refused.form("/again"))
    assert again.status == 303
    assert (await card(buyer)).acquirer_payment_id != payment.acquirer_payment_id


async def test_a_fresh_answer_is_not_asked_for_again(buyer: Buyer, shop: Shop) -> None:
    number = await ordered(buyer, "bank_card")
    fresh = (await card(buyer)).answered_at
    assert fresh is not None
    await buyer.checks(number)
    assert (await card(buyer)).answered_at == fresh
    long_ago(shop)
    await buyer.checks(number)
    assert (await card(buyer)).answered_at > fresh


async def test_without_an_answer_the_acquirer_is_asked_once_in_a_while(
    buyer: Buyer, shop: Shop
) -> None:
    number = await ordered(buyer, "bank_card")
    await card(buyer)
    long_ago(shop)
    begun = while_of(datetime.now(UTC))
    for _ in range(3):
        shop.books.connection.execute("UPDATE card_payments SET answered_at = NULL")
        shop.books.checked_long_ago()
        await buyer.checks(number)
    whiles = while_of(datetime.now(UTC)) - begun + 1
    asked = shop.books.rows("SELECT key FROM idempotency_keys WHERE caller = %(c)s", c=ASKER)
    assert 1 <= len(asked) <= whiles


def while_of(at: datetime) -> int:
    """Which of the times in each of which the acquirer is asked once."""
    return int(at.timestamp() // ASKED_RECENTLY.total_seconds())


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
