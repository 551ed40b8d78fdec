"""A payment by card from the order to the ledger: the case, the page, the webhook, all real."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from db.database import Database
from domain.card.card_payment import (
    CardAnswer,
    CardEnd,
    CardPaymentRequest,
    CardStatus,
    card_payment_workflow_id,
)
from starter.api.app import create_app
from tests.books import LICENCE_KOPECKS
from tests.gateways.sandbox_acquirer import eventually
from tests.patience import PATIENCE_SECONDS
from tests.starter.conftest import nobody
from tests.starter.refund.shop import Shop, code_of
from tests.starter.webhook_client import Door, door_of, told_by_the_sandbox
from workflows.card_payment import CardPaymentWorkflow

DAYS = timedelta(days=5)
PAID = CardAnswer(CardStatus.PAID)
NOT_PAID_IN_TIME = CardAnswer(CardStatus.CANCELLED, CardEnd.NOT_PAID_IN_TIME)
FIRED = "timer_fired_event_attributes"


@pytest.fixture(scope="module")
def door(shop: Shop, database: Database, temporal: Client) -> Door:
    return door_of(shop, database, temporal)


@pytest_asyncio.fixture
async def listening(door: Door, shop: Shop) -> AsyncIterator[None]:
    async with told_by_the_sandbox(door, shop):
        yield


@dataclass
class CardPayment:
    """A payment by card whose process runs."""

    shop: Shop
    order_id: str
    invoice_number: str
    handle: WorkflowHandle[Any, CardAnswer]

    @property
    def row(self) -> Any:
        """The payment by card in our books; None before its process has put it down."""
        rows = self.shop.books.rows(
            "SELECT * FROM card_payments WHERE order_id = %(id)s", id=self.order_id
        )
        return rows[0] if rows else None

    @property
    def payments(self) -> list[Any]:
        """The money of the invoice in our books."""
        return self.shop.books.rows(
            "SELECT * FROM payments WHERE invoice_number = %(n)s", n=self.invoice_number
        )

    async def until(self, status: CardStatus) -> None:
        """Returns once our books say so."""

        async def there() -> bool:
            return self.row is not None and self.row.status == status

        await eventually(there)

    async def opened(self) -> str:
        """Has its page; the acquirer's id."""
        await self.until(CardStatus.PENDING)
        return str(self.row.acquirer_payment_id)

    async def answer(self) -> CardAnswer:
        """How the process ended that was started first."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.handle.result()

    async def heard(self) -> list[str]:
        """The attributes of the history's events."""
        history = await self.handle.fetch_history()
        return [event.WhichOneof("attributes") or "" for event in history.events]


async def asked(shop: Shop, *rules: dict[str, object]) -> CardPayment:
    """An order just placed, at an acquirer that behaves like this towards its payment."""
    order_id, number = str(uuid4()), shop.books.invoice(paid=())
    workflow_id = card_payment_workflow_id(order_id)
    match = {"operation": "create_payment", "key": workflow_id}
    await shop.acquirer.misbehave(*({**rule, "match": match} for rule in rules))
    handle = await shop.temporal.start_workflow(
        CardPaymentWorkflow.run,
        CardPaymentRequest(order_id, number, LICENCE_KOPECKS),
        id=workflow_id,
        task_queue=shop.settings.task_queue,
    )
    return CardPayment(shop, order_id, number, handle)


def told(acquirer_id: str, event: str) -> dict[str, Any]:
    return {"type": "notification", "event": event, "object": {"id": acquirer_id}}


async def test_a_client_who_pays_is_heard_at_once(shop: Shop, listening: None) -> None:
    card = await asked(shop)
    await shop.acquirer.pay(await card.opened(), "sbp")
    assert await card.answer() == PAID
    assert FIRED not in await card.heard()  # nobody waited for the poll
    assert [row.method for row in card.payments] == ["sbp"]


async def test_a_client_who_declines_is_heard_at_once(shop: Shop, listening: None) -> None:
    card = await asked(shop)
    await shop.acquirer.decline(await card.opened(), "insufficient_funds")
    assert await card.answer() == CardAnswer(CardStatus.CANCELLED, "insufficient_funds")
    assert FIRED not in await card.heard()
    assert card.payments == []


async def test_without_a_webhook_the_poll_finds_the_money(
    shop: Shop, temporal_env: WorkflowEnvironment
) -> None:
    card = await asked(shop)
    await shop.acquirer.pay(await card.opened())
    await temporal_env.fast_forward(card.handle, timedelta(minutes=1))
    assert await card.answer() == PAID
    assert len(card.payments) == 1


@pytest.mark.parametrize(
    "rules",
    [
        [{"kind": "duplicate_webhook", "copies": 5}],
        [{"kind": "answer_lost_after_execution", "times": 1}],
        [{"kind": "slow", "seconds": 0.5, "moment": "after"}],
    ],
    ids=["duplicates", "answer lost", "slow"],
)
async def test_whatever_goes_wrong_the_money_is_recorded_once(
    rules: list[dict[str, object]],
    shop: Shop,
    listening: None,
    temporal_env: WorkflowEnvironment,
) -> None:
    card = await asked(shop, *rules)
    if rules[0]["kind"] == "answer_lost_after_execution":
        await card.until(CardStatus.UNKNOWN)
        await temporal_env.fast_forward(card.handle, timedelta(seconds=20))
    await shop.acquirer.pay(await card.opened())
    assert await card.answer() == PAID
    assert len(card.payments) == 1


async def test_a_success_told_before_the_answer_is_recorded_once(
    shop: Shop, listening: None
) -> None:
    card = await asked(shop, {"kind": "pending_then", "seconds": 0}, {"kind": "early_webhook"})
    assert await card.answer() == PAID
    assert len(card.payments) == 1


@pytest.mark.parametrize("event", ["payment.succeeded", "payment.canceled"])
async def test_a_forged_end_makes_the_case_look_and_changes_nothing(
    event: str, shop: Shop, door: Door
) -> None:
    card = await asked(shop)
    acquirer_id = await card.opened()
    assert (await door.told(told(acquirer_id, event))).status_code == 200
    await eventually(looked_again(card))
    assert (card.row.status, card.payments) == ("pending", [])
    await shop.acquirer.pay(acquirer_id)
    await door.told(told(acquirer_id, "payment.succeeded"))
    assert await card.answer() == PAID


def looked_again(card: CardPayment) -> Callable[[], Awaitable[bool]]:
    async def twice() -> bool:
        return (await card.heard()).count("activity_task_completed_event_attributes") >= 2

    return twice


async def test_money_that_comes_after_we_gave_up_is_recorded(
    shop: Shop, listening: None, temporal_env: WorkflowEnvironment
) -> None:
    card = await asked(shop)
    acquirer_id = await card.opened()
    await temporal_env.fast_forward(card.handle, DAYS)
    assert await card.answer() == NOT_PAID_IN_TIME
    await shop.acquirer.pay(acquirer_id)
    await card.until(CardStatus.PAID)
    assert len(card.payments) == 1


async def test_a_stopped_payment_is_cancelled_unless_it_was_paid(shop: Shop) -> None:
    card, paid = await asked(shop), await asked(shop)
    await card.opened()
    await shop.acquirer.pay(await paid.opened())
    for one in (card, paid):
        await one.handle.signal(CardPaymentWorkflow.stop)
    assert await card.answer() == CardAnswer(CardStatus.CANCELLED, CardEnd.STOPPED)
    assert await paid.answer() == PAID


async def test_what_is_told_after_the_end_starts_nothing(shop: Shop, door: Door) -> None:
    paid, declined = await asked(shop), await asked(shop)
    await shop.acquirer.pay(await paid.opened())
    await shop.acquirer.decline(await declined.opened())
    for card in (paid, declined):
        acquirer_id = str(card.row.acquirer_payment_id)
        await door.told(told(acquirer_id, "payment.succeeded"))
        await card.answer()
        first_run = (await card.handle.describe()).run_id
        event = "payment.succeeded" if card is paid else "payment.canceled"
        assert (await door.told(told(acquirer_id, event))).status_code == 200
        last = shop.temporal.get_workflow_handle(card.handle.id)
        assert (await last.describe()).run_id == first_run


async def test_a_payment_that_is_not_ours_is_taken_and_forgotten(door: Door) -> None:
    assert (await door.told(told(uuid4().hex, "payment.succeeded"))).status_code == 200


async def test_without_temporal_the_acquirer_is_asked_to_repeat(
    shop: Shop, door: Door, database: Database
) -> None:
    card = await asked(shop)
    acquirer_id = await card.opened()
    await shop.acquirer.pay(acquirer_id)
    away = Door(create_app(door.app.state.services.settings, database, nobody))
    answer = await away.told(told(acquirer_id, "payment.succeeded"))
    assert (answer.status_code, code_of(answer)) == (503, "temporal_unavailable")
    await door.told(told(acquirer_id, "payment.succeeded"))
    assert await card.answer() == PAID
