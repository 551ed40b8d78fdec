"""What becomes of a payment by card reaches the renewal whose invoice it is for."""

from typing import Any

import pytest_asyncio

from activities.card.card_payment import CardPaymentActivities
from db.database import Database
from domain.card.card_payment import CardClosing, CardEnd, CardPaymentRequest
from gateways.acquirer import AcquirerGateway
from tests.activities.card.test_card_payment_steps import CardPayment
from tests.activities.renewal_walk import RenewalWalk, opened
from tests.gateways.sandbox_acquirer import SandboxAcquirer
from tests.renewal_books import RenewalBooks


@pytest_asyncio.fixture
async def walk(database: Database, books: RenewalBooks) -> RenewalWalk:
    walk = await opened(database, books)
    await walk.ordered()
    return walk


@pytest_asyncio.fixture
async def card(
    walk: RenewalWalk, database: Database, gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> CardPayment:
    steps = CardPaymentActivities(database, gateway, cabinet_url="https://kopeyka.example")
    row = walk.row
    request = CardPaymentRequest(str(row.order_id), walk.number, walk.result.amount_kopecks)
    card = CardPayment(steps, acquirer, walk.books, request)
    await card.opened()
    return card


def news_of(walk: RenewalWalk) -> list[Any]:
    return walk.books.rows(
        "SELECT * FROM recheck_outbox WHERE renewal_id = %(id)s", id=walk.request.renewal_id
    )


async def test_money_by_card_is_news_and_pays_the_renewal(
    walk: RenewalWalk, card: CardPayment
) -> None:
    await card.acquirer.pay(card.row.acquirer_payment_id)
    assert news_of(walk) == []
    await card.ask()
    assert len(news_of(walk)) == 1
    assert (await walk.looked()).status == "paid"


async def test_a_refused_card_is_news(walk: RenewalWalk, card: CardPayment) -> None:
    await card.acquirer.decline(card.row.acquirer_payment_id)
    await card.ask()
    assert len(news_of(walk)) == 1


async def test_a_card_that_the_case_itself_stopped_is_no_news(
    walk: RenewalWalk, card: CardPayment
) -> None:
    await card.steps.close(CardClosing(card.request.order_id, CardEnd.STOPPED))
    assert news_of(walk) == []
